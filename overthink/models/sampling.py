"""Which way to run a model takes which option of [generate], and what it calls it; and how a model wants to be sampled.

What a backend does not take is refused: nothing is written down as used that no engine was told. Options that only tell
how requests travel are refused if they are typed; those that a file or an earlier try names are dropped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, get_args

from overthink.config import BackendKind, GenerateConfig, flag_of
from overthink.errors import OverthinkError
from overthink.text.hub import NotOnHubError, file_of

FILE = "generation_config.json"

DRAWING = ("temperature", "top_p", "top_k", "min_p", "repetition_penalty")
"""How the next token is drawn: what a model's own file may name."""

_OPENAI: Mapping[str, str] = {name: name for name in (*DRAWING, "max_tokens")}
_VLLM: Mapping[str, str] = {**_OPENAI, "thinking_budget": "thinking_token_budget"}
"""vLLM's SamplingParams, and its server's requests, which are OpenAI's and more."""

NAMES: Mapping[BackendKind, Mapping[str, str]] = {
    "http": _VLLM,
    "vllm": _VLLM,
    "ray": _VLLM,
    # llama.cpp ignores what it does not know (tools/server/server-schema.cpp); its own thinking_budget_tokens it
    # follows only if it recognises the template's tags.
    "local": {**_OPENAI, "repetition_penalty": "repeat_penalty"},
    "replay": {},
}
"""What each backend calls the options that go into a request as they are."""

_ALL: tuple[BackendKind, ...] = get_args(BackendKind)
_MODELS: tuple[BackendKind, ...] = ("http", "vllm", "ray", "local")

OTHERS: Mapping[str, tuple[BackendKind, ...]] = {
    "backend": _ALL,
    "samples": _ALL,  # a request for each
    "prompt": _ALL,  # the user's turn
    "seed": _MODELS,  # each request has one of its own
    "thinking": _MODELS,  # the chat template's enable_thinking
    "reasoning_effort": _MODELS,  # a field of a server's request, else a variable of the chat template
    "extra": ("http", "local"),  # further fields of the request
    "prefill": _MODELS,  # the beginning of the assistant's turn
    "base_urls": ("http",),
    "api_key_env": ("http",),
    "concurrency": ("http", "local"),
    "retries": ("http", "local"),
    "timeout": ("http", "local"),
    "engine": ("vllm", "ray"),
    "replicas": ("ray",),
    "replies": ("replay",),
}
"""The backends of all other options, which tell how requests are made and where they go."""

TRANSPORT = ("concurrency", "retries", "timeout", "api_key_env", "replicas")
"""How requests travel: it decides no response, and overthink.toml may name it for other backends."""

_DEFAULTS = GenerateConfig()
_HINTS = {
    "base_urls": "Leave one of the two out.",
    "engine": "Give the server its options where it is started.",
    "extra": "It is for requests to a server: --base-url.",
}

_WITHOUT_SWITCH = {
    "enable_thinking": "Leave --thinking/--no-thinking out; see --prefill.",
    "reasoning_effort": "Leave --reasoning-effort out.",
}

_OWN_FIELDS: Mapping[str, str | None] = {
    **{theirs: ours for names in NAMES.values() for ours, theirs in names.items()},
    **dict.fromkeys(("max_completion_tokens", "n_predict"), "max_tokens"),
    "n": "samples",
    **dict.fromkeys(("seed", "random_seed"), "seed"),
    "reasoning_effort": "reasoning_effort",
    "chat_template_kwargs.enable_thinking": "thinking",
    "chat_template_kwargs.reasoning_effort": "reasoning_effort",
    **dict.fromkeys(("model", "messages", "prompt", "stream", "stream_options", "response_format"), None),
    **dict.fromkeys(("continue_final_message", "add_generation_prompt"), None),
}
"""Fields of a request that overthink writes itself, and the option that does, if one does by itself."""


@dataclass(frozen=True)
class Flags:
    """What the options for a model are called on the command line, for the words of an error."""

    section: str = "generate"
    url: str = "--base-url"
    model: str = "--model"


def takers(option: str) -> tuple[BackendKind, ...]:
    """The backends that take this option of [generate]. KeyError for one that nobody has thought of."""
    return tuple(kind for kind in _ALL if option in NAMES[kind]) or OTHERS[option]


def translate(config: GenerateConfig, kind: BackendKind) -> dict[str, Any]:
    """The options that go into a request as they are, by the backend's own names; empty if none is given."""
    given = {theirs: getattr(config, ours) for ours, theirs in NAMES[kind].items()}
    return {name: value for name, value in given.items() if value is not None}


def without_unused(config: GenerateConfig, given: Collection[str]) -> GenerateConfig:
    """The config without those TRANSPORT options that this backend has no use for and that nobody has `given` now.

    overthink.toml, and what an earlier try has left, may serve several backends; nothing unused is written down.
    """
    unused = [name for name in TRANSPORT if name not in given and config.backend not in takers(name)]
    return replace(config, **{name: getattr(_DEFAULTS, name) for name in unused})


def check(config: GenerateConfig, kind: BackendKind, flags: Flags, given: Collection[str] = ()) -> None:
    """Refuse what this backend does not take.

    Raises OverthinkError for an option that is `given`, or not at its default, and that is not this backend's.
    """
    for option in fields(GenerateConfig):
        kinds = takers(option.name)
        is_set = option.name in given or getattr(config, option.name) != getattr(_DEFAULTS, option.name)
        if kind not in kinds and is_set:
            name = flags.url if option.name == "base_urls" else flag_of(flags.section, option.name)
            raise OverthinkError(
                f"{name} is not for {flag_of(flags.section, 'backend')} {kind}",
                _HINTS.get(option.name, f"Give it with {flag_of(flags.section, 'backend')} {' or '.join(kinds)}."),
            )


def check_extra(extra: Mapping[str, Any]) -> None:
    """OverthinkError for a field that another option, or overthink itself, writes into the request."""
    inner = extra.get("chat_template_kwargs", {})
    if not isinstance(inner, Mapping):
        raise OverthinkError("--extra: chat_template_kwargs is no object", "Write it as an object in the object.")
    for name in (*extra, *(f"chat_template_kwargs.{key}" for key in inner)):
        if name in _OWN_FIELDS:
            option = _OWN_FIELDS[name]
            raise OverthinkError(
                f"--extra: {name} is written by overthink itself",
                f"Give it with {flag_of('generate', option)}." if option else "Leave it out.",
            )


def template_switches(config: GenerateConfig) -> dict[str, Any]:
    """The variables of the chat template that the config sets."""
    switches = {"enable_thinking": config.thinking, "reasoning_effort": config.reasoning_effort}
    return {name: value for name, value in switches.items() if value is not None}


def check_switches(template: str, config: GenerateConfig) -> None:
    """OverthinkError if the config sets a variable that the chat template does not read."""
    for name in template_switches(config):
        if name not in template:
            raise OverthinkError(f"the model's chat template knows no {name}", _WITHOUT_SWITCH[name])


def own_sampling(model: str) -> dict[str, Any]:
    """The values that the model's own file names; none if the file cannot be had: then the server decides."""
    try:
        path = Path(model) / FILE if Path(model).is_dir() else _from_hub(model)
        own = json.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return {key: own[key] for key in DRAWING if isinstance(own.get(key), (int, float))}


def _from_hub(model: str) -> Path | None:
    try:
        return file_of(model, FILE) if re.fullmatch(r"[\w.-]+/[\w.-]+", model) else None
    except NotOnHubError:
        return None
