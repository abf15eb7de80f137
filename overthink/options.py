"""The options of a command: those made from the sections of the config, and those that several commands share."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, fields
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer
from annotated_types import Ge, Le

from overthink.config import DEFAULTS, Sections, flags, help_text
from overthink.errors import OverthinkError

Format = Literal["table", "json", "jsonl", "csv", "markdown"]
"""How a result is printed. A table on a terminal and JSON when piped, unless one is named."""

ReportFormat = Literal["table", "json", "jsonl", "csv", "markdown", "parquet", "prometheus"]
"""How a report is printed: as any result, or for the tools that read its flat rows."""

Runs = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[RUN]...", help="Run folders, or a folder of them. Default: the newest import."),
]

FormatOption = Annotated[
    Format | None, typer.Option("--format", "-f", help="Default: a table on a terminal, JSON when piped.")
]

ReportFormatOption = Annotated[
    ReportFormat | None, typer.Option("--format", "-f", help="Default: a table on a terminal, JSON when piped.")
]


def _report_format(value: str) -> str:
    if value not in get_args(ReportFormat):
        raise OverthinkError(
            f"--format {value}: no report is printed so",
            f"Reports are {', '.join(get_args(ReportFormat))}; what wrote the files is told with --from.",
        )
    return value


ReportFormatBesideFiles = Annotated[
    ReportFormat | None,
    typer.Option(
        "--format",
        "-f",
        parser=_report_format,
        metavar=f"<{'|'.join(get_args(ReportFormat))}>",
        help="Default: a table on a terminal, JSON when piped.",
    ),
]
"""The same for a command that takes files, whose own format is another thing."""

Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write the report here instead of to stdout.")]

Redo = Annotated[list[str] | None, typer.Option(metavar="STAGE", help="Make the rows of this stage anew.")]

Processes = Annotated[int | None, typer.Option("--processes", "-j", min=1, help="Default: one for each core.")]

Estimate = Annotated[bool, typer.Option("--estimate", help="Ask nothing: print what the judge would be asked.")]

ThinkTags = Annotated[
    tuple[str, str] | None,
    typer.Option(metavar="OPEN CLOSE", help="The tags around the thinking, if not one of the known kinds."),
]

Dataset = Annotated[str | None, typer.Option("--dataset", "-d", help="Only this benchmark.")]

Mirror = Annotated[
    Path | None,
    typer.Option(envvar="OVERTHINK_HUB_MIRROR", help="A folder that stands in for the hub: ORG/NAME/FILE."),
]

Model = Annotated[
    str | None,
    typer.Option("--model", "-m", help="Hub name, folder, the server's name of it, or a GGUF file."),
]

FileModel = Annotated[str | None, typer.Option(help="The model, where rows do not name it.")]

ImportFormat = Annotated[
    str | None,
    typer.Option(
        "--format",
        "--from",
        metavar="FORMAT",
        help="The format of the files, one of those above, if it is not to be guessed.",
    ),
]

FilesFrom = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="FORMAT",
        help="The format of the files, if it is not to be guessed: `overthink import -h` lists them.",
    ),
]
"""The same for a command whose own --format is that of its result."""

Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="NAME=COLUMN",
        help="The file's COLUMN holds what we call NAME: problem, response, reasoning (the thinking, if it has a "
        "column of its own), answer, model, dataset, id, level, subject, sample, step (of a training), finish_reason. "
        "COLUMN may reach inside: result.text, samples.0.content.",
    ),
]

Limit = Annotated[int | None, typer.Option(min=1, help="The first problems of each dataset only.")]

Ids = Annotated[str | None, typer.Option(metavar="ID,ID", help="These problems only.")]

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
                    given[section][option.name] = _read(option, value)
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


def _read(option: Field[Any], value: Any) -> Any:
    """The value of an option as the config takes it."""
    if option.metadata["is_json"]:
        return json_object(value, flags(option)[0])
    return named_values(value) if option.default_factory is dict else value


def _parameter(key: str, section: str, option: Field[Any]) -> Parameter:
    kind = _plain(option.type)
    shown = typer.Option(
        *flags(option),
        help=help_text(section, option.name),
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


def json_object(texts: Sequence[str], flag: str) -> dict[str, Any]:
    """The keys of the objects that these texts hold. OverthinkError for one that holds none, and for a key in two."""
    found: dict[str, Any] = {}
    for text in texts:
        try:
            value = json.loads(text)
        except ValueError as error:
            value = error
        if not isinstance(value, dict):
            why = f"not JSON ({value})" if isinstance(value, ValueError) else "not an object"
            raise OverthinkError(f"{flag} {text}: {why}", f'Write an object: {flag} \'{{"key": "value"}}\'.')
        if twice := found.keys() & value.keys():
            raise OverthinkError(f"{flag}: {min(twice)} is given twice", "Give each key once.")
        found |= value
    return found


def named_values(pairs: Sequence[str]) -> Mapping[str, Any]:
    """`max_model_len=4096` and the like; a value is JSON (or True, False) if it can be read so, else a text.

    OverthinkError for one without a value.
    """
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
