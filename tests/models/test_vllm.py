"""vllm, as far as it can be told without an engine: how a response ended, and which special tokens its text keeps."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from overthink.config import GenerateConfig
from overthink.models.interface import NoReply, Reply, ask
from overthink.models.ray import Ends
from overthink.models.ray import _reply as reply_of_ray
from overthink.models.vllm import Chat, _reply
from overthink.text.marks import Tags
from overthink.text.thinking import find_thinking
from tests.families import FAMILIES

HARMONY = ("<|channel|>", "<|start|>", "<|message|>", "<|constrain|>", "<|end|>", "<|call|>", "<|return|>")


class Tokenizer:
    """Knows some special tokens, those that have a name and others."""

    chat_template = "{{ messages }}"

    def __init__(self, *specials: str) -> None:
        self.all_special_tokens = ["<|im_end|>"]
        added = ("<|im_end|>", "<|im_start|>", *specials)
        self.added_tokens_decoder = {k: SimpleNamespace(content=text, special=True) for k, text in enumerate(added)}
        self.added_tokens_decoder[999] = SimpleNamespace(content="It", special=False)

    def get_chat_template(self) -> str:
        return self.chat_template


def chat(*specials: str, tags: Tags | None = None) -> Chat:
    return Chat(Tokenizer(*specials), GenerateConfig(backend="vllm"), tags)


def output(reason: str | None) -> SimpleNamespace:
    completion = SimpleNamespace(text="It is", finish_reason=reason, token_ids=[1, 2])
    return SimpleNamespace(request_id="p#1", outputs=[completion], prompt_token_ids=[1], num_cached_tokens=0)


@pytest.mark.parametrize("reason", ["abort", "error"])
def test_a_response_that_the_engine_broke_off_is_none(reason: str) -> None:
    reply = _reply(output(reason), "<think>", chat())
    assert isinstance(reply, NoReply)
    assert (reply.kind, reply.own_fault) == (reason, False)


@pytest.mark.parametrize("reason", ["stop", "length", "repetition"])
def test_any_other_end_is_kept_as_it_is_called(reason: str) -> None:
    reply = _reply(output(reason), "<think>", chat())
    assert isinstance(reply, Reply)
    assert (reply.text, reply.finish_reason) == ("<think>It is", reason)


@pytest.mark.parametrize(
    ("specials", "tags", "skipped"),
    [
        ((), None, True),
        (("<|reserved|>", "<|end|>", "<|start|>"), None, True),
        (("<think>", "</think>"), None, False),
        (HARMONY, None, False),
        (("[THINK]", "[/THINK]"), None, False),
        (("<|channel>", "<channel|>", "<|turn>", "<turn|>"), None, False),
        (("<|open|>", "<|close|>", "<|sep|>"), None, False),
        (("<|START_THINKING|>", "<|END_THINKING|>"), None, False),
        (("<|r|>",), ("<|r|>", "<|/r|>"), False),
        (("<think>", "</think>"), ("<r>", "</r>"), True),
    ],
)
def test_special_tokens_stay_in_the_text_if_marks_are_made_of_them(
    specials: tuple[str, ...], tags: Tags | None, skipped: bool
) -> None:
    assert chat(*specials, tags=tags).values(ask("p#1", "2 + 3?", 1))["skip_special_tokens"] is skipped


def test_of_the_special_tokens_only_marks_stay() -> None:
    assert chat("<think>", "</think>").turn("<think>", "5</think><|im_start|>5<|im_end|>") == "<think>5</think>5"
    assert chat().turn("<think>", "5<|im_end|>") == "<think>5<|im_end|>"


def test_the_channels_of_gpt_oss_reach_the_text_of_both_engines() -> None:
    written = FAMILIES["gpt-oss"]("So 5.", "It is 5.")
    its = chat(*HARMONY)
    done = output("stop")
    done.outputs[0].text = written + "<|im_end|>"
    reply = _reply(done, "", its)
    row = {"id": "p#1", "opened": "", "generated_text": written, "generated_tokens": [2], "num_input_tokens": 1}
    other = reply_of_ray({**row, "num_generated_tokens": 1}, Ends(frozenset({2}), 100, None), its)
    assert isinstance(reply, Reply)
    assert reply.text == other.text == written
    assert find_thinking(reply.text).text(reply.text) == "So 5."
