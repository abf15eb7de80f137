"""What a judge costs, and what it would reach without a mistake: `python benchmarks/judge_cost.py LABELS`.

LABELS is a label file such as solutions-dev.jsonl. Its reader answers every question, so that calls and tokens are
those of real responses. Prints for windows of 32,768 tokens the calls and the judge's input tokens, beside the number
of calls that the released pipeline of arXiv 2412.21187 makes on the same responses.

The calls of the released pipeline, for S paragraphs and K solutions of which the first has K1 paragraphs:
ceil(S/50) to split, S - K1 to ask paragraph by paragraph whether the answer stands there, K - 1 to merge, 2 for the
first solution, 2K to check, 1 to cluster. Its tokens are not modelled: 46 judge tokens a response token is what its
five published samples took. Tokens are Qwen's.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from math import ceil
from pathlib import Path

from benchmarks import perfect_judge
from benchmarks.perfect_judge import Row, item_of, play, solutions_of
from overthink.answers.judge import ModelVerifier
from overthink.judge.interface import Question
from overthink.records import Segments
from overthink.solutions.judge import ModelSegmenter
from overthink.solutions.stage import segment_talk
from overthink.strategies.judge import ModelClusterer
from overthink.strategies.stage import cluster_talk
from overthink.text.tokenizers import embedded

CONTEXT = 32_768
RELEASED_TOKENS = 46

Count = Callable[[str], int]


@dataclass(frozen=True)
class Cost:
    """Calls, and tokens that a judge reads: those of the fixed prompt, and the others."""

    calls: int
    fixed: int
    other: int

    @staticmethod
    def of(questions: Sequence[Question], count: Count) -> Cost:
        said = sum(count(turn.content) for question in questions for turn in question.turns)
        fixed = sum(prompt_tokens(question, count) for question in questions)
        return Cost(len(questions), fixed, said - fixed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=Path)
    rows = [json.loads(line) for line in parser.parse_args().labels.read_text("utf-8").split("\n") if line]
    tokenizer = embedded("qwen2.5")

    def count(text: str) -> int:
        return len(tokenizer.starts(text))

    print_costs(rows, count)


def prompt_tokens(question: Question, count: Count) -> int:
    """What is the same in every call: all turns but the last."""
    return sum(count(turn.content) for turn in question.turns[:-1])


def print_costs(rows: Sequence[Row], count: Count) -> None:
    """The model segmenter and clusterer, and the released pipeline."""
    segmenter, clusterer = ModelSegmenter(count, CONTEXT), ModelClusterer(count, CONTEXT)
    asked: dict[str, list[Question]] = {"segment": [], "cluster": []}
    equal = 0
    for row in rows:
        segments, questions = play(segment_talk(segmenter, None, item_of(row)), perfect_judge.segments(row))
        asked["segment"] += questions
        equal += stored(segments) == read(row)
        clusters, questions = play(
            cluster_talk(clusterer, item_of(row, segment=segments)), perfect_judge.strategies(row)
        )
        asked["cluster"] += questions
        assert clusters.strategies == [solution["strategy"] for solution in solutions_of(row)]
    tokens = sum(count(row["response"]) for row in rows)
    released = sum(map(released_calls, rows))
    print(f"{len(rows)} responses, {tokens} tokens; windows of {CONTEXT} tokens")
    print(f"segments equal to the reader's, from perfect replies: {equal} of {len(rows)}")
    print("             calls    fixed prompt   judge tokens a response token")
    print("        a response          tokens   beyond the prompt   with it")
    costs = {stage: Cost.of(questions, count) for stage, questions in asked.items() if questions}
    for stage, cost in costs.items():
        print(line(stage, cost, cost.fixed // cost.calls, len(rows), tokens))
    both = Cost(*(sum(column) for column in zip(*map(astuple, costs.values()), strict=True)))
    print(line("both", both, "", len(rows), tokens))
    print(f"{'released':8} {released / len(rows):9.2f} {'':15} {'':19} {RELEASED_TOKENS:9.2f} (its own samples)")
    ratio = RELEASED_TOKENS * tokens / (both.fixed + both.other)
    print(f"calls, released over ours: {released / both.calls:.1f}; tokens, by its own samples: {ratio:.1f}")
    verifier = ModelVerifier(count, CONTEXT)
    question = next(verifier.ask("1", "2", ""))
    print(f"verify: one call a pair in doubt, fixed prompt {prompt_tokens(question, count)} tokens")


def line(stage: str, cost: Cost, fixed: object, responses: int, tokens: int) -> str:
    beyond, whole = cost.other / tokens, (cost.other + cost.fixed) / tokens
    return f"{stage:8} {cost.calls / responses:9.2f} {fixed:>15} {beyond:19.2f} {whole:9.2f}"


def released_calls(row: Row) -> int:
    solutions = solutions_of(row)
    paragraphs, number = len(row["paragraphs"]), len(solutions)
    first = solutions[0]["number"] if solutions else 0
    return ceil(paragraphs / 50) + (paragraphs - first) + max(number - 1, 0) + 2 + 2 * number + 1


def stored(segments: Segments) -> list[tuple[int, str]]:
    return [(solution.end, solution.answer) for solution in segments.solutions]


def read(row: Row) -> list[tuple[int, str]]:
    return [(solution["end_char"], solution["answer"]) for solution in row["readers"][0]]


if __name__ == "__main__":
    main()
