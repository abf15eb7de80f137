"""What a method is trained with where the user gives nothing."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from overthink.config import TrainConfig, TrainMethod, help_text
from overthink.errors import OverthinkError
from overthink.training.settings import PAPERS, method_arguments, with_defaults


@pytest.mark.parametrize("method", get_args(TrainMethod))
def test_every_method_has_its_papers_values_and_the_help_names_them(method: TrainMethod) -> None:
    config = with_defaults(TrainConfig(method=method))
    for option, value in PAPERS[method].items():
        assert getattr(config, option) == value
        shown = str(value).replace("e-0", "e-")
        assert shown in help_text("train", option)


def test_what_the_user_gives_stands() -> None:
    config = with_defaults(TrainConfig(method="simpo", beta=10.0, learning_rate=3e-7))
    assert (config.beta, config.gamma, config.learning_rate) == (10.0, 1.0, 3e-7)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"method": "sft", "beta": 0.1}, "sft has no beta"),
        ({"method": "dpo", "gamma": 0.5}, "dpo has no gamma"),
        ({"method": "simpo", "alpha": 1.0}, "simpo has no alpha"),
    ],
)
def test_an_option_of_another_method_is_refused(options: dict[str, Any], named: str) -> None:
    with pytest.raises(OverthinkError, match=named):
        with_defaults(TrainConfig(**options))


def test_rpo_weighs_the_chosen_side_and_simpo_has_no_such_weight() -> None:
    rpo = method_arguments(with_defaults(TrainConfig(method="rpo", alpha=0.5)))
    assert (rpo["loss_type"], rpo["loss_weights"]) == (["sigmoid", "sft"], [1.0, 0.5])
    simpo = method_arguments(with_defaults(TrainConfig(method="simpo")))
    assert (simpo["loss_type"], simpo["cpo_alpha"], simpo["simpo_gamma"]) == ("simpo", 0.0, 1.0)
