"""overthink follow on a scripted server: generate, score, remedy, advise, with words that make sense."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from overthink.cli import main
from tests.conftest import ROOT, Overthink
from tests.loopback import Answer, Server

pytestmark = pytest.mark.slow  # the checkers are loaded in processes of their own

INSTRUCTIONS = ROOT / "samples" / "instructions.jsonl"
COMPOUND = ROOT / "samples" / "compound.json"
NO_COMMA = "Describe an old clock"
LOWERCASE = "Write a short note to a gardener"
BULLETS = "List what one needs"

LONG = "The old clock in the hall has lost its glass and its key " * 4


def asked(body: dict[str, Any]) -> str:
    return str(body["messages"][-1]["content"])


def thinks(body: dict[str, Any]) -> bool:
    return "<think>" in asked(body)


def script(body: dict[str, Any], make: Any) -> Any:  # noqa: PLR0911 - a script is its lines
    """Thinking mends the bullets, breaks the comma rule, and never ends for the gardener."""
    text = asked(body)
    if text.startswith("An instruction stands below"):
        if BULLETS in text:
            return make(content="YES")
        return make(content="Yes and no." if LOWERCASE in text else "NO.")
    review = "You were given an instruction" in text
    if BULLETS in text:
        good = "* bread\n* cheese\n* apples\n* a blanket"
        if review:
            return make(content="<think>\nFour points.\n</think>\n\nKEEP")
        return make(content=f"<think>\nFour.\n</think>\n\n{good}" if thinks(body) else "Bread and cheese.")
    if NO_COMMA in text:
        if review:
            return make(content=f"<think>\nThere is a comma.\n</think>\n\n{LONG}")
        return make(content=f"<think>\nLong and careful words.\n</think>\n\n{LONG}, too" if thinks(body) else LONG)
    if LOWERCASE in text and thinks(body) and not review:
        return make(content="<think>\nLowercase means", finish="length")
    return make(content="please water the roses in the evening when it is cool outside.")


@dataclass
class Story:
    """All commands in turn, in one folder: what the server was asked before and after each, and what was printed."""

    folder: Path
    server: Any
    out: dict[str, str]
    asked: dict[str, list[dict[str, Any]]]


def tell(folder: Path, server: Any) -> Story:
    story = Story(folder, server, {}, {})

    def follow(name: str, *arguments: object) -> None:
        before = len(server.bodies)
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(folder)
            patch.setenv("HF_HUB_OFFLINE", "1")
            patch.setenv("COLUMNS", "80")
            patch.setattr(sys, "argv", ["overthink", "follow", *map(str, arguments)])
            try:
                main()
                code = None
            except SystemExit as stop:
                code = stop.code
        assert not code, err.getvalue()
        story.out[name], story.asked[name] = out.getvalue(), server.bodies[before:]

    ids = "ifeval/1,ifeval/2,ifeval/4"
    follow(
        "generate", "generate", "--model", "m", "--base-url", server.url, "--dataset", INSTRUCTIONS, "--ids", ids,
        "--thinks", "prompt", "--out", "runs",
    )  # fmt: skip
    follow("score", "score", "runs", "--format", "json")
    follow("table", "score", "runs", "--format", "table")
    follow("few-shot", "remedy", "runs", "--method", "few-shot", "--format", "json")
    follow("remedy", "remedy", "runs", "--format", "json")
    follow("again", "remedy", "runs", "--method", "classifier", "--format", "table")
    follow("advise", "advise", "runs", "--format", "json")
    return story


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    (folder / "overthink.toml").write_text("[report]\nresamples = 200\n[compare]\npermutations = 100\n")
    server = Server(lambda body, _number: script(body, Answer))
    yield tell(folder, server)
    server.stop()


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def test_each_mode_is_a_run_with_the_same_ids_and_without_gold_answers(story: Story) -> None:
    for mode in ("base", "cot"):
        run = story.folder / "runs" / mode
        assert [row["id"] for row in rows(run / "generate.jsonl")] == ["ifeval/1#1", "ifeval/2#1", "ifeval/4#1"]
        assert all(row["answer"] is None and row["constraints"] for row in rows(run / "problems.jsonl"))
        assert json.loads((run / "run.json").read_text())["mode"] == mode


def test_the_base_mode_says_the_instruction_alone_and_both_are_greedy(story: Story) -> None:
    bodies = story.asked["generate"]
    plain = [asked(body) for body in bodies if not thinks(body)]
    assert sorted(plain) == sorted(row["question"] for row in rows(story.folder / "runs/base/problems.jsonl"))
    assert [body["temperature"] for body in bodies] == [0] * 6


def test_only_the_answer_after_the_thinking_is_scored_and_a_cut_thinking_has_none(story: Story) -> None:
    base, cot = json.loads(story.out["score"])["modes"]
    assert (base["metrics"]["instruction_loose"]["value"], cot["metrics"]["instruction_loose"]["value"]) == (0.75, 0.5)
    assert (base["unanswered"], cot["unanswered"], cot["unthinking"]) == (0, 1, 0)
    followed = {row["id"]: row for row in rows(story.folder / "runs/cot/follow.jsonl")}
    assert followed["ifeval/2#1"]["answer"] is None
    assert followed["ifeval/2#1"]["loose"] == [False]
    assert followed["ifeval/1#1"]["strict"] == [True, False]
    text = rows(story.folder / "runs/cot/generate.jsonl")[2]["response"]
    assert text[slice(*followed["ifeval/4#1"]["answer"])].startswith("* bread")
    assert text[slice(*followed["ifeval/4#1"]["thinking"])] == "Four."


def test_win_lose_and_tie_are_told_by_prompt_and_by_kind(story: Story) -> None:
    effect = json.loads(story.out["score"])["effect"]
    overall = effect["overall"]
    assert (overall["win"], overall["lose"], overall["tie"], effect["prompts"]) == (1, 2, 0, 3)
    assert {kind["kind"]: (kind["win"], kind["lose"], kind["tie"]) for kind in effect["kinds"]} == {
        "change_case:english_lowercase": (0, 1, 0),
        "detectable_format:number_bullet_lists": (1, 0, 0),
        "length_constraints:number_words": (0, 0, 1),
        "punctuation:no_comma": (0, 1, 0),
    }
    change = effect["changes"]["instruction_loose"]
    assert (change["base"], change["new"], change["value"]) == (0.75, 0.5, -0.25)
    assert change["ci_low"] <= -0.25 <= change["ci_high"]
    assert json.loads((story.folder / "runs/follow.json").read_text("utf-8"))["effect"] == effect


def test_the_table_tells_what_was_cut_and_names_the_most_harmed_kind_first(story: Story) -> None:
    table = story.out["table"]
    assert "WIN 1, LOSE 2, TIE 0" in table
    assert "1 without an answer (cut off inside the thinking, or empty)" in table
    assert table.index("punctuation:no_comma") < table.index("detectable_format")


def test_the_remedies_stand_beside_original_and_cot(story: Story) -> None:
    lines = {line["method"]: line for line in json.loads(story.out["remedy"])["methods"]}
    assert list(lines) == ["original", "cot", "few-shot", "self-reflection", "self-selective", "classifier"]
    shares = {method: line["metrics"]["instruction_loose"]["value"] for method, line in lines.items()}
    assert (shares["original"], shares["cot"]) == (0.75, 0.5)
    assert shares["self-reflection"] == 1.0  # keeps the bullets, mends the comma, answers the gardener at last
    assert lines["self-reflection"]["to_cot"]["instruction_loose"]["value"] == 0.5
    assert shares["self-selective"] == 1.0
    assert lines["classifier"]["prompts"] == 2


def test_a_decision_that_says_yes_and_no_is_lost_and_not_guessed(story: Story) -> None:
    (line,) = (line for line in json.loads(story.out["remedy"])["methods"] if line["method"] == "self-selective")
    assert (line["prompts"], line["lost"], line["reasoned"]) == (2, {"unreadable": 1}, 1)
    assert (line["precision"]["value"], line["recall"]["value"]) == (1.0, 1.0)


def test_the_tokens_of_both_passes_count_for_self_reflection(story: Story) -> None:
    (line,) = (line for line in json.loads(story.out["remedy"])["methods"] if line["method"] == "self-reflection")
    runs = [story.folder / "runs" / name / "follow.jsonl" for name in ("cot", "self-reflection")]
    tokens = sum(row["tokens"] for path in runs for row in rows(path))
    assert line["metrics"]["tokens"]["value"] == pytest.approx(tokens / 3)


def test_the_few_shot_prompt_holds_four_examples_and_the_instruction_last(story: Story) -> None:
    said = [asked(body) for body in story.asked["few-shot"]]
    assert len(said) == 3
    assert all(text.count("What counts:") == 4 for text in said)
    questions = [row["question"] for row in rows(story.folder / "runs/cot/problems.jsonl")]
    assert sorted(next(q for q in questions if text.endswith(q)) for text in said) == sorted(questions)


def test_what_was_made_is_not_made_again(story: Story) -> None:
    assert story.asked["again"] == story.asked["advise"] == story.asked["score"] == []
    assert len(story.asked["remedy"]) == 6  # the few-shot answers were there
    assert "lost: 1 whose decision is neither yes nor no" in story.out["again"]


def test_advice_says_that_three_prompts_decide_nothing(story: Story) -> None:
    found = {part["group"]: part for part in json.loads(story.out["advise"])}
    assert set(found) == {"all", "simple", "compound"}
    assert all(part["method"] is None and "do not decide" in part["advice"] for part in found.values())
    assert found["simple"]["paper"] == ["self-reflection", "classifier"]


def test_base_and_cot_may_be_runs_of_two_models(
    story: Story, overthink: Overthink, serve: Callable[..., Any], answer: Any
) -> None:
    other = serve(lambda body, _number: answer(content="<think>\nHm.\n</think>\n\n* a\n* b\n* c\n* d"))
    done = overthink(
        "follow", "generate", "--model", "m-distill", "--base-url", other.url, "--dataset", INSTRUCTIONS,
        "--ids", "ifeval/1,ifeval/2,ifeval/4", "--thinks", "always", "--modes", "cot", "--out", "distill",
    )  # fmt: skip
    assert done.code == 0, done.err
    base = story.folder / "runs" / "base"
    assert sorted(map(asked, other.bodies)) == sorted(row["question"] for row in rows(base / "problems.jsonl"))
    report = json.loads(overthink("follow", "score", base, "distill/cot", "--format", "json", "--resamples", 200).out)
    assert [(mode["mode"], mode["model"]) for mode in report["modes"]] == [("base", "m"), ("cot", "m-distill")]
    assert report["effect"]["prompts"] == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--thinks", "always"), "always thinks: it has no base mode"),
        (("--modes", "fast"), "no such mode"),
        (("--dataset", "two-plus-three", "--thinks", "prompt"), "its problems have no constraints"),
        ((), "how m comes to think is not known"),
    ],
    ids=["no-base", "mode", "dataset", "thinks"],
)
def test_what_cannot_be_done_is_said_before_anything_is_spent(
    overthink: Overthink, serve: Callable[..., Any], answer: Any, arguments: tuple[str, ...], message: str
) -> None:
    server = serve(answer())
    options = ("follow", "generate", "-m", "m", "--base-url", server.url, "-d", INSTRUCTIONS, "--out", "runs")
    done = overthink(*options, *arguments)
    assert done.code == 2
    assert message in done.err
    assert server.bodies == []


def test_a_run_that_is_not_of_this_wing_is_refused(overthink: Overthink, samples: Path) -> None:
    overthink("import", samples / "responses.jsonl", "--out", "other")
    done = overthink("follow", "score", "other")
    assert done.code == 2
    assert "not a run of `overthink follow`" in done.err


def test_compound_instructions_are_scored_by_rule_and_by_judge(
    overthink: Overthink, serve: Callable[..., Any], answer: Any
) -> None:
    def say(body: dict[str, Any], _number: int) -> Any:
        text = asked(body)
        if "Questions:" in text:
            numbers = [k for k in range(1, 9) if f"\n[{k}] " in text]
            checks = [{"number": k, "reason": "It is so.", "met": "river" not in text} for k in numbers]
            return answer(content=json.dumps({"checks": checks}))
        return answer(content="Dear reader, welcome to the harbour" if "harbour" in text else "prime")

    server = serve(say)
    overthink(
        "follow", "generate", "-m", "m", "--base-url", server.url, "-d", COMPOUND, "--thinks", "prompt",
        "--out", "runs",
    )  # fmt: skip
    alone = json.loads(overthink("follow", "score", "runs", "-f", "json", "--resamples", 200).out)
    assert alone["dataset"] == "complexbench"
    assert alone["modes"][0]["undecided"] > 0
    judge = ("--judge-model", "j", "--judge-url", server.url, "--tokenizer", "qwen3", "--redo", "follow")
    done = overthink("follow", "score", "runs", "-f", "json", "--resamples", 200, *judge)
    assert done.code == 0, done.err
    report = json.loads(done.out)
    assert [mode["undecided"] for mode in report["modes"]] == [0, 0]
    followed = {row["id"]: row["loose"] for row in rows(Path("runs/base/follow.jsonl"))}
    assert followed["complexbench/1#1"] == [True, True, True, True]
    assert followed["complexbench/2#1"] == [False, False]  # the second needs the first
    assert followed["complexbench/3#1"] == [True, True]
    assert {"And", "Chain", "Selection", "Length"} <= {kind["kind"] for kind in report["effect"]["kinds"]}
    calls = len(server.bodies)
    again = overthink("follow", "score", "runs", "-f", "json", "--resamples", 200)
    assert json.loads(again.out)["modes"] == report["modes"]
    assert len(server.bodies) == calls


def test_report_writes_the_page_of_these_runs(story: Story, overthink: Overthink, tmp_path: Path) -> None:
    done = overthink("report", str(story.folder / "runs"), "-o", str(tmp_path / "page.html"))
    assert (done.code, done.out.strip()) == (0, str(tmp_path / "page.html"))
    assert "no attention was read" in done.err
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "punctuation:no_comma" in page
    assert "<script" not in page


def test_report_refuses_what_is_not_for_these_runs(story: Story, overthink: Overthink) -> None:
    done = overthink("report", str(story.folder / "runs"), "--format", "latex")
    assert done.code == 2
    assert len(done.err.strip().split("\n")) == 2
    assert "--format" in done.err
