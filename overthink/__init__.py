"""overthink: a profiler for reasoning models."""

__version__ = "0.1.0"
