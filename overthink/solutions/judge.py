"""The judge that asks a model where solutions end: once a response, or once a window of a long one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from overthink.core.thinking import find_thinking, is_truncated
from overthink.judge.dialogue import ask_twice, room
from overthink.judge.fence import fenced
from overthink.judge.prompt import load_prompt
from overthink.judge.windows import windows
from overthink.ports import Conversation
from overthink.records import Problem, Response, Segments, Solution
from overthink.solutions.replies import Numbered, SegmentReply, read_solutions
from overthink.text.paragraphs import paragraphs

PROMPT = "segment"
BREAK = "\n\n"


class ModelSegmenter:
    """`count` counts tokens, `context_tokens` are those of the judge, of which `reply` at most are for a reply.

    `tags`: the thinking tags of models that are not known.
    """

    name = "model-1"

    def __init__(
        self,
        count: Callable[[str], int],
        context_tokens: int,
        tags: tuple[str, str] | None = None,
        reply: int | None = None,
    ) -> None:
        self._prompt = load_prompt("solutions/prompts/segment.md", SegmentReply)
        self._count = count
        self._room = partial(room, self._prompt, count, context_tokens, reply=reply)
        self._tags = tags
        self.prompts = {PROMPT: self._prompt.digest}

    def conversation(self, problem: Problem, response: Response, source: str) -> Conversation[Segments]:
        """The solutions of one response. The gold answer is not looked at.

        UnreadableReply where a reply stays unreadable, or a paragraph does not fit the context.
        """
        text = response.response
        thinking = find_thinking(text, self._tags)
        numbered = Numbered(text, paragraphs(text, *thinking.span))
        found: list[Solution] = []
        for shown in self._windows(problem, numbered):
            texts = self._texts(problem, numbered, shown, found)
            read = partial(read_solutions, numbered=numbered, shown=shown, before=found)
            found = yield from ask_twice(self._prompt, texts, read)
        return Segments(
            id=response.id,
            source=source,
            thinking=thinking.span,
            solutions=found,
            tail=bool(numbered.paragraphs) and (not found or found[-1].end < thinking.span[1]),
            truncated=is_truncated(response, thinking),
            segmenter=self.name,
        )

    def _windows(self, problem: Problem, numbered: Numbered) -> list[range]:
        """The numbers of the paragraphs that each question shows."""
        numbers = range(1, len(numbered.paragraphs) + 1)
        sizes = [self._count(numbered.shown(number) + BREAK) for number in numbers]
        left = self._room(problem.question)
        return [range(one.start + 1, one.stop + 1) for one in windows(sizes, left, "paragraph")]

    def _texts(self, problem: Problem, numbered: Numbered, shown: range, found: list[Solution]) -> dict[str, str]:
        """What stands in the places of the last turn."""
        first = numbered.marks[shown.start - 1]
        return {
            "problem": fenced("problem", problem.question),
            "text": fenced("text", BREAK.join(map(numbered.shown, shown))),
            "first": first,
            "last": numbered.marks[shown.stop - 2],
            "before": self._before(numbered, first, found) if shown.start > 1 else "",
        }

    def _before(self, numbered: Numbered, first: str, found: list[Solution]) -> str:
        if not found:
            return self._prompt.piece("read before, no answer", first=first)
        last = [end for _, end in numbered.paragraphs].index(found[-1].end)
        answer = fenced("answer", found[-1].answer)
        return self._prompt.piece("read before", first=first, end=numbered.marks[last], answer=answer)
