"""pairs: the scored samples of problems become preference pairs, and the table of the paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from overthink.config import PairsConfig
from overthink.errors import OverthinkError
from overthink.metrics.response import new_strategies
from overthink.pairs.formulas import Candidate, Cut, choose, closing, continued, cut_text, longest
from overthink.pairs.rows import PreferencePair
from overthink.pairs.statistics import Statistics
from overthink.records import Problem
from overthink.run import Run
from overthink.run.scored import Join, Joined
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
        """What is known of a sample, without its text."""
        segments, score = row.segments, row.score
        closed_with: str | None = ""
        if self._close and score.correct and not segments.truncated:
            closed_with = self._closing(row)
        candidate = Candidate(
            id=row.id,
            tokens=score.tokens,
            solution_tokens=tuple(score.solution_tokens),
            ends=tuple(score.solution_ends),
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
        return closing(text, row.thinking, final.answer, final.answer_span, how=self._config.close, opened=self._opened)


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


@dataclass
class PairMaker:
    """Makes the pair of each problem. Without a `rendering` the samples are counted alone.

    `tally` and `statistics` hold what was counted of the problems so far.
    """

    config: PairsConfig
    rendering: Rendering | None
    tally: Tally = field(default_factory=Tally)
    statistics: Statistics = field(default_factory=Statistics)

    def pair_of(self, problem: Problem, samples: Sequence[Sample]) -> PreferencePair | None:
        """The pair of this problem; None if it has none (`tally` tells why), or if nothing is rendered."""
        shown = [sample for sample in samples if not sample.rows.score.hidden]
        self.tally.unused.update(["hidden_thinking"] * (len(samples) - len(shown)))
        candidates = [sample.candidate for sample in shown]
        reasons = [candidate.unused() for candidate in candidates]
        self.tally.samples += len(samples)
        self.tally.unused.update(reason for reason in reasons if reason)
        usable = [candidate for candidate, reason in zip(candidates, reasons, strict=True) if reason is None]
        if not usable:
            self.tally.dropped["no_usable_sample"] += 1
            return None
        chosen = choose(self.config.kind, usable)
        correct = [candidate for candidate in candidates if candidate.correct]
        rejected = longest(candidates if self.config.rejected == "longest" else correct)
        self.statistics.add(candidates, usable, rejected)
        sides = _texts(samples, chosen, rejected) if self.rendering else None
        if (chosen.sample is rejected.sample and chosen.tokens == rejected.tokens) or (sides and sides[0] == sides[1]):
            self.tally.dropped["equal_sides"] += 1
            return None
        self.tally.fell_back += chosen.fell_back
        self.tally.rejected_cut_off += rejected.sample.cut_off
        if self.rendering is None or sides is None:
            return None
        pair = self._rendered(problem, chosen, rejected, sides, self.rendering, samples[0].rows.tags)
        longest_side = max(pair.chosen_tokens, pair.rejected_tokens)
        self.tally.longest_pair = max(self.tally.longest_pair, pair.prompt_tokens + longest_side)
        return pair

    def _rendered(
        self,
        problem: Problem,
        chosen: Cut,
        rejected: Cut,
        sides: tuple[str, str],
        rendering: Rendering,
        tags: tuple[str, str] | None,
    ) -> PreferencePair:
        """The pair with its prompt, and the sides as the model goes on behind it."""
        prompt = rendering.render(problem.question)
        chosen_text, rejected_text = (continued(side, rendering.opened, tags) for side in sides)
        if chosen_text is None or rejected_text is None:
            raise OverthinkError(
                f"{problem.id}: the chat template closes the thinking in the prompt, and the responses think",
                "Name the model that they come from with --tokenizer.",
            )
        prompt_tokens, chosen_tokens = _lengths(rendering.tokenizer, prompt, chosen_text)
        return PreferencePair(
            id=problem.id,
            prompt=prompt,
            chosen=chosen_text,
            rejected=rejected_text,
            kind=self.config.kind,
            fell_back=chosen.fell_back,
            close=self.config.close,
            chosen_sample=chosen.sample.id,
            rejected_sample=rejected.sample.id,
            prompt_tokens=prompt_tokens,
            chosen_tokens=chosen_tokens,
            rejected_tokens=_lengths(rendering.tokenizer, prompt, rejected_text)[1],
            tokenizer=rendering.tokenizer.name,
            vocabulary=rendering.vocabulary,
            template=rendering.template,
        )


def _texts(samples: Sequence[Sample], chosen: Cut, rejected: Cut) -> tuple[str, str]:
    """The text of the chosen side, cut and closed, and that of the rejected one."""
    sample = next(sample for sample in samples if sample.candidate is chosen.sample)
    text = sample.rows.response.response
    if chosen.solutions is not None:
        text = cut_text(text, sample.ends[chosen.solutions - 1], sample.closed_with or "")
    other = next(sample for sample in samples if sample.candidate is rejected.sample)
    return text, other.rows.response.response


def _lengths(tokenizer: Tokenizer, prompt: str, completion: str) -> tuple[int, int]:
    """Tokens of the prompt and of the completion, from one tokenisation of both."""
    edges = [0, len(prompt), len(prompt) + len(completion)]
    before, behind = counts(tokenizer.starts(prompt + completion), edges).tolist()
    return before, behind
