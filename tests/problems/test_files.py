from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from overthink.errors import OverthinkError
from overthink.problems.files import check_file, head_of, read_rows, stem_of

ROWS = [{"a": "x\u2028y\x85z", "n": 1}, {"a": "b\r\nc", "n": 2}]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    if path.name.endswith((".jsonl", ".jsonl.out")):
        path.write_bytes(lines)
    elif path.name.endswith(".jsonl.gz"):
        path.write_bytes(gzip.compress(lines))
    elif path.name.endswith(".jsonl.zst"):
        path.write_bytes(zst(lines))
    elif path.name.endswith(".json"):
        path.write_text(json.dumps({"meta": "m", "names": ["s"], "rows": rows}), encoding="utf-8")
    elif path.name.endswith(".json.zst"):
        path.write_bytes(zst(json.dumps(rows).encode()))
    else:
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    return path


def zst(content: bytes) -> bytes:
    sink = pyarrow.BufferOutputStream()
    with pyarrow.CompressedOutputStream(sink, "zstd") as file:
        file.write(content)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    "name",
    ["r.jsonl", "r.jsonl.gz", "r.jsonl.zst", "r.json", "r.json.zst", "r.parquet", "r.jsonl.out", "R.JSONL.part.jsonl"],
)
def test_every_kind_of_file_gives_the_same_rows(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, ROWS)
    assert [row for _, row in read_rows(path)] == ROWS
    assert [where.number for where, _ in read_rows(path)] == [1, 2]


def test_lines_end_at_newlines_alone_blank_ones_are_skipped_and_a_bom_is_tolerated(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"a": "\xe2\x80\xa8"}\r\n\n   \n{"a": "\xc2\x85\x0b"}'.replace(b"\x0b", b""))
    assert [(where.number, row["a"]) for where, row in read_rows(path)] == [(1, "\u2028"), (4, "\x85")]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("r.jsonl", b'{"a": 1}\n{"a": oops}\n', "r.jsonl, line 2, column 7: not JSON"),
        ("r.jsonl", b'{"a": 1}\n{"a": 1} {"b": 2}\n', "line 2, column 10: not JSON"),
        ("r.jsonl", b'{"a": 1}\n[1]\n', "line 2: a row is a JSON object, and this is a list"),
        ("r.jsonl", b"null\n", "line 1: a row is a JSON object, and this is null"),
        ("r.jsonl", b'{"a": "\xff"}\n', "line 1: not UTF-8 at byte 8"),
        ("r.jsonl", b"", "holds no rows"),
        ("r.jsonl", b"\n \n", "holds no rows"),
        ("r.jsonl", b'{"a": ' + b"[" * 200_000 + b"\n", "line 1: not readable as JSON"),
        ("r.jsonl", b'{"a": ' + b"1" * 5000 + b"}\n", "line 1: not readable as JSON"),
        ("r.jsonl.gz", b"not gzip", "not a whole gzip file"),
        ("r.jsonl.gz", gzip.compress(b'{"a": 1}\n' * 9, mtime=0)[:-9], "not a whole gzip file"),
        ("r.jsonl.zst", b"not zstandard", "r.jsonl.zst: ZSTD decompress failed"),
        ("r.jsonl.zst", zst(b'{"a": 1}\n' * 9)[:-4], "r.jsonl.zst: Truncated"),
        ("r.json", b"{}", "neither a list of rows"),
        ("r.json", b"5", "neither a list of rows"),
        ("r.json", b'{"a": [{}], "b": [{}]}', "neither a list of rows"),
        ("r.json", b'{"a": 1}\n{"a": 2}\n', "line 2, column 1: not JSON"),
        ("r.json", b"[1]", "row 1: a row is a JSON object, and this is a number"),
        ("r.json", b"[]", "holds no rows"),
        ("r.json", b" ", "holds no rows"),
        ("r.parquet", b"PAR1 not", "not a Parquet file"),
        ("r.tsv", b"a\n1\n", "unknown kind of file"),
        ("r.csv", b"", "holds no rows"),
        ("r.csv", b"a,b\n", "holds no rows"),
        ("r.csv", b"a,b\n1,2\n\n1,2,3\n", "row 2 (line 4): 3 cells under 2 names"),
        ("r.csv", b"a,b\n1\n", "row 1 (line 2): 1 cells under 2 names"),
        ("r.csv", b'a,b\n"1,2\n', "line 2: not CSV"),
        ("r.csv", b'a,b\n"1" x,2\n', "line 2: not CSV"),
        ("r.csv", b"a,b\n1,2\n\xff,2\n", "line 3: not UTF-8 at byte 1"),
        ("r.csv", "a,b\n1,2\n".encode("utf-16"), "line 1: not UTF-8 at byte 1"),
        ("r.csv", b"a,a\n1,2\n", "two columns have the same name"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(OverthinkError) as caught:
        list(read_rows(path))
    assert message in caught.value.message
    assert "\n" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b'q,r\n"a, ""b""\nc","d\r\ne"\n', {"q": 'a, "b"\nc', "r": "d\r\ne"}),
        (b"\xef\xbb\xbfq,r\r\na,b\r\n", {"q": "a", "r": "b"}),
        (b"q;r\n1,5;b\n", {"q": "1,5", "r": "b"}),
        (b"q\tr\na\tb\n", {"q": "a", "r": "b"}),
        (b"q\na;b\n", {"q": "a;b"}),
        (b"q,r\n,b\n", {"q": None, "r": "b"}),
        ("q,r\nä\u2028é,b\x85".encode(), {"q": "ä\u2028é", "r": "b\x85"}),
        (b"q,r\n" + b"x" * 200_000 + b",b", {"q": "x" * 200_000, "r": "b"}),
    ],
    ids=["quoted", "BOM and CRLF", "semicolons", "tabs", "one column", "empty cell", "other line ends", "long cell"],
)
def test_csv_gives_its_cells_as_texts(tmp_path: Path, content: bytes, row: dict[str, Any]) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    assert [found for _, found in read_rows(path)] == [row]


def test_a_json_object_of_objects_that_are_alike_holds_rows_by_their_ids(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text('{"a": {"q": 1, "r": 2}, "b": {"q": 3, "r": 4, "id": "own"}}', encoding="utf-8")
    assert [row for _, row in read_rows(path)] == [{"id": "a", "q": 1, "r": 2}, {"id": "own", "q": 3, "r": 4}]
    for apart in (
        '{"request": {"q": 1, "m": 2}, "response": {"r": 1, "m": 2, "n": 3, "o": 4}}',
        '{"a": {"q": 1, "r": 2}}',
    ):
        path.write_text(apart, encoding="utf-8")
        assert len(list(read_rows(path))) == 1
        assert "id" not in next(read_rows(path))[1]


def test_a_json_object_without_any_list_of_rows_is_one_row(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text('{"a": 1, "b": [2, 3]}')
    assert [(where.number, row) for where, row in read_rows(path)] == [(1, {"a": 1, "b": [2, 3]})]


@pytest.mark.parametrize(
    ("name", "content", "begins"),
    [
        ("r.jsonl", '\n{"a": 1}\nbroken', {"a": 1}),
        ("r.json", '[{"a": 1}, {"a": 2}]', {"a": 1}),
        ("r.json", '{"0": {"a": 1}, "1": {"a": 2}}', {"0": {"a": 1}, "1": {"a": 2}}),
        ("r.json", "[]", []),
    ],
)
def test_the_head_of_a_file_is_its_first_row_or_the_object_that_it_is(
    tmp_path: Path, name: str, content: str, begins: object
) -> None:
    (tmp_path / name).write_text(content)
    assert head_of(tmp_path / name) == begins


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(OverthinkError, match="no such file"):
        check_file(tmp_path / "absent.jsonl")
    with pytest.raises(OverthinkError, match="no such file"):
        check_file(tmp_path / "absent")
    for name in ("d.jsonl", "d"):
        (tmp_path / name).mkdir()
        with pytest.raises(OverthinkError, match="is a folder") as caught:
            check_file(tmp_path / name)
        assert "--format" in caught.value.hint


def test_json_lines_in_a_json_file_get_the_hint_to_rename_it(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text('{"a": 1}\n{"a": 2}\n', encoding="utf-8")
    with pytest.raises(OverthinkError) as caught:
        list(read_rows(path))
    assert ".jsonl" in caught.value.hint


def test_rows_come_one_by_one_before_the_file_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(b'{"a": 1}\nbroken\n')
    rows = read_rows(path)
    assert next(rows)[1] == {"a": 1}
    with pytest.raises(OverthinkError, match="line 2"):
        next(rows)


@pytest.mark.parametrize(
    ("name", "stem"), [("a.jsonl.gz", "a"), ("a.b.JSONL", "a.b"), ("gsm8k.parquet", "gsm8k"), ("x", "x")]
)
def test_a_stem_is_the_name_without_the_suffix(name: str, stem: str) -> None:
    assert stem_of(Path(name)) == stem
