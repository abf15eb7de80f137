"""One response in the terminal, coloured by solution."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from overthink.records import Caveat, Score, Span
from overthink.render.cells import caveat_words
from overthink.render.palette import BLACK, LOOKS, WHITE, Look, readable
from overthink.render.tables import caveat_line
from overthink.render.terminal import line_text
from overthink.run.scored import Joined

_VISIBLE = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"} | {0x7F: 0x2421}
_VISIBLE |= dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
_VISIBLE |= dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)
"""Control characters, and those of direction, made visible one for one: a response must not steer the terminal."""
DOUBT = 0.75
"""A boundary of which the segmenter is less sure than this is marked."""


def print_response(shown: Joined, own: Sequence[Caveat], of_run: Sequence[Caveat]) -> None:
    """Print it to stdout, with its own caveats and, of those of its run, what voids it or is about its tokens, too."""
    Console().print(rendered(shown, own, of_run))


def rendered(shown: Joined, own: Sequence[Caveat], of_run: Sequence[Caveat]) -> Group:
    """The head, the caveats, each solution under a rule that says what it is, the tail and the text after the tag.

    Of a loop there is one copy.
    """
    told = [caveat_line(one, f"{caveat_words(one)}. {one.hint}") for one in own]
    told += [
        caveat_line(one, f"the run: {caveat_words(one)}")
        for one in of_run
        if one.severity == "void" or one.code == "tokenizer_not_own"
    ]
    parts: list[RenderableType] = [_head(shown), *map(line_text, told)]
    start = shown.segments.thinking[0]
    for number, solution in enumerate(shown.segments.solutions, start=1):
        look = LOOKS[shown.score.kinds[number - 1]]
        parts += [Rule(style=look.colour), _caption(shown, number, look)]
        parts += _around_loops(shown, (start, solution.end), _text_colour(look), solution.answer_span)
        start = solution.end
    rest = start, shown.segments.thinking[1]
    if shown.segments.tail and rest[0] < rest[1]:
        look = LOOKS["tail"]
        parts += [Rule(style=look.colour), _line_of(look, f"{shown.score.tail_tokens} tokens")]
        parts += _around_loops(shown, rest, _text_colour(look), None)
    else:
        parts += _around_loops(shown, rest, "default", None)
    parts.append(Rule(Text("after the thinking", style="bold"), align="left", style="default"))
    parts.append(_text(shown, shown.thinking.after, "default", shown.verdicts.final.answer_span))
    return Group(*parts)


def _head(shown: Joined) -> Panel:
    problem, score = shown.problem, shown.score
    final = shown.verdicts.final
    place = " · ".join(
        str(part) for part in (problem.dataset, problem.level and f"level {problem.level}", problem.subject) if part
    )
    lines = [
        problem.question.strip().translate(_VISIBLE),
        "",
        f"gold answer   {problem.answer if problem.answer is not None else '(none)'}",
        f"final answer  {final.answer if final.answer is not None else '(none)'}   {final.verdict} ({final.way})",
        f"tokens        {_thought(score)}" + (", cut off" if shown.segments.truncated else ""),
        f"efficiency    outcome {_percent(score.outcome_efficiency)}, process {_percent(score.process_efficiency)}",
        f"segmenter     {shown.segments.segmenter}; strategies: {shown.clusters.clusterer}",
    ]
    title = Text(f"{shown.response.id} · {shown.response.model} · {place}".translate(_VISIBLE))
    return Panel(
        Text("\n".join(line.translate(_VISIBLE | {10: 10}) for line in lines)), title=title, title_align="left"
    )


def _thought(score: Score) -> str:
    if not score.hidden:
        return f"{score.tokens:,} thinking, {score.response_tokens:,} in all"
    counted = "not counted" if score.server_tokens is None else f"{score.server_tokens:,} by its own count"
    return f"{score.response_tokens:,}; the server hides its thinking ({counted})"


def _caption(shown: Joined, number: int, look: Look) -> Text:
    solution = shown.segments.solutions[number - 1]
    strategy = shown.clusters.strategies[number - 1]
    parts = [
        f", {solution.answer.translate(_VISIBLE)}",
        f"strategy {strategy} ({shown.clusters.names[strategy - 1]})",
        f"{shown.score.solution_tokens[number - 1]} tokens",
        shown.verdicts.solutions[number - 1].way,
    ]
    if solution.confidence is not None and solution.confidence < DOUBT:
        parts.append(f"boundary in doubt ({solution.confidence:.2f})")
    return Text.assemble(f"solution {number}: ", _chip(look), " · ".join(parts), style="bold")


def _chip(look: Look) -> tuple[str, str]:
    return f"{look.sign} {look.label}", f"{BLACK} on {look.colour}"


def _text_colour(look: Look) -> str:
    """Readable on white, and just as well on black: which one a terminal has is not known."""
    return readable(look.colour, WHITE)


def _around_loops(shown: Joined, span: Span, colour: str, answer: Span | None) -> Iterator[RenderableType]:
    """What of the thinking is in this span, with a line and one copy for each loop in it."""
    at, end = span
    look = LOOKS["loop"]
    for loop in shown.segments.loops:
        if span[0] <= loop.start < end:
            yield from _texts(shown, (at, loop.start), colour, answer)
            again = f"{loop.copies} times in a row, {loop.end - loop.start:,} characters from the second time on"
            yield _line_of(look, again)
            yield from _texts(shown, (loop.start, loop.start + loop.period), _text_colour(look), None)
            at = loop.end
    yield from _texts(shown, (at, end), colour, answer)


def _line_of(look: Look, words: str) -> Text:
    return Text.assemble(_chip(look), f" · {words}", style="bold")


def _texts(shown: Joined, span: Span, colour: str, answer: Span | None) -> Iterator[Text]:
    """What of the thinking is in this span, its blocks apart."""
    for start, end in shown.segments.stretches:
        low, high = max(start, span[0]), min(end, span[1])
        if low < high:
            yield _text(shown, (low, high), colour, answer)


def _text(shown: Joined, span: Span, colour: str, answer: Span | None) -> Text:
    """The characters of this span, the answer in reverse."""
    low, high = span
    raw = shown.response.response[low:high].translate(_VISIBLE)
    text = Text(raw.strip("\n"), style=colour)
    if answer is not None and low <= answer[0] and answer[1] <= high:
        shift = low + (len(raw) - len(raw.lstrip("\n")))
        text.stylize("bold reverse", answer[0] - shift, answer[1] - shift)
    return text


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
