"""A model's chat template, from its folder or the hub, rendered without the model: a prompt as the model sees it.

Templates are programs that come with a model: they run in Jinja's sandbox, with what transformers gives them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from overthink.errors import OverthinkError
from overthink.text.digest import digest
from overthink.text.hub import NotOnHubError, folder_of

CONFIG = "tokenizer_config.json"
TEMPLATE = "chat_template.jinja"
SPECIALS = "special_tokens_map.json"
TOKENIZER = "tokenizer.json"
_WAYS_OUT = (
    "Name a folder or a model of the hub that holds it with --tokenizer, or leave it out with --prompt-format plain."
)


@dataclass(frozen=True)
class ChatTemplate:
    """The template and the special tokens that it may write. `digest` identifies the template."""

    text: str
    specials: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """12 hex digits."""
        return digest(self.text)

    def render(self, turns: Sequence[Mapping[str, str]], **switches: Any) -> str:
        """Render these turns and the beginning of the assistant's. OverthinkError if the template refuses."""
        from jinja2 import TemplateError

        try:
            return str(
                _environment()
                .from_string(self.text)
                .render(messages=list(turns), add_generation_prompt=True, **self.specials, **switches)
            )
        except (TemplateError, TypeError) as error:
            raise OverthinkError(f"the chat template cannot be rendered: {error}", _WAYS_OUT) from error


def tokenizer_folder(place: str) -> Path:
    """The folder with a model's tokenizer: the one that is named, else that of the hub's cache. OverthinkError."""
    if Path(place).is_dir():
        return Path(place)
    try:
        return folder_of(place, [CONFIG, TEMPLATE, SPECIALS, TOKENIZER])
    except NotOnHubError as error:
        raise OverthinkError(f"the chat template of {place} cannot be had: {error}", _WAYS_OUT) from None


def vocabulary(folder: Path) -> dict[str, int] | None:
    """Every token of the folder's tokenizer.json and its number; None if there is no such file."""
    from tokenizers import Tokenizer

    path = folder / TOKENIZER
    return dict(Tokenizer.from_file(str(path)).get_vocab(with_added_tokens=True)) if path.is_file() else None


def vocabulary_digest(vocabulary: Mapping[str, int]) -> str:
    """Identify a tokenizer: 12 hex digits over its tokens and their numbers."""
    return digest(json.dumps(sorted(vocabulary.items())))


def load_chat_template(folder: Path) -> ChatTemplate:
    """The template of a tokenizer's folder. OverthinkError if it has none."""
    config = _json(folder / CONFIG)
    text = _text(folder, config)
    if text is None:
        raise OverthinkError(f"{folder}: the tokenizer has no chat template", _WAYS_OUT)
    named = {**_json(folder / SPECIALS), **config}
    specials = {
        key: value["content"] if isinstance(value, dict) else value
        for key, value in named.items()
        if key in ("bos_token", "eos_token", "pad_token", "unk_token") and value
    }
    return ChatTemplate(text, specials)


def _text(folder: Path, config: Mapping[str, Any]) -> str | None:
    """The template in a file of its own, else in the config: one, or several with names."""
    if (folder / TEMPLATE).is_file():
        return (folder / TEMPLATE).read_text(encoding="utf-8")
    there = config.get("chat_template")
    if isinstance(there, list):
        there = {part["name"]: part["template"] for part in there}.get("default")
    return there if isinstance(there, str) else None


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise OverthinkError(f"{path}: cannot be read ({error})", _WAYS_OUT) from None
    return found if isinstance(found, dict) else {}


def _environment() -> Any:
    from jinja2.ext import loopcontrols
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
    environment.filters["tojson"] = lambda value, **form: json.dumps(value, **{"ensure_ascii": False, **form})
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
    return environment


def _refuse(message: str) -> NoReturn:
    from jinja2 import TemplateError

    raise TemplateError(message)
