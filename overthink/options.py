"""The options of a command, made from the sections of the config."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, fields
from functools import wraps
from inspect import Parameter, Signature, signature
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer
from annotated_types import Ge, Le

from overthink.config import DEFAULTS, Sections, described, flags
from overthink.errors import OverthinkError

Command = Callable[..., None]


def options(*names: str) -> Callable[[Command], Command]:
    """Give a command the options of these sections (`score`), or single ones (`judge.model`), with the config's facts.

    They take the place of the command's parameter `given`, which is handed those that the user named, by section.
    """
    chosen = {f"{section}__{option.name}": (section, option) for name in names for section, option in _named(name)}

    def decorate(command: Command) -> Command:
        made = [_parameter(key, *one) for key, one in chosen.items()]
        parameters: list[Parameter] = []
        for parameter in signature(command, eval_str=True).parameters.values():
            own = [parameter.replace(kind=Parameter.KEYWORD_ONLY)]
            parameters += made if parameter.name == "given" else own

        @wraps(command)
        def run(**values: Any) -> None:
            given: Sections = {name.partition(".")[0]: {} for name in names}
            for key, (section, option) in chosen.items():
                value = values.pop(key)
                if value is not None:
                    given[section][option.name] = named_values(value) if option.default_factory is dict else value
            command(**values, given=given)

        run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # what Typer reads
        run.__annotations__ = {}
        return run

    return decorate


def _named(name: str) -> list[tuple[str, Field[Any]]]:
    """The options that `section` or `section.key` names."""
    section, _, key = name.partition(".")
    return [
        (section, option)
        for option in fields(getattr(DEFAULTS, section))
        if (option.name == key if key else not option.metadata["toml_only"])
    ]


def _parameter(key: str, section: str, option: Field[Any]) -> Parameter:
    kind = _plain(option.type)
    shown = typer.Option(
        *flags(option),
        help=described(section, option.name),
        metavar=option.metadata["metavar"],
        **(_bounds(option.type) if option.metadata["shows_bounds"] else {}),
    )
    return Parameter(key, Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind | None, shown])


def _plain(kind: Any) -> Any:
    """The type without its bounds and None; a list for what can be given several times."""
    inner = get_args(kind)
    if get_origin(kind) is Annotated:
        return _plain(inner[0])
    if get_origin(kind) is tuple:
        return list[_plain(inner[0])]  # type: ignore[misc]  # a type that is made
    if get_origin(kind) is dict:
        return list[str]
    if get_origin(kind) in (Union, UnionType):
        return _plain([one for one in inner if one is not NoneType][-1])
    return kind


def _bounds(kind: Any) -> dict[Literal["min", "max"], Any]:
    """The least and the greatest value of a type with bounds."""
    found: dict[Literal["min", "max"], Any] = {}
    for part in get_args(kind):
        if isinstance(part, Ge):
            found["min"] = part.ge
        elif isinstance(part, Le):
            found["max"] = part.le
        else:
            found |= _bounds(part)
    return found


def named_values(pairs: Sequence[str]) -> Mapping[str, Any]:
    """`max_model_len=4096` and the like; a value is JSON (or True, False) where it can be read so, else a text."""
    found = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise OverthinkError(f"--engine {pair}: no value", "Write NAME=VALUE, for example max_model_len=4096.")
        try:
            value = json.loads({"True": "true", "False": "false"}.get(text, text))
        except ValueError:
            value = text
        found[name.strip().removeprefix("--").replace("-", "_")] = value
    return found
