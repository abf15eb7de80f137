"""The judge that asks a model which solutions reason in the same way: one call a response that has several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from overthink.errors import UnreadableReply
from overthink.judge.dialogue import ask_twice, tokens_left
from overthink.judge.fence import fenced, markers
from overthink.judge.interface import Conversation
from overthink.judge.prompt import Texts, load_prompt
from overthink.judge.reply import Answered, one_line, read_reply
from overthink.judge.windows import windows
from overthink.strategies.rules import Strategies

BREAK = "\n\n"
ALONE = Strategies((1,), ("only solution",), ("first",))
_LONGEST_NAME, _LONGEST_REASON = 80, 400


class SolutionStrategy(Answered):
    """`solution` counts from 1. Solutions with the same `strategy` reason in the same way."""

    solution: int
    reason: str
    strategy: int
    name: str


class ClusterReply(Answered):
    """One entry for each solution shown, in order."""

    solutions: list[SolutionStrategy]


@dataclass(frozen=True)
class ClusterTexts(Texts):
    """What fills the places of the last turn."""

    problem: str
    text: str
    first: str
    last: str
    before: str


class ModelClusterer:
    """`count` counts tokens, `context_tokens` are those of the judge, of which `reply` at most are for a reply."""

    name = "model-1"

    def __init__(self, count: Callable[[str], int], context_tokens: int, reply: int | None = None) -> None:
        self.prompt = load_prompt(
            "strategies/prompt.md", ClusterReply, ClusterTexts, {"read before": {"first", "strategies"}}
        )
        self._count = count
        self._tokens_left = partial(tokens_left, self.prompt, count, context_tokens, reply=reply)
        self.prompts = {"cluster": self.prompt.digest}

    def ask(self, question: str, solutions: Sequence[str]) -> Conversation[Strategies]:
        """Find the strategies of the solutions of one response; nothing is asked if there is nothing to tell apart.

        UnreadableReply if a reply stays unreadable, or a solution does not fit the context.
        """
        if len(solutions) < 2:
            return ALONE if solutions else Strategies()
        texts = [text.strip() for text in solutions]
        marks = markers("\n".join(texts), 1, len(texts))
        shown = [f"{mark} {text}" for mark, text in zip(marks, texts, strict=True)]
        sizes = [self._count(text + BREAK) for text in shown]
        found = Strategies()
        for window in windows(sizes, self._tokens_left(question), "solution"):
            filled = self._texts(question, marks, shown, window, found)
            read = partial(read_strategies, shown=range(window.start + 1, window.stop + 1), before=found)
            found = yield from ask_twice(self.prompt, filled, read)
        return found

    def stand_in(self, solutions: Sequence[str]) -> str:
        """Return a readable reply for an estimate of what is asked: every solution has a strategy of its own."""
        numbers = range(1, len(solutions) + 1)
        entries = [SolutionStrategy(solution=k, reason="", strategy=k, name=f"{k}") for k in numbers]
        return ClusterReply(solutions=entries).model_dump_json()

    def _texts(
        self, question: str, marks: Sequence[str], shown: Sequence[str], window: range, found: Strategies
    ) -> ClusterTexts:
        first = marks[window.start]
        known = "\n".join(f"{number} {name}" for number, name in enumerate(found.names, start=1))
        before = self.prompt.piece("read before", first=first, strategies=fenced("strategies", known))
        return ClusterTexts(
            problem=fenced("problem", question),
            text=fenced("solutions", BREAK.join(shown[window.start : window.stop])),
            first=first,
            last=marks[window.stop - 1],
            before=before if found.numbers else "",
        )


def read_strategies(reply: str, shown: range, before: Strategies) -> Strategies:
    """Read the strategies of all solutions up to here: those `before` the solutions `shown` (numbers), and of these.

    Strategies are numbered by first appearance, whatever numbers the judge gave to new ones. UnreadableReply if a
    solution has not exactly one entry, a number is no positive one, or a name is missing.
    """
    entries = read_reply(reply, ClusterReply).solutions
    if [entry.solution for entry in entries] != list(shown):
        raise UnreadableReply(
            "not_a_partition",
            f"the entries must be for the solutions {shown.start} to {shown.stop - 1}, each once and in order",
        )
    numbers, names = list(before.numbers), list(before.names)
    known = {number: number for number in range(1, len(names) + 1)}
    for entry in entries:
        name = one_line(entry.name, _LONGEST_NAME)
        if entry.strategy < 1:
            raise UnreadableReply("not_a_partition", f"the strategy of solution {entry.solution} is not 1 or more")
        if not name:
            raise UnreadableReply("no_name", f"the strategy of solution {entry.solution} has no name")
        if entry.strategy not in known:
            names.append(name)
            known[entry.strategy] = len(names)
        numbers.append(known[entry.strategy])
    reasons = [one_line(entry.reason, _LONGEST_REASON) for entry in entries]
    return Strategies(tuple(numbers), tuple(names), (*before.reasons, *reasons))
