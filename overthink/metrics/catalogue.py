"""Each metric of the report as a ratio of sums: what one response adds above and below the line.

A mean adds 1 below the line for every response, so each response has one vote, however many solutions it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeVar, get_args

from overthink.metrics.response import first_correct
from overthink.records import Kind, Metric, Score
from overthink.run.rows import ResponseRows
from overthink.stats.ratios import EXCLUDED, OUT_OF_SCOPE, Measure, Term, mean

DISTINCTNESS_UP_TO = 16
"""Later solutions than this one are counted by every metric, but get no distinctness ratio of their own."""
LAST_SOLUTION_COUNT = 7
LAST_FIRST_CORRECT = 4

MetricOrChange = TypeVar("MetricOrChange", bound=Metric)


Hidden = Literal["left out", "by the server's count", "as any other"]
"""How a metric takes a response whose server hid the thinking."""


@dataclass(frozen=True)
class Spec(Measure):
    """A metric of the report, and what one response adds to it. `about`: what it is, a line for docs/metrics.md."""

    of: Callable[[ResponseRows], Term]
    about: str
    hidden: Hidden = "left out"

    def term(self, sample: ResponseRows) -> Term:
        """What this response adds."""
        return EXCLUDED if sample.score.hidden and self.hidden == "left out" else self.of(sample)


@dataclass
class HiddenCounts:
    """Of so many responses the server hid the thinking of `hidden`, and counted no tokens of it in `uncounted`."""

    responses: int = 0
    hidden: int = 0
    uncounted: int = 0

    def add(self, score: Score) -> None:
        """Count one response."""
        self.responses += 1
        self.hidden += score.hidden
        self.uncounted += score.hidden and score.server_tokens is None

    def of(self, name: str) -> int:
        """How many responses the metric of this name leaves out since their thinking is hidden."""
        return {"left out": self.hidden, "by the server's count": self.uncounted}.get(_HIDDEN.get(name, ""), 0)


def because_hidden(name: str, metric: MetricOrChange, counts: Sequence[HiddenCounts]) -> MetricOrChange:
    """The metric of this name; if it is null, its reason tells of the responses whose thinking the server hid."""
    left_out = sum(part.of(name) for part in counts)
    if metric.value is not None or not left_out:
        return metric
    uncounted = " and tells no count of its tokens" * (_HIDDEN.get(name) == "by the server's count")
    why = f"the server hides its thinking{uncounted}: {left_out} response{'s' * (left_out > 1)}"
    others = sum(part.responses for part in counts) > left_out
    return metric.model_copy(update={"reason": f"{metric.reason}; {why}" if others else why})


def _share(hit: bool) -> Term:
    return Term(hit, 1, 1, 0)


def _with_gold(value: Callable[[Score], float | None]) -> Callable[[ResponseRows], Term]:
    """A mean over responses that only a gold answer gives a meaning to."""
    return lambda sample: mean(value(sample.score)) if sample.gold else EXCLUDED


def _first_correct(sample: ResponseRows) -> int | None:
    """Index of the first correct solution, 0 if none is correct, None if that cannot be known."""
    return first_correct([_KIND_IS_CORRECT[kind] for kind in sample.score.kinds]) if sample.gold else None


def _answered(value: Callable[[Score, int], Term]) -> Callable[[ResponseRows], Term]:
    """A term of the responses with a correct solution (σ = 1), from the score and the tokens after that solution."""

    def term(sample: ResponseRows) -> Term:
        first, after = _first_correct(sample), sample.score.tokens_after_answer
        if first == 0:
            return OUT_OF_SCOPE
        return EXCLUDED if first is None or after is None else value(sample.score, after)

    return term


def with_hidden(score: Score, tokens: int) -> int | None:
    """These tokens and those of a thinking that the server hid, by its own count; None if it told none."""
    if not score.hidden:
        return tokens
    return None if score.server_tokens is None else tokens + score.server_tokens


def _tokens_per_correct(sample: ResponseRows) -> Term:
    score = sample.score
    tokens = with_hidden(score, score.tokens)
    unknown = tokens is None or score.correct is None or not sample.gold
    return EXCLUDED if unknown else Term(tokens or 0, score.correct or 0, 1, 0)


def _underthinking(sample: ResponseRows) -> Term:
    if sample.gold and sample.score.correct:
        return OUT_OF_SCOPE
    return mean(sample.score.underthinking) if sample.gold else EXCLUDED


def _distinctness(m: int) -> Callable[[ResponseRows], Term]:
    def term(sample: ResponseRows) -> Term:
        strategies = sample.clusters.strategies[:m]
        return _share(strategies[-1] not in strategies[:-1]) if len(strategies) == m else OUT_OF_SCOPE

    return term


def _at(index: int | None, wanted: int, last: int) -> bool:
    """Whether this is the wanted index; the last one means all above it, too."""
    return index is not None and min(index, last) == wanted


def _first_correct_at(k: int) -> Callable[[ResponseRows], Term]:
    return _answered(lambda score, _: _share(_at(score.first_correct, k, LAST_FIRST_CORRECT)))


def _solution_count(k: int) -> Callable[[ResponseRows], Term]:
    return lambda sample: _share(_at(len(sample.score.kinds), k, LAST_SOLUTION_COUNT))


def _kind_share(kind: Kind) -> Callable[[ResponseRows], Term]:
    def tokens(score: Score) -> int:
        return sum(tokens for tokens, k in zip(score.solution_tokens, score.kinds, strict=True) if k == kind)

    return lambda sample: _of_tokens(sample, tokens(sample.score))


def _of_tokens(sample: ResponseRows, part: int) -> Term:
    """A part of the tokens, pooled. An empty thinking has no parts, and without a gold answer no kinds."""
    return Term(part, sample.score.tokens, 1, 0) if sample.score.tokens and sample.gold else EXCLUDED


def _flips(before: bool, behind: bool) -> Callable[[ResponseRows], Term]:
    """Transitions from a solution to the next; `n` counts transitions, left out if a verdict is undetermined."""

    def term(sample: ResponseRows) -> Term:
        found = [_KIND_IS_CORRECT[kind] for kind in sample.score.kinds]
        pairs = list(pairwise(found))
        known = [pair for pair in pairs if None not in pair]
        return Term(known.count((before, behind)), len(known), len(known), len(pairs) - len(known))

    return term


_KIND_IS_CORRECT: dict[Kind, bool | None] = {
    "first_correct": True,
    "recheck": True,
    "new_strategy": True,
    "wrong": False,
    "undetermined": None,
}


def _plus(k: int, last: int) -> str:
    return f"{k}+" if k == last else str(k)


# The reasons of a null value.
_NO_RESPONSE = "no response"
_NO_VERDICT = "no response with a determined final answer"
_UNKNOWN_FIRST = "no response with thinking of which the first correct solution is known"
_NO_CORRECT = "no response with a correct solution"
_NO_THINKING = "no response with thinking and a gold answer"
_NO_TRANSITION = "no two solutions in a row with determined verdicts"


def _distinctness_specs() -> list[Spec]:
    return [
        Spec(
            f"distinctness@{m}",
            "share",
            True,
            f"no response with {m} solutions",
            _distinctness(m),
            "Responses whose m-th solution brings a new strategy, of those that have an m-th solution.",
        )
        for m in range(1, DISTINCTNESS_UP_TO + 1)
    ]


def _first_correct_specs() -> list[Spec]:
    return [
        Spec(
            f"first_correct@{_plus(k, LAST_FIRST_CORRECT)}",
            "share",
            k == 1 or None,
            _NO_CORRECT,
            _first_correct_at(k),
            "Responses whose first correct solution is the k-th, of those with a correct one.",
        )
        for k in range(1, LAST_FIRST_CORRECT + 1)
    ]


def _solution_count_specs() -> list[Spec]:
    return [
        Spec(
            f"solution_count@{_plus(k, LAST_SOLUTION_COUNT)}",
            "share",
            None,
            _NO_RESPONSE,
            _solution_count(k),
            "Responses with k solutions.",
        )
        for k in range(LAST_SOLUTION_COUNT + 1)
    ]


def _kind_specs() -> list[Spec]:
    """The share of the tokens that each kind of solution takes, and the loops and the tail."""
    solutions = [
        Spec(
            f"kind_share/{kind}",
            "share",
            False if kind == "recheck" else None,
            _NO_THINKING,
            _kind_share(kind),
            _ABOUT_KINDS[kind],
        )
        for kind in get_args(Kind)
    ]
    loop = Spec(
        "kind_share/loop",
        "share",
        False,
        _NO_THINKING,
        lambda x: _of_tokens(x, x.score.loop_tokens),
        "Tokens of loops, in no solution and not in the tail, of all tokens.",
    )
    tail = Spec(
        "kind_share/tail",
        "share",
        False,
        _NO_THINKING,
        lambda x: _of_tokens(x, x.score.tail_tokens),
        "Tokens after the last solution that are in no loop, of all tokens.",
    )
    return [*solutions, loop, tail]


_ABOUT_KINDS: dict[Kind, str] = {
    "first_correct": "Tokens of the first correct solutions, of all tokens.",
    "recheck": "Tokens of later correct solutions by a strategy that was used before, of all tokens.",
    "new_strategy": "Tokens of later correct solutions by a new strategy, of all tokens.",
    "wrong": "Tokens of wrong solutions, of all tokens.",
    "undetermined": "Tokens of solutions whose verdict is undetermined, of all tokens.",
}


def _flip_specs() -> list[Spec]:
    about = "Transitions between these verdicts, of all from a solution to the next."
    return [
        Spec("answer_flips/correct_to_correct", "share", None, _NO_TRANSITION, _flips(True, True), about),
        Spec("answer_flips/correct_to_wrong", "share", False, _NO_TRANSITION, _flips(True, False), about),
        Spec("answer_flips/wrong_to_correct", "share", None, _NO_TRANSITION, _flips(False, True), about),
        Spec("answer_flips/wrong_to_wrong", "share", None, _NO_TRANSITION, _flips(False, False), about),
    ]


SPECS: tuple[Spec, ...] = (
    Spec(
        "accuracy",
        "share",
        True,
        _NO_VERDICT,
        _with_gold(lambda s: s.correct),
        "Responses whose final answer is correct.",
        hidden="as any other",
    ),
    Spec(
        "solutions",
        "solutions",
        None,
        _NO_RESPONSE,
        lambda x: mean(len(x.score.kinds)),
        "Mean number of solutions in a response.",
    ),
    Spec(
        "tokens",
        "tokens",
        False,
        _NO_RESPONSE,
        lambda x: mean(with_hidden(x.score, x.score.tokens)),
        "Mean number of tokens in scope, T.",
        hidden="by the server's count",
    ),
    Spec(
        "outcome_efficiency",
        "share",
        True,
        _UNKNOWN_FIRST,
        _with_gold(lambda s: s.outcome_efficiency),
        "Mean of T̂/T: the tokens through the end of the first correct solution, of all.",
    ),
    Spec(
        "outcome_efficiency_first_solution",
        "share",
        True,
        _UNKNOWN_FIRST,
        _with_gold(lambda s: s.outcome_efficiency_first_solution),
        "The same with the tokens of the first correct solution alone.",
    ),
    Spec(
        "process_efficiency",
        "share",
        True,
        "no response with a solution",
        lambda x: mean(x.score.process_efficiency),
        "Mean of D/T: the tokens of solutions that bring a new strategy, of all.",
    ),
    Spec(
        "response_tokens",
        "tokens",
        False,
        _NO_RESPONSE,
        lambda x: mean(with_hidden(x.score, x.score.response_tokens)),
        "Mean number of tokens of the whole response, tags included.",
        hidden="by the server's count",
    ),
    Spec(
        "tokens_after_answer",
        "tokens",
        False,
        _NO_CORRECT,
        _answered(lambda _, after: mean(after)),
        "Mean of T − T̂ over the responses with a correct solution.",
    ),
    Spec(
        "tokens_after_answer_share",
        "share",
        False,
        _NO_CORRECT,
        _answered(lambda s, after: Term(after, s.tokens, 1, 0)),
        "Σ (T − T̂) / Σ T over the responses with a correct solution.",
    ),
    *_distinctness_specs(),
    *_first_correct_specs(),
    *_solution_count_specs(),
    Spec(
        "tokens_per_correct_answer",
        "tokens",
        False,
        "no correct answer",
        _tokens_per_correct,
        "All tokens, wrong responses included, for each correct final answer.",
        hidden="by the server's count",
    ),
    Spec(
        "underthinking",
        "share",
        False,
        "no response with a wrong final answer",
        _underthinking,
        "Mean of 1 − T̂/T over the responses whose final answer is wrong.",
    ),
    Spec(
        "auc_oaa",
        "share",
        True,
        _NO_VERDICT,
        _with_gold(lambda s: s.auc_oaa),
        "Mean of correct · max(0, t_max − thinking tokens) / t_max.",
        hidden="by the server's count",
    ),
    *_kind_specs(),
    *_flip_specs(),
    Spec(
        "looping",
        "share",
        False,
        _NO_RESPONSE,
        lambda x: _share(bool(x.segments.loops)),
        "Responses whose thinking says the same words four times in a row.",
    ),
    Spec(
        "loop_tokens",
        "tokens",
        False,
        _NO_RESPONSE,
        lambda x: mean(x.score.loop_tokens),
        "Mean number of tokens in loops, from the second time round to the last.",
    ),
)
"""Every metric of the report but pass@k, in the order in which it lists them."""

_HIDDEN: dict[str, Hidden] = {spec.name: spec.hidden for spec in SPECS}
