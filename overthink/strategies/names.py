"""Short names of strategies, from the cues and techniques of the first solution of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from overthink.strategies.cues import FAMILIES
from overthink.strategies.features import Described

NAMES = {
    "substitute": ("substitution back", 0.75),
    "reading": ("re-reading the question", 1.0),
    "example": ("trying an example", 0.7),
    "decimal": ("check in decimals", 0.6),
    "plausible": ("plausibility check", 0.4),
    "picture": ("picture or graph", 0.5),
    "reverse": ("working backward", 0.5),
    "listing": ("listing the cases", 0.6),
    "units": ("check of the units", 0.4),
    "simplify": ("simplifying the answer", 0.7),
    "others": ("looking for other answers", 0.9),
}
"""Family of cues: the name it gives, and how many of its cues in a hundred tokens are many."""

_NO_METHOD_STEMS = (
    "per total difference half third quarter double rate rates equation angle triangle circle square rectang area "
    "volume distance unit expect prime dot cross"
)
_NO_METHOD = frozenset(_NO_METHOD_STEMS.split())
"""Stems of techniques that say little as the name of a method."""

_METHOD_CUES = frozenset(["alternative", "method"])


def strategy_names(described: Sequence[Described], strategies: Sequence[int]) -> list[str]:
    """One name of two to six words for each strategy, in order; equal names are numbered."""
    first: dict[int, int] = {}
    for m, strategy in enumerate(strategies):
        first.setdefault(strategy, m)
    known: set[str] = set()
    names = []
    for m in first.values():
        names.append(_name(described[m], known) if m else "first derivation")
        known |= described[m].techniques.keys()
    return _numbered(names)


def _name(one: Described, known: set[str]) -> str:
    """Techniques that no earlier strategy used mean another method, many cues of a family a kind of check."""
    new = [word for stem, word in one.techniques.items() if stem not in known | _NO_METHOD]
    cues = dict(zip(FAMILIES, one.families, strict=True))
    strength, family = max((cues[family] / many, family) for family, (_, many) in NAMES.items())
    if one.opening & _METHOD_CUES and new:
        return f"another method: {new[0]}"
    if strength >= 1:
        return NAMES[family][0]
    return f"another method: {new[0]}" if new else "another line of reasoning"


def _numbered(names: Sequence[str]) -> list[str]:
    total = Counter(names)
    seen: Counter[str] = Counter()
    numbered = []
    for name in names:
        seen[name] += 1
        numbered.append(f"{name} ({seen[name]})" if total[name] > 1 else name)
    return numbered
