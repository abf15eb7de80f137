"""The judge that asks a model whether an answer meets the constraints that no rule can decide: one call an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from overthink.errors import UnreadableReply
from overthink.judge.dialogue import ask_twice, room
from overthink.judge.fence import fenced
from overthink.judge.prompt import load_prompt
from overthink.judge.reply import Answered, read_reply
from overthink.ports import Conversation

PROMPT = "follow"


class Check(Answered):
    """What the judge finds about one question."""

    number: int
    reason: str
    met: bool


class FollowReply(Answered):
    """The judge's reply."""

    checks: list[Check]


class ConstraintJudge:
    """`count` counts tokens, `context_tokens` are those of the judge."""

    def __init__(self, count: Callable[[str], int], context_tokens: int) -> None:
        self._count = count
        self._context_tokens = context_tokens
        self._prompt = load_prompt("follow/prompts/follow.md", FollowReply)
        self.prompts = {PROMPT: self._prompt.digest}

    def conversation(self, instruction: str, answer: str, questions: Sequence[str]) -> Conversation[list[bool]]:
        """Whether the answer meets each question, in order. UnreadableReply where it stays unreadable, or too long."""
        texts = {
            "instruction": fenced("instruction", instruction),
            "answer": fenced("answer", answer),
            "questions": "\n".join(f"[{k}] {' '.join(text.split())}" for k, text in enumerate(questions, start=1)),
        }
        if sum(map(self._count, texts.values())) > room(self._prompt, self._count, self._context_tokens):
            raise UnreadableReply("too_long", "instruction and answer do not fit the judge's context")
        return (yield from ask_twice(self._prompt, texts, partial(_read, len(questions))))


def _read(questions: int, reply: str) -> list[bool]:
    checks = read_reply(reply, FollowReply).checks
    numbers = [check.number for check in checks]
    if numbers != list(range(1, questions + 1)):
        raise UnreadableReply("wrong_numbers", f"the questions 1 to {questions} are not answered once each, in order")
    return [check.met for check in checks]
