"""What is said to a model about a problem."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Protocol

from overthink.errors import OverthinkError
from overthink.records import Problem
from overthink.text.digest import digest
from overthink.text.template import fill

_QUESTION = "{question}"


class Words(Protocol):
    """What is said to the model about a problem."""

    @property
    def digest(self) -> str:
        """Tells run.json which words they are."""
        ...

    def of(self, problem: Problem) -> str:
        """The user's turn."""
        ...


@dataclass(frozen=True)
class Template:
    """Words around a question, which has the place {question}."""

    text: str

    @classmethod
    def load(cls, path: Path | None) -> Template:
        """Read the user's file, or the one that comes with overthink."""
        try:
            text = (path or files("overthink.generate") / "question.md").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise OverthinkError(f"{path}: cannot be read ({error})", "Name a text file with --prompt.") from None
        if _QUESTION not in text:
            raise OverthinkError(
                f"{path}: the prompt has no place for the question", f"Write {_QUESTION} where the question stands."
            )
        return cls(text.rstrip("\n"))

    @property
    def digest(self) -> str:
        """Tells run.json which words they were."""
        return digest(self.text)

    def fill(self, question: str) -> str:
        """The user's turn. Braces in the question are only characters."""
        return fill(self.text, {"question": question})

    def of(self, problem: Problem) -> str:
        """The user's turn."""
        return self.fill(problem.question)
