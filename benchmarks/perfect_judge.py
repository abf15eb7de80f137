"""A judge that makes no mistake: its replies say what a reader's labels say. What is left is the way to and from it.

Label rows are those of solutions-dev.jsonl and samples/labels.jsonl.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeVar

from overthink.judge.interface import Conversation, Question
from overthink.records import Problem, Response
from overthink.run.owed import Item
from overthink.text.quotes import find_quote

Row = dict[str, Any]
Judged = TypeVar("Judged")

_MARK = r"\[(?:\w+:)?(\d+)\]"


def play(conversation: Conversation[Judged], answer: Callable[[Question], str]) -> tuple[Judged, list[Question]]:
    """What a conversation returns when it is answered so, and the questions that it asked."""
    asked: list[Question] = []
    try:
        question = next(conversation)
        while True:
            asked.append(question)
            question = conversation.send(answer(question))
    except StopIteration as stop:
        return stop.value, asked


def problem_of(row: Row) -> Problem:
    return Problem(id=row["id"], dataset=row["dataset"], question=row["problem"], answer=row["answer"])


def response_of(row: Row) -> Response:
    return Response(id=row["id"] + "#1", problem_id=row["id"], sample=1, model="m", response=row["response"])


def item_of(row: Row, **rows: Any) -> Item:
    """What a stage is given: problem, response, and the rows of these stages."""
    return Item(row["id"] + "#1", "0" * 12, {"problems": problem_of(row), "generate": response_of(row), **rows})


def solutions_of(row: Row) -> list[Row]:
    """The solutions of reader A, each with where it starts and the number of its last paragraph, from 1."""
    found = row["readers"][0]
    edges = [row["thinking"][0], *(solution["end_char"] for solution in found)]
    stops = [stop for _, stop in row["paragraphs"]]
    return [
        {**solution, "start": start, "number": bisect_left(stops, end) + 1}
        for solution, (start, end) in zip(found, pairwise(edges), strict=True)
    ]


def kind_of(row: Row, solution: Row) -> str:
    """Whether the answer stands in the solution, letter for letter."""
    at = find_quote(row["response"], solution["answer"], solution["start"], solution["end_char"])
    return "states" if at else "confirms"


def segments(row: Row) -> Callable[[Question], str]:
    """Answers the questions of the model segmenter."""

    def answer(question: Question) -> str:
        first, last = map(int, re.findall(rf"numbered {_MARK} to {_MARK}\.", question.turns[-1].content)[-1])
        entries = [
            {"end_paragraph": s["number"], "answer_quote": s["answer"], "kind": kind_of(row, s)}
            for s in solutions_of(row)
            if first <= s["number"] <= last
        ]
        return json.dumps({"solutions": entries})

    return answer


def decisions(row: Row) -> Callable[[Question], str]:
    """Answers the questions of the hybrid segmenter."""
    ends = {solution["number"]: solution for solution in solutions_of(row)}

    def answer(question: Question) -> str:
        asked = question.turns[-1].content.rpartition("in these paragraphs?")[2]
        known = question.turns[-1].content.rpartition("Known ends:")[2].partition(". Does")[0]
        before = {int(number) for number in re.findall(_MARK, known)}
        entries = []
        for number in map(int, re.findall(_MARK, asked)):
            entry = {"paragraph": number, "kind": "none", "answer_quote": ""}
            if number in ends:
                start = max((row["paragraphs"][k - 1][1] for k in before if k < number), default=row["thinking"][0])
                stated = find_quote(row["response"], ends[number]["answer"], start, row["paragraphs"][number - 1][1])
                entry |= {"kind": "states", "answer_quote": ends[number]["answer"]} if stated else {"kind": "confirms"}
                before.add(number)
            entries.append(entry)
        return json.dumps({"paragraphs": entries})

    return answer


def strategies(row: Row) -> Callable[[Question], str]:
    """Answers the questions of the model clusterer, whose solutions must be the reader's."""

    def answer(question: Question) -> str:
        first, last = map(int, re.findall(rf"numbered {_MARK} to {_MARK}\.", question.turns[-1].content)[-1])
        entries = [
            {"solution": k, "reason": "", "strategy": s["strategy"], "name": s.get("strategy_name") or "unnamed"}
            for k, s in enumerate(solutions_of(row), start=1)
            if first <= k <= last
        ]
        return json.dumps({"solutions": entries})

    return answer
