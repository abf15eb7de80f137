"""`overthink generate` and `overthink run --model` against a server on the loopback address and recorded replies."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

Serve = Callable[..., Any]
PROBE = ("-m", "m", "-d", "two-plus-three")


def rows_of(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "generate.jsonl").read_text().split("\n") if line]


def config_of(run: Path) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((run / "run.json").read_text())["stages"]["generate"]["config"]
    return config


@pytest.fixture
def problems(tmp_path: Path) -> Path:
    path = tmp_path / "sums.jsonl"
    rows = [{"id": f"s{k}", "question": f"{k} + 3?", "answer": str(k + 3), "level": k % 2 + 1} for k in range(10)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_from_nothing_to_a_report(overthink: Any, serve: Serve, answer: Any, tmp_path: Path) -> None:
    text = "2 and 3 make 5.\n\nSo the answer is 5.</think>It is \\boxed{5}."
    done = overthink("run", *PROBE, "-n", 4, "--base-url", serve(answer(content=text)).url, "--out", "run")
    assert done.code == 0, done.err
    report = json.loads(done.out)
    assert report["runs"][0]["counts"]["responses"] == 4
    assert len(report["runs"][0]["method"]["prompts"]["question"]) == 12
    assert report["runs"][0]["metrics"]["two-plus-three"]["overall"]["accuracy"]["value"] == 1
    assert (tmp_path / "run" / "report.json").exists()


def test_a_run_goes_on_without_its_options_and_a_larger_n_extends_it(
    overthink: Any, serve: Serve, answer: Any, problems: Path, tmp_path: Path
) -> None:
    server = serve(answer())
    first = overthink("generate", "-m", "m", "-d", problems, "--base-url", server.url, "--out", "run", "--limit", 3)
    assert first.code == 0, first.err
    assert len(server.bodies) == 3
    assert overthink("generate", "--out", "run").code == 0
    assert len(server.bodies) == 3
    assert overthink("generate", "--out", "run", "-n", 2).code == 0
    assert len(server.bodies) == 6
    assert [row["id"] for row in rows_of(tmp_path / "run")] == [f"s{k}#{n}" for k in range(3) for n in (1, 2)]
    assert overthink("generate", "--out", "run", "-d", problems, "--levels", "2", "-n", 1).code == 0
    assert len(server.bodies) == 10


def test_a_changed_sampling_value_is_refused_and_redo_accepts_it(
    overthink: Any, serve: Serve, answer: Any, tmp_path: Path
) -> None:
    server = serve(answer())
    assert overthink("generate", *PROBE, "--base-url", server.url, "--out", "run", "--temperature", 0.6).code == 0
    refused = overthink("generate", "--out", "run", "--temperature", 0.9)
    assert refused.code == 2
    assert "with --temperature 0.6, now with --temperature 0.9" in refused.err
    assert overthink("generate", "--out", "run", "--temperature", 0.9, "--redo", "generate").code == 0
    assert config_of(tmp_path / "run")["temperature"] == 0.9
    assert len(server.bodies) == 2


def test_the_models_own_values_are_sent_and_written_down(
    overthink: Any, serve: Serve, answer: Any, tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "generation_config.json").write_text('{"temperature": 0.6, "top_k": 20, "eos_token_id": 1}')
    server = serve(answer())
    base = ("generate", "-m", "model", "-d", "two-plus-three", "--base-url", server.url, "--top-p", 0.5)
    assert overthink(*base, "--out", "run").code == 0
    config = config_of(tmp_path / "run")
    assert (config["temperature"], config["top_k"], config["top_p"], config["min_p"]) == (0.6, 20, 0.5, None)
    assert (server.bodies[0]["temperature"], server.bodies[0]["top_k"], server.bodies[0]["top_p"]) == (0.6, 20, 0.5)


@pytest.mark.parametrize(
    ("given", "row"),
    [
        ({"content": "", "finish": "stop"}, ("", "stop")),
        ({"content": "never closed", "finish": "length"}, ("never closed", "length")),
        ({"reasoning": "only a thought", "content": None, "finish": "length"}, ("<think>\nonly a thought", "length")),
        ({"content": "thought</think>"}, ("<think>\nthought</think>", "stop")),
    ],
    ids=["empty", "cut off", "cut off inside the thought", "empty answer after the tag"],
)
def test_odd_endings_are_kept_and_scored_as_what_they_are(
    overthink: Any, serve: Serve, answer: Any, tmp_path: Path, given: dict[str, Any], row: tuple[str, str]
) -> None:
    done = overthink("run", *PROBE, "--base-url", serve(answer(**given)).url, "--out", "run")
    assert done.code == 0, done.err
    (made,) = rows_of(tmp_path / "run")
    assert (made["response"], made["finish_reason"]) == row
    counts = json.loads(done.out)["runs"][0]["counts"]
    assert counts["responses"] == 1
    assert counts["truncated"] == (row[1] == "length")
    assert counts["missing_answers"] == 1


def test_an_option_that_was_written_down_and_has_no_use_does_not_stop_a_run(
    overthink: Any, serve: Serve, answer: Any, tmp_path: Path
) -> None:
    (tmp_path / "overthink.toml").write_text("[generate]\nconcurrency = 8\n")
    assert overthink("generate", *PROBE, "--base-url", serve(answer()).url, "--out", "run").code == 0
    assert config_of(tmp_path / "run")["concurrency"] == 8
    again = ("generate", *PROBE, "--backend", "replay", "--replies", "run/generate.jsonl", "--out", "again")
    assert overthink(*again).code == 0
    assert config_of(tmp_path / "again")["concurrency"] == 64
    written = tmp_path / "again" / "run.json"
    written.write_text(written.read_text().replace('"concurrency": 64', '"concurrency": 8'))
    assert overthink("generate", "--out", "again").code == 0
    assert overthink(*again, "--concurrency", 64).code == 2


def test_replies_can_be_replayed(overthink: Any, serve: Serve, answer: Any, tmp_path: Path) -> None:
    server = serve(answer(content="5"))
    assert overthink("generate", *PROBE, "-n", 2, "--base-url", server.url, "--out", "run").code == 0
    again = ("--backend", "replay", "--replies", "run/generate.jsonl")
    assert overthink("generate", *PROBE, "-n", 2, *again, "--out", "again").code == 0
    assert (tmp_path / "again" / "generate.jsonl").read_bytes() == (tmp_path / "run" / "generate.jsonl").read_bytes()
    more = overthink("generate", "-n", 3, "--out", "again")
    assert more.code == 1
    assert "1 rows failed" in more.err


def assert_two_lines(done: Any, *words: str) -> None:
    assert done.code == 2, done.err
    lines = done.err.strip().split("\n")
    assert len(lines) == 2, done.err
    for word in words:
        assert word in done.err


def test_a_dead_server_is_two_lines_and_leaves_no_run_behind(overthink: Any, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    assert_two_lines(
        overthink("generate", *PROBE, "--base-url", url, "--out", "run"), "no server answers", "--base-url"
    )
    assert not (tmp_path / "run" / "run.json").exists()


@pytest.mark.parametrize("fault", [{"finish": "error"}, {"finish": "abort"}, {"error": {"message": "gone"}}])
def test_a_reply_that_broke_off_is_a_failed_row_and_the_second_command_makes_it(
    overthink: Any, serve: Serve, answer: Any, problems: Path, tmp_path: Path, fault: dict[str, Any]
) -> None:
    ill = [True]
    server = serve(lambda body, _: answer(**fault) if ill and "4 + 3" in body["messages"][0]["content"] else answer())
    base = ("generate", "-m", "m", "-d", problems, "--base-url", server.url, "--out", "run", "--retries", 0)
    done = overthink(*base)
    assert done.code == 1
    assert "1 rows failed" in done.err
    assert "s4#1" not in [row["id"] for row in rows_of(tmp_path / "run")]
    ill.clear()
    assert overthink(*base).code == 0
    assert len(server.bodies) == 11
    assert len(rows_of(tmp_path / "run")) == 10


def test_an_effort_and_further_fields_are_sent_written_down_and_refused_if_they_change(
    overthink: Any, serve: Serve, answer: Any, tmp_path: Path
) -> None:
    server = serve(answer())
    base = ("generate", *PROBE, "--base-url", server.url, "--out", "run")
    extra = '{"provider": {"order": ["a"]}, "presence_penalty": 1.5}'
    given = ("--extra", '{"provider": {"order": ["a"]}}', "--extra", '{"presence_penalty": 1.5}')
    assert overthink(*base, "--reasoning-effort", "high", *given).code == 0
    assert server.bodies[0]["reasoning_effort"] == "high"
    assert server.bodies[0]["provider"] == {"order": ["a"]}
    assert server.bodies[0]["presence_penalty"] == 1.5
    config = config_of(tmp_path / "run")
    assert (config["reasoning_effort"], config["extra"]) == ("high", json.loads(extra))
    assert_two_lines(overthink(*base, "-n", 2, "--reasoning-effort", "low"), "with --reasoning-effort high, now")
    assert_two_lines(overthink(*base, "-n", 2, "--extra", "{}"), "now with no --extra")
    assert overthink(*base, "-n", 2).code == 0
    assert server.bodies[1]["reasoning_effort"] == "high"


def test_they_may_be_in_the_file_of_options(overthink: Any, serve: Serve, answer: Any, tmp_path: Path) -> None:
    (tmp_path / "overthink.toml").write_text('[generate]\nreasoning_effort = "low"\n[generate.extra]\ntop_a = 1\n')
    server = serve(answer())
    assert overthink("generate", *PROBE, "--base-url", server.url, "--out", "run").code == 0
    assert (server.bodies[0]["reasoning_effort"], server.bodies[0]["top_a"]) == ("low", 1)


def test_a_server_that_hides_its_thinking_gives_no_efficiency(
    overthink: Any, serve: Serve, answer: Any, tmp_path: Path
) -> None:
    server = serve(answer(content="It is \\boxed{5}.", reasoning_tokens=8))
    done = overthink("run", *PROBE, "-n", 2, "--base-url", server.url, "--out", "run")
    assert done.code == 0, done.err
    assert [(row["reasoning_tokens"], row["hidden"]) for row in rows_of(tmp_path / "run")] == [(8, True)] * 2
    (report,) = json.loads(done.out)["runs"]
    metrics = report["metrics"]["two-plus-three"]["overall"]
    assert metrics["accuracy"]["value"] == 1
    assert metrics["outcome_efficiency"]["value"] is None
    assert metrics["tokens"]["value"] == 8
    assert "hidden_reasoning" in [one["code"] for one in report["caveats"]]
    assert "hides its thinking" in done.err


def test_what_could_not_be_read_stays_with_the_run(
    overthink: Any, serve: Serve, answer: Any, problems: Path, tmp_path: Path
) -> None:
    odd = [{"my_thoughts": "first this and then that"}, {"content": "5"}]
    server = serve(lambda _, number: answer(deltas=odd) if number <= 2 else answer())
    base = ("generate", "-m", "m", "-d", problems, "--base-url", server.url, "--out", "run")
    done = overthink(*base, "--limit", 3, "--concurrency", 1)
    assert done.code == 0
    assert "my_thoughts" in done.err
    assert overthink(*base).code == 0
    (found,) = json.loads((tmp_path / "run" / "run.json").read_text())["caveats"]
    assert (found["code"], found["count"], found["of"], found["names"]) == ("unread_keys", 2, 10, ["my_thoughts"])
    assert overthink("generate", "--out", "run", "--redo", "generate").code == 0
    assert "caveats" not in json.loads((tmp_path / "run" / "run.json").read_text())


def test_a_server_that_dies_keeps_the_rows_and_the_same_command_goes_on(
    overthink: Any, serve: Serve, answer: Any, problems: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("overthink.models.http.FIRST_WAIT", 0.01)
    well = [True]
    server = serve(lambda _body, number: answer() if number <= 4 or well[0] is False else answer(status=500))
    base = ("generate", "-m", "m", "-d", problems, "-n", 4, "--base-url", server.url, "--out", "run")
    assert_two_lines(overthink(*base, "--concurrency", 1), "answers 500")
    assert not (tmp_path / "run" / "generate.jsonl").exists()
    assert_two_lines(overthink("score", "run"), "not complete")
    well[0] = False
    asked = len(server.bodies)
    assert overthink(*base).code == 0
    assert len(server.bodies) == asked + 36
    assert len(rows_of(tmp_path / "run")) == 40


def test_a_full_disk_is_two_lines(overthink: Any, serve: Serve, answer: Any, tmp_path: Path) -> None:
    server = serve(answer())
    assert overthink("generate", *PROBE, "--base-url", server.url, "--out", "run").code == 0
    before = (tmp_path / "run" / "generate.jsonl").read_bytes()
    (tmp_path / "run" / "generate.jsonl.part.new").symlink_to("/dev/full")
    assert_two_lines(overthink("generate", "--out", "run", "-n", 2), "the disk is full", "Free some space")
    assert (tmp_path / "run" / "generate.jsonl").read_bytes() == before


@pytest.mark.skipif(find_spec("vllm") is not None, reason="vLLM is installed here")
def test_without_vllm_it_is_two_lines(overthink: Any, tmp_path: Path) -> None:
    assert_two_lines(overthink("generate", *PROBE, "--out", "run"), "vLLM is not installed", "--base-url")
    assert not (tmp_path / "run" / "run.json").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("-d", "two-plus-three"), ("no model is named", "--model")),
        (("-m", "m", "-d", "two-plus-four"), ("no dataset", "two-plus-three")),
        ((*PROBE, "--backend", "http"), ("no server is named", "--base-url")),
        ((*PROBE, "--backend", "replay"), ("no replies are named", "--replies")),
        ((*PROBE, "--backend", "replay", "--replies", "none.jsonl"), ("no such file", "--replies")),
        ((*PROBE, "--base-url", "http://127.0.0.1:1/v1", "--engine", "dtype=float32"), ("--engine is not for",)),
        ((*PROBE, "--base-url", "http://127.0.0.1:1/v1", "--temperature", "-1"), ("temperature", "greater")),
        (
            ("-d", "two-plus-three", "--backend", "local", "--thinking-budget", 9),
            ("--thinking-budget is not for --backend local", "--backend vllm or http or ray"),
        ),
        ((*PROBE, "--backend", "replay", "--replies", "r.jsonl", "--temperature", 1), ("--temperature is not for",)),
        ((*PROBE, "--levels", "one"), ("--levels one", "1,2")),
        ((*PROBE, "--engine", "dtype"), ("no value", "NAME=VALUE")),
        ((*PROBE, "--base-url", "http://127.0.0.1:1/v1", "--extra", "{"), ("--extra {: not JSON", "object")),
        ((*PROBE, "--base-url", "http://127.0.0.1:1/v1", "--extra", "[1]"), ("--extra [1]: not an object", "object")),
        ((*PROBE, "--base-url", "http://127.0.0.1:1/v1", "--extra", '{"seed": 1}'), ("--extra: seed", "--seed")),
        ((*PROBE, "--extra", '{"a": 1}', "--extra", '{"a": 2}'), ("--extra: a is given twice",)),
        ((*PROBE, "--extra", '{"top_a": 1}'), ("--extra is not for --backend vllm",)),
        ((*PROBE, "--base-url", "http://127.0.0.1:1/v1", "--prompt", "none.md"), ("cannot be read", "--prompt")),
    ],
)
def test_what_cannot_be_is_two_lines(overthink: Any, options: tuple[str, ...], words: tuple[str, ...]) -> None:
    assert_two_lines(overthink("generate", *options, "--out", "run"), *words)


def test_imported_responses_are_not_generated_over(overthink: Any, samples: Path, tmp_path: Path) -> None:
    assert overthink("import", samples / "responses.jsonl", "--out", "runs").code == 0
    run = next(path for path in (tmp_path / "runs").iterdir() if (path / "run.json").exists())
    assert_two_lines(overthink("generate", "--out", run, "--backend", "local"), "imported")


def test_a_run_that_an_earlier_version_began_goes_on(overthink: Any, serve: Serve, answer: Any, tmp_path: Path) -> None:
    server = serve(answer())
    assert overthink("generate", *PROBE, "--base-url", server.url, "--out", "run").code == 0
    written = json.loads((tmp_path / "run" / "run.json").read_text())
    for name in ("extra", "reasoning_effort"):
        del written["stages"]["generate"]["config"][name]
    (tmp_path / "run" / "run.json").write_text(json.dumps(written))
    done = overthink("generate", "--out", "run", "-n", 2)
    assert done.code == 0, done.err
