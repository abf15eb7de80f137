"""ray, as far as it can be told without a cluster: how a response ended, of which Ray hands on the tokens alone."""

from __future__ import annotations

import pytest

from overthink.models.ray import Ends


@pytest.mark.parametrize(
    ("tokens", "prompt_tokens", "longest", "reason"),
    [
        ([5, 6, 2], 10, None, "stop"),
        ([5, 6, 7], 10, 3, "length"),
        ([5, 6, 7], 97, None, "length"),
        ([5, 6, 2], 97, 3, "stop"),
        ([5, 6, 7], 10, None, "unknown"),
        ([5, 6, 7], 10, 4, "unknown"),
        ([], 10, 4, "unknown"),
    ],
)
def test_the_tokens_tell_how_a_response_ended(
    tokens: list[int], prompt_tokens: int, longest: int | None, reason: str
) -> None:
    assert Ends(frozenset({2}), 100, longest).reason(tokens, prompt_tokens) == reason
