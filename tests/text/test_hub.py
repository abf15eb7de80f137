"""Files of models on the hub, without the hub."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub.errors import HFValidationError

from overthink.text.hub import NotOnHubError, file_of, folder_of


def fails(error: Exception) -> Callable[..., Any]:
    def fail(*_given: Any, **_named: Any) -> None:
        raise error

    return fail


@pytest.mark.parametrize("there", [True, False])
def test_if_the_hub_does_not_answer_at_once_only_the_cache_is_asked(
    monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    asked: dict[str, Any] = {}

    def download(**place: Any) -> str:
        asked.update(place)
        return "cache/file"

    answer = (lambda *_given, **_named: None) if there else fails(TimeoutError("no answer"))
    monkeypatch.setattr(huggingface_hub, "get_hf_file_metadata", answer)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    assert file_of("owner/name@rev", "tokenizer.json") == Path("cache/file")
    assert (asked["repo_id"], asked["revision"], asked["filename"]) == ("owner/name", "rev", "tokenizer.json")
    assert asked["local_files_only"] is not there


def test_what_is_not_there_is_told_by_the_first_reason_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub, "get_hf_file_metadata", fails(OSError("no\nnetwork")))
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", fails(OSError("not in the cache")))
    with pytest.raises(NotOnHubError, match=r"^no network$"):
        file_of("owner/name", "tokenizer.json")


@pytest.mark.parametrize(
    ("error", "why"),
    [(HFValidationError("bad"), "no folder, and no name on the hub"), (OSError("no\nnetwork"), "no network")],
)
def test_a_folder_that_cannot_be_had_says_why(monkeypatch: pytest.MonkeyPatch, error: Exception, why: str) -> None:
    monkeypatch.setattr(huggingface_hub, "snapshot_download", fails(error))
    with pytest.raises(NotOnHubError, match=f"^{why}$"):
        folder_of("owner/name", ["a.json"])
