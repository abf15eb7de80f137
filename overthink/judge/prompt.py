"""Every word said to a model, from one Markdown file: its turns, and the words for what happens later.

# system
…
# user                an example; the last `# user` holds the places {like_this}
# assistant
…
# retry               any other heading names a piece of text
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast, get_args

from overthink.judge.reply import Answered
from overthink.models.interface import Turn

_Role = Literal["system", "user", "assistant"]
_HEADING = re.compile(r"^# (.+)\n", re.MULTILINE)
_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Prompt:
    """Turns that end with the one to fill in, the other pieces by name, the schema of the reply, a digest of it all."""

    turns: tuple[Turn, ...]
    pieces: Mapping[str, str]
    schema: Mapping[str, Any]
    digest: str

    def filled(self, **texts: str) -> tuple[Turn, ...]:
        """The turns with these texts in their places. What stands in a text is never taken for a place."""
        last = self.turns[-1]
        return (*self.turns[:-1], Turn(last.role, fill(last.content, texts)))

    def piece(self, name: str, **texts: str) -> str:
        """A piece with these texts in its places."""
        return fill(self.pieces[name], texts)

    @property
    def words(self) -> str:
        """All that is said in every call, the last turn's places empty."""
        return "\n".join(turn.content for turn in self.turns)


def fill(template: str, texts: Mapping[str, str]) -> str:
    """The template with every `{place}` filled, in one pass; KeyError where a place has no text."""
    return _PLACE.sub(lambda place: texts[place[1]], template)


@cache
def load_prompt(file: str, shape: type[Answered]) -> Prompt:
    """The prompt of this file of the package, whose reply has this shape."""
    text = (files("overthink") / file).read_text(encoding="utf-8")
    schema = _bare(shape.model_json_schema())
    parts = _HEADING.split(text)[1:]
    sections = [(heading, body.strip("\n")) for heading, body in zip(parts[::2], parts[1::2], strict=True)]
    return Prompt(
        turns=tuple(Turn(cast(_Role, heading), body) for heading, body in sections if heading in get_args(_Role)),
        pieces={heading: body for heading, body in sections if heading not in get_args(_Role)},
        schema=schema,
        digest=hashlib.sha256((text + json.dumps(schema, sort_keys=True)).encode()).hexdigest()[:12],
    )


def _bare(schema: Any) -> Any:
    """The schema without what is only said to people."""
    if isinstance(schema, dict):
        said = {"title", "description"} & {key for key, value in schema.items() if isinstance(value, str)}
        return {key: _bare(value) for key, value in schema.items() if key not in said}
    return [_bare(value) for value in schema] if isinstance(schema, list) else schema
