"""The store of replies: kept at once, known by all that decides them, a torn line dropped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from overthink.judge.kept import Replies, request_digest
from overthink.models.interface import Reply, Request, Turn

ASKED: dict[str, Any] = {
    "model": "m",
    "sampling": {"temperature": 0.0, "seed": 0},
    "turns": [{"role": "user", "content": "Where?"}],
    "schema": {"type": "object"},
}


def request(digest: str) -> Request:
    return Request(digest, (Turn("user", "Where?"),), 0, {})


def reply(
    digest: str, text: str = "Here.", read: int | None = 10, cached: int | None = None, retries: int = 0
) -> Reply:
    return Reply(digest, text, "stop", read, None if read is None else 2, cached, retries)


@pytest.mark.parametrize(
    "other",
    [
        {"model": "n"},
        {"sampling": {"temperature": 0.0, "seed": 1}},
        {"sampling": {"temperature": 0.1, "seed": 0}},
        {"turns": [{"role": "system", "content": "Where?"}]},
        {"turns": [{"role": "user", "content": "Where? "}]},
        {"schema": {"type": "array"}},
    ],
    ids=["model", "seed", "temperature", "role", "words", "schema"],
)
def test_whatever_decides_a_reply_changes_the_digest(other: dict[str, Any]) -> None:
    assert request_digest({**ASKED, **other}) != request_digest(ASKED)


def test_the_order_of_keys_does_not_change_the_digest() -> None:
    assert request_digest(dict(reversed(ASKED.items()))) == request_digest(ASKED)


def test_a_reply_is_there_again_after_the_process_is_gone_without_a_goodbye(tmp_path: Path) -> None:
    path = tmp_path / "replies" / "segment.jsonl"
    first = Replies(path)
    first.add(request("a"), ASKED, "p#1", reply("a", "Here.\u2028\nThere."))
    assert first.text("a") == "Here.\u2028\nThere."
    again = Replies(path)  # the first was never closed
    assert "a" in again
    assert again.text("a") == "Here.\u2028\nThere."
    assert "b" not in again


@pytest.mark.parametrize("torn", [b"{", b'{"id":"b","row":"p#2","reply":"' + b"x" * 200_000], ids=["short", "long"])
def test_a_torn_last_line_is_dropped_and_the_next_reply_stands_on_its_own(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "replies" / "segment.jsonl"
    kept = Replies(path)
    kept.add(request("a"), ASKED, "p#1", reply("a"))
    kept.close()
    with path.open("ab") as file:
        file.write(torn)
    again = Replies(path)
    assert "b" not in again
    again.add(request("c"), ASKED, "p#3", reply("c", "Later."))
    again.close()
    assert [Replies(path).text(digest) for digest in ("a", "c")] == ["Here.", "Later."]
    assert path.read_bytes().count(b"\n") == 2


def test_use_adds_up_and_says_what_was_not_counted(tmp_path: Path) -> None:
    kept = Replies(tmp_path / "replies" / "segment.jsonl")
    kept.add(request("a"), ASKED, "p#1", reply("a", read=100, cached=60, retries=2))
    kept.add(request("b"), ASKED, "p#2", reply("b", read=50))
    kept.add(request("c"), ASKED, "p#3", reply("c", read=None))
    use = kept.use("m", 2.0, 10.0)
    assert (use.calls, use.prompt_tokens, use.cached_tokens, use.completion_tokens) == (3, 150, 60, 4)
    assert (use.uncounted, use.retries, use.cost) == (1, 2, 0.00034)
    assert kept.use("m", None, None).cost is None


def test_no_cached_tokens_reported_is_null_and_not_zero(tmp_path: Path) -> None:
    kept = Replies(tmp_path / "replies" / "segment.jsonl")
    kept.add(request("a"), ASKED, "p#1", reply("a"))
    assert kept.use("m", None, None).cached_tokens is None
