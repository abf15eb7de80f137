"""Constraint attention of a real model: what the chunked reading gives is what a direct computation gives."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.engine

TEXT = "What is the answer of 2 plus 3? Let me think. The answer is 5. So x = 7 and y = 4, wait, check again. " * 3
CONSTRAINT = [0, 4, 5, 40]


@pytest.mark.parametrize("chunk", [1, 7, 64, 1000])
def test_chunks_give_what_one_pass_with_all_matrices_gives(tiny: Path, chunk: int) -> None:
    import torch

    from overthink.follow.attention.reading import Attention

    attention = Attention(str(tiny), chunk=chunk)
    ids, _ = attention.tokens(TEXT)
    prompt = ids[:60]
    reading = attention.read(prompt, ids[60:], CONSTRAINT)
    with torch.inference_mode():
        full = torch.stack(attention._model(torch.tensor([ids]), output_attentions=True).attentions)[:, 0]
    direct = full.mean(dim=1)[:, 59 : len(ids) - 1, CONSTRAINT].mean(dim=-1).numpy()
    assert reading.alpha.shape == direct.shape == (2, len(ids) - 60)
    assert np.abs(reading.alpha - direct).max() < 1e-5
    assert direct.mean() > 1e-4
    assert reading.context[0] == 60
    assert reading.context[-1] == len(ids) - 1


def test_attention_on_all_of_the_first_prompt_is_one(tiny: Path) -> None:
    from overthink.follow.attention.reading import Attention

    attention = Attention(str(tiny))
    ids, _ = attention.tokens(TEXT)
    reading = attention.read(ids[:20], ids[20:21], range(20))
    assert reading.alpha * reading.context == pytest.approx(np.ones((2, 1)), abs=1e-5)


def test_the_command_goes_from_two_modes_to_figures(tiny: Path, tmp_path: Path) -> None:
    problems = tmp_path / "ifeval.jsonl"
    rows = [
        {"key": k, "prompt": f"What is {k} plus 3? Do not use any commas.",
         "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
        for k in range(6)
    ]  # fmt: skip
    problems.write_text("".join(json.dumps(row) + "\n" for row in rows))
    overthink = [sys.executable, "-m", "overthink", "follow"]
    generated = subprocess.run(
        [*overthink, "generate", "--model", tiny, "--dataset", problems, "--out", tmp_path / "out",
         "--max-tokens", "80", "--engine", "enforce_eager=true", "--engine", "dtype=float32"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert generated.returncode == 0, generated.stderr
    made = subprocess.run(
        [*overthink, "attention", tmp_path / "out", "--figures", tmp_path / "figures", "-o", tmp_path / "page.html"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    report = json.loads(made.stdout)
    left = report["left_out"].get("no_answer", 0)
    assert set(report["left_out"]) <= {"no_answer"}
    assert report["problems"] + left >= 6
    assert (tmp_path / "figures" / "attention-trace.pdf").stat().st_size > 1000
    assert "<svg" in (tmp_path / "page.html").read_text()
    rows = [json.loads(line) for line in (tmp_path / "out" / "base" / "attention.jsonl").read_text().splitlines()]
    assert all(len(row["trace"]) == len(row["trace_ratio"]) and len(row["beta"]) == 2 for row in rows if row["answer"])
