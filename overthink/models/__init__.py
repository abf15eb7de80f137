"""Ways to run a model, each one file, behind the one Protocol `overthink.models.interface.Backend`.

config = with_backend(config)                 checked, and without what this backend has no use for
config = with_model_defaults(config, model)   what is not given becomes the model's own
backend = make(config, model, tags)
for reply in backend.complete(requests):   ...
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from overthink.config import BackendKind, GenerateConfig
from overthink.errors import OverthinkError
from overthink.models import local
from overthink.models.http import HttpBackend
from overthink.models.interface import Backend
from overthink.models.local import SMALL_MODEL, LocalBackend
from overthink.models.replay import ReplayBackend
from overthink.models.sampling import Flags, check, check_extra, own_sampling, without_unused
from overthink.text.thinking import Tags

__all__ = ["MACHINE_OPTIONS", "SMALL_MODEL", "Flags", "make", "with_backend", "with_model_defaults"]

MACHINE_OPTIONS = frozenset(
    [
        "tensor_parallel_size",
        "pipeline_parallel_size",
        "data_parallel_size",
        "gpu_memory_utilization",
        "max_num_seqs",
        "max_num_batched_tokens",
        "enforce_eager",
        "swap_space",
        "cpu_offload_gb",
        "distributed_executor_backend",
        "download_dir",
    ]
)
"""Engine options that tell how a machine is used, not what the model answers: another try may change them."""


def with_backend(config: GenerateConfig, given: Collection[str] = (), flags: Flags | None = None) -> GenerateConfig:
    """The config with its backend named, and without what that one has no use for.

    Args:
        config: the options of a run, or of a judge.
        given: the names of those that the user gave just now, on the command line.
        flags: what they are called there.

    Raises:
        OverthinkError: the backend cannot run such a config.
    """
    kind: BackendKind = config.backend or ("http" if config.base_urls else "vllm")
    config = without_unused(replace(config, backend=kind), given)
    _check(config, kind, flags or Flags(), given)
    return config


def with_model_defaults(config: GenerateConfig, model: str) -> GenerateConfig:
    """The config with the sampling values that the model itself names, if none are given."""
    own = _own_sampling(config, model)
    return replace(config, **{key: value for key, value in own.items() if getattr(config, key) is None})


def make(
    config: GenerateConfig, model: str, tags: Tags | None, *, flags: Flags | None = None, keep: bool = False
) -> Backend:
    """The backend that the config names, vLLM's by default.

    `keep`: an engine in this process stays until its `close` is called.
    """
    flags = flags or Flags()
    _check(config, config.backend or "vllm", flags)
    if config.backend == "http":
        return HttpBackend(config, model, tags, flags)
    if config.backend == "replay" and config.replies is not None:
        return ReplayBackend(config.replies)
    if config.backend == "local":
        return LocalBackend(config, model, tags)
    if config.backend == "ray":
        from overthink.models.ray import RayBackend

        return RayBackend(config, model, tags)
    from overthink.models.vllm import VllmBackend

    return VllmBackend(config, model, tags, keep=keep)


def _check(config: GenerateConfig, kind: BackendKind, flags: Flags, given: Collection[str] = ()) -> None:
    if kind == "http" and not config.base_urls:
        raise OverthinkError("--backend http: no server is named", "Give its address with --base-url.")
    if kind == "replay" and config.replies is None:
        raise OverthinkError("--backend replay: no replies are named", "Name a generate.jsonl with --replies.")
    check(config, kind, flags, given)
    check_extra(config.extra or {})


def _own_sampling(config: GenerateConfig, model: str) -> dict[str, Any]:
    if config.backend == "http":
        return own_sampling(model)
    if config.backend in ("vllm", "ray"):
        from overthink.models import ray, vllm

        if config.backend == "ray":
            ray.check_installed()

        return vllm.own_sampling(config, model)
    if config.backend == "local":
        return local.own_sampling()
    return {}
