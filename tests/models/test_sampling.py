"""Every option of [generate] reaches the request of a backend, or the backend refuses it."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, get_args
from unittest.mock import MagicMock

import pytest

from overthink.config import BackendKind, GenerateConfig, build, flag_of, free_options
from overthink.errors import OverthinkError
from overthink.models import with_backend
from overthink.models.http import HttpBackend
from overthink.models.interface import ask
from overthink.models.local import LocalBackend
from overthink.models.sampling import TRANSPORT, Flags, check, takers
from overthink.models.vllm import Chat
from tests.loopback import Server

Serve = Callable[..., Server]

KINDS: tuple[BackendKind, ...] = get_args(BackendKind)
CANDIDATES = (0.3125, 321, True, "x", ("http://127.0.0.1:1/v1",), {"dtype": "half"}, "replay")
"""Values of every type that an option has; none is a default."""

TEMPLATE = "{{ messages }} {{ enable_thinking }} {{ reasoning_effort }}"


def given(name: str) -> Any:
    """A value that this option takes and that is not its default."""
    for value in CANDIDATES:
        try:
            return getattr(build({"generate": {name: value}}, origin="x").generate, name)
        except OverthinkError:
            continue
    raise AssertionError(f"no candidate is a value of {name}")


OPTIONS = {option.name: given(option.name) for option in fields(GenerateConfig)}
DECIDING = [option.name for option in fields(GenerateConfig) if option.metadata["decides"] and option.name != "backend"]
PAIRS = [(name, kind) for name in OPTIONS for kind in KINDS]
SENT = [(name, kind) for name in DECIDING for kind in takers(name)]
REFUSED = [(name, kind) for name, kind in PAIRS if kind not in takers(name)]


def usable(kind: BackendKind) -> GenerateConfig:
    """The least that this backend needs."""
    return GenerateConfig(
        backend=kind,
        base_urls=("http://127.0.0.1:1/v1",) if kind == "http" else (),
        replies=Path("replies.jsonl") if kind == "replay" else None,
    )


class Tokenizer:
    """Renders the turns and the switch as a text, and each character as a token."""

    chat_template = TEMPLATE
    all_special_tokens: tuple[str, ...] = ()

    def get_chat_template(self) -> str:
        return TEMPLATE

    def apply_chat_template(self, turns: Any, *, tokenize: bool, add_generation_prompt: bool, **switch: Any) -> str:
        return f"{turns} {switch}"

    def encode(self, text: str, *, add_special_tokens: bool) -> list[int]:
        return [ord(character) for character in text]


@pytest.fixture
def requested(
    serve: Serve, answer: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[GenerateConfig], dict[str, Any]]:
    """What the engine of a config is asked: the body of a request, or the prompt and the sampling values."""
    server = serve(answer(content="5"))
    llama = ModuleType("xllamacpp")
    llama.__spec__ = ModuleSpec("xllamacpp", None)
    llama.__dict__.update(
        Server=lambda _params: SimpleNamespace(listening_address=server.url.removesuffix("/v1")),
        CommonParams=MagicMock,
        common_reasoning_format=MagicMock(),
    )
    monkeypatch.setitem(sys.modules, "xllamacpp", llama)
    model = tmp_path / "model.gguf"
    template = TEMPLATE.encode()
    model.write_bytes(b"GGUF tokenizer.chat_template" + struct.pack("<IQ", 8, len(template)) + template)

    def ask_with(config: GenerateConfig) -> dict[str, Any]:
        request = ask("p#1", "What is 2 + 3?", config.seed)
        if config.backend in ("vllm", "ray"):
            chat = Chat(Tokenizer(), config, None)
            return {"prompt": chat.prompt(request).ids, **chat.values(request)}
        if config.backend == "local":
            replies = LocalBackend(config, str(model)).complete(iter([request]))
        else:
            replies = HttpBackend(replace(config, base_urls=(server.url,)), "m").complete(iter([request]))
        assert len(list(replies)) == 1
        return server.bodies[-1]

    return ask_with


def test_every_option_and_backend_is_in_one_of_the_two_lists() -> None:
    assert {name for name, _ in SENT} == set(DECIDING)
    assert {kind for _, kind in REFUSED} == set(KINDS)


@pytest.mark.parametrize(("name", "kind"), SENT)
def test_an_option_that_decides_responses_changes_what_the_engine_is_asked(
    requested: Callable[[GenerateConfig], dict[str, Any]], name: str, kind: BackendKind
) -> None:
    plain = usable(kind)
    assert requested(replace(plain, **{name: OPTIONS[name]})) != requested(plain)


@pytest.mark.parametrize(("name", "kind"), [pair for pair in PAIRS if pair not in REFUSED and pair[0] != "backend"])
def test_an_option_that_a_backend_takes_is_not_refused(name: str, kind: BackendKind) -> None:
    check(replace(usable(kind), **{name: OPTIONS[name]}), kind, Flags())


@pytest.mark.parametrize(("name", "kind"), REFUSED)
def test_an_option_that_a_backend_does_not_take_is_refused(name: str, kind: BackendKind) -> None:
    with pytest.raises(OverthinkError) as error:
        with_backend(replace(usable(kind), **{name: OPTIONS[name]}), given={name})
    assert error.value.message == f"{flag_of('generate', name)} is not for --backend {kind}"
    assert error.value.exit_code == 2


@pytest.mark.parametrize(("name", "kind"), REFUSED)
def test_an_option_at_its_default_is_refused_if_it_is_given(name: str, kind: BackendKind) -> None:
    with pytest.raises(OverthinkError, match=f"is not for --backend {kind}"):
        with_backend(usable(kind), given={name})


@pytest.mark.parametrize(("name", "kind"), REFUSED)
def test_what_a_file_names_for_other_backends_is_dropped_if_it_decides_nothing_else_refused(
    name: str, kind: BackendKind
) -> None:
    named = replace(usable(kind), **{name: OPTIONS[name]})
    if name in TRANSPORT:
        assert with_backend(named) == with_backend(usable(kind))
    else:
        with pytest.raises(OverthinkError, match=f"is not for --backend {kind}"):
            with_backend(named)


def test_transport_decides_no_response() -> None:
    assert set(TRANSPORT) <= set(free_options("generate"))


@pytest.mark.parametrize(
    ("kind", "option", "value", "sent"),
    [
        ("http", "repetition_penalty", 1.3, {"repetition_penalty": 1.3}),
        ("local", "repetition_penalty", 1.3, {"repeat_penalty": 1.3}),
        ("vllm", "repetition_penalty", 1.3, {"repetition_penalty": 1.3}),
        ("http", "thinking_budget", 9, {"thinking_token_budget": 9}),
        ("ray", "thinking_budget", 9, {"thinking_token_budget": 9}),
        ("http", "temperature", 0.0, {"temperature": 0.0}),
        ("local", "thinking", False, {"chat_template_kwargs": {"enable_thinking": False}}),
        ("vllm", "max_tokens", 9, {"max_tokens": 9}),
        ("http", "reasoning_effort", "high", {"reasoning_effort": "high"}),
        ("local", "reasoning_effort", "high", {"chat_template_kwargs": {"reasoning_effort": "high"}}),
        ("http", "extra", {"reasoning": {"effort": "low"}, "top_a": 1}, {"reasoning": {"effort": "low"}, "top_a": 1}),
        ("local", "extra", {"chat_template_kwargs": {"a": 1}}, {"chat_template_kwargs": {"a": 1}}),
    ],
)
def test_an_engine_is_asked_in_its_own_words(
    requested: Callable[[GenerateConfig], dict[str, Any]],
    kind: BackendKind,
    option: str,
    value: object,
    sent: dict[str, Any],
) -> None:
    plain = requested(usable(kind))
    found = requested(replace(usable(kind), **{option: value}))  # type: ignore[arg-type]  # any of its options
    assert {key: value for key, value in found.items() if plain.get(key) != value} == sent


def test_the_words_of_a_refusal_are_those_of_the_judges_options() -> None:
    config = GenerateConfig(backend="vllm", base_urls=("http://127.0.0.1:1/v1",))
    with pytest.raises(OverthinkError, match=r"^--judge-url is not for --judge-backend vllm\n"):
        check(config, "vllm", Flags("judge", "--judge-url", "--judge-model"))
    with pytest.raises(OverthinkError, match=r"^\[judge\] timeout is not for --judge-backend vllm\n"):
        check(GenerateConfig(backend="vllm", timeout=5.0), "vllm", Flags("judge"))


def test_a_switch_that_the_template_does_not_have_is_refused(
    requested: Callable[[GenerateConfig], dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "model.gguf"
    plain = model.read_bytes().replace(b"enable_thinking", b"enable_thought_")
    model.write_bytes(plain.replace(b"reasoning_effort", b"reasoning_thought"))
    monkeypatch.setattr(Tokenizer, "get_chat_template", lambda _self: "{{ messages }}")
    switches: tuple[dict[str, Any], ...] = ({"thinking": False}, {"thinking": True}, {"reasoning_effort": "high"})
    for switch in switches:
        with pytest.raises(OverthinkError, match="knows no "):
            LocalBackend(GenerateConfig(backend="local", **switch), str(model))
        with pytest.raises(OverthinkError, match="knows no "):
            requested(GenerateConfig(backend="vllm", **switch))


def test_fields_of_a_request_add_up(requested: Callable[[GenerateConfig], dict[str, Any]]) -> None:
    config = replace(usable("http"), thinking=False, reasoning_effort="low", extra={"chat_template_kwargs": {"a": 1}})
    body = requested(config)
    assert body["chat_template_kwargs"] == {"a": 1, "enable_thinking": False}
    assert body["reasoning_effort"] == "low"


@pytest.mark.parametrize(
    ("extra", "hint"),
    [
        ({"messages": []}, "Leave it out"),
        ({"stream": False}, "Leave it out"),
        ({"model": "x"}, "Leave it out"),
        ({"response_format": {}}, "Leave it out"),
        ({"seed": 3}, "--seed"),
        ({"temperature": 1}, "--temperature"),
        ({"max_tokens": 1}, "--max-tokens"),
        ({"max_completion_tokens": 1}, "--max-tokens"),
        ({"n": 2}, "--samples"),
        ({"repeat_penalty": 2}, "--repetition-penalty"),
        ({"thinking_token_budget": 2}, "--thinking-budget"),
        ({"reasoning_effort": "low"}, "--reasoning-effort"),
        ({"chat_template_kwargs": {"enable_thinking": True}}, "--thinking"),
        ({"chat_template_kwargs": "x"}, "object"),
    ],
)
@pytest.mark.parametrize("kind", ["http", "local"])
def test_what_overthink_writes_itself_is_no_further_field(kind: BackendKind, extra: dict[str, Any], hint: str) -> None:
    with pytest.raises(OverthinkError, match="--extra") as error:
        with_backend(replace(usable(kind), extra=extra))
    assert hint in error.value.hint


@pytest.mark.parametrize("name", ["presence_penalty", "logit_bias", "reasoning", "thinking", "top_a", "stop"])
def test_any_other_field_is_taken(name: str) -> None:
    with_backend(replace(usable("http"), extra={name: 1}))
