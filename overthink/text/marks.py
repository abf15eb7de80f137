"""The marks that families of models put around their thinking: one table, and the places of them in a text.

A family is one line. Its marks are tags, anywhere in a text; words with which a response begins; or the headers of
messages, of which some are thinking. The reference for their names are vLLM's reasoning parsers (0.32, 0.33).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

Tags = tuple[str, str]
"""An opening and a closing tag."""

_ATTRIBUTES = r"""(?:\s+[\w:.-]{1,40}+\s{0,3}=\s{0,3}(?:"[^"\n]*+"|'[^'\n]*+'|[^\s<>"']++))*+\s*+"""
_NAME = re.compile(r"<(\w[\w:|]*)>")


@dataclass(frozen=True)
class Tag:
    """A family whose thinking is between two tags, written as its template writes them.

    `tokens`: the special tokens that they are made of, the telling one first; the tags themselves if there are none.
    `forms`: patterns of both, if they are written in more ways than one. Names in angle brackets count in any case,
    and with attributes.
    """

    models: str
    opening: str
    closing: str
    tokens: tuple[str, ...] = ()
    forms: Tags | None = None

    @property
    def pair(self) -> Tags:
        """Both tags."""
        return self.opening, self.closing

    @property
    def patterns(self) -> Tags:
        """Regular expressions of both, linear in the text."""
        if self.forms:
            return self.forms
        if name := _NAME.fullmatch(self.opening):
            return named(re.escape(name[1]))
        return f"(?i:{re.escape(self.opening)})", f"(?i:{re.escape(self.closing)})"


def named(name: str) -> Tags:
    """The patterns of tags in angle brackets: in any case; the opening one with attributes, or cut off in them."""
    return rf"<\s?(?i:{name})(?:{_ATTRIBUTES}>|\s[^<>]*\Z)", rf"<\s?\\?/\s?(?i:{name})\s?>"


TAGS: tuple[Tag, ...] = (
    # Hunyuan's later models put a suffix behind the name.
    Tag(
        "QwQ, DeepSeek, Qwen, GLM, MiniMax-M2, Hunyuan, Kimi-K2", "<think>", "</think>",
        forms=named(r"think(?::\w{1,16})?"),
    ),
    Tag("prompted models", "<thinking>", "</thinking>"),
    Tag("EXAONE Deep, Marco-o1", "<thought>", "</thought>"),
    Tag("models trained with GRPO demos", "<reasoning>", "</reasoning>"),
    Tag("LongCat", "<longcat_think>", "</longcat_think>"),
    Tag("Magistral", "[THINK]", "[/THINK]"),
    Tag("Seed-OSS", "<seed:think>", "</seed:think>"),
    Tag("MiniMax-M3", "<mm:think>", "</mm:think>"),
    Tag("K2 Horizon", "<ifm|think>", "</ifm|think>"),
    Tag("K2 Horizon, medium effort", "<ifm|think_fast>", "</ifm|think_fast>"),
    Tag("K2 Horizon, low effort", "<ifm|think_faster>", "</ifm|think_faster>"),
    Tag("Kimi-VL", "◁think▷", "◁/think▷"),
    Tag(
        "Kimi-K3", "<|open|>think<|sep|>", "<|close|>think<|sep|>",
        tokens=("<|open|>", "<|close|>", "<|sep|>"),
        forms=(r"<\|open\|>\s{0,2}think\s{0,2}<\|sep\|>", r"<\|close\|>\s{0,2}think\s{0,2}<\|sep\|>"),
    ),
    Tag("Cohere Command", "<|START_THINKING|>", "<|END_THINKING|>"),
    Tag(
        "Gemma 4", "<|channel>thought\n", "<channel|>",
        tokens=("<|channel>", "<channel|>"), forms=(r"<\|channel>(?:\s{0,2}thought\b)?", r"<channel\|>"),
    ),
    Tag("SkyThought, OpenThinker", "<|begin_of_thought|>", "<|end_of_thought|>"),
    Tag("Apertus", "<|inner_prefix|>", "<|inner_suffix|>"),
    Tag("Solar Open 2", "<|think:start|>", "<|think:end|>"),
    Tag("openPangu", "[unused16]", "[unused17]"),
    Tag("PLaMo 3", "<|plamo:begin_think:plamo|>", "<|plamo:end_think:plamo|>"),
)  # fmt: skip
USUAL: Tags = TAGS[0].pair
"""Thinking that was recorded apart is put between these."""


class Words(NamedTuple):
    """Patterns of words of which the first begin a response, the others its answer; one without the other is English.

    `opened`: whether the opening words are in the response, and not in the prompt.
    """

    models: str
    opening: str
    closing: str
    opened: bool = True


_GRANITE = r"[*#\s]*Here(?:['’]s| is) my thought process:\**"
WORDS: tuple[Words, ...] = (
    Words("s1.1", r"(?:<\|im_start\|>)?think(?=\n)", r"\n\s{0,4}<\|im_start\|>answer\s{0,4}\n|\nanswer\n"),
    Words("s1.1, begun by its prompt", r"", r"\n\s{0,4}<\|im_start\|>answer\s{0,4}\n", opened=False),
    Words(
        "Ollama's command line", r"Thinking(?:\.\.\.|…)(?=\s*\n)",
        r"\n\s{0,4}(?:\.\.\.|…)\s?done thinking\.?[^\S\n]{0,8}(?:\n|\Z)",
    ),
    Words("HyperCLOVA X SEED Think", r"/think\n", r"<\|im_end\|>\n<\|im_start\|>assistant\n"),
    Words("Gemma 4, begun by its prompt", r"thought(?=\n)", r"<channel\|>"),
    Words(
        "Granite 3.2", _GRANITE,
        r"(?:\n|(?<=[.!?)}\]$*]))\s{0,4}[*#]{0,4}\s?Here(?:['’]s| is) my response:\**",
    ),
)  # fmt: skip
LONE_WORD = re.compile(r"\s*+(?:(?:<\|im_start\|>)?think(?=\n)|Thinking(?:\.\.\.|…)(?=[^\S\n]*\n))")
"""The words of s1.1 and of Ollama, on a line of their own: nobody else begins a response so."""
CUT_WORDS = re.compile(rf"\s*+{_GRANITE}")
"""The words of Granite: others begin a response so, but these end it."""

Kind = Literal["thinking", "answer", "said", "other"]
"""What a message is: thinking, the final answer, words to the user before it, or none of them (a tool's)."""


class Channels(NamedTuple):
    """A family whose turn is several messages. `header` begins one, `border` ends its text; `kinds` tells what it is.

    `needed` must be in a text that holds any. `tokens`: see Tag.
    """

    models: str
    needed: str
    header: re.Pattern[str]
    border: re.Pattern[str]
    kinds: tuple[tuple[str, Kind], ...]
    tokens: tuple[str, ...] = ()

    def kind(self, header: str) -> Kind:
        """What a message with this header is."""
        return next((kind for words, kind in self.kinds if words in header), "other")


_HARMONY: tuple[tuple[str, Kind], ...] = (
    (" to=", "other"),
    ("analysis", "thinking"),
    ("final", "answer"),
    ("commentary", "said"),
    ("<|start|>assistant<|message|>", "answer"),
)
_RECIPIENT = r"(?: to=[\w.-]{1,60})?"
HARMONY = Channels(
    "gpt-oss",
    "<|channel|>",
    re.compile(
        r"(?:<\|start\|>[^<]{0,80})?<\|channel\|>[^<]{0,120}(?:<\|constrain\|>[^<]{0,40})?<\|message\|>"
        r"|<\|start\|>[^<]{0,80}<\|message\|>"
        r"|<\|channel\|>(?:analysis|commentary|final)"
    ),
    re.compile(r"<\|(?:end|call|return|start|channel)\|>"),
    _HARMONY,
    ("<|channel|>", "<|start|>", "<|message|>", "<|constrain|>", "<|end|>", "<|call|>", "<|return|>"),
)
CHANNELS: tuple[Channels, ...] = (
    HARMONY,
    Channels(
        "Inkling",
        "<|content_",
        re.compile(r"(?:<\|message_model\|>[^<]{0,80})?<\|content_(?!model_end)\w{1,30}\|>"),
        re.compile(r"<\|(?:end_message|message_model|content_\w{1,30})\|>"),
        (("content_thinking", "thinking"), ("content_text", "answer")),
        ("<|content_thinking|>", "<|content_text|>", "<|message_model|>", "<|end_message|>"),
    ),
    Channels(
        "Solar Open",
        "<|think|>",
        re.compile(r"(?:<\|begin\|>assistant\s{0,2})?<\|(?:/?think|content|tool_calls)\|>"),
        re.compile(r"<\|(?:/think|end|begin|flush|calls|tool_calls)\|>"),
        (("<|think|>", "thinking"), ("<|content|>", "answer"), ("<|/think|>", "answer")),
        ("<|begin|>", "<|think|>", "<|content|>", "<|end|>"),
    ),
    Channels(
        "Muse Glimmer",
        "<|message|>",
        re.compile(r"(?:<\|start\|>assistant\s{0,2})?to=[^\s<]{1,60}<\|message\|>"),
        re.compile(r"<\|eo[mt]\|>|<\|start\|>|\sto=[^\s<]{1,60}<\|message\|>"),
        (("to=self<", "thinking"), ("to=user<", "answer")),
        ("<|eom|>", "<|eot|>", "<|start|>", "<|message|>"),
    ),
)
BARE_HARMONY = Channels(
    "gpt-oss without its special tokens",
    "assistant",
    re.compile(rf"(?:assistant{_RECIPIENT}|\A\s*)(?:analysis|commentary|final){_RECIPIENT}"),
    re.compile(rf"assistant{_RECIPIENT}(?:analysis|commentary|final)(?![a-z])"),
    _HARMONY,
)


def is_bare_harmony(text: str) -> bool:
    """Whether a text holds messages of gpt-oss whose special tokens were left out."""
    if _BARE_START.match(text):
        return bool(_BARE_THINKS.match(text) or BARE_HARMONY.border.search(text))
    return bool(_BARE_ANSWERS.match(text) or _BARE_FINAL.search(text))


_BARE_START = re.compile(r"\s*+(?:assistant)?analysis")
_BARE_THINKS = re.compile(r"\s*+(?:assistant)?analysis(?=[A-Z0-9$\\“\"])")
_BARE_ANSWERS = re.compile(
    r"\s*+(?:assistant)?final(?!Answer|Result|Value|Score|State|Price|Total)(?=[A-Z][a-z]*[ ,'’]|\*\*|\\|\$|\d)"
)
_BARE_FINAL = re.compile(r"(?<![A-Za-z])assistantfinal(?![a-z])")

ANSWERS: tuple[tuple[str, str], ...] = (
    named("response"),
    named("output"),
    (r"<\|begin_of_solution\|>", r"<\|end_of_solution\|>"),
    (r"<\|START_(?:RESPONSE|TEXT)\|>", r"<\|END_(?:RESPONSE|TEXT)\|>"),
    (
        r"<\|open\|>\s{0,2}response\s{0,2}<\|sep\|>",
        r"<\|close\|>\s{0,2}response\s{0,2}<\|sep\|>(?:\s*<\|close\|>\s{0,2}message\s{0,2}<\|sep\|>)?",
    ),
)
"""What templates put around the answer, other than `<answer>`, which announces one."""
ANSWER_START = re.compile("|".join(opening for opening, _ in ANSWERS))
ANSWER_END = re.compile("|".join(closing for _, closing in ANSWERS))


def mark_tokens(specials: Set[str], tags: Tags | None = None) -> frozenset[str]:
    """The special tokens of a tokenizer that marks are made of: text without these has lost the marks."""
    if tags is not None:
        return frozenset(token for token in specials if any(token in tag for tag in tags))
    families = [*((tag.tokens or tag.pair) for tag in TAGS), *(channels.tokens for channels in CHANNELS)]
    return frozenset(token for tokens in families if tokens[0] in specials for token in tokens if token in specials)


class Mark(NamedTuple):
    """A tag in a text. `firm`: whether it is where a template would write one; else it may be one.

    `family`: its place in the table.
    """

    start: int
    end: int
    family: int
    opening: bool
    firm: bool


_WINDOW = 300
"""Characters of a line, before and behind a tag, by which it is told whether the text speaks of it."""
_QUOTATION_MARKS = dict(zip("\"'“‘«「『([{`", "\"'”’»」』)]}`", strict=True))
_BOLD = (re.compile(r"(?:\A|\s)(?:\*\*|__)\Z"), re.compile(r"(?:\*\*|__)(?:[\s.,;:!?)]|\Z)"))
_OTHER_WORDS = re.compile(r"-?\s?(?:标签|標籤|标记|タグ|태그|Tags?\b)")
_SPOKEN_BEHIND = re.compile(
    r"[,;:?)!]|\.(?=\s|\Z)"
    r"|\s(?:tags?|tokens?|markers?|delimiters?|blocks?|sections?|elements?|is|are|was|and|or|must|should|means|marks|then|"
    r"ends|starts|begins|opens|closes)\b"
)
_SPOKEN_BEFORE = re.compile(
    r"(?:\A|[\s(\"'“])(?:an?|the|this|that|these|those|my|your|its|with|without|into|inside|within|using|uses?d?|like|"
    r"writ(?:e|es|ing|ten)|outputs?|emits?|prints?|puts?|places?|adds?|inserts?|clos(?:e|es|ing|ed)|opens?|opening|"
    r"starts?|starting|ends?|ending|begins?|finish(?:es)?|includ(?:e|es|ing)|tags?|tokens?|markers?|called|sees?|"
    r"produces?|generates?|types?|says?|said|forgets?|forgot|needs?|requires?|wrap(?:ped)?|enclosed|surrounded|"
    r"string|literal|element|format|template|sends?|returns?|expects?|appends?|missing)\Z",
    re.IGNORECASE,
)
_PREPOSITION_BEFORE = re.compile(
    r"(?:\A|\s)(?:in|by|to|from|of|not|as|is|are|until|before|after|between|and|or|via|than)\Z", re.IGNORECASE
)
_SHORT_QUOTE = 80
_CLOSING_QUOTE = re.compile(r'(?:[^"]*[^\s"])?"')
_ENDS_OF_QUOTE = ('"', '."', ',"')
_ENDS_SENTENCE = tuple('.!?。！？:;"”*>…')
_ENDS_STATEMENT = (*_ENDS_SENTENCE, *")]}$’'")
_ENDS_MARK = (*_ENDS_SENTENCE, *"]}▷")  # an opening tag right behind another mark, or behind the call of a tool
_RUNS_ON = re.compile(r"[^\S\n]*\n?[^\S\n]*(?:[a-z….]|I\b(?! =))")
_DOTS = re.compile(r"\s{0,3}(?:\.{2,}|…)\s{0,3}")
_LIST_MARK = re.compile(r"[^\S\n]*(?:[-*•]|\d{1,3}[.)])\Z")
_TOGETHER = re.compile(
    r"[`'\"”’)]?[^\S\n]{0,3}(?:\.{2,}|…|and|or|to|,|/|[a-z ]{0,40}(?:\.{3}|…)?|"
    r"\n[^\S\n]{0,8}(?:[-*•]|\d{1,3}[.)]))[^\S\n]{0,3}[`'\"“‘(]?"
)
_FENCE = re.compile(r"^[^\S\n]{0,3}(?:```+|~~~+)(?P<language>[^\n`]{0,80})$", re.MULTILINE)


def tags_of(text: str, tags: Tags | None = None) -> list[Mark]:
    """The tags of a text that are not quoted or spoken of, in order; with `tags` these alone. Linear in the text."""
    if tags is not None:
        return [mark for mark in _named_tags(text, *tags) if not is_quoted(text, mark.start, mark.end)]
    found: list[Mark] = []
    before: Mark | None = None  # the opening tag before, if it may be spoken of
    for mark in _all_tags(text):
        firm = _is_firm(text, mark)
        partner = before if before and not mark.opening and _are_partners(text, before, mark) else None
        if partner and (firm is None or _is_spoken(text, partner, mark)):
            found = found[:-1] if found[-1:] == [partner] else found  # so the text speaks of both
        elif firm is not None:
            found.append(mark._replace(firm=firm))
        before = mark._replace(firm=bool(firm)) if mark.opening else None
    return _without_examples(text, found) if "```" in text or "~~~" in text else found


def _named_tags(text: str, opening: str, closing: str) -> Iterator[Mark]:
    """Tags that a user names. If they are words, and no brackets, the first closing one ends the thinking."""
    words = not re.search(r"[<\[|◁{]", closing)
    inside = False
    for tag in re.finditer(f"{re.escape(opening)}|{re.escape(closing)}", text):
        inside = tag[0] == opening and not (inside and opening == closing)
        yield Mark(*tag.span(), 0, inside, firm=True)
        if words and not inside:
            return


@lru_cache(maxsize=1)
def _any_tag() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The characters with which tags begin, and the tags: groups 1, 2 are those of the first family, and so on."""
    patterns = [f"({pattern})" for tag in TAGS for pattern in tag.patterns]
    return re.compile(r"[<◁]|\[(?=/?[TtUu])"), re.compile("|".join(patterns))


def _all_tags(text: str) -> Iterator[Mark]:
    beginning, tag = _any_tag()
    for at in beginning.finditer(text):
        if found := tag.match(text, at.start()):
            number = (found.lastindex or 1) - 1
            yield Mark(*found.span(), number // 2, number % 2 == 0, firm=True)


def _are_partners(text: str, opening: Mark, closing: Mark) -> bool:
    """Whether two tags, if the text speaks of one, are spoken of together: `<think> and </think>`."""
    start, end = opening.end, closing.start
    return end - start <= _WINDOW and _TOGETHER.fullmatch(text, start, end) is not None


def _is_spoken(text: str, opening: Mark, closing: Mark) -> bool:
    """Whether the text speaks of the first of two partners, or there are but dots between them, as in an example."""
    dots = _DOTS.fullmatch(text, opening.end, closing.start) is not None
    return not opening.firm or (dots and text[max(0, opening.start - _WINDOW) : opening.start].strip() != "")


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at, at + _WINDOW)
    return end if end >= 0 else min(at + _WINDOW, len(text))


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """What is before and behind a tag on its line, as far as it matters."""
    before = text[max(0, start - _WINDOW) : start]
    return before.rpartition("\n")[2].lstrip("\ufeff"), text[end : _end_of_line(text, end)]


def is_quoted(text: str, start: int, end: int) -> bool:
    """Whether a mark is between quotation marks."""
    return _is_quoted(*_around(text, start, end))


def _is_quoted(before: str, behind: str) -> bool:
    """Whether a tag is between quotation marks, right at it or on its line, or called a tag."""
    at_it = _QUOTATION_MARKS.get(before[-1:], "\n") in behind[:2]
    emphasized = _BOLD[0].search(before) is not None and _BOLD[1].match(behind) is not None
    curly = before.rfind("“") > before.rfind("”") and "”" in behind
    named = _OTHER_WORDS.match(behind) is not None
    return at_it or emphasized or curly or named or _is_in_code(before, behind) or _is_in_quotes(before, behind)


def _is_in_code(before: str, behind: str) -> bool:
    """Whether a tag is between backticks; one right at it is enough if its partner is not on the line."""
    if before.count("`") % 2:
        return "`" in behind or before.endswith("`")
    return behind.startswith("`") and behind.count("`") % 2 == 1


def _is_in_quotes(before: str, behind: str) -> bool:
    """Whether a tag is between straight quotation marks: next to one of them, or not far behind the first."""
    if before.count('"') % 2 == 0 or not _CLOSING_QUOTE.match(behind):
        return False
    return before.endswith('"') or behind.startswith(_ENDS_OF_QUOTE) or len(before) - before.rfind('"') < _SHORT_QUOTE


def _is_firm(text: str, mark: Mark) -> bool | None:
    """Whether a tag is where a template would write one; None if the text quotes it or speaks of it."""
    before, behind = _around(text, mark.start, mark.end)
    head, follows = before.rstrip(), behind.strip()
    glued = bool(head) and head == before
    if _is_quoted(before, behind) or head.strip() == ">" or (not glued and _SPOKEN_BEHIND.match(behind)):
        return None
    ends = head[-1:] in (_ENDS_SENTENCE if mark.opening else _ENDS_STATEMENT)
    if glued:
        return not mark.opening or head[-1:] in _ENDS_MARK or not follows
    if not head or _LIST_MARK.fullmatch(head):
        return not head
    runs_on = _RUNS_ON.match(text, mark.end) is not None
    if spoken := _SPOKEN_BEFORE.search(head) or _PREPOSITION_BEFORE.search(head):
        return None if runs_on or (follows and spoken.re is _SPOKEN_BEFORE) else False
    return ends or not (follows and (runs_on or mark.opening))


def _fences(text: str) -> list[tuple[int, int]]:
    """Blocks of code that are closed, unless the whole text is one."""
    found: list[tuple[int, int]] = []
    opened = -1
    for fence in _FENCE.finditer(text):
        if opened < 0:
            opened = fence.start()
        elif not fence["language"].strip():
            found.append((opened, fence.end()))
            opened = -1
    whole = len(found) == 1 and not (text[: found[0][0]] + text[found[0][1] :]).strip()
    return [] if whole else found


def _without_examples(text: str, marks: list[Mark]) -> list[Mark]:
    """The tags without those that show in a block of code how a whole thinking looks; others in there may be tags."""
    fences = _fences(text)
    starts = [start for start, _ in fences]
    inside: dict[int, list[Mark]] = {}
    for mark in marks:
        number = bisect_right(starts, mark.start) - 1
        if number >= 0 and mark.start < fences[number][1]:
            inside.setdefault(number, []).append(mark)
    doubtful = {mark for group in inside.values() for mark in group}
    examples = {mark for group in inside.values() if group[0].opening and not group[-1].opening for mark in group}
    return [mark._replace(firm=mark.firm and mark not in doubtful) for mark in marks if mark not in examples]


def without_asides(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """The tags of one family without pairs inside a line of a thinking: these tell what a response is to look like."""
    kept: list[Mark] = []
    place = 0
    while place < len(marks):
        pair, following = marks[place : place + 2], marks[place + 2 : place + 3]
        thinking = bool(kept and kept[-1].opening) or any(not mark.opening for mark in following)
        if thinking and [mark.opening for mark in pair] == [True, False] and _is_aside(text, *pair):
            place += 2
        else:
            kept.append(marks[place])
            place += 1
    return kept


def _is_aside(text: str, opening: Mark, closing: Mark) -> bool:
    """Whether both tags are inside one line."""
    before, _ = _around(text, opening.start, opening.end)
    return bool(before.strip()) and closing.start < _end_of_line(text, opening.end)


# Marks that are not known


_UNKNOWN_NAME = (
    r"[\w|:. -]{0,20}(?:think|thought|reason|reflect|ponder|cot|scratch_?pad|inner|analy[sz]|deliberat|rationale|"
    r"monolog|contemplat|introspect|rumination|mull|cogitat|brainstorm)[\w|:. -]{0,20}"
)
UNKNOWN_OPENING = re.compile(
    rf"\s*+(?:(?:<|&lt;|◁|⟨|\{{\{{){_UNKNOWN_NAME}{_ATTRIBUTES}(?:>|&gt;|▷|⟩|\}}\}})|(?-i:thought(?=\n)))",
    re.IGNORECASE,
)
_UNKNOWN_CLOSING = re.compile(
    rf"(?:(?:<|&lt;|◁|⟨|\{{\{{)(?:/|\|?end[_ ]?(?:of)?[_ ]?)|\[/){_UNKNOWN_NAME}(?:>|&gt;|▷|⟩|\}}\}}|\])", re.IGNORECASE
)
_PAIRED = re.compile(
    rf"\s*+(?P<left>[^\w\s]{{1,3}})(?P<name>[^\W\d][\w:.-]{{1,30}}){_ATTRIBUTES}(?P<right>[^\w\s]{{1,3}})"
)
_NO_THINKING = re.compile(
    r"(?i:(?:answer|response|output|result|solution|final|summary|tool|function)[\w:.-]*|html|body|head|div|span|table|math|"
    r"code|pre|svg|[uo]l|li|h\d|[pbius]|em|strong|center|details|json|xml|quote|step|proof|problem|question|task)"
)


def unknown_mark(text: str) -> str | None:
    """What looks like a mark of a family that the table lacks.

    An opening one at the start by its name, or because it is closed before the end; or a closing one by its name.
    """
    known = _any_tag()[1]
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
        if not known.match(text, mark.start) and _is_firm(text, mark):
            return closing[0][:60]
    return None
