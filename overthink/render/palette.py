"""What the kinds of thinking are called and what they look like: once, for the terminal, the page and the figures.

The colours are those of Okabe and Ito (Color Universal Design, 2008), which people of every colour vision tell apart.
Their order here is that of legends and of stacked bars. Black is readable on the colour of each kind.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from overthink.records import Kind, Severity


class Look(NamedTuple):
    """A kind in words, as a sign, and its colour, `#rrggbb`. `short` is for a place too narrow for `label`."""

    label: str
    short: str
    sign: str
    colour: str


LOOKS: dict[Kind | Literal["loop", "tail"], Look] = {
    "first_correct": Look("first correct answer", "first correct", "✓", "#009E73"),
    "recheck": Look("re-check of the answer", "re-check", "↻", "#E69F00"),
    "new_strategy": Look("new strategy, same answer", "new strategy", "✦", "#56B4E9"),
    "wrong": Look("wrong answer", "wrong", "✗", "#D55E00"),
    "undetermined": Look("undetermined answer", "undetermined", "?", "#CC79A7"),
    "loop": Look("loop, the same words again", "loop", "∞", "#F0E442"),
    "tail": Look("tail, without an answer", "tail", "…", "#999999"),
}
SEVERITIES: dict[Severity, Look] = {
    "void": Look("WARNING", "warning", "⚠", "#D55E00"),
    "doubt": Look("caveat", "caveat", "!", "#E69F00"),
    "note": Look("note", "note", "i", "#999999"),
}
"""How a caveat looks, the worst first."""
RUNS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C8C00")
"""The colours of runs that are compared, in their order. Olive is ours: an eighth that Okabe and Ito do not have."""

GROUNDS = ("#f2efe8", "#24262c")
"""The page's darkest ground in light colours, and its lightest in dark ones: what is readable here is so on all."""
TEXT, LINES = 4.5, 3.0
"""The contrasts that WCAG 2.2 asks for."""
BLACK, WHITE = "#000000", "#ffffff"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours by WCAG 2.2, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(colour: str, ground: str, ratio: float = TEXT) -> str:
    """The colour, with as much black or white in it as this contrast with the ground needs."""
    end = max((BLACK, WHITE), key=lambda end: contrast(end, ground))
    return next(mixed for share in range(101) if contrast(mixed := _mixed(colour, end, share / 100), ground) >= ratio)


def stylesheet() -> str:
    """The palette as CSS variables: `--KIND`, `--KIND-text` for words in its colour, `--s0` to `--s7` for runs.

    The severities of caveats are such kinds, too: `--void`, `--doubt`, `--note`.

    `light-dark()` chooses by the color-scheme of the element, so a theme is a switch of that.
    """
    pairs = {"wash": GROUNDS}
    for kind, look in (LOOKS | SEVERITIES).items():
        pairs[kind] = (look.colour, look.colour)
        pairs[f"{kind}-text"] = _on_page(look.colour, TEXT)
    pairs |= {f"s{number}": _on_page(colour, LINES) for number, colour in enumerate(RUNS)}
    return ":root { " + " ".join(f"--{name}: light-dark({a}, {b});" for name, (a, b) in pairs.items()) + " }"


def words() -> dict[str, dict[str, str]]:
    """The kinds for the page's scripts, in order: `label`, `short` and `sign` of each."""
    return {
        kind: {"label": look.label.capitalize(), "short": look.short, "sign": look.sign} for kind, look in LOOKS.items()
    }


def _on_page(colour: str, ratio: float) -> tuple[str, str]:
    light, dark = GROUNDS
    return readable(colour, light, ratio), readable(colour, dark, ratio)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def _mixed(colour: str, end: str, share: float) -> str:
    both = zip(_parts(colour), _parts(end), strict=True)
    return "#" + "".join(f"{round((1 - share) * a + share * b):02x}" for a, b in both)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _parts(colour))]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
