from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from overthink.answers.judge import ModelVerifier, VerdictReply, read_verdict
from overthink.follow.attention.finder import ConstraintFinder, ConstraintsReply
from overthink.follow.judge import ConstraintJudge, FollowReply
from overthink.judge.prompt import Prompt, Texts, load_prompt
from overthink.judge.reply import Answered, read_reply
from overthink.records import Solution
from overthink.solutions.hybrid import DoubtReply, HybridSegmenter, read_decisions
from overthink.solutions.judge import ModelSegmenter, Numbered, SegmentReply, read_solutions
from overthink.strategies.judge import ClusterReply, ModelClusterer, read_strategies
from overthink.strategies.rules import Strategies
from overthink.text.paragraphs import paragraphs

JUDGES: dict[str, tuple[Prompt, type[Answered]]] = {
    "segment": (ModelSegmenter(len, 4096).prompt, SegmentReply),
    "segment_doubts": (HybridSegmenter(len, 4096).prompt, DoubtReply),
    "cluster": (ModelClusterer(len, 4096).prompt, ClusterReply),
    "verify": (ModelVerifier(len, 4096).prompt, VerdictReply),
    "follow": (ConstraintJudge(len, 4096).prompt, FollowReply),
    "constraints": (ConstraintFinder(len, 4096).prompt, ConstraintsReply),
}
BY_NAME = pytest.mark.parametrize("name", JUDGES)


class Other(Answered):
    other: int


@dataclass(frozen=True)
class Problem(Texts):
    problem: str


def examples(name: str) -> Iterator[tuple[str, str]]:
    """The turns that are shown as an example: what is asked, and the reply."""
    turns = JUDGES[name][0].turns
    yield from ((asked.content, reply.content) for asked, reply in zip(turns[1:-1:2], turns[2:-1:2], strict=True))


@BY_NAME
def test_a_prompt_is_a_system_turn_examples_and_the_turn_to_fill_in(name: str) -> None:
    prompt = JUDGES[name][0]
    roles = [turn.role for turn in prompt.turns]
    assert roles == ["system", *["user", "assistant"] * (len(roles) // 2 - 1), "user"]
    assert len(roles) > 2
    assert re.match(r"\{(problem|instruction)\}\n?", prompt.turns[-1].content)
    assert "{fault}" in prompt.pieces["retry"]


@BY_NAME
def test_the_examples_show_what_the_schema_asks_for(name: str) -> None:
    for _, reply in examples(name):
        read_reply(reply, JUDGES[name][1])


NO_LIST_OF_FIELDS = {"constraints"}  # an entry of one field, which is told in the sentence that shows the reply


@pytest.mark.parametrize("name", [name for name in JUDGES if name not in NO_LIST_OF_FIELDS])
def test_the_list_of_a_prompt_says_what_each_field_of_an_entry_is_and_no_other(name: str) -> None:
    prompt, shape = JUDGES[name]
    (entry,) = shape.model_json_schema()["$defs"].values()
    assert set(re.findall(r'^- "(\w+)"', prompt.turns[0].content, re.M)) == set(entry["properties"])


@BY_NAME
def test_examples_are_fenced_as_real_texts_are(name: str) -> None:
    for asked, _ in examples(name):
        opened = re.findall(r"^<([a-z]+-[0-9a-f]{8})>$", asked, re.M)
        assert opened == re.findall(r"^</([a-z]+-[0-9a-f]{8})>$", asked, re.M)
        assert opened


def shown_in(asked: str) -> dict[int, str]:
    body = re.findall(r"<(?:text|solutions)-(\w+)>\n(.*)\n</\w+-\1>", asked, re.S)[0][1]
    return {int(number): text for number, text in re.findall(r"^\[(\d+)\] (.*?)(?=\n\n|\Z)", body, re.M | re.S)}


def numbered(shown: dict[int, str]) -> Numbered:
    text = "\n\n".join(shown.get(number, "1/4 so \\frac{1}{4}") for number in range(1, max(shown) + 1))
    return Numbered(text, paragraphs(text, 0, len(text)))


def test_the_examples_of_the_segmenter_keep_its_rules() -> None:
    ends = []
    for asked, reply in examples("segment"):
        shown = shown_in(asked)
        text = numbered(shown)
        first, last = min(shown), max(shown)
        before = [Solution(end=text.end(first - 1), answer="1", answer_span=(0, 1))] if first > 1 else []
        found = read_solutions(reply, text, range(first, last + 1), before)
        ends.append([[stop for _, stop in text.paragraphs].index(solution.end) + 1 for solution in found])
        assert f"numbered [{first}] to [{last}]." in asked
    assert ends == [[2, 4, 7], [12, 14]]


def test_the_example_of_the_hybrid_segmenter_keeps_its_rules() -> None:
    ((asked, reply),) = examples("segment_doubts")
    decisions = read_decisions(reply, numbered(shown_in(asked)), [2, 3, 8], [4])
    assert {number: (decision.ends, decision.answer is not None) for number, decision in decisions.items()} == {
        2: (True, True),
        3: (False, False),
        8: (True, False),
    }


def test_the_examples_of_the_clusterer_and_the_verifier_keep_their_rules() -> None:
    ((asked, reply),) = examples("cluster")
    assert read_strategies(reply, range(1, len(shown_in(asked)) + 1), Strategies()).numbers == (1, 1, 2)
    ((_, reply),) = examples("verify")
    assert read_verdict(reply)[0] == "correct"


@BY_NAME
def test_a_prompt_is_short(name: str) -> None:
    words = sum(len(turn.content.split()) for turn in JUDGES[name][0].turns)
    assert words < 800  # about 1,100 tokens


def test_the_digest_follows_every_word_and_the_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overthink.judge.prompt.files", lambda _: tmp_path)
    template = "# system\nRule.\n\n# user\nIs it?\n\n# assistant\n{}\n\n# user\n{problem}\n\n# retry\nAgain: {fault}\n"

    def digest(text: str, shape: type[Answered] = SegmentReply) -> str:
        (tmp_path / "own.md").write_text(text, encoding="utf-8")
        return load_prompt("own.md", shape, Problem).digest

    texts = [template, *(template.replace(old, old + "!") for old in ("Rule.", "Is it?", "{}", "{problem}", "Again"))]
    digests = [*map(digest, texts), digest(template, Other)]
    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize(
    ("ending", "fault"),
    [
        ("{problem}\n\n# retry\nAgain: {fault}\n\n# read before\nFrom {first}", None),
        ("{problem} {text}\n\n# retry\nAgain: {fault}\n\n# read before\nFrom {first}", "a place without a text"),
        ("What?\n\n# retry\nAgain: {fault}\n\n# read before\nFrom {first}", "a text without a place"),
        ("{problem}\n\n# retry\nAgain: {reason}\n\n# read before\nFrom {first}", "a wrong place in the second try"),
        ("{problem}\n\n# read before\nFrom {first}", "no second try"),
        ("{problem}\n\n# retry\nAgain: {fault}", "a piece that is not there"),
        ("{problem}\n\n# retry\nAgain: {fault}\n\n# read before\nFrom {last}", "a wrong place in a piece"),
        ("{problem}\n\n# retry\nAgain: {fault}\n\n# read before\nFrom {first}\n\n# more\nMore", "an unknown piece"),
    ],
)
def test_a_place_without_a_text_is_an_error_when_the_prompt_is_loaded(
    ending: str, fault: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("overthink.judge.prompt.files", lambda _: tmp_path)
    (tmp_path / "own.md").write_text(f"# system\nRule.\n\n# user\n{ending}\n", encoding="utf-8")
    if fault is None:
        assert load_prompt("own.md", Other, Problem, {"read before": {"first"}}).pieces["read before"] == "From {first}"
    else:
        with pytest.raises(ValueError, match=r"own\.md: its places are"):
            load_prompt("own.md", Other, Problem, {"read before": {"first"}})


def test_the_words_of_a_prompt_are_those_of_all_its_turns() -> None:
    prompt: Prompt = JUDGES["verify"][0]
    assert prompt.words.count("\n") >= len(prompt.turns) - 1
    assert all(turn.content in prompt.words for turn in prompt.turns)
