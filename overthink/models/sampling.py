"""How a model wants to be sampled: its generation_config.json, from its folder or the hub."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

FILE = "generation_config.json"
KEYS = ("temperature", "top_p", "top_k", "min_p", "repetition_penalty")
_HUB_SECONDS = 5.0


def own_sampling(model: str) -> dict[str, Any]:
    """The values that the model's own file names; none where the file cannot be had: then the server decides."""
    try:
        path = Path(model) / FILE if Path(model).is_dir() else _from_hub(model)
        own = json.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return {key: own[key] for key in KEYS if isinstance(own.get(key), (int, float))}


def _from_hub(model: str) -> Path | None:
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", model):
        return None
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    there = True
    try:
        # One short try: where there is no network, the download itself would go on trying for half a minute.
        get_hf_file_metadata(hf_hub_url(model, FILE), timeout=_HUB_SECONDS)
    except Exception:  # the hub's client raises errors of several libraries
        there = False
    try:
        return Path(hf_hub_download(model, FILE, local_files_only=not there, etag_timeout=_HUB_SECONDS))
    except Exception:
        return None
