"""ray: vLLM on the machines of a Ray cluster, through Ray Data's batch inference (`ray.data.llm`).

Ray places the engines, feeds them, and starts lost ones again with what they held. Prompts are made here, so that its
machines need vLLM and the model but nothing of overthink; the run folder is the checkpoint (Ray's own covers only what
its machines write themselves, to a disk that they share).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from itertools import chain, islice
from typing import Any, NamedTuple

from overthink.config import GenerateConfig
from overthink.errors import OverthinkError
from overthink.models.interface import NoReply, Reply, Request
from overthink.models.vllm import Chat, engine_args, engine_options, plain_errors, refused, stdout_to_stderr, two_lines
from overthink.records import FinishReason
from overthink.text.thinking import Tags

BATCH = 32
"""Requests that travel together: so many responses reach the disk at once."""

BATCHES_AT_ONCE = 32
"""Batches in one engine: enough for the 1,024 sequences that vLLM runs at most by default."""

ERROR = "__inference_error__"


class Ends(NamedTuple):
    """How a response can end: Ray hands on no finish reason, but every token."""

    stops: frozenset[int]
    context: int
    longest: int | None

    def reason(self, tokens: Sequence[int], prompt_tokens: int) -> FinishReason:
        """Unknown for one that neither stops itself nor has used up its room: the engine broke it off."""
        if len(tokens) and int(tokens[-1]) in self.stops:
            return "stop"
        room = min(self.context - prompt_tokens, self.longest or self.context)
        return "length" if len(tokens) >= room else "unknown"


class RayBackend:
    """A model in as many engines as the cluster holds. Ray starts with the first request and ends with the last."""

    def __init__(self, config: GenerateConfig, model: str, tags: Tags | None = None) -> None:
        check_installed()
        self._config = config
        self._model = model
        self._tags = tags
        self._args = engine_args(config, model)

    def complete(self, requests: Iterator[Request | None]) -> Iterator[Reply | NoReply]:
        """See `Backend.complete`. OverthinkError if the cluster or its engines cannot start.

        All requests that are there go to Ray at once, and wait in its object store.
        """
        first = next(requests, None)
        if first is None:
            return
        chat, ends = self._chat()
        with _cluster():
            while first is not None:
                for row in self._rows(chain((first,), iter(lambda: next(requests, None), None)), chat):
                    if row[ERROR]:
                        yield refused(row["id"], " ".join(row[ERROR].split())[:300])
                    else:
                        yield _reply(row, ends, chat)
                first = next(requests, None)

    def _rows(self, requests: Iterator[Request], chat: Chat) -> Iterator[dict[str, Any]]:
        """Ray's rows, in the order in which they are done."""
        with _ray_errors(self._model), stdout_to_stderr():
            rows = iter(self._processor()(_dataset(_blocks(requests, chat))).iter_rows())
        while True:
            with _ray_errors(self._model):
                row = next(rows, None)
            if row is None:
                return
            yield row

    def _chat(self) -> tuple[Chat, Ends]:
        """The chat template, and how a response can end."""
        from vllm.tokenizers.registry import cached_tokenizer_from_config

        with plain_errors(self._model), stdout_to_stderr():
            model = self._args.create_model_config()
            tokenizer = cached_tokenizer_from_config(model)
            named = model.try_get_generation_config().get("eos_token_id", [])
        ends = [tokenizer.eos_token_id, *(named if isinstance(named, list) else [named])]
        stops = frozenset(end for end in ends if end is not None)
        return Chat(tokenizer, self._config, self._tags), Ends(stops, model.max_model_len, self._config.max_tokens)

    def _processor(self) -> Any:
        """Ray's engines: they take tokens and give text."""
        from ray.data.llm import build_processor, vLLMEngineProcessorConfig

        return build_processor(
            vLLMEngineProcessorConfig(
                model_source=self._model,
                engine_kwargs=engine_options(self._config),
                batch_size=BATCH,
                max_concurrent_batches=BATCHES_AT_ONCE,
                concurrency=self._config.replicas or self._room(),
                should_continue_on_error=True,
                log_engine_metrics=False,
                # Prompts come as tokens, and vLLM gives the text.
                chat_template_stage=False,
                tokenize_stage=False,
                detokenize_stage=False,
                **self._place(),
            )
        )

    def _room(self) -> int:
        """How many engines the cluster holds. OverthinkError if it holds none: Ray would wait for ever."""
        import ray

        there = ray.cluster_resources()
        if not _gpus(there):
            return max(1, sum(bool(node["Alive"]) for node in ray.nodes()))  # one on each machine
        each: int = self._args.tensor_parallel_size * self._args.pipeline_parallel_size
        if each > _gpus(there):
            raise OverthinkError(
                f"an engine needs {each} GPUs, and the Ray cluster has {_gpus(there)}",
                "Give a smaller --engine tensor_parallel_size=N, or add machines to the cluster.",
            )
        return _gpus(there) // each

    def _place(self) -> dict[str, Any]:
        """Ray takes a GPU for each engine, and would wait for one for ever on a cluster that has none."""
        import ray

        return {} if _gpus(ray.cluster_resources()) else {"placement_group_config": {"bundles": [{"CPU": 1}]}}


def check_installed() -> None:
    """OverthinkError if Ray is not installed."""
    if find_spec("ray") is None:
        raise OverthinkError(
            "Ray is not installed",
            "Install overthink[ray,vllm] here, and Ray and vLLM on the machines of the cluster; "
            "one machine needs only --backend vllm.",
        )


@contextmanager
def _cluster() -> Iterator[None]:
    """The cluster that RAY_ADDRESS names, or this machine. One that the caller started is left as it is."""
    import ray

    if ray.is_initialized():
        yield
        return
    with _ray_errors("the cluster"), stdout_to_stderr():
        ray.init(log_to_driver=False, logging_level=logging.ERROR, include_dashboard=False)
    try:
        yield
    finally:
        ray.shutdown()


def _dataset(blocks: Iterator[Any]) -> Any:
    """The requests in Ray's object store, a block for each batch: they leave this process as they are made."""
    import ray

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.WARNING)
    return ray.data.from_arrow_refs([ray.put(block) for block in blocks])


def _blocks(requests: Iterator[Request], chat: Chat) -> Iterator[Any]:
    import pyarrow

    while batch := [_row(request, chat) for request in islice(requests, BATCH)]:
        yield pyarrow.Table.from_pylist(batch)


def _row(request: Request, chat: Chat) -> dict[str, Any]:
    prompt = chat.prompt(request)
    return {
        "id": request.id,
        "opened": prompt.opened,
        "tokenized_prompt": prompt.ids,
        "sampling_params": chat.values(request),
    }


def _reply(row: dict[str, Any], ends: Ends, chat: Chat) -> Reply:
    return Reply(
        row["id"],
        chat.turn(row["opened"], row["generated_text"]),
        ends.reason(row["generated_tokens"], int(row["num_input_tokens"])),
        int(row["num_input_tokens"]),
        int(row["num_generated_tokens"]),
    )


def _ray_errors(model: str) -> AbstractContextManager[None]:
    """Whatever Ray raises, in two lines: what fails on another machine comes back in errors of many kinds."""
    return two_lines(
        f"Ray cannot run {model}",
        "Look at the cluster (`ray status`) and its logs; vLLM and the model must be there on every machine.",
    )


def _gpus(resources: dict[str, float]) -> int:
    return int(resources.get("GPU", 0))
