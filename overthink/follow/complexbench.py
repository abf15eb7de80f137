"""ComplexBench's scoring questions (arXiv 2407.03978): by rule if a rule decides, by the judge otherwise.

A rule of the published data is `name:argument` on one line, or two such lines. Those that begin with `model_` speak of
a part of the answer that a model must find first: they are the judge's, who is asked the question itself. A text is
compared after its punctuation has become Chinese full-width punctuation, as the authors do, since both kinds occur.
"""

from __future__ import annotations

import json
import string
from collections.abc import Callable, Sequence

from overthink.errors import UnreadableReply
from overthink.records import Constraint

_WIDE = dict(zip("!#$%&()*,.:;?\\]^", "！＃＄％＆（）＊，。：；？＼］＾", strict=True))
_FOLD = str.maketrans({**_WIDE, "“": '"', "”": '"'})
_ENDS = ("", "。", "？")


def check(constraints: Sequence[Constraint], question: str, answer: str) -> tuple[list[bool | None], list[bool | None]]:
    """What the rules decide, null if it needs the judge; twice the same, since there is no loose verdict."""
    verdicts = with_needs(constraints, by_rules(constraints, answer))
    return verdicts, verdicts


def by_rules(constraints: Sequence[Constraint], answer: str) -> list[bool | None]:
    """What each constraint's rule says by itself; null if it needs the judge."""
    return [None if needs_judge(constraint) else by_rule(constraint.rule or "", answer) for constraint in constraints]


def needs_judge(constraint: Constraint) -> bool:
    """Is there no rule, or one about a part of the answer that a model must find first?"""
    return constraint.rule is None or any(line.startswith("model_") for line in constraint.rule.split("\n"))


def with_needs(constraints: Sequence[Constraint], own: Sequence[bool | None]) -> list[bool | None]:
    """A failed prerequisite fails its dependents, and those of these in turn.

    Undecided if a prerequisite is and the constraint itself did not fail. UnreadableReply for needs in a circle.
    """
    done: dict[int, bool | None] = {}

    def verdict(number: int, above: tuple[int, ...]) -> bool | None:
        if number in above:
            raise UnreadableReply("circular_needs", f"constraint {number + 1} needs itself")
        if number not in done:
            all_of = [own[number], *(verdict(need, (*above, number)) for need in constraints[number].needs)]
            done[number] = False if False in all_of else None if None in all_of else True
        return done[number]

    return [verdict(number, ()) for number in range(len(constraints))]


def by_rule(rule: str, answer: str) -> bool:
    """Does the answer satisfy every line of the rule? UnreadableReply for a rule that is not known."""
    return all(_line(line.strip(), answer) for line in rule.split("\n") if line.strip())


def _line(line: str, answer: str) -> bool:
    name, colon, argument = line.partition(":")
    if not colon or name not in _RULES:
        raise UnreadableReply("unknown_rule", f"there is no rule {line!r}")
    return _RULES[name](answer.strip(), argument)


def _folded(text: str) -> str:
    return text.translate(_FOLD)


def _listed(argument: str) -> list[str]:
    """`[a, b]`, without quotation marks as in the published data or with them."""
    inner = argument.strip().removeprefix("[").removesuffix("]")
    return [part.strip().strip("\"'") for part in inner.split(",") if part.strip()]


def _within(length: int, argument: str) -> bool:
    try:
        low, high = (int(part) for part in _listed(argument))
    except ValueError:
        raise UnreadableReply("unknown_rule", f"{argument!r} is not [least, most]") from None
    return low <= length <= high


def _starts(answer: str, argument: str) -> bool:
    return bool(answer) and _folded(answer).startswith(_folded(argument))


def _ends(answer: str, argument: str) -> bool:
    return any(_folded(answer).endswith(_folded(argument) + end) for end in _ENDS)


def _match(answer: str, argument: str) -> bool:
    return _folded(answer) in {_folded(argument) + end for end in _ENDS}


def _keywords(answer: str, argument: str) -> bool:
    return all(_folded(word) in _folded(answer) for word in _listed(argument))


def _forbidden(answer: str, argument: str) -> bool:
    return not any(_folded(word) in _folded(answer) for word in _listed(argument))


def _punctuation(answer: str, argument: str) -> bool:
    """Only this punctuation."""
    allowed = {_folded(mark) for mark in _listed(argument)}
    return all(_folded(mark) not in _folded(answer) for mark in string.punctuation if _folded(mark) not in allowed)


def _json_keys(answer: str, argument: str) -> bool:
    """The first JSON object in the answer has exactly these keys, any if none are named."""
    start = answer.find("{")
    try:
        found = json.JSONDecoder().raw_decode(answer, start)[0] if start >= 0 else None
    except (ValueError, RecursionError):
        return False
    wanted = _listed(argument)
    return isinstance(found, dict) and (not wanted or set(found) == set(wanted))


_RULES: dict[str, Callable[[str, str], bool]] = {
    "keyword": _keywords,
    "forbidden_word": _forbidden,
    "startswith": _starts,
    "endswith": _ends,
    "not endswith": lambda answer, argument: not _ends(answer, argument),
    "length": lambda answer, argument: _within(len(answer), argument),
    "length_word": lambda answer, argument: _within(len(answer.split()), argument),
    "match": _match,
    "Json": _json_keys,
    "constraint_punc": _punctuation,
}
