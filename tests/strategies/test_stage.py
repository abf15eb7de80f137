"""Strategies by the rules, as the stage writes them; what finds them is checked before it becomes a row."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.perfect_judge import play
from overthink.agree.formulas import agreement
from overthink.agree.labels import LabelRow
from overthink.errors import UnreadableReply
from overthink.judge.interface import Conversation
from overthink.records import Clusters, Problem, Response, Segments, Solution, Span
from overthink.run.owed import Item
from overthink.stats.bootstrap import Draws
from overthink.strategies.judge import ModelClusterer
from overthink.strategies.rules import RULES, Strategies
from overthink.strategies.stage import cluster_row, cluster_talk, fault_of

TEXTS = [
    "Subtract 7 from both sides: 2x = 19 - 7 = 12. Then x = 12 / 2 = 6. So x = 6.\n\n",
    "Let me plug it back into the original equation: 2 * 6 + 7 = 12 + 7 = 19, which matches. So x = 6 is correct.\n\n",
    "Let me go through the steps again. 2x = 19 - 7 = 12, then x = 12 / 2 = 6. So x = 6.",
]


def clustered(texts: list[str], lead: str = "") -> Clusters:
    response = lead + "".join(texts)
    ends = np.cumsum([len(lead), *map(len, texts)]).tolist()
    solutions = [Solution(end=end, answer="6", answer_span=(end - 1, end)) for end in ends[1:]]
    return cluster_row(item_of("If 2x + 7 = 19, what is x?", response, (len(lead), len(response)), solutions))


def item_of(question: str, response: str, thinking: Span, solutions: list[Solution]) -> Item:
    problem = Problem(id="p", dataset="own", question=question, answer=None)
    row = Response(id="p#1", problem_id="p", sample=1, model="m", response=response)
    segments = Segments(
        id="p#1", source="0" * 12, thinking=thinking, solutions=solutions, tail=False, truncated=False, segmenter="own"
    )
    return Item("p#1", "f" * 12, {"problems": problem, "generate": row, "segment": segments})


def test_each_solution_gets_a_strategy_a_reason_and_each_strategy_a_name() -> None:
    row = clustered(TEXTS)
    assert row.strategies == [1, 2, 1]
    assert row.names == ["first derivation", "substitution back"]
    assert (row.id, row.source, row.clusterer) == ("p#1", "f" * 12, RULES)
    assert row.reasons[0] == "first"
    assert all(reason.startswith("new: 0.") for reason in row.reasons[1:])
    assert float(row.reasons[1][5:]) > float(row.reasons[2][5:])


def test_no_solution_gives_no_strategy() -> None:
    row = clustered([])
    assert (row.strategies, row.names, row.reasons) == ([], [], [])


def test_one_solution_is_the_first_derivation() -> None:
    assert (clustered(TEXTS[:1]).strategies, clustered(TEXTS[:1]).names) == ([1], ["first derivation"])


def test_text_before_the_thinking_changes_nothing() -> None:
    assert clustered(TEXTS, lead="<think>\n" + TEXTS[1]) == clustered(TEXTS)


def test_ends_that_do_not_rise_give_a_partition_all_the_same() -> None:
    solutions = [Solution(end=end, answer="6", answer_span=(0, 1)) for end in (20, 5, 5, 40)]
    row = cluster_row(item_of("", "".join(TEXTS), (0, 40), solutions))
    assert len(row.strategies) == 4
    assert set(row.strategies) == set(range(1, len(row.names) + 1))


GOLD = Path(os.environ.get("OVERTHINK_REAL_DATA", Path(__file__).parents[3] / "shared" / "data")) / "gold"


@pytest.mark.real_data
@pytest.mark.skipif(not GOLD.is_dir(), reason=f"the real labels are not at {GOLD}")
def test_strategies_of_real_responses_agree_with_readers() -> None:
    """The model was trained on these, so this is no measure: it shows that features and numbers still fit."""
    rows, measured = [], []
    for line in filter(None, (GOLD / "solutions-dev.jsonl").read_text(encoding="utf-8").split("\n")):
        label = json.loads(line)
        row = LabelRow.model_validate(label).labelled()
        solutions = [Solution(end=s["end_char"], answer=s["answer"], answer_span=(0, 0)) for s in label["readers"][0]]
        found = cluster_row(item_of(label["problem"], label["response"], row.thinking, solutions))
        rows.append(row)
        measured.append(type(row)(**{**vars(row), "strategies": tuple(found.strategies)}))
    report = agreement(rows, measured, Draws(10, 0))
    assert report.strategy_ari.value is not None
    assert report.strategy_ari.value > 0.65
    assert report.process_difference.value is not None
    assert report.process_difference.value < 0.08  # a single strategy everywhere has 0.25


def clusters(*strategies: int, names: int | None = None) -> Clusters:
    count = max(strategies, default=0) if names is None else names
    return Clusters(
        id="p#1", source="", strategies=list(strategies), names=[f"s{k}" for k in range(count)], clusterer="t"
    )


@pytest.mark.parametrize(
    ("row", "solutions", "fault"),
    [
        (clusters(), 0, None),
        (clusters(1, 2, 1, 3), 4, None),
        (clusters(1, 1), 1, "2 strategies for 1 solutions"),
        (clusters(1), 2, "1 strategies for 2 solutions"),
        (clusters(2), 1, "has strategy 2"),
        (clusters(1, 3), 2, "has strategy 3"),
        (clusters(0), 1, "has strategy 0"),
        (clusters(1, 2, names=1), 2, "1 names for 2 strategies"),
        (clusters(1, names=2), 1, "2 names for 1 strategies"),
    ],
)
def test_strategies_are_a_partition_numbered_by_first_appearance(
    row: Clusters, solutions: int, fault: str | None
) -> None:
    found = fault_of(row, solutions)
    assert (fault is None and found is None) or (fault is not None and fault in str(found))


class Says(ModelClusterer):
    """A clusterer that says what it is told to."""

    def __init__(self, *numbers: int) -> None:
        self.found = Strategies(numbers, tuple(f"s{k}" for k in numbers), ("",) * len(numbers))

    def ask(self, question: str, solutions: Sequence[str]) -> Conversation[Strategies]:
        return self.found
        yield


def test_a_faulty_row_is_a_failure_and_never_stored() -> None:
    problem = Problem(id="p", dataset="d", question="?", answer="4")
    response = Response(id="p#1", problem_id="p", sample=1, model="m", response="So 4. So 4.")
    solutions = [Solution(end=end, answer="4", answer_span=(end - 2, end - 1)) for end in (5, 11)]
    segments = Segments(
        id="p#1", source="", thinking=(0, 11), solutions=solutions, tail=False, truncated=False, segmenter="t"
    )
    rows = {"problems": problem, "generate": response, "segment": segments}
    with pytest.raises(UnreadableReply, match="strategies for 2"):
        play(cluster_talk(Says(1), Item("p#1", "", rows)), lambda _: "")
