"""The judge that asks a model whether two answers say the same, if SymPy could not tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from overthink.judge.dialogue import ask_twice, tokens_left
from overthink.judge.fence import fenced
from overthink.judge.interface import Conversation
from overthink.judge.prompt import Texts, load_prompt
from overthink.judge.reply import Answered, one_line, read_reply
from overthink.judge.windows import too_long
from overthink.records import Verdict

_LONGEST_REASON = 400
_VERDICTS: Mapping[str, Verdict] = {"equal": "correct", "different": "wrong", "unsure": "undetermined"}


class Comparison(Answered):
    """Whether two answers say the same."""

    reason: str
    verdict: Literal["equal", "different", "unsure"]


class VerdictReply(Answered):
    """One comparison."""

    comparison: Comparison


@dataclass(frozen=True)
class VerifyTexts(Texts):
    """What fills the places of the last turn."""

    problem: str
    reference: str
    answer: str


class ModelVerifier:
    """`count` counts tokens, `context_tokens` are those of the judge, of which `reply` at most are for a reply."""

    name = "model-1"

    def __init__(self, count: Callable[[str], int], context_tokens: int, reply: int | None = None) -> None:
        self.prompt = load_prompt("answers/prompt.md", VerdictReply, VerifyTexts)
        self._count = count
        self._tokens_left = partial(tokens_left, self.prompt, count, context_tokens, reply=reply)
        self.prompts = {"verify": self.prompt.digest}

    def ask(self, gold: str, answer: str, question: str) -> Conversation[tuple[Verdict, str]]:
        """Find the verdict on one pair, and its reason. UnreadableReply if a reply stays unreadable."""
        left = self._tokens_left(question)
        if (size := self._count(f"{gold} {answer}")) > left:
            raise too_long("gold answer and answer have", size, left)
        texts = VerifyTexts(fenced("problem", question), fenced("reference", gold), fenced("answer", answer))
        return (yield from ask_twice(self.prompt, texts, read_verdict))

    @staticmethod
    def stand_in() -> str:
        """Return a readable reply for an estimate of what is asked: the judge is unsure."""
        return VerdictReply(comparison=Comparison(reason="", verdict="unsure")).model_dump_json()


def read_verdict(reply: str) -> tuple[Verdict, str]:
    """Read the verdict and its reason. A judge that is unsure leaves the pair undetermined."""
    comparison = read_reply(reply, VerdictReply).comparison
    return _VERDICTS[comparison.verdict], one_line(comparison.reason, _LONGEST_REASON)
