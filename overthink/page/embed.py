"""Data and scripts in a page that lets nothing else in. Text of models is data: it is never markup and never code."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

_ESCAPES = {"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def safe_json(value: Any) -> str:
    """JSON that can stand in a <script> element or in a .js file.

    Without `<` no `</script>` and no `<!--` can stand in it; U+2028 and U+2029 end a line in older JavaScript.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return text


def data_element(name: str, value: Any) -> str:
    """A <script> element that holds data and is never run. `name` is ours, not data."""
    return f'<script type="application/json" id="{name}">{safe_json(value)}</script>'


def security_policy(scripts: Sequence[str], *, files: bool) -> str:
    """A Content-Security-Policy under which these scripts run and nothing else does: no network, no frame, no form.

    `files`: scripts beside the page may be loaded as well. Styles may stand in attributes: the typesetter writes some.
    """
    sources = [f"'sha256-{_sha256(script)}'" for script in scripts] + ["'self'", "file:"] * files
    return (
        f"default-src 'none'; script-src {' '.join(sources)}; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
