"""The judges of a command: the options of a stage become a model, a backend, the replies that are kept, a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from importlib.util import find_spec
from typing import Any, Literal, NamedTuple

from overthink.config import OF_JUDGE, GenerateConfig, JudgeConfig, as_json
from overthink.errors import OverthinkError
from overthink.judge.asking import AskAbout, Asking, Judging, estimate
from overthink.judge.budget import Budget, price
from overthink.judge.dialogue import reply_tokens
from overthink.judge.kept import FOLDER, Replies
from overthink.models import MACHINE_OPTIONS, Flags, make, with_backend
from overthink.models.interface import Backend, NoReply, Reply, Request
from overthink.records import Failure, JudgeUse, Row
from overthink.run import Run
from overthink.run.manifest import JUDGE_NAMES
from overthink.run.owed import Item, Work
from overthink.text.tokenizers import load_tokenizer

JudgeMode = Literal["model", "hybrid"]

COUNTS = 256
"""Texts whose tokens are not counted again."""

FLAGS = Flags("judge", "--judge-url", "--judge-model")

_NOT_KEPT = ("max_calls", "max_cost")


Count = Callable[[str], int]
"""Counts the tokens of a text."""


class Judge(NamedTuple):
    """A judge of a stage: its name, the digests of its prompts, how it talks about an item, and a readable reply."""

    name: str
    prompts: dict[str, str]
    ask: AskAbout
    stand_in: Callable[[Item], str]


JudgeFactory = Callable[[JudgeMode, Count, JudgeConfig], Judge]
"""Makes the judge of a stage."""


@dataclass(frozen=True)
class JudgedStage:
    """One stage of one run that a model judges. `identity` is what run.json keeps of it."""

    run: Run
    stage: str
    config: JudgeConfig
    identity: dict[str, Any]
    judging: Judging
    stand_in: Callable[[Item], str]

    def use(self) -> JudgeUse:
        """What the judge was asked so far, and for segments of how many paragraphs."""
        use = self.judging.replies.use(self.judging.asking.model, self.config.price_in, self.config.price_out)
        rows = self.run.table("segment").rows() if self.stage == "segment" else iter(())
        shares = [(row.paragraphs, row.asked_paragraphs) for row in rows if row.paragraphs is not None]
        if not shares:
            return use
        asked = sum(part or 0 for _, part in shares)
        return use.model_copy(update={"paragraphs": sum(whole for whole, _ in shares), "asked_paragraphs": asked})

    def estimate(self, items: Iterator[Item]) -> dict[str, Any]:
        """What is still to be asked, and its price; what is expected of the replies is the mean of those kept."""
        found = estimate(self.judging, items, self.stand_in)
        most = found.calls * self.judging.asking.longest
        use = self.use()
        counted = use.calls - use.uncounted
        expected = round(found.calls * use.completion_tokens / counted) if counted else None
        prices = self.config.price_in, self.config.price_out
        return {
            "run": str(self.run.folder),
            "stage": self.stage,
            "judge": self.judging.asking.model,
            "rows": found.rows,
            "calls": found.calls,
            "kept_calls": found.kept,
            "rows_that_may_ask_more": found.open_rows,
            "prompt_tokens": found.prompt_tokens,
            "reply_tokens_expected": expected,
            "reply_tokens_at_most": most,
            "cost_expected": None if expected is None else price(found.prompt_tokens, expected, *prices),
            "cost_at_most": price(found.prompt_tokens, most, *prices),
        }


class Judges:
    """The judges of one command: they share its budget, and only one engine at a time is in this process."""

    def __init__(self, limits: Callable[[], JudgeConfig]) -> None:
        """`limits` gives the options that hold the budget; it is called if a judge is needed at all."""
        self._limits = limits
        self._open: tuple[str, _OnDemand] | None = None

    def __enter__(self) -> Judges:
        return self

    def __exit__(self, *error: object) -> None:
        if self._open is not None:
            self._open[1].close()

    @cached_property
    def _budget(self) -> Budget:
        limits = self._limits()
        return Budget(limits.max_calls, limits.max_cost)

    def stage(
        self, run: Run, stage: str, make: JudgeFactory, mode: JudgeMode, config: JudgeConfig, *, replay: bool
    ) -> JudgedStage:
        """The stage of this run, judged so. With `replay` nothing is asked: only kept replies are read."""
        if config.model is None:
            raise OverthinkError(
                f"{stage}: no judge is named", "Name its model with --judge-model, or in overthink.toml: [judge] model."
            )
        if self._budget.max_cost is not None and None in (config.price_in, config.price_out):
            raise OverthinkError(
                "--max-cost: no prices are known", "Give --price-in and --price-out, of a million tokens each."
            )
        count = lru_cache(COUNTS)(counter(config.model))  # prompts are counted for every row
        judge = make(mode, count, config)
        kept = {key: value for key, value in as_json(config).items() if key not in _NOT_KEPT}
        identity = {
            "judge": mode,
            JUDGE_NAMES[stage]: judge.name,
            "prompts": judge.prompts,
            "judge_tokenizer": load_tokenizer(config.model).tokenizer.name,
            **{OF_JUDGE + key: value for key, value in kept.items()},
            OF_JUDGE + "url": list(_urls(config)),
        }
        backend = None if replay else self._backend(config, config.model)
        asking = _asking(config, config.model, count)
        judging = _judging(run, stage, judge.ask, asking, backend, self._budget)
        return JudgedStage(run, stage, config, identity, judging, judge.stand_in)

    def _backend(self, config: JudgeConfig, model: str) -> Backend:
        """The backend of this judge; the one before it ends, if it is another."""
        options = _backend_config(config)
        key = repr((options, model))
        if self._open is None or self._open[0] != key:
            self.__exit__()
            self._open = key, _OnDemand(partial(_made, options, model))
        return self._open[1]


class _OnDemand:
    """A backend that is made when it is first asked: if nothing is owed, no server and no engine is needed."""

    def __init__(self, make: Callable[[], Backend]) -> None:
        self._make = make
        self._backend: Backend | None = None

    def complete(self, requests: Iterator[Request | None]) -> Iterator[Reply | NoReply]:
        self._backend = self._backend or self._make()
        return self._backend.complete(requests)

    def close(self) -> None:
        close = getattr(self._backend, "close", None)
        if close is not None:
            close()


def judging_of(run: Run, stage: str, config: JudgeConfig, ask: AskAbout, count: Count) -> Work:
    """A stage that is none of the pipeline's, judged: it has a budget of its own, and its engine ends with its rows.

    `count` counts the tokens of the model that `config` names.
    """
    if config.model is None:
        raise OverthinkError(f"{stage}: no judge is named", "Name its model with --judge-model.")
    backend = _OnDemand(partial(_made, _backend_config(config), config.model))
    asking = _asking(config, config.model, count)
    judging = _judging(run, stage, ask, asking, backend, Budget(config.max_calls, config.max_cost))

    def rows(items: Iterator[Item]) -> Iterator[Row | Failure]:
        with closing(backend):  # the next command of this process may need the memory of the device
            yield from judging(items)

    return rows


def _judging(run: Run, stage: str, ask: AskAbout, asking: Asking, backend: Backend | None, budget: Budget) -> Judging:
    return Judging(
        stage=stage,
        ask=ask,
        asking=asking,
        replies=Replies(run.folder / FOLDER / f"{stage}.jsonl"),
        backend=backend,
        budget=budget,
        failed=frozenset(failure.id for failure in run.failures() if failure.stage == stage),
    )


def recorded(run: Run, stage: str) -> dict[str, Any]:
    """The options of the judge with which this stage of the run was started."""
    record = run.manifest.stages.get(stage)
    options = JudgeConfig.__dataclass_fields__
    kept = {key.removeprefix(OF_JUDGE): value for key, value in (record.config if record else {}).items()}
    return {key: value for key, value in kept.items() if key in options}


def _backend_config(config: JudgeConfig) -> GenerateConfig:
    """The options of a backend that runs the judge. OverthinkError if neither a server nor vLLM is at hand."""
    urls = _urls(config)
    kind = config.backend or ("http" if urls else "vllm")
    if kind == "http" and not urls:
        raise OverthinkError("the judge has no server", "Give its address with --judge-url, with /v1 at its end.")
    if kind == "vllm" and config.backend is None and find_spec("vllm") is None:
        raise OverthinkError(
            "no server is named for the judge, and vLLM is not installed here",
            "Give its address with --judge-url, with /v1 at its end, or install overthink[vllm].",
        )
    options = GenerateConfig(
        backend=kind,
        base_urls=urls,
        engine=config.engine,
        temperature=config.temperature,
        max_tokens=longest_reply(config),
        thinking=config.thinking,
        concurrency=config.concurrency,
        retries=config.retries,
        timeout=config.timeout,
        api_key_env=config.api_key_env,
    )
    return with_backend(options, flags=FLAGS)


def _made(config: GenerateConfig, model: str) -> Backend:
    return make(config, model, None, flags=FLAGS, keep=True)


def _urls(config: JudgeConfig) -> tuple[str, ...]:
    return (config.url,) if isinstance(config.url, str) else tuple(config.url)


def longest_reply(config: JudgeConfig) -> int:
    """Tokens of the longest reply."""
    return config.max_tokens or reply_tokens(config.context)


def _asking(config: JudgeConfig, model: str, count: Count) -> Asking:
    engine = {key: value for key, value in config.engine.items() if key not in MACHINE_OPTIONS}
    sampling = {
        "temperature": config.temperature,
        "max_tokens": longest_reply(config),
        "thinking": config.thinking,
        **({"engine": engine} if engine else {}),
    }
    return Asking(model, sampling, config.seed, count, longest_reply(config), config.price_in, config.price_out)


def counter(model: str) -> Count:
    """Counts the tokens of a text, as this model does."""
    tokenizer = load_tokenizer(model).tokenizer
    return lambda text: len(tokenizer.starts(text))
