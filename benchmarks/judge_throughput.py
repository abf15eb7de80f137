"""How busy a judge's server is kept: `overthink segment --judge model` against one that takes a second for each reply.

python benchmarks/judge_throughput.py    1,000 responses of about 3,000 tokens, 64 requests in flight

The time is that of the whole stage: prompts are made, tokens counted, replies kept, read and checked, rows written.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

from generate import slow_server

RESPONSES, LATENCY, IN_FLIGHT = 1000, 1.0, 64
PARAGRAPH = "Let me go on with step {step} of sum {number}: I add two terms, carry one, and write a digit down.\n\n"


def throughput() -> None:
    """Wall time of the ideal client, N·L/C, over that of ours."""
    from overthink.imports.stage import import_files
    from overthink.metrics.pipeline import bring
    from overthink.problems import Catalogue
    from overthink.render.progress import Bars
    from overthink.session import Session

    url = slow_server(LATENCY, '{"solutions": []}')
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "long.jsonl"
        with source.open("w") as file:
            for number in range(RESPONSES):
                text = "".join(PARAGRAPH.format(step=step, number=number) for step in range(100))
                row = {"id": f"p{number}", "model": "m", "problem": f"Sum {number}?", "answer": "5"}
                file.write(json.dumps({**row, "response": f"<think>\n{text}</think>\n5"}) + "\n")
        runs = import_files([source], Path(folder) / "runs", catalogue=Catalogue(None), say=print)
        given = {"segment": {"judge": "model"}, "judge": {"model": "m", "url": url, "concurrency": IN_FLIGHT}}
        began, cpu = time.perf_counter(), time.process_time()
        outcome = bring(Session(given, Bars(), processes=1, toml={}, say=print), runs, "segment")
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    ideal = RESPONSES * LATENCY / IN_FLIGHT
    print(f"{outcome.made} of {RESPONSES} rows in {wall:.2f} s, with {cpu:.2f} s of CPU")
    print(f"ideal N·L/C = {ideal:.2f} s: {ideal / wall:.1%} (≥ 85 %)")


if __name__ == "__main__":
    throughput()
