"""The classifier on a language model, as the paper has it: a transformers sequence classifier, fine-tuned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from overthink.errors import OverthinkError

_LONGEST = 512  # tokens of an instruction; what comes after is cut


@dataclass(frozen=True)
class Backbone:
    """Learns (classifier.Learn) by fine-tuning all weights of this model with AdamW, the same way each time."""

    model: str
    epochs: int
    learning_rate: float
    batch_size: int
    seed: int

    def __call__(self, texts: Sequence[str], labels: Sequence[bool]) -> Callable[[Sequence[str]], list[bool]]:
        """Fine-tune. OverthinkError if the model cannot be loaded."""
        import torch

        torch.manual_seed(self.seed)
        tokenizer, model = self._load()
        optimizer = torch.optim.AdamW(model.parameters(), lr=self.learning_rate)
        model.train()
        for _ in range(self.epochs):
            for batch in torch.randperm(len(texts)).split(self.batch_size):
                chosen = batch.tolist()
                target = torch.tensor([int(labels[i]) for i in chosen], device=model.device)
                loss = model(**_encoded(tokenizer, model, [texts[i] for i in chosen]), labels=target).loss
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()
        model.eval()
        return lambda others: self._decide(tokenizer, model, others)

    def _decide(self, tokenizer: Any, model: Any, texts: Sequence[str]) -> list[bool]:
        import torch

        decided: list[bool] = []
        with torch.inference_mode():
            for start in range(0, len(texts), self.batch_size):
                encoded = _encoded(tokenizer, model, list(texts[start : start + self.batch_size]))
                decided += [bool(label) for label in model(**encoded).logits.argmax(dim=-1).tolist()]
        return decided

    def _load(self) -> tuple[Any, Any]:
        if missing := [name for name in ("torch", "transformers") if find_spec(name) is None]:
            raise OverthinkError(
                f"--backbone: {' and '.join(missing)} not installed",
                "pip install transformers torch, or leave --backbone out.",
            )
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        try:
            tokenizer = AutoTokenizer.from_pretrained(self.model)
            model = AutoModelForSequenceClassification.from_pretrained(self.model, num_labels=2, dtype=torch.float32)
        except (OSError, ValueError) as error:
            raise OverthinkError(
                f"--backbone {self.model}: {' '.join(str(error).split())[:200]}",
                "Name a folder or a model of the hub that transformers can load as a sequence classifier.",
            ) from None
        tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
        model.config.pad_token_id = tokenizer.pad_token_id
        return tokenizer, model.to("cuda" if torch.cuda.is_available() else "cpu")


def _encoded(tokenizer: Any, model: Any, texts: Sequence[str]) -> Any:
    return tokenizer(list(texts), return_tensors="pt", padding=True, truncation=True, max_length=_LONGEST).to(
        model.device
    )
