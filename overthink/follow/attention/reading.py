"""One teacher-forced pass over a recorded response: how much each step attends to the constraints. torch, transformers.

The text goes through the model in chunks, with a cache; a hook on each layer reduces its attention weights on the spot.
No more than the weights of one layer for one chunk are ever held.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from overthink.errors import OverthinkError, UnreadableReply
from overthink.records import Span

CHUNK = 64

Floats = NDArray[np.float64]
Ids = list[int]


@dataclass(frozen=True)
class StepAttention:
    """`alpha`: attention of the step that produces token t on one constraint token, by layer, mean over heads and
    constraint tokens: shape `(layers, tokens)`. `context`: tokens that this step can attend to: shape `(tokens,)`.
    """

    alpha: Floats
    context: NDArray[np.int64]


class Attention:
    """A model whose attention weights can be read. OverthinkError if it cannot be loaded, or does not show them."""

    def __init__(self, model: str, chunk: int = CHUNK) -> None:
        for name in ("torch", "transformers"):
            if find_spec(name) is None:
                raise OverthinkError(f"{name} is not installed", "Install overthink[attention].")
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self._chunk = chunk
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            self.tokenizer: Any = AutoTokenizer.from_pretrained(model)
            self._model: Any = AutoModelForCausalLM.from_pretrained(
                model, attn_implementation="eager", dtype="auto" if self._device == "cuda" else torch.float32
            )
        except (OSError, ValueError, ImportError) as error:
            raise OverthinkError(
                f"{model}: transformers cannot load it ({' '.join(str(error).split())[:200]})",
                "Name the model's folder, or its name on the hub, with --model.",
            ) from None
        self._model.to(self._device).eval()
        self._layers = _attention_layers(self._model)

    @property
    def longest(self) -> int | None:
        """Tokens that the model was made for, if its config tells."""
        return getattr(self._model.config.get_text_config(), "max_position_embeddings", None)

    def tokens(self, text: str) -> tuple[Ids, list[Span]]:
        """Ids and the characters of each token. Special tokens are those of the text."""
        encoded = self.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        return list(encoded["input_ids"]), [(low, high) for low, high in encoded["offset_mapping"]]

    def read(self, prompt: Ids, generated: Ids, constraint: Sequence[int]) -> StepAttention:
        """The attention of each step that produces one of `generated` on the prompt's tokens at `constraint`.

        Token t is produced by the step whose query is at position len(prompt) + t - 1.
        """
        import torch

        ids = torch.tensor([[*prompt, *generated][:-1]], device=self._device)
        where = torch.tensor(sorted(constraint), device=self._device)
        alpha = np.zeros((len(self._layers), len(generated)))
        first = len(prompt) - 1
        cache = None
        with torch.inference_mode():
            for low in range(0, ids.shape[1], self._chunk):
                high = min(low + self._chunk, ids.shape[1])
                # Before the last token of the prompt nothing is generated, and the constraints may be still to come.
                read = self._layers if high > first else []
                with _reducing(read, where, high) as reduced:
                    out = self._model(ids[:, low:high], past_key_values=cache, use_cache=True, logits_to_keep=1)
                cache = out.past_key_values
                kept = slice(max(low, first), high)
                if kept.start < high:
                    rows = np.stack([part[kept.start - low :] for part in reduced])
                    alpha[:, kept.start - first : high - first] = rows
        return StepAttention(alpha, np.arange(len(generated)) + len(prompt))


def _attention_layers(model: Any) -> list[Any]:
    layers = [module for name, module in model.named_modules() if name.rpartition(".")[2] in ("self_attn", "attn")]
    wanted = model.config.get_text_config().num_hidden_layers
    if len(layers) != wanted:
        raise OverthinkError(
            f"{type(model).__name__}: {len(layers)} of its {wanted} layers have an attention that can be read",
            "Constraint attention needs a model in which every layer attends (Llama, Qwen, Mistral, Phi, Gemma, …).",
        )
    return layers


@contextmanager
def _reducing(layers: Sequence[Any], where: Any, keys: int) -> Iterator[list[Floats]]:
    """In this block every layer's weights become, for each query, their mean over heads and the tokens at `where`."""
    reduced: list[Floats] = []

    def reduce(_module: Any, _given: Any, output: Any) -> Any:
        weights = output[1]
        if weights is None or weights.shape[-1] != keys:
            raise UnreadableReply("sliding_window", "a layer does not attend to the whole text")
        reduced.append(weights[0].index_select(-1, where).float().mean(dim=(0, 2)).cpu().numpy().astype(np.float64))
        return (output[0], None, *output[2:])

    hooks = [layer.register_forward_hook(reduce) for layer in layers]
    try:
        yield reduced
    finally:
        for hook in hooks:
            hook.remove()
