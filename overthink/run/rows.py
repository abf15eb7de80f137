"""The rows about one response, by what they are."""

from __future__ import annotations

from typing import Any

from overthink.records import Clusters, Marked, Problem, Response, Score, Segments, Verdicts


class Rows:
    """The rows about one response by name; those of another stage's making are an error."""

    __slots__ = ()

    def row(self, stage: str) -> Any:
        """The row that this stage has made. KeyError or OverthinkError if it is not at hand."""
        raise NotImplementedError

    @property
    def problem(self) -> Problem:
        """The question and its gold answer."""
        problem: Problem = self.row("problems")
        return problem

    @property
    def gold(self) -> bool:
        """Whether its problem has a gold answer."""
        return self.problem.answer is not None

    @property
    def response(self) -> Response:
        """The text that the model wrote."""
        response: Response = self.row("generate")
        return response

    @property
    def segments(self) -> Segments:
        """Where its solutions end."""
        segments: Segments = self.row("segment")
        return segments

    @property
    def clusters(self) -> Clusters:
        """The strategies of its solutions."""
        clusters: Clusters = self.row("cluster")
        return clusters

    @property
    def verdicts(self) -> Verdicts:
        """Which of its answers are correct."""
        verdicts: Verdicts = self.row("verify")
        return verdicts

    @property
    def score(self) -> Score:
        """Its metrics."""
        score: Score = self.row("score")
        return score

    @property
    def marked(self) -> Marked:
        """Which characters of the question state constraints."""
        marked: Marked = self.row("constraints")
        return marked
