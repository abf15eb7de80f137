"""One set of responses, as each tool writes it: whatever the format, the same problems, texts and tokens come out.

The writers below are made after the code of the tools that writes the files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from overthink.imports.recording import Recorded, Recording
from overthink.problems import Catalogue
from overthink.records import Failure, Response
from overthink.text.thinking import find_thinking


@dataclass(frozen=True)
class Said:
    """One response: its thinking (null if the model does not think), its final text (null if there is none)."""

    thought: str | None
    text: str | None
    finish: str = "stop"

    @property
    def whole(self) -> str:
        """As the model wrote it."""
        opened = "" if self.thought is None else f"<think>\n{self.thought}"
        return opened if self.text is None else f"{opened}\n</think>\n\n{self.text}" if opened else self.text


@dataclass(frozen=True)
class Asked:
    """A problem and the samples of it."""

    question: str
    gold: str | None
    said: tuple[Said, ...]


PLAIN = (
    Asked("What is 2 + 3?", "5", (Said(None, "It is \\boxed{5}."),)),
    Asked("What is 4 + 9?", "13", (Said(None, "\\boxed{14}"),)),
)
THINKING = (
    Asked("What is 2 + 3?", "5", (Said("2 and 3 make 5.\n\nWait, 3 + 2 is 5 as well.", "It is \\boxed{5}."),)),
    Asked("What is 4 + 9?", "13", (Said("4 + 9 = 14, I think.", "\\boxed{14}"),)),
)
SAMPLES = (
    replace(THINKING[0], said=(*THINKING[0].said, Said("It is 6.\n\nNo, 5.", "\\boxed{5}"))),
    replace(THINKING[1], said=(*THINKING[1].said, Said("13, since 14 - 1 = 13.", "\\boxed{13}"))),
)
CUT = (
    Asked("What is 2 + 3?", "5", (Said("2 and 3 make 5. Wait, let me", None, "length"),)),
    THINKING[1],
)
NULL = (Asked("What is 2 + 3?", "5", (Said(None, None, "stop"),)), THINKING[1])
NO_GOLD = tuple(replace(asked, gold=None) for asked in THINKING)
SETS = {
    "plain": PLAIN, "thinking": THINKING, "k samples": SAMPLES, "cut off": CUT, "null": NULL, "no gold": NO_GOLD,
}  # fmt: skip


Writer = Callable[[Path, tuple[Asked, ...]], list[Path]]


def lines(path: Path, rows: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def numbered(asked: tuple[Asked, ...]) -> Iterator[tuple[int, int, Asked, Said]]:
    """Every sample with the number of its problem and its own, as the file counts it from 0."""
    number = 0
    for group, one in enumerate(asked):
        for said in one.said:
            yield group, number, one, said
            number += 1


def by_sample(asked: tuple[Asked, ...]) -> Iterator[list[tuple[Asked, Said]]]:
    """The samples of one seed after those of another."""
    for sample in range(max(len(one.said) for one in asked)):
        yield [(one, one.said[sample]) for one in asked if sample < len(one.said)]


def evalscope(folder: Path, asked: tuple[Asked, ...]) -> list[Path]:
    def message(said: Said) -> dict[str, Any]:
        thought = {"internal": None, "type": "reasoning", "reasoning": said.thought, "redacted": False}
        parts = [{**thought, "signature": None, "reasoning_tokens": None}] if said.thought else []
        text = {"internal": None, "type": "text", "text": said.text or "", "refusal": None}
        content = [*parts, text] if parts else said.text
        return {
            "id": "a",
            "content": content,
            "source": "generate",
            "role": "assistant",
            "tool_calls": None,
            "model": "m",
        }

    predictions, reviews = [], []
    for group, number, one, said in numbered(asked):
        user = {"id": "u", "content": one.question, "source": None, "role": "user", "tool_call_id": None}
        none = said.text is None and said.thought is None
        stop = {"stop": "stop", "length": "max_tokens"}[said.finish]
        choices = [] if none else [{"message": message(said), "stop_reason": stop, "logprobs": None}]
        usage = {"input_tokens": 7, "output_tokens": 9, "total_tokens": 16, "reasoning_tokens": None}
        turns = [user] if none else [user, message(said)]
        output = {"id": "c", "model": "m", "choices": choices, "usage": usage, "error": "refused" if none else None}
        row = {"index": number, "model": "m", "model_output": output, "messages": turns, "agent_trace": None}
        predictions.append({**row, "metadata": {"reasoning": "the data set's own"}})
        score = {"score": {"value": {"acc": 1.0}, "prediction": said.text}, "sample_id": number, "group_id": group}
        reviews.append({"index": number, "target": one.gold, "messages": turns, "sample_score": score})
    lines(folder / "reviews/m/sums_default.jsonl", reviews)
    return [lines(folder / "predictions/m/sums_default.jsonl", predictions)]


def nemo_skills(folder: Path, asked: tuple[Asked, ...]) -> list[Path]:
    def row(one: Asked, said: Said) -> dict[str, Any]:
        """As with ++parse_reasoning=True: the full generation apart."""
        full = None if said.text is None and said.thought is None else said.whole
        return {
            "generation": "" if full else full, "num_generated_tokens": 9, "finish_reason": said.finish,
            "generation_start_time": 1.0, "generation_end_time": 2.0, "problem": one.question,
            "expected_answer": one.gold, "_generation_finished_thinking": said.text is not None,
            "_full_generation": full,
        }  # fmt: skip

    seeds = enumerate(by_sample(asked))
    return [lines(folder / f"sums/output-rs{seed}.jsonl", [row(*pair) for pair in pairs]) for seed, pairs in seeds]


def nemo_gym(folder: Path, asked: tuple[Asked, ...]) -> list[Path]:
    rows = []
    for group, number, one, said in numbered(asked):
        thought = {"id": "rs", "type": "reasoning", "summary": [], "encrypted_content": None,
                   "content": [{"type": "reasoning_text", "text": said.thought}]}  # fmt: skip
        text = {"id": "msg", "type": "message", "role": "assistant", "status": "completed",
                "content": [{"type": "output_text", "text": said.text, "annotations": []}]}  # fmt: skip
        output = [*([thought] if said.thought else []), *([text] if said.text is not None else [])]
        cut = said.finish == "length"
        response = {
            "id": "resp", "object": "response", "model": "m", "output": output, "error": None, "reasoning": None,
            "incomplete_details": {"reason": "max_output_tokens"} if cut else None, "text": None,
            "status": "incomplete" if cut else "completed", "usage": {"input_tokens": 7, "output_tokens": 9},
        }  # fmt: skip
        params = {"input": [{"role": "user", "content": one.question}], "model": None, "reasoning": None}
        place = {"_ng_task_index": group, "_ng_rollout_index": number, "agent_ref": {"name": "simple"}}
        gold = {} if one.gold is None else {"expected_answer": one.gold}
        rows.append({"responses_create_params": params, "response": response, "reward": 1.0, **gold, **place})
    return [lines(folder / "sums/data/rollouts.jsonl", rows)]


def skythought(folder: Path, asked: tuple[Asked, ...]) -> list[Path]:
    results = {
        str(number): {
            "problem": one.question, **({} if one.gold is None else {"answer": one.gold}),
            "prompt": f"Box it. {one.question}", "input_conversation": [{"role": "user", "content": "…"}],
            "responses": [{"content": said.whole, "correctness": True, "reason": ""} for said in one.said],
            "token_usages": [{"completion_tokens": 9, "prompt_tokens": 7} for _ in one.said],
        }
        for number, one in enumerate(asked)
    }  # fmt: skip
    place = folder / "m_sums_1a2b"
    place.mkdir(parents=True)
    config = {"task": {"name": "sums"}, "model": {"name": "m"}, "sampling_params": {}}
    (place / "summary.json").write_text(json.dumps({"configuration": config, "accuracy": 1.0}))
    (place / "results.json").write_text(json.dumps(results, indent=4))
    return [place / "results.json"]


def verl(folder: Path, asked: tuple[Asked, ...]) -> list[Path]:
    rows = [
        {
            "input": f"system\nYou are helpful.\nuser\n{one.question}\nassistant\n", "output": said.whole,
            "gts": one.gold, "score": 1.0, "step": 100, "acc": True,
        }
        for _, _, one, said in numbered(asked)
    ]  # fmt: skip
    return [lines(folder / "sums/100.jsonl", rows)]


def trl(folder: Path, asked: tuple[Asked, ...]) -> list[Path]:
    table = pyarrow.Table.from_pylist(
        [
            {
                "step": 100, "prompt": f"<|im_start|>user\n{one.question}<|im_end|>\n<|im_start|>assistant\n",
                "completion": said.whole, "accuracy_reward": 1.0, "solution": one.gold, "advantage": 0.1,
            }
            for _, _, one, said in numbered(asked)
        ]
    )  # fmt: skip
    place = folder / "sums/completions"
    place.mkdir(parents=True)
    pyarrow.parquet.write_table(table, place / "completions_00100.parquet")
    return [place / "completions_00100.parquet"]


def opencompass(folder: Path, asked: tuple[Asked, ...]) -> list[Path]:
    results = {}
    for number, one in enumerate(asked):
        texts = [None if said.text is None and said.thought is None else said.whole for said in one.said]
        results[str(number)] = {
            "origin_prompt": [{"role": "HUMAN", "prompt": one.question}],
            "prediction": texts if len(texts) > 1 else texts[0], **({} if one.gold is None else {"gold": one.gold}),
        }  # fmt: skip
    place = folder / "predictions/m"
    place.mkdir(parents=True)
    (place / "sums.json").write_text(json.dumps(results, indent=4, ensure_ascii=False), encoding="utf-8")
    return [place / "sums.json"]


def lmms_eval(folder: Path, asked: tuple[Asked, ...]) -> list[Path]:
    rows = []
    for number, one in enumerate(asked):
        texts = [None if said.text is None and said.thought is None else said.whole for said in one.said]
        row = {"doc_id": number, "target": one.gold, "filtered_resps": one.said[0].text, "doc_hash": "ab", "acc": 1.0}
        rows.append({**row, "resps": texts, "token_counts": [{"output_tokens": 9}], "input": one.question})
    (folder / "m").mkdir(parents=True)
    (folder / "m/20261128_101010_results.json").write_text(json.dumps({"model_name": "m", "results": {}}))
    return [lines(folder / "m/20261128_101010_samples_sums.jsonl", rows)]


def matharena(folder: Path, asked: tuple[Asked, ...]) -> list[Path]:
    def turns(one: Asked, said: Said) -> list[dict[str, Any]]:
        cot = [{"role": "assistant", "type": "cot", "content": said.thought}] if said.thought else []
        response = [{"role": "assistant", "type": "response", "content": said.text}] if said.text is not None else []
        return [{"role": "user", "content": one.question}, *cot, *response]

    paths = []
    for number, one in enumerate(asked, start=1):
        cost = {"cost": 0.1, "input_tokens": 7, "output_tokens": 9, "time": 1.0}
        runs = {
            "idx": number, "problem": one.question, "gold_answer": one.gold, "source": "None", "types": [],
            "N": len(one.said), "cost": cost, "pass_at_1": 1.0, "answers": ["5"] * len(one.said),
            "correct": [True] * len(one.said), "warnings": [0] * len(one.said),
            "messages": [turns(one, said) for said in one.said], "judgment": [None], "history": [None],
            "detailed_costs": [cost] * len(one.said),
        }  # fmt: skip
        place = folder / "outputs/sums/owner/m"
        place.mkdir(parents=True, exist_ok=True)
        with pyarrow.CompressedOutputStream(str(place / f"{number}.json.zst"), "zstd") as file:
            file.write(json.dumps(runs, indent=4, ensure_ascii=False).encode())
        paths.append(place / f"{number}.json.zst")
    return paths


def conversations(folder: Path, asked: tuple[Asked, ...]) -> list[Path]:
    rows = [
        {
            "system": "Think.", **({} if one.gold is None else {"answer": one.gold}),
            "conversations": [{"from": "human", "value": one.question}, {"from": "gpt", "value": said.whole}],
        }
        for _, _, one, said in numbered(asked)
    ]  # fmt: skip
    (folder / "sums").mkdir(parents=True)
    (folder / "sums/sums.json").write_text(json.dumps(rows), encoding="utf-8")
    return [folder / "sums/sums.json"]


WRITERS: dict[str, Writer] = {
    writer.__name__.replace("_", "-"): writer
    for writer in (
        evalscope, nemo_skills, nemo_gym, skythought, verl, trl, opencompass, lmms_eval, matharena, conversations,
    )
}  # fmt: skip
TELLS_FINISH = {"evalscope", "nemo-skills", "nemo-gym"}
COUNTS_TOKENS = {"evalscope", "nemo-skills", "nemo-gym", "skythought", "matharena"}
HOLDS_TEXTS_ALONE = {"skythought", "verl", "trl", "conversations"}
"""Their files have an empty text if there was none."""


def read(paths: list[Path], **options: Any) -> tuple[list[Recorded], Recording]:
    recording = Recording(paths, Catalogue(None), model="m", **options)
    return list(recording), recording


@pytest.mark.parametrize("kind", SETS)
@pytest.mark.parametrize("format", WRITERS)
def test_every_format_gives_the_same_problems_and_responses(tmp_path: Path, format: str, kind: str) -> None:
    asked = SETS[kind]
    items, _ = read(WRITERS[format](tmp_path, asked))
    expected = {
        (one.question, one.gold, number): said for one in asked for number, said in enumerate(one.said, start=1)
    }
    found = {(item.problem.question, item.problem.answer, int(item.row.id.rpartition("#")[2])): item for item in items}
    assert set(found) == set(expected)
    assert {item.problem.dataset for item in items} == {"sums"}
    for key, said in expected.items():
        row = found[key].row
        if said.text is None and said.thought is None and format not in HOLDS_TEXTS_ALONE:
            assert isinstance(row, Failure)
            continue
        assert isinstance(row, Response)
        thinking = find_thinking(row.response)
        if said.thought is None:
            assert row.response == (said.text or "")
        else:
            assert row.response[slice(*thinking.span)] == said.thought
            assert thinking.opened
            assert thinking.closed == (said.text is not None)
        if said.text is not None and said.thought is not None:
            assert row.response[slice(*thinking.after)].strip() == said.text
        assert row.finish_reason == (said.finish if format in TELLS_FINISH else "unknown")
        if format in COUNTS_TOKENS:
            assert row.completion_tokens == 9


@pytest.mark.parametrize("format", WRITERS)
def test_a_folder_is_read_as_its_files_are(tmp_path: Path, format: str) -> None:
    paths = WRITERS[format](tmp_path, SAMPLES)
    files, _ = read(paths)
    folder, recording = read([tmp_path])
    assert {(item.row.id, item.row) for item in folder} == {(item.row.id, item.row) for item in files}
    assert [caveat.names for caveat in recording.tally.whole if caveat.code == "guessed_format"] == [[format]]
