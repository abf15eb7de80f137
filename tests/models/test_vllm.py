"""vllm, as far as it can be told without an engine: how a response ended."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from overthink.models.interface import NoReply, Reply
from overthink.models.vllm import _reply


def output(reason: str | None) -> SimpleNamespace:
    completion = SimpleNamespace(text="It is", finish_reason=reason, token_ids=[1, 2])
    return SimpleNamespace(request_id="p#1", outputs=[completion], prompt_token_ids=[1], num_cached_tokens=0)


@pytest.mark.parametrize("reason", ["abort", "error"])
def test_a_response_that_the_engine_broke_off_is_none(reason: str) -> None:
    reply = _reply(output(reason), "<think>")
    assert isinstance(reply, NoReply)
    assert (reply.kind, reply.own_fault) == (reason, False)


@pytest.mark.parametrize("reason", ["stop", "length", "repetition"])
def test_any_other_end_is_kept_as_it_is_called(reason: str) -> None:
    reply = _reply(output(reason), "<think>")
    assert isinstance(reply, Reply)
    assert (reply.text, reply.finish_reason) == ("<think>It is", reason)
