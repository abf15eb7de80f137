"""Marks of families that the table lacks: what looks like one is told of."""

from __future__ import annotations

import re

from overthink.text.marks import ATTRIBUTES
from overthink.text.tags import Mark, any_tag, is_firm

_UNKNOWN_NAME = (
    r"[\w|:. -]{0,20}(?:think|thought|reason|reflect|ponder|cot|scratch_?pad|inner|analy[sz]|deliberat|rationale|"
    r"monolog|contemplat|introspect|rumination|mull|cogitat|brainstorm)[\w|:. -]{0,20}"
)
UNKNOWN_OPENING = re.compile(
    rf"\s*+(?:(?:<|&lt;|\\u003c|◁|⟨|\{{\{{){_UNKNOWN_NAME}{ATTRIBUTES}(?:>|&gt;|\\u003e|▷|⟩|\}}\}})|(?-i:thought(?=\n)))",
    re.IGNORECASE,
)
_UNKNOWN_CLOSING = re.compile(
    rf"(?:(?:<|&lt;|◁|⟨|\{{\{{)(?:/|\|?end[_ ]?(?:of)?[_ ]?)|\[/){_UNKNOWN_NAME}(?:>|&gt;|▷|⟩|\}}\}}|\])", re.IGNORECASE
)
_PAIRED = re.compile(
    rf"\s*+(?P<left>[^\w\s]{{1,3}})(?P<name>[^\W\d][\w:.-]{{1,30}}){ATTRIBUTES}(?P<right>[^\w\s]{{1,3}})"
)
_NO_THINKING = re.compile(
    r"(?i:(?:answer|response|output|result|solution|final|summary|tool|function)[\w:.-]*|html|body|head|div|span|table|math|"
    r"code|pre|svg|[uo]l|li|h\d|[pbius]|em|strong|center|details|json|xml|quote|step|proof|problem|question|task)"
)


def unknown_mark(text: str) -> str | None:
    """What looks like a mark of a family that the table lacks.

    An opening one at the start by its name, or because it is closed before the end; or a closing one by its name.
    """
    known = any_tag()[1]
    pair = _PAIRED.match(text)
    if pair and not known.match(pair[0].strip()) and not _NO_THINKING.fullmatch(pair["name"]):
        partner = re.compile(re.escape(f"{pair['left']}/{pair['name']}{pair['right']}"), re.IGNORECASE)
        if (found := partner.search(text, pair.end())) and text[found.end() :].strip():
            return pair[0].strip()[:60]
    opening = UNKNOWN_OPENING.match(text)
    if opening and not known.match(opening[0].strip()):
        return opening[0].strip()[:60]
    for closing in _UNKNOWN_CLOSING.finditer(text):
        mark = Mark(*closing.span(), family=0, opening=False, firm=True)
        if not known.match(text, mark.start) and is_firm(text, mark):
            return closing[0][:60]
    return None
