"""Progress bars on stderr: how many rows, how fast, how long still; of responses also tokens and how many were cut."""

from __future__ import annotations

from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from overthink.records import CUT_OFF, Response


class _Rate(TextColumn):
    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: object) -> Text:
        speed = getattr(task, "finished_speed", None) or getattr(task, "speed", None)
        return Text("" if speed is None else f"{speed:,.0f} rows/s", style="progress.data.speed")


class Bars:
    """One bar a stage (run.Progress). Where stderr is no terminal nothing is drawn."""

    def __init__(self) -> None:
        self._bars: Progress | None = None

    def start(self, label: str, total: int) -> None:
        """Draw a bar for this stage."""
        console = Console(stderr=True)
        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bars.add_task(label, total=total)
        self._bars.start()
        self._label, self._began = label, monotonic()
        self._tokens = self._cut = 0

    def response(self, row: Response) -> None:
        """One response more: its tokens, and whether it was cut off."""
        if self._bars is not None:
            self._tokens += row.completion_tokens or 0
            self._cut += row.finish_reason in CUT_OFF
            rate = self._tokens / max(monotonic() - self._began, 1e-3)
            self._bars.update(self._task, description=f"{self._label}, {rate:,.0f} tokens/s, {self._cut} cut off")

    def step(self) -> None:
        """One row more."""
        if self._bars is not None:
            self._bars.advance(self._task)

    def stop(self) -> None:
        """Take the bar away."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None
