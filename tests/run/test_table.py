"""The file of a stage: whole or resumable, whatever happened to it."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from overthink.errors import OverthinkError
from overthink.records import Problem
from overthink.run.table import PartFile, Table, disk_errors, write_text


def problem(number: int, question: str = "?") -> Problem:
    return Problem(id=f"p{number}", dataset="d", question=question, answer="1")


def part_of(path: Path) -> PartFile[Problem]:
    return PartFile(path, Problem)


def test_a_finished_file_is_in_the_asked_order_whatever_order_the_rows_came_in(tmp_path: Path) -> None:
    file = part_of(tmp_path / "x.jsonl")
    file.keep([])
    for number in (3, 1, 2):
        file.append(problem(number))
    file.finish(["p1", "p2", "p3", "p4"])
    assert list(Table(file.path, Problem)) == ["p1", "p2", "p3"]
    assert not file.part.exists()


def test_a_torn_last_line_is_dropped_and_does_not_glue_to_the_next_row(tmp_path: Path) -> None:
    file = part_of(tmp_path / "x.jsonl")
    file.part.write_bytes(problem(1).model_dump_json().encode() + b'\n{"id": "p2", "data')
    torn = Table(file.part, Problem, torn=True)
    assert list(torn) == ["p1"]
    file.keep(torn.line(row_id) for row_id in torn)
    file.append(problem(2))
    file.finish(["p1", "p2"])
    assert [row.id for row in Table(file.path, Problem).rows()] == ["p1", "p2"]


@pytest.mark.parametrize("text", ["a\u2028b", "a\u2029b", "a\x85b", "a\x00b", "a\x0bb", "a\r\nb", "x" * 5_000_000])
def test_only_a_newline_ends_a_row(tmp_path: Path, text: str) -> None:
    file = part_of(tmp_path / "x.jsonl")
    file.keep([])
    file.append(problem(1, text))
    file.append(problem(2))
    file.finish(["p1", "p2"])
    table = Table(file.path, Problem)
    assert table.read("p1").question == text
    assert table.read("p2").question == "?"


@pytest.mark.parametrize(
    ("line", "what"),
    [(b"{", "is not JSON"), (b"[]", 'is not an object with an "id"'), (b"{}", 'is not an object with an "id"')],
)
def test_a_bad_row_is_named_by_file_and_line(tmp_path: Path, line: bytes, what: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(problem(1).model_dump_json().encode() + b"\n" + line + b"\n")
    with pytest.raises(OverthinkError) as error:
        Table(path, Problem)
    assert f"{path}, line 2" in error.value.message
    assert what in error.value.message


def test_a_row_with_an_unknown_key_names_the_row_and_the_key(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"id": "p1", "dataset": "d", "question": "?", "answer": null, "colour": 1}\n')
    with pytest.raises(OverthinkError, match="'p1': colour"):
        Table(path, Problem).read("p1")


def test_the_folder_of_a_text_file_is_made(tmp_path: Path) -> None:
    write_text(tmp_path / "new" / "folder" / "x.txt", "text\n")
    assert (tmp_path / "new" / "folder" / "x.txt").read_text() == "text\n"


def test_a_full_disk_says_so_and_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"old\n")

    def lines():  # type: ignore[no-untyped-def]
        yield b"new"
        raise OSError(errno.ENOSPC, "No space left on device")

    file = part_of(path)
    with pytest.raises(OverthinkError, match="disk is full"):
        file.keep(lines())
    assert path.read_bytes() == b"old\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.jsonl"]


@pytest.mark.parametrize(
    ("number", "says"), [(errno.EROFS, "cannot be written"), (errno.EACCES, "cannot be written"), (errno.EIO, "disk")]
)
def test_errors_of_the_disk_become_two_lines(number: int, says: str) -> None:
    with pytest.raises(OverthinkError) as error, disk_errors(Path("x")):
        raise OSError(number, "reason")
    assert says in str(error.value)


def test_discarding_a_part_leaves_the_finished_file(tmp_path: Path) -> None:
    write_text(tmp_path / "x.jsonl", "kept\n")
    file = part_of(tmp_path / "x.jsonl")
    file.keep([])
    file.append(problem(1))
    file.discard()
    assert (tmp_path / "x.jsonl").read_text() == "kept\n"
    assert not file.part.exists()
