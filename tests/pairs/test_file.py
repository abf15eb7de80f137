"""`overthink pairs`: from sampled responses to rows that TRL reads, and the paper's table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from overthink.text.digest import digest
from tests.conftest import Overthink

TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|><think>\n{% endif %}"
)
FIRST = "First I add the two: {a} + 3 = {c}. So the answer is {c}."
CHECK = "Wait, let me check that again. {a} + 3 = {c}. Yes, so the answer is {c}."
WRONG = "First I add the two: {a} + 3 = {w}. So the answer is {w}."
FINAL = "The sum is \\boxed{{{c}}}."
TAIL = "Hmm, I could go on like this for a while, but there is nothing more to find."


def turn(*paragraphs: str, a: int, final: str = FINAL) -> str:
    words = {"a": a, "c": a + 3, "w": a + 4}
    thinking = "\n\n".join(paragraphs).format(**words)
    return f"<think>\n{thinking}\n</think>\n\n{final.format(**words)}"


def rows_for(a: int, *turns: str, **changes: Any) -> list[dict[str, Any]]:
    return [
        {
            "model": "m", "dataset": "sums", "id": f"sum-{a}", "problem": f"What is {a} + 3, in words of your own?",
            "answer": str(a + 3), "sample": k, "response": text, **changes,
        }
        for k, text in enumerate(turns, start=1)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tokenizer of a model whose template opens the thinking."""
    folder = tmp_path_factory.mktemp("tokenizer")
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    specials = ["<s>", "<|end|>", "<|user|>", "<|assistant|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    made.train_from_iterator([FIRST, CHECK], trainer)
    made.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"bos_token": "<s>", "eos_token": "<|end|>"}))
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    return folder


@pytest.fixture
def run(overthink: Overthink, tmp_path: Path) -> Path:
    """Problems: 4 + 3 with a short and a long sample, 5 + 3 with one that is right late, 6 + 3 with a wrong one."""
    rows = [
        *rows_for(4, turn(FIRST, a=4), turn(FIRST, CHECK, CHECK, TAIL, a=4)),
        *rows_for(5, turn(WRONG, "Wait, that is not right. " + FIRST, CHECK, CHECK, a=5)),
        *rows_for(6, turn(WRONG, a=6, final="The sum is \\boxed{{{w}}}.")),
    ]
    (tmp_path / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert overthink("import", "samples.jsonl", "--out", "runs/s").code == 0
    return tmp_path / "runs" / "s" / "m"


def read(path: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in map(json.loads, path.read_text().splitlines())}


def test_fcs_pairs_hold_the_prompt_the_cut_and_the_longest_sample(
    overthink: Overthink, run: Path, tokenizer: Path, tmp_path: Path
) -> None:
    done = overthink("pairs", run, "-o", "pairs.jsonl", "--kind", "fcs", "--tokenizer", tokenizer)
    assert done.code == 0, done.err
    pairs = read(tmp_path / "pairs.jsonl")
    assert list(pairs) == ["sum-4", "sum-5"]
    four, five = pairs["sum-4"], pairs["sum-5"]
    assert four["prompt"] == (
        "<s><|user|>What is 4 + 3, in words of your own?\n\nReason step by step, and put the final answer in "
        "\\boxed{}.<|end|><|assistant|><think>\n"
    )
    assert four["chosen"] == FIRST.format(a=4, c=7) + "\n</think>\n\nThe sum is \\boxed{7}."
    assert "<think>\n" + four["rejected"] == turn(FIRST, CHECK, CHECK, TAIL, a=4)
    assert (four["chosen_sample"], four["rejected_sample"]) == ("sum-4#1", "sum-4#2")
    wrong, right = WRONG.format(a=5, w=9), "Wait, that is not right. " + FIRST.format(a=5, c=8)
    assert five["chosen"] == f"{wrong}\n\n{right}\n</think>\n\nThe sum is \\boxed{{8}}."
    assert four["template"] == digest(TEMPLATE)


def test_the_token_counts_are_the_tokenizers_own_and_max_length_holds_the_longest_pair(
    overthink: Overthink, run: Path, tokenizer: Path, tmp_path: Path
) -> None:
    done = overthink("pairs", run, "-o", "pairs.jsonl", "--kind", "gds", "--tokenizer", tokenizer)
    made = Tokenizer.from_file(str(tokenizer / "tokenizer.json"))
    longest = 0
    for row in read(tmp_path / "pairs.jsonl").values():
        for side in ("chosen", "rejected"):
            tokens = len(made.encode(row["prompt"] + row[side], add_special_tokens=False).ids)
            assert tokens == row["prompt_tokens"] + row[f"{side}_tokens"]
            longest = max(longest, tokens)
    assert json.loads(done.out)["max_length"] == longest + 2


def test_samples_and_problems_that_are_left_out_are_counted(overthink: Overthink, run: Path, tokenizer: Path) -> None:
    report = json.loads(overthink("pairs", run, "-o", "p.jsonl", "--kind", "shortest", "--tokenizer", tokenizer).out)
    assert json.loads(Path("p.report.json").read_text()) == report
    assert (report["problems"], report["samples"], report["pairs"]) == (3, 4, 1)
    assert report["unused"] == {"wrong": 1}
    assert report["dropped"] == {"equal_sides": 1, "no_usable_sample": 1}


def test_reflection_that_is_not_there_falls_back_to_fcs_and_is_counted(
    overthink: Overthink, run: Path, tokenizer: Path, tmp_path: Path
) -> None:
    report = json.loads(overthink("pairs", run, "-o", "pairs.jsonl", "--tokenizer", tokenizer).out)
    pairs = read(tmp_path / "pairs.jsonl")
    assert {name: row["fell_back"] for name, row in pairs.items()} == {"sum-4": True, "sum-5": False}
    assert report["fell_back"] == 1
    assert pairs["sum-5"]["chosen"].count("so the answer is 8") == 1


def test_the_rejected_side_can_be_of_a_wrong_sample_unless_correct_ones_are_asked_for(
    overthink: Overthink, tokenizer: Path, tmp_path: Path
) -> None:
    wrong = turn(WRONG, TAIL, TAIL, TAIL, a=4, final="The sum is \\boxed{{{w}}}.")
    rows = rows_for(4, turn(FIRST, a=4), turn(FIRST, CHECK, a=4), wrong)
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    overthink("import", "x.jsonl", "--out", "x")
    for rejected, sample in (("longest", "sum-4#3"), ("correct", "sum-4#2")):
        done = overthink("pairs", "x", "-o", "p.jsonl", "--rejected", rejected, "--tokenizer", tokenizer)
        assert done.code == 0, done.err
        assert read(tmp_path / "p.jsonl")["sum-4"]["rejected_sample"] == sample


def test_a_boxed_close_needs_no_final_text_of_the_sample(overthink: Overthink, tokenizer: Path, tmp_path: Path) -> None:
    rows = rows_for(4, turn(FIRST, CHECK, a=4, final=""))
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    overthink("import", "x.jsonl", "--out", "x")
    options = ("--kind", "fcs", "--tokenizer", tokenizer)
    own = json.loads(overthink("pairs", "x", "-o", "p.jsonl", *options).out)
    assert (own["pairs"], own["unused"]) == (0, {"not_closable": 1})
    assert not (tmp_path / "p.jsonl").exists()
    assert overthink("pairs", "x", "-o", "p.jsonl", "--close", "boxed", *options).code == 0
    chosen = read(tmp_path / "p.jsonl")["sum-4"]["chosen"]
    assert chosen == FIRST.format(a=4, c=7) + "\n</think>\n\n\\boxed{7}"


def test_rows_for_sft_hold_a_prompt_and_a_completion(
    overthink: Overthink, run: Path, tokenizer: Path, tmp_path: Path
) -> None:
    both = ("--kind", "fcs", "--tokenizer", tokenizer)
    overthink("pairs", run, "-o", "pairs.jsonl", *both)
    overthink("pairs", run, "-o", "sft.jsonl", "--rows", "sft", *both)
    pairs, completions = read(tmp_path / "pairs.jsonl"), read(tmp_path / "sft.jsonl")
    assert {name: row["completion"] for name, row in completions.items()} == {
        name: row["chosen"] for name, row in pairs.items()
    }
    assert all("rejected" not in row for row in completions.values())


@pytest.mark.filterwarnings("default")  # the library's own
def test_the_datasets_library_loads_the_file(overthink: Overthink, run: Path, tokenizer: Path, tmp_path: Path) -> None:
    from datasets import load_dataset

    overthink("pairs", run, "-o", "pairs.jsonl", "--kind", "fcs", "--tokenizer", tokenizer)
    loaded = load_dataset("json", data_files="pairs.jsonl", split="train", cache_dir=str(tmp_path / "cache"))
    assert {"prompt", "chosen", "rejected"} <= set(loaded.column_names)
    assert loaded[0]["chosen"] == read(tmp_path / "pairs.jsonl")["sum-4"]["chosen"]


def test_without_a_chat_template_the_ways_out_are_named_and_plain_is_one(
    overthink: Overthink, run: Path, tokenizer: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "tokenizer.json").write_bytes((tokenizer / "tokenizer.json").read_bytes())
    done = overthink("pairs", run, "-o", "pairs.jsonl", "--tokenizer", bare)
    assert done.code == 2
    assert "--tokenizer" in done.err
    assert "--prompt-format plain" in done.err
    assert not (tmp_path / "pairs.jsonl").exists()
    plain = overthink("pairs", run, "-o", "pairs.jsonl", "--tokenizer", bare, "--prompt-format", "plain")
    assert plain.code == 0, plain.err
    row = read(tmp_path / "pairs.jsonl")["sum-4"]
    assert row["prompt"].startswith("What is 4 + 3")
    assert row["chosen"].startswith("<think>\nFirst")
    assert row["template"] is None


def test_without_the_models_tokenizer_no_length_is_guessed(overthink: Overthink, run: Path) -> None:
    done = overthink("pairs", run, "-o", "pairs.jsonl", "--prompt-format", "plain")
    assert done.code == 2
    assert "the tokenizer of m cannot be had" in done.err
    assert "--tokenizer" in done.err


def test_a_template_that_closes_the_thinking_does_not_fit_responses_that_think(
    overthink: Overthink, run: Path, tokenizer: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (other / name).write_bytes((tokenizer / name).read_bytes())
    (other / "chat_template.jinja").write_text(TEMPLATE.replace("<think>\n", "<think>\n\n</think>\n\n"))
    done = overthink("pairs", run, "-o", "pairs.jsonl", "--tokenizer", other)
    assert done.code == 2
    assert "closes the thinking" in done.err


def test_a_benchmarks_test_split_is_refused_by_its_name(overthink: Overthink, tokenizer: Path, tmp_path: Path) -> None:
    row = rows_for(4, turn(FIRST, CHECK, a=4))[0]
    (tmp_path / "x.jsonl").write_text(json.dumps({**row, "dataset": "MATH-500"}) + "\n")
    overthink("import", "x.jsonl", "--out", "x")
    refused = overthink("pairs", "x", "-o", "p.jsonl", "--kind", "fcs", "--tokenizer", tokenizer)
    assert refused.code == 2
    assert "math500 is a benchmark's test split" in refused.err
    assert "--allow-test-split" in refused.err
    allowed = overthink("pairs", "x", "-o", "p.jsonl", "--kind", "fcs", "--tokenizer", tokenizer, "--allow-test-split")
    assert allowed.code == 0, allowed.err


def test_a_test_problem_under_another_name_is_refused_by_its_text(
    overthink: Overthink, tokenizer: Path, tmp_path: Path
) -> None:
    mirror = tmp_path / "hub" / "openai" / "gsm8k" / "main"
    mirror.mkdir(parents=True)
    row = rows_for(4, turn(FIRST, CHECK, a=4))[0]
    problem = {"question": f"  {row['problem'].upper()}", "answer": "#### 7"}
    (mirror / "test.jsonl").write_text(json.dumps(problem) + "\n")
    (tmp_path / "x.jsonl").write_text(json.dumps(row) + "\n")
    overthink("import", "x.jsonl", "--out", "x")
    options = ("-o", "p.jsonl", "--kind", "fcs", "--tokenizer", tokenizer)
    refused = overthink("pairs", "x", *options, "--hub-mirror", tmp_path / "hub")
    assert refused.code == 2
    assert "problems that are also in gsm8k: 1, for example sum-4" in refused.err
    unknown = json.loads(overthink("pairs", "x", *options).out)
    assert "gsm8k" in unknown["overlap_unchecked"]
    assert "gsm8k" not in unknown["overlap_checked"]


def test_runs_of_several_models_give_statistics_alone(overthink: Overthink, tokenizer: Path, tmp_path: Path) -> None:
    rows = [
        *rows_for(4, turn(FIRST, a=4), model="short"),
        *rows_for(4, turn(FIRST, CHECK, CHECK, a=4), model="long"),
    ]
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    overthink("import", "x.jsonl", "--out", "x")
    for options in ((), ("--pool", "-o", "p.jsonl")):
        refused = overthink("pairs", "x", "--tokenizer", tokenizer, *options)
        assert refused.code == 2
        assert "--pool" in refused.err
    report = json.loads(overthink("pairs", "x", "--pool").out)
    tokens = {side["side"]: side["metrics"]["tokens"]["value"] for side in report["statistics"]}
    assert (report["problems"], report["samples"], report["pairs"]) == (1, 2, None)
    assert tokens["shortest"] < tokens["all samples"] < tokens["longest"]


def test_two_runs_over_other_problems_with_one_id_are_not_pooled(overthink: Overthink, tmp_path: Path) -> None:
    for name, problem in (("a", "What is 4 + 3?"), ("b", "What is 5 + 3?")):
        row = {**rows_for(4, turn(FIRST, a=4))[0], "problem": problem}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row) + "\n")
        overthink("import", f"{name}.jsonl", "--out", name)
    done = overthink("pairs", "a", "b")
    assert done.code == 2
    assert "'sum-4' is another one" in done.err


def test_the_words_around_the_question_must_be_those_of_the_generation(
    overthink: Overthink, tokenizer: Path, tmp_path: Path
) -> None:
    (tmp_path / "problems.jsonl").write_text(
        json.dumps({"id": "sum-4", "question": "What is 4 + 3, in words of your own?", "answer": "7"}) + "\n"
    )
    (tmp_path / "words.md").write_text("Think about it: {question}\n")
    reply = {
        "id": "sum-4#1", "problem_id": "sum-4", "sample": 1, "model": "m", "response": turn(FIRST, CHECK, CHECK, a=4),
        "finish_reason": "stop",
    }  # fmt: skip
    (tmp_path / "replies.jsonl").write_text(json.dumps(reply) + "\n")
    made = overthink(
        "generate", "-m", "m", "-d", "problems.jsonl", "--backend", "replay", "--replies", "replies.jsonl",
        "--prompt", "words.md", "--out", "run",
    )  # fmt: skip
    assert made.code == 0, made.err
    options = ("-o", "p.jsonl", "--kind", "fcs", "--tokenizer", tokenizer)
    assert overthink("pairs", "run", *options).code == 0
    assert "<|user|>Think about it: What is 4 + 3" in read(tmp_path / "p.jsonl")["sum-4"]["prompt"]
    (tmp_path / "words.md").write_text("Think twice about it: {question}\n")
    changed = overthink("pairs", "run", *options)
    assert changed.code == 2
    assert "not the one that the responses were generated with" in changed.err


def test_a_run_that_was_scored_with_the_answer_text_is_refused(overthink: Overthink, run: Path) -> None:
    overthink("score", run, "--scope", "response")
    done = overthink("pairs", run)
    assert done.code == 2
    assert "--redo score --scope thinking" in done.err


@pytest.mark.parametrize("form", ["table", "csv", "markdown", "jsonl"])
def test_every_format_shows_every_side(overthink: Overthink, run: Path, form: str) -> None:
    done = overthink("pairs", run, "--format", form)
    assert done.code == 0, done.err
    for side in ("all samples", "longest", "shortest", "fcs", "fcs-reflection", "gds"):
        assert side in done.out


def test_a_run_without_a_usable_sample_has_an_empty_table_and_no_file(
    overthink: Overthink, tokenizer: Path, tmp_path: Path
) -> None:
    row = rows_for(4, turn(WRONG, a=4, final="The sum is \\boxed{{{w}}}."))[0]
    (tmp_path / "x.jsonl").write_text(json.dumps(row) + "\n")
    overthink("import", "x.jsonl", "--out", "x")
    done = overthink("pairs", "x", "-o", "p.jsonl", "--tokenizer", tokenizer, "--format", "table")
    assert done.code == 0, done.err
    assert "no pairs: nothing was written" in done.out
    assert not (tmp_path / "p.jsonl").exists()


@pytest.mark.slow
def test_on_real_responses_the_papers_order_comes_out(overthink: Overthink, real_data: Path) -> None:
    """arXiv 2412.21187: longest < shortest < FCS+Reflection < GDS < FCS; four models are samples of one problem."""
    overthink("import", real_data / "responses" / "gsm8k.jsonl", "--out", "g", "--hub-mirror", real_data / "hub")
    overthink("import", real_data / "responses" / "math_train_r1_1p5b.jsonl", "--out", "m")
    order = ["longest", "shortest", "fcs-reflection", "gds", "fcs"]
    for runs, strict in (("g", True), ("m", False)):
        report = json.loads(overthink("pairs", runs, "--pool").out)
        values = {side["side"]: side["metrics"]["outcome_efficiency"]["value"] for side in report["statistics"]}
        found = [values[side] for side in order]
        assert found == sorted(found)
        # With one sample a problem it is the shortest and the longest at once.
        assert len(set(found)) == (5 if strict else 4)
