"""Finds the answer that a text states: in boxes, by cues, at its end. Always a verbatim quotation."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

from overthink.answers.cues import cues
from overthink.answers.rewrite import COMMON_FUNCTIONS
from overthink.answers.rules import Form, any_form
from overthink.records import Span
from overthink.text.paragraphs import stripped
from overthink.text.tex import boxes
from overthink.text.thinking import Thinking, find_thinking

# What may be between two boxes that state the parts of one answer: punctuation, "and", a name before "=".
_SPACING = r"(?:[\s$~]|\\[()\[\],;:! ]|\\q?quad(?![A-Za-z]))*+"
_SAME_STATEMENT = re.compile(
    _SPACING
    + r"(?:,\s{0,4}(?:and|or)|and|or|[,;&和或]|\\(?:text|textrm|mathrm)\{[^{}.]{0,40}?(?:\b(?:and|or)|[和或])\s{0,4}\})"
    + _SPACING
    + r"(?:[A-Za-z]\w{0,8}(?:\([a-z]\))?\s{0,4}=)?"
    + _SPACING
)

# A text after one of these belongs to the next turn of a chat template.
_TURN_END = re.compile(r"<\|(?:im_start|im_end|endoftext|end|return|eot_id)\|>|</s>")

_CUES = cues()

_NUMERAL = r"(?:\d{1,3}(?:(?:,|\{,\}|,\\!| |\\,)\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)"
_GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
VALUES = (
    Form(
        "a fraction",
        rf"[-−–+]?(?:[$€£¥₹]\s?)?[-−–+]?(?:{_NUMERAL}\s?)?\\[dtc]?frac\s?(?:{_GROUP}|\d)\s?(?:{_GROUP}|\d)",
        examples=(r"-3\frac{1}{7}", r"\dfrac17", r"$\frac{3}{\sqrt{7}}"),
        not_examples=(r"\frac{1}", r"\fraction{1}{7}"),
    ),
    Form(
        "a root",
        rf"[-−–+]?(?:{_NUMERAL}\s?)?\\sqrt(?:\[\d\])?(?:{_GROUP}|\d)",
        examples=(r"2\sqrt{7}", r"-\sqrt[3]{7}", r"\sqrt7"),
        not_examples=(r"\sqrt", r"\sqrt x"),
    ),
    Form(
        "a numeral",
        rf"(?<![A-Za-z0-9_^{{.])[-−–+]?(?:\\?[$€£¥₹]\s?)?[-−–+]?{_NUMERAL}(?:\s?/\s?\d+|\s\d+/\d+)?(?:\s?\\?%)?",
        examples=("7", "-7.25", "1,234", r"1\,234", ".5", r"\$12", "3 / 7", "1 3/7", "7 %"),
        not_examples=("1.2.3", "x7", "1,23,4", "/7"),
    ),
)
"""Numbers as they are written in prose."""
VALUE = re.compile(any_form(VALUES))

MATHS = (
    Form("between two dollars each", r"\$\$(?P<display>[^$]{1,2000})\$\$", examples=("$$7x$$", "$$\n7\n$$")),
    Form(
        "in square brackets of TeX", r"\\\[(?P<bracket>.{1,2000}?)\\\]", examples=(r"\[7x\]",), not_examples=("[7x]",)
    ),
    Form("in round brackets of TeX", r"\\\((?P<paren>.{1,2000}?)\\\)", examples=(r"\(7x\)",), not_examples=("(7x)",)),
    Form(
        "between dollars",
        r"(?<!\\)\$\s{0,4}(?P<inline>(?:[^$\n\\]|\\.){1,1000})\s{0,4}\$",
        examples=("$7x$", r"$ \frac{7}{8} $", r"$\$7$"),
        not_examples=(r"\$7\$", "$7", "$7\n8$"),
    ),
)
"""Maths inside a text."""
_MATH = re.compile(any_form(MATHS), re.DOTALL)
_BOLD = re.compile(r"\*\*(?P<bold>(?!\s)[^*\n]{1,200}(?<!\s))\*\*")  # not from the end of one bold run to the next
_MATH_OR_END = re.compile(_MATH.pattern + r"|(?<!\b[a-zA-Z])[.!?](?=\s|$)|[.!?](?=\s[A-Z])|[。！？।]|\n", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}(?![\w(]|\.\w)")  # `open(` and `Interval.` are functions
_TEX_WORDS = re.compile(r"\\(?:text|textbf|textit|mathrm|mbox|operatorname|begin|end)\s*\{[^{}]*\}|\\[A-Za-z]+")
_CLAUSES = re.compile(r"[^\W\d_]{2}(?:\*\*)?\s?[:：]\s|[.!?]\s+\S*[A-Za-z]")
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af\u0900-\u0dff\u0e00-\u0e7f\u0600-\u06ff]")
_FUNCTIONS = frozenset(("pi", "mod", "infinity", "inf", "and", "or", *COMMON_FUNCTIONS))

_MOST_CUES = 12  # from the last one back
_TAIL = 4000  # characters at the end of a long text that are searched for its last value


def final_answer(response: str, thinking: Thinking, cut_off: bool = False) -> Span | None:
    """The characters of the response that state its final answer, or None if it states none.

    In the text after the thinking tag: the last complete box, else the answer that a cue announces, else the words that
    the thinking states as its answer, else the last value. If there is no such text, the last answer of the thinking.
    In a response that was `cut_off`, a mere last value is no answer: the text just ends there.
    """
    tagged = thinking.opened or thinking.closed
    span = stated_answer(response, *thinking.after)
    thought = None if span else stated_answer(response, *thinking.span)
    if thought is not None:
        span = _last_repetition(response, thought, thinking.after)
    if span is None and not cut_off:
        span = last_value(response, *thinking.after, in_words=not tagged)
    if span is None:
        span = thought
    if span is None and not (cut_off or tagged):
        span = last_value(response, *thinking.span)
    return span


def _last_repetition(text: str, quotation: Span, where: Span) -> Span | None:
    """The last place in `where` of the quoted words, as words of their own."""
    words = text[slice(*quotation)]
    at = text.rfind(words, *where)
    while at >= 0 and _is_inside_word(text, at, at + len(words)):
        at = text.rfind(words, where[0], at + len(words) - 1)
    return (at, at + len(words)) if at >= 0 else None


def _is_inside_word(text: str, start: int, end: int) -> bool:
    before, behind = text[start - 1 : start], text[end : end + 1]
    return (before.isalnum() and text[start].isalnum()) or (behind.isalnum() and text[end - 1].isalnum())


def quoted_answer(text: str) -> str:
    """The answer that a text states, the text itself if it is nothing but an answer, "" if there is none."""
    span = final_answer(text, find_thinking(text))
    return "" if span is None else text[slice(*span)]


def stated_answer(text: str, start: int, end: int) -> Span | None:
    """The last answer that `text[start:end]` announces, by a box or by words, else None."""
    end = _end_of_turn(text, start, end)
    box = _last_box(text, start, end)
    # "Final Answer: 12" after the last box overrules it.
    for cue in _last_first(_CUES.final.finditer(text, box[1] if box else start, end)):
        if (span := _value_after(text, cue.end(), end)) and (box is None or VALUE.search(text, *span)):
            return span
    if box is not None:
        return box
    for cue in _last_first(_CUES.forward.finditer(text, start, end)):
        if span := _value_after(text, cue.end(), end):
            return span
    for cue in _last_first(_CUES.backward.finditer(text, start, end)):
        if span := _last_value_of(text, _start_of_sentence(text, start, cue.start()), cue.start()):
            return span
    return None


def last_value(text: str, start: int, end: int, *, in_words: bool = True) -> Span | None:
    """The whole of `text[start:end]` if it is nothing but an answer, else the last value in it.

    `in_words`: one sentence without any value is an answer, too.
    """
    start, end = stripped(text, start, _end_of_turn(text, start, end))
    if start == end:
        return None
    if _is_bare(text[start:end]):
        return start, end
    start = max(start, end - _TAIL)
    sentences = list(_sentences(text, start, end))
    for span in reversed(sentences):
        if value := _last_value_of(text, *span):
            return value
    is_answer = in_words and len(sentences) == 1 and len(_WORD.findall(text, start, end)) <= 12
    return sentences[0] if is_answer else None


def _last_box(text: str, start: int, end: int) -> Span | None:
    """The last box; from the first to the last of several that together state one answer, box commands included."""
    found = boxes(text, start, end)
    if not found:
        return None
    first = len(found) - 1
    while first > 0 and _is_same_statement(text, found[first - 1], found[first]):
        first -= 1
    contents = {text[slice(*span)] for span in found[first:]}
    if len(contents) == 1:
        return found[-1]
    closing = text.find("}", found[-1][1], end)
    return text.rindex("\\", start, found[first][0]), closing + 1 if closing >= 0 else found[-1][1]


def _is_same_statement(text: str, box: Span, following: Span) -> bool:
    opening = text.rfind("\\", box[1], following[0])
    closing = text.find("}", box[1], opening) if opening >= 0 else -1
    return closing >= 0 and _SAME_STATEMENT.fullmatch(text, closing + 1, opening) is not None


def _value_after(text: str, start: int, end: int) -> Span | None:
    """The value that follows a cue, on its line or the next one that is not empty."""
    if filler := _CUES.filler.match(text, start, end):
        start = filler.end()
    if math := _math_run(text, start, end):
        return math
    span = next(_sentences(text, start, min(end, start + _TAIL)), None)
    if span is None:
        return None
    if _is_bare(text[slice(*span)]):
        return span
    return _value_equated(text, *span) or _first_value_of(text, *span)


def _math_run(text: str, start: int, end: int) -> Span | None:
    """Math between dollars or TeX brackets at `start`, with what is joined to it by a comma or "and"."""
    math = _MATH.match(text, start, end)
    if math is None or _is_currency(math):
        return None
    content = _content(math)
    last = math
    while joint := _SAME_STATEMENT.match(text, last.end(), end):
        following = _MATH.match(text, joint.end(), end) or _MATH.match(text, joint.end() - 1, end)
        if following is None or _is_currency(following):
            break
        last = following
    return stripped(text, *content) if last is math else (math.start(), last.end())


def _is_currency(math: re.Match[str]) -> bool:
    """Whether the two dollars are two sums of money with words between them."""
    inline = math["inline"]
    if inline is None:
        return False
    if inline[0].isdigit() and math.string[math.end() : math.end() + 1].isdigit():
        return True
    return len([word for word in _WORD.findall(_TEX_WORDS.sub(" ", inline)) if word not in _FUNCTIONS]) >= 2


def _content(math: re.Match[str]) -> Span:
    assert math.lastgroup is not None
    return math.span(math.lastgroup)


def _value_equated(text: str, start: int, end: int) -> Span | None:
    """What a sentence says that something is: the value behind its last "is" or "="."""
    for link in _last_first(_CUES.equates.finditer(text, start, end)):
        at = link.end()
        if filler := _CUES.filler.match(text, at, end):
            at = filler.end()
        if _is_inside_math(text, start, link.start()):
            continue
        if math := _math_run(text, at, end):
            return math
        piece = _strip_punctuation(text, at, end)
        if piece[0] < piece[1] and _is_bare(text[slice(*piece)]) and VALUE.search(text, *piece):
            return piece
        if value := VALUE.match(text, at, end):
            return value.span()
    return None


def _is_inside_math(text: str, start: int, at: int) -> bool:
    opened = text.count("\\(", start, at) + text.count("\\[", start, at)
    return opened > text.count("\\)", start, at) + text.count("\\]", start, at)


def _first_value_of(text: str, start: int, end: int) -> Span | None:
    for pattern in (_BOLD, _MATH):
        if (found := pattern.search(text, start, end)) and not (pattern is _MATH and _is_currency(found)):
            return stripped(text, *_content(found))
    found = VALUE.search(text, start, end)
    return found.span() if found else None


def _last_value_of(text: str, start: int, end: int) -> Span | None:
    if _is_bare(text[start:end]) and VALUE.search(text, start, end):
        start, end = _strip_punctuation(text, start, end)
        math = _MATH.fullmatch(text, start, end)
        return stripped(text, *_content(math)) if math else (start, end)
    for bold in _last_first(_BOLD.finditer(text, start, end)):
        if VALUE.search(text, *bold.span("bold")) or _MATH.search(text, *bold.span("bold")):
            return stripped(text, *bold.span("bold"))
    maths = [found for found in _MATH.finditer(text, start, end) if not _is_currency(found)]
    values = list(VALUE.finditer(text, maths[-1].end() if maths else start, end))
    if maths and not values:
        return stripped(text, *_content(maths[-1]))
    return _value_equated(text, maths[-1].end() if maths else start, end) or (values[-1].span() if values else None)


def _is_bare(text: str) -> bool:
    """Whether a text is nothing but an answer: no sentence, at most three words beside its maths."""
    text = text.strip()
    if not text or len(text) > 1000 or "\n\n" in text:
        return False
    outside = _TEX_WORDS.sub(" ", _MATH.sub(" ", text))
    words = [word for word in _WORD.findall(outside) if word.lower() not in _FUNCTIONS]
    foreign = _CJK.search(text)
    if len(words) > 3 or (foreign and len(_CJK.findall(text)) > 12):
        return False
    if foreign and (value := VALUE.search(text)) and foreign.start() < value.start():
        return False
    # Words before the maths make a sentence; behind it they are a unit.
    if len(words) > 1 and (value := VALUE.search(outside)) and len(_WORD.findall(outside, 0, value.start())) > 1:
        return False
    if words and (math := _MATH.search(text)) and _WORD.search(_TEX_WORDS.sub(" ", text[: math.start()])):
        return False
    linked = any(word.lower() in ("is", "are", "equals", "therefore", "thus", "so") for word in words)
    return not linked and not _CLAUSES.search(outside)


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentences and lines that hold more than punctuation; maths is never torn apart."""
    begun = start
    for border in _MATH_OR_END.finditer(text, start, end):
        if border.lastgroup is None:
            span = _strip_punctuation(text, begun, border.start())
            begun = border.end()
            if span[0] < span[1]:
                yield span
    span = _strip_punctuation(text, begun, end)
    if span[0] < span[1]:
        yield span


def _start_of_sentence(text: str, start: int, at: int) -> int:
    """The start of the sentence that holds position `at`."""
    begun = max(start, at - _TAIL)
    for border in _MATH_OR_END.finditer(text, begun, at):
        if border.lastgroup is None:
            begun = border.end()
    return begun


def _end_of_turn(text: str, start: int, end: int) -> int:
    turn = _TURN_END.search(text, start, end)
    return turn.start() if turn else end


def _last_first(matches: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    return reversed(deque(matches, maxlen=_MOST_CUES))


def _strip_punctuation(text: str, start: int, end: int) -> Span:
    start, end = stripped(text, start, end)
    while end > start and text[end - 1] in ".,;:!?。，；：*_ \"'”’":
        end -= 1
    while start < end and text[start] in ",;:!。，；：*_ \"'“‘":
        start += 1
    return start, end
