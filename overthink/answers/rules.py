"""Rules and forms as data: a pattern, what is written instead, and examples.

A test runs the examples with each rule, each form and each alternative of their patterns, and without it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Rule:
    """Every match of `pattern` is replaced.

    Attributes:
        name: What the rule is about, in a few words.
        pattern: What is looked for.
        replacement: A template as `re.sub` takes it, or a function of the match.
        examples: Texts before and after the whole step that the rule belongs to. Each of them comes out differently
            without the rule.
        not_examples: Texts that look alike and that the rule leaves as they are.
    """

    name: str
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]
    examples: tuple[tuple[str, str], ...]
    not_examples: tuple[str, ...] = ()
    rewrite: Callable[[str], str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        template = self.replacement
        # `re.sub` reads a template before it looks for a match, and most rules match nothing.
        is_template = isinstance(template, str) and "\\" in template
        by_match = (lambda found: found.expand(template)) if is_template else template
        object.__setattr__(self, "rewrite", partial(self.pattern.sub, by_match))


def rewritten(text: str, rules: Iterable[Rule]) -> str:
    """The text after one rule after the other."""
    for rule in rules:
        text = rule.rewrite(text)
    return text


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which something is written.

    Attributes:
        name: What it is, in a few words.
        pattern: A regular expression for the whole of it.
        examples: Texts that are of this form and of no other one of its tuple.
        not_examples: Texts that look alike and are of none.
    """

    name: str
    pattern: str
    examples: tuple[str, ...]
    not_examples: tuple[str, ...] = ()


def any_form(forms: Iterable[Form]) -> str:
    """A regular expression that matches what is of the first form, else of the second, and so on."""
    return "|".join(form.pattern for form in forms)


def data_file(name: str) -> dict[str, Any]:
    """What a TOML file beside this one holds."""
    return tomllib.loads(resources.files("overthink.answers").joinpath(name).read_text("utf-8"))
