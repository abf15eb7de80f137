"""The tools that runs can be written for: a file here is one, and needs no other mention.

Its name is the module's, with - for _; it has all that `Tool` asks for. A tool is imported only when it is named.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, cast

from overthink.errors import OverthinkError

if TYPE_CHECKING:
    from overthink.exports.responses import Tool


def names() -> list[str]:
    """What the user calls each tool, in the order of the alphabet."""
    return sorted(found.name.replace("_", "-") for found in iter_modules(__path__))


def named(name: str) -> Tool:
    """The tool of this name. OverthinkError for one that is not there."""
    if name not in names():
        raise OverthinkError(f"--to {name}: there is no such tool", f"Tools are {', '.join(names())}.")
    return cast("Tool", import_module(f"{__name__}.{name.replace('-', '_')}"))
