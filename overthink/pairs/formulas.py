"""Preference pairs that teach a model to stop: which sample, kept through which solution, and how it is closed again.

"Do NOT Think That Much for 2+3=?" (arXiv 2412.21187 §3): First-Correct Solutions (FCS), FCS with reflection, and
greedily diverse solutions (GDS); of a problem's samples the shortest result is chosen, the longest sample rejected.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from overthink.config import Closing, PairKind
from overthink.metrics.response import CORRECT, first_correct, outcome_efficiency, process_efficiency
from overthink.records import Span, Verdict
from overthink.text.openings import looked_for, with_opening
from overthink.text.thinking import Thinking

Unused = Literal[
    "wrong", "undetermined", "no_correct_solution", "first_correct_undetermined", "cut_off", "not_closable"
]
"""Why nothing is chosen from a sample."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One scored sample, without its text.

    `tokens` are those of the thinking, the tail's among them. `correct` is of the final answer, null if it is
    undetermined. `ends`: the tokens from the start through the end of each solution, loops included, while
    `solution_tokens` are those of the solutions alone. `closable`: whether text that was cut from it can be closed.
    """

    id: str
    tokens: int
    solution_tokens: tuple[int, ...]
    ends: tuple[int, ...]
    verdicts: tuple[Verdict, ...]
    new: tuple[bool, ...]
    correct: bool | None
    cut_off: bool
    closable: bool

    def unused(self) -> Unused | None:
        """Why nothing can be chosen from this sample, None if something can."""
        if self.correct is None:
            return "undetermined"
        if not self.correct:
            return "wrong"
        if "correct" not in self.verdicts:
            return "no_correct_solution"
        if "undetermined" in self.verdicts[: self.first]:
            return "first_correct_undetermined"
        if self.cut_off:
            return "cut_off"
        return None if self.closable else "not_closable"

    @property
    def first(self) -> int:
        """The index of the first correct solution, from 1. ValueError if there is none."""
        return self.verdicts.index("correct") + 1


@dataclass(frozen=True, slots=True)
class Cut:
    """A sample kept through its first `solutions` solutions; whole, tail and all, if that is null."""

    sample: Candidate
    solutions: int | None = None
    fell_back: bool = False

    @property
    def tokens(self) -> int:
        """Thinking tokens that are kept."""
        return self.sample.ends[self.solutions - 1] if self.solutions else self.sample.tokens


class Measured(NamedTuple):
    """What the paper's table says of one side: null if it is not defined (docs/metrics.md, edges)."""

    solutions: int
    tokens: int
    outcome_efficiency: float | None
    process_efficiency: float | None


def measured(cut: Cut) -> Measured:
    """The metrics of what is kept, with T the tokens that are kept."""
    sample, tokens = cut.sample, cut.tokens
    kept = len(sample.verdicts) if cut.solutions is None else cut.solutions
    lengths = sample.solution_tokens[:kept]
    first = first_correct([CORRECT[verdict] for verdict in sample.verdicts[:kept]])
    return Measured(
        kept,
        tokens,
        outcome_efficiency(sample.ends, first, tokens),
        process_efficiency(lengths, sample.new[:kept], tokens),
    )


def choose(kind: PairKind, usable: Sequence[Candidate]) -> Cut:
    """The shortest result of this kind among the usable samples of a problem; of equals the first.

    A sample without a second correct solution gives FCS if FCS+Reflection is asked for, and says so.
    """
    return min((_CUTS[kind](sample) for sample in usable), key=lambda cut: cut.tokens)


def longest(samples: Sequence[Candidate]) -> Cut:
    """The longest of these samples, whole; of equals the first."""
    return Cut(max(samples, key=lambda sample: sample.tokens))


def _first_correct(sample: Candidate) -> Cut:
    return Cut(sample, sample.first)


def _with_reflection(sample: Candidate) -> Cut:
    """Through the second correct solution, if one is known to be the second."""
    for index, verdict in enumerate(sample.verdicts[sample.first :], start=sample.first + 1):
        if verdict == "correct":
            return Cut(sample, index)
        if verdict == "undetermined":
            break
    return Cut(sample, sample.first, fell_back=True)


def _greedily_diverse(sample: Candidate) -> Cut:
    """Through the first correct solution, then on as long as the next one brings a new strategy."""
    kept = sample.first
    while kept < len(sample.new) and sample.new[kept]:
        kept += 1
    return Cut(sample, kept)


_CUTS: dict[PairKind, Callable[[Candidate], Cut]] = {
    "shortest": Cut,
    "fcs": _first_correct,
    "fcs-reflection": _with_reflection,
    "gds": _greedily_diverse,
}


# Text


def closing(
    response: str, thinking: Thinking, answer: str, answer_span: Span, *, how: Closing, opened: str
) -> str | None:
    """What closes a response whose thinking was cut: its own end, or a box with its final answer. None: nothing can.

    `own` is all that comes after the thinking, if the final answer is there. `opened` is what the prompt has
    of the turn: a model whose thinking was opened must close it.
    """
    border = response[thinking.span[1] : thinking.after[0]] if thinking.closed else ""
    if how == "own":
        behind = response[thinking.after[0] :]
        return border + behind if thinking.closed and answer_span[0] >= thinking.after[0] else None
    if (thinking.opened or opened) and not thinking.closed:
        return None
    end = response[thinking.after[1] :] if thinking.closed else ""  # what a template writes behind an answer
    return f"{border}\n\n\\boxed{{{answer}}}{end if end.strip() else ''}" if _balanced(answer) else None


def cut_text(response: str, end: int, closed_with: str) -> str:
    """The verbatim response through `end` (characters), closed."""
    return response[:end].rstrip() + closed_with


def continued(turn: str, opened: str, tags: tuple[str, str] | None = None) -> str | None:
    """The completion: what of the assistant's whole turn the model writes behind a prompt that ends in `opened`.

    `opened` is an opening tag, an empty box, or nothing. None if the turn does not fit it: a thinking behind a box
    that is closed.
    """
    if turn.startswith(opened):
        rest = turn.removeprefix(opened)
        return rest if opened else with_opening(rest, tags)
    for opening, closing_tag in looked_for(tags):
        if opening in opened and closing_tag not in opened:
            return turn.lstrip().removeprefix(opening).lstrip("\n")
    return None


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0
