"""A judge on the command line, against a server on the loopback address that plays replies written for the samples."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from overthink.solutions.judge import ModelSegmenter
from overthink.solutions.rules import RULES
from overthink.strategies.judge import ModelClusterer
from overthink.text.tokenizers import load_tokenizer
from tests.conftest import ROOT, Overthink
from tests.loopback import Answer, Server, serve
from tests.scripted_judge import ScriptedJudge, kind_of

pytestmark = pytest.mark.slow  # whole commands, again and again

__all__ = ["serve"]

LABELS = ROOT / "samples" / "labels.jsonl"
Serve = Callable[..., Server]


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overthink.models.http.FIRST_WAIT", 0.01)


@pytest.fixture
def run(overthink: Overthink, samples: Path) -> Path:
    """The run folder of one of the samples' models."""
    assert overthink("import", samples / "responses.jsonl", "--out", "runs").code == 0
    return Path("runs/sample-r1")


def scripted(spoil: Callable[[dict[str, Any], int], Answer | None] | None = None) -> ScriptedJudge:
    return ScriptedJudge(LABELS, spoil)


def judge(server: Server, *more: object) -> tuple[object, ...]:
    return ("--judge", "model", "--judge-model", "m", "--judge-url", server.url, *more)


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line] if path.exists() else []


def stage_of(run: Path, stage: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((run / "run.json").read_text())["stages"][stage]
    return record


def victim_of(run: Path) -> tuple[str, str]:
    """The id of a response, and some words of its thinking that stand in no other."""
    labels = [row for row in rows_of(LABELS) if row["model"] == run.name and len(row["paragraphs"]) > 3]
    words = labels[0]["response"][slice(*labels[0]["paragraphs"][1])]
    (found,) = [row["id"] for row in rows_of(run / "generate.jsonl") if words in row["response"]]
    return found, words


def assert_stopped(done: Any, code: int, *words: str) -> None:
    assert done.code == code, done.err
    for word in words:
        assert word in done.err


# The whole way


def test_a_judge_that_reads_like_the_reader_gives_the_readers_solutions_and_strategies(
    overthink: Overthink, serve: Serve, run: Path
) -> None:
    server = serve(scripted())
    done = overthink("score", run, *judge(server))
    assert done.code == 0, done.err
    agreed = {(row["dataset"], row["figure"]): row["value"] for row in json.loads(overthink("agree", run, LABELS).out)}
    assert agreed["all", "f1"] == agreed["all", "strategy_ari"] == 1.0
    assert agreed["all", "outcome_difference"] == agreed["all", "process_difference"] == 0.0
    assert max(Counter(json.dumps(body) for body in server.bodies).values()) == 1, "a request was sent twice"


def test_run_json_and_the_report_tell_what_the_judge_was_asked(overthink: Overthink, serve: Serve, run: Path) -> None:
    server = serve(scripted())
    done = overthink("score", run, *judge(server, "--price-in", 2, "--price-out", 8))
    (part,) = json.loads(done.out)["runs"]
    calls = Counter(map(kind_of, server.bodies))
    for stage in ("segment", "cluster"):
        use = part["judges"][stage]
        assert use == stage_of(run, stage)["judge"]
        assert (use["judge"], use["calls"], use["prompt_tokens"]) == ("m", calls[stage], 7 * calls[stage])
        assert (use["cached_tokens"], use["completion_tokens"]) == (3 * calls[stage], 11 * calls[stage])
        assert use["cost"] == pytest.approx((7 * 2 + 11 * 8) * calls[stage] / 1e6, abs=1e-6)
        assert use["retries"] == use["uncounted"] == 0
    assert part["method"]["segmenter"] == f"{ModelSegmenter.name} (m)"
    assert part["method"]["clusterer"] == f"{ModelClusterer.name} (m)"
    assert set(part["method"]["prompts"]) == {"segment", "cluster"}
    table = overthink("score", run, "-f", "table").out
    assert f"segment: m was asked {calls['segment']} times" in table
    assert "43 % cached" in table


def test_a_response_with_one_solution_costs_no_call_to_cluster(overthink: Overthink, serve: Serve, run: Path) -> None:
    server = serve(scripted())
    assert overthink("cluster", run, *judge(server)).code == 0  # the rules segment
    several = [row for row in rows_of(run / "segment.jsonl") if len(row["solutions"]) > 1]
    assert 0 < len(server.bodies) == len(several) < 18
    assert len(rows_of(run / "cluster.jsonl")) == 18


def test_hybrid_asks_about_few_paragraphs_and_tells_the_share(overthink: Overthink, serve: Serve, run: Path) -> None:
    def decide(body: dict[str, Any], _number: int) -> Answer:
        asked = body["messages"][-1]["content"].rpartition("?")[2]
        numbers = [int(number) for number in re.findall(r"\[(\d+)\]", asked)]
        entries = [{"paragraph": n, "kind": "none", "answer_quote": ""} for n in numbers]
        return Answer(content=json.dumps({"paragraphs": entries}))

    server = serve(decide)
    done = overthink("segment", run, "--judge", "hybrid", "--judge-model", "m", "--judge-url", server.url)
    use = stage_of(run, "segment")["judge"]
    assert 0 < use["asked_paragraphs"] < use["paragraphs"] / 2
    assert f"about {use['asked_paragraphs']} of {use['paragraphs']} paragraphs" in done.err
    assert len(server.bodies) < 18


# What goes wrong


BROKEN: dict[str, Answer] = {
    "truncated JSON": Answer(content='{"solutions": [{"end_paragraph": 1, "answer_qu', finish="length"),
    "no JSON": Answer(content="I would say there are two solutions."),
    "ends out of order": Answer(
        content=json.dumps({"solutions": [{"end_paragraph": k, "answer_quote": "1", "kind": "states"} for k in (3, 2)]})
    ),
    "an answer that stands nowhere": Answer(
        content='{"solutions": [{"end_paragraph": 1, "answer_quote": "31415926535", "kind": "states"}]}'
    ),
    "an end beyond the text": Answer(
        content='{"solutions": [{"end_paragraph": 9999, "answer_quote": "1", "kind": "states"}]}'
    ),
    "content null": Answer(content=None),
    "a refusal": Answer(content=None, refusal="I cannot help with that."),
    "another language": Answer(content="这个回答里有两个解法。"),
    "only a thought": Answer(content=None, reasoning="Let me see", finish="length"),
    "an empty object": Answer(content="{}"),
}


@pytest.mark.parametrize("broken", sorted(BROKEN))
def test_a_broken_reply_is_asked_for_once_more_and_then_a_failure_and_never_a_row(
    overthink: Overthink, serve: Serve, run: Path, broken: str
) -> None:
    victim, shown = victim_of(run)

    def spoil(body: dict[str, Any], _number: int) -> Answer | None:
        return BROKEN[broken] if shown in body["messages"][-1]["content"] else None

    server = serve(scripted(spoil))
    assert_stopped(overthink("segment", run, *judge(server)), 1, "1 rows failed")
    (failure,) = rows_of(run / "failures.jsonl")
    assert (failure["stage"], failure["id"]) == ("segment", victim)
    assert failure["message"]
    asked = [body for body in server.bodies if shown in body["messages"][-1]["content"]]
    assert len(asked) == 2
    assert "could not be used" in asked[1]["messages"][-1]["content"]
    assert victim not in {row["id"] for row in rows_of(run / "segment.jsonl")}
    assert len(rows_of(run / "segment.jsonl")) == 17
    report = json.loads(overthink("score", run).out)["runs"][0]
    assert report["counts"]["failed"] == {"segment": 1}
    assert report["counts"]["responses"] == 17
    again = serve(scripted())
    assert overthink("score", run, *judge(again), "--redo", "cluster").code == 0
    assert len(rows_of(run / "segment.jsonl")) == 18
    assert len([body for body in again.bodies if kind_of(body) == "segment"]) == 1


def test_prose_around_the_json_is_no_fault(overthink: Overthink, serve: Serve, run: Path) -> None:
    judged = scripted()

    def chatty(body: dict[str, Any], _number: int) -> Answer:
        return Answer(content=f"Here you are:\n```json\n{judged.reply(body)}\n```\nAnything else?")

    assert overthink("segment", run, *judge(serve(chatty))).code == 0


def test_a_judge_that_thinks_first_is_read_after_its_thinking(overthink: Overthink, serve: Serve, run: Path) -> None:
    judged = scripted()

    def thinks(body: dict[str, Any], number: int) -> Answer:
        if number % 2:
            return Answer(content=judged.reply(body), reasoning="First I look at paragraph 1.\n")
        return Answer(content=f"Paragraph 1 first.</think>\n{judged.reply(body)}")

    assert overthink("segment", run, *judge(serve(thinks))).code == 0


def test_a_busy_server_is_tried_again_and_the_retries_are_counted(
    overthink: Overthink, serve: Serve, run: Path
) -> None:
    def busy(_body: dict[str, Any], number: int) -> Answer | None:
        return Answer(status=(429, 500, 503)[number % 3]) if number <= 6 else None

    assert overthink("segment", run, *judge(serve(scripted(busy)))).code == 0
    assert stage_of(run, "segment")["judge"]["retries"] == 6


def test_a_request_that_times_out_is_a_failure_and_the_others_are_made(
    overthink: Overthink, serve: Serve, run: Path, tmp_path: Path
) -> None:
    (tmp_path / "overthink.toml").write_text("[judge]\ntimeout = 0.3\nretries = 1\n")
    _, shown = victim_of(run)

    def slow(body: dict[str, Any], _number: int) -> Answer | None:
        return Answer(latency=1.0) if shown in body["messages"][-1]["content"] else None

    assert_stopped(overthink("segment", run, *judge(serve(scripted(slow)))), 1, "1 rows failed")
    (failure,) = rows_of(run / "failures.jsonl")
    assert failure["kind"] == "connection"
    assert len(rows_of(run / "segment.jsonl")) == 17


def test_a_server_that_refuses_schemas_is_asked_without_them(overthink: Overthink, serve: Serve, run: Path) -> None:
    def plain(body: dict[str, Any], _number: int) -> Answer | None:
        return Answer(status=400, message="unknown: response_format") if "response_format" in body else None

    server = serve(scripted(plain))
    assert overthink("segment", run, *judge(server)).code == 0
    assert any("response_format" not in body for body in server.bodies)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--judge", "model"), ("no judge is named", "--judge-model", "[judge] model")),
        (("--judge", "hybrid", "--judge-model", "m", "--judge-backend", "http"), ("no server", "--judge-url")),
        (("--judge", "model", "--judge-model", "m", "--judge-url", "http://127.0.0.1:1/v1"), ("no server answers",)),
        (("--judge", "model", "--judge-model", "m", "--judge-url", "u", "--max-cost", 1), ("--max-cost", "--price-in")),
        (("--judge", "replay"), ("asked no judge", "--judge model")),
        (("--judge", "model", "--judge-model", "m", "--judge-url", "u", "--judge-context", 5), ("judge.context",)),
    ],
    ids=["no model", "no url", "dead server", "no prices", "nothing to replay", "no context"],
)
def test_what_cannot_be_is_two_lines_and_changes_nothing(
    overthink: Overthink, run: Path, options: tuple[object, ...], words: tuple[str, ...]
) -> None:
    assert_stopped(overthink("segment", run, *options), 2, *words)
    assert not (run / "segment.jsonl").exists()


def test_a_judge_that_is_refused_leaves_the_stage_to_others(overthink: Overthink, run: Path) -> None:
    refused = (
        "--judge",
        "model",
        "--judge-model",
        "m",
        "--judge-backend",
        "vllm",
        "--judge-url",
        "http://127.0.0.1:9/v1",
    )
    assert_stopped(overthink("segment", run, *refused), 2, "--judge-url is not for --judge-backend vllm")
    assert overthink("segment", run).code == 0
    assert stage_of(run, "segment")["config"]["segmenter"] == RULES


def test_clustering_has_no_hybrid(overthink: Overthink, run: Path) -> None:
    options = ("--judge", "hybrid", "--judge-model", "m", "--judge-url", "http://127.0.0.1:1/v1")
    assert_stopped(overthink("cluster", run, *options), 2, "no hybrid judge")


def test_a_wrong_key_names_the_variable_that_is_read(
    overthink: Overthink, serve: Serve, run: Path, tmp_path: Path
) -> None:
    (tmp_path / "overthink.toml").write_text('[judge]\napi_key_env = "JUDGE_KEY"\n')
    server = serve(scripted(), models=401)
    assert_stopped(overthink("segment", run, *judge(server)), 2, "401", "JUDGE_KEY")


# What is paid, and when


def test_only_a_judge_that_is_named_is_asked(overthink: Overthink, serve: Serve, run: Path) -> None:
    server = serve(scripted())
    assert_stopped(overthink("segment", run, *judge(server, "--max-calls", 4)), 3, "--max-calls 4")
    assert_stopped(overthink("score", run), 2, "segment is not complete, and it asks m", "--judge-model")
    assert len(server.bodies) == 4
    assert overthink("segment", run, "--judge", "model").code == 0  # the rest of it stands in run.json
    assert len(server.bodies) == 17
    assert overthink("score", run).code == 0
    assert len(server.bodies) == 17


def test_overthink_toml_names_a_judge(overthink: Overthink, serve: Serve, run: Path, tmp_path: Path) -> None:
    server = serve(scripted())
    (tmp_path / "overthink.toml").write_text(
        f'[judge]\nmodel = "m"\nurl = "{server.url}"\n[segment]\njudge = "model"\n'
    )
    assert overthink("score", run).code == 0
    assert Counter(map(kind_of, server.bodies)) == {"segment": 17}
    assert stage_of(run, "cluster")["config"]["judge"] == "rules"


def test_each_stage_may_have_a_judge_of_its_own(overthink: Overthink, serve: Serve, run: Path) -> None:
    server = serve(scripted())
    assert overthink("segment", run, *judge(server)).code == 0
    other = ("--judge", "model", "--judge-model", "other", "--judge-url", server.url)
    assert overthink("cluster", run, *other).code == 0
    method = json.loads(overthink("score", run).out)["runs"][0]["method"]
    assert (method["segmenter"], method["clusterer"]) == (
        f"{ModelSegmenter.name} (m)",
        f"{ModelClusterer.name} (other)",
    )


def test_max_calls_is_for_all_stages_of_a_command_and_the_same_command_goes_on(
    overthink: Overthink, serve: Serve, run: Path
) -> None:
    server = serve(scripted())
    codes = []
    while (done := overthink("score", run, *judge(server, "--max-calls", 10))).code == 3:
        codes.append(len(server.bodies))
    assert done.code == 0, done.err
    assert codes == list(range(10, len(server.bodies), 10))
    assert max(Counter(json.dumps(body) for body in server.bodies).values()) == 1


def test_another_judge_than_the_run_was_started_with_is_refused(overthink: Overthink, serve: Serve, run: Path) -> None:
    server = serve(scripted())
    assert overthink("segment", run, *judge(server)).code == 0
    other = ("--judge", "model", "--judge-model", "other", "--judge-url", server.url)
    assert_stopped(
        overthink("segment", run, *other), 2, "with --judge-model m, now with --judge-model other", "--redo segment"
    )
    assert_stopped(overthink("segment", run, "--judge", "rules"), 2, "with --judge model, now with --judge rules")
    assert len(server.bodies) == 17
    assert overthink("segment", run, *other, "--redo", "segment").code == 0
    assert len(server.bodies) == 34
    assert overthink("segment", run, *judge(server), "--redo", "segment").code == 0
    assert len(server.bodies) == 34, "the first judge's replies are still there"


def test_replay_scores_again_without_a_network_and_gives_the_same_bytes(
    overthink: Overthink, serve: Serve, run: Path
) -> None:
    server = serve(scripted())
    assert overthink("score", run, *judge(server)).code == 0
    before = {name: (run / name).read_bytes() for name in ("segment.jsonl", "cluster.jsonl", "score.jsonl")}
    server.stop()
    done = overthink("score", run, "--judge", "replay", "--redo", "segment", "--redo", "cluster", "--redo", "score")
    assert done.code == 0, done.err
    assert {name: (run / name).read_bytes() for name in before} == before
    assert stage_of(run, "segment")["config"]["judge"] == "model"


def test_a_reply_that_replay_misses_is_a_failure(overthink: Overthink, serve: Serve, run: Path) -> None:
    assert overthink("segment", run, *judge(serve(scripted()))).code == 0
    kept = run / "replies" / "segment.jsonl"
    first, *others = kept.read_bytes().split(b"\n")
    kept.write_bytes(b"\n".join(others))
    assert overthink("segment", run, "--judge", "replay", "--redo", "segment").code == 1
    (failure,) = rows_of(run / "failures.jsonl")
    assert (failure["id"], failure["kind"]) == (json.loads(first)["row"], "not_recorded")


def test_every_request_and_raw_reply_is_kept(overthink: Overthink, serve: Serve, run: Path) -> None:
    server = serve(scripted())
    assert overthink("segment", run, *judge(server)).code == 0
    kept = rows_of(run / "replies" / "segment.jsonl")
    sent = {json.dumps(body["messages"]) for body in server.bodies}
    assert {json.dumps(row["request"]["turns"]) for row in kept} == sent
    assert all(row["request"]["model"] == "m" and row["request"]["sampling"]["seed"] == 0 for row in kept)
    assert all("solutions" in json.loads(row["reply"]) for row in kept)


def test_the_key_is_never_written_down(
    overthink: Overthink, serve: Serve, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret-123")
    assert overthink("score", run, *judge(serve(scripted()))).code == 0
    assert not [path for path in run.rglob("*") if path.is_file() and b"secret-123" in path.read_bytes()]


# Estimate


def test_an_estimate_sends_nothing_and_equals_what_is_then_sent(overthink: Overthink, serve: Serve, run: Path) -> None:
    server = serve(scripted())
    tokenizer = load_tokenizer("m").tokenizer
    prices = ("--price-in", 3, "--price-out", 15)
    for stage in ("segment", "cluster"):
        before = len(server.bodies)
        (row,) = json.loads(overthink(stage, run, *judge(server, *prices), "--estimate").out)
        assert len(server.bodies) == before
        assert overthink(stage, run, *judge(server, *prices)).code == 0
        sent = [message["content"] for body in server.bodies[before:] for message in body["messages"]]
        tokens = sum(len(tokenizer.starts(content)) for content in sent)
        assert row["calls"] == len(server.bodies) - before
        assert row["prompt_tokens"] == tokens
        assert (row["rows"], row["rows_that_may_ask_more"]) == (18, 0)
        assert row["cost_at_most"] == pytest.approx((tokens * 3 + row["calls"] * 4096 * 15) / 1e6, abs=1e-5)


def test_an_estimate_leaves_out_what_is_answered_already(overthink: Overthink, serve: Serve, run: Path) -> None:
    server = serve(scripted())
    assert overthink("segment", run, *judge(server, "--max-calls", 5)).code == 3
    (row,) = json.loads(overthink("segment", run, *judge(server), "--estimate").out)
    assert row["calls"] == 12
    assert row["reply_tokens_expected"] == 12 * 11


def test_an_estimate_without_a_judge_says_so(overthink: Overthink, run: Path) -> None:
    done = overthink("score", run, "--estimate")
    assert (done.code, done.out) == (0, "")
    assert "--judge model" in done.err


# Killed


@pytest.mark.slow
def test_killed_again_and_again_no_request_is_paid_twice(serve: Serve, run: Path, tmp_path: Path) -> None:
    judged = scripted()
    server = serve(lambda body, _number: Answer(content=judged.reply(body), latency=0.15))
    line = [sys.executable, "-m", "overthink", "score", str(run), *map(str, judge(server))]
    (tmp_path / "overthink.toml").write_text("[judge]\nconcurrency = 2\n")
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    kills = 0
    for _ in range(4):
        before = len(server.bodies)
        with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as process:
            deadline = time.monotonic() + 60
            while process.poll() is None and len(server.bodies) < before + 5 and time.monotonic() < deadline:
                time.sleep(0.02)
            process.send_signal(signal.SIGKILL)
        kills += process.returncode == -signal.SIGKILL
    done = subprocess.run(line, check=False, capture_output=True, env=environment, text=True)
    assert done.returncode == 0, done.stderr
    assert kills >= 2
    kept = {row["id"] for stage in ("segment", "cluster") for row in rows_of(run / "replies" / f"{stage}.jsonl")}
    # Only what was in flight at a kill, two requests at most, could not be kept.
    assert len(kept) <= len(server.bodies) <= len(kept) + 2 * kills
    assert len(rows_of(run / "score.jsonl")) == 18


# Verdicts


def test_a_judge_of_verdicts_is_asked_only_where_sympy_could_not_tell(
    overthink: Overthink, serve: Serve, tmp_path: Path
) -> None:
    row = {"model": "m", "response": "<think>\nSo it is 4.\n</think>\n\\boxed{4}"}
    rows = [
        {**row, "id": "sure", "problem": "What is 2 + 2?", "answer": "4"},
        {**row, "id": "unsure", "problem": "Which digit stands there?", "answer": "\\frac{4}{"},
    ]
    (tmp_path / "two.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))
    assert overthink("import", "two.jsonl", "--out", "runs").code == 0
    (run,) = Path("runs").iterdir()
    said = json.dumps({"comparison": {"reason": "Both name the digit four.", "verdict": "equal"}})
    server = serve(Answer(content=said))
    done = overthink("verify", run, *judge(server))
    assert done.code == 0, done.err
    sure, unsure = rows_of(run / "verify.jsonl")
    assert sure["final"]["way"] != "judge"
    assert (unsure["final"]["verdict"], unsure["final"]["way"]) == ("correct", "judge")
    assert len(server.bodies) == 1, "the same pair was asked about twice"
    assert overthink("score", run).code == 0


# Trust


def test_a_saved_agreement_stands_in_the_report_of_runs_with_that_judge_only(
    overthink: Overthink, serve: Serve, run: Path
) -> None:
    assert overthink("score", run, *judge(serve(scripted()))).code == 0
    assert overthink("agree", run, LABELS, "--save", run).code == 0
    table = overthink("score", run, "-f", "table").out
    assert "(±0.0 from the judge)" in " ".join(table.split())
    report = json.loads(overthink("score", run).out)["runs"][0]
    assert report["agreement"]["outcome_difference"]["n"] > 0
    rules = Path("runs/sample-qwq")
    assert overthink("score", rules).code == 0
    assert_stopped(overthink("agree", run, LABELS, "--save", rules), 2, RULES, "was measured")
    assert "agreement" not in json.loads(overthink("score", rules).out)["runs"][0]
    assert overthink("score", run, "--judge", "rules", "--redo", "segment", "--redo", "cluster").code == 0
    assert "agreement" not in json.loads(overthink("score", run).out)["runs"][0]
