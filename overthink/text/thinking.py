"""The thinking of a response: the one list of tags, finding what is between them, and writing them.

find_thinking("<think>2 + 3</think>5").span          # (7, 12)
join_thinking("2 + 3", "5")                          # "<think>\\n2 + 3</think>5"
opened_by("<|assistant|><think>\\n")                 # "<think>\\n"

The tags in a response part its thinking from its answer. Some chat templates write the opening tag (or a whole
empty box) into the prompt, and some servers take the thought out of the text: both are put back where they were.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from overthink.records import CUT_OFF, Response, Span
from overthink.text.paragraphs import stripped

Tags = tuple[str, str]
"""An opening and a closing tag."""

TAGS: tuple[Tags, ...] = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("[THINK]", "[/THINK]"),
)
# s1.1 writes bare words on lines of their own, so they are tags only in a response that starts with one.
_S1 = ("think", "\nanswer\n")
# gpt-oss: several analysis messages may come before the final one; all of them are the thinking.
_CHANNEL = "<|channel|>analysis"
_CHANNEL_OPEN = f"{_CHANNEL}<|message|>"
_CHANNEL_FINAL = "<|channel|>final<|message|>"
_MESSAGE_BORDERS = ("<|return|>", "<|start|>assistant", "<|end|>")

_FIRST_LIST = "c31f47"
"""The digest of the list under which rows bear the name of a judge alone."""

_LAST_WORDS = 300
_ENDINGS = (".", "!", "?", "。", "}", "]", ")", "$", "*", '"', "”", "`", "|>")
_FINAL = re.compile(r"\\boxed|final answer|answer:|#### ", re.IGNORECASE)


@dataclass(frozen=True)
class Thinking:
    """`span`: what is between the tags, surrounding whitespace left out; `(p, p)` for an empty box.

    `opened`, `closed`: whether the response has the tags. `after`: the text after the closing tag, `(n, n)` with n the
    length of the response if there is none.
    """

    span: Span
    opened: bool
    closed: bool
    after: Span
    unknown: str | None = None

    @property
    def blocks(self) -> tuple[Span, ...]:
        """The stretches of the span that are thinking, one after the other; the whole of it if there is but one."""
        return (self.span,)


def looked_for(tags: Tags | None) -> tuple[Tags, ...]:
    """The pairs of tags to look for: those of the run if it names some, else all that are known."""
    return (tags,) if tags else TAGS


def thinking_of(response: Response, tags: Tags | None = None) -> Thinking:
    """The thinking of a response, as every stage takes it: of one whose server hid it there is none."""
    text = response.response
    if response.hidden:
        return Thinking((0, 0), opened=False, closed=False, after=(0, len(text)))
    return find_thinking(text, tags)


def find_thinking(response: str, tags: Tags | None = None) -> Thinking:
    """The thinking of a response. With `tags` (opening, closing) only these are looked for.

    A missing opening tag (models whose prompt ends with it) and a missing closing tag (a response that was cut off)
    are allowed for; a response without any tag is thinking as a whole.
    """
    if tags is not None:
        return _between(response, *tags)
    if response.startswith("think\n"):
        return _between(response, *_S1)
    if _CHANNEL_OPEN in response:
        return _between_channels(response)
    return _between(response, *_tags_of(response))


def is_truncated(response: Response, thinking: Thinking) -> bool:
    """Whether the response was cut off: as the engine says, else if it opens its thinking and never closes it.

    A response without tags, or one whose prompt held the opening tag, counts as cut off if it stops in the
    middle of a sentence and is not just giving its final answer.
    """
    if response.finish_reason != "unknown":
        return response.finish_reason in CUT_OFF
    if thinking.closed:
        return False
    end = response.response.rstrip()[-_LAST_WORDS:]
    return thinking.opened or not (end.endswith(_ENDINGS) or _FINAL.search(end))


def join_thinking(reasoning: str, content: str, tags: Tags | None = None) -> str:
    """One text from a thought and an answer that were recorded apart; without content the thinking never ended."""
    opening, closing = tags or TAGS[0]
    if not reasoning:
        return content
    start = opening if reasoning.startswith("\n") else f"{opening}\n"
    return f"{start}{reasoning}{closing}{content}" if content else f"{start}{reasoning}"


def empty_box(tags: Tags | None = None) -> str:
    """A thinking of no length, as templates write it before an answer that is given at once."""
    opening, closing = tags or TAGS[0]
    return f"{opening}\n\n{closing}\n\n"


def opened_by(prompt: str, tags: Tags | None = None) -> str:
    """The part of the assistant's turn with which a prompt ends: an opening tag, an empty box, or nothing."""
    for opening, closing in looked_for(tags):
        found = re.search(rf"{re.escape(opening)}\s*(?:{re.escape(closing)}\s*)?\Z", prompt[-200:])
        if found:
            return found[0]
    return ""


def with_opening(turn: str, tags: Tags | None = None) -> str:
    """The turn with the opening tag that a recording often lacks, since its prompt held it."""
    for opening, closing in looked_for(tags):
        if closing in turn:
            return turn if opening in turn.partition(closing)[0] else f"{opening}\n{turn}"
    return turn


def whole_turn(text: str, *, thinking: bool | None, tags: Tags | None = None) -> str:
    """The turn whose beginning was in a prompt that nobody saw, with the tags that must have been there."""
    turn = with_opening(text, tags)
    if thinking is False and not any(tag in turn for pair in looked_for(tags) for tag in pair):
        return empty_box(tags) + turn
    return turn


def in_template(template: str, tags: Tags | None = None) -> bool:
    """Whether a chat template writes or reads any of the tags: its model was trained to think."""
    marks = [tag for pair in looked_for(tags) for tag in pair]
    return any(mark in template for mark in (marks if tags else [*marks, _CHANNEL]))


def name_with_tags(judge: str) -> str:
    """The name of a judge that looks for these tags: with another list its stored rows are owed again."""
    digest = hashlib.sha256(repr(TAGS).encode()).hexdigest()[:6]
    return judge if digest == _FIRST_LIST else f"{judge}+tags-{digest}"


def _tags_of(response: str) -> Tags:
    """The pair of known tags of which one comes first in the response."""

    def first(pair: Tags) -> int:
        found = [at for at in map(response.find, pair) if at >= 0]
        return min(found, default=len(response))

    return min(TAGS, key=first)


def _between(response: str, opening: str, closing: str) -> Thinking:
    end_of_text = len(response)
    opened_at = response.find(opening)
    closed_at = response.find(closing, opened_at + len(opening) if opened_at >= 0 else 0)
    # An opening tag after the first closing one belongs to something else.
    early = response.find(closing, 0, opened_at) if opened_at >= 0 else -1
    if early >= 0:
        opened_at, closed_at = -1, early
    start = opened_at + len(opening) if opened_at >= 0 else 0
    if closed_at < 0:
        return Thinking(stripped(response, start, end_of_text), opened_at >= 0, False, (end_of_text, end_of_text))
    span = stripped(response, start, closed_at)
    return Thinking(span, opened_at >= 0, True, (closed_at + len(closing), end_of_text))


def _between_channels(response: str) -> Thinking:
    start = response.index(_CHANNEL_OPEN) + len(_CHANNEL_OPEN)
    final = response.find(_CHANNEL_FINAL, start)
    end_of_text = len(response)
    if final < 0:
        return Thinking(_message(response, start, end_of_text), True, False, (end_of_text, end_of_text))
    after = final + len(_CHANNEL_FINAL)
    return Thinking(_message(response, start, final), True, True, (after, _message(response, after, end_of_text)[1]))


def _message(text: str, start: int, end: int) -> Span:
    """`[start, end)` without whitespace and message borders at its edges."""
    for border in _MESSAGE_BORDERS:
        start, end = stripped(text, start, end)
        if text.endswith(border, start, end):
            end -= len(border)
    return stripped(text, start, end)
