"""TRL on the CPU: each method moves a tiny random model, and what it learns from still holds the thinking."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.engines.conftest import TEMPLATE

NEEDS = ("torch", "transformers", "trl", "peft", "accelerate")
MISSING = [name for name in NEEDS if find_spec(name) is None]
pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}; see `make test-engines`"),
    pytest.mark.filterwarnings("default"),  # those of the libraries are not ours to mend
]
METHODS = ("sft", "dpo", "rpo", "simpo")
QUICK = ("--lr", "1e-3", "--batch-size", "4", "--accumulation", "1", "--log-steps", "1")


@pytest.fixture(scope="module")
def pairs(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """FCS pairs of twelve sums, two samples each, made with the tiny model's own template and tokenizer."""
    folder = tmp_path_factory.mktemp("pairs")
    rows = [
        {
            "model": "tiny", "dataset": "sums", "id": f"sum-{a}", "problem": f"What is {a} plus 3?",
            "answer": str(a + 3), "sample": sample, "response": _turn(a, checks),
        }
        for a in range(2, 14)
        for sample, checks in ((1, 1), (2, 3))
    ]  # fmt: skip
    (folder / "x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for line in (
        ["import", "x.jsonl", "--out", "x"],
        ["pairs", "x", "-o", "pairs.jsonl", "--kind", "fcs", "--tokenizer", str(tiny)],
    ):
        subprocess.run([sys.executable, "-m", "overthink", *line], cwd=folder, check=True, capture_output=True)
    return folder / "pairs.jsonl"


def _turn(a: int, checks: int) -> str:
    first = f"Let me think. {a} + 3 = {a + 3}. So the answer is {a + 3}."
    check = f"Wait, let me check that again. {a} + 3 = {a + 3}. So the answer is {a + 3}."
    thinking = "\n\n".join([first, *[check] * checks])
    return f"<think>\n{thinking}\n</think>\n\nThe answer is \\boxed{{{a + 3}}}."


def losses(folder: Path) -> list[float]:
    log = json.loads((folder / "training.json").read_text())["log"]
    return [line["loss"] for line in log if "loss" in line]


def weights(folder: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return dict(load_file(folder / "model.safetensors"))


@pytest.mark.parametrize("method", METHODS)
def test_some_steps_of_each_method_lower_its_loss_and_leave_a_model(
    overthink: Any, tiny: Path, pairs: Path, tmp_path: Path, method: str
) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    done = overthink("train", "-m", tiny, "--pairs", pairs, "-o", "out", "--method", method, "--max-steps", 8, *QUICK)
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert (told["steps"], told["pairs"]["pairs"], told["config"]["method"]) == (8, 12, method)
    found = losses(tmp_path / "out")
    assert len(found) == 8
    assert found[-1] < 0.9 * found[0]
    if method == "dpo":
        assert found[0] == pytest.approx(0.6931, abs=1e-4)  # ln 2: the model is its own reference
        assert found[-1] < 0.5  # it stays there where both sides are one
    assert AutoTokenizer.from_pretrained(tmp_path / "out").chat_template == TEMPLATE
    AutoModelForCausalLM.from_pretrained(tmp_path / "out")
    own = json.loads((tiny / "generation_config.json").read_text())
    kept = json.loads((tmp_path / "out" / "generation_config.json").read_text())
    assert {name: kept[name] for name in own} == own


@pytest.mark.parametrize("method", METHODS)
def test_what_trl_tokenises_holds_prompt_and_thinking_once_and_nothing_is_cut(
    tiny: Path, pairs: Path, tmp_path: Path, method: Any
) -> None:
    from overthink.config import TrainConfig
    from overthink.pairs.pair_file import read_pairs
    from overthink.training.settings import with_defaults
    from overthink.training.trainers import prepare

    read = read_pairs(pairs, method)
    prepared = prepare(with_defaults(TrainConfig(method=method)), str(tiny), read, tmp_path / "out", lambda _: None)
    tokenizer, data = prepared.trainer.processing_class, prepared.trainer.train_dataset
    assert len(data) == len(read.examples)
    for example, row in zip(read.examples, data, strict=True):
        for text, ids, learned in zip(_texts(example), *_learned(row, method), strict=True):
            assert tokenizer.decode(ids) == text + tokenizer.eos_token
            assert tokenizer.decode(learned) == text.removeprefix(example.prompt) + tokenizer.eos_token
            assert "</think>" in tokenizer.decode(learned)
            assert len(ids) <= prepared.max_length


def _texts(example: Any) -> list[str]:
    return [example.prompt + side for side in example.sides]


def _learned(row: dict[str, Any], method: str) -> tuple[list[list[int]], list[list[int]]]:
    """The tokens of each side, prompt included, and those that the loss is of."""
    if method == "sft":
        kept = [token for token, label in zip(row["input_ids"], row["labels"], strict=True) if label != -100]
        return [row["input_ids"]], [kept]
    if method == "simpo":
        sides = [row["chosen_input_ids"], row["rejected_input_ids"]]
        labels = [row["chosen_labels"], row["rejected_labels"]]
        return sides, [[label for label in side if label != -100] for side in labels]
    sides = [row["chosen_ids"], row["rejected_ids"]]
    return [row["prompt_ids"] + side for side in sides], sides


def test_chat_messages_would_lose_the_thinking_which_is_why_the_rows_are_plain_strings(tiny: Path) -> None:
    """The trap: a template that drops the thinking of earlier turns makes both sides equal."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny)
    tokenizer.chat_template = TEMPLATE.replace("{{ message.content }}", "{{ message.content.split('</think>')[-1] }}")
    sides = [
        tokenizer.apply_chat_template([{"role": "assistant", "content": _turn(4, checks)}], tokenize=False)
        for checks in (0, 3)
    ]
    assert sides[0] == sides[1]


@pytest.mark.parametrize("template", [TEMPLATE, "{{ bos_token }}" + TEMPLATE + "{{ messages | tojson }}"])
@pytest.mark.parametrize("switches", [{}, {"enable_thinking": False}])
def test_a_template_renders_as_transformers_renders_it(
    tiny: Path, tmp_path: Path, template: str, switches: dict[str, bool]
) -> None:
    from transformers import AutoTokenizer

    from overthink.text.chat_template import load_chat_template, vocabulary, vocabulary_digest

    theirs = AutoTokenizer.from_pretrained(tiny, bos_token="<|im_start|>")
    theirs.chat_template = template
    theirs.save_pretrained(tmp_path)
    turns = [{"role": "user", "content": "Was ist 2 + 3 <größer> als 4?"}]
    ours = load_chat_template(tmp_path)
    assert ours.render(turns, **switches) == theirs.apply_chat_template(
        turns, tokenize=False, add_generation_prompt=True, **switches
    )
    assert vocabulary_digest(vocabulary(tmp_path) or {}) == vocabulary_digest(theirs.get_vocab())


def test_a_token_that_begins_a_text_stands_there_once(tiny: Path, pairs: Path, tmp_path: Path) -> None:
    """Rendered prompts hold it, and tokenizers of many models add it again."""
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    from overthink.pairs.pair_file import read_pairs
    from overthink.training.trainers import _Texts

    fast = PreTrainedTokenizerFast.from_pretrained(tiny, bos_token="<|im_start|>")
    fast.backend_tokenizer.post_processor = TemplateProcessing(
        single="<|im_start|> $A", special_tokens=[("<|im_start|>", fast.bos_token_id)]
    )
    read = read_pairs(pairs, "sft")
    texts = _Texts(fast)
    row = texts.dataset(read)[0]
    assert fast.decode(fast(row["prompt"])["input_ids"]) == read.examples[0].prompt
    assert texts.edges == 2


def test_a_seeded_run_is_reproducible_and_another_seed_is_another_run(
    overthink: Any, tiny: Path, pairs: Path, tmp_path: Path
) -> None:
    import torch

    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        done = overthink("train", "-m", tiny, "--pairs", pairs, "-o", name, "--max-steps", 4, "--seed", seed, *QUICK)
        assert done.code == 0, done.err
    a, b, c = (weights(tmp_path / name) for name in "abc")
    assert all(torch.equal(a[key], b[key]) for key in a)
    assert losses(tmp_path / "a") == losses(tmp_path / "b")
    assert any(not torch.equal(a[key], c[key]) for key in a)


def test_a_training_that_goes_on_from_a_checkpoint_ends_as_the_whole_one(
    overthink: Any, tiny: Path, pairs: Path, tmp_path: Path
) -> None:
    import torch

    line = ("train", "-m", tiny, "--pairs", pairs, "--method", "dpo", "--max-steps", 6, "--save-steps", 3, *QUICK)
    assert overthink(*line, "-o", "whole").code == 0
    stopped = tmp_path / "stopped"
    shutil.copytree(tmp_path / "whole" / "checkpoint-3", stopped / "checkpoint-3")
    shutil.copy(tmp_path / "whole" / "training.json", stopped)
    refused = overthink(*line, "-o", "stopped")
    assert refused.code == 2
    assert "--resume" in refused.err
    other = overthink(*line, "-o", "stopped", "--resume", "--beta", 0.5)
    assert other.code == 2
    assert "another beta" in other.err
    done = overthink(*line, "-o", "stopped", "--resume")
    assert done.code == 0, done.err
    whole, resumed = weights(tmp_path / "whole"), weights(stopped)
    assert all(torch.equal(whole[key], resumed[key]) for key in whole)


def test_a_lora_adapter_is_trained_and_merged(overthink: Any, tiny: Path, pairs: Path, tmp_path: Path) -> None:
    import torch

    done = overthink("train", "-m", tiny, "--pairs", pairs, "-o", "out", "--lora", "--merge", "--max-steps", 6, *QUICK)
    assert done.code == 0, done.err
    out = tmp_path / "out"
    assert (out / "adapter_model.safetensors").exists()
    assert losses(out)[-1] < losses(out)[0]
    before, merged = weights(tiny), weights(out / "merged")
    assert before.keys() == merged.keys()
    changed = {key for key in before if not torch.equal(before[key], merged[key])}
    assert any("q_proj" in key for key in changed)
    assert not any("embed_tokens" in key or "norm" in key for key in changed)


def test_a_model_of_bfloat16_is_trained_in_float32_and_stays_as_large_as_it_was(
    overthink: Any, tiny: Path, pairs: Path, tmp_path: Path
) -> None:
    import torch
    from safetensors.torch import save_file

    half = shutil.copytree(tiny, tmp_path / "half")
    small = {name: value.to(torch.bfloat16) for name, value in weights(tiny).items()}
    save_file(small, half / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((half / "config.json").read_text())
    (half / "config.json").write_text(json.dumps({**config, "dtype": "bfloat16"}))
    for name, options in (("full", ()), ("lora", ("--lora", "--merge"))):
        line = ("train", "-m", "half", "--pairs", pairs, "-o", name, "--max-steps", 6, *QUICK, *options)
        done = overthink(*line, "--checkpointing", "--precision", "bf16")
        assert done.code == 0, done.err
    for trained in (tmp_path / "full", tmp_path / "lora" / "merged"):
        assert {value.dtype for value in weights(trained).values()} == {torch.bfloat16}
    found = losses(tmp_path / "full")
    assert found[-1] < found[0]


def test_two_processes_of_accelerate_train_one_model(tiny: Path, pairs: Path, tmp_path: Path) -> None:
    launch = [
        sys.executable,
        "-m",
        "accelerate.commands.launch",
        "--cpu",
        "--num_processes",
        "2",
        "--num_machines",
        "1",
    ]
    line = [*launch, "--mixed_precision", "no", "--dynamo_backend", "no", "-m", "overthink", "train", "-m", str(tiny)]
    done = subprocess.run(
        [*line, "--pairs", str(pairs), "-o", "out", "--max-steps", "3", *QUICK],
        cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["steps"] == 3  # one result, of the first process
    assert done.stderr.count("12 pairs") == 1
    assert (tmp_path / "out" / "model.safetensors").exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--max-length", "64"), "are longer than --max-length of 64 tokens"),
        (("--method", "sft", "--beta", "0.1"), "sft has no beta"),
        (("--method", "dpo", "--gamma", "1"), "dpo has no gamma"),
        (("--schedule", "zigzag"), "zigzag"),
        (("--report-to", "nobody"), "nobody"),
    ],
)
def test_options_that_do_not_fit_are_refused_before_anything_is_written(
    overthink: Any, tiny: Path, pairs: Path, tmp_path: Path, options: tuple[str, ...], says: str
) -> None:
    done = overthink("train", "-m", tiny, "--pairs", pairs, "-o", "out", *options)
    assert done.code == 2
    assert says in done.err
    assert not (tmp_path / "out").exists()


def test_another_models_tokenizer_or_template_is_refused(
    overthink: Any, tiny: Path, pairs: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny, tmp_path / "templated")
    (tmp_path / "templated" / "chat_template.jinja").write_text(TEMPLATE + " ")
    shutil.copytree(tiny, tmp_path / "worded")
    path = tmp_path / "worded" / "tokenizer.json"
    path.write_text(path.read_text().replace("</think>", "</thought>"))
    for model, says in (("templated", "another chat template"), ("worded", "another tokenizer")):
        done = overthink("train", "-m", model, "--pairs", pairs, "-o", "out")
        assert done.code == 2, done.err
        assert says in done.err
        assert f"--tokenizer {model}" in done.err


def test_a_folder_that_holds_anything_is_refused(overthink: Any, tiny: Path, pairs: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    done = overthink("train", "-m", tiny, "--pairs", pairs, "-o", "out")
    assert done.code == 2
    assert "not empty" in done.err
    resumed = overthink("train", "-m", tiny, "--pairs", pairs, "-o", "out", "--resume")
    assert resumed.code == 2
    assert "no checkpoint" in resumed.err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["notes.txt"]


def test_a_model_that_is_none_is_an_error_of_two_lines(overthink: Any, pairs: Path) -> None:
    done = overthink("train", "-m", "no such model", "--pairs", pairs, "-o", "out")
    assert done.code == 2
    assert "cannot load it" in done.err
