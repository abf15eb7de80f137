"""What the numbers of a run must not be read without: the one table of caveats, and how they are counted.

Those that follow from rows are counted from the rows whenever they are shown; those that are known only while files
are read are kept in run.json (`Manifest.caveats`). The order of the table is that of severity.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from overthink.records import Caveat

Severity = Literal["void", "doubt", "note"]
"""`void`: what is measured of these is not their thinking: all metrics but accuracy are another thing for them.
`doubt`: their numbers may be off. `note`: good to know."""

MOST_NAMES = 5
"""So many names of what it was found in stay with a caveat."""


@dataclass(frozen=True)
class CaveatKind:
    """A row of the table. `what` has `{count}`, `{of}` and, if it names what it was found in, `{names}`."""

    severity: Severity
    what: str
    hint: str


KINDS: dict[str, CaveatKind] = {
    "hidden_reasoning": CaveatKind(
        "void",
        "the server hides its thinking in {count} of {of} responses: they have no efficiencies and no solutions, "
        "and their tokens are the server's own count",
        "Ask a server that sends the thinking, or read accuracy and tokens alone.",
    ),
    "reasoning_not_in_log": CaveatKind(
        "void",
        "the thinking of {count} of {of} responses is not in the log ({names}): what is measured is the text after it",
        "Have the tool keep the thinking in its log, run it again, and import that.",
    ),
    "no_thinking_tags": CaveatKind(
        "void",
        "no thinking tags in {count} of {of} responses: the whole text is taken as the thinking",
        "If the model thinks, name its tags with --think-tags OPEN CLOSE, or the column that holds its thinking with "
        "--map reasoning=COLUMN; if it does not, compare it with its like.",
    ),
    "unknown_marks": CaveatKind(
        "void",
        "a mark that looks like a thinking tag, but is none that is known, in {count} of {of} responses ({names})",
        "If these are the model's tags, name them with --think-tags OPEN CLOSE.",
    ),
    "unread_keys": CaveatKind(
        "doubt",
        "keys that may hold thinking were not read in {count} of {of} responses ({names})",
        "If one holds the thinking, name it with --map reasoning=KEY and import again.",
    ),
    "unread_parts": CaveatKind(
        "doubt",
        "parts of a message that are of no known kind were not read in {count} of {of} responses ({names})",
        "If they hold text or thinking, write them as text, or as a column that --map names, and import again.",
    ),
    "failed_rows": CaveatKind(
        "doubt",
        "{count} of {of} rows failed ({names}): they are in no number",
        "failures.jsonl of the run folder tells why; the same command tries them again.",
    ),
    "missing_replies": CaveatKind(
        "doubt",
        "{count} of {of} requests have no reply: they are in no number",
        "Name the file of errors as well, or ask these again.",
    ),
    "one_paragraph": CaveatKind(
        "doubt",
        "the thinking is one single paragraph in {count} of {of} responses: its solutions cannot be told apart",
        "If its line breaks were lost on the way, record the responses with them.",
    ),
    "other_language": CaveatKind(
        "doubt",
        "the thinking is mostly in a language that the rules do not read in {count} of {of} responses ({names}): "
        "solutions are missed",
        "Let a model find the solutions: --judge model --judge-model NAME.",
    ),
    "tokenizer_not_own": CaveatKind(
        "doubt",
        "the tokens of {count} of {of} responses were counted with a tokenizer that is not the model's own ({names})",
        "Name the model's own tokenizer: --tokenizer NAME_OR_FOLDER --redo score.",
    ),
    "unmatched_problems": CaveatKind(
        "doubt",
        "{count} of {of} responses are to no problem of the benchmark that they name ({names}): level, subject and "
        "gold answer are what their rows say",
        "Look whether the dataset is named right (--dataset) and its questions are as in the benchmark.",
    ),
    "other_gold": CaveatKind(
        "doubt",
        "the rows of {count} of {of} responses have another gold answer than their problem, whose own is used",
        "Look which of them is right.",
    ),
    "without_gold": CaveatKind(
        "doubt",
        "no gold answer for {count} of {of} responses: they are in no metric that needs one",
        "Name its column with --map answer=COLUMN, or the benchmark with --dataset.",
    ),
    "closed_but_cut": CaveatKind(
        "doubt",
        "the text after the thinking was cut off in {count} of {of} responses: their final answer may be missing",
        "Give the model more room: --max-tokens.",
    ),
    "guessed_format": CaveatKind(
        "note",
        "the format of {count} of {of} files was guessed ({names})",
        "Name it with --format if that is wrong.",
    ),
    "counted_from_zero": CaveatKind(
        "note",
        "sample numbers count from 0 in the files of {count} of {of} responses: they became 1, 2, …",
        "Nothing is to be done.",
    ),
}
"""Every caveat by its code, the worst first."""

_ORDER = {code: place for place, code in enumerate(KINDS)}


def caveat(code: str, count: int, of: int, names: Iterable[str] = ()) -> Caveat:
    """The caveat of this code, in words. `names`: what it was found in, each once."""
    kind, named = KINDS[code], sorted(set(names))[:MOST_NAMES]
    what = kind.what.format(count=f"{count:,}", of=f"{of:,}", names=", ".join(named))
    return Caveat(code=code, count=count, of=of, what=what.replace(" ()", ""), hint=kind.hint, names=named)


def severity(found: Caveat) -> Severity:
    """How bad it is."""
    return KINDS[found.code].severity


def merged(*found: Sequence[Caveat]) -> list[Caveat]:
    """All of them, the worst first; those of one code are one, with their counts added up."""
    by_code: dict[str, list[Caveat]] = {}
    for one in (one for some in found for one in some):
        by_code.setdefault(one.code, []).append(one)
    return [
        caveat(
            code,
            sum(one.count for one in same),
            sum(one.of for one in same),
            [name for one in same for name in one.names],
        )
        for code, same in sorted(by_code.items(), key=lambda item: _ORDER[item[0]])
    ]


def extended(there: Sequence[Caveat], new: Sequence[Caveat], responses: int) -> list[Caveat]:
    """Those of a run that got further responses, of which it now has so many."""
    of_responses = "{of} responses"
    return [
        caveat(one.code, one.count, responses, one.names) if of_responses in KINDS[one.code].what else one
        for one in merged(there, new)
    ]
