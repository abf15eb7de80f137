"""The loopback server, for the tests of this folder."""

from __future__ import annotations

from tests.loopback import answer, serve

__all__ = ["answer", "serve"]
