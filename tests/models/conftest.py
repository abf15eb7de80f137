"""The loopback server, for the tests of this folder."""

from tests.loopback import answer, serve

__all__ = ["answer", "serve"]
