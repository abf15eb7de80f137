"""The options of generate and run."""

from __future__ import annotations

from dataclasses import fields
from inspect import signature
from typing import get_args

from overthink.commands.generate_options import Backend, section
from overthink.commands.responses import generate, run
from overthink.config import BackendKind, GenerateConfig


def test_run_takes_every_option_of_generate() -> None:
    assert set(signature(generate).parameters) - set(signature(run).parameters) == {"redo"}


def test_every_key_of_the_section_is_an_option_of_generate() -> None:
    given = dict.fromkeys(signature(generate).parameters)
    assert section(given).keys() == {option.name for option in fields(GenerateConfig)} - {"api_key_env"}


def test_what_is_no_option_of_the_section_is_left_out() -> None:
    given = {"base_url": ["http://gpu-1:8000/v1"], "samples": 2, "out": "runs/mine", "hub_mirror": None}
    assert section(given) == {"base_urls": ["http://gpu-1:8000/v1"], "samples": 2}


def test_every_backend_of_the_config_can_be_named() -> None:
    assert {kind.value for kind in Backend} == set(get_args(BackendKind))
