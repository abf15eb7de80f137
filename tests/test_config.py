"""Options: one default each, validated, the mistake named."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from overthink.config import DEFAULTS, build, help_text, read_toml, typed_option
from overthink.errors import OverthinkError


def test_without_sections_the_config_is_the_defaults() -> None:
    assert build({}, origin="x") == DEFAULTS


def test_a_section_changes_only_what_it_names() -> None:
    config = build({"score": {"scope": "response"}}, origin="x")
    assert (config.score.scope, config.score.t_max) == ("response", DEFAULTS.score.t_max)


@pytest.mark.parametrize(
    ("sections", "names", "helps"),
    [
        ({"colour": {}}, "colour", "The sections are generate, segment, "),
        ({"score": {"colour": 1}}, "score.colour", "[score] knows scope, tokenizer, t_max."),
        ({"score": {"scope": "half"}}, "score.scope", "Tokens that count: "),
        ({"score": {"t_max": 0}}, "score.t_max", help_text("score", "t_max")),
        ({"report": {"resamples": 99}}, "report.resamples", "Bootstrap resamples of the problems. Default: 10000."),
        ({"verify": {"cpu_seconds": 0}}, "verify.cpu_seconds", help_text("verify", "cpu_seconds")),
        ({"segment": {"judge": "oracle"}}, "segment.judge", help_text("segment", "judge")),
        ({"exit": {"budgets": [0]}}, "exit.budgets.0", "A token budget; several give a curve. "),
    ],
)
def test_a_wrong_option_is_named_with_its_origin_and_a_line_that_helps(
    sections: dict[str, dict[str, object]], names: str, helps: str
) -> None:
    with pytest.raises(OverthinkError) as error:
        build(sections, origin="overthink.toml")
    assert error.value.message.startswith(f"overthink.toml: {names}: ")
    assert error.value.hint.startswith(helps)
    assert len(error.value.hint) < 200


def test_an_absent_file_has_no_sections_and_a_broken_one_is_named(tmp_path: Path) -> None:
    assert read_toml(tmp_path / "none.toml") == {}
    broken = tmp_path / "broken.toml"
    broken.write_text("[score\n")
    with pytest.raises(OverthinkError, match=r"broken\.toml: not valid TOML"):
        read_toml(broken)


def test_help_texts_tell_the_default() -> None:
    assert help_text("score", "t_max").endswith("Default: 1000.")
    assert help_text("exit", "budgets").endswith("Default: 256, 512, 1024, 2048, 4096, 8192, 16384, 32768.")
    assert help_text("train", "lora").endswith("Default: off.")
    assert "Default" not in help_text("score", "tokenizer")


def test_a_config_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        DEFAULTS.score.t_max = 5  # type: ignore[misc]


@pytest.mark.parametrize(
    ("section", "key", "value", "words"),
    [
        ("generate", "temperature", 0.6, "--temperature 0.6"),
        ("generate", "temperature", None, "no --temperature"),
        ("generate", "thinking", True, "--thinking"),
        ("generate", "thinking", False, "--no-thinking"),
        ("generate", "thinking", None, "no --thinking/--no-thinking"),
        ("generate", "extra", {}, "no --extra"),
        ("generate", "extra", {"k": True}, "--extra '{\"k\": true}'"),
        ("generate", "prefill", "<think> a", "--prefill '<think> a'"),
        ("verify", "memory_mb", 512, "[verify] memory_mb 512"),
        ("cluster", "judge_model", "m", "--judge-model m"),
        ("score", "tokenizer_own", False, "tokenizer_own false"),
        ("constraints", "finder", "rules", "finder rules"),
    ],
)
def test_what_a_stage_was_started_with_is_told_as_it_is_typed(section: str, key: str, value: Any, words: str) -> None:
    assert typed_option(section, key, value) == words
