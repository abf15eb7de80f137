"""Labels of readers: where solutions end. The files of the project hold offsets only; the texts are public responses.

    python tools/labels.py ../shared/data/responses > labels.jsonl   # rows with their texts, for `overthink agree`

A row of a file in labels/: {"response": SHA-256 of its text, "readers": [[solution, …], …]}, of each solution
"end_char", "answer_span", "correct", "strategy"; and, where readers said so, "optional_ends" (another careful reader
might add or drop them), "tail", "loop". labels/README.md says how they were made and where the texts are.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from overthink.agree.labels import text_key
from overthink.records import Span
from overthink.text.digest import digest
from overthink.text.paragraphs import paragraphs
from overthink.text.thinking import find_thinking

ROOT = Path(__file__).resolve().parents[1]
OURS = ROOT / "labels"
LANGUAGES, WRITTEN = OURS / "languages.jsonl", OURS / "written.jsonl"  # these hold their texts, too
SAMPLES = ROOT / "samples" / "labels.jsonl"
SHARED = ROOT.parent / "shared" / "data"

Row = dict[str, Any]


@dataclass(frozen=True)
class Labels:
    """Rows with their texts. All but `more`, which only train, are measured.

    `foreign`: in other languages; `written`: English ones that were written to begin with wrong answers.
    """

    plain: list[Row]
    hard: list[Row]
    foreign: list[Row]
    written: list[Row]
    more: list[Row]

    @property
    def measured(self) -> list[Row]:
        """What figures are taken from."""
        return [*self.plain, *self.hard, *self.foreign, *self.written]


def load(shared: Path = SHARED) -> Labels:
    """All labels whose texts are found in the folder `shared`: gold/*.jsonl and responses/*.jsonl."""
    gold = {
        path.stem: [row | {"gold": True} for row in read(path)] for path in sorted((shared / "gold").glob("*.jsonl"))
    }
    hard = [row for name, rows in gold.items() if "hard" in name for row in rows]
    plain = _without([row for name, rows in gold.items() if "hard" not in name for row in rows], hard)
    more = [*_without(ours(shared / "responses"), [*plain, *hard]), *samples()]
    return Labels(*(list(map(with_spans, rows)) for rows in (plain, hard, read(LANGUAGES), read(WRITTEN), more)))


def _without(rows: Iterable[Row], others: Sequence[Row]) -> list[Row]:
    """The rows whose text none of the others has."""
    known = {text_key(row["response"]) for row in others}
    return [row for row in rows if text_key(row["response"]) not in known]


def ours(responses: Path) -> Iterator[Row]:
    """One row for each response of the project's labels that is found in the files of this folder."""
    files = sorted(set(OURS.glob("*.jsonl")) - {LANGUAGES, WRITTEN})
    wanted = {row["response"]: row for path in files for row in read(path)}
    for path in sorted(responses.glob("*.jsonl")):
        for raw in read(path):
            if (label := wanted.pop(text_key(raw["response"]), None)) is not None:
                yield _joined(raw, label)


def samples() -> Iterator[Row]:
    """The label rows of the samples: tails, corrected answers and other cases of which real labels hold few."""
    return (row for row in read(SAMPLES) if row["paragraphs"])


def relaid(row: Row, gap: str) -> Row:
    """The row with `gap` between its paragraphs in place of blank lines, and no other line breaks in its thinking.

    Without line breaks sentences are the paragraphs: a solution then ends where its last one states the answer.
    """
    text, start = row["response"], row["thinking"][0]
    pieces, at = [text[:start]], start
    moved: dict[int, int] = {}
    spans: list[tuple[int, int]] = []
    for k, (low, high) in enumerate(row["paragraphs"]):
        shown = text[low:high].rstrip()
        at += len(gap) if k else 0
        moved |= {offset: at + min(offset - low, len(shown)) for offset in range(low, high + 1)}
        spans.append((at, at + len(shown)))
        pieces += [gap if k else "", re.sub(r"\s", " ", shown)]
        at += len(shown)
    pieces.append(text[row["paragraphs"][-1][1] :])
    readers = [
        [_moved(one, moved, row["paragraphs"], within="\n" not in gap) for one in reader] for reader in row["readers"]
    ]
    return {**row, "response": "".join(pieces), "thinking": (start, at), "paragraphs": spans, "readers": readers}


def _moved(solution: Row, moved: dict[int, int], paragraphs: Sequence[Span], *, within: bool) -> Row:
    """The solution at its new place. `within`: a paragraph may hold its end, where it states the answer."""
    low, high = solution["answer_span"]
    end = solution["end_char"]
    if within and any(start <= low and high <= end <= stop for start, stop in paragraphs):
        end = high
    return {**solution, "end_char": moved[end], "answer_span": (moved[low], moved[high])}


def with_wrong_start(row: Row) -> Row | None:
    """The row as if its first solution came to another number, to train on: few real responses begin with a wrong one.

    In as many characters, so that all offsets stay. None if its first answer is no whole number in digits.
    """
    first = row["readers"][0][0] if row["readers"][0] else None
    if first is None or len(row["readers"][0]) < 2 or not first["answer"].isdecimal():
        return None
    low, high = row["thinking"][0], first["end_char"]
    answer = first["answer"]
    other = answer[:-1] + str((int(answer[-1]) + 3) % 10)
    said = re.sub(rf"(?<![\d.,]){answer}(?![\d]|[.,]\d)", other, row["response"][low:high])
    return {**row, "response": row["response"][:low] + said + row["response"][high:]}


def changes(row: Row) -> bool:
    """Whether the response states a right and a wrong answer: few do, and they say what else an answer looks like."""
    return len({solution["correct"] for reader in row["readers"] for solution in reader}) > 1


def problem_of(row: Row) -> str:
    """The problem of a row, the same for every dataset that has it: folds are by problem."""
    return digest(re.sub(r"\W+", "", row["problem"].lower()))


def read(path: Path) -> Iterator[Row]:
    """The rows of a JSONL file."""
    return (json.loads(line) for line in path.read_text("utf-8").split("\n") if line)


def _joined(raw: Row, label: Row) -> Row:
    text = raw["response"]
    span = find_thinking(text).span
    readers = [
        [{**solution, "answer": text[slice(*solution["answer_span"])]} for solution in reader]
        for reader in label.get("readers") or [label["solutions"]]
    ]
    more = {key: label[key] for key in ("tail", "loop", "optional_ends") if key in label}
    return {**raw, **more, "thinking": span, "paragraphs": paragraphs(text, *span), "readers": readers}


def with_spans(row: Row) -> Row:
    """The row with the key of its text, and the place of each answer: the last one in its solution, else before it."""
    row["text_key"] = text_key(row["response"])
    for reader in row["readers"]:
        start = row["thinking"][0]
        for solution in reader:
            if "answer_span" not in solution:
                solution["answer_span"] = place(row["response"], solution["answer"], start, solution["end_char"])
            start = solution["end_char"]
    return row


def place(text: str, answer: str, start: int, end: int) -> tuple[int, int]:
    """The last place of an answer in `text[start:end]` that cuts no word or number, else before it, else any."""
    whole = re.compile(
        (r"(?<![\w.])" if answer[0].isalnum() else "") + re.escape(answer) + (r"(?!\w)" if answer[-1].isalnum() else "")
    )
    for low in (start, 0):
        if found := list(whole.finditer(text, low, end)):
            return found[-1].span()
    at = max(text.rfind(answer, start, end), text.rfind(answer, 0, end))
    return at, at + len(answer)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the project's label rows with their texts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("responses", type=Path, help="a folder of JSONL files with the labelled responses")
    for row in ours(parser.parse_args(arguments).responses):
        row.setdefault("id", problem_of(row))
        print(json.dumps(row, ensure_ascii=False))


if __name__ == "__main__":
    main()
