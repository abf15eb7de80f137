"""vllm: the model runs in this process. The engine is stepped, so that every response comes as soon as it is done."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, fields
from difflib import get_close_matches
from importlib.util import find_spec
from itertools import chain
from typing import Any, NamedTuple

from overthink.config import GenerateConfig
from overthink.errors import OverthinkError
from overthink.models.interface import NoReply, Reply, Request, clean
from overthink.models.sampling import DRAWING, check_switches, template_switches, translate
from overthink.text.finish import failure, finish_reason
from overthink.text.marks import Tags, mark_tokens
from overthink.text.openings import opened_by

AHEAD = 8
"""Requests in the engine, at most, for each that it runs at once. They are added many at a time: steps between which
one is added are slower. Memory stays flat."""


class VllmBackend:
    """A model in vLLM. The engine starts with the first request; it ends with the last or, if kept, with `close`."""

    def __init__(self, config: GenerateConfig, model: str, tags: Tags | None = None, *, keep: bool = False) -> None:
        self._keep = keep
        self._engine: Any = None
        self._config = config
        self._tags = tags
        self._args = engine_args(config, model)
        self._model = model

    def complete(self, requests: Iterator[Request | None]) -> Iterator[Reply | NoReply]:
        """See `Backend.complete`. OverthinkError if the engine cannot start."""
        first = next(requests, None)
        if first is None:
            return
        self._engine = self._engine or self._start()
        try:
            chat = Chat(self._engine.get_tokenizer(), self._config, self._tags)
            yield from _stepped(self._engine, chat, chain((first,), requests))
        except BaseException:  # what is left in the engine must not answer the next requests
            self.close()
            raise
        if not self._keep:
            self.close()

    def close(self) -> None:
        """End the engine, if it runs: the memory of its device is free again."""
        engine, self._engine = self._engine, None
        if engine is not None:
            self._stop(engine)

    def _stop(self, engine: Any) -> None:
        engine.engine_core.shutdown()

    def _start(self) -> Any:
        from vllm import LLMEngine

        with plain_errors(self._model), stdout_to_stderr():
            return LLMEngine.from_engine_args(self._args)


def _stepped(engine: Any, chat: Chat, requests: Iterator[Request | None]) -> Iterator[Reply | NoReply]:
    """Step the engine until all requests are answered; refill it when it is half empty."""
    from vllm.exceptions import VLLMValidationError

    most = engine.vllm_config.scheduler_config.max_num_seqs * AHEAD
    opened: dict[str, str] = {}
    while True:
        room = most - len(opened) if len(opened) <= most // 2 else 0
        while room > 0 and (request := next(requests, None)) is not None:
            room -= 1
            prompt = chat.prompt(request)
            try:
                (rendered,) = engine.renderer.render_cmpl([{"prompt_token_ids": prompt.ids}])
                engine.add_request(request.id, rendered, chat.sampling(request))
                opened[request.id] = prompt.opened
            except (ValueError, VLLMValidationError) as error:
                yield refused(request.id, first_words(error))
        if not opened:
            return
        for output in engine.step():
            if output.finished:
                yield _reply(output, opened.pop(output.request_id), chat)


def _reply(output: Any, opened: str, chat: Chat) -> Reply | NoReply:
    completion = output.outputs[0]
    if (kind := failure(completion.finish_reason)) is not None:
        return broken_off(output.request_id, kind, "vLLM")
    return Reply(
        output.request_id,
        chat.turn(opened, completion.text),
        finish_reason(completion.finish_reason),
        len(output.prompt_token_ids),
        len(completion.token_ids),
        output.num_cached_tokens,
    )


def refused(request_id: str, words: str) -> NoReply:
    """A request that vLLM does not take, and what it says of it."""
    return NoReply(
        request_id,
        "refused",
        f"vLLM refuses the request of {request_id}: {words}",
        "If the prompt is too long, give a longer context: --engine max_model_len=N.",
        own_fault=True,
    )


def broken_off(request_id: str, kind: str, engine: str) -> NoReply:
    """A response that the engine did not finish: what is there of it is none."""
    return NoReply(
        request_id,
        kind,
        f"{engine} ended the response {request_id} with {kind}",
        "Look at its log, then give the same command again; the responses so far are kept.",
    )


class PromptTokens(NamedTuple):
    """Token ids for the engine, and the beginning of the assistant's turn that they hold already."""

    ids: list[int]
    opened: str


class Chat:
    """The model's chat template, and how its responses are sampled."""

    def __init__(self, tokenizer: Any, config: GenerateConfig, tags: Tags | None) -> None:
        self._tokenizer = tokenizer
        self._config = config
        self._tags = tags
        self._switches = template_switches(config)
        template = tokenizer.get_chat_template() if tokenizer.chat_template else None
        if template is None:
            raise OverthinkError("the model has no chat template", "Name an instruct or reasoning model.")
        check_switches(template, config)
        specials = special_tokens(tokenizer)
        self._kept = mark_tokens(specials, tags)
        self._others = re.compile("|".join(map(re.escape, sorted(specials - self._kept, reverse=True))) or r"(?!)")

    def prompt(self, request: Request) -> PromptTokens:
        """The prompt as the template writes it. The text has its special tokens already."""
        text = self._tokenizer.apply_chat_template(
            [asdict(turn) for turn in request.turns], tokenize=False, add_generation_prompt=True, **self._switches
        )
        prefill = self._config.prefill or ""
        ids = self._tokenizer.encode(text + prefill, add_special_tokens=False)
        # A reply with a schema starts with its JSON, whatever the template opened before it.
        opened = opened_by(text, self._tags) if request.schema is None else ""
        return PromptTokens(ids, opened + prefill)

    def values(self, request: Request) -> dict[str, Any]:
        """What vLLM's SamplingParams is given: the config's values, if it has any (they are the model's own by now)."""
        return {
            "max_tokens": None,
            **translate(self._config, "vllm"),
            "seed": request.seed,
            # An engine that leaves out special tokens leaves out the marks that are made of some.
            "skip_special_tokens": not self._kept,
        }

    def turn(self, opened: str, written: str) -> str:
        """The assistant's turn: what its prompt began, and what the model wrote, without tokens that are no marks."""
        return clean(opened + (self._others.sub("", written) if self._kept else written))

    def sampling(self, request: Request) -> Any:
        """The values as vLLM takes them in this process."""
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind, StructuredOutputsParams

        return SamplingParams(
            **self.values(request),
            output_kind=RequestOutputKind.FINAL_ONLY,
            structured_outputs=StructuredOutputsParams(json=dict(request.schema)) if request.schema else None,
        )


def special_tokens(tokenizer: Any) -> set[str]:
    """The tokens that an engine leaves out of a text unless it is told to keep them."""
    added = getattr(tokenizer, "added_tokens_decoder", {}).values()
    return {*tokenizer.all_special_tokens, *(token.content for token in added if token.special)}


def engine_args(config: GenerateConfig, model: str) -> Any:
    """vLLM's EngineArgs. OverthinkError if vLLM is missing, or an option unknown to it or missing for a budget."""
    _import()
    from vllm import EngineArgs

    known = {option.name for option in fields(EngineArgs)} - {"model"}
    for name in config.engine:
        if name not in known:
            near = get_close_matches(name, known, n=3) or ["max_model_len", "tensor_parallel_size"]
            raise OverthinkError(f"--engine {name}: vLLM has no such option", f"Did you mean {' or '.join(near)}?")
    if config.thinking_budget is not None and not {"reasoning_parser", "reasoning_config"} & set(config.engine):
        raise OverthinkError(
            "--thinking-budget: vLLM must be told how the model marks its thinking",
            "Add --engine reasoning_parser=NAME, for example deepseek_r1 or qwen3.",
        )
    with plain_errors(model):
        return EngineArgs(model=model, **engine_options(config))


def engine_options(config: GenerateConfig) -> dict[str, Any]:
    """The options that the user names, over those that every engine is started with."""
    from vllm.platforms import current_platform

    # On a CPU the engine dies if the prompt of a sample with a seed of its own is split over two steps.
    whole_prompts = {"enable_chunked_prefill": False} if current_platform.is_cpu() else {}
    return {"disable_log_stats": True, **whole_prompts, **config.engine}


def own_sampling(config: GenerateConfig, model: str) -> dict[str, Any]:
    """The values that vLLM takes if none are given: those of the model's generation_config over vLLM's own.

    `max_tokens` null is: to the end of the context.
    """
    args = engine_args(config, model)
    from vllm import SamplingParams

    with plain_errors(model), stdout_to_stderr():
        own = args.create_model_config().get_diff_sampling_param()
        params = SamplingParams(**{"max_tokens": None, **own})
    return {name: getattr(params, name) for name in (*DRAWING, "max_tokens")}


def _import() -> None:
    """OverthinkError if vLLM is not installed. Its words go to stderr: stdout is for results."""
    os.environ.setdefault("VLLM_LOGGING_STREAM", "ext://sys.stderr")
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "WARNING")
    if find_spec("vllm") is None:
        raise OverthinkError(
            "vLLM is not installed",
            "Install overthink[vllm] on a machine with a GPU, name a server with --base-url, or take --backend local.",
        )


def plain_errors(model: str) -> AbstractContextManager[None]:
    """Whatever vLLM raises while it starts, in two lines."""
    return two_lines(
        f"vLLM cannot run {model}",
        "Name a folder or a model of the hub; look at the --engine options; VLLM_LOGGING_LEVEL=INFO tells more.",
    )


@contextmanager
def two_lines(message: str, hint: str) -> Iterator[None]:
    """Any exception as an OverthinkError: engines have no error of their own for what a user did wrong."""
    try:
        yield
    except OverthinkError:
        raise
    except Exception as error:
        raise OverthinkError(f"{message}: {first_words(error)}", hint) from error


@contextmanager
def stdout_to_stderr() -> Iterator[None]:
    """What native libraries print while the engine starts goes to stderr."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def first_words(error: BaseException) -> str:
    """The beginning of what an error says."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2])[:300] or type(error).__name__
