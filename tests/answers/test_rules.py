"""Each rule and form is needed: its examples come out as they say, and no longer once it is switched off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType

import pytest

from overthink.answers import (
    characters,
    grammar,
    layout,
    leaves,
    names,
    notations,
    parse,
    phrases,
    rewrite,
    values,
)
from overthink.answers.rules import Form, Rule, any_form
from tests.answers.switched_off import forget, of_type, without_each_alternative

STEPS: dict[ModuleType, Callable[[str], str]] = {
    rewrite: rewrite.tidy,
    characters: rewrite.tidy,
    layout: rewrite.tidy,
    leaves: leaves.strip_punctuation,
    phrases: phrases.without_words,
    grammar: grammar._for_grammar,
    notations: notations.spoken,
}
"""What the examples of the rules of each module go through."""

RULES = [
    pytest.param(module, name, rule, id=f"{name}: {rule.name}")
    for module, name in of_type(Rule)
    for rule in dict.fromkeys(getattr(module, name))
]
FORMS = [
    pytest.param(getattr(module, name), form, id=f"{name}: {form.name}")
    for module, name in of_type(Form)
    for form in getattr(module, name)
]


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.mark.parametrize(("module", "name", "rule"), RULES)
def test_examples_come_out_as_they_say(module: ModuleType, name: str, rule: Rule) -> None:
    assert [STEPS[module](text) for text, _ in rule.examples] == [after for _, after in rule.examples]


@pytest.mark.parametrize(("module", "name", "rule"), RULES)
def test_look_alikes_are_left_as_they_are(module: ModuleType, name: str, rule: Rule) -> None:
    assert [rule.rewrite(text) for text in rule.not_examples] == list(rule.not_examples)


@pytest.mark.parametrize(("module", "name", "rule"), RULES)
def test_a_rule_switched_off_is_missed_by_each_of_its_examples(
    module: ModuleType, name: str, rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, tuple(one for one in getattr(module, name) if one is not rule))
    assert rule.examples
    assert not [text for text, after in rule.examples if STEPS[module](text) == after]


@pytest.mark.parametrize(("module", "name", "rule"), RULES)
def test_each_alternative_of_a_rule_is_missed_by_an_example(
    module: ModuleType, name: str, rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = getattr(module, name)
    for pattern in without_each_alternative(rule.pattern):
        less = replace(rule, pattern=pattern)
        monkeypatch.setattr(module, name, tuple(less if one is rule else one for one in rules))
        assert [text for text, after in rule.examples if STEPS[module](text) != after], pattern.pattern


@pytest.mark.parametrize(("module", "table"), [(characters, "_UNICODE_TABLE"), (layout, "_COMMANDS")])
def test_each_entry_of_a_table_is_needed(module: ModuleType, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = getattr(module, table)
    for key, value in entries.items():
        sign = chr(key) if isinstance(key, int) else key
        monkeypatch.setattr(module, table, entries)
        same = rewrite.tidy(f"4 {sign} 4")
        assert same == rewrite.tidy(f"4 {value} 4")
        monkeypatch.setattr(module, table, {one: entries[one] for one in entries if one != key})
        assert rewrite.tidy(f"4 {sign} 4") != same, sign


def is_of(forms: tuple[Form, ...], text: str) -> bool:
    return re.fullmatch(any_form(forms), text, re.DOTALL) is not None


@pytest.mark.parametrize(("forms", "form"), FORMS)
def test_examples_are_of_their_form_and_of_no_other(forms: tuple[Form, ...], form: Form) -> None:
    others = tuple(one for one in forms if one is not form)
    assert [is_of((form,), text) for text in form.examples] == [True] * len(form.examples)
    assert form.examples
    assert not [text for text in form.examples if is_of(others, text)]
    assert not [text for text in form.not_examples if is_of(forms, text)]


def test_what_is_looked_for_are_the_forms() -> None:
    for pattern, forms in (
        (values.VALUE, values.VALUES),
        (values.MATH, values.MATHS),
        (values._WHOLE, values.WHOLES),
        (names._NAME, names.NAMES),
    ):
        assert pattern.pattern == any_form(forms)


@pytest.mark.parametrize("name", [*rewrite.FUNCTIONS, *rewrite._GREEK_NAMES.split()])
def test_each_name_gets_its_backslash(name: str) -> None:
    assert rewrite.tidy(f"{name} x") == rewrite.tidy(rf"\{name} x") != f"{name} x"
    assert rewrite.tidy(f"{name}y x") == f"{name}y x"


WORD_COMMANDS = (
    "text textbf textit textrm textsf texttt textnormal textup mathrm mathbf mathit mathsf mathtt mathcal mbox hbox"
    " emph operatorname operatorname* boldsymbol bm"
)
SWITCHES = "bf rm it sf displaystyle textstyle limits nolimits noindent normalsize large quad qquad thinspace enspace"
SIZES = "left right mleft mright middle big Big bigg Bigg bigl bigr Bigm"


@pytest.mark.parametrize("command", WORD_COMMANDS.split())
def test_words_are_taken_out_of_each_command_for_them(command: str) -> None:
    assert rewrite.tidy(rf"7 \{command}{{v}}") == "7 v"


@pytest.mark.parametrize("command", [*SWITCHES.split(), *SIZES.split()])
def test_each_command_without_a_meaning_is_dropped(command: str) -> None:
    assert rewrite.tidy(rf"7 \{command} (v").replace("  ", " ") == "7 (v"


@pytest.mark.parametrize(
    "command", ["leftarrow", "bigcup", "item", "xfrac", "limit", "largest", "thinspaces", "textbook"]
)
def test_a_command_that_only_begins_like_one_of_them_is_kept(command: str) -> None:
    assert rewrite.tidy(rf"7 \{command} v") == rf"7 \{command} v"


@pytest.mark.parametrize("words", notations._SAME_WORDS)
def test_each_of_the_words_with_a_notation_is_needed(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    notation = parse.shape_of(words).key
    assert notation == parse.shape_of(notations._SAME_WORDS[words]).key
    if words != notation:
        forget()
        monkeypatch.delitem(notations._SAME_WORDS, words)
        assert parse.shape_of(words).key != notation
