"""The local page over a folder of runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overthink.config import Sections
from overthink.options import options
from overthink.render.output import say
from overthink.session import open_session


@options("serve")
def serve(
    folder: Annotated[Path, typer.Argument(metavar="[RUNS_DIR]", help="A folder that holds runs.")] = Path("runs"),
    *,
    given: Sections,
) -> None:
    """Show a folder of runs in the browser.

    All runs, newest first, the report of each, and any two compared; JSON under /api/. It reads and never writes.
    """
    from ipaddress import ip_address

    from overthink.serve.server import served

    with served(folder, open_session(given)) as server:
        if not ip_address(str(server.server_address[0])).is_loopback:
            say("WARNING: everyone who can reach this machine can read these runs; there is no password.")
        say("Ctrl-C ends it.")
        typer.echo(server.url)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("ended")
