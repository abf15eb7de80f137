"""How wide must the doubt of the hybrid segmenter be? `python tools/judge_doubts.py`.

The rules are trained and applied by cross-validation over problems, as in train_segmenter.py, so that they are as
unsure here as on responses that nobody labelled. A reader who makes no mistake answers what is in doubt. For several
widths: the share of paragraphs asked about, the calls a response, the tokens of the excerpts a response token, and how
near the result comes to the reader. Needs scikit-learn and the label files that train_segmenter.py needs.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from train_segmenter import (
    FIGURES,
    Folds,
    Judged,
    counted,
    cross_validate,
    examples_of,
    folds_of,
    frequent_words,
    problems,
    unfinished,
)

import labels
from overthink.agree.labels import paragraph_of
from overthink.solutions.cues import lexicon
from overthink.solutions.hybrid import DOUBT, excerpt, in_doubt
from overthink.solutions.judge import Numbered
from overthink.solutions.rules import solutions
from overthink.solutions.tokens import FIRST_WORD, FIXED
from overthink.text.tokenizers import embedded

DOUBTS = (None, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01)


def main() -> None:
    """Print a line for each width."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=5)
    options = parser.parse_args()
    found = labels.load()
    if not found.plain:
        print(f"skipped: no label files in {labels.SHARED / 'gold'}")
        return
    rows = [*found.measured, *found.more]
    words = frequent_words(rows)
    examples = examples_of(rows, lexicon(words, FIXED, FIRST_WORD))
    measured = frozenset(row["text_key"] for row in found.measured)
    fold = folds_of(problems(examples), options.folds, 0)
    judged = [one for one in cross_validate(Folds(examples, measured, words, fold, 0)) if not one.layout]
    print(f"{len(judged)} responses; the default is {DOUBT}")
    for doubt in DOUBTS:
        print_width(judged, doubt)


def print_width(judged: Sequence[Judged], doubt: float | None) -> None:
    """One width of doubt; None: nothing is asked."""
    starts = embedded("qwen2.5").starts
    asked = [in_doubt(one.paragraphs, doubt) if doubt else [] for one in judged]
    paragraphs = sum(len(one.paragraphs.reading.paragraphs) for one in judged)
    tokens = sum(len(starts(one.example.row["response"])) for one in judged)
    shown = sum(
        len(starts(excerpt(Numbered(one.example.row["response"], one.paragraphs.reading.paragraphs), numbers)))
        for one, numbers in zip(judged, asked, strict=True)
        if numbers
    )
    counts = counted([answered(one, numbers) for one, numbers in zip(judged, asked, strict=True)])
    columns = {name: np.array([values[name] for _, values in counts]) for name in counts[0][1]}
    print(
        f"doubt {doubt or 'none'}: asked {sum(map(len, asked)) / paragraphs:.1%} of paragraphs,"
        f" {sum(map(bool, asked)) / len(judged):.2f} calls a response, {shown / tokens:.2f} tokens a response token,"
        f" F1 {FIGURES['boundary F1'](columns):.3f}  |dxi_O| {FIGURES['|Δξ_O|'](columns):.4f}"
    )


def answered(one: Judged, asked: Sequence[int]) -> Judged:
    """What is found with the probabilities in doubt replaced by what the reader says."""
    row, spans = one.example.row, one.paragraphs.reading.paragraphs
    probabilities = one.paragraphs.probabilities.copy()
    ends = {paragraph_of(solution["end_char"], spans) for solution in row["readers"][0]}
    for number in asked:
        probabilities[number - 1] = float(number - 1 in ends)
    paragraphs = replace(one.paragraphs, probabilities=probabilities)
    found, _ = solutions(paragraphs, row["response"], unfinished(row, one.example.thinking))
    return one._replace(paragraphs=paragraphs, found=found)


if __name__ == "__main__":
    main()
