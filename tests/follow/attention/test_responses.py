"""Where the constraints of a question stand in the prompt that its model saw."""

from __future__ import annotations

import pytest

from overthink.follow.attention.responses import prompted_with

QUESTION = " \nName a river. Use no commas. \n"
CONSTRAINT = (QUESTION.index("Use"), len(QUESTION))


@pytest.mark.parametrize("kept", [QUESTION, QUESTION.strip()], ids=["whole", "trimmed"])
def test_a_constraint_is_found_whether_or_not_the_template_trims_the_question(kept: str) -> None:
    prompted = prompted_with(f"<user>{kept}<end><assistant>", QUESTION, "")
    assert prompted is not None
    [(low, high), (first, _)] = prompted.places([CONSTRAINT, (0, 5)])
    assert prompted.text[low:high] == "Use no commas."
    assert first == prompted.text.index("Name")


def test_a_question_that_the_template_changes_is_not_found() -> None:
    assert prompted_with("<user>NAME A RIVER. USE NO COMMAS.<end>", QUESTION, "") is None
