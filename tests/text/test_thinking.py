from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overthink.records import Response
from overthink.text import thinking as thinking_module
from overthink.text.marks import CHANNELS as MESSAGES
from overthink.text.marks import TAGS, WORDS, Channels, Tag, Words
from overthink.text.thinking import find_thinking, name_with_tags, thinking_of
from overthink.text.turns import USER_TURNS
from tests.families import FAMILIES

CHANNELS = "<|channel|>analysis<|message|>2 + 3<|end|><|start|>assistant<|channel|>final<|message|>5<|return|>"


def parts(response: str, tags: tuple[str, str] | None = None) -> tuple[str, str]:
    found = find_thinking(response, tags)
    return response[slice(*found.span)], response[slice(*found.after)]


@pytest.mark.parametrize(
    ("response", "thinking", "after"),
    [
        ("<think>\nso 5\n</think>\n\nFive.", "so 5", "\n\nFive."),
        ("<thinking>so 5</thinking>Five.", "so 5", "Five."),
        ("<thought>so 5</thought>Five.", "so 5", "Five."),
        ("[THINK]so 5[/THINK]Five.", "so 5", "Five."),
        ("think\nso 5\nanswer\nAnswer: five", "so 5", "Answer: five"),
        ("think\nanswer\nfive", "", "five"),
        (CHANNELS, "2 + 3", "5"),
        ("Sure.\n<think>so 5</think>Five.", "so 5", "Five."),
    ],
)
def test_thinking_is_between_the_tags_of_each_known_model(response: str, thinking: str, after: str) -> None:
    assert parts(response) == (thinking, after)


def test_a_missing_opening_tag_lets_the_thinking_start_with_the_response() -> None:
    assert parts("Okay, 5.\n\n</think>\n\nFive.") == ("Okay, 5.", "\n\nFive.")
    assert not find_thinking("Okay, 5.</think>").opened


@pytest.mark.parametrize("opening", ["<think>", "[THINK]", "think\n", "<|channel|>analysis<|message|>"])
def test_a_missing_closing_tag_lets_the_thinking_run_to_the_end(opening: str) -> None:
    found = find_thinking(opening + "so 5\n")
    assert (found.opened, found.closed) == (True, False)
    assert parts(opening + "so 5\n") == ("so 5", "")
    assert found.after == (len(opening) + 5, len(opening) + 5)


@pytest.mark.parametrize("response", ["Okay, so 5.", "I think\nthe answer\n is 5", "thinking\nso\nanswer\n5"])
def test_a_response_without_tags_is_thinking_as_a_whole(response: str) -> None:
    found = find_thinking(response)
    assert found.span == (0, len(response))
    assert (found.opened, found.closed, found.after) == (False, False, (len(response), len(response)))


@pytest.mark.parametrize("response", ["<think>\n\n</think>5", "</think>5", "", " \n "])
def test_an_empty_box_is_an_empty_span(response: str) -> None:
    start, end = find_thinking(response).span
    assert start == end


def test_a_response_whose_server_hid_the_thinking_is_answer_as_a_whole() -> None:
    text = "So <think> is a tag. It is 5."
    hidden = Response(id="p#1", problem_id="p", sample=1, model="m", response=text, hidden=True)
    found = thinking_of(hidden)
    assert found.span == (0, 0)
    assert (found.opened, found.closed, found.after) == (False, False, (0, len(text)))
    assert thinking_of(hidden.model_copy(update={"hidden": False})) == find_thinking(text)


def test_named_tags_are_the_only_ones_looked_for() -> None:
    assert parts("<r>so </think> 5</r>Five.", ("<r>", "</r>")) == ("so </think> 5", "Five.")
    assert parts("<think>so 5</think>Five.", ("<r>", "</r>")) == ("<think>so 5</think>Five.", "")
    assert parts("<r>a</r> 6?</r>Five.", ("<r>", "</r>")) == ("a</r> 6?", "Five.")
    assert parts("Thoughts: so 5 Answer: Five. Answer: 5", ("Thoughts:", "Answer:")) == ("so 5", " Five. Answer: 5")
    assert parts("---\nso 5\n---\nFive.", ("---", "---")) == ("so 5", "\nFive.")


@given(st.text(alphabet="a \n<>/thinkw[]|", max_size=60))
def test_spans_are_in_order_and_free_of_outer_whitespace(response: str) -> None:
    found = find_thinking(response)
    start, end = found.span
    assert 0 <= start <= end <= found.after[0] <= found.after[1] <= len(response)
    assert response[start:end] == response[start:end].strip()


@pytest.mark.real_data
def test_the_thinking_of_the_labelled_responses_is_found_to_the_character(real_data: Path) -> None:
    rows = [
        json.loads(line)
        for path in sorted((real_data / "gold").glob("solutions-*.jsonl"))
        for line in path.read_text(encoding="utf-8").split("\n")
        if line
    ]
    assert len(rows) >= 210
    for row in rows:
        assert list(find_thinking(row["response"]).span) == row["thinking"], row["gid"]


def test_another_list_of_marks_gives_the_judges_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert name_with_tags("rules-2") == "rules-2", "a changed list has judges of a new name, and its own digest"
    monkeypatch.setattr(thinking_module, "TAGS", (*TAGS, Tag("ponderers", "<ponder>", "</ponder>")))
    assert name_with_tags("rules-2").startswith("rules-2+tags-")


# Families

THOUGHT = "We add 2 and 3 to get 5.\n\nWait, let me check: 5 - 3 = 2. So the answer is 5."
ANSWER = "The sum is $\\boxed{5}$."


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("answer", [ANSWER, "**Answer**\n\n5"])
def test_every_family_parts_its_thinking_from_its_answer(name: str, answer: str) -> None:
    response = FAMILIES[name](THOUGHT, answer)
    found = find_thinking(response)
    assert found.text(response) == THOUGHT
    assert response[slice(*found.after)].strip() == answer
    assert found.closed
    assert found.unknown is None
    assert found.opened is not response.removeprefix("<|im_start|>assistant\n").startswith(THOUGHT)


OPENINGS = sorted({f("\0", "").partition("\0")[0] for f in FAMILIES.values()} - {"", "<|im_start|>assistant\n"})


@pytest.mark.parametrize("opening", [text for text in OPENINGS if text[0] in "<[◁"])
def test_a_response_that_is_cut_off_in_its_thinking_is_open(opening: str) -> None:
    response = f"{opening}{THOUGHT}\n\nOnce more,"
    found = find_thinking(response)
    assert (found.opened, found.closed) == (True, False)
    assert found.text(response) == f"{THOUGHT}\n\nOnce more,"


@pytest.mark.parametrize(
    "response",
    [
        "<|channel|>final<|message|>It is 5.<|return|>",
        "<|start|>assistant<|channel|>final <|constrain|>json<|message|>It is 5.",
        "finalIt is 5.",
        "<|open|>response<|sep|>It is 5.<|close|>response<|sep|>",
        "<|START_RESPONSE|>It is 5.<|END_RESPONSE|>",
        "<|message_model|><|content_text|>It is 5.<|end_message|>",
        "to=user<|message|>It is 5.<|eot|>",
        "<think>\n\n</think>\n\nIt is 5.",
        "<|channel>thought\n<channel|>It is 5.<turn|>",
        "[THINK][/THINK]It is 5.",
    ],
)
def test_an_answer_without_thinking_is_no_thinking(response: str) -> None:
    found = find_thinking(response)
    assert found.text(response) == ""
    assert found.closed
    assert response[slice(*found.after)].strip() == "It is 5."


@pytest.mark.parametrize(
    ("response", "blocks", "after"),
    [
        ("<think>\n\n</think>\n\n<think>\nso 5\n</think>\n5", ["so 5"], "5"),
        ("<think>\n<think>\nso 5\n</think>\n5", ["so 5"], "5"),
        ("<think>a</think>\n<think>b</think>\n5", ["a", "b"], "5"),
        ("<think>\na\n</think>\nLet me ask.\n<think>\nb\n</think>\n5", ["a", "b"], "5"),
        ("a\n</think>\nLet me ask.\n<think>\nb\n</think>\n5", ["a", "b"], "5"),
        ("<think>\na\n</think>\nNo, 6?\n</think>\n5", ["a", "No, 6?"], "5"),
        ("<think>\na\n<think>\nb\n</think>\n5", ["a", "b"], "5"),
        ("[THINK]\n[/THINK][THINK]a[/THINK]5", ["a"], "5"),
        ("◁think▷a◁/think▷◁think▷b◁/think▷5", ["a", "b"], "5"),
        ('[THINK]a[/THINK][TOOL_CALLS]f[ARGS]{"x": 1}[THINK]b[/THINK]5', ["a", "b"], "5"),
        ("Thinking...\na\nb, and", ["a\nb, and"], ""),
        (
            "<|channel|>analysis<|message|>I end with `<|channel|>final<|message|>`, later.<|end|>"
            "<|channel|>final<|message|>5",
            ["I end with `<|channel|>final<|message|>`, later."],
            "5",
        ),
        ("<think>\na\n</think>\n5\n</think>", ["a"], "5"),
        ("<think>\na\n</think>\n5\n<think>\n", ["a"], "5"),
        ("<think>\na\n</think>\n5.\n<think>\nOnce more", ["a", "Once more"], ""),
        (
            "<think>\na\n</think>\n<tool_call>{}</tool_call>\n<tool_response>7</tool_response>\n<think>b</think>5",
            ["a", "b"],
            "5",
        ),
        ("<think>\na\n<tool_call>{}</tool_call>\nb\n</think>\n5", ["a", "b"], "5"),
        ("a\n</think>\n<minimax:tool_call>\n{}\n</minimax:tool_call>\nb\n</think>\n5", ["a", "b"], "5"),
        ("a\n<|tool_calls_section_begin|>x<|tool_calls_section_end|>\nb\n</think>\n5", ["a", "b"], "5"),
        ("<|channel>thought\na<channel|><|tool_call>x<tool_call|><|channel>thought\nb<channel|>5", ["a", "b"], "5"),
        ("<think>\na\n<tool_call>{}\nb\n</think>\n5", ["a\n<tool_call>{}\nb"], "5"),
        (
            "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary to=x<|message|>c<|call|>"
            "<|start|>assistant<|channel|>analysis<|message|>b<|end|><|start|>assistant<|channel|>final<|message|>5",
            ["a", "b"],
            "5",
        ),
        ("analysisWe add.assistantcommentaryOne moment.assistantanalysisNow.assistantfinal5", ["We add.", "Now."], "5"),
        ("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary<|message|>5", ["a"], "5"),
        ("<think>a</thinking>5", ["a"], "5"),
        (
            "<think>\nI am to write: <think> reasoning here </think> <answer> x </answer>.\nNow a.\n</think>\n5",
            ["I am to write: <think> reasoning here </think> <answer> x </answer>.\nNow a."],
            "5",
        ),
        (
            "I am to write: <think> reasoning here </think> <answer> x </answer>.\nNow a.\n</think>\n5",
            ["I am to write: <think> reasoning here </think> <answer> x </answer>.\nNow a."],
            "5",
        ),
        ("<think>\nI am to write: <think> x </think> y.", ["I am to write: <think> x </think> y."], ""),
        ("<think>a<\\/think>5", ["a"], "5"),
        ("<think>a</think>5<|im_end|>\n<|im_start|>user\nSo?<|im_end|>\n<think>b</think>6", ["a"], "5"),
        ("\ufeff<think>a</think>5", ["a"], "5"),
        ("<deep_think>\na\n</think>\n5", ["a"], "5"),
        ("Okay <think>let me see a.</think>5", ["let me see a."], "5"),
        ("<think  signature = \"a>b\" id='1'>a</think >5", ["a"], "5"),
        ("<Reasoning\n  type=chain>a</REASONING>5", ["a"], "5"),
        ('<think signature="abc', [""], ""),
        ("<think>a</think> 5\nUser: More?\nAssistant: <think>No", ["a"], "5"),
        ("<think>a</think> 5\n\nHuman: More?\n\nAssistant: <think>b</think>6", ["a"], "5"),
        ("<think>a</think> User: More?\nAssistant: [1] No", ["a"], "User: More?\nAssistant: [1] No"),
        ("<think>a</think><search>2 + 3</search><information>5</information><think>b</think>5", ["a", "b"], "5"),
        ("<think>a<|tool_calls_section_begin|>x<|tool_calls_section_end|>", ["a"], ""),
        ("<|think|>a<|/think|>5", ["a"], "5"),
        ("<|think:start|>a<|tool_call:start|>f\n{}<|tool_call:end|>b<|think:end|>5", ["a", "b"], "5"),
        ("<|inner_prefix|>a<|tools_prefix|>[]<|tools_suffix|>b<|inner_suffix|>5", ["a", "b"], "5"),
        ("<think>\na\n<answer>5</answer>", ["a"], "5"),
        ("<think>a<｜tool▁calls▁begin｜>x<｜tool▁calls▁end｜>b</think>5", ["a", "b"], "5"),
        ("a</think>\n<｜DSML｜tool_calls>x</｜DSML｜tool_calls>\nb</think>5", ["a", "b"], "5"),
        ("<think>\na\n<function=add>\n<parameter=x>1</parameter>\n</function>\nb\n</think>\n5", ["a", "b"], "5"),
        ("<think>\na\n<function_calls>\n{}\n</function_calls>\nb\n</think>\n5", ["a", "b"], "5"),
        ("<think>a<|open|>tools<|sep|>x<|close|>tools<|sep|>b</think>5", ["a", "b"], "5"),
        ("<think>\na <function_calls> b\n</think>\n5", ["a <function_calls> b"], "5"),
        ("<think></think>\n<thinking>\na\n</thinking>\n5", ["a"], "5"),
        ("<think></think>5 <thinking>a</thinking>", [""], "5 <thinking>a</thinking>"),
        ("<think/>\n5", [""], "5"),
        ("<think>a<Think />5", ["a"], "5"),
        ("<think>a</think><answer>4</answer>\n<answer>5</answer>", ["a"], "<answer>4</answer>\n<answer>5</answer>"),
        ("<think>a</think><answer>5</answer> It fits.", ["a"], "<answer>5</answer> It fits."),
        ("<think>a</think>So:\n<answer>5</answer>", ["a"], "So:\n<answer>5</answer>"),
        ("<think>a</think><final>\n5", ["a"], "5"),
    ],
)
def test_all_blocks_are_thinking_and_what_is_between_them_is_none(response: str, blocks: list[str], after: str) -> None:
    found = find_thinking(response)
    assert [response[slice(*block)] for block in found.blocks] == blocks
    assert response[slice(*found.after)].strip() == after
    assert found.span == (found.blocks[0][0], found.blocks[-1][1])


def test_white_space_takes_the_place_of_what_is_between_blocks() -> None:
    response = "<think>a</think>Hm.<think>b</think>5"
    found = find_thinking(response)
    without = found.without_gaps(response)
    assert len(without) == len(response)
    assert without == response[:8] + "\n\n" + " " * 16 + response[26:]
    assert find_thinking("<think>a</think>5").without_gaps(response) == response


# Tags of which the text speaks

SPOKEN = [
    "I should close with </think> now. ",
    "I must write `</think>` first. ",
    'The "</think>" tag comes last. ',
    "Use <think> and </think> tags. ",
    "The format is <think>...</think>, then the answer. ",
    "The answer goes after `<think>...</think>`. ",
    "e.g. '<think>' opens. ",
    "“</think>” ends it. ",
    "(</think>) ends it. ",
    "After </think> I answer. ",
    "So I need a closing </think> tag. ",
    "The closing tag is </think>. ",
    "then </think>, and the rest. ",
    "I will end with </think>\nand then answer. ",
    "The format is `<think>\n...\n</think>`, then the answer. ",
    "1. <think> starts it.\n2. </think> ends it.\n",
    "I put it inside <think></think> tags. ",
    'It says: "between <think> and </think>, then answer". ',
    "I need to put all in <think> </think> first. ",
    "The format is: <think>...</think> and the answer. ",
    "It looks so:\n> <think>\n> foo\n> </think>\n",
    "Two tags:\n- <think>\n- </think>\n",
    "I close with **</think>** and go on. ",
    "La balise « </think> » termine. ",
    "标签 </think> 用来结束。",
    "La etiqueta </think> cierra. ",
    "The format is as follows: <think>reasoning</think><answer>result</answer>. ",
    "In \\texttt{</think>} there is a slash. ",
    "我需要用</think>标签结束思考。",
    "Das </think>-Tag kommt am Ende. ",
    "A pattern: /<think>([\\s\\S]*?)<\\/think>/g finds it. ",
    "So re.findall(r'<think>(.*?)</think>', text) finds it. ",
    'In Python: re.sub(r"<think>.*?</think>", "", text). ',
    "A box:\n```\n<think>\nfoo\n</think>\n```\n",
]


@pytest.mark.parametrize("spoken", SPOKEN)
def test_a_tag_that_the_text_speaks_of_is_none(spoken: str) -> None:
    for thinking, answer in (
        (spoken + THOUGHT, ANSWER),
        (THOUGHT, spoken + ANSWER),
        (f"Okay. {THOUGHT}", ANSWER + " " + spoken),
    ):
        for opening in ("<think>\n", ""):
            response = f"{opening}{thinking}\n</think>\n{answer}"
            found = find_thinking(response)
            assert found.text(response) == thinking.strip()
            assert response[slice(*found.after)].strip() == answer.strip()


@pytest.mark.parametrize("spoken", SPOKEN)
def test_a_response_without_marks_may_speak_of_them(spoken: str) -> None:
    for response in (spoken + THOUGHT, f"{THOUGHT}\n\n{spoken}", f"{THOUGHT}\n\n{spoken}\n\n{ANSWER}"):
        found = find_thinking(response)
        assert (found.opened, found.closed, found.unknown) == (False, False, None)
        assert found.text(response) == response.strip()
    cut_off = f"<think>\n{spoken}{THOUGHT}\n\nNow"
    assert not find_thinking(cut_off).closed


@pytest.mark.parametrize(
    ("end", "begin"),
    [
        ("so 5. ", " The sum is 5."),
        ("so the number of", "\n\n**Answer** 5"),
        ("so it is \\(5\\) ", " 5"),
        ("so 5 ", "\n5"),
        ("```python\nprint(5)\n", "\n```python\nprint(5)\n```\n5"),
        ('He says "five. ', ' "Five".'),
        ("so:\n- 2 + 3\n- ", "\n\n5"),
    ],
)
def test_a_tag_counts_wherever_a_model_puts_it(end: str, begin: str) -> None:
    response = f"<think>\nWe add, {end}</think>{begin}"
    found = find_thinking(response)
    assert found.text(response) == f"We add, {end}".strip()
    assert response[slice(*found.after)] == begin


@pytest.mark.parametrize(
    "response",
    [
        "analysis of the problem: 5",
        "analysis\nWe add.",
        "Analysis: we add.",
        "analysis: we add.",
        "Thinking... the answer is 5.",
        "Thinking... let me see.\n5.",
        "Thinking about it, 5.",
        "think about 5 first",
        "Here is my thought process: we add. So 5.",
        "Here is my thought process:\nWe add.\n\nSo 5.",
        "/think about it, 5.",
        "/think\nabout it, 5.",
        "[unused]16 and [unused1] 5.",
        "|think:end| 5",
        "He said <|begin|>assistant and 5.",
        "If a < b and c > d then <answer>5</answer>",
        "<answer>5</answer>",
        "<html><body>5</body></html>",
        "For x <think about it> y, 5.",
        "<p>5</p><output>5</output><response>5</response>",
        "final answer: 5",
        "finalAnswer = 5",
        "The assistantfinalist won 5.",
        "a<b, b>c, [T] and [/T]",
        "thoughts\nare 5",
        "[Thinking] of 5",
        "$f(x) <think> 5$",
        "Answer\nanswer\n5",
        "The model said to=user and left.",
        "<think> is no tag of HTML. The answer is 5.",
    ],
)
def test_english_and_markup_are_no_marks(response: str) -> None:
    found = find_thinking(response)
    assert (found.opened, found.closed, found.unknown) == (False, False, None)
    assert found.text(response) == response


@pytest.mark.parametrize(
    ("response", "mark"),
    [
        ("<ponder>\nx\n</ponder>\n5", "<ponder>"),
        ('<scratchpad id="1">x</scratchpad>5', '<scratchpad id="1">'),
        ("<inner_monologue>x</inner_monologue>5", "<inner_monologue>"),
        ("x\n</cot>\n5", "</cot>"),
        ("<|thinking|>x", "<|thinking|>"),
        ("<|reasoning_start|>x<|reasoning_end|>5", "<|reasoning_start|>"),
        ("&lt;think&gt;x&lt;/think&gt;5", "&lt;think&gt;"),
        ("<analysis>x</analysis><final>5</final>", "<analysis>"),
        ("x[/REASONING]5", "[/REASONING]"),
        ("thought\nWe add.", "thought"),
        ("<reflection>x</reflection>5", "<reflection>"),
        ("\\u003cthink\\u003ex\\u003c/think\\u003e5", "\\u003cthink\\u003e"),
        ("x\n<|end_of_reasoning|>\n5", "<|end_of_reasoning|>"),
        ("⟨think⟩x⟨/think⟩5", "⟨think⟩"),
        ("{{scratch}}x{{/scratch}}5", "{{scratch}}"),
        ("[[MUSE]]\nx\n[[/muse]]\n5", "[[MUSE]]"),
        ("<|private|>x<|/private|>5", "<|private|>"),
        ('⟦work n="1"⟧x⟦/work⟧5', '⟦work n="1"⟧'),
    ],
)
def test_what_looks_like_a_mark_and_is_not_known_is_named(response: str, mark: str) -> None:
    found = find_thinking(response)
    assert (found.opened, found.closed, found.unknown) == (False, False, mark)
    assert find_thinking(response, ("<r>", "</r>")).unknown is None


# Any text


@given(st.text(alphabet='aA .\n<>/thinkw[]|`"{}', max_size=80), st.sampled_from(sorted(FAMILIES)), st.booleans())
def test_blocks_are_in_order_apart_and_free_of_outer_white_space(noise: str, name: str, first: bool) -> None:
    written = FAMILIES[name](THOUGHT, ANSWER)
    response = noise + written if first else written + noise
    found = find_thinking(response)
    assert found.blocks
    edges = [edge for block in found.blocks for edge in block]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= found.after[0] <= found.after[1] <= len(response)
    assert found.span == (edges[0], edges[-1])
    for start, end in found.blocks:
        assert response[start:end] == response[start:end].strip()
    assert len(found.without_gaps(response)) == len(response)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "<think>", "</think>", "<think ", '<think a="', "`</think>", '"<think>', "<|channel|>", "[THINK]", "◁think▷",
        "<|channel|>analysis<|message|>", "<|start|>assistant", "analysis", "assistantfinal", "<tool_call>",
        "</think>\n<tool_call>", "```\n<think>\n```\n", "```\n</think>\n", "<|open|>think<|sep|>", "\n ", "<",
        "Here is my response:", "\n<|im_start|>answer\n", "<answer>", ".<answer>x", "<reasoning></", "&lt;think",
        "{{think", "<inner", "to=self<|message|>", "<|content_thinking|>", "</think> and <think> ", "\n</ponder> is ",
        "<|end_of_thought|>x<|begin_of_solution|>",
    ],
)  # fmt: skip
def test_hostile_texts_take_no_longer_than_their_length(unit: str) -> None:
    response = unit * (50_000 // len(unit))
    for text in (
        response,
        f"<think>\n{response}",
        f"{response}\n</think>\n5",
        f"think\n{response}",
        f"Thinking...\n{response}",
    ):
        find_thinking(text)


@pytest.mark.parametrize(("mark", "ends"), USER_TURNS, ids=str)
def test_thinking_ends_before_a_turn_that_the_model_writes_for_its_user(mark: str, ends: tuple[str, ...]) -> None:
    text = f"<think>a</think>5{mark}So?{ends[0]}<think>b</think>6"
    found = find_thinking(text)
    assert (found.text(text), text[slice(*found.after)]) == ("a", "5")
    for left, right in ("``", '""', "“”"):
        quoted = f"5: the user's turn begins with {left}{mark.strip()}{right}."
        found = find_thinking(f"<think>a</think>{quoted}")
        assert f"<think>a</think>{quoted}"[slice(*found.after)] == quoted


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.models)
def test_the_words_of_each_family_are_among_those_that_are_measured(words: Words) -> None:
    family = re.compile(rf"\A\s*{words.opening}.*Hm.*(?:{words.closing})", re.DOTALL)
    assert any(family.search(written("Hm.", "5")) for written in FAMILIES.values())


@pytest.mark.parametrize("channels", MESSAGES, ids=lambda channels: channels.models)
def test_the_messages_of_each_family_are_among_those_that_are_measured(channels: Channels) -> None:
    texts = [text for written in FAMILIES.values() if channels.needed in (text := written("Hm.", "5"))]
    kinds = {channels.kind(header[0]) for text in texts for header in channels.header.finditer(text)}
    assert {"thinking", "answer"} <= kinds


@pytest.mark.parametrize(
    ("response", "thinking"),
    [
        ("Here is my thought process:\nWe add 2 and", "We add 2 and"),
        ("Here's my thought process: We add. So we take 30 ×", "We add. So we take 30 ×"),
        ("**Here is my thought process:**\n\nWe add \\(2 + 3", "We add \\(2 + 3"),
        ("/think\nWe add 2 and 3, and", "We add 2 and 3, and"),
    ],
)
def test_the_first_words_are_enough_if_the_text_breaks_off(response: str, thinking: str) -> None:
    found = find_thinking(response)
    assert (found.text(response), found.opened, found.closed) == (thinking, True, False)
