"""Rules where they are sure, a model where they are in doubt: at most one call a response that fits the context."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from overthink.core.thinking import find_thinking, is_truncated
from overthink.judge.dialogue import ask_twice, room
from overthink.judge.fence import fenced
from overthink.judge.prompt import load_prompt
from overthink.judge.windows import too_long
from overthink.ports import Conversation
from overthink.records import Problem, Response, Segments
from overthink.solutions.doubts import (
    Decision,
    DoubtReply,
    decided_solutions,
    excerpt,
    in_doubt,
    read_decisions,
    sure_ends,
)
from overthink.solutions.replies import Numbered
from overthink.solutions.rules import judge_paragraphs
from overthink.text.language import other_language

PROMPT = "segment_doubts"
DOUBT = 0.07
"""The narrowest doubt that takes a judge without mistakes as near to a reader as two readers are to each other: on 210
real responses, the rules trained on others, 7 % of the paragraphs are asked about, and F1 rises from .90 to .98 on
MATH-500 (see benchmarks/judge_doubts.py). A wider one asks where a real judge errs as often as the rules."""


class HybridSegmenter:
    """`count` counts tokens, `context_tokens` are those of the judge, of which `reply` at most are for a reply.

    `tags`: the thinking tags of models that are not known. The model is asked about the boundaries to which the rules
    give a probability from `doubt` to 1 - `doubt`.
    """

    name = "hybrid-1"

    def __init__(
        self,
        count: Callable[[str], int],
        context_tokens: int,
        tags: tuple[str, str] | None = None,
        reply: int | None = None,
        doubt: float = DOUBT,
    ) -> None:
        self._prompt = load_prompt("solutions/prompts/segment_doubts.md", DoubtReply)
        self._count = count
        self._room = partial(room, self._prompt, count, context_tokens, reply=reply)
        self._tags = tags
        self._doubt = doubt
        self.prompts = {PROMPT: self._prompt.digest}

    def conversation(self, problem: Problem, response: Response, source: str) -> Conversation[Segments]:
        """The solutions of one response; nothing is asked where nothing is in doubt. The gold answer is not looked at.

        UnreadableReply where a reply stays unreadable, or a paragraph does not fit the context.
        """
        text = response.response
        thinking = find_thinking(text, self._tags)
        truncated = is_truncated(response, thinking)
        judged = judge_paragraphs(problem.question, text, thinking, truncated)
        numbered = Numbered(text, judged.reading.paragraphs)
        asked = in_doubt(judged, self._doubt)
        decisions: dict[int, Decision] = {}
        for part in self._parts(problem, numbered, asked):
            known = sorted({*sure_ends(judged, asked), *(k for k, decision in decisions.items() if decision.ends)})
            read = partial(read_decisions, numbered=numbered, asked=part, sure=known)
            texts = self._texts(problem, numbered, part, known)
            decisions |= yield from ask_twice(self._prompt, texts, read)
        found, tail = decided_solutions(judged, decisions, text, truncated)
        return Segments(
            id=response.id,
            source=source,
            thinking=thinking.span,
            solutions=found,
            tail=tail,
            truncated=truncated,
            segmenter=self.name,
            language=other_language(text[slice(*thinking.span)]),
            paragraphs=len(numbered.paragraphs),
            asked_paragraphs=len(asked),
        )

    def _parts(self, problem: Problem, numbered: Numbered, asked: Sequence[int]) -> list[Sequence[int]]:
        """All that is asked in one part where that fits the context, else in halves of it."""
        left = self._room(problem.question)
        if not asked:
            return []
        if (size := self._count(excerpt(numbered, asked))) <= left:
            return [asked]
        if len(asked) == 1:
            raise too_long(f"paragraph {asked[0]} and those around it have", size, left)
        half = len(asked) // 2
        return [*self._parts(problem, numbered, asked[:half]), *self._parts(problem, numbered, asked[half:])]

    @staticmethod
    def _texts(problem: Problem, numbered: Numbered, asked: Sequence[int], known: Sequence[int]) -> dict[str, str]:
        """What stands in the places of the last turn."""
        marks = numbered.marks
        return {
            "problem": fenced("problem", problem.question),
            "text": fenced("text", excerpt(numbered, asked)),
            "known": ", ".join(marks[number - 1] for number in known) or "none",
            "asked": ", ".join(marks[number - 1] for number in asked),
        }
