"""What the files of a tool may hold beyond the usual: older versions, several turns, parts, steps, lost neighbours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from overthink.errors import OverthinkError
from overthink.imports.recording import Recorded, Recording
from overthink.problems import Catalogue
from overthink.records import Response
from tests.imports.formats.test_shapes import SAMPLES, THINKING, WRITERS


def read(*paths: Path, **options: Any) -> tuple[list[Recorded], Recording]:
    recording = Recording(paths, Catalogue(None), **{"model": "m", **options})
    return list(recording), recording


def lines(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def responses(items: list[Recorded]) -> list[str | None]:
    return [item.row.response if isinstance(item.row, Response) else None for item in items]


# --- evalscope


def test_evalscope_predictions_without_reviews_are_without_gold_and_say_so(tmp_path: Path) -> None:
    (path,) = WRITERS["evalscope"](tmp_path, THINKING)
    (tmp_path / "reviews/m/sums_default.jsonl").unlink()
    items, recording = read(path)
    assert [item.problem.answer for item in items] == [None, None]
    told = (
        "sums_default.jsonl: predictions without a review of theirs in reviews/…/sums_default.jsonl have no gold answer"
    )
    assert told in recording.notes()


@pytest.mark.parametrize("named", [("predictions",), ("reviews",), ("predictions", "reviews")], ids="+".join)
def test_evalscope_of_before_version_1_is_read_with_and_without_its_reviews(
    tmp_path: Path, named: tuple[str, ...]
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "index": k, "answer_id": f"answer-{k}", "subset_name": "main", "object": "chat.completion", "model": "m",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": f"<think>\na\n</think>\n\n{k}"}}],
            "usage": {"completion_tokens": 9, "prompt_tokens": 7}, "model_spec": {}, "origin_prompt": {"data": ["…"]},
            "raw_input": {"question": f"Q{k}", "answer": f"Some words.\n#### {k}"},
        }
        for k in (0, 1)
    ]  # fmt: skip
    lines(tmp_path / "predictions/m/x_main.jsonl", *rows)
    for row in rows:
        row["choices"] = [{**choice, "review": {"gold": str(row["index"]), "result": 1}} for choice in row["choices"]]
    lines(tmp_path / "reviews/m/x_main.jsonl", *({**row, "review_id": "review-a", "reviewed": True} for row in rows))
    items, recording = read(*(tmp_path / f"{name}/m/x_main.jsonl" for name in named))
    assert recording.tally.whole[0].names == ["evalscope"]
    assert [(item.problem.question, item.problem.answer) for item in items] == [("Q0", "0"), ("Q1", "1")]
    assert responses(items) == ["<think>\na\n</think>\n\n0", "<think>\na\n</think>\n\n1"]


def test_evalscope_reviews_alone_hold_question_response_and_gold(tmp_path: Path) -> None:
    WRITERS["evalscope"](tmp_path, SAMPLES)
    items, _ = read(tmp_path / "reviews/m/sums_default.jsonl")
    both, _ = read(tmp_path)
    assert [(item.problem, item.row.id) for item in items] == [(item.problem, item.row.id) for item in both]
    assert responses(items) == responses(both)


@pytest.mark.parametrize(
    ("text", "lost"), [("2 and 3 make 5. \\boxed{5}", True), ("<think>\n2 and 3.\n</think>\n\n\\boxed{5}", False)]
)
@pytest.mark.parametrize("asked", ["What is 2 + 3?", "**System**: Be brief.\n\n**User**: What is 2 + 3?"])
@pytest.mark.parametrize("named", [True, False])
def test_evalscope_reviews_without_messages_hold_question_and_response_as_texts(
    tmp_path: Path, text: str, lost: bool, asked: str, named: bool
) -> None:
    score = {"value": {"acc": 1.0}, "extracted_prediction": "5", "prediction": text, "explanation": None}
    review = {"index": 0, "input": asked, "target": "5", "trajectory": [], **({"model": "other"} if named else {}),
              "sample_score": {"score": score, "sample_id": 0, "group_id": 0, "sample_metadata": {}}}  # fmt: skip
    items, recording = read(lines(tmp_path / "reviews/m/sums_default.jsonl", review), model=None)
    (item,) = items
    assert isinstance(item.row, Response)
    assert (item.problem.question, item.problem.answer, item.row.response) == ("What is 2 + 3?", "5", text)
    assert item.model == ("other" if named else "m")
    assert ("reasoning_not_in_log" in recording.tally.noted.caveats) == lost


def test_evalscope_predictions_and_reviews_named_together_are_read_once(tmp_path: Path) -> None:
    (path,) = WRITERS["evalscope"](tmp_path, SAMPLES)
    assert len(read(path, tmp_path / "reviews/m/sums_default.jsonl")[0]) == 4


@pytest.mark.parametrize(
    ("predictions", "reviews"),
    [("p.jsonl", "r.jsonl"), ("a/x.jsonl", "b/x.jsonl"), ("predictions/m/x.jsonl", "reviews/m/x.jsonl")],
)
def test_evalscope_finds_the_review_of_predictions_by_its_place_or_as_the_only_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, predictions: str, reviews: str
) -> None:
    (written,) = WRITERS["evalscope"](tmp_path / "made", SAMPLES)
    for name, source in ((predictions, written), (reviews, tmp_path / "made/reviews/m" / written.name)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(source.read_bytes())
    monkeypatch.chdir(tmp_path)
    items, _ = read(Path(predictions), tmp_path / reviews)
    assert [item.problem.answer for item in items] == ["5", "5", "13", "13"]


@pytest.mark.parametrize(
    ("stem", "dataset", "level"),
    [("math_500_Level 3", "math500", 3), ("gsm8k_main", "gsm8k", None), ("aime24_default", "aime24", None),
     ("gpqa_diamond_default", "gpqa_diamond", None)],
)  # fmt: skip
def test_evalscope_names_benchmark_and_level_in_the_name_of_its_files(
    tmp_path: Path, stem: str, dataset: str, level: int | None
) -> None:
    (path,) = WRITERS["evalscope"](tmp_path, THINKING)
    items, _ = read(path.rename(path.with_name(f"{stem}.jsonl")))
    assert {(item.problem.dataset, item.problem.level) for item in items} == {(dataset, level)}


def test_evalscope_keeps_the_thinking_of_every_turn_between_calls_of_tools(tmp_path: Path) -> None:
    def turn(thought: str, text: str) -> dict[str, Any]:
        parts = [{"type": "reasoning", "reasoning": thought}, {"type": "text", "text": text}]
        return {"role": "assistant", "content": parts, "perf_metrics": {"input_tokens": 3, "output_tokens": 4}}

    turns = [
        {"role": "user", "content": "Q"},
        turn("I compute.", ""),
        {"role": "tool", "content": "5"},
        turn("So 5.", "5"),
    ]
    output = {"choices": [{"message": turns[3], "stop_reason": "stop"}], "usage": {"output_tokens": 4}}
    path = lines(
        tmp_path / "predictions/m/a_b.jsonl", {"index": 0, "model": "m", "model_output": output, "messages": turns}
    )
    ((item,), _) = read(path)
    assert isinstance(item.row, Response)
    assert item.row.response == "<think>\nI compute.\n</think>\n\n<think>\nSo 5.\n</think>\n\n5"
    assert (item.row.finish_reason, item.row.completion_tokens) == ("stop", 8)


# --- NeMo-Skills


def test_a_generation_of_nemo_skills_whose_thinking_was_cut_away_is_read_in_full(tmp_path: Path) -> None:
    row = {"problem": "Q", "generation": "5", "_full_generation": "<think>2 + 3</think>5", "num_generated_tokens": -1}
    ((item,), _) = read(lines(tmp_path / "sums/output.jsonl", row))
    assert responses([item]) == ["<think>2 + 3</think>5"]
    assert isinstance(item.row, Response)
    assert item.row.completion_tokens is None


@pytest.mark.parametrize("thought", ["I compute.\n\nSo 5.", ["I compute.", "So 5."]], ids=["text", "of each turn"])
def test_nemo_skills_keeps_the_reasoning_of_a_server(tmp_path: Path, thought: object) -> None:
    row = {"problem": "Q", "generation": "5", "reasoning_content": thought, "num_generated_tokens": 9,
           "finish_reason": ["tool_calls", "stop"], "num_reasoning_tokens": 7}  # fmt: skip
    ((item,), _) = read(lines(tmp_path / "sums/output-rs3.jsonl", row))
    assert isinstance(item.row, Response)
    assert item.row.response == "<think>\nI compute.\n\nSo 5.\n</think>\n\n5"
    assert (item.row.finish_reason, item.row.reasoning_tokens) == ("stop", 7)


def test_files_of_nemo_skills_are_samples_of_the_benchmark_that_names_their_folder(tmp_path: Path) -> None:
    paths = [
        lines(tmp_path / f"{name}/output-rs{k}.jsonl", {"problem": f"Q {name}?", "generation": "5", "id": 0})
        for name in ("one", "two")
        for k in (0, 1)
    ]
    items, _ = read(*paths)
    assert [item.problem.dataset for item in items] == ["one", "one", "two", "two"]
    assert [item.row.id for item in items] == ["one/0#1", "one/0#2", "two/0#1", "two/0#2"]


# --- NeMo Gym


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        ("What is 2 + 3?", "What is 2 + 3?"),
        ([{"role": "system", "content": "Box it."}, {"role": "user", "content": "What is 2 + 3?"}], "What is 2 + 3?"),
        ([{"role": "user", "content": [{"type": "input_text", "text": "What?"}]}], "What?"),
        (
            [
                {"role": "user", "content": "A"},
                {"type": "function_call", "name": "run"},
                {"role": "user", "content": "B"},
            ],
            "B",
        ),
    ],
)
def test_nemo_gym_asks_by_a_text_or_by_items(tmp_path: Path, asked: object, question: str) -> None:
    (path,) = WRITERS["nemo-gym"](tmp_path, THINKING)
    row = json.loads(path.read_text().splitlines()[0])
    ((item,), _) = read(lines(path, {**row, "responses_create_params": {"input": asked}}))
    assert item.problem.question == question


@pytest.mark.parametrize(
    ("reasoning", "hidden"),
    [
        ({"summary": []}, True),
        ({"summary": [], "encrypted_content": "gAAA"}, True),
        ({"summary": [{"type": "summary_text", "text": "2 and 3 make 5."}]}, False),
        (None, False),
    ],
)
def test_an_empty_reasoning_item_of_nemo_gym_is_hidden_also_if_no_tokens_are_counted(
    tmp_path: Path, reasoning: dict[str, Any] | None, hidden: bool
) -> None:
    (path,) = WRITERS["nemo-gym"](tmp_path, THINKING)
    row = json.loads(path.read_text().splitlines()[0])
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "5"}]}
    output = [*([{"type": "reasoning", **reasoning}] if reasoning else []), said]
    usage = {"input_tokens": 3, "output_tokens": 9, "output_tokens_details": {"reasoning_tokens": 0}}
    row["response"] = {**row["response"], "output": output, "usage": usage}
    ((item,), _) = read(lines(path, row))
    assert (item.row.hidden, item.row.completion_tokens) == (hidden, 9)


def test_the_inputs_of_nemo_gym_are_told_to_be_none_of_its_rollouts(tmp_path: Path) -> None:
    path = lines(tmp_path / "r.jsonl", {"responses_create_params": {"input": "Q"}, "expected_answer": "5"})
    with pytest.raises(OverthinkError, match="what NeMo Gym asks, without a response"):
        read(path)


# --- SkyThought


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ([{"content": "5"}, {"content": "6"}], [{"completion_tokens": 1}, {"completion_tokens": 2}]),
        ({"0.7": [{"content": "5"}, {"content": "6"}]}, {"0.7": [{"completion_tokens": 1}, {"completion_tokens": 2}]}),
        ({"0.7": {"0": {"content": "5"}, "1": {"content": "6"}}}, {"0.7": {"0": {"completion_tokens": 1}}}),
        ({"0.0": {"content": "5"}, "0.7": {"content": "6"}}, None),
    ],
    ids=["lists", "temperatures", "objects", "one of each temperature"],
)
def test_skythought_has_its_samples_in_lists_or_objects(tmp_path: Path, said: Any, counts: Any) -> None:
    raw = {"problem": "Q", "answer": "5", "prompt": "Box it. Q", "responses": said, "token_usages": counts}
    (tmp_path / "results.json").write_text(json.dumps({"0": raw}))
    items, recording = read(tmp_path / "results.json")
    assert responses(items) == ["5", "6"]
    assert recording.tally.whole[0].names == ["skythought"]
    assert isinstance(items[0].row, Response)
    assert items[0].row.completion_tokens == (1 if counts else None)


# --- verl, TRL


@pytest.mark.parametrize("format", ["verl", "trl"])
def test_a_step_of_a_training_is_a_model_of_its_own_with_the_same_problems(tmp_path: Path, format: str) -> None:
    (path,) = WRITERS[format](tmp_path, THINKING)
    if format == "verl":
        rows = [{**json.loads(line), "step": 9} for line in path.read_text().splitlines()]
        lines(path.with_name("9.jsonl"), *rows)
    else:
        table = pyarrow.parquet.read_table(path)
        nine = table.set_column(0, "step", pyarrow.array([9] * len(table)))
        pyarrow.parquet.write_table(nine, path.with_name("completions_00009.parquet"))
    items, _ = read(path.parent, model="Qwen/Qwen3-8B")
    assert [item.model for item in items] == ["Qwen/Qwen3-8B@step-9"] * 2 + ["Qwen/Qwen3-8B@step-100"] * 2
    assert items[0].problem == items[2].problem
    assert items[0].row.id == items[2].row.id


def test_the_tag_that_a_prompt_of_verl_opened_is_in_the_response(tmp_path: Path) -> None:
    row = {
        "input": "user\nQ\nassistant\n<think>\n",
        "output": "2 + 3\n</think>\n\n5",
        "gts": "5",
        "score": 1,
        "step": 1,
    }
    ((item,), _) = read(lines(tmp_path / "1.jsonl", row))
    assert (item.problem.question, item.problem.answer) == ("Q", "5")
    assert responses([item]) == ["<think>\n2 + 3\n</think>\n\n5"]


@pytest.mark.parametrize(
    ("truth", "gold"),
    [
        ("5", "5"),
        (5, "5"),
        (["5"], "5"),
        ({"target": "5"}, "5"),
        (["5", "6"], None),
        ({"numbers": [1, 2]}, None),
        (None, None),
    ],
)
def test_the_truth_of_a_verifier_is_the_gold_answer_if_it_is_one(
    tmp_path: Path, truth: object, gold: str | None
) -> None:
    row = {"input": "user\nQ\nassistant\n", "output": "5", "gts": truth, "score": 1.0, "step": 1}
    ((item,), _) = read(lines(tmp_path / "1.jsonl", row))
    assert item.problem.answer == gold


def test_trl_has_prompts_and_completions_as_chats_too(tmp_path: Path) -> None:
    rows = [
        {
            "step": 1, "advantage": 0.1, "accuracy_reward": 1.0,
            "prompt": [{"role": "system", "content": "Think."}, {"role": "user", "content": "Q"}],
            "completion": [{"role": "assistant", "content": text}],
        }
        for text in ("<think>\n2 + 3\n</think>\n\n5", "6")
    ]  # fmt: skip
    path = tmp_path / "completions_00001.parquet"
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    items, _ = read(path)
    assert [(item.problem.question, item.row.id[-2:]) for item in items] == [("Q", "#1"), ("Q", "#2")]
    assert responses(items) == ["<think>\n2 + 3\n</think>\n\n5", "6"]


def test_trl_keeps_the_thinking_of_every_turn_between_calls_of_tools(tmp_path: Path) -> None:
    turns = [
        {"role": "assistant", "content": "", "reasoning_content": "I compute."}, {"role": "tool", "content": "5"},
        {"role": "assistant", "content": "5", "reasoning_content": "So 5."},
    ]  # fmt: skip
    row = {"step": 1, "prompt": [{"role": "user", "content": "Q"}], "completion": turns, "advantage": 0.1}
    path = tmp_path / "completions_00001.parquet"
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([row]), path)
    ((item,), _) = read(path)
    assert responses([item]) == ["<think>\nI compute.\n</think>\n\n<think>\nSo 5.\n</think>\n\n5"]


# --- OpenCompass


@pytest.mark.parametrize(("gold", "expected"), [(["5"], "5"), (["5", "five"], None), ({"a": 1}, None), (5, "5")])
@pytest.mark.parametrize("format", ["opencompass", "nemo-gym", "verl"])
def test_several_gold_answers_count_as_none_and_stop_nothing(
    tmp_path: Path, format: str, gold: object, expected: str | None
) -> None:
    (path,) = WRITERS[format](tmp_path, THINKING)
    key = {"opencompass": "gold", "nemo-gym": "expected_answer", "verl": "gts"}[format]
    if format == "opencompass":
        path.write_text(json.dumps({at: {**raw, key: gold} for at, raw in json.loads(path.read_text()).items()}))
    else:
        lines(path, *({**json.loads(line), key: gold} for line in path.read_text().splitlines()))
    assert {item.problem.answer for item in read(path)[0]} == {expected}


def test_examples_before_the_question_are_not_the_question(tmp_path: Path) -> None:
    turns = [
        {"role": "HUMAN", "prompt": "1 + 1?"},
        {"role": "BOT", "prompt": "2"},
        {"role": "HUMAN", "prompt": "2 + 3?"},
    ]
    (tmp_path / "sums.json").write_text(json.dumps({"0": {"origin_prompt": turns, "prediction": "5", "gold": "5"}}))
    ((item,), _) = read(tmp_path / "sums.json")
    assert item.problem.question == "2 + 3?"


def test_the_parts_of_a_data_set_of_opencompass_are_one_data_set(tmp_path: Path) -> None:
    for part in (0, 1):
        row = {"origin_prompt": f"Q{part}", "prediction": "5", "gold": "5"}
        (tmp_path / f"sums_{part}.json").write_text(json.dumps({"0": row}))
    items, _ = read(tmp_path)
    assert [(item.problem.id, item.problem.dataset) for item in items] == [("sums_0/0", "sums"), ("sums_1/0", "sums")]


def test_a_number_at_the_end_of_a_name_is_no_part_without_a_first_one(tmp_path: Path) -> None:
    (tmp_path / "sums_24.json").write_text(json.dumps({"0": {"origin_prompt": "Q", "prediction": "5"}}))
    ((item,), _) = read(tmp_path)
    assert item.problem.dataset == "sums_24"


def test_opencompass_keeps_what_a_run_that_broke_off_has_written(tmp_path: Path) -> None:
    rows = [{"idx": str(k), "origin_prompt": f"Q{k}", "prediction": "5", "gold": "5", "res_length": 9} for k in (0, 1)]
    items, _ = read(lines(tmp_path / "tmp_sums.jsonl", *rows))
    assert [item.problem.id for item in items] == ["sums/0", "sums/1"]
    assert isinstance(items[0].row, Response)
    assert items[0].row.completion_tokens == 9


def test_a_rendered_prompt_of_opencompass_gives_the_question_and_opens_the_turn(tmp_path: Path) -> None:
    row = {"origin_prompt": "<｜User｜>Q<｜Assistant｜><think>\n", "prediction": "2 + 3\n</think>\n\n5", "gold": "5"}
    (tmp_path / "sums.json").write_text(json.dumps({"0": row}))
    ((item,), _) = read(tmp_path / "sums.json")
    assert item.problem.question == "Q"
    assert responses([item]) == ["<think>\n2 + 3\n</think>\n\n5"]


# --- lmms-eval


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"filtered_resps": "5"}, ["5"]),
        ({"filtered_resps": ["5", "6"]}, ["5", "6"]),
        ({"filtered_resps": "5", "resps": ["<think>a</think>5"]}, ["<think>a</think>5"]),
        ({"filtered_resps": ["5"], "resps": [["<think>a</think>5"]], "doc": {"question": "Q"}}, ["<think>a</think>5"]),
    ],
)
def test_lmms_eval_has_texts_flat_or_in_lists(tmp_path: Path, said: dict[str, Any], expected: list[str]) -> None:
    row = {"doc_id": 0, "target": "5", "input": "Q", "doc_hash": "a", **said}
    items, _ = read(lines(tmp_path / "owner__m/20261128_101010_samples_gsm8k.jsonl", row), model=None)
    assert responses(items) == expected
    assert {(item.model, item.problem.dataset) for item in items} == {("owner/m", "gsm8k")}


def test_a_document_of_lmms_eval_is_read_once_however_many_filters_it_has(tmp_path: Path) -> None:
    row = {"doc_id": 0, "target": "None", "input": "Q", "doc_hash": "a", "resps": ["<think>a</think>5"]}
    path = lines(tmp_path / "r.jsonl", {**row, "filtered_resps": "5"}, {**row, "filtered_resps": "[invalid]"})
    ((item,), _) = read(path)
    assert (responses([item]), item.problem.answer) == (["<think>a</think>5"], None)


def test_likelihoods_of_lmms_eval_are_told_in_two_lines(tmp_path: Path) -> None:
    row = {"doc_id": 0, "target": "5", "input": "Q", "filtered_resps": [[-1.5, False], [-0.5, True]]}
    with pytest.raises(OverthinkError, match="holds likelihoods"):
        read(lines(tmp_path / "r.jsonl", row))


def test_folders_that_are_not_those_of_the_tool_name_no_model(tmp_path: Path) -> None:
    (path,) = WRITERS["opencompass"](tmp_path, THINKING)
    (other,) = WRITERS["matharena"](tmp_path / "a", THINKING[:1])
    for found in (path, other):
        with pytest.raises(OverthinkError, match="names no model"):
            read(found.rename(tmp_path / found.name), model=None)


# --- MathArena


def test_matharena_names_model_and_competition_by_its_folders(tmp_path: Path) -> None:
    items, _ = read(*WRITERS["matharena"](tmp_path, SAMPLES), model=None)
    assert {(item.model, item.problem.dataset) for item in items} == {("owner/m", "sums")}
    assert [item.row.id for item in items] == ["sums/1#1", "sums/1#2", "sums/2#1", "sums/2#2"]


def test_matharena_keeps_the_thinking_before_a_call_of_a_tool(tmp_path: Path) -> None:
    turns = [
        {"role": "developer", "content": "Box it."}, {"role": "user", "content": "Q"},
        {"role": "assistant", "type": "cot", "content": "I compute."},
        {"role": "assistant", "type": "tool_call", "tool_name": "run", "arguments": {"code": "2+3"}},
        {"role": "tool_response", "tool_name": "run", "content": "5"},
        {"role": "assistant", "type": "cot", "content": "So 5."},
        {"role": "assistant", "type": "response", "content": "\\boxed{5}"},
    ]  # fmt: skip
    path = tmp_path / "c/o/m/1.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"idx": 1, "problem": "Q", "gold_answer": "5", "messages": [turns]}))
    ((item,), _) = read(path)
    assert responses([item]) == ["<think>\nI compute.\n</think>\n\n<think>\nSo 5.\n</think>\n\n\\boxed{5}"]


def test_in_a_row_of_matharena_on_the_hub_the_answer_is_the_response(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "Q"}, {"role": "assistant", "type": "cot", "content": "2 + 3"},
             {"role": "assistant", "type": "response", "content": "\\boxed{5}"}]  # fmt: skip
    row = {"problem_idx": "1", "problem": "Q", "model_name": "o9", "model_config": "openai/o9", "idx_answer": 0,
           "all_messages": json.dumps(turns), "user_message": "Q", "answer": "\\boxed{5}", "gold_answer": "5",
           "parsed_answer": "5", "correct": True, "input_tokens": 7, "output_tokens": 9}  # fmt: skip
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([row, {**row, "all_messages": None}]), tmp_path / "r.parquet")
    items, _ = read(tmp_path / "r.parquet")
    assert {(item.model, item.problem.answer) for item in items} == {("o9", "5")}
    assert responses(items) == ["<think>\n2 + 3\n</think>\n\n\\boxed{5}", "\\boxed{5}"]


# --- conversations


@pytest.mark.parametrize(
    ("turns", "question", "response"),
    [
        ([("human", "Q"), ("gpt", "5")], "Q", "5"),
        (
            [("system", "Think."), ("user", "Q"), ("assistant", "<think>\na\n</think>\n\n5")],
            "Q",
            "<think>\na\n</think>\n\n5",
        ),
        ([("human", "A"), ("gpt", "1"), ("human", "B"), ("gpt", "2")], "B", "2"),
        ([("human", "Q"), ("function_call", "{}"), ("observation", "5"), ("gpt", "5")], "Q", "5"),
        ([("human", "Q"), ("gpt", "5"), ("human", "Thanks.")], "Q", "5"),
    ],
)
@pytest.mark.parametrize("keys", [("from", "value"), ("role", "content")])
def test_the_last_turns_of_a_conversation_are_question_and_response(
    tmp_path: Path, keys: tuple[str, str], turns: list[tuple[str, str]], question: str, response: str
) -> None:
    row = {"conversations": [dict(zip(keys, turn, strict=True)) for turn in turns]}
    ((item,), _) = read(lines(tmp_path / "r.jsonl", row))
    assert (item.problem.question, responses([item])) == (question, [response])


# --- rows of a table


@pytest.mark.parametrize(("label", "gold"), [("A", "A"), (5, "5"), (True, None), (False, None)])
def test_a_label_that_says_whether_a_response_is_good_is_no_gold_answer(
    tmp_path: Path, label: object, gold: str | None
) -> None:
    ((item,), _) = read(lines(tmp_path / "r.jsonl", {"problem": "Q", "response": "5", "label": label}))
    assert item.problem.answer == gold


def test_a_csv_of_responses_is_read_with_its_quoted_lines(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    text = 'problem,answer,model,response\n"What is\n2 + 3?",5,m,"<think>\n2, ""3""\n</think>\n\n5"\nQ,,m,\n'
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    items, _ = read(path)
    assert [(item.problem.question, item.problem.answer) for item in items] == [("What is\n2 + 3?", "5"), ("Q", None)]
    assert responses(items) == ['<think>\n2, "3"\n</think>\n\n5', None]


@pytest.mark.parametrize(
    ("row", "question", "response"),
    [
        ({"instruction": "Add.", "input": "2 and 3", "output": "5"}, "Add.\n\n2 and 3", "5"),
        ({"instruction": "Add 2 and 3.", "input": "", "output": "5"}, "Add 2 and 3.", "5"),
        ({"problem": "Add 2 and 3.", "instruction": "Be brief.", "input": "x", "output": "5"}, "Add 2 and 3.", "5"),
        (
            {"problem": "Q", "message_thinking": "2, 3: 5.", "message_content": "5"},
            "Q",
            "<think>\n2, 3: 5.\n</think>\n\n5",
        ),
    ],
)
def test_rows_of_instruction_tuning_and_distillation_are_plain_rows(
    tmp_path: Path, row: dict[str, str], question: str, response: str
) -> None:
    ((item,), _) = read(lines(tmp_path / "r.jsonl", row))
    assert (item.problem.question, responses([item])) == (question, [response])


def test_a_step_of_plain_rows_is_named_by_map(tmp_path: Path) -> None:
    path = lines(tmp_path / "r.jsonl", {"problem": "Q", "response": "5", "iteration": 20})
    ((item,), _) = read(path, columns={"step": "iteration"})
    assert item.model == "m@step-20"


@pytest.mark.parametrize(
    "said",
    [
        {"role": "assistant", "content": "5", "reasoning_content": "2 and 3.", "tool_calls": ""},
        {"from": "gpt", "value": "5", "thinking": "2 and 3."},
        {"role": "assistant", "content": [{"type": "thinking", "thinking": "2 and 3."}, {"type": "text", "text": "5"}]},
    ],
    ids=str,
)
def test_a_turn_of_a_conversation_keeps_the_thinking_beside_its_text(tmp_path: Path, said: dict[str, Any]) -> None:
    row = {"conversations": [{"role": "user", "content": "What is 2 + 3?"}, said]}
    items, _ = read(lines(tmp_path / "c.jsonl", row))
    assert responses(items) == ["<think>\n2 and 3.\n</think>\n\n5"]
