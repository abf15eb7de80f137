"""What must be known of responses is counted once, and only of those that are new to the run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from overthink.imports.counts import ImportCounts, Note, NoteCounts
from overthink.imports.recording import Recorded
from overthink.imports.stage import import_responses
from overthink.records import Caveat, Problem, Response
from overthink.run.caveats import caveat
from overthink.run.manifest import Manifest

MANIFEST = Manifest(created="2026-01-01T00:00:00+00:00", model="", origin="import", overthink="0")


def recorded(number: int, *notes: Note, model: str = "m") -> Recorded:
    problem = Problem(id=f"p{number}", dataset="d", question="q", answer="1")
    response = Response(id=f"p{number}#1", problem_id=problem.id, sample=1, model=model, response="r")
    return Recorded(model, problem, response, notes)


def caveats(folder: Path, *rows: Recorded, whole: tuple[Caveat, ...] = ()) -> list[Caveat]:
    return import_responses(rows, folder, MANIFEST, ImportCounts(whole=list(whole)))["m"].manifest.caveats


def test_a_note_is_of_the_row_that_is_being_read() -> None:
    tally = ImportCounts()
    tally.note("unread_keys", "cot", "plan")
    tally.note("counted_from_zero")
    assert tally.of_row() == (Note("unread_keys", "cot"), Note("unread_keys", "plan"), Note("counted_from_zero"))
    assert tally.of_row() == ()


def test_a_response_is_counted_once_a_code_and_the_most_frequent_names_are_kept() -> None:
    counts = NoteCounts()
    counts.add((Note("unread_keys", "cot"), Note("unread_keys", "plan")))
    for name in "abcde":
        counts.add((Note("unread_keys", name),) * 2)
    assert counts.written(9) == [caveat("unread_keys", 6, 9, ["a", "b", "c", "d", "e"])]


def test_what_is_kept_with_the_run_is_told_with_its_other_caveats_alone() -> None:
    tally = ImportCounts(models=Counter(m=4))
    tally.noted.add((Note("other_gold"),))
    tally.note_whole("guessed_format", "inspect", count=2, of=3)
    assert tally.whole == [caveat("guessed_format", 2, 3, ["inspect"])]
    assert tally.notes() == []


def test_a_run_keeps_the_notes_of_its_own_responses(tmp_path: Path) -> None:
    rows = [recorded(1, Note("other_gold")), recorded(2), recorded(1, Note("unread_keys", "cot"), model="n")]
    assert caveats(tmp_path, *rows) == [caveat("other_gold", 1, 2)]


def test_further_responses_add_to_the_counts_and_the_same_again_do_not(tmp_path: Path) -> None:
    first = recorded(1, Note("other_gold"))
    guess = caveat("guessed_format", 1, 1, ["inspect"])
    assert caveats(tmp_path, first, whole=(guess,)) == [caveat("other_gold", 1, 1), guess]
    assert caveats(tmp_path, first, whole=(guess,)) == [caveat("other_gold", 1, 1), guess]
    assert caveats(tmp_path, first, recorded(2), recorded(3)) == [caveat("other_gold", 1, 3), guess]
    added = caveats(tmp_path, first, recorded(4, Note("other_gold"), Note("unread_keys", "cot")), whole=(guess,))
    assert added == [
        caveat("unread_keys", 1, 4, ["cot"]), caveat("other_gold", 2, 4), caveat("guessed_format", 2, 2, ["inspect"])
    ]  # fmt: skip
