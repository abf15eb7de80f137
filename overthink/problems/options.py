"""The options of a multiple-choice question that a row has beside it, as lines of the question.

options = options_in({"A": "five", "B": "six"})         # Options(["five", "six"], ["A", "B"])
options.after("What is 2 + 3?")                         # "What is 2 + 3?\\n\\nA) five\\nB) six"
options.letter("b"), options_in(["five", "six"]).letter(1)     # "B", "B"
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from overthink.models.interface import clean
from overthink.text.parts import squeezed

LETTERS = "ABCDEFGHIJ"
_TEXT = ("text", "content", "value", "option", "answer", "choice", "option_text")
_LABEL = ("label", "key", "letter", "id", "option_id", "identifier")
_LABELLED = re.compile(r"\s*\(?([A-Ja-j]|\d)\s?[.):：]\s*(?=\S)")
_MARK = re.compile(r"(?:^|(?<=[\s,;|]))\(?([A-Ja-j])\s?[.):：]\s{0,8}")
_LONGEST = 10_000
_COLUMN = re.compile(r"(?:(?:[Oo]ption|[Cc]hoice|opt)[_ ]?([A-Ja-j])|([A-J]))")


@dataclass(frozen=True)
class Options:
    """The texts of the options in their order; `labels` are those that the row gives them, if it does."""

    texts: Sequence[str]
    labels: Sequence[str] = ()

    def after(self, question: str) -> str:
        """The question with a line for each option, unless it lists them itself."""
        there = squeezed(question)
        marks = (rf"(?:^|[\s({{*])\(?{letter}[).:*\s}}]" for letter in LETTERS[: len(self.texts)])
        if all(squeezed(text) in there for text in self.texts) and all(re.search(mark, question) for mark in marks):
            return question
        lines = (f"{letter}) {text}" for letter, text in zip(LETTERS, self.texts, strict=False))
        return "\n\n".join((question, "\n".join(lines)))

    def letter(self, gold: Any) -> Any:
        """The letter of the option with this label; with this place, from 0, of options that have no labels."""
        labels = [label.casefold() for label in self.labels]
        if isinstance(gold, (str, int)) and str(gold).strip().casefold() in labels:
            return LETTERS[labels.index(str(gold).strip().casefold())]
        if type(gold) is int and not labels and 0 <= gold < len(self.texts) and str(gold) not in self.texts:
            return LETTERS[gold]
        return gold


def options_in(value: Any) -> Options | None:
    """The options in a list, or an object, of any usual form; null if these are none.

    A list of texts, or of objects with a label and a text, or with a letter as their one key; an object with letters as
    keys, or with a list of texts and one of labels; any of them as JSON or as Python writes it; a text with a letter
    before each option.
    """
    if isinstance(value, str) and len(value) <= _LONGEST:
        value = _written(value)
    found = _of_object(value) if isinstance(value, Mapping) else _of_list(value)
    labels, texts = [label for label, _ in found], [" ".join(clean(str(text)).split()) for _, text in found]
    if not 2 <= len(texts) <= len(LETTERS) or not all(texts):
        return None
    return Options(texts, [label for label in labels if label] if all(labels) else ())


def columns_in(row: Mapping[str, Any]) -> Options | None:
    """The options in columns of their own: A, B, C, ..., or option_a, option_b, ..."""
    marks = ((_COLUMN.fullmatch(str(key)), value) for key, value in row.items() if isinstance(value, str))
    found = {(mark[1] or mark[2]).upper(): value for mark, value in marks if mark}
    return options_in(found) if len(found) > 2 else None


def _written(text: str) -> Any:
    """What a text holds: JSON, a literal of Python, or options with their letters."""
    if text.lstrip().startswith(("[", "{")):
        for read in (json.loads, ast.literal_eval):
            with suppress(ValueError, SyntaxError, RecursionError, MemoryError):
                return read(text)
        return None
    marks = list(_MARK.finditer(text))
    starts = [mark.start() for mark in marks[1:]]
    return {
        mark[1].upper(): text[mark.end() : end].strip(" \t\n,;|")
        for mark, end in zip(marks, [*starts, len(text)], strict=False)
    }


def _of_object(value: Mapping[str, Any]) -> list[tuple[str | None, Any]]:
    texts, labels = value.get("text"), value.get("label")
    if isinstance(texts, list) and isinstance(labels, list) and len(texts) == len(labels):
        return list(zip(map(str, labels), texts, strict=True))
    keys = [str(key).upper() for key in value]
    held = all(isinstance(text, (str, int, float)) for text in value.values())
    return list(zip(keys, value.values(), strict=True)) if keys == list(LETTERS[: len(keys)]) and held else []


def _of_list(value: Any) -> list[tuple[str | None, Any]]:
    if not isinstance(value, list):
        return []
    if all(isinstance(part, (str, int, float)) for part in value):
        marks = [_LABELLED.match(str(part)) for part in value]
        labels = [mark[1].upper() if mark else "" for mark in marks]
        if labels == list(LETTERS[: len(value)]):
            return [
                (label, str(part)[mark.end() :]) for label, part, mark in zip(labels, value, marks, strict=True) if mark
            ]
        return [(None, part) for part in value]
    if not all(isinstance(part, Mapping) for part in value):
        return []
    if all(len(part) == 1 for part in value):
        return _of_object({key: text for part in value for key, text in part.items()})
    pairs = [(_first(part, _LABEL), _first(part, _TEXT)) for part in value]
    return [(str(label), text) for label, text in pairs if label is not None and isinstance(text, (str, int, float))]


def _first(part: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    return next((part[key] for key in keys if part.get(key) is not None), None)
