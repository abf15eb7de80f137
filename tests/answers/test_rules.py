"""Each rule of the room is needed: its examples come out as they say, and no longer once it is switched off."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from overthink import answers
from overthink.answers import compare, parse, rewrite, symbolic
from overthink.answers.rules import Rule

MODULES = [
    importlib.import_module(f"overthink.answers.{found.name}") for found in pkgutil.iter_modules(answers.__path__)
]

STEPS: dict[tuple[ModuleType, str], Callable[[str], str]] = {
    (rewrite, "UNICODE"): rewrite.tidy,
    (rewrite, "ESCAPES"): rewrite.tidy,
    (rewrite, "UNCLOSED_BOX"): rewrite.tidy,
    (rewrite, "LAYOUT"): rewrite.tidy,
    (rewrite, "DOUBLED"): rewrite.tidy,
    (rewrite, "SPACING"): rewrite.tidy,
    (rewrite, "PLAIN_TEXT"): rewrite.tidy,
    (rewrite, "SYMPY"): rewrite.tidy,
    (rewrite, "NAMES"): rewrite.tidy,
    (rewrite, "ENDING"): rewrite.tidy,
    (symbolic, "REPEATING"): symbolic._for_grammar,
    (symbolic, "RADIANS"): symbolic._for_grammar,
    (symbolic, "GRAMMAR"): symbolic._for_grammar,
}
"""What the examples of each tuple of rules go through."""


def rules() -> Iterator[tuple[ModuleType, str, Rule]]:
    for module in MODULES:
        for name, value in vars(module).items():
            if isinstance(value, tuple) and value and all(isinstance(one, Rule) for one in value):
                yield from ((module, name, rule) for rule in dict.fromkeys(value))


RULES = [pytest.param(*rule, id=f"{rule[1]}: {rule[2].name}") for rule in rules()]


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Nothing that was read with a rule is remembered without it, nor the other way round."""
    forget()
    yield
    forget()


def forget() -> None:
    for cache in (parse._shape, compare._same_cheaply, symbolic._expression):
        cache.cache_clear()


@pytest.mark.parametrize(("module", "name", "rule"), RULES)
def test_examples_come_out_as_they_say(module: ModuleType, name: str, rule: Rule) -> None:
    step = STEPS[module, name]
    assert [step(text) for text, _ in rule.examples] == [after for _, after in rule.examples]


@pytest.mark.parametrize(("module", "name", "rule"), RULES)
def test_look_alikes_are_left_as_they_are(module: ModuleType, name: str, rule: Rule) -> None:
    for text in rule.not_examples:
        assert rule.rewrite(text) == text


@pytest.mark.parametrize(("module", "name", "rule"), RULES)
def test_a_rule_switched_off_is_missed_by_each_of_its_examples(
    module: ModuleType, name: str, rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = tuple(one for one in getattr(module, name) if one is not rule)
    monkeypatch.setattr(module, name, others)
    step = STEPS[module, name]
    assert rule.examples and not [text for text, after in rule.examples if step(text) == after]


def test_the_names_of_the_rules_of_a_step_are_different() -> None:
    for module, step in STEPS:
        names = [rule.name for rule in dict.fromkeys(getattr(module, step))]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("table", ["_UNICODE_TABLE", "_COMMANDS"])
def test_each_entry_of_a_table_is_needed(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = getattr(rewrite, table)
    for key, value in entries.items():
        sign = chr(key) if isinstance(key, int) else key
        monkeypatch.setattr(rewrite, table, entries)
        same = rewrite.tidy(f"4 {sign} 4")
        assert same == rewrite.tidy(f"4 {value} 4")
        monkeypatch.setattr(rewrite, table, {one: entries[one] for one in entries if one != key})
        assert rewrite.tidy(f"4 {sign} 4") != same, sign
