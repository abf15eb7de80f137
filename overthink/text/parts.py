"""The parts of a recorded message: which of them is thinking, which text, and which could not be read.

reading = Reading()
reading.read_parts([{"type": "thinking", "thinking": "2 and 3 make 5."}, {"type": "text", "text": "It is 5."}])
reading.pieces      # [Piece("thought", "2 and 3 make 5."), Piece("text", "It is 5.")]

A part is of the chat APIs of OpenAI, Anthropic, Mistral, Cohere, Amazon (Bedrock) and Google (Gemini), or an item of
OpenAI's Responses. What looks like thinking or text and is of no known form is named in `unread`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from overthink.text.keys import CONTENT_KEYS, KIND_KEYS, TEXT_KEYS, THINKING_KEYS, THOUGHT_KEYS

DEEPEST = 6
"""Objects within objects that are looked into."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_THINKS = re.compile(r"think|thought|reason|rationale|scratch_?pad|(?:^|_)cots?(?:_|$)|chain_of")
_ABOUT_IT = re.compile(
    r"(?:^|_)(?:finish|stop|done|end|ending|incomplete|termination|terminate|failure|error|exit|abort|judge|grader|reject)"
    r"_?reasons?(?:_|$)|(?:^|_)(?:enable|enabled|disable|use|has|is|no|num|count|min|max|total|include|supports?|with)_"
    r"|_(?:type|mode|effort|level|budget|tokens?|time|seconds|ids?|format|model|parser|count|length|len|score|config"
    r"|enabled|start|end|tags?|signatures?|duration|style|category|prompt|template|params?|settings?|options?)$"
    r"|^(?:gt|gold|golden|ref|reference|target|expected|ground_?truth)_"
)
"""Names of what is told of a thinking, of ends, and of the thinking behind a gold answer: none of the model's own."""
_WORDS_OF_SETTINGS = (
    "none null off no on yes true false auto automatic default adaptive dynamic enabled enable disabled disable "
    "minimal minimum min low medium mid high xhigh ultra max maximum heavy light standard full fast slow short long "
    "concise detailed summarized applicable n unlimited extended interleaved hybrid deep nothink cot chain direct zero "
    "few"
)
_WORDS_BESIDE = (
    "extra very effort level budget tokens token mode not a of summary think thinking thought reasoning shot"
)
_SETTINGS = frozenset(_WORDS_OF_SETTINGS.split())
_BESIDE_SETTINGS = frozenset(_WORDS_BESIDE.split())
"""Words that make no setting alone."""
_WORD = re.compile(r"\d+[km]?|[a-z]+")
_BARE = re.compile(r"[A-Za-z0-9\s:;=/.,_+()-]*")
_BUDGET = re.compile(r"\d{3,7}|\d{1,4}[km]")
_TOOLS = re.compile(
    r"tool|function|call|image|audio|video|file|document|media|citation|source|search|computer|code|mcp|reference|cache"
    r"|guard|inline_data|artifact|json|logprob"
)
_TEXT_KINDS = ("text", "output_text", "input_text", "refusal")
_NO_TEXT = frozenset(("type", "id", "signature", "format", "status", "role", "name", "encrypted_content", "data"))
_WORDY = 24


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a message: a thought, a summary of one that is not shown, text, or a gap (a call of a tool)."""

    kind: Literal["thought", "summary", "text", "gap"]
    text: str = ""


@dataclass
class Reading:
    """What was read of a message so far.

    `unread`: names of parts that could not be read; `redacted`: of thoughts that the server took out. `hidden`: it
    thought, and sent some of that redacted, encrypted, as a summary, or not at all.
    """

    pieces: list[Piece] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    redacted: list[str] = field(default_factory=list)
    hidden: bool = False

    def read_parts(self, value: Any, *, thinks: bool = False, depth: int = DEEPEST) -> None:
        """Read a text, a part, or a list of them; `thinks` if it is under a key of thinking."""
        if isinstance(value, str):
            if value or not thinks:
                self.pieces.append(Piece("thought" if thinks else "text", value))
        elif isinstance(value, (list, Mapping)) and depth == 0:
            self.unread.append("parts inside of parts")
        elif isinstance(value, list):
            for part in value:
                self.read_parts(part, thinks=thinks, depth=depth - 1)
        elif isinstance(value, Mapping):
            self._read_part(value, thinks, depth - 1)
        elif value is not None and not isinstance(value, bool) and not thinks:
            whole = isinstance(value, float) and value.is_integer()
            self.pieces.append(Piece("text", str(int(value) if whole else value)))

    def add(self, other: Reading) -> None:
        """Add what was read of another stretch of the message, which comes after this one."""
        self.pieces += other.pieces
        self.unread += other.unread
        self.redacted += other.redacted
        self.hidden |= other.hidden

    def _read_part(self, part: Mapping[str, Any], thinks: bool, depth: int) -> None:
        kind = _kind(part)
        if "summary" in kind:
            self._summarize(plain(part.get("summary")) or plain(part, TEXT_KEYS))
        elif _is_redacted(part, kind):
            self.hidden = True
            # What is encrypted beside a thought is that thought, for the server to read again.
            self.redacted += [] if "encrypted" in kind else [kind or "redacted thinking"]
            self.pieces.append(Piece("gap"))
        elif not thinks and (both := _thought_and_text(part, kind)):
            self.read_parts(both[0], thinks=True, depth=depth)
            self.pieces.append(Piece("text", both[1]))
        elif thinks or _is_thought(part, kind):
            self._think(part, kind)
        else:
            self._say(part, kind, depth)

    def _think(self, part: Mapping[str, Any], kind: str) -> None:
        keys = (*THOUGHT_KEYS, kind.replace(".", "_"), "".join(_camel(kind)))
        if thought := plain(part, keys) or only_text(part):
            self.pieces.append(Piece("thought", thought))
            return
        if summary := plain(part.get("summary"), TEXT_KEYS):
            self._summarize(summary)
        # An item of reasoning without anything in it is what servers send that hide it; an object of settings is none.
        self.hidden |= bool(kind and looks_like_thinking(kind))

    def _summarize(self, summary: str) -> None:
        self.hidden = True
        if summary:
            self.pieces.append(Piece("summary", summary))

    def _say(self, part: Mapping[str, Any], kind: str, depth: int) -> None:
        role = part.get("role")
        if kind == "message" or role:
            if role in (None, "assistant", "model"):
                self.read_parts(part.get("content"), thinks=part.get("channel") == "analysis", depth=depth)
        elif _TOOLS.search(kind):
            self.pieces.append(Piece("gap"))
        elif (text := plain(part, TEXT_KEYS)) or any(part.get(key) == "" for key in TEXT_KEYS):
            self.pieces.append(Piece("text", text))
        elif not kind and any(_TOOLS.search(snake(str(key))) for key in part if part[key] is not None):
            self.pieces.append(Piece("gap"))
        elif any(text.strip() for text in texts_in(part)):
            self.unread.append(kind or ", ".join(map(str, part)))


def is_part(value: Mapping[str, Any]) -> bool:
    """Is it a part of a message, and no sample or message?"""
    kind = _kind(value)
    held = (value.get("reasoningContent"), value.get("reasoning_content") if len(value) == 1 else None)
    marked = value.get("thought") is True or any(isinstance(thought, Mapping) for thought in held)
    return marked or kind in _TEXT_KINDS or "redacted" in kind or looks_like_thinking(kind)


def plain(value: Any, keys: tuple[str, ...] = THOUGHT_KEYS, depth: int = DEEPEST) -> str:
    """The text of a value: itself, of its parts in a row, or under the first of these keys that holds some."""
    if isinstance(value, str):
        return value
    if depth == 0:
        return ""
    if isinstance(value, list):
        texts = [text for part in value if (text := plain(part, keys, depth - 1))]
        whole = any(isinstance(part, Mapping) and "reasoning" in str(part.get("type")) for part in value)
        return ("\n\n" if whole else "").join(texts)
    if isinstance(value, Mapping):
        return next((text for key in keys if (text := plain(value.get(key), keys, depth - 1))), "")
    return ""


def only_text(part: Mapping[str, Any]) -> str:
    """The one text of a part that has no known key for it, a summary apart; none if there are several."""
    keys = [key for key in part if str(key) not in (*_NO_TEXT, "summary")]
    texts = [text for key in keys if (text := plain(part[key]))]
    return texts[0] if len(texts) == 1 else ""


def is_setting(value: Any, depth: int = DEEPEST) -> bool:
    """Is it how much a model was told to think (`"high"`, `{"effort": "high"}`, true, 1024), and no thinking?"""
    if isinstance(value, str):
        return _is_bare_setting(value)
    if isinstance(value, Mapping):
        kind = snake(str(value.get("type") or ""))
        if "effort" in value or looks_like_thinking(kind) or _is_redacted(value, kind):
            return "effort" in value
        return is_setting(plain(value)) and not any(map(_is_wordy, texts_in(value)))
    if isinstance(value, list):
        return depth > 0 and all(not isinstance(part, Mapping) and is_setting(part, depth - 1) for part in value)
    return True


def _is_bare_setting(text: str) -> bool:
    """Is it nothing, a budget of tokens, or one to four words that all are words of settings?"""
    words = _WORD.findall(text.lower()) if len(text) <= 60 and _BARE.fullmatch(text) else []
    if len(words) == 1 and _BUDGET.fullmatch(words[0]):
        return True
    named = {word for word in words if not word.isdigit()}
    known = len(words) <= 4 and named <= _SETTINGS | _BESIDE_SETTINGS and bool(named & _SETTINGS or "budget" in named)
    return known or not text.strip()


def looks_like_thinking(name: str) -> bool:
    """Is it a name under which somebody would keep thinking?"""
    word = snake(name)
    return _THINKS.search(word) is not None and not _ABOUT_IT.search(word)


def unread_keys(value: Any, seen: str, depth: int = 3) -> Iterator[str]:
    """The keys in an object that look like thinking and hold text that is not in `seen`, which is `squeezed`."""
    if depth == 0:
        return
    if isinstance(value, list):
        for part in value[:100]:
            yield from unread_keys(part, seen, depth - 1)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not looks_like_thinking(str(key)):
                yield from unread_keys(inner, seen, depth - 1)
            elif not is_setting(inner) and any(
                _is_wordy(text) and squeezed(text) not in seen for text in texts_in(inner)
            ):
                yield str(key)


def texts_in(value: Any, depth: int = DEEPEST) -> Iterator[str]:
    """All texts in a value, whatever their keys, those that only name something apart."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, Mapping)) and depth:
        items = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, inner in items:
            if key not in _NO_TEXT:
                yield from texts_in(inner, depth - 1)


def is_list_of_objects(value: Any) -> bool:
    """Is it a list of objects, and not empty?"""
    return isinstance(value, list) and bool(value) and all(isinstance(part, Mapping) for part in value)


def squeezed(text: str) -> str:
    """The text without whitespace: two recordings of a thought often differ in nothing else."""
    return "".join(text.split())


def snake(name: str) -> str:
    """`reasoningContent` is reasoning_content."""
    return _HUMP.sub("_", name).lower()


def _kind(part: Mapping[str, Any]) -> str:
    """The name of the kind that a part says it is."""
    return snake(str(next((part[key] for key in KIND_KEYS if part.get(key)), "")))


def _camel(kind: str) -> Iterator[str]:
    for number, word in enumerate(kind.split("_")):
        yield word.capitalize() if number else word


def _is_redacted(part: Mapping[str, Any], kind: str) -> bool:
    if "redacted" in kind or "encrypted" in kind or part.get("redacted") is True:
        return True
    inner = part.get("reasoningContent") or part.get("reasoning_content")
    return isinstance(inner, Mapping) and any("redacted" in str(key) for key in inner)


def _is_thought(part: Mapping[str, Any], kind: str) -> bool:
    """By its type, as Gemini marks it (`"thought": true` beside the text), or by a key of thinking without a type."""
    if looks_like_thinking(kind) or part.get("thought") is True:
        return True
    keys = ("reasoningContent", "reasoning_content", "thinking", "reasoning", "thought")
    return not kind and any(part.get(key) and not is_setting(part[key]) for key in keys)


def _thought_and_text(part: Mapping[str, Any], kind: str) -> tuple[Any, str] | None:
    """The thinking and the text of a part that holds both, each under a key of its own."""
    if looks_like_thinking(kind) or _TOOLS.search(kind) or part.get("role") not in (None, "assistant", "model"):
        return None
    keys = (key for key in THINKING_KEYS if part.get(key) and not is_setting(part[key]))
    thought = next((part[key] for key in keys), None)
    said = plain(part, CONTENT_KEYS)
    return (thought, said) if thought and said and squeezed(said) != squeezed(plain(thought)) else None


def _is_wordy(text: str) -> bool:
    return len(text) >= _WORDY or len(text.split()) >= 3
