"""Values in prose: numbers, maths, bold print; which of those in a sentence it states. Always a place in the text."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence

from overthink.answers.cues import cues
from overthink.answers.numbers import MONTHS
from overthink.answers.rewrite import COMMON_FUNCTIONS
from overthink.answers.rules import Form, any_form
from overthink.answers.units import scale
from overthink.records import Span
from overthink.text.paragraphs import stripped

CUES = cues()
TAIL = 4000
"""Characters of a text that are searched for the sentences at one place."""
MOST_CUES = 12
"""Cues that are looked at, from the last one back."""

# What may be between two pieces of maths that state the parts of one answer: punctuation, "and", a name before "=".
_SPACING = r"(?:[\s$~]|\\[()\[\],;:! ]|\\q?quad(?![A-Za-z]))*+"
SAME_STATEMENT = re.compile(
    _SPACING + r"(?:,\s{0,4}(?:and|or)|and|or|[,;&和或]"
    r"|\\(?:text|textrm|mathrm)\{[^{}.]{0,40}?(?:\b(?:and|or)|[和或])\s{0,4}\})"
    + _SPACING
    + r"(?:[A-Za-z]\w{0,8}(?:\([a-z]\))?\s{0,4}=)?"
    + _SPACING
)

_NUMERAL = r"(?:\d{1,3}(?:(?:,|\{,\}|,\\!| |\\,)\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)"
_GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
VALUES = (
    Form(
        "a fraction",
        rf"[-−–+]?(?:[$€£¥₹]\s?)?[-−–+]?(?:(?<!\d){_NUMERAL}\s?)?\\[dtc]?frac\s?(?:{_GROUP}|\d)\s?(?:{_GROUP}|\d)",
        examples=(r"-3\frac{1}{7}", r"\dfrac17", r"$\frac{3}{\sqrt{7}}"),
        not_examples=(r"\frac{1}", r"\fraction{1}{7}"),
    ),
    Form(
        "a root",
        rf"[-−–+]?(?:(?<!\d){_NUMERAL}\s?)?\\sqrt(?:\[\d\])?(?:{_GROUP}|\d)",
        examples=(r"2\sqrt{7}", r"-\sqrt[3]{7}", r"\sqrt7"),
        not_examples=(r"\sqrt", r"\sqrt x"),
    ),
    Form(
        "a fraction that is one character",
        r"(?<!\w)[-−–+]?(?:\d{1,9}\s?)?[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞](?!\w)",
        examples=("½", "2½", "-3 ¾"),
        not_examples=("x½", "½x"),
    ),
    Form(
        "a numeral",
        rf"(?<![A-Za-z0-9_^{{.])[-−–+]?(?:\\?[$€£¥₹]\s?)?[-−–+]?{_NUMERAL}(?:\s?/\s?\d+(?:\.\d+)?|\s\d+/\d+)?(?:\s?\\?%|π)?",
        examples=("7", "-7.25", "1,234", r"1\,234", ".5", r"\$12", "3 / 7", "3 / 0.7", "1 3/7", "7 %", "7π"),
        not_examples=("1.2.3", "x7", "1,23,4", "/7"),
    ),
)
"""Numbers as they are written in prose."""
VALUE = re.compile(any_form(VALUES))

_FACTOR = rf"{_NUMERAL}!{{0,2}}"
_AMOUNT = rf"{_NUMERAL}(?:\s?/\s?\d+|\s\d+/\d+)?\s?[A-Za-z]{{1,12}}"
WHOLES = (
    Form(
        "a product or a factorial",
        rf"(?<![A-Za-z0-9_^{{.!]){_FACTOR}(?:\s?(?:[×*·⋅/]|\\times|\\cdot)\s?{_FACTOR}){{1,9}}",
        examples=("5!×4!", "2*5!", "7! / 3!", r"7 \times 3"),
        not_examples=("5! = 4!", "5 4", "x5*4"),
    ),
    Form(
        "a number with its thousands in words",
        r"(?:[-−–]\s?)?(?:[$€£¥₹]\s?)?(?<!\d)\d+(?:[.,]\d+)?\s(?:hundred|thousand|million|billion|trillion|dozen)\b",
        examples=("1.5 million", "$3 billion", "-2 thousand"),
        not_examples=("1.5 millions", "million"),
    ),
    Form(
        "a time of day or a ratio",
        r"(?<![\w.:])\d{1,4}(?:(?::\d{1,4}){1,3}|(?:\s:\s\d{1,4}){1,3})(?:\s?[AaPp]\.?[Mm]\b\.?)?(?![\w:])",
        examples=("4:30", "4:30 p.m.", "3 : 4 : 5"),
        not_examples=("4:", ":30", "4:30x", "4: 30"),
    ),
    Form(
        "a point, an interval or a set",
        r"(?<!\w)[(\[{]\s?[-−]?(?:[\d./]{1,12}|∞)(?:\s?[,;]\s?[-−]?(?:[\d./]{1,12}|∞)){1,6}\s?[)\]}]",
        examples=("(2, 3)", "[-1.5, 3)", "{1, 2, 3}", "(-∞, 2]"),
        not_examples=("(2)", "2, 3", "(x, 3)", "C(2, 3)"),
    ),
    Form(
        "a date",
        rf"\b(?:{'|'.join(MONTHS)}) \d{{1,2}}(?:st|nd|rd|th)?(?:, \d{{4}})?(?!\w)"
        rf"|(?<![\w.])\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{'|'.join(MONTHS)})\b(?: \d{{4}})?",
        examples=("April 6", "May 3rd, 2021", "6 April", "3rd of May 2021"),
        not_examples=("Apri 6", "April 6th2"),
    ),
    Form(
        "a range",
        rf"\bbetween {_NUMERAL} and {_NUMERAL}|[-−]?{_NUMERAL}\s?[<≤]\s?[a-z]\s?[<≤]\s?[-−]?{_NUMERAL}"
        rf"|\b[a-z]\s?[<>≤≥]\s?[-−]?{_NUMERAL}",
        examples=("between 3 and 5", "-2 < x ≤ 4", "x > 3"),
        not_examples=("3 and 5", "x = 3"),
    ),
    Form(
        "a share",
        r"(?<![\w.])\d{1,6} (?:out of|in) \d{1,6}(?=\s*(?:[.,;]?\s*\Z|[.,;]\s))",
        examples=("3 out of 8", "1 in 6"),
        not_examples=("3 out of 8 hens", "in 6"),
    ),
    Form(
        "two amounts that are one",
        rf"(?<!\d)(?P<whole>{_AMOUNT})(?:,\s|,?\s(?:and|et|und|y|e)\s|\s)(?P<rest>{_AMOUNT})(?![A-Za-z])",
        examples=("2 hours and 30 minutes", "5 feet 6 inches", "1 hour, 5 min", "1 heure et 5 min"),
        not_examples=("2 hours and minutes", "5 feet"),
    ),
)
"""Values of several numbers."""
_WHOLE = re.compile(any_form(WHOLES))
_AMOUNT_UNIT = re.compile(r"[A-Za-z]+$")

MATHS = (
    Form("between two dollars each", r"\$\$(?P<display>[^$]{1,2000})\$\$", examples=("$$7x$$", "$$\n7\n$$")),
    Form(
        "in square brackets of TeX", r"\\\[(?P<bracket>.{1,2000}?)\\\]", examples=(r"\[7x\]",), not_examples=("[7x]",)
    ),
    Form("in round brackets of TeX", r"\\\((?P<paren>.{1,2000}?)\\\)", examples=(r"\(7x\)",), not_examples=("(7x)",)),
    Form(
        "between dollars",
        r"(?<!\\)\$(?!\d[\d.,]*%?,?\s[A-Za-z]{2,}[\s,])\s{0,4}(?P<inline>(?:[^$\n\\]|\\.){1,1000})\s{0,4}\$",
        examples=("$7x$", r"$ \frac{7}{8} $", r"$\$7$"),
        not_examples=(r"\$7\$", "$7", "$7\n8$", "$7 is less than 8 or $"),
    ),
)
"""Maths inside a text."""
MATH = re.compile(any_form(MATHS), re.DOTALL)
BOLD = re.compile(r"\*\*(?P<bold>(?!\s)[^*\n]{1,200}(?<!\s))\*\*")  # not from the end of one bold run to the next
_HTML = r"</?(?:b|strong|i|em|u|mark|code|p|br|div|span|center)\s?/?>"
# "5! = 120" and "5!×4!" go on behind their factorials.
_NO_TITLE = r"(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bSt)(?<!\bMrs)(?<!\bProf)"  # "36 pupils at Dr. Lee's school"
_MATH_OR_END = re.compile(  # most characters are none of those that it begins with
    r"(?=[$\\.?!。！？।\n<])(?:"
    + MATH.pattern
    + rf"|(?<!\b[a-zA-Z]){_NO_TITLE}[.?](?=\s|$)|{_NO_TITLE}[.?](?=\s[A-Z])"
    + r"|(?<![\d)])!(?=\s|$)|!(?=\s(?:[A-Z]|$))|[。！？।]|\n"
    + rf"|{_HTML})",
    re.DOTALL,
)
WORD = re.compile(r"[^\W\d_]{2,}(?![\w(]|\.\w)")  # `open(` and `Interval.` are functions
_TEX_WORDS = re.compile(r"\\(?:text|textbf|textit|mathrm|mbox|operatorname|begin|end)\s*\{[^{}]*\}|\\[A-Za-z]+")
_CLAUSES = re.compile(r"[^\W\d_]{2}(?:\*\*)?\s?[:：]\s|[.!?]\s+\S*[A-Za-z]")
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af\u0900-\u0dff\u0e00-\u0e7f\u0600-\u06ff]")
_FUNCTIONS = frozenset(("pi", "mod", "infinity", "inf", "and", "or", *COMMON_FUNCTIONS))
_LINKS = frozenset(("is", "are", "equals", "it", "sorry", "cannot", "so", "thus", "hence", "therefore"))
OPTION = re.compile(
    r"(?:(?:[Oo]ption|[Cc]hoice)\s)?(?:\(?\*{0,2}(?P<letter>[A-J])\*{0,2}(?:\)|[.:](?=\s))\s?.{1,80}|\(?[A-J]\)?)[.]?",
    re.DOTALL,
)
"""An option as it is quoted: its letter, or the letter and its text."""
_NAME = r"\\?[A-Za-z](?:_?\w{0,4}|_\{\w{1,4}\})\s?="
_ITEM_NAME = r"\b[a-z]\s?=\s?"
_ITEM = r"[-−±]?\d+(?:[./]\d+)?"
_OR_AND = r"\s(?:and|or)\s"
RUN = re.compile(
    rf"(?P<run>{_ITEM_NAME}{_ITEM}(?:(?:,\s?|,?{_OR_AND}){_ITEM_NAME}{_ITEM})+)"
    rf"|(?:\b(?:are|is|be)|:)\s(?P<list>{_ITEM}(?:(?:,\s{_ITEM})+,?)?{_OR_AND}{_ITEM})(?![\w%])"
)
"""Several values that are one answer: "x = 3 or x = -2", "are 2, 3 and 5"."""
_QUOTES = ".,;:!?。，；：_`~ \"'”’✅🎉👍😊🎯✨"
_OPENING_QUOTES = ",;:!≈=>∴⇒→。，；：_`~ \"'“‘✅"
_NAMED = re.compile(rf"[^=]*+\Z|\s*{_NAME}")
_NOTE = re.compile(
    r"(?<=[\w%$°])\s\((?!\s?(?:p?mod|base))(?=[^()]{0,200}\d)(?=[^()]{0,200}(?:[A-Za-z]{2}|[×=÷%]))[^()\\]{1,200}\)?\Z"
    r"|(?<=\S)（[^（）]{1,200}）?\Z"
)
_MORE = re.compile(r"(?<=\d)\s(?:more|fewer|less)\b\D*\Z")
_SO = re.compile(r"\b(?:so|therefore|thus|hence)\b", re.IGNORECASE)
_PERCENT = re.compile(r"(?<=[\d}])\s?[,(]\s?(?:or\s)?(?:about\s|approximately\s|≈\s?|~\s?)?\d[\d.,]*\s?\\?%\)?\Z")
_LEADING_LETTER = re.compile(r"\(?(?P<letter>[A-J])\)?(?=\s?[,;:–—]\s|\s\()")
_JSON = re.compile(r"\"(?P<text>[^\"\n]{1,200})\"\s?[,}]|.(?P<number>[^\",\n]{1,40}),\s?\"\w+\":", re.DOTALL)
"""A value of JSON, from the sign before it, up to the next key."""
_STEP = re.compile(r"(?:step|part|case)\s?\d{1,2}\b", re.IGNORECASE)
_LONGEST_MATHS = 2100
_MOST_LAYERS = 20  # of punctuation and emphasis round a value
_NO_DIGIT = re.compile(r"[^\d./%]|\.0+$")
_NEARBY = 600  # characters before a sentence in which its value may have been computed
_MOST_WORDS = 20  # of an answer that is a sentence
_BEFORE_VALUE = 40  # characters before a value that may say that it is only given


def is_bare(text: str) -> bool:
    """Whether a text is nothing but an answer: no sentence, at most three words beside its maths."""
    text = text.strip()
    if not text or len(text) > 1000 or "\n\n" in text or "**" in text or text[0] == "#":
        return False
    if OPTION.fullmatch(text) and "\n" not in text:
        return True
    outside = _TEX_WORDS.sub(" ", MATH.sub(" ", text))
    words = [word for word in WORD.findall(outside) if word.lower() not in _FUNCTIONS]
    if len(words) > 3 or _CLAUSES.search(outside) or any(word.lower() in _LINKS for word in words):
        return False
    if CUES.conclusion.match(text) or _STEP.match(text):
        return False
    return not (_is_foreign_sentence(text) or _is_sentence(text, outside, words))


def _is_foreign_sentence(text: str) -> bool:
    """Whether a text in a script without spaces is more than a value and its unit."""
    foreign = _CJK.search(text)
    if foreign is None:
        return False
    value = VALUE.search(text)
    return len(_CJK.findall(text)) > 12 or (value is not None and foreign.start() < value.start())


def _is_sentence(text: str, outside: str, words: Sequence[str]) -> bool:
    """Whether words are before the maths or the value, which makes a sentence; behind them they are a unit."""
    if words and (math := MATH.search(text)) and WORD.search(_TEX_WORDS.sub(" ", text[: math.start()])):
        return True
    if len(words) < 2:
        return False
    value = VALUE.search(outside)
    return (value is not None and len(WORD.findall(outside, 0, value.start())) > 1) or _holds_given(text)


def _holds_given(text: str) -> bool:
    """Whether a value only says in how many cases or of how many: "7 hens in 3 barns", "the 3 barns hold 7"."""
    return any(is_given(text, 0, value.start()) for value in VALUE.finditer(text))


def is_given(text: str, start: int, at: int) -> bool:
    """Whether the words before a value say that it only belongs to what is stated: "after 3 hours", "the 5 boys"."""
    before = text[max(start, at - _BEFORE_VALUE) : at]
    return CUES.given.search(before) is not None and CUES.amount.search(before) is None


def sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentences and lines that hold more than punctuation; maths is never torn apart."""
    begun = start
    for border in _MATH_OR_END.finditer(text, start, end):
        if border.lastgroup is None:
            span = strip_punctuation(text, begun, border.start())
            begun = border.end()
            if span[0] < span[1]:
                yield span
    span = strip_punctuation(text, begun, end)
    if span[0] < span[1]:
        yield span


def start_of_sentence(text: str, start: int, at: int) -> int:
    """The start of the sentence that holds position `at`."""
    begun = max(start, at - TAIL)
    for border in _MATH_OR_END.finditer(text, begun, at):
        if border.lastgroup is None:
            begun = border.end()
    return begun


def strip_punctuation(text: str, start: int, end: int) -> Span:
    """Without punctuation, emphasis and the words that some languages put behind a value."""
    for _ in range(_MOST_LAYERS):
        inner = _without_layer(text, start, end)
        if inner == (start, end):
            break
        start, end = inner
    return start, end


def _without_layer(text: str, start: int, end: int) -> Span:
    """Without the punctuation, then the emphasis or the word, that is outermost."""
    start, end = stripped(text, start, end)
    while end > start and text[end - 1] in _QUOTES and not _is_factorial(text, start, end):
        end -= 1
    while start < end and (text[start] in _OPENING_QUOTES or _is_emoji(text[start])):
        start += 1
    if text.endswith("}", start, end):
        end = _without_closing_braces(text, start, end)
    if start < end and (inner := _without_emphasis(text, start, end)) != (start, end):
        return inner
    if (copula := CUES.copula.search(text, max(start, end - 12), end)) and copula.start() > start:
        return start, copula.start()
    return start, end


def _is_emoji(letter: str) -> bool:
    """Whether this is a picture, and no tick, which means something."""
    return letter > "\u2190" and letter not in "✓✔" and (unicodedata.category(letter) == "So" or letter == "\ufe0f")


def _without_closing_braces(text: str, start: int, end: int) -> int:
    """The end without braces that are opened before `start`, and without the quotes before them: `"B"}` of JSON."""
    spare = text.count("}", start, end) - text.count("{", start, end)
    while spare > 0 and text.endswith("}", start, end):
        end -= 1
        spare -= 1
    while end > start and text[end - 1] in _QUOTES:
        end -= 1
    return end


def _without_emphasis(text: str, start: int, end: int) -> Span:
    """Without asterisks at an edge, but for those of bold print that begins and ends inside."""
    mark = "**" if "**" in (text[start : start + 2], text[max(start, end - 2) : end]) else "*"
    opens, closes = text.startswith(mark, start, end), text.endswith(mark, start, end)
    count = text.count(mark, start, end)
    if (opens and closes and count == 2) or (count % 2 and (opens or closes)):
        return start + len(mark) * opens, max(start + len(mark) * opens, end - len(mark) * closes)
    return start, end


def _is_factorial(text: str, start: int, end: int) -> bool:
    """Whether the exclamation mark at the end is one more factorial, and no exclamation."""
    return text[end - 1] == "!" and "!" in text[start : end - 1] and text[end - 2 : end - 1].isdigit()


def end_of_sentence(text: str, at: int, end: int) -> int:
    """The end of the sentence that holds position `at`."""
    borders = (border.start() for border in _MATH_OR_END.finditer(text, at, end) if border.lastgroup is None)
    return next(borders, end)


def last_first(matches: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    """The last matches, from the last one back."""
    return reversed(deque(matches, maxlen=MOST_CUES))


def value_after(text: str, start: int, end: int) -> Span | None:
    """The value that follows a cue, on its line or the next one that is not empty."""
    if filler := CUES.filler.match(text, start, end):
        start = filler.end()
    if bold := _bold_around(text, start, end):
        return _within(text, *bold)
    if json := _JSON.match(text, start - 1, end):
        return _within(text, *json.span(json.lastgroup or 0))
    if math := math_run(text, start, end):
        return math
    span = next(sentences(text, start, min(end, start + TAIL)), None)
    if span is None or CUES.negation.match(text, *span):
        return None
    return _within(text, *without_reason(text, *span, CUES.announced_reason))


def words_after(text: str, start: int, end: int) -> Span | None:
    """The bold print or the sentence behind a label if it is short and holds no value."""
    if filler := CUES.filler.match(text, start, end):
        start = filler.end()
    span = _bold_around(text, start, end) or next(sentences(text, start, min(end, start + TAIL)), None)
    if span is None or VALUE.search(text, *span) or len(WORD.findall(text, *span)) > _MOST_WORDS:
        return None
    return span


def _within(text: str, start: int, end: int) -> Span | None:
    """The value of a sentence that announces one: the whole of it, else what it equates, else its first value."""
    if is_bare(text[start:end]):
        return without_reason(text, *strip_punctuation(text, start, end))
    if letter := _LEADING_LETTER.match(text, start, end):
        return letter.span("letter")
    if (run := RUN.match(text, start, end)) and run["run"]:
        return run.span("run")
    return value_equated(text, start, end) or _first_value_of(text, start, end)


def without_reason(text: str, start: int, end: int, reasons: re.Pattern[str] = CUES.reason) -> Span:
    """Without what only explains an answer or says how precise it is; the whole if nothing else is said."""
    patterns = ((reasons, start + 1), (_MORE, start), (_NOTE, start + 1), (_PERCENT, start))
    reason = next((found for pattern, at in patterns if (found := pattern.search(text, at, end))), None)
    if reason is None or text.count("**", start, reason.start()) % 2:  # half of bold print is no answer
        return start, end
    head = strip_punctuation(text, start, reason.start())
    return head if head[0] < head[1] else (start, end)


def _bold_around(text: str, at: int, end: int) -> Span | None:
    """The rest of the bold print that is open at `at`."""
    line = text.rfind("\n", 0, at) + 1
    if text.count("**", max(line, at - TAIL), at) % 2 == 0:
        return None
    closing = text.find("**", at, min(end, at + 200))
    if closing < 0 or "\n" in text[at:closing]:
        return None
    span = strip_punctuation(text, at, closing)
    return span if span[0] < span[1] else None


def math_run(text: str, start: int, end: int) -> Span | None:
    """Math between dollars or TeX brackets at `start`, with what is joined to it by a comma or "and"."""
    math = MATH.match(text, start, end)
    if math is None or _is_currency(math):
        return None
    inside = _content(math)
    last = math
    while following := MATH.search(text, last.end(), min(end, last.end() + _LONGEST_MATHS)):
        if _is_currency(following) or not SAME_STATEMENT.fullmatch(text, last.end(), following.start()):
            break
        last = following
    return stripped(text, *inside) if last is math else (math.start(), last.end())


def _holds_value(text: str, start: int, end: int) -> bool:
    return VALUE.search(text, start, end) is not None or MATH.search(text, start, end) is not None


def _last_stated(text: str, start: int, found: Sequence[re.Match[str]]) -> re.Match[str] | None:
    """The last piece that is not only given; the last one if all are."""
    stated = [piece for piece in found if not is_given(text, start, piece.start())]
    return next(reversed(stated or found), None)


def _last_run(text: str, maths: Sequence[re.Match[str]]) -> Span:
    """The last of several pieces of maths, with those before it that are joined to it."""
    first = len(maths) - 1
    while first > 0 and SAME_STATEMENT.fullmatch(text, maths[first - 1].end(), maths[first].start()):
        if not _NAMED.match(text, *_content(maths[first - 1])):
            break
        first -= 1
    if first == len(maths) - 1:
        return stripped(text, *_content(maths[-1]))
    return maths[first].start(), maths[-1].end()


def _is_currency(math: re.Match[str]) -> bool:
    """Whether the two dollars are two sums of money with words between them."""
    inline = math["inline"]
    if inline is None:
        return False
    if inline[0].isdigit() and math.string[math.end() : math.end() + 1].isdigit():
        return True
    return len([word for word in WORD.findall(_TEX_WORDS.sub(" ", inline)) if word not in _FUNCTIONS]) >= 2


def _content(math: re.Match[str]) -> Span:
    assert math.lastgroup is not None
    return math.span(math.lastgroup)


def value_equated(text: str, start: int, end: int) -> Span | None:
    """What a sentence says that something is: the value behind its last "is" or "="."""
    for link in last_first(CUES.equates.finditer(text, start, end)):
        at = link.end()
        if filler := CUES.filler.match(text, at, end):
            at = filler.end()
        if _is_inside_math(text, start, link.start()):
            continue
        if math := math_run(text, at, end):
            return math
        piece = without_reason(text, *(_bold_around(text, at, end) or strip_punctuation(text, at, end)))
        if piece[0] < piece[1] and is_bare(text[slice(*piece)]) and VALUE.search(text, *piece):
            return piece
        if link[0] not in ":：" and (value := VALUE.match(text, at, end)):
            return whole_value(text, value.span(), start, end)
    return None


def _is_inside_math(text: str, start: int, at: int) -> bool:
    opened = text.count("\\(", start, at) + text.count("\\[", start, at)
    return opened > text.count("\\)", start, at) + text.count("\\]", start, at)


def _first_value_of(text: str, start: int, end: int) -> Span | None:
    for pattern in (BOLD, MATH):
        if (found := pattern.search(text, start, end)) and not (pattern is MATH and _is_currency(found)):
            return without_reason(text, *stripped(text, *_content(found)))
    stated = _stated_values(text, start, end)
    return whole_value(text, stated[0], start, end) if stated else None


def last_value_of(text: str, start: int, end: int) -> Span | None:
    """The value that a sentence comes to: the whole of it, else its bold print, else its last value."""
    start, end = stated_part(text, start, end)
    if is_bare(text[start:end]) and VALUE.search(text, start, end):
        math = MATH.fullmatch(text, start, end)
        return stripped(text, *_content(math)) if math else (start, end)
    bolds = [bold for bold in BOLD.finditer(text, start, end) if _holds_value(text, *bold.span("bold"))]
    if bold := _last_stated(text, start, bolds):
        inside = stripped(text, *bold.span("bold"))
        is_whole = "=" not in bold[0] or _NAMED.match(text, *inside) or OPTION.fullmatch(text, *inside)
        equated = None if is_whole else value_equated(text, *inside)
        return equated or without_reason(text, *inside)
    maths = [found for found in MATH.finditer(text, start, end) if not _is_currency(found)]
    if (math := _last_stated(text, start, maths)) is not None:
        maths = maths[: maths.index(math) + 1]
    behind = maths[-1].end() if maths else start
    stated = _stated_values(text, behind, end)
    if maths and (not stated or all(_is_added(text, start, value[0]) for value in stated)):
        return _last_run(text, maths)
    if equated := value_equated(text, behind, end):
        return equated
    return whole_value(text, stated[-1], start, end) if stated else None


def stated_part(text: str, start: int, end: int) -> Span:
    """A sentence without the reason at its end, if that is not where it comes to its value."""
    head = without_reason(text, start, end, CUES.reason)
    return head if VALUE.search(text, *head) and not _SO.search(text, head[1], end) else (start, end)


def is_step(text: str, start: int, end: int) -> bool:
    """Whether a sentence only numbers a step."""
    step = _STEP.match(text, start, end)
    return step is not None and VALUE.search(text, step.end(), end) is None


def _stated_values(text: str, start: int, end: int) -> list[Span]:
    """The values of a sentence: those that were just computed, else those that are not only given, else all."""
    values = [value.span() for value in VALUE.finditer(text, start, end)]
    if len(values) < 2:
        return values
    result = _last_result(text, start)
    computed = [value for value in values if result and _digits(text, value) == result]
    return computed or [value for value in values if not _is_added(text, start, value[0])] or values


def _is_added(text: str, start: int, at: int) -> bool:
    """Whether a value is only given, or is in brackets."""
    return is_given(text, start, at) or text.count("(", start, at) > text.count(")", start, at)


def _last_result(text: str, end: int) -> str:
    """The digits of the value behind the last "=" before `end`."""
    equals = text.rfind("=", max(0, end - _NEARBY), end)
    result = VALUE.search(text, equals, min(end, equals + _BEFORE_VALUE)) if equals >= 0 else None
    return _digits(text, result.span()) if result else ""


def _digits(text: str, value: Span) -> str:
    return _NO_DIGIT.sub("", text[slice(*value)])


def whole_value(text: str, value: Span, start: int, end: int) -> Span:
    """The value with what it is a part of: "2 hours and 30 minutes", "5!×4!", "1.5 million"."""
    for whole in _WHOLE.finditer(text, start, end):
        if whole.start() <= value[0] and value[1] <= whole.end() and _is_one_value(whole):
            return min(value[0], whole.start()), whole.end()
    return value


def _is_one_value(whole: re.Match[str]) -> bool:
    """Whether two amounts are of one measure, the second in a smaller unit than the first."""
    if whole["whole"] is None:
        return True
    units = [_AMOUNT_UNIT.search(whole[part]) for part in ("whole", "rest")]
    scales = [scale(unit[0]) if unit else None for unit in units]
    one, other = scales
    return one is not None and other is not None and one[0] == other[0] and one[1] > other[1]
