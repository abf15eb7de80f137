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
from collections.abc import Mapping, Set
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any, Literal, cast, get_args

from overthink.judge.reply import Answered
from overthink.models.interface import Turn
from overthink.text.template import fill

_Role = Literal["system", "user", "assistant"]
_HEADING = re.compile(r"^# (.+)\n", re.MULTILINE)
_PLACE = re.compile(r"\{([a-z_]+)\}")


_LAST, _RETRY = "last turn", "retry"


@dataclass(frozen=True)
class Texts:
    """The base of what fills the places of a prompt's last turn: one field a place, of the same name."""

    def by_place(self) -> dict[str, str]:
        """The text of each place."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True)
class Prompt:
    """Turns that end with the one to fill in, the other pieces by name, the schema of the reply, a digest of it all."""

    turns: tuple[Turn, ...]
    pieces: Mapping[str, str]
    schema: Mapping[str, Any]
    digest: str

    def filled(self, texts: Texts) -> tuple[Turn, ...]:
        """The turns with these texts in their places. What a text holds is never taken for a place."""
        last = self.turns[-1]
        return (*self.turns[:-1], Turn(last.role, fill(last.content, texts.by_place())))

    def piece(self, name: str, **texts: str) -> str:
        """A piece with these texts in its places."""
        return fill(self.pieces[name], texts)

    @property
    def words(self) -> str:
        """All that is said in every call, the last turn's places empty."""
        return "\n".join(turn.content for turn in self.turns)


def load_prompt(
    file: str, shape: type[Answered], texts: type[Texts], pieces: Mapping[str, Set[str]] | None = None
) -> Prompt:
    """Read a prompt.

    Args:
        file: Its place in the package.
        shape: Of the reply.
        texts: What fills its last turn.
        pieces: The places of each further piece of text; that for a second try has the place `fault`.

    Raises:
        ValueError: A place has no text, a text has no place, or a piece is not there.
    """
    text = (files("overthink") / file).read_text(encoding="utf-8")
    schema = _bare(shape.model_json_schema())
    parts = _HEADING.split(text)[1:]
    sections = [(heading, body.strip("\n")) for heading, body in zip(parts[::2], parts[1::2], strict=True)]
    prompt = Prompt(
        turns=tuple(Turn(cast(_Role, heading), body) for heading, body in sections if heading in get_args(_Role)),
        pieces={heading: body for heading, body in sections if heading not in get_args(_Role)},
        schema=schema,
        digest=hashlib.sha256((text + json.dumps(schema, sort_keys=True)).encode()).hexdigest()[:12],
    )
    filled = {_LAST: {field.name for field in fields(texts)}, _RETRY: {"fault"}, **(pieces or {})}
    written = {name: _places(body) for name, body in {_LAST: prompt.turns[-1].content, **prompt.pieces}.items()}
    if written != filled:
        raise ValueError(f"{file}: its places are {written}, and there are texts for {filled}")
    return prompt


def _places(template: str) -> set[str]:
    return set(_PLACE.findall(template))


def _bare(schema: Any) -> Any:
    """The schema without what is only said to people."""
    if isinstance(schema, dict):
        said = {"title", "description"} & {key for key, value in schema.items() if isinstance(value, str)}
        return {key: _bare(value) for key, value in schema.items() if key not in said}
    return [_bare(value) for value in schema] if isinstance(schema, list) else schema
