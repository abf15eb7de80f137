"""A thinking in several blocks, all the way: what is between them is counted, shown and sent nowhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from overthink.exports.responses import parts
from overthink.follow.answers import split
from overthink.run.scored import find_response
from tests.conftest import Overthink

STEPS = (
    "There are 4 rows of 9 jars: 4 * 9 = 36. 🍯",
    "Then 36 - 6 = 30. So the answer is 30.",
    "Check: 30 + 6 = 36. Yes, 30.",
)
CALL = '<tool_call>{"broken": 6}</tool_call>\n<tool_response>six 🍯🍯</tool_response>'
BLOCKS = f"<think>\n{STEPS[0]}\n</think>\n{CALL}\n<think>\n{STEPS[1]}\n\n{STEPS[2]}\n</think>\n\n\\boxed{{30}}"
WHOLE = "<think>\n" + "\n\n".join(STEPS) + "\n</think>\n\n\\boxed{30}"
QUESTION = "A shelf holds 4 rows of 9 jars. 6 are broken. How many are whole?"


@pytest.fixture
def run(overthink: Overthink, tmp_path: Path) -> Path:
    row = {"problem": QUESTION, "answer": "30", "model": "m", "dataset": "own"}
    rows = [row | {"response": text} for text in (BLOCKS, WHOLE)]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    done = overthink("run", tmp_path / "rows.jsonl", "--out", tmp_path / "runs", "--format", "json")
    assert done.code == 0, done.err
    return tmp_path / "runs" / "m"


def test_what_is_between_blocks_is_in_no_number(run: Path) -> None:
    blocks, whole = (json.loads(line) for line in (run / "score.jsonl").read_text("utf-8").splitlines())
    assert blocks["response_tokens"] > whole["response_tokens"]
    # The blank line between two paragraphs is a token, too: it is in no block.
    assert blocks["tokens"] == whole["tokens"] - 1
    assert sum(blocks["solution_tokens"]) + blocks["tail_tokens"] == blocks["tokens"]
    for key in ("kinds", "correct", "first_correct", "process_efficiency"):
        assert blocks[key] == whole[key], key
    segments, other = (json.loads(line) for line in (run / "segment.jsonl").read_text("utf-8").splitlines())
    assert [BLOCKS[slice(*block)] for block in segments["blocks"]] == [STEPS[0], "\n\n".join(STEPS[1:])]
    assert "blocks" not in other


def test_what_is_between_blocks_is_shown_and_sent_nowhere(overthink: Overthink, run: Path) -> None:
    shown = overthink("show", run, "1").out
    assert "broken" not in shown.split("How many are whole?")[1].replace("6 are broken", "")
    assert all(step.split(":")[0] in shown for step in STEPS)
    assert overthink("report", run, "--processes", 1).code == 0
    page = Path("report.html").read_text("utf-8")
    found = re.search(r'<script type="application/json" id="texts-0">(.*?)</script>', page, re.DOTALL)
    assert found
    assert "tool" not in found[1]
    row = find_response(run, "1")
    assert parts(row) == ("\n\n".join(STEPS), "\\boxed{30}")
    thinking, answer = split(row.response, None, always_thinks=True)
    assert thinking == row.thinking.span
    assert answer is not None
    assert BLOCKS[slice(*answer)] == "\\boxed{30}"
