"""The judge that asks a model which solutions reason in the same way: one call a response that has several."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from overthink.judge.dialogue import ask_twice, room
from overthink.judge.fence import fenced, markers
from overthink.judge.prompt import load_prompt
from overthink.judge.windows import windows
from overthink.ports import Conversation
from overthink.records import Clusters, Problem, Response, Segments
from overthink.strategies.replies import ClusterReply, Strategies, read_strategies

PROMPT = "cluster"
BREAK = "\n\n"
ALONE = Strategies((1,), ("only solution",), ("first",))


class ModelClusterer:
    """`count` counts tokens, `context_tokens` are those of the judge, of which `reply` at most are for a reply."""

    name = "model-1"

    def __init__(self, count: Callable[[str], int], context_tokens: int, reply: int | None = None) -> None:
        self._prompt = load_prompt("strategies/prompt.md", ClusterReply)
        self._count = count
        self._room = partial(room, self._prompt, count, context_tokens, reply=reply)
        self.prompts = {PROMPT: self._prompt.digest}

    def conversation(
        self, problem: Problem, response: Response, segments: Segments, source: str
    ) -> Conversation[Clusters]:
        """The strategies of one response; nothing is asked where there is nothing to tell apart.

        The gold answer is not looked at. UnreadableReply where a reply stays unreadable, or a solution does not fit
        the context.
        """
        edges = [segments.thinking[0], *(solution.end for solution in segments.solutions)]
        texts = [response.response[start:end].strip() for start, end in pairwise(edges)]
        found = ALONE if len(texts) == 1 else Strategies()
        if len(texts) > 1:
            marks = markers("\n".join(texts), 1, len(texts))
            shown = [f"{mark} {text}" for mark, text in zip(marks, texts, strict=True)]
            sizes = [self._count(text + BREAK) for text in shown]
            left = self._room(problem.question)
            for window in windows(sizes, left, "solution"):
                filled = self._texts(problem, marks, shown, window, found)
                read = partial(read_strategies, shown=range(window.start + 1, window.stop + 1), before=found)
                found = yield from ask_twice(self._prompt, filled, read)
        return Clusters(
            id=response.id,
            source=source,
            strategies=list(found.numbers),
            names=list(found.names),
            reasons=list(found.reasons),
            clusterer=self.name,
        )

    def _texts(
        self, problem: Problem, marks: list[str], shown: list[str], window: range, found: Strategies
    ) -> dict[str, str]:
        """What stands in the places of the last turn."""
        first = marks[window.start]
        known = "\n".join(f"{number} {name}" for number, name in enumerate(found.names, start=1))
        before = self._prompt.piece("read before", first=first, strategies=fenced("strategies", known))
        return {
            "problem": fenced("problem", problem.question),
            "text": fenced("solutions", BREAK.join(shown[window.start : window.stop])),
            "first": first,
            "last": marks[window.stop - 1],
            "before": before if found.numbers else "",
        }
