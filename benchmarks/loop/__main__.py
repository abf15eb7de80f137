"""The loop closed, for real: a model is trained to overthink, measured, taught to stop, and measured again.

python benchmarks/loop [FOLDER]        (needs vLLM and TRL; FOLDER is runs/loop by default)

A causal model of half a million parameters learns, from nothing, sums whose answer it checks two to four times. Then
only commands of overthink: generate, pairs, train (SimPO and DPO), generate again on problems that no training has
seen, compare. What is there already is not made again. The figures go to figures.json beside this file.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from chains import Problem, chain, problems
from model import build

HELD_OUT, SAMPLED = 250, 300
"""Problems that no training sees; problems of the base model's training that pairs are made from."""

ENGINE = ("--engine", "dtype=float32", "--engine", "enforce_eager=true", "--engine", "max_model_len=512")
SAMPLING = ("--temperature", "1", "--engine", "max_num_seqs=128")
TRAINING = ("--batch-size", "8", "--accumulation", "2", "--epochs", "2", "--precision", "fp32")
METHODS = {
    "simpo": ("--learning-rate", "4e-5"),
    "dpo": ("--learning-rate", "5e-5"),
}
"""Rates for so small a model; the papers' own are for some thousand times as many parameters."""

FIGURES = Path(__file__).resolve().parent / "figures.json"
REPORTED = ("accuracy", "solutions", "tokens", "outcome_efficiency", "process_efficiency", "tokens_after_answer_share")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    took = Path("seconds.json")  # of all tries together
    seconds: dict[str, float] = json.loads(took.read_text()) if took.exists() else {}
    every = problems()
    held_out, known = every[:HELD_OUT], every[HELD_OUT:]
    write_problems(Path("held-out.jsonl"), held_out)
    write_problems(Path("known.jsonl"), known[:SAMPLED])
    built = timed(seconds, "model", build_model, known)
    timed(seconds, "sample", sample, "base", "known", 8)
    timed(seconds, "generate base", sample, "base", "held-out", 4)
    pairs = timed(seconds, "pairs", overthink, "pairs", "runs/known/base", "-o", "pairs.jsonl")
    for method, rates in METHODS.items():
        timed(seconds, f"train {method}", train, method, rates)
        timed(seconds, f"generate {method}", sample, method, "held-out", 4)
    runs = [f"runs/held-out/{name}" for name in ("base", *METHODS)]
    comparison = timed(seconds, "compare", overthink, "compare", *runs)
    figures = {
        "command": "python benchmarks/loop",
        "model": built,
        "problems": {"known": len(known), "sampled": SAMPLED, "held_out": HELD_OUT},
        "segmenter_on_written_chains": found_again(known),
        "pairs": {key: pairs[key] for key in ("problems", "samples", "pairs", "unused", "dropped", "fell_back")},
        "pair_statistics": {row["side"]: means(row["metrics"]) for row in pairs["statistics"]},
        "training": {method: {"options": [*TRAINING, *rates], **trained(method)} for method, rates in METHODS.items()},
        "against_base": {against["model"]: changes(against) for against in comparison["comparisons"]},
        "seconds": seconds,
        "seconds_note": "stages that were tried again count all tries",
    }
    FIGURES.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(table(figures))


def build_model(known: list[Problem]) -> dict[str, Any]:
    done = Path("base/built.json")
    if not done.exists():
        done.parent.mkdir(exist_ok=True)
        done.write_text(json.dumps(build(done.parent, known)))
    built: dict[str, Any] = json.loads(done.read_text())
    return built


def sample(model: str, dataset: str, samples: int) -> Any:
    """Generate and score; responses that are there stay."""
    out = f"runs/{dataset}/{model}"
    overthink("generate", "-m", model, "-d", f"{dataset}.jsonl", "-n", samples, "--out", out, *ENGINE, *SAMPLING)
    return overthink("score", out)


def train(method: str, rates: Iterable[str]) -> None:
    if not Path(method, "config.json").exists():
        overthink("train", "--method", method, "-m", "base", "--pairs", "pairs.jsonl", "-o", method, *TRAINING, *rates)


def overthink(*arguments: object) -> Any:
    """Run the command line as a user does; its JSON result."""
    line = [sys.executable, "-m", "overthink", *map(str, arguments)]
    print("overthink", *line[3:], file=sys.stderr, flush=True)
    done = subprocess.run(line, stdout=subprocess.PIPE, check=True, env=environment())
    return json.loads(done.stdout)


def environment() -> dict[str, str]:
    small = {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_ENABLE_V1_MULTIPROCESSING": "0", "HF_HUB_OFFLINE": "1"}
    return {**small, **os.environ}


def timed(seconds: dict[str, float], name: str, work: Any, *arguments: Any) -> Any:
    began = time.perf_counter()
    result = work(*arguments)
    seconds[name] = round(seconds.get(name, 0.0) + time.perf_counter() - began, 1)
    Path("seconds.json").write_text(json.dumps(seconds))
    return result


def write_problems(path: Path, chosen: list[Problem]) -> None:
    rows = ({"id": row.id, "question": row.question, "answer": str(row.answer)} for row in chosen)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def found_again(chosen: list[Problem]) -> dict[str, int]:
    """How the rules read 300 chains whose solutions are known: all of them found, with their answers, or not."""
    from overthink import profile

    chance = random.Random(1)
    written = [(problem, chain(problem, chance)) for problem in chosen[:300]]
    rows = profile(
        [problem.question for problem, _ in written],
        [known.response for _, known in written],
        [str(problem.answer) for problem, _ in written],
    )
    same = Counter(
        [solution.answer for solution in row.solutions] == [str(answer) for answer in known.answers]
        for row, (_, known) in zip(rows, written, strict=True)
    )
    return {"chains": len(written), "solutions_and_answers_as_written": same[True]}


def means(metrics: dict[str, Any]) -> dict[str, float]:
    return {name: metric["value"] for name, metric in metrics.items()}


def trained(method: str) -> dict[str, Any]:
    record = json.loads(Path(method, "training.json").read_text())
    losses = [line["loss"] for line in record["log"] if "loss" in line]
    return {"steps": record["steps"], "first_loss": losses[0], "last_loss": losses[-1]}


def changes(against: dict[str, Any]) -> dict[str, Any]:
    metrics = against["overall"]["metrics"]
    keys = ("base", "new", "value", "ci_low", "ci_high", "p_value", "n", "n_excluded")
    return {name: {key: metrics[name][key] for key in keys} for name in REPORTED}


def table(figures: dict[str, Any]) -> str:
    """The table of the README."""
    lines = [
        "| | base | " + " | ".join(f"{name}, difference [95 %]" for name in METHODS) + " |",
        "|---" * (len(METHODS) + 2) + "|",
    ]
    for metric in REPORTED:
        share = metric not in ("solutions", "tokens")
        rows = [figures["against_base"][name][metric] for name in METHODS]
        cells = [_number(rows[0]["base"], share)]
        for row in rows:
            ends = ", ".join(_number(row[end], share, sign=True) for end in ("ci_low", "ci_high"))
            cells.append(f"{_number(row['new'], share)}, {_number(row['value'], share, sign=True)} [{ends}]")
        lines.append(f"| {metric.replace('_', ' ')}{', %' if share else ''} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _number(value: float, share: bool, sign: bool = False) -> str:
    return f"{100 * value if share else value:{'+' if sign else ''}.1f}"


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "runs/loop"))
