"""The words around a question: those that come with overthink, and a user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from overthink.errors import OverthinkError
from overthink.generate.words import Template


def test_the_words_that_come_with_overthink_ask_for_a_box() -> None:
    template = Template.load(None)
    assert template.fill("{question} \\frac{1}{2}?").startswith("{question} \\frac{1}{2}?\n")
    assert "\\boxed{}" in template.text


def test_a_prompt_file_replaces_them_and_has_another_digest(tmp_path: Path) -> None:
    path = tmp_path / "p.md"
    path.write_text("Q: {question}\n")
    assert Template.load(path).fill("1+1") == "Q: 1+1"
    assert Template.load(path).digest != Template.load(None).digest


@pytest.mark.parametrize(("text", "what"), [("no place", "no place for the question"), (None, "cannot be read")])
def test_a_prompt_file_that_cannot_serve_is_an_error(tmp_path: Path, text: str | None, what: str) -> None:
    path = tmp_path / "p.md"
    if text is not None:
        path.write_text(text)
    with pytest.raises(OverthinkError, match=what):
        Template.load(path)
