"""The rows about one response, by what they are."""

from __future__ import annotations

from typing import Any, cast

from overthink.records import Clusters, Marked, Problem, Response, Score, Segments, Verdicts
from overthink.text.marks import Tags
from overthink.text.thinking import Thinking, thinking_of


class ResponseRows:
    """The rows about one response, by the stage that makes them."""

    __slots__ = ()

    def row(self, stage: str) -> Any:
        """The row that this stage has made. KeyError or OverthinkError if it is not at hand."""
        raise NotImplementedError

    @property
    def problem(self) -> Problem:
        """The question and its gold answer."""
        return cast(Problem, self.row("problems"))

    @property
    def gold(self) -> bool:
        """Whether its problem has a gold answer."""
        return self.problem.answer is not None

    @property
    def response(self) -> Response:
        """The text that the model wrote."""
        return cast(Response, self.row("generate"))

    @property
    def tags(self) -> Tags | None:
        """The thinking tags of its run, if they are not among those known."""
        raise NotImplementedError

    @property
    def thinking(self) -> Thinking:
        """What of the response is thinking."""
        return thinking_of(self.response, self.tags)

    @property
    def text(self) -> str:
        """The response with white space for what is between the blocks of its thinking: all offsets stay."""
        return self.thinking.without_gaps(self.response.response)

    @property
    def segments(self) -> Segments:
        """Its thinking and the ends of its solutions."""
        return cast(Segments, self.row("segment"))

    @property
    def clusters(self) -> Clusters:
        """The strategies of its solutions."""
        return cast(Clusters, self.row("cluster"))

    @property
    def verdicts(self) -> Verdicts:
        """Which of its answers are correct."""
        return cast(Verdicts, self.row("verify"))

    @property
    def score(self) -> Score:
        """Its metrics."""
        return cast(Score, self.row("score"))

    @property
    def marked(self) -> Marked:
        """Which characters of the question state constraints."""
        return cast(Marked, self.row("constraints"))
