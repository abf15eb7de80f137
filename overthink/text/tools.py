"""The calls of tools in a text, and what these gave back: no thinking, and no answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from overthink.records import Span

_TOOLS = re.compile(
    r"(?=[\s<])(?:"  # most characters are none of those that it begins with
    r"(?:^|(?<=[>.!?]))[^\S\n]{0,8}(?P<tag><(?:\w{1,20}[:|_])?(?:tool|function)_(?:call|response|result)s?(?::\w{1,16})?>"
    r"|<function=[\w.-]{1,60}>)"
    r"|(?P<token><\|(?:tool_calls_section_begin|tool_call:start|START_(?:ACTION|TOOL_RESULT)|tools_prefix|action_start"
    r"|plamo:begin_tool_requests:plamo)\|>|<\|tool_(?:call|response)>|<\|open\|>\s?tools\s?<\|sep\|>"
    r"|<｜tool[▁_](?:call|output)s[▁_]begin｜>|<｜DSML｜ ?(?:function_|tool_?)?calls>))",
    re.MULTILINE,
)
_OPPOSITES = {"begin": "end", "start": "end", "START": "END", "prefix": "suffix", "open": "close"}
_BEGINS = re.compile("|".join(_OPPOSITES))


def without_tools(text: str, start: int, end: int) -> Iterator[Span]:
    """The stretches of a block around the calls of tools and their results."""
    missing: set[str] = set()
    at = search = start
    while tool := _TOOLS.search(text, search, end):
        search = tool.end()
        begin = tool["tag"] or tool["token"]
        closing = _closing(begin)
        closed = -1 if closing in missing else text.find(closing, search, end)
        if closed < 0:
            missing.add(closing)
        else:
            yield at, tool.end() - len(begin)
            at = search = closed + len(closing)
    yield at, end


def _closing(begin: str) -> str:
    """`</x>` for `<x>` and `<x=y>`, `<|x_end|>` for `<|x_begin|>`, `<|END_X|>` for `<|START_X|>`, `<x|>` for `<|x>`."""
    if begin.endswith(("|>", "｜>")):
        return _BEGINS.sub(lambda word: _OPPOSITES[word[0]], begin)
    return f"<{begin[2:-1]}|>" if begin.startswith("<|") else f"</{begin[1:-1].partition('=')[0]}>"
