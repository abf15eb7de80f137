"""How a model is brought to answer at once (base) and after thinking (cot), and what it is told for that."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from overthink.config import Thinks
from overthink.errors import OverthinkError
from overthink.generate.words import Template
from overthink.text.openings import in_template
from overthink.text.thinking import Tags

BASE, COT = "base", "cot"
MODES = (BASE, COT)


@dataclass(frozen=True)
class Mode:
    """What is said, and the options of generation that go with it."""

    words: Template
    options: dict[str, Any]


def thinks_of(template: str, tags: Tags | None = None) -> Thinks:
    """How a model with this chat template, and these thinking tags, comes to think."""
    if "enable_thinking" in template:
        return "switch"
    if in_template(template, tags):
        return "always"
    return "prompt"


def mode_of(name: str, thinks: Thinks, instruction: str = "follow_plain") -> Mode:
    """The base mode, or any other, in which the model thinks. `instruction` names the prompt that holds it.

    OverthinkError for a model that cannot answer without thinking.
    """
    words = prompt(instruction)
    if name == BASE:
        if thinks == "always":
            raise OverthinkError(
                "this model always thinks: it has no base mode",
                "Give --modes cot, make the base run with its instruct sibling, then `follow score BASE COT`, "
                "or --thinks prompt, if it does not.",
            )
        return Mode(words, {"thinking": False} if thinks == "switch" else {})
    if thinks == "prompt":
        return Mode(Template(prompt("follow_think").fill(words.text)), {})
    return Mode(words, {"thinking": True} if thinks == "switch" else {})


def prompt(name: str) -> Template:
    """One of our prompts."""
    return Template((files("overthink.follow") / "prompts" / f"{name}.md").read_text(encoding="utf-8").rstrip("\n"))
