"""Arguments and options that several commands share and the config does not hold, as the command line shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

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
Limit = Annotated[int | None, typer.Option(min=1, help="The first problems of each dataset only.")]
Ids = Annotated[str | None, typer.Option(metavar="ID,ID", help="These problems only.")]
