"""A chat template from a folder, rendered in the sandbox."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from overthink.errors import OverthinkError
from overthink.text.chat_template import load_chat_template, tokenizer_folder, vocabulary

TURNS = [{"role": "user", "content": "2 + 3?"}]
TEXT = (
    "{{ bos_token }}{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}{% endfor %}\n"
    "{% if add_generation_prompt %}<|assistant|>{% if enable_thinking is false %}<think></think>{% else %}<think>\n"
    "{% endif %}{% endif %}"
)
THINKING = "<s><|user|>2 + 3?<|assistant|><think>\n"  # the line end behind a block is not written


SEVERAL = [{"name": "tool_use", "template": "x"}, {"name": "default", "template": TEXT}]


def folder(path: Path, config: object, template: str | None = None) -> Path:
    path.mkdir(exist_ok=True)
    (path / "tokenizer_config.json").write_text(json.dumps(config))
    if template is not None:
        (path / "chat_template.jinja").write_text(template)
    return path


@pytest.mark.parametrize(
    ("config", "template"),
    [
        ({"bos_token": "<s>"}, TEXT),
        ({"bos_token": {"content": "<s>", "lstrip": False}}, TEXT),
        ({"bos_token": "<s>", "chat_template": TEXT}, None),
        ({"bos_token": "<s>", "chat_template": "another"}, TEXT),
        ({"bos_token": "<s>", "chat_template": SEVERAL}, None),
    ],
    ids=["file", "token with its form", "in the config", "file before config", "one of several"],
)
def test_a_template_is_found_wherever_tokenizers_keep_it(tmp_path: Path, config: object, template: str | None) -> None:
    loaded = load_chat_template(folder(tmp_path / "m", config, template))
    assert loaded.render(TURNS) == THINKING
    assert loaded.render(TURNS, enable_thinking=False).endswith("<think></think>")


def test_a_special_token_of_the_older_file_is_known_too(tmp_path: Path) -> None:
    place = folder(tmp_path / "m", {}, TEXT)
    (place / "special_tokens_map.json").write_text(json.dumps({"bos_token": "<s>"}))
    assert load_chat_template(place).render(TURNS) == THINKING


def test_the_digest_tells_one_template_from_another(tmp_path: Path) -> None:
    one, other = folder(tmp_path / "a", {}, TEXT), folder(tmp_path / "b", {}, TEXT + " ")
    assert load_chat_template(one).digest != load_chat_template(other).digest


def test_without_a_template_the_ways_out_are_named(tmp_path: Path) -> None:
    with pytest.raises(OverthinkError, match="no chat template") as error:
        load_chat_template(folder(tmp_path / "m", {"bos_token": "<s>"}))
    assert "--tokenizer" in error.value.hint
    assert "--prompt-format plain" in error.value.hint


@pytest.mark.parametrize("place", ["no such folder", "nobody/nothing"])
def test_a_model_that_cannot_be_had_is_an_error_of_two_lines(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(OverthinkError, match="cannot be had") as error:
        tokenizer_folder(place)
    assert "--tokenizer" in error.value.hint


@pytest.mark.parametrize(
    "template",
    [
        "{{ raise_exception('only one turn') }}",
        "{% for %}",
        "{{ messages[0].content.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.append(1) }}",
    ],
    ids=["refuses", "broken", "breaks out", "changes its input"],
)
def test_a_template_that_refuses_or_breaks_out_is_an_error(tmp_path: Path, template: str) -> None:
    with pytest.raises(OverthinkError, match="cannot be rendered"):
        load_chat_template(folder(tmp_path / "m", {}, template)).render(TURNS)


def test_a_vocabulary_is_read_if_there_is_one(tmp_path: Path) -> None:
    from tokenizers import Tokenizer, models

    place = folder(tmp_path / "m", {}, TEXT)
    assert vocabulary(place) is None
    tokenizer = Tokenizer(models.WordLevel({"a": 0, "b": 1}, unk_token="a"))
    tokenizer.add_tokens(["<think>"])
    tokenizer.save(str(place / "tokenizer.json"))
    assert vocabulary(place) == {"a": 0, "b": 1, "<think>": 2}
