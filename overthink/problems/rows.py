r"""One row of a file that others wrote, whatever its keys, as a problem.

{"problem": "What is 2 + 3?", "answer": 5, "level": "Level 1", "model": "m", "response": ["It is 5.", "\\boxed{5}"]}
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from overthink.errors import OverthinkError
from overthink.models.interface import clean
from overthink.problems.options import Options, columns_in, options_in
from overthink.problems.spelling import repaired, words
from overthink.problems.values import EDGES, MISSING, Raw, at, keys_at, text_of
from overthink.records import Problem
from overthink.text.chats import user_turn
from overthink.text.keys import FINISH_KEYS, THINKING_KEYS
from overthink.text.messages import read_message
from overthink.text.replies import decoded
from overthink.text.tex import boxes

KEYS: Mapping[str, tuple[str, ...]] = {
    "question": ("problem", "question", "prompt", "user_message", "user_prompt", "query", "instruction"),
    "response": (
        *("response", "model_output", "model_response", "generated_solution", "response_text", "raw_output"),
        *("generated_text", "llm_response", "full_response", "raw_response", "output", "completion", "generation"),
        *("responses", "outputs", "completions", "generations", "model_outputs", "model_responses"),
        *("generated_responses", "generated_solutions", "model_answers", "message_content", "text", "content"),
    ),
    "reasoning": THINKING_KEYS,
    "answer": (
        # Those that say that they are the gold answer come before `answer`, which may be the model's.
        *("expected_answer", "gold", "ground_truth", "target", "correct_answer", "gold_answer", "actual_answer"),
        *("gtruth_answer", "reference_answer", "ground_truth_answer", "groundtruth", "gt_answer", "true_answer"),
        *("gt", "gts", "answer_key", "answerKey", "gold_label", "correct_option", "correct_choice", "correct_letter"),
        *("actual_answer_label", "correct_answer_label", "gold_answer_label", "answer_label", "ref_answer"),
        *("reward_model.ground_truth", "answer", "solution", "gold_solution", "reference_solution", "label"),
    ),
    "options": ("options", "choices", "answer_choices", "answer_options"),
    "model": ("model", "model_name", "model_id", "modelVersion"),
    "dataset": ("dataset", "benchmark"),
    "id": ("problem_id", "unique_id", "id"),
    "level": ("level",),
    "subject": ("subject",),
    "sample": ("sample",),
    "finish_reason": FINISH_KEYS,
    "step": ("training_step",),
}
"""Our words, and the keys under which files have them; the first that is there and not null counts."""

_REQUESTS = ("request", "params", "modelInput", "responses_create_params", "body")
"""Keys of what a chat API was asked, in a row that holds what it answered, too."""

_LEVEL = re.compile(r"(?:level\s*)?(\d{1,3})(?:\.0)?", re.IGNORECASE)
_LONG = 60
"""A text of more characters is no bare answer."""
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_GSM8K_GOLD = re.compile(r"^####[ \t]*(.+)", re.MULTILINE)


@dataclass(frozen=True)
class RawProblem:
    """What a row says of its problem; null if it says nothing."""

    question: str | None
    answer: str | None
    dataset: str | None
    id: str | None
    level: int | None
    subject: str | None

    def in_dataset(self, dataset: str, question: str) -> Problem:
        """The Problem with this question, which the row has."""
        return Problem(
            id=problem_id(self.id, dataset, question),
            dataset=dataset,
            question=question,
            answer=self.answer,
            level=self.level,
            subject=self.subject,
        )


def column_map(options: Sequence[str]) -> dict[str, str]:
    """`["response=model_output"]` as `{"response": "model_output"}`. OverthinkError for a name that is none of KEYS."""
    columns = {}
    for option in options:
        name, equals, column = option.partition("=")
        name = "question" if name == "problem" else name
        if not equals or not column or name not in KEYS:
            raise OverthinkError(
                f"--map {option}: not of the form NAME=COLUMN",
                f"NAME is one of {', '.join(KEYS)}; COLUMN a key of the file.",
            )
        columns[name] = column
    return columns


def read_problem(raw: Raw, columns: Mapping[str, str], dataset: str) -> Problem:
    """The problem in a row that holds no responses. OverthinkError if it has no question."""
    row = ForeignRow(raw, columns)
    problem = problem_of(row, None)
    if problem.question is None:
        raise row.lacks("question")
    return problem.in_dataset(dataset, problem.question)


def problem_id(own: str | None, dataset: str, question: str) -> str:
    """The row's own id; a bare number is one within its dataset only; a digest of the question if there is none."""
    if own is None:
        return f"{dataset}/{hashlib.sha256(question.encode()).hexdigest()[:12]}"
    return f"{dataset}/{own}" if own.isdigit() else own


def level_of(value: object) -> int | None:
    """`5`, `"5"` and `"Level 5"` are 5; what names no number (`"Level ?"`) is null."""
    if isinstance(value, bool):
        return None
    found = _LEVEL.fullmatch(str(value).strip())
    return int(found[1]) if found else None


def last_box(text: str) -> str | None:
    """The content of the last complete box."""
    found = boxes(text, 0, len(text))
    return text[slice(*found[-1])] if found else None


def gold_after_hashes(text: str) -> str | None:
    """What GSM8K writes behind `####`, thousands separators removed."""
    found = _GSM8K_GOLD.findall(text)
    return _THOUSANDS.sub("", found[-1].strip()) if found else None


class ForeignRow:
    """A row read by our words."""

    def __init__(self, raw: Raw, columns: Mapping[str, str]) -> None:
        self.raw = raw
        self.columns = columns

    def get(self, name: str) -> Any:
        """The value under the first of the name's keys that is not null."""
        return self.found(name)[1]

    def found(self, name: str) -> tuple[str | None, Any]:
        """The key under which the value was found (null if none is there), and the value."""
        places = [(key, at(self.raw, key)) for key in self._keys(name)]
        held = [(key, value) for key, value in places if value is not MISSING]
        full = [(key, value) for key, value in held if not _is_null(value)]
        return full[0] if full else (held[0][0] if held else None, None)

    def text(self, name: str) -> str | None:
        """The value as text, surrounding whitespace removed; null if it is empty."""
        key, value = self.found(name)
        return (text_of(value, key or name).strip(EDGES) or None) if value is not None else None

    def rivals(self, name: str, used: str) -> list[str]:
        """Other keys of the name that hold a text or a number, and say something else than the one that is `used`."""
        if name in self.columns:
            return []
        others = {key: said for key in KEYS[name] if key != used and (said := _said(name, key, self.raw.get(key)))}
        own = _said(name, used, at(self.raw, used)) if others else ""
        return [key for key, said in others.items() if own and not _say_the_same(own, said)]

    def lacks(self, name: str) -> OverthinkError:
        """The error to raise if a value that must be there is not."""
        path = self.columns.get(name)
        sought = name if path is None else f"column {path!r}"
        return OverthinkError(
            f"the row has no {sought}; {keys_at(self.raw, path or '')}",
            f"Name the column that holds it: --map {name}=COLUMN.",
        )

    def _keys(self, name: str) -> tuple[str, ...]:
        if name in self.columns:
            return (self.columns[name],)
        # Qwen2.5-Math's `gt` is what is left of `answer` after it was made comparable.
        return ("answer", *KEYS[name]) if name == "answer" and {"gt", "gt_cot"} <= self.raw.keys() else KEYS[name]


def _is_null(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def problem_of(row: ForeignRow, turn: str | None) -> RawProblem:
    """What the row says of its problem; `turn` is the question, if it was found in the messages of a chat.

    Options beside the question are lines of it, and a gold answer that names one of them by label or place its letter.
    """
    question = turn if turn is not None else _question(row)
    options = options_in(row.get("options")) or columns_in(row.raw)
    return RawProblem(
        question=options.after(question) if options and question else question,
        answer=_gold(row, options),
        dataset=row.text("dataset"),
        id=row.text("id"),
        level=level_of(row.get("level")),
        subject=row.text("subject"),
    )


def _question(row: ForeignRow) -> str | None:
    """The question; an instruction with the text that it is about, which instruction tuning has beside it."""
    question, about = row.text("question"), row.raw.get("input")
    told = "question" not in row.columns and row.found("question")[0] == "instruction"
    if told and isinstance(about, str) and about.strip(EDGES):
        return f"{question}\n\n{clean(about).strip(EDGES)}"
    return question


def _gold(row: ForeignRow, options: Options | None) -> str | None:
    key, value = row.found("answer")
    return _gold_in(key, options.letter(value) if options else value)


def _gold_in(key: str | None, value: Any) -> str | None:
    """The gold answer that a value holds. OverthinkError for a list or an object."""
    if isinstance(value, list) and value and all(other == value[0] for other in value):
        value = value[0]
    if value is None or (key == "label" and isinstance(value, bool)):  # whether the response is good: no answer
        return None
    text = text_of(value, key or "answer").strip(EDGES)
    worked_out = last_box(text) if key and key.endswith("solution") else None
    return gold_after_hashes(text) or worked_out or text or None


def _said(name: str, key: str, value: Any) -> str:
    """What is under a key, to be compared with what is under another; nothing if it is no text or number."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)) or _is_null(value):
        return ""
    said = (_gold_in(key, value) if name == "answer" else str(value)) or ""
    return " ".join(word.text for word in words(repaired(said)))


def _say_the_same(one: str, other: str) -> bool:
    """Are they the same in any spelling, or is one of them a prompt or a solution around the other?"""
    shorter, longer = sorted((one.casefold(), other.casefold()), key=len)
    return shorter == longer or (len(longer) > _LONG and f" {shorter} " in f" {longer} ")


def last_user_turn(row: ForeignRow) -> str | None:
    """The user's last words before the reply, if the question is a list of chat messages, or in a recorded request."""
    turns = row.get("question")
    if turns is None and "question" not in row.columns:
        requests = [row.raw[key] for key in _REQUESTS if isinstance(row.raw.get(key), Mapping)]
        turns = row.raw.get("messages") or next((asked for request in requests if (asked := asked_in(request))), None)
    turn = user_turn(decoded(turns, asked=True))
    return (clean(read_message(turn).content or "")).strip(EDGES) or None if turn else None


def asked_in(request: Raw) -> list[Raw]:
    """The messages of a request: those of a chat, Gemini's contents (the user's, if no role is named), or a text."""
    asked = next((request[key] for key in ("messages", "contents", "input", "prompt") if request.get(key)), None)
    if isinstance(asked, str):
        return [{"role": "user", "content": asked}]
    turns = asked if isinstance(asked, list) else []
    return [{"role": "user", **turn} for turn in turns if isinstance(turn, Mapping)]
