"""A causal model of about a million parameters, from nothing: a tokenizer, a chat template that opens the thinking, and
training on chains that overthink. What comes out is a folder that vLLM, TRL and transformers load.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from chains import Problem, chain
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch.nn.functional import cross_entropy
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from overthink.generate.words import Template

IGNORED = -100
OPEN = "<think>\n"
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n" + OPEN + "{% endif %}"
)
STEPS, BATCH, RATE, WARMUP = 1000, 32, 2.5e-3, 40
SHORT_STEPS, SHORT = 600, 88
"""In the first steps only so many tokens of each row are learned: the prompt, the first solution and a bit of the next.
There the sums are learned at a third of the cost."""
SORTED = 8
"""Batches that are sorted by length together, so that little is padded."""
CONTEXT = 512
NUMBERS = 4.0
"""How much more a number counts in the loss than a word: the words are learned long before the sums are."""


def build(folder: Path, problems: Sequence[Problem], seed: int = 0) -> dict[str, Any]:
    """Train a model on chains for these problems, a new chain each time, and save it; what it took."""
    began = time.perf_counter()
    torch.manual_seed(seed)
    chance = random.Random(seed)
    template = Template.load(None)
    roles = ["user\n", "assistant\n"] * len(problems)
    tokenizer = _tokenizer(roles + [text for problem in problems for text in _texts(template, problem, chance)])
    model = LlamaForCausalLM(_config(tokenizer))
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01, betas=(0.9, 0.95))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _shape)
    weights = _weights(tokenizer)
    losses, hits, tokens = [], [], 0
    for step, (inputs, targets) in enumerate(_batches(tokenizer, template, problems, chance)):
        logits = model(input_ids=inputs).logits[:, :-1]
        loss = cross_entropy(logits.flatten(0, 1), targets[:, 1:].flatten(), weights)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        hits.append(_numbers_right(logits, targets[:, 1:], weights))
        tokens += int((targets != IGNORED).sum())
        if step % 50 == 49:
            seconds = time.perf_counter() - began
            means = f"loss {sum(losses[-50:]) / 50:.4f}, numbers right {sum(hits[-50:]) / 50:.3f}"
            print(f"model: step {step + 1} of {STEPS}, {means}, {seconds:.0f} s", flush=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    own = {"temperature": 1.0, "eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
    (folder / "generation_config.json").write_text(json.dumps(own))
    return {
        "parameters": sum(weights.numel() for weights in model.parameters()),
        "tokens_learned": tokens,
        "steps": STEPS,
        "loss": round(sum(losses[-50:]) / 50, 4),
        "numbers_right": round(sum(hits[-50:]) / 50, 4),
        "seconds": round(time.perf_counter() - began),
    }


def _texts(template: Template, problem: Problem, chance: random.Random) -> tuple[str, str]:
    return template.fill(problem.question), chain(problem, chance).response


def _tokenizer(texts: Sequence[str]) -> PreTrainedTokenizerFast:
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=900, special_tokens=specials, initial_alphabet=alphabet, show_progress=False
    )
    bpe.train_from_iterator(texts, trainer)
    bpe.add_tokens(["<think>", "</think>"])
    fast = PreTrainedTokenizerFast(tokenizer_object=bpe, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    fast.chat_template = TEMPLATE
    return fast


def _config(tokenizer: PreTrainedTokenizerFast) -> LlamaConfig:
    """Llama: transformers gives a model of the type qwen2 the pre-tokenizer of Qwen, whatever its own one is."""
    return LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=96,
        intermediate_size=256,
        num_hidden_layers=4,
        num_attention_heads=3,
        num_key_value_heads=3,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )


def _shape(step: int) -> float:
    """Up in a line, then down as a cosine."""
    if step < WARMUP:
        return (step + 1) / WARMUP
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (step - WARMUP) / (STEPS - WARMUP)))


def _batches(
    tokenizer: PreTrainedTokenizerFast, template: Template, problems: Sequence[Problem], chance: random.Random
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Prompts as `overthink generate` writes them, and chains; only the tokens of the chain are learned.

    Padding stands at the right, where no token that counts can see it.
    """
    for step in range(0, STEPS, SORTED):
        rows = [_row(tokenizer, template, problem, chance) for problem in chance.choices(problems, k=BATCH * SORTED)]
        if step < SHORT_STEPS:
            rows = [(ids[:SHORT], start) for ids, start in rows]
        rows.sort(key=lambda row: len(row[0]))
        batches = [rows[k : k + BATCH] for k in range(0, len(rows), BATCH)]
        chance.shuffle(batches)
        yield from (_padded(batch, tokenizer.pad_token_id) for batch in batches)


def _padded(rows: Sequence[tuple[list[int], int]], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(len(ids) for ids, _ in rows)
    inputs = torch.tensor([ids + [pad] * (longest - len(ids)) for ids, _ in rows])
    places = torch.arange(longest)
    ends = torch.tensor([[len(ids)] for ids, _ in rows])
    starts = torch.tensor([[start] for _, start in rows])
    return inputs, inputs.masked_fill((places < starts) | (places >= ends), IGNORED)


def _numbers_right(logits: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor) -> float:
    """The share of numbers of which the model is right, each given what stands before it. A deliberate slip counts."""
    numbers = (targets != IGNORED) & (weights[targets.clamp(min=0)] == NUMBERS)
    return (logits.argmax(-1) == targets)[numbers].float().mean().item()


def _weights(tokenizer: PreTrainedTokenizerFast) -> torch.Tensor:
    words = (tokenizer.decode([token]).strip() for token in range(len(tokenizer)))
    return torch.tensor([NUMBERS if word.isdigit() else 1.0 for word in words])


def _row(
    tokenizer: PreTrainedTokenizerFast, template: Template, problem: Problem, chance: random.Random
) -> tuple[list[int], int]:
    """The token ids, and where the response begins in them."""
    question, response = _texts(template, problem, chance)
    turn = [{"role": "user", "content": question}]
    prompt = tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True)
    before = tokenizer.encode(prompt, add_special_tokens=False)
    after = tokenizer.encode(response.removeprefix(OPEN), add_special_tokens=False)
    return [*before, *after, tokenizer.eos_token_id], len(before)
