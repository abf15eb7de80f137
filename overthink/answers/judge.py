"""The judge that asks a model whether two answers say the same, where SymPy could not tell."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from overthink.answers.replies import VerdictReply, read_verdict
from overthink.judge.dialogue import ask_twice, room
from overthink.judge.fence import fenced
from overthink.judge.prompt import load_prompt
from overthink.judge.windows import too_long
from overthink.ports import Conversation
from overthink.records import Verdict

PROMPT = "verify"


class ModelVerifier:
    """`count` counts tokens, `context_tokens` are those of the judge, of which `reply` at most are for a reply."""

    name = "model-1"

    def __init__(self, count: Callable[[str], int], context_tokens: int, reply: int | None = None) -> None:
        self._prompt = load_prompt("answers/prompt.md", VerdictReply)
        self._count = count
        self._room = partial(room, self._prompt, count, context_tokens, reply=reply)
        self.prompts = {PROMPT: self._prompt.digest}

    def conversation(self, gold: str, answer: str, question: str) -> Conversation[tuple[Verdict, str]]:
        """The verdict on one pair, and its reason. UnreadableReply where a reply stays unreadable."""
        left = self._room(question)
        if (size := self._count(f"{gold} {answer}")) > left:
            raise too_long("gold answer and answer have", size, left)
        texts = {
            "problem": fenced("problem", question),
            "reference": fenced("reference", gold),
            "answer": fenced("answer", answer),
        }
        return (yield from ask_twice(self._prompt, texts, read_verdict))
