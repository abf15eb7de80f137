"""How well answers are found and compared: `python benchmarks/answers.py FOLDER`.

FOLDER holds pairs.jsonl and pairs-real.jsonl (gold, pred, equal), extract.jsonl (text, answer), hostile.jsonl (gold,
pred). Prints accuracy, false positives and negatives, the slowest hostile pair, and the CPU time against plain
math-verify. With `-v` every pair that went wrong.
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
import time
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from typing import Any

from overthink.answers.find import quoted_answer
from overthink.answers.workers import SympyVerifier

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    folder: Path = options.folder.resolve()
    with SympyVerifier() as verifier:
        for name in ("pairs.jsonl", "pairs-real.jsonl"):
            measure_pairs(name, rows_of(folder / name), verifier, options.verbose)
        measure_extraction(rows_of(folder / "extract.jsonl"), verifier, options.verbose)
        measure_hostile(rows_of(folder / "hostile.jsonl"), verifier, options.verbose)
    for kind in ("gsm8k", "math500"):
        measure_cpu(kind, [row for row in rows_of(folder / "pairs-real.jsonl") if row["kind"] == kind])


def rows_of(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def pair_of(row: Row) -> tuple[str, str]:
    """The gold answer, and what the verify stage would compare with it: the final answer of the text."""
    return row["gold"], quoted_answer(row["pred"])


def measure_pairs(name: str, rows: list[Row], verifier: SympyVerifier, verbose: bool) -> None:
    started = time.perf_counter()
    outcomes = verifier.compare([pair_of(row) for row in rows])
    seconds = time.perf_counter() - started
    wrong = [
        (row, outcome) for row, outcome in zip(rows, outcomes, strict=True) if row["equal"] != (outcome[0] == "correct")
    ]
    false_positives = sum(not row["equal"] for row, _ in wrong)
    undetermined = sum(verdict == "undetermined" for verdict, _ in outcomes)
    print(
        f"{name}: {1 - len(wrong) / len(rows):.2%} of {len(rows)} right, {false_positives} false positives"
        f" ({false_positives / len(rows):.2%}), {len(wrong) - false_positives} false negatives,"
        f" {undetermined} undetermined, {seconds:.1f} s"
    )
    if verbose:
        for row, outcome in wrong:
            print("   ", row["equal"], outcome, repr(row["gold"][-80:]), repr(row["pred"][-80:]))


def measure_extraction(rows: list[Row], verifier: SympyVerifier, verbose: bool) -> None:
    found = [quoted_answer(row["text"]) for row in rows]
    outcomes = verifier.compare([(row["answer"], answer) for row, answer in zip(rows, found, strict=True)])
    missed = [
        (row, answer)
        for row, answer, outcome in zip(rows, found, outcomes, strict=True)
        if outcome[0] != "correct" and row["answer"].strip()
    ]
    print(f"extract.jsonl: {len(rows) - len(missed)} of {len(rows)} final answers found")
    if verbose:
        for row, answer in missed:
            print("   ", repr(row["answer"][-80:]), repr(row["text"][-80:]), repr(answer))


def measure_hostile(rows: list[Row], verifier: SympyVerifier, verbose: bool) -> None:
    slowest, slowest_name = 0.0, ""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for row in rows:
            started = time.perf_counter()
            outcome = verifier.compare([pair_of(row)])[0]
            seconds = time.perf_counter() - started
            if seconds > slowest:
                slowest, slowest_name = seconds, row["name"]
            if verbose:
                print(f"    {seconds:5.2f} s", *outcome, row["name"])
        left = [path.name for path in Path(folder).iterdir()]
    print(
        f"hostile.jsonl: {len(rows)} answered, slowest {slowest:.1f} s ({slowest_name}),"
        f" files left by code that ran: {left}"
    )


def measure_cpu(kind: str, rows: list[Row]) -> None:
    from math_verify import parse, verify

    from overthink.answers.compare import same_cheaply
    from overthink.answers.symbolic import compare_symbolically

    logging.disable(logging.WARNING)

    def plainly(gold: str, answer: str) -> object:
        return verify(
            parse(f"${gold}$", parsing_timeout=None), parse(f"${answer}$", parsing_timeout=None), timeout_seconds=None
        )

    def ours(gold: str, answer: str) -> object:
        return same_cheaply(gold, answer) or compare_symbolically(gold, answer)

    pairs = list(dict.fromkeys((row["gold"], row["pred"]) for row in rows))
    theirs_seconds, our_seconds = cpu_seconds(plainly, pairs), cpu_seconds(ours, pairs)
    print(
        f"{kind}-like pairs: {our_seconds / len(pairs) * 1e3:.2f} ms CPU a pair, plain math-verify"
        f" {theirs_seconds / len(pairs) * 1e3:.2f} ms, {theirs_seconds / our_seconds:.1f} times as much"
    )


def cpu_seconds(compare: Callable[[str, str], object], pairs: list[tuple[str, str]]) -> float:
    compare("1", "x + 1")  # what is loaded at the first use
    started = time.process_time()
    for gold, answer in pairs:
        try:
            compare(gold, answer)
        except Exception:
            continue
    return time.process_time() - started


if __name__ == "__main__":
    main()
