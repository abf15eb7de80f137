"""The judge without a model: strategies by what solutions compute, say and repeat."""

from __future__ import annotations

from itertools import pairwise

from overthink.records import Clusters, Problem, Response, Segments
from overthink.strategies.names import strategy_names
from overthink.strategies.rules import Judged, judge_solutions, strategies


class RulesClusterer:
    """A Clusterer that asks nobody."""

    name = "rules-1"

    def cluster(self, problem: Problem, response: Response, segments: Segments, source: str) -> Clusters:
        """Every solution gets exactly one strategy, whatever the texts are. The gold answer is not looked at.

        `reasons` tells for each solution how likely it brings a new way of reasoning.
        """
        ends = [segments.thinking[0], *(solution.end for solution in segments.solutions)]
        texts = [response.response[start:end] for start, end in pairwise(ends)]
        judged = judge_solutions(problem.question, texts, [solution.answer for solution in segments.solutions])
        found = strategies(judged)
        return Clusters(
            id=response.id,
            source=source,
            strategies=found,
            names=strategy_names(judged.described, found),
            reasons=_reasons(judged),
            clusterer=self.name,
        )


def _reasons(judged: Judged) -> list[str]:
    """The first solution is new by definition; the others with the probability that the rules give them."""
    return [f"new: {probability:.2f}" if m else "first" for m, probability in enumerate(judged.novelty)]
