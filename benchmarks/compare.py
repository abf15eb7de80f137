"""Wall time and peak memory of `overthink compare` and `overthink exit` on runs of 10,000 responses each.

The runs are made up (random solutions and verdicts, five levels); reading them is part of the time. Aim: 10 s each with
10,000 resamples and 10,000 permutations.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from itertools import accumulate
from pathlib import Path
from typing import Any

from overthink.metrics.response import METRIC_VERSION, kinds
from overthink.records import (
    Clusters,
    FinalVerdict,
    Problem,
    Row,
    Score,
    Segments,
    Solution,
    SolutionVerdict,
    Verdict,
    Verdicts,
)
from overthink.run.manifest import Manifest, StageRecord

ROWS = 10_000
STAGES: dict[str, dict[str, Any]] = {
    "segment": {"segmenter": "rules"},
    "cluster": {"clusterer": "rules"},
    "verify": {"libraries": {}},
    "score": {
        "metrics": METRIC_VERSION,
        "scope": "thinking",
        "tokenizer_name": "t",
        "tokenizer_own": True,
        "t_max": 1000,
    },
}


def made_up(folder: Path, seed: int) -> Path:
    """A scored run folder, without the texts, which neither command reads."""
    folder.mkdir()
    manifest = Manifest(
        created="2026-01-01T00:00:00Z",
        model=f"model-{seed}",
        origin="import",
        overthink="0",
        stages={name: StageRecord(config=config) for name, config in STAGES.items()},
    )
    (folder / "run.json").write_text(manifest.model_dump_json())
    draw = random.Random(seed)
    files = {name: (folder / f"{name}.jsonl").open("w") for name in ("problems", *STAGES)}
    for number in range(ROWS):
        for name, row in rows_of(number, draw).items():
            files[name].write(row.model_dump_json() + "\n")
    for file in files.values():
        file.close()
    return folder


def rows_of(number: int, draw: random.Random) -> dict[str, Row]:
    problem = f"p{number}"
    row = {"id": f"{problem}#1", "source": "0" * 12}
    count = draw.randint(1, 8)
    tokens = [draw.randint(50, 2000) for _ in range(count)]
    found: list[Verdict] = [draw.choice(("correct", "correct", "correct", "wrong")) for _ in tokens]
    strategies = [1, *(draw.randint(1, 2) for _ in tokens[1:])]
    total = sum(tokens)
    first = found.index("correct") + 1 if "correct" in found else None
    upto = sum(tokens[:first]) if first else None
    answers = ["5" if verdict == "correct" else str(draw.randint(6, 8)) for verdict in found]
    return {
        "problems": Problem(id=problem, dataset="d", question=f"{number}?", answer="5", level=number % 5 + 1),
        "segment": Segments(
            **row,
            thinking=(0, total),
            solutions=[
                Solution(end=end, answer=answer, answer_span=(end - 1, end))
                for end, answer in zip(accumulate(tokens), answers, strict=True)
            ],
            tail=False,
            truncated=False,
            segmenter="rules",
        ),
        "cluster": Clusters(**row, strategies=strategies, names=["a", "b"], clusterer="rules"),
        "verify": Verdicts(
            **row,
            final=FinalVerdict(answer="5", answer_span=(0, 1), verdict=found[-1], way="exact"),
            solutions=[SolutionVerdict(verdict=verdict, way="exact") for verdict in found],
        ),
        "score": Score(
            **row,
            tokens=total,
            response_tokens=total,
            solution_tokens=tokens,
            tail_tokens=0,
            kinds=kinds(found, strategies),
            correct=found[-1] == "correct",
            first_correct=first,
            tokens_to_answer=upto,
            outcome_efficiency=(upto or 0) / total,
            outcome_efficiency_first_solution=(tokens[first - 1] if first else 0) / total,
            process_efficiency=tokens[0] / total,
            tokens_after_answer=None if upto is None else total - upto,
            underthinking=None,
            auc_oaa=0.0,
        ),
    }


def measured(*arguments: object) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of CPU time, and peak MiB of one command."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "overthink", *map(str, arguments)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, arguments
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        base, new = (made_up(Path(place) / name, seed) for seed, name in enumerate(("base", "new")))
        for name, command in (
            (f"compare, 2 x {ROWS:,} rows", ["compare", base, new]),
            (f"exit, {ROWS:,} rows", ["exit", base]),
        ):
            seconds, cpu, memory = min(measured(*command) for _ in range(3))
            print(f"{name:<24} {seconds:6.1f} s (CPU {cpu:4.1f} s)   aim ≤ 10 s   {memory:6.0f} MiB", flush=True)


if __name__ == "__main__":
    main()
