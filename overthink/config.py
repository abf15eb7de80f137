"""Every option with all its facts: type, bounds, default, help, flags, whether it decides what a stage writes.

An option given on the command line wins over overthink.toml, which wins over the default here. Plain dataclasses, so
that `overthink --help` can name the defaults without loading pydantic; `build` validates with it.
"""

import json
import os
import shlex
from dataclasses import Field, asdict, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, get_args

from annotated_types import Ge, Gt, Le

from overthink.errors import OverthinkError, first_fault

if TYPE_CHECKING:
    from pydantic import TypeAdapter

BackendKind = Literal["vllm", "http", "ray", "local", "replay"]
JudgeKind = Literal["rules", "model", "hybrid", "replay"]
VerifyJudge = Literal["sympy", "model", "replay"]
JudgeBackend = Literal["http", "vllm", "local"]
Scope = Literal["thinking", "response"]
"""Which tokens count to T: the thinking (tags apart), or the text after the tag as well."""
PairKind = Literal["shortest", "fcs", "fcs-reflection", "gds"]
Closing = Literal["own", "boxed"]
RejectedFrom = Literal["longest", "correct"]
PairRows = Literal["preference", "sft"]
PromptFormat = Literal["chat", "plain"]
TrainMethod = Literal["sft", "dpo", "rpo", "simpo"]
Thinks = Literal["switch", "prompt", "always"]
"""How a model comes to think: by a switch of its chat template; if a prompt asks for it; always, as it was trained."""
Precision = Literal["auto", "bf16", "fp32"]
Sections = dict[str, dict[str, Any]]

CONFIG_FILE = "overthink.toml"
OF_JUDGE = "judge_"
"""Before an option of the judge in the config of a stage that it judges."""


def _option(
    default: Any,
    description: str,
    *flags: str,
    metavar: str | None = None,
    decides: bool = True,
    toml_only: bool = False,
    shows_bounds: bool = False,
    is_json: bool = False,
) -> Any:
    """One option.

    Args:
        default: its value if nobody names one.
        description: its help text, without the default.
        flags: its names on the command line; without any, the one that its key gives.
        metavar: what the help calls its value, if not by its type.
        decides: whether it decides what a stage writes; if not, it may change between two tries at the same rows.
        toml_only: whether the command line has no flag for it.
        shows_bounds: whether the command line shows and checks its bounds; all are checked when the config is built.
        is_json: whether the command line takes a dictionary as JSON objects; if not, as NAME=VALUE. Several add up.
    """
    facts = {
        "help": description,
        "flags": flags,
        "metavar": metavar,
        "decides": decides,
        "toml_only": toml_only,
        "shows_bounds": shows_bounds,
        "is_json": is_json,
    }
    if default == {}:
        return field(default_factory=dict, metadata=facts)
    return field(default=default, metadata=facts)


class _Section:
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}


@dataclass(frozen=True, kw_only=True)
class GenerateConfig(_Section):
    """How a model is run. What is None is the model's own, or the engine's.

    Of the prompt and the engine run.json keeps apart what decides the responses: a digest, and some engine options.
    """

    backend: BackendKind | None = _option(None, "Default: http where a base URL is given, else vllm.")
    base_urls: tuple[str, ...] = _option(
        (),
        "An OpenAI-compatible server, with its /v1. Several share the work.",
        "--base-url",
        metavar="URL",
        decides=False,
    )
    replicas: Annotated[int, Ge(1)] | None = _option(
        None, "Engines over a Ray cluster; else as many as its GPUs hold.", decides=False, shows_bounds=True
    )
    engine: dict[str, Any] = _option({}, "An option of vLLM's engine.", metavar="NAME=VALUE", decides=False)
    replies: Path | None = _option(None, "A generate.jsonl to replay.", decides=False)
    prompt: Path | None = _option(
        None, "A file with the words around the question, which stands at {question}.", decides=False
    )
    samples: Annotated[int, Ge(1)] = _option(
        1, "Responses for each problem.", "--samples", "-n", decides=False, shows_bounds=True
    )
    temperature: Annotated[float, Ge(0)] | None = _option(None, "The model's own where none is given; 0 is greedy.")
    top_p: Annotated[float, Gt(0), Le(1)] | None = _option(None, "The model's own where none is given.")
    top_k: Annotated[int, Ge(-1)] | None = _option(None, "The model's own where none is given.")
    min_p: Annotated[float, Ge(0), Le(1)] | None = _option(None, "The model's own where none is given.")
    repetition_penalty: Annotated[float, Gt(0)] | None = _option(None, "The model's own where none is given.")
    max_tokens: Annotated[int, Ge(1)] | None = _option(None, "Longest response; else to the end of the context.")
    seed: Annotated[int, Ge(0)] = _option(0, "Each sample's own seed is made from this one.")
    thinking: bool | None = _option(None, "Whether to think, where the model's chat template knows it.")
    thinking_budget: Annotated[int, Ge(0)] | None = _option(
        None, "Thinking tokens after which vLLM ends it.", metavar="TOKENS"
    )
    reasoning_effort: str | None = _option(
        None, "How much to think, in the words of the server or of the model's chat template: low, medium, high, …"
    )
    extra: dict[str, Any] | None = _option(
        None, "Further fields of every request to a server, as a JSON object.", metavar="JSON", is_json=True
    )
    prefill: str | None = _option(None, "The first words of every response, for example an empty thinking box.")
    concurrency: Annotated[int, Ge(1), Le(1000)] = _option(64, "Requests in flight to servers.", decides=False)
    retries: Annotated[int, Ge(0)] = _option(
        5, "Further tries of a request that a server did not answer.", decides=False
    )
    timeout: Annotated[float, Gt(0)] = _option(
        600.0, "Seconds without a byte from a server before the next try.", decides=False
    )
    api_key_env: str = _option(
        "OPENAI_API_KEY", "The environment variable that holds the server's key.", decides=False, toml_only=True
    )


@dataclass(frozen=True, kw_only=True)
class SegmentConfig(_Section):
    """How solutions are found."""

    judge: JudgeKind = _option("rules", "Who finds the solutions; rules need no model.")


@dataclass(frozen=True, kw_only=True)
class ClusterConfig(_Section):
    """How strategies are found."""

    judge: JudgeKind = _option("rules", "Who finds the strategies; rules need no model.")


@dataclass(frozen=True, kw_only=True)
class VerifyConfig(_Section):
    """How answers are compared with the gold answer."""

    judge: VerifyJudge = _option("sympy", "A model is asked about the pairs that SymPy leaves undetermined.")
    cpu_seconds: Annotated[float, Gt(0)] = _option(2.0, "CPU time for one comparison; more is undetermined.")
    memory_mb: Annotated[int, Ge(512)] = _option(2048, "Address space of a comparing process, in MiB.", toml_only=True)


@dataclass(frozen=True, kw_only=True)
class JudgeConfig(_Section):
    """The model that judges, if a stage's judge is one. Prices are of a million tokens, in any one currency."""

    model: str | None = _option(
        None, "The model that judges: hub name, folder, the server's name of it.", "--judge-model"
    )
    url: str | tuple[str, ...] = _option(
        (), "The OpenAI-compatible server of the judge, with its /v1.", "--judge-url", decides=False
    )
    backend: JudgeBackend | None = _option(
        None, "Default: http where a URL is given, else vllm in this process.", "--judge-backend", decides=False
    )
    api_key_env: str = _option(
        "OPENAI_API_KEY", "The environment variable that holds the server's key.", decides=False, toml_only=True
    )
    engine: dict[str, Any] = _option({}, "An option of vLLM's engine.", decides=False, toml_only=True)
    temperature: Annotated[float, Ge(0)] | None = _option(0.0, "The judge's temperature.", toml_only=True)
    seed: Annotated[int, Ge(0)] = _option(0, "The judge's seed; each new try of a failed row adds one.", "--judge-seed")
    thinking: bool | None = _option(None, "Whether the judge thinks, where its chat template knows it.", toml_only=True)
    context: Annotated[int, Ge(1024)] = _option(
        32_768, "Tokens of the judge's context: longer responses take windows.", "--judge-context"
    )
    max_tokens: Annotated[int, Ge(1)] | None = _option(
        None, "Longest reply. Default: an eighth of the context.", toml_only=True
    )
    concurrency: Annotated[int, Ge(1), Le(1000)] = _option(
        64, "Requests in flight to the judge's servers.", decides=False, toml_only=True
    )
    retries: Annotated[int, Ge(0)] = _option(
        5, "Further tries of a request that a server did not answer.", decides=False, toml_only=True
    )
    timeout: Annotated[float, Gt(0)] = _option(
        600.0, "Seconds without a byte from a server before the next try.", decides=False, toml_only=True
    )
    price_in: Annotated[float, Ge(0)] | None = _option(
        None, "Price of a million tokens that the judge reads.", decides=False
    )
    price_out: Annotated[float, Ge(0)] | None = _option(
        None, "Price of a million tokens that the judge writes.", decides=False
    )
    max_calls: Annotated[int, Ge(0)] | None = _option(
        None, "Stop one command after so many calls; the next goes on.", decides=False
    )
    max_cost: Annotated[float, Ge(0)] | None = _option(
        None, "Stop one command before it costs more; the next goes on.", decides=False
    )


@dataclass(frozen=True, kw_only=True)
class ScoreConfig(_Section):
    """What is counted, and in which tokens."""

    scope: Scope = _option("thinking", "Tokens that count: the thinking, or the text after it as well.")
    tokenizer: str | None = _option(None, "Hub id, folder or tokenizer.json; the model's own where none is named.")
    t_max: Annotated[int, Gt(0)] = _option(1000, "Thinking tokens at which AUC_OAA gives nothing more.")


@dataclass(frozen=True, kw_only=True)
class ReportConfig(_Section):
    """Error bars."""

    resamples: Annotated[int, Ge(100)] = _option(10_000, "Bootstrap resamples of the problems.")
    seed: Annotated[int, Ge(0)] = _option(0, "Seed of the bootstrap.")


@dataclass(frozen=True, kw_only=True)
class ServeConfig(_Section):
    """The address of the local page."""

    host: str = _option(
        "127.0.0.1", "Address to listen on; another than this machine's own opens the runs to others.", decides=False
    )
    port: Annotated[int, Ge(0), Le(65535)] = _option(
        8765, "Port to listen on; 0 takes a free one.", decides=False, shows_bounds=True
    )


@dataclass(frozen=True, kw_only=True)
class PairsConfig(_Section):
    """How preference pairs are made of samples (arXiv 2412.21187 §3)."""

    kind: PairKind = _option(
        "fcs-reflection",
        "Which part of a sample is chosen: all of the shortest, or through the first correct solution (fcs), the "
        "second (fcs-reflection), or as long as strategies are new (gds).",
    )
    rejected: RejectedFrom = _option("longest", "The longest of all samples, or of the correct ones.")
    close: Closing = _option("own", "Close a cut sample with its own final text, or with its final answer in a box.")
    rows: PairRows = _option("preference", "Rows of TRL: prompt, chosen, rejected; or for SFT prompt, completion.")
    prompt_format: PromptFormat = _option("chat", "Prompts in the model's chat template, or plain.")
    tokenizer: str | None = _option(None, "Folder or hub id with the chat template; else the model's own.")


@dataclass(frozen=True, kw_only=True)
class CompareConfig(_Section):
    """Two runs, paired by problem."""

    permutations: Annotated[int, Ge(100)] = _option(10_000, "Random sign flips of the problems, for the p-values.")
    alpha: Annotated[float, Ge(0)] = _option(1.0, "Weight of fewer tokens in AES.")
    beta: Annotated[float, Ge(0)] = _option(3.0, "Weight of higher accuracy in AES.")
    gamma: Annotated[float, Ge(0)] = _option(5.0, "Weight of lower accuracy in AES.")


@dataclass(frozen=True, kw_only=True)
class ExitConfig(_Section):
    """Stopping earlier."""

    solutions: Annotated[int, Ge(1)] = _option(8, "Stops at the 1st, 2nd, ... up to this solution.")
    budgets: tuple[Annotated[int, Ge(1)], ...] = _option(
        (256, 512, 1024, 2048, 4096, 8192, 16384, 32768),
        "A token budget; several give a curve.",
        "--budget",
        metavar="TOKENS",
    )
    loss: Annotated[float, Gt(0), Le(1)] = _option(0.01, "Accuracy that may be lost: 0.01 is one point.")
    price_out: Annotated[float, Ge(0)] | None = _option(None, "Price of a million output tokens.")
    joules_per_token: Annotated[float, Ge(0)] | None = _option(None, "Energy of one output token.")


@dataclass(frozen=True, kw_only=True)
class TrainConfig(_Section):
    """How a model is trained on pairs. What is None depends on the method: the values of its paper."""

    method: TrainMethod = _option("simpo", "The paper's best is simpo. sft learns the chosen side alone.")
    beta: Annotated[float, Gt(0)] | None = _option(
        None, "β. Default: dpo 0.1 (arXiv 2305.18290), rpo 0.1 (arXiv 2404.19733), simpo 2.0 (arXiv 2405.14734)."
    )
    gamma: Annotated[float, Ge(0)] | None = _option(None, "Target margin γ of simpo. Default: 1.0 (arXiv 2405.14734).")
    alpha: Annotated[float, Ge(0)] | None = _option(
        None, "Weight of the chosen side's likelihood in rpo. Default: 1.0 (arXiv 2404.19733)."
    )
    learning_rate: Annotated[float, Gt(0)] | None = _option(
        None,
        "Default: sft 2e-5, simpo 6e-7 (arXiv 2405.14734), dpo 1e-6 (arXiv 2305.18290), rpo 5e-7 (arXiv 2404.19733).",
        "--learning-rate",
        "--lr",
    )
    epochs: Annotated[float, Gt(0)] = _option(1.0, "Times that every pair is seen.")
    max_steps: Annotated[int, Ge(1)] | None = _option(None, "Stop after so many updates.")
    batch_size: Annotated[int, Ge(1)] = _option(1, "Pairs at once on each device.")
    accumulation: Annotated[int, Ge(1)] = _option(16, "Batches before each update.")
    warmup: Annotated[float, Ge(0), Le(1)] = _option(0.1, "Share of the updates in which the learning rate rises.")
    schedule: str = _option("cosine", "How the learning rate falls, by its name in transformers.")
    max_length: Annotated[int, Ge(2)] | None = _option(
        None,
        "Longest pair in tokens, prompt included. Default: as long as the pairs are; none is ever cut.",
        metavar="TOKENS",
    )
    lora: bool = _option(False, "Train a LoRA adapter, not the whole model.", "--lora/--full")
    lora_rank: Annotated[int, Ge(1)] = _option(16, "Rank of the adapter.")
    lora_alpha: Annotated[int, Ge(1)] = _option(32, "Scale of the adapter: alpha over rank.")
    merge: bool = _option(
        False, "Write the model with its adapter merged, too, to OUT/merged: what vLLM can run.", decides=False
    )
    precision: Precision = _option("auto", "auto is bf16 on a GPU that knows it, else fp32.")
    checkpointing: bool | None = _option(None, "Less memory for more time (gradient checkpointing). Default: on a GPU.")
    seed: Annotated[int, Ge(0)] = _option(0, "Seed of the order of the pairs and of the adapter's first weights.")
    log_steps: Annotated[int, Ge(1)] = _option(10, "Updates between two lines of progress.", decides=False)
    save_steps: Annotated[int, Ge(1)] = _option(
        100, "Updates between two checkpoints; the last two are kept.", decides=False
    )
    report_to: tuple[str, ...] = _option(
        (), "Where TRL reports to, too: tensorboard, wandb, …; several times.", metavar="NAME", decides=False
    )


@dataclass(frozen=True, kw_only=True)
class FollowConfig(_Section):
    """Instruction following with and without thinking (arXiv 2505.11423)."""

    seconds: Annotated[float, Gt(0)] = _option(60.0, "Seconds for the checks of one answer; more is a failed row.")
    folds: Annotated[int, Ge(2)] = _option(5, "Folds of the classifier's cross-validation.")
    split_seed: Annotated[int, Ge(0)] = _option(0, "Which half of the prompts the classifier learns from.")
    backbone: str | None = _option(
        None, "Folder or hub id of a model to fine-tune; else TF-IDF and logistic regression."
    )
    epochs: Annotated[int, Ge(1)] = _option(3, "Epochs of fine-tuning a backbone.", toml_only=True)
    learning_rate: Annotated[float, Gt(0)] = _option(1e-5, "Learning rate of fine-tuning a backbone.", toml_only=True)
    batch_size: Annotated[int, Ge(1)] = _option(8, "Prompts a step in fine-tuning a backbone.", toml_only=True)


@dataclass(frozen=True, kw_only=True)
class Config(_Section):
    """All sections of overthink.toml."""

    generate: GenerateConfig = GenerateConfig()
    segment: SegmentConfig = SegmentConfig()
    cluster: ClusterConfig = ClusterConfig()
    verify: VerifyConfig = VerifyConfig()
    judge: JudgeConfig = JudgeConfig()
    score: ScoreConfig = ScoreConfig()
    report: ReportConfig = ReportConfig()
    serve: ServeConfig = ServeConfig()
    compare: CompareConfig = CompareConfig()
    exit: ExitConfig = ExitConfig()
    pairs: PairsConfig = PairsConfig()
    train: TrainConfig = TrainConfig()
    follow: FollowConfig = FollowConfig()


DEFAULTS = Config()


def read_toml(path: Path) -> Sections:
    """The sections of overthink.toml; none if the file is absent. OverthinkError if it is not valid."""
    import tomllib

    try:
        sections = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OverthinkError(f"{path}: not valid TOML: {error}", "Mend the file, or remove it.") from None
    build(sections, origin=str(path))
    return sections


def build(sections: Sections, *, origin: str) -> Config:
    """The config that these sections give over the defaults. OverthinkError, with their `origin`, for a wrong one."""
    from pydantic import ValidationError

    try:
        return _validator().validate_python(sections)
    except ValidationError as error:
        fault = first_fault(error)
        raise OverthinkError(
            f"{origin}: {fault.place}: {fault.message} (given: {fault.given!r})", _hint(*fault.place.split(".")[:2])
        ) from None


@cache
def _validator() -> "TypeAdapter[Config]":
    from pydantic import TypeAdapter

    return TypeAdapter(Config)


def _hint(section: str, key: str = "") -> str:
    """What a mistaken option is, if there is one of this name; else which there are."""
    known = asdict(DEFAULTS)
    if section not in known:
        return f"The sections are {', '.join(known)}."
    return help_text(section, key) if key in known[section] else f"[{section}] knows {', '.join(known[section])}."


def help_text(section: str, key: str) -> str:
    """The help text of one option, with its default."""
    options = getattr(DEFAULTS, section)
    text: str = next(option.metadata["help"] for option in fields(options) if option.name == key)
    default = getattr(options, key)
    if default in (None, (), {}):
        return text
    if isinstance(default, bool):
        default = "on" if default else "off"
    if isinstance(default, tuple):
        default = ", ".join(map(str, default))
    return f"{text} Default: {default}."


def flags(option: Field[Any]) -> tuple[str, ...]:
    """What an option is called on the command line; nothing if it is for overthink.toml alone."""
    if option.metadata["toml_only"]:
        return ()
    word = option.name.replace("_", "-")
    named: tuple[str, ...] = option.metadata["flags"]
    return named or (f"--{word}/--no-{word}" if bool in (option.type, *get_args(option.type)) else f"--{word}",)


def flag_of(section: str, key: str) -> str:
    """The first flag of an option, or its key in overthink.toml: what errors call it."""
    option = next(option for option in fields(getattr(DEFAULTS, section)) if option.name == key)
    return next(iter(flags(option)), f"[{section}] {key}")


def typed(name: str, value: Any) -> str:
    """An option of this name as the user types it: `--top-p 0.9`, `no --top-p`, `--no-thinking`."""
    if isinstance(value, bool) and "/" in name:
        return name.split("/")[not value]
    if value is None or value in ([], (), {}):
        return f"no {name}"
    words = value if isinstance(value, (list, tuple)) else [value]
    said = (word if isinstance(word, str) else json.dumps(word, default=str) for word in words)
    return " ".join([name, *map(shlex.quote, said)])


def typed_option(section: str, key: str, value: Any) -> str:
    """What run.json keeps of a stage, as the user types it; what is no option is called by its key."""
    if key.startswith(OF_JUDGE):
        section, key = "judge", key.removeprefix(OF_JUDGE)
    known = {option.name for option in fields(getattr(DEFAULTS, section))} if hasattr(DEFAULTS, section) else ()
    return typed(flag_of(section, key) if key in known else key, value)


def as_json(config: Any) -> dict[str, Any]:
    """The options of a section as run.json gives them back."""
    found: dict[str, Any] = json.loads(json.dumps(asdict(config), default=str))
    return found


def free_options(section: str, prefix: str = "") -> tuple[str, ...]:
    """The options of a section that do not decide what a stage writes, and so may change between two tries."""
    return tuple(
        prefix + option.name for option in fields(getattr(DEFAULTS, section)) if not option.metadata["decides"]
    )


def runs_folder() -> Path:
    """The folder in which runs are looked for if a command names none."""
    return Path(os.environ.get("OVERTHINK_RUNS", "runs"))


def hub_mirror() -> Path | None:
    """The folder that is read instead of the hub, if one is set."""
    mirror = os.environ.get("OVERTHINK_HUB_MIRROR")
    return Path(mirror) if mirror else None
