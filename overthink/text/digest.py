"""A short name for a text, by what it holds."""

from __future__ import annotations

import hashlib


def digest(*parts: bytes | str) -> str:
    """12 hex digits of SHA-256 over the parts, each preceded by its length so that they cannot run together."""
    sha = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        sha.update(f"{len(raw)}:".encode())
        sha.update(raw)
    return sha.hexdigest()[:12]
