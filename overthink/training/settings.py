"""What a method is trained with: the values of its paper if the user gives none, and how TRL calls them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from overthink.config import TrainConfig, TrainMethod
from overthink.errors import OverthinkError

PAPERS: dict[TrainMethod, dict[str, float]] = {
    "sft": {"learning_rate": 2e-5},  # as the SimPO paper trains its models before
    "dpo": {"learning_rate": 1e-6, "beta": 0.1},  # arXiv 2305.18290
    "rpo": {"learning_rate": 5e-7, "beta": 0.1, "alpha": 1.0},  # arXiv 2404.19733
    "simpo": {"learning_rate": 6e-7, "beta": 2.0, "gamma": 1.0},  # arXiv 2405.14734, Llama-3-Base
}
"""Defaults; a method takes no other of these options than it has here."""


def with_defaults(config: TrainConfig) -> TrainConfig:
    """The config with its method's defaults. OverthinkError for an option that the method does not have."""
    own = PAPERS[config.method]
    for option in ("beta", "gamma", "alpha"):
        if getattr(config, option) is not None and option not in own:
            having = ", ".join(method for method, values in PAPERS.items() if option in values)
            raise OverthinkError(f"{config.method} has no {option}", f"It is an option of {having}: leave it out.")
    missing: dict[str, Any] = {name: value for name, value in own.items() if getattr(config, name) is None}
    return replace(config, **missing)


def method_arguments(config: TrainConfig) -> dict[str, Any]:
    """The arguments of TRL's config that make the method; `config` has all its values."""
    if config.method == "dpo":
        return {"beta": config.beta, "loss_type": ["sigmoid"]}
    if config.method == "rpo":
        return {"beta": config.beta, "loss_type": ["sigmoid", "sft"], "loss_weights": [1.0, config.alpha]}
    if config.method == "simpo":
        return {
            "beta": config.beta, "simpo_gamma": config.gamma, "loss_type": "simpo", "cpo_alpha": 0.0,
            "remove_unused_columns": False,
        }  # fmt: skip
    return {"completion_only_loss": True}
