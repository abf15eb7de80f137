from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from overthink.answers.replies import VerdictReply, read_verdict
from overthink.judge.prompt import Prompt, fill, load_prompt
from overthink.judge.reply import Answered, read_reply
from overthink.records import Solution
from overthink.solutions.doubts import DoubtReply, read_decisions
from overthink.solutions.replies import Numbered, SegmentReply, read_solutions
from overthink.strategies.replies import ClusterReply, Strategies, read_strategies
from overthink.text.paragraphs import paragraphs

SEGMENT, DOUBTS = "solutions/prompts/segment.md", "solutions/prompts/segment_doubts.md"
CLUSTER, VERIFY = "strategies/prompt.md", "answers/prompt.md"
SHAPES: dict[str, type[Answered]] = {
    SEGMENT: SegmentReply,
    DOUBTS: DoubtReply,
    CLUSTER: ClusterReply,
    VERIFY: VerdictReply,
}
BY_NAME = pytest.mark.parametrize("name", SHAPES)


class Other(Answered):
    other: int


def examples(name: str) -> Iterator[tuple[str, str]]:
    """The turns that are shown as an example: what is asked, and the reply."""
    turns = load_prompt(name, SHAPES[name]).turns
    yield from ((asked.content, reply.content) for asked, reply in zip(turns[1:-1:2], turns[2:-1:2], strict=True))


@BY_NAME
def test_a_prompt_is_a_system_turn_examples_and_the_turn_to_fill_in(name: str) -> None:
    prompt = load_prompt(name, SHAPES[name])
    roles = [turn.role for turn in prompt.turns]
    assert roles == ["system", *["user", "assistant"] * (len(roles) // 2 - 1), "user"]
    assert len(roles) > 2
    assert "{problem}" in prompt.turns[-1].content
    assert "{fault}" in prompt.pieces["retry"]


@BY_NAME
def test_the_examples_show_what_the_schema_asks_for(name: str) -> None:
    for _, reply in examples(name):
        read_reply(reply, SHAPES[name])


@BY_NAME
def test_examples_are_fenced_as_real_texts_are(name: str) -> None:
    for asked, _ in examples(name):
        opened = re.findall(r"^<([a-z]+-[0-9a-f]{8})>$", asked, re.M)
        assert opened == re.findall(r"^</([a-z]+-[0-9a-f]{8})>$", asked, re.M)
        assert len(opened) >= 2


def shown_in(asked: str) -> dict[int, str]:
    body = re.findall(r"<(?:text|solutions)-(\w+)>\n(.*)\n</\w+-\1>", asked, re.S)[0][1]
    return {int(number): text for number, text in re.findall(r"^\[(\d+)\] (.*?)(?=\n\n|\Z)", body, re.M | re.S)}


def numbered(shown: dict[int, str]) -> Numbered:
    text = "\n\n".join(shown.get(number, "1/4 so \\frac{1}{4}") for number in range(1, max(shown) + 1))
    return Numbered(text, paragraphs(text, 0, len(text)))


def test_the_examples_of_the_segmenter_keep_its_rules() -> None:
    ends = []
    for asked, reply in examples(SEGMENT):
        shown = shown_in(asked)
        text = numbered(shown)
        first, last = min(shown), max(shown)
        before = [Solution(end=text.end(first - 1), answer="1", answer_span=(0, 1))] if first > 1 else []
        found = read_solutions(reply, text, range(first, last + 1), before)
        ends.append([[stop for _, stop in text.paragraphs].index(solution.end) + 1 for solution in found])
        assert f"numbered [{first}] to [{last}]." in asked
    assert ends == [[2, 4, 7], [12, 14]]


def test_the_example_of_the_hybrid_segmenter_keeps_its_rules() -> None:
    ((asked, reply),) = examples(DOUBTS)
    decisions = read_decisions(reply, numbered(shown_in(asked)), [2, 3, 8], [4])
    assert {number: (decision.ends, decision.answer is not None) for number, decision in decisions.items()} == {
        2: (True, True),
        3: (False, False),
        8: (True, False),
    }


def test_the_examples_of_the_clusterer_and_the_verifier_keep_their_rules() -> None:
    ((asked, reply),) = examples(CLUSTER)
    assert read_strategies(reply, range(1, len(shown_in(asked)) + 1), Strategies()).numbers == (1, 1, 2)
    ((_, reply),) = examples(VERIFY)
    assert read_verdict(reply)[0] == "correct"


@BY_NAME
def test_a_prompt_is_short(name: str) -> None:
    words = sum(len(turn.content.split()) for turn in load_prompt(name, SHAPES[name]).turns)
    assert words < 800  # about 1,100 tokens


def test_the_digest_follows_every_word_and_the_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overthink.judge.prompt.files", lambda _: tmp_path)
    template = "# system\nRule.\n\n# user\nIs it?\n\n# assistant\n{}\n\n# user\n{problem}\n\n# retry\nAgain: {fault}\n"

    def digest(text: str, shape: type[Answered] = SegmentReply) -> str:
        (tmp_path / "own.md").write_text(text, encoding="utf-8")
        load_prompt.cache_clear()
        return load_prompt("own.md", shape).digest

    texts = [template, *(template.replace(old, old + "!") for old in ("Rule.", "Is it?", "{}", "{problem}", "Again"))]
    digests = [*map(digest, texts), digest(template, Other)]
    load_prompt.cache_clear()
    assert len(set(digests)) == len(digests)


def test_what_stands_in_a_text_is_never_taken_for_a_place() -> None:
    assert fill("{problem} and {text}", {"problem": "{text} {fault}", "text": "b"}) == "{text} {fault} and b"
    with pytest.raises(KeyError):
        fill("{problem} and {text}", {"problem": "a"})


def test_the_words_of_a_prompt_are_those_of_all_its_turns() -> None:
    prompt: Prompt = load_prompt(VERIFY, VerdictReply)
    assert prompt.words.count("\n") >= len(prompt.turns) - 1
    assert all(turn.content in prompt.words for turn in prompt.turns)
