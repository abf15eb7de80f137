"""The judge without a model: solutions by rules that read like a reader."""

from __future__ import annotations

from overthink.core.thinking import find_thinking, is_truncated
from overthink.records import Problem, Response, Segments
from overthink.solutions.rules import judge_paragraphs, solutions
from overthink.text.language import other_language


class RulesSegmenter:
    """A Segmenter that asks nobody. `tags`: the thinking tags (opening, closing) of models that are not known."""

    name = "rules-1"

    def __init__(self, tags: tuple[str, str] | None = None) -> None:
        self._tags = tags

    def segment(self, problem: Problem, response: Response, source: str) -> Segments:
        """The solutions of one response. The gold answer is not looked at."""
        text = response.response
        thinking = find_thinking(text, self._tags)
        truncated = is_truncated(response, thinking)
        judged = judge_paragraphs(problem.question, text, thinking, truncated)
        found, tail = solutions(judged, text, truncated)
        return Segments(
            id=response.id,
            source=source,
            thinking=thinking.span,
            solutions=found,
            tail=tail,
            truncated=truncated,
            segmenter=self.name,
            language=other_language(text[slice(*thinking.span)]),
        )
