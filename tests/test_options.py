"""The options of every command are those that the config declares, and reach its sections."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import fields
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from overthink.cli import COMMANDS, app, load
from overthink.config import DEFAULTS, Sections, free_options, help_text
from overthink.options import options

JUDGE = "judge.model judge.url judge.backend judge.context"
RUN = "generate.backend generate.base_urls generate.engine generate.max_tokens"

TAKEN = {
    "import": ("", "--format --out --dataset --model --map --think-tags --hub-mirror"),
    "generate": ("generate", "--model --dataset --out --limit --levels --ids --think-tags --hub-mirror --redo"),
    "run": (
        "generate score",
        "--model --dataset --out --limit --levels --ids --map --from --think-tags --hub-mirror --format",
    ),
    "segment": ("segment judge", "--estimate --redo --processes"),
    "cluster": ("cluster judge", "--estimate --redo --processes"),
    "verify": ("verify judge", "--estimate --redo --processes"),
    "score": ("segment judge score report", "--dataset --format --output --estimate --redo --processes"),
    "report": ("report", "--output --split --figures --format --dataset --processes"),
    "pairs": ("pairs report", "--out --prompt --pool --allow-test-split --format --hub-mirror --processes"),
    "train": ("train", "--model --pairs --out --resume"),
    "compare": ("compare report", "--format --output --fail-if --anyway"),
    "exit": ("exit report", "--format"),
    "export": ("", "--to --output --organization --relationship --format"),
    "serve": ("serve", ""),
    "status": ("", "--format"),
    "show": ("", ""),
    "datasets": ("", "--format"),
    "agree": ("report", "--format --reader --save"),
    "follow generate": (
        f"{RUN} generate.concurrency generate.timeout",
        "--model --dataset --modes --thinks --out --temperature --limit --ids --think-tags --hub-mirror --redo",
    ),
    "follow score": (f"follow.seconds score.tokenizer {JUDGE} report", "--format --redo --processes"),
    "follow remedy": (
        f"follow.backbone follow.folds follow.split_seed {RUN} {JUDGE} report",
        "--method --format --processes",
    ),
    "follow attention": ("judge.model judge.url report", "--model --figures --output --format --redo --processes"),
    "follow advise": ("report", "--format --processes"),
    "follow run": (RUN, "--model --dataset --thinks --out --format --limit --hub-mirror"),
}
"""Each command: sections of the config, or single options of one, and the flags that are its own."""


def commands() -> dict[str, Any]:
    alone = {name: load(name) for name in COMMANDS if name != "follow"}
    return alone | {f"follow {name}": command for name, command in load("follow").commands.items()}


def declared(section: str) -> dict[str, Any]:
    return {option.name: option for option in fields(getattr(DEFAULTS, section))}


def flag(section: str, key: str) -> str:
    """The first flag of an option, as the config names it or its key gives it."""
    named = declared(section)[key].metadata["flags"]
    return str(named[0]).partition("/")[0] if named else "--" + key.replace("_", "-")


def flags(sections: str) -> set[str]:
    found = set()
    for name in sections.split():
        section, _, key = name.partition(".")
        keys = [key] if key else [name for name, one in declared(section).items() if not one.metadata["toml_only"]]
        found |= {flag(section, key) for key in keys}
    return found


def test_the_table_of_this_test_holds_every_command() -> None:
    assert set(commands()) == set(TAKEN)


@pytest.mark.parametrize("name", TAKEN)
def test_a_command_has_the_flags_of_its_sections_and_its_own(name: str) -> None:
    sections, own = TAKEN[name]
    there = {one.opts[0] for one in commands()[name].params if one.param_type_name == "option"}
    assert there == flags(sections) | set(own.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_of_a_command_what_its_own_help_does(name: str) -> None:
    assert load(name).help.partition("\n")[0] == COMMANDS[name][2]


def test_the_list_of_commands_loads_no_command_and_not_the_config() -> None:
    code = "import sys, overthink.cli; print([name for name in sys.modules if name.startswith('overthink')])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "overthink.cli" in loaded
    assert not {"overthink.config", "overthink.metrics.command"} & set(ast.literal_eval(loaded))


def test_every_option_of_the_config_is_a_flag_of_some_command_unless_it_is_for_the_file_alone() -> None:
    shown = set().union(*(flags(sections) for sections, _ in TAKEN.values()))
    missing = [
        (section.name, key)
        for section in fields(DEFAULTS)
        for key, option in declared(section.name).items()
        if not option.metadata["toml_only"] and flag(section.name, key) not in shown
    ]
    assert missing == []


def test_the_help_tells_what_the_config_says_of_an_option() -> None:
    shown = " ".join(CliRunner().invoke(app, ["score", "--help"]).output.split())
    assert help_text("score", "t_max") in shown
    assert help_text("judge", "context") in shown


def given_by(*arguments: str) -> tuple[int, list[Sections]]:
    """The exit code of a command with all options, and what its body was handed."""
    seen: list[Sections] = []
    probe = typer.Typer()

    @probe.command()
    @options("generate", "judge.url", "exit.budgets", "train.lora", "verify.cpu_seconds")
    def _(name: str = "", *, given: Sections) -> None:
        seen.append(given)

    return CliRunner().invoke(probe, arguments).exit_code, seen


NONE_NAMED: Sections = {"generate": {}, "judge": {}, "exit": {}, "train": {}, "verify": {}}


@pytest.mark.parametrize(
    ("arguments", "section", "values"),
    [
        (["--samples", "2", "--top-p", "0.9"], "generate", {"samples": 2, "top_p": 0.9}),
        (["-n", "3"], "generate", {"samples": 3}),
        (["--base-url", "a", "--base-url", "b"], "generate", {"base_urls": ["a", "b"]}),
        (["--no-thinking"], "generate", {"thinking": False}),
        (["--backend", "local"], "generate", {"backend": "local"}),
        (
            ["--engine", "max-model-len=4096", "--engine", "enforce_eager=True", "--engine", "dtype=half"],
            "generate",
            {"engine": {"max_model_len": 4096, "enforce_eager": True, "dtype": "half"}},
        ),
        (["--judge-url", "a"], "judge", {"url": ["a"]}),
        (["--budget", "5", "--budget", "6"], "exit", {"budgets": [5, 6]}),
        (["--full"], "train", {"lora": False}),
        (["--cpu-seconds", "0.5"], "verify", {"cpu_seconds": 0.5}),
        (["--name", "x"], "verify", {}),
    ],
)
def test_a_command_is_handed_what_the_user_named_and_nothing_else(
    arguments: list[str], section: str, values: dict[str, Any]
) -> None:
    assert given_by(*arguments) == (0, [{**NONE_NAMED, section: values}])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--samples", "0"],
        ["--replicas", "0"],
        ["--backend", "oracle"],
        ["--budget", "many"],
        ["--api-key-env", "KEY"],  # for overthink.toml alone
        ["--judge-model", "m"],  # of the judge only the url was asked for
        ["--engine", "max_model_len"],
    ],
)
def test_a_value_that_an_option_does_not_take_is_refused(arguments: list[str]) -> None:
    code, seen = given_by(*arguments)
    assert (code != 0, seen) == (True, [])


def test_what_decides_nothing_may_change_between_two_tries() -> None:
    assert {"samples", "base_urls", "concurrency"} <= set(free_options("generate"))
    assert {"temperature", "seed", "max_tokens", "thinking_budget"}.isdisjoint(free_options("generate"))
    assert {"judge_url", "judge_price_in"} <= set(free_options("judge", "judge_"))
    assert {"judge_model", "judge_seed", "judge_context"}.isdisjoint(free_options("judge", "judge_"))
    assert set(free_options("train")) == {"log_steps", "save_steps", "report_to", "merge"}
