"""Logs of lm-eval: what its model classes drop is said, null is a failed row, tasks of likelihoods are left out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from overthink.errors import OverthinkError
from overthink.imports.counts import Note
from overthink.imports.recording import Recorded, Recording
from overthink.problems import Catalogue
from overthink.records import Failure, Response

TIME = "2026-11-22T21-06-48.484490"
MARKED = "<think>2 and 3 make 5.</think>5"
RENDERED = "<|im_start|>user\nWhat is 2 + 3?<|im_end|>\n<|im_start|>assistant\n"
TURNS = json.dumps([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is 2 + 3?"}])


def sample(*resps: object, prompt: Any = None, number: int = 0) -> dict[str, Any]:
    arguments = {"gen_args_0": {"arg_0": TURNS if prompt is None else prompt, "arg_1": {"until": []}}}
    doc = {"question": f"What is {number} + 3?", "answer": "5"}
    return {"doc_id": number, "doc": doc, "target": "5", "arguments": arguments, "resps": [list(resps)], "filter": "a"}


@pytest.fixture
def log(tmp_path: Path) -> Callable[..., list[Path]]:
    """Writes the samples of tasks, and with a class of models the results beside them."""

    def write(model: str | None = None, args: object = None, **tasks: list[dict[str, Any]]) -> list[Path]:
        for task, rows in tasks.items():
            text = "".join(json.dumps(row) + "\n" for row in rows)
            (tmp_path / f"samples_{task}_{TIME}.jsonl").write_text(text)
        if model is not None:
            results = {"model_name": "org/m", "model_source": model, "config": {"model": model, "model_args": args}}
            (tmp_path / f"results_{TIME}.json").write_text(json.dumps(results))
        return [tmp_path]

    return write


def read(files: list[Path], **options: Any) -> tuple[list[Recorded], Recording]:
    recording = Recording(files, Catalogue(None), **{"format": "lm-eval", "model": "m", **options})
    return list(recording), recording


def lost(items: list[Recorded]) -> list[bool]:
    return [any(note.code == "reasoning_not_in_log" for note in item.notes) for item in items]


@pytest.mark.parametrize(
    ("model", "prompt", "texts", "loud"),
    [
        ("local-chat-completions", TURNS, ["It is 5.", ""], True),
        ("openai-chat-completions", TURNS, ["It is 5."], True),
        ("azure-openai-chat-completions", TURNS, ["It is 5."], True),
        ("anthropic-chat", TURNS, ["It is 5."], True),
        ("litellm", TURNS, ["It is 5."], True),
        ("a-class-of-ones-own", TURNS, ["It is 5."], True),
        ("a-class-of-ones-own", [TURNS], ["It is 5."], True),
        (None, TURNS, ["It is 5."], True),
        ("local-chat-completions", TURNS, [MARKED, "It is 5."], False),
        ("local-chat-completions", TURNS, ["2 and 3 make 5.</think>5"], False),
        ("local-completions", RENDERED, ["It is 5."], False),
        ("vllm", RENDERED, ["It is 5."], False),
        ("hf", RENDERED, ["It is 5."], False),
        ("sglang", RENDERED, ["It is 5."], False),
        (None, RENDERED, ["It is 5."], False),
    ],
)
def test_a_chat_api_of_which_the_content_alone_is_kept_is_told_whatever_the_class(
    log: Callable[..., list[Path]], model: str | None, prompt: object, texts: list[str], loud: bool
) -> None:
    items, _ = read(log(model, sums=[sample(text, prompt=prompt, number=k) for k, text in enumerate(texts)]))
    assert lost(items) == [loud] * len(texts)


def test_think_end_token_is_told_for_every_response(log: Callable[..., list[Path]]) -> None:
    items, _ = read(log("hf", "pretrained=m,think_end_token=</think>", sums=[sample("5", "6", prompt=RENDERED)]))
    assert [item.notes for item in items] == [(Note("reasoning_not_in_log", "think_end_token=</think>"),)] * 2


@pytest.mark.parametrize("config", ["m", ["m"], 1, None], ids=str)
def test_results_of_another_shape_tell_nothing(log: Callable[..., list[Path]], tmp_path: Path, config: object) -> None:
    files = log("hf", sums=[sample("5", prompt=RENDERED)])
    (tmp_path / f"results_{TIME}.json").write_text(json.dumps({"config": config}))
    assert lost(read(files)[0]) == [False]


def test_the_tags_of_the_run_are_marks_of_thinking(log: Callable[..., list[Path]]) -> None:
    files = log("local-chat-completions", sums=[sample("<r>2 and 3</r>5")])
    assert lost(read(files)[0]) == [True]
    assert lost(read(files, tags=("<r>", "</r>"))[0]) == [False]


def test_a_null_is_one_failed_row(log: Callable[..., list[Path]]) -> None:
    items, _ = read(log("hf", sums=[sample("5", None, "6"), sample(None, number=1)]))
    assert [type(item.row) for item in items] == [Response, Failure, Response, Failure]
    assert [item.row.id for item in items] == ["sums/0#1", "sums/0#2", "sums/0#3", "sums/1#1"]


def test_a_task_of_likelihoods_is_left_out_and_told(log: Callable[..., list[Path]]) -> None:
    likely = sample([-1.5, False], [-2.5, True])
    items, recording = read(log("hf", mmlu=[likely], sums=[sample("5")]))
    assert [item.row.id for item in items] == ["sums/0#1"]
    assert f"samples_mmlu_{TIME}.jsonl: left out, its task has likelihoods and no responses" in recording.notes()


def test_tasks_of_likelihoods_alone_are_refused(log: Callable[..., list[Path]]) -> None:
    with pytest.raises(OverthinkError, match="line 1: the sample holds likelihoods, not texts"):
        read(log("hf", mmlu=[sample([-1.5, False])]))


@pytest.mark.parametrize("prompt", [TURNS, [TURNS], [[TURNS]]])
def test_the_question_is_the_users_last_words(log: Callable[..., list[Path]], prompt: object) -> None:
    row = sample("5", prompt=prompt)
    row["doc"] = {}
    assert [item.problem.question for item in read(log("hf", sums=[row]))[0]] == ["What is 2 + 3?"]
    row["arguments"] = [[TURNS, {"until": []}]]
    assert [item.problem.question for item in read(log("hf", sums=[row]))[0]] == ["What is 2 + 3?"]


def test_samples_are_known_without_a_format(log: Callable[..., list[Path]]) -> None:
    (folder,) = log("hf", sums=[sample("5"), {**sample("5"), "filter": "b"}])
    for files in ([folder], list(folder.glob("samples_*"))):
        items, recording = read(files, format=None)
        assert [item.row.id for item in items] == ["sums/0#1"]
        assert [(one.code, one.names) for one in recording.tally.whole] == [("guessed_format", ["lm-eval"])]
