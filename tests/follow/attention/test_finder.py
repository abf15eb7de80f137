"""The judge that quotes the constraints of a prompt."""

from __future__ import annotations

import json

import pytest

from overthink.errors import UnreadableReply
from overthink.follow.attention.finder import ConstraintFinder
from overthink.records import Span

QUESTION = "Describe a lamp in 3 bullets.\nUse no commas, and no commas in the title."


def found(*replies: str, context: int = 8000) -> list[Span]:
    """What the finder makes of these replies."""
    talk = ConstraintFinder(lambda text: len(text.split()), context).ask(QUESTION)
    next(talk)
    try:
        for reply in replies:
            talk.send(reply)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    raise AssertionError("more replies are wanted")


def quoting(*quotes: str) -> str:
    return json.dumps({"constraints": [{"quote": quote} for quote in quotes]})


@pytest.mark.parametrize(
    ("quotes", "texts"),
    [
        (["in 3 bullets", "Use no commas"], ["in 3 bullets", "Use no commas"]),
        (["Use no commas", " in 3 bullets "], ["in 3 bullets", "Use no commas"]),
        (["in 3 bullets", "3 bullets", "3 bullets.\nUse no"], ["in 3 bullets.\nUse no"]),
    ],
)
def test_quotations_become_spans_that_rise_and_lie_apart(quotes: list[str], texts: list[str]) -> None:
    assert [QUESTION[slice(*span)] for span in found(quoting(*quotes))] == texts


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (quoting("in three bullets"), "quote_not_found"),
        (quoting(" "), "quote_not_found"),
        (quoting(), "no_constraint"),
        ("I would say: no commas.", "no_json"),
        ('{"constraints": [{"quote": "in 3 bullets"', None),
    ],
)
def test_what_stands_nowhere_gets_one_more_try_and_then_fails(reply: str, kind: str | None) -> None:
    with pytest.raises(UnreadableReply) as caught:
        found(reply, reply)
    assert kind is None or caught.value.kind == kind
    assert found(reply, quoting("in 3 bullets")) == [(16, 28)]


def test_an_instruction_that_does_not_fit_the_judge_is_never_asked_about() -> None:
    with pytest.raises(UnreadableReply, match="does not fit"):
        found("", context=500)
