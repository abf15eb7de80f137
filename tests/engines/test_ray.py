"""ray: a real Ray with vLLM in it, on the CPU of this machine."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("default")  # Ray's own warnings are not ours to mend

needs_ray = pytest.mark.skipif(
    find_spec("ray") is None, reason="Ray is not installed here: `make test-engines` sets it up"
)

ENGINE = ("--engine", "enforce_eager=true", "--engine", "dtype=float32", "--engine", "max_model_len=256")
SHORT = ("--max-tokens", "48", "--seed", "3")


@pytest.fixture(autouse=True)
def quiet_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.delenv("RAY_ADDRESS", raising=False)


def problems(folder: Path, *, long: int = 0) -> Path:
    """80 questions, more than a batch of Ray's; the last ones are longer than the context of the model."""
    rows = [{"id": f"sum-{k}", "question": f"What is {k} plus 3?", "answer": str(k + 3)} for k in range(80 - long)]
    rows += [{"id": f"long-{k}", "question": "Think again. " * 200, "answer": "5"} for k in range(long)]
    path = folder / "sums.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def rows_of(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "generate.jsonl").read_text().split("\n") if line]


@needs_ray
@pytest.mark.engine
@pytest.mark.slow
def test_rows_are_those_of_the_engine_in_this_process(overthink: Any, tiny: Path, tmp_path: Path) -> None:
    base = ("generate", "-m", tiny, "-d", problems(tmp_path), *ENGINE, *SHORT, "--temperature", "0")
    there = overthink(*base, "--out", "there", "--backend", "ray")
    assert there.code == 0, there.err
    assert json.loads(there.out)[0]["responses"] == 80
    assert overthink(*base, "--out", "here", "--backend", "vllm").code == 0
    assert {row["finish_reason"] for row in rows_of(tmp_path / "here")} == {"stop", "length"}
    assert all(row["response"].startswith("<think>\n") for row in rows_of(tmp_path / "there"))
    assert (tmp_path / "there" / "generate.jsonl").read_bytes() == (tmp_path / "here" / "generate.jsonl").read_bytes()


@needs_ray
@pytest.mark.engine
@pytest.mark.slow
def test_a_prompt_too_long_fails_alone_and_samples_have_their_own_seeds(
    overthink: Any, tiny: Path, tmp_path: Path
) -> None:
    base = ("generate", "-m", tiny, *ENGINE, *SHORT, "--temperature", "1")
    mixed = problems(tmp_path, long=2)
    ids = "sum-0,sum-1,sum-2,long-0,long-1"
    done = overthink(*base, "-d", mixed, "--ids", ids, "-n", 2, "--out", "there", "--backend", "ray")
    assert done.code == 1, done.err
    failures = [json.loads(line) for line in (tmp_path / "there" / "failures.jsonl").read_text().splitlines()]
    assert [row["id"] for row in failures] == ["long-0#1", "long-0#2", "long-1#1", "long-1#2"]
    assert all("256 tokens" in row["message"] for row in failures)
    rows = rows_of(tmp_path / "there")
    assert len({row["response"] for row in rows}) == len(rows) == 6
    assert overthink(*base, "-d", mixed, "--ids", "sum-0,sum-1,sum-2", "-n", 2, "--out", "here").code == 0
    assert rows == rows_of(tmp_path / "here")


@needs_ray
@pytest.mark.engine
def test_an_option_that_vllm_does_not_know_is_an_error_before_ray_starts(overthink: Any, tiny: Path) -> None:
    done = overthink("generate", "-m", tiny, "-d", "two-plus-three", "--backend", "ray", "--engine", "max_modle_len=9")
    assert done.code == 2
    assert "max_model_len" in done.err


def test_without_ray_the_extra_is_named(overthink: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overthink.models.ray.find_spec", lambda name: None)
    done = overthink("generate", "-m", "some/model", "-d", "two-plus-three", "--backend", "ray")
    assert done.code == 2
    assert done.err.strip().split("\n") == [
        "Ray is not installed",
        "Install overthink[ray,vllm] here, and Ray and vLLM on the machines of the cluster; "
        "one machine needs only --backend vllm.",
    ]


def test_replicas_are_for_ray_alone(overthink: Any) -> None:
    done = overthink(
        "generate", "-m", "m", "-d", "two-plus-three", "--base-url", "http://127.0.0.1:9/v1", "--replicas", 2
    )
    assert done.code == 2
    assert "--backend ray" in done.err
