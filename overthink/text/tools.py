"""The calls of tools in a text, and what these gave back: no thinking, and no answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from overthink.records import Span

_TOOLS = re.compile(
    r"(?:(?:^|(?<=[>.!?]))[^\S\n]{0,8}(?=<\w)|(?=<\|))"
    r"(<(?:\w{1,20}[:|])?tool_(?:call|response|result)s?>|<\|tool_calls_section_begin\|>|<\|tool_call:start\|>|<\|tool_(?:call|response)>"
    r"|<\|START_(?:ACTION|TOOL_RESULT)\|>|<\|tools_prefix\|>)",
    re.MULTILINE,
)


def without_tools(text: str, start: int, end: int) -> Iterator[Span]:
    """The stretches of a block around the calls of tools and their results."""
    missing: set[str] = set()
    at = search = start
    while tool := _TOOLS.search(text, search, end):
        search = tool.end()
        closing = _closing(tool[1])
        closed = -1 if closing in missing else text.find(closing, search, end)
        if closed < 0:
            missing.add(closing)
        else:
            yield at, tool.start(1)
            at = search = closed + len(closing)
    yield at, end


def _closing(tool: str) -> str:
    """`</x>` for `<x>`, `<|x_end|>` for `<|x_begin|>`, `<|END_X|>` for `<|START_X|>`, and `<x|>` for `<|x>`."""
    if tool.endswith("|>"):
        return (
            tool.replace("_begin|>", "_end|>")
            .replace(":start|>", ":end|>")
            .replace("<|START_", "<|END_")
            .replace("prefix|>", "suffix|>")
        )
    return f"<{tool[2:-1]}|>" if tool.startswith("<|") else f"</{tool[1:]}"
