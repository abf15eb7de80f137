"""Files of models on the hub, or in its cache if it cannot be reached: `owner/name` or `owner/name@revision`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

_SECONDS = 5.0


class NotOnHubError(Exception):
    """The file is neither on the hub nor in its cache; the text says why, in one line."""


def file_of(model: str, name: str) -> Path:
    """Return the local path of this file of the model, downloaded if need be. NotOnHubError if it cannot be had."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    place: dict[str, Any] = {**_repository(model), "filename": name}
    problem = None
    try:
        # One short try: without a network, the download itself would go on trying for half a minute.
        get_hf_file_metadata(hf_hub_url(**place), timeout=_SECONDS)
    except Exception as error:  # the hub's client raises errors of several libraries
        problem = error
    try:
        return Path(hf_hub_download(**place, local_files_only=problem is not None, etag_timeout=_SECONDS))
    except Exception as error:
        raise NotOnHubError(_one_line(problem or error)) from error


def folder_of(model: str, names: Sequence[str]) -> Path:
    """Return a folder with those of the files that the model has. NotOnHubError if it cannot be had."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    try:
        return Path(snapshot_download(**_repository(model), allow_patterns=list(names), etag_timeout=_SECONDS))
    except HFValidationError as error:
        raise NotOnHubError("no folder, and no name on the hub") from error
    except Exception as error:
        raise NotOnHubError(_one_line(error.__cause__ or error)) from error


def _repository(model: str) -> dict[str, Any]:
    repository, _, revision = model.partition("@")
    return {"repo_id": repository, "revision": revision or None}


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
