"""How wide must the doubt of the hybrid segmenter be? `python tools/judge_doubts.py`.

The rules are trained and applied by cross-validation over problems, as in train_segmenter.py, so that they are as
unsure here as on responses that nobody labelled. A reader who makes no mistake answers what is in doubt. For several
widths: the share of paragraphs asked about, the calls a response, the tokens of the excerpts a response token, and how
near the result comes to the reader. Needs scikit-learn and the label files that train_segmenter.py needs.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import more_labels
from train_segmenter import LABELS, Example, cross_validate, examples_of, figures, frequent_words

from overthink.solutions.cues import lexicon
from overthink.solutions.hybrid import DOUBT, excerpt, in_doubt
from overthink.solutions.judge import Numbered
from overthink.solutions.rules import JudgedParagraphs
from overthink.solutions.tokens import FIRST_WORD, FIXED
from overthink.text.tokenizers import embedded

DOUBTS = (None, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", nargs="*", type=Path, default=sorted(LABELS.glob("*.jsonl")))
    parser.add_argument("--folds", type=int, default=8)
    options = parser.parse_args()
    if not options.labels:
        print(f"skipped: no label files in {LABELS}; name them on the command line")
        return
    rows = [json.loads(line) for path in options.labels for line in path.read_text("utf-8").split("\n") if line]
    more = [*more_labels.rows(LABELS.parent / "responses"), *more_labels.samples()]
    words = frequent_words([*rows, *more])
    known = lexicon(words, FIXED, FIRST_WORD)
    examples = [*examples_of(rows, known, measured=True), *examples_of(more, known, measured=False)]
    judged = cross_validate(examples, words, options.folds, 0)
    print(f"{len(judged)} responses; the default is {DOUBT}")
    for doubt in DOUBTS:
        print_width(judged, doubt)


def print_width(judged: Sequence[tuple[Example, JudgedParagraphs]], doubt: float | None) -> None:
    """One width of doubt; None: nothing is asked."""
    starts = embedded("qwen2.5").starts
    asked = [in_doubt(verdict, doubt) if doubt else [] for _, verdict in judged]
    decided = [(example, answered(example, verdict, k)) for (example, verdict), k in zip(judged, asked, strict=True)]
    paragraphs = sum(len(example.reading.paragraphs) for example, _ in judged)
    tokens = sum(len(starts(example.row["response"])) for example, _ in judged)
    shown = sum(
        len(starts(excerpt(Numbered(example.row["response"], example.reading.paragraphs), k)))
        for (example, _), k in zip(judged, asked, strict=True)
        if k
    )
    print(
        f"doubt {doubt or 'none'}: asked {sum(map(len, asked)) / paragraphs:.1%} of paragraphs,"
        f" {sum(map(bool, asked)) / len(judged):.2f} calls a response, {shown / tokens:.2f} tokens a response token"
    )
    for dataset, values in figures(decided).items():
        print(f"    {dataset:10} F1 {values['f1']:.3f}  |dxi_O| {values['outcome_difference']:.4f}")


def answered(example: Example, verdict: JudgedParagraphs, asked: Sequence[int]) -> JudgedParagraphs:
    """The probabilities with those in doubt replaced by what the reader says."""
    probabilities = verdict.probabilities.copy()
    ends = {solution["end_char"] for solution in example.row["readers"][0]}
    for number in asked:
        probabilities[number - 1] = float(example.reading.paragraphs[number - 1][1] in ends)
    return replace(verdict, probabilities=probabilities)


if __name__ == "__main__":
    main()
