"""TRL at work: model, tokenizer and pairs become a trained model in a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from overthink.config import TrainConfig
from overthink.errors import OverthinkError, first_line
from overthink.pairs.pair_file import PairFile, check_tokenizer, length_for
from overthink.training.settings import method_arguments

NEEDS = ("torch", "transformers", "trl", "peft", "accelerate")


@dataclass(frozen=True)
class TrainingResult:
    """What came of it: `log` holds TRL's own lines, with their step."""

    steps: int
    max_length: int
    log: list[dict[str, float]]


def require_libraries() -> None:
    """OverthinkError if a library of the extra is missing."""
    if missing := [name for name in NEEDS if find_spec(name) is None]:
        raise OverthinkError(f"not installed: {', '.join(missing)}", "Install overthink[train].")


@dataclass(frozen=True)
class Prepared:
    """A trainer that holds its model and the pairs, ready to train."""

    trainer: Any
    model: str
    max_length: int
    adapted: bool

    def fit(self, out: Path, checkpoint: str | None, *, merge: bool) -> TrainingResult:
        """Train, from the checkpoint if one is named, and save to `out`: a model, or an adapter.

        `merge` writes the model with its adapter to `out`/merged, too.
        """
        with _plain_errors(self.model):
            result = self.trainer.train(resume_from_checkpoint=checkpoint)
        own, sharded = _own_numbers(self.model), self.trainer.is_deepspeed_enabled or self.trainer.is_fsdp_enabled
        trained = self.trainer.accelerator.unwrap_model(self.trainer.model)
        if not (sharded or self.adapted):
            trained.to(own)  # as large on the disk as the model was
        self.trainer.save_model(str(out))
        if self.trainer.is_world_process_zero():
            tokenizer = _tokenizer(self.model)  # the trainer's own may lack its first token
            tokenizer.save_pretrained(out)
            if merge:
                trained.merge_and_unload().to(own).save_pretrained(out / "merged")
                tokenizer.save_pretrained(out / "merged")
        return TrainingResult(result.global_step, self.max_length, self.trainer.state.log_history)


def prepare(config: TrainConfig, model: str, pairs: PairFile, out: Path, say: Callable[[str], None]) -> Prepared:
    """Check the pairs against the model, then load it; `config` has all its values. `say` is told every logged loss."""
    os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")
    tokenizer = _tokenizer(model)
    texts = _Texts(tokenizer)
    lengths = check_tokenizer(pairs, model, tokenizer.get_vocab(), _template(tokenizer), texts.count)
    max_length = length_for(pairs, lengths, texts.edges, config.max_length, _context(model))
    say(f"{config.method}: {len(pairs.examples)} pairs, max_length {max_length}")
    with _plain_errors(model):
        trainer = _trainer(config, model, texts, pairs, out, max_length, say)
    return Prepared(trainer, model, max_length, adapted=config.lora)


def _tokenizer(model: str) -> Any:
    from transformers import AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    return _loaded(model, AutoTokenizer.from_pretrained, model)


class _Texts:
    """Pairs as TRL is to have them, so that it neither doubles the token that begins a text nor adds one of its own."""

    def __init__(self, tokenizer: Any) -> None:
        if tokenizer.eos_token is None:
            raise OverthinkError("the tokenizer has no token that ends a text", "Name an instruct or reasoning model.")
        self.tokenizer = tokenizer
        bos = tokenizer.bos_token
        self._begins = bos is not None and tokenizer("a")["input_ids"][:1] == [tokenizer.bos_token_id]
        self._bos = bos if self._begins else None
        if not self._begins:
            tokenizer.bos_token = None
        self.edges = 1 + self._begins

    def count(self, text: str) -> int:
        return len(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def dataset(self, pairs: PairFile) -> Any:
        from datasets import Dataset, disable_progress_bars

        disable_progress_bars()
        names = ("prompt", "chosen", "rejected") if len(pairs.examples[0].sides) > 1 else ("prompt", "completion")
        rows = [dict(zip(names, (self._prompt(row.prompt), *row.sides), strict=True)) for row in pairs.examples]
        return Dataset.from_list(rows)

    def _prompt(self, text: str) -> str:
        return text.removeprefix(self._bos) if self._bos else text


def _trainer(
    config: TrainConfig,
    model: str,
    texts: _Texts,
    pairs: PairFile,
    out: Path,
    max_length: int,
    say: Callable[[str], None],
) -> Any:
    """TRL's trainer of this method, with the model loaded."""
    from transformers import AutoModelForCausalLM, PrinterCallback, set_seed

    config_class, trainer_class = _classes(config)
    arguments = config_class(**_arguments(config, out, max_length))
    set_seed(config.seed)
    loaded = _loaded(model, AutoModelForCausalLM.from_pretrained, model, dtype=_weights(config, arguments.bf16))
    sampling = loaded.generation_config
    if sampling.temperature or sampling.top_p or sampling.top_k:
        sampling.do_sample = True  # without it transformers refuses to save the values that many models come with
    trainer = trainer_class(
        model=loaded,
        args=arguments,
        train_dataset=texts.dataset(pairs),
        processing_class=texts.tokenizer,
        peft_config=_adapter(config),
    )
    trainer.remove_callback(PrinterCallback)  # it prints to stdout, which is for results
    trainer.add_callback(_teller(say))
    return trainer


def _classes(config: TrainConfig) -> tuple[Any, Any]:
    if config.method == "sft":
        from trl import SFTConfig, SFTTrainer

        return SFTConfig, SFTTrainer
    if config.method == "simpo":
        from trl.experimental.cpo import CPOConfig, CPOTrainer

        return CPOConfig, CPOTrainer
    from trl import DPOConfig, DPOTrainer

    return DPOConfig, DPOTrainer


def _arguments(config: TrainConfig, out: Path, max_length: int) -> dict[str, Any]:
    """The arguments of the trainer. On a CPU nothing is cast to bfloat16 and nothing is computed twice."""
    import torch

    gpu = torch.cuda.is_available()
    bf16 = config.precision == "bf16" or (config.precision == "auto" and gpu and torch.cuda.is_bf16_supported())
    return {
        "output_dir": str(out),
        "max_length": max_length,
        "learning_rate": config.learning_rate,
        "num_train_epochs": config.epochs,
        "max_steps": config.max_steps or -1,
        "per_device_train_batch_size": config.batch_size,
        "gradient_accumulation_steps": config.accumulation,
        "warmup_steps": config.warmup,
        "lr_scheduler_type": config.schedule,
        "bf16": bf16,
        "use_cpu": not torch.accelerator.is_available(),  # bf16 on a CPU must be asked for twice
        "gradient_checkpointing": gpu if config.checkpointing is None else config.checkpointing,
        "seed": config.seed,
        "data_seed": config.seed,
        "logging_steps": config.log_steps,
        "logging_first_step": True,
        "save_steps": config.save_steps,
        "save_total_limit": 2,
        "report_to": list(config.report_to) or "none",
        "disable_tqdm": True,
        "dataloader_pin_memory": gpu,
        **method_arguments(config),
    }


def _weights(config: TrainConfig, bf16: bool) -> Any:
    """Weights that are trained stay in float32, with bfloat16 around them; those under an adapter need not."""
    import torch

    return torch.bfloat16 if bf16 and config.lora else torch.float32


def _own_numbers(model: str) -> Any:
    """The numbers (a torch.dtype) that the model's weights are kept in; float32 if it does not tell."""
    import torch
    from transformers import AutoConfig

    return getattr(_loaded(model, AutoConfig.from_pretrained, model), "dtype", None) or torch.float32


def _adapter(config: TrainConfig) -> Any:
    if not config.lora:
        return None
    from peft import LoraConfig

    return LoraConfig(
        r=config.lora_rank, lora_alpha=config.lora_alpha, target_modules="all-linear", task_type="CAUSAL_LM"
    )


def _teller(say: Callable[[str], None]) -> Any:
    from transformers import TrainerCallback

    class Teller(TrainerCallback):  # type: ignore[misc]  # untyped base
        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            if state.is_world_process_zero and "loss" in logs:
                say(f"step {state.global_step} of {state.max_steps}: loss {float(logs['loss']):.4f}")

    return Teller()


def _template(tokenizer: Any) -> str | None:
    return str(tokenizer.get_chat_template()) if tokenizer.chat_template else None


def _context(model: str) -> int | None:
    from transformers import AutoConfig

    known = getattr(_loaded(model, AutoConfig.from_pretrained, model), "max_position_embeddings", None)
    return int(known) if known else None


def _loaded(model: str, load: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    try:
        return load(*arguments, **options)
    except (OSError, ValueError) as error:
        raise OverthinkError(
            f"{model}: transformers cannot load it: {first_line(error)}", "Name a folder or a model of the hub."
        ) from error


@contextmanager
def _plain_errors(model: str) -> Iterator[None]:
    """What the libraries raise for an option, a package or a GPU that does not do, in two lines."""
    import torch

    try:
        yield
    except torch.OutOfMemoryError as error:
        raise OverthinkError(
            f"{model}: the GPU's memory is full: {first_line(error)}",
            "Give --batch-size 1 --checkpointing, --lora, or more GPUs; --resume goes on from the last checkpoint.",
        ) from error
    except (ValueError, RuntimeError, ImportError) as error:
        raise OverthinkError(
            f"{model}: TRL cannot train it: {first_line(error)}",
            "Look at the options (`overthink train --help`), or install what is named here.",
        ) from error
