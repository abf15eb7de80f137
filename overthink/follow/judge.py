"""The judge that asks a model whether an answer meets the constraints that no rule can decide: one call an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from overthink.errors import UnreadableReply
from overthink.judge.dialogue import ask_twice, tokens_left
from overthink.judge.fence import fenced
from overthink.judge.interface import Conversation
from overthink.judge.prompt import Texts, load_prompt
from overthink.judge.reply import Answered, read_reply


class Check(Answered):
    """What the judge finds about one question."""

    number: int
    reason: str
    met: bool


class FollowReply(Answered):
    """The judge's reply."""

    checks: list[Check]


@dataclass(frozen=True)
class FollowTexts(Texts):
    """What fills the places of the last turn."""

    instruction: str
    answer: str
    questions: str


class ConstraintJudge:
    """`count` counts tokens, `context_tokens` are those of the judge."""

    def __init__(self, count: Callable[[str], int], context_tokens: int) -> None:
        self.prompt = load_prompt("follow/prompts/follow.md", FollowReply, FollowTexts)
        self._count = count
        self._tokens_left = partial(tokens_left, self.prompt, count, context_tokens)
        self.prompts = {"follow": self.prompt.digest}

    def ask(self, instruction: str, answer: str, questions: Sequence[str]) -> Conversation[list[bool]]:
        """Find whether the answer meets each question, in order.

        UnreadableReply if a reply stays unreadable, or the texts do not fit the context.
        """
        texts = FollowTexts(
            instruction=fenced("instruction", instruction),
            answer=fenced("answer", answer),
            questions="\n".join(f"[{k}] {' '.join(text.split())}" for k, text in enumerate(questions, start=1)),
        )
        if sum(map(self._count, texts.by_place().values())) > self._tokens_left():
            raise UnreadableReply("too_long", "instruction and answer do not fit the judge's context")
        return (yield from ask_twice(self.prompt, texts, partial(_read, len(questions))))


def _read(questions: int, reply: str) -> list[bool]:
    checks = read_reply(reply, FollowReply).checks
    numbers = [check.number for check in checks]
    if numbers != list(range(1, questions + 1)):
        raise UnreadableReply("wrong_numbers", f"the questions 1 to {questions} are not answered once each, in order")
    return [check.met for check in checks]
