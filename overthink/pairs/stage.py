"""pairs: the scored samples of problems become preference pairs, and the table of the paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from overthink.config import PairsConfig
from overthink.errors import OverthinkError
from overthink.metrics.response import new_strategies
from overthink.pairs.formulas import (
    Candidate,
    Cut,
    choose,
    closing,
    continued,
    cut_text,
    longest,
)
from overthink.pairs.statistics import Statistics
from overthink.records import PreferencePair, Problem
from overthink.run import Run
from overthink.run.scored import Join, Joined
from overthink.text.thinking import find_thinking
from overthink.text.tokens import Tokenizer, counts


class Sample(NamedTuple):
    """A scored sample: its rows, and what is known of it."""

    rows: Joined
    candidate: Candidate
    ends: tuple[int, ...]
    closed_with: str | None


class Samples:
    """The scored samples of some runs, problem by problem. Texts are read when they are used."""

    def __init__(self, runs: Sequence[Run], config: PairsConfig, opened: str, *, close: bool) -> None:
        """`opened` is what the prompt has of the assistant's turn; without `close` every sample counts as closable."""
        self._config = config
        self._opened = opened
        self._close = close
        self._ids: dict[str, list[tuple[Join, str]]] = {}
        self._digests: dict[str, str] = {}
        self.not_scored = 0
        for run in runs:
            self._add(run)

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[tuple[Problem, list[Sample]]]:
        for problem_id, rows in self._ids.items():
            join, _ = rows[0]
            problem = join.table("problems").read(problem_id)
            yield problem, [self._sample(join.of(row_id)) for join, row_id in rows]

    def _add(self, run: Run) -> None:
        join = Join(run)
        self.not_scored += len(join.table("generate")) - len(join.table("score"))
        for row_id in join.table("score"):
            problem_id = row_id.rpartition("#")[0]
            digest = join.table("problems").entries[problem_id].digest
            if self._digests.setdefault(problem_id, digest) != digest:
                first = self._ids[problem_id][0][0].run
                raise OverthinkError(
                    f"{run.folder}: problem {problem_id!r} is another one than in {first.folder}",
                    "Pool runs over the same problems.",
                )
            self._ids.setdefault(problem_id, []).append((join, row_id))

    def _sample(self, row: Joined) -> Sample:
        segments, score = row.segments, row.score
        closed_with: str | None = ""
        if self._close and score.correct and not segments.truncated:
            closed_with = self._closing(row)
        candidate = Candidate(
            id=row.id,
            tokens=score.tokens,
            solution_tokens=tuple(score.solution_tokens),
            verdicts=tuple(solution.verdict for solution in row.verdicts.solutions),
            new=tuple(new_strategies(row.clusters.strategies)),
            correct=score.correct,
            cut_off=segments.truncated,
            closable=closed_with is not None,
        )
        return Sample(row, candidate, tuple(solution.end for solution in segments.solutions), closed_with)

    def _closing(self, row: Joined) -> str | None:
        if self._config.kind == "shortest":
            return ""  # it stays whole
        final = row.verdicts.final
        if final.answer is None or final.answer_span is None:
            return None
        text = row.response.response
        thinking = find_thinking(text, row.tags)
        return closing(text, thinking, final.answer, final.answer_span, how=self._config.close, opened=self._opened)


@dataclass
class Tally:
    """What became of the samples and the problems."""

    samples: int = 0
    unused: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    fell_back: int = 0
    rejected_cut_off: int = 0
    longest_pair: int = 0


@dataclass(frozen=True)
class Rendering:
    """How prompts are made: the question in its words, in the chat template; `opened` of the turn at their end.

    `words`, `vocabulary` and `template` are digests: by the last two training knows them again.
    """

    render: Callable[[str], str]
    opened: str
    words: str
    tokenizer: Tokenizer
    vocabulary: str | None
    template: str | None


def pairs_of(
    samples: Samples, config: PairsConfig, rendering: Rendering | None, tally: Tally, statistics: Statistics
) -> Iterator[PreferencePair | None]:
    """The pair of each problem, null if it has none or if nothing is rendered; `tally` tells why."""
    for problem, rows in samples:
        yield _pair(problem, rows, config, rendering, tally, statistics)


def _pair(
    problem: Problem,
    rows: Sequence[Sample],
    config: PairsConfig,
    rendering: Rendering | None,
    tally: Tally,
    statistics: Statistics,
) -> PreferencePair | None:
    candidates = [row.candidate for row in rows]
    reasons = [candidate.unused() for candidate in candidates]
    tally.samples += len(rows)
    tally.unused.update(reason for reason in reasons if reason)
    usable = [candidate for candidate, reason in zip(candidates, reasons, strict=True) if reason is None]
    if not usable:
        tally.dropped["no_usable_sample"] += 1
        return None
    chosen = choose(config.kind, usable)
    pool = candidates if config.rejected == "longest" else [candidate for candidate in candidates if candidate.correct]
    rejected = longest(pool)
    statistics.add(candidates, usable, rejected)
    sides = _texts(rows, chosen, rejected) if rendering else None
    if (chosen.sample is rejected.sample and chosen.tokens == rejected.tokens) or (sides and sides[0] == sides[1]):
        tally.dropped["equal_sides"] += 1
        return None
    tally.fell_back += chosen.fell_back
    tally.rejected_cut_off += rejected.sample.cut_off
    if rendering is None or sides is None:
        return None
    pair = _rendered(problem, chosen, rejected, sides, rows, config, rendering)
    tally.longest_pair = max(tally.longest_pair, pair.prompt_tokens + max(pair.chosen_tokens, pair.rejected_tokens))
    return pair


def _texts(rows: Sequence[Sample], chosen: Cut, rejected: Cut) -> tuple[str, str]:
    row = next(row for row in rows if row.candidate is chosen.sample)
    text = row.rows.response.response
    if chosen.solutions is not None:
        text = cut_text(text, row.ends[chosen.solutions - 1], row.closed_with or "")
    other = next(row for row in rows if row.candidate is rejected.sample)
    return text, other.rows.response.response


def _rendered(
    problem: Problem,
    chosen: Cut,
    rejected: Cut,
    sides: tuple[str, str],
    rows: Sequence[Sample],
    config: PairsConfig,
    rendering: Rendering,
) -> PreferencePair:
    prompt = rendering.render(problem.question)
    tags = rows[0].rows.tags
    written = [continued(side, rendering.opened, tags) for side in sides]
    if None in written:
        raise OverthinkError(
            f"{problem.id}: the chat template closes the thinking in the prompt, and the responses think",
            "Name the model that they come from with --tokenizer.",
        )
    completions = [side or "" for side in written]
    prompt_tokens, chosen_tokens = _lengths(rendering.tokenizer, prompt, completions[0])
    return PreferencePair(
        id=problem.id,
        prompt=prompt,
        chosen=completions[0],
        rejected=completions[1],
        kind=config.kind,
        fell_back=chosen.fell_back,
        close=config.close,
        chosen_sample=chosen.sample.id,
        rejected_sample=rejected.sample.id,
        prompt_tokens=prompt_tokens,
        chosen_tokens=chosen_tokens,
        rejected_tokens=_lengths(rendering.tokenizer, prompt, completions[1])[1],
        tokenizer=rendering.tokenizer.name,
        vocabulary=rendering.vocabulary,
        template=rendering.template,
    )


def _lengths(tokenizer: Tokenizer, prompt: str, completion: str) -> tuple[int, int]:
    """Tokens of the prompt and of the completion, from one tokenisation of both."""
    edges = [0, len(prompt), len(prompt) + len(completion)]
    before, behind = counts(tokenizer.starts(prompt + completion), edges).tolist()
    return before, behind


def names(counter: Mapping[str, int]) -> dict[str, int]:
    """The counts, in the order of their names."""
    return dict(sorted(counter.items()))
