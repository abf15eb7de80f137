"""The patterns that find and compare answers, and the same with an alternative that never matches."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType

from overthink import answers
from overthink.answers import compare, grammar, parse
from overthink.solutions import mentions
from overthink.text import tex

MODULES = [
    *(importlib.import_module(f"overthink.answers.{found.name}") for found in pkgutil.iter_modules(answers.__path__)),
    mentions,
    tex,
]


def of_type(kind: type) -> Iterator[tuple[ModuleType, str]]:
    """The names at the top of a module that are tuples of `kind`."""
    for module in MODULES:
        for name, value in vars(module).items():
            if isinstance(value, tuple) and value and all(isinstance(one, kind) for one in value):
                yield module, name


def forget() -> None:
    """Nothing that was read with a pattern is remembered without it."""
    for cache in (parse._shape, compare._same_cheaply, grammar.expression):
        cache.cache_clear()


def without_each_alternative(pattern: re.Pattern[str]) -> Iterator[re.Pattern[str]]:
    """The pattern without one of its alternatives at a time; groups keep their numbers."""
    alternatives = _alternatives(pattern.pattern)
    for off in range(len(alternatives)):
        kept = [rf"(?!)(?:{one})" if at == off else one for at, one in enumerate(alternatives)]
        yield re.compile("|".join(kept), pattern.flags)


def _alternatives(pattern: str) -> list[str]:
    """What the bars outside of brackets part."""
    found = [""]
    depth = 0
    for token in re.findall(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", pattern, re.DOTALL):
        depth += (token == "(") - (token == ")")
        if token == "|" and not depth:
            found.append("")
        else:
            found[-1] += token
    return found
