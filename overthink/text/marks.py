"""The marks that families of models put around their thinking: one table.

A family is one line. Its marks are tags, anywhere in a text; words with which a response begins; or the headers of
messages, of which some are thinking. The reference for their names are vLLM's reasoning parsers (0.32, 0.33).
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Literal, NamedTuple

Tags = tuple[str, str]
"""An opening and a closing tag."""

ATTRIBUTES = r"""(?:\s+[\w:.-]{1,40}+\s{0,3}=\s{0,3}(?:"[^"\n]*+"|'[^'\n]*+'|[^\s<>"']++))*+\s*+"""
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
    """The patterns of tags in angle brackets: in any case; the opening one with attributes, or cut off in them.

    `<x/>` is an empty box, and so closed.
    """
    opening = rf"<\s?(?i:{name})(?:{ATTRIBUTES}>|\s[^<>]*\Z)"
    return opening, rf"<\s?(?:\\?/\s?(?i:{name})|(?i:{name})\s?/)\s?>"


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
_OPEN_WEBUI = r"<details\s+type=[\"']reasoning[\"'][^<>]{0,200}>\s*(?:<summary>[^<]{0,200}</summary>)?"
WORDS: tuple[Words, ...] = (
    Words("s1.1", r"(?:<\|im_start\|>)?think(?=\n)", r"\n\s{0,4}<\|im_start\|>answer\s{0,4}\n|\nanswer\n"),
    Words("s1.1, begun by its prompt", r"", r"\n\s{0,4}<\|im_start\|>answer\s{0,4}\n", opened=False),
    Words(
        "Ollama's command line", r"Thinking(?:\.\.\.|…)(?=\s*\n)",
        r"\n\s{0,4}(?:\.\.\.|…)\s?done thinking\.?[^\S\n]{0,8}(?:\n|\Z)",
    ),
    Words("HyperCLOVA X SEED Think", r"/think\n", r"(?:<\|im_end\|>)?\n(?:<\|im_start\|>)?assistant\n"),
    Words("Open WebUI", _OPEN_WEBUI, r"</details>"),
    Words("Gemma 4, begun by its prompt", r"thought(?=\n)", r"<channel\|>"),
    Words(
        "Granite 3.2", _GRANITE,
        r"(?:\n|(?<=[.!?)}\]$*]))\s{0,4}[*#]{0,4}\s?Here(?:['’]s| is) my response:\**",
    ),
)  # fmt: skip
LONE_WORD = re.compile(rf"\s*+(?:(?:<\|im_start\|>)?think(?=\n)|Thinking(?:\.\.\.|…)(?=[^\S\n]*\n)|{_OPEN_WEBUI})")
"""The words of s1.1, Ollama and Open WebUI, on a line of their own: nobody else begins a response so."""
CUT_WORDS = re.compile(rf"\s*+(?:{_GRANITE}|/think(?=\n))")
"""The words of Granite and HyperCLOVA X: others begin a response so, but these end it."""

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
    named(r"(?:(?:final[-_ ]?)?answer|final|solution|response|output)"),
    (r"<\|begin_of_solution\|>", r"<\|end_of_solution\|>"),
    (r"<\|START_(?:RESPONSE|TEXT)\|>", r"<\|END_(?:RESPONSE|TEXT)\|>"),
    (
        r"<\|open\|>\s{0,2}response\s{0,2}<\|sep\|>",
        r"<\|close\|>\s{0,2}response\s{0,2}<\|sep\|>(?:\s*<\|close\|>\s{0,2}message\s{0,2}<\|sep\|>)?",
    ),
)
"""What templates, and prompts of RL, put around the answer."""
ANSWER_START = re.compile("|".join(opening for opening, _ in ANSWERS))
ANSWER_END = re.compile("|".join(closing for _, closing in ANSWERS))


def mark_tokens(specials: Set[str], tags: Tags | None = None) -> frozenset[str]:
    """The special tokens of a tokenizer that marks are made of: text without these has lost the marks."""
    if tags is not None:
        return frozenset(token for token in specials if any(token in tag for tag in tags))
    families = [*((tag.tokens or tag.pair) for tag in TAGS), *(channels.tokens for channels in CHANNELS)]
    return frozenset(token for tokens in families if tokens[0] in specials for token in tokens if token in specials)
