"""What ends a turn."""

from __future__ import annotations

import re

import pytest

from overthink.records import Response
from overthink.text.thinking import find_thinking, is_truncated
from overthink.text.turns import MARKS, USER_TURNS, Mark, own_turn
from tests.families import FAMILIES, Written


@pytest.mark.parametrize("end", ["<|im_end|>", "<|eot_id|>", "</s>", "<|im_end|>\n<|im_start|>user\nAnd 2 + 2?"])
def test_a_response_without_finish_reason_is_over_if_a_mark_says_so(end: str) -> None:
    def is_cut_off(text: str) -> bool:
        response = Response(id="1#1", problem_id="1", sample=1, model="m", response=text, finish_reason="unknown")
        return is_truncated(response, find_thinking(text))

    assert is_cut_off("<think>\nIt is 4.\n</think>\n\nAll of them make a total, and")
    assert not is_cut_off(f"<think>\nIt is 4.\n</think>\n\nAll of them make a total, and{end}")
    assert is_cut_off(f"<think>\nIt is 4, and{end}")


def test_a_user_turn_that_is_quoted_or_thought_of_ends_nothing() -> None:
    for quoted in ('A prompt begins with "<|im_start|>user", then', "Write `<|im_start|>user` first, and"):
        for text in (f"<think>\nIt is 4.\n</think>\n\n{quoted}", f"<think>\n{quoted}\n</think>\n\nThe total is, and"):
            response = Response(id="1#1", problem_id="1", sample=1, model="m", response=text, finish_reason="unknown")
            assert is_truncated(response, find_thinking(text))


def test_a_turn_of_the_user_that_holds_the_reply_of_a_tool_ends_nothing() -> None:
    call = "<think>\nIt is 4.\n</think>\n\n<tool_call>\n{}\n</tool_call><|im_end|>\n<|im_start|>user\n"
    back = (
        "<tool_response>\n4\n</tool_response><|im_end|>\n<|im_start|>assistant\n<think>\nSo 4.\n</think>\n\n4<|im_end|>"
    )
    thinking = find_thinking(call + back)
    assert [(call + back)[slice(*block)].strip() for block in thinking.blocks] == ["It is 4.", "So 4."]
    assert (call + back)[slice(*thinking.after)].strip() == "4"
    assert len(find_thinking(call + "And then?" + back).blocks) == 1


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.name)
def test_what_templates_write_between_turns_is_of_its_kind_and_ends_a_turn(mark: Mark) -> None:
    others = "|".join(other.pattern for other in MARKS if other is not mark)
    for text in mark.examples:
        assert re.fullmatch(mark.pattern, text)
        assert not re.fullmatch(others, text) or mark is MARKS[0]
        said = f"It is 5.{text}It is 6."
        assert said[slice(*own_turn(said, 0, len(said)))] == "It is 5."
        for left, right in ("``", '""', "“”"):
            quoted = f"It is 5, and {left}{text}{right} ends it."
            assert own_turn(quoted, 0, len(quoted)) == (0, len(quoted))
    for text in mark.not_examples:
        assert not re.fullmatch(f"{mark.pattern}|{others}", text)


@pytest.mark.parametrize(
    "end",
    [
        "<|im_end|>", "<|endoftext|>", "<|im_end|>\n<|endoftext|>", "</s>", "<｜end▁of▁sentence｜>", "<|role_end|>",
        "<SPECIAL_12>", "<｜hy_eos:opensource｜>", "<|ifm|im_end|>", "<|END_RESPONSE|><|END_OF_TURN_TOKEN|>", "[e~[",
        "<|close|>response<|sep|><|close|>message<|sep|>", "<|close|> message <|sep|>\n", "<|end_of_msg|>",
        "</assistant>", "<|call|>", "<|user|>", "<|im_end|>\n<|im_start|>",
    ],
)  # fmt: skip
def test_the_final_text_ends_before_the_marks_that_end_the_turn(end: str) -> None:
    for text in (f"<think>a</think>It is 5.{end}", f"<think>a</think><answer>It is 5.</answer>{end}"):
        assert text[slice(*find_thinking(text).after)] == "It is 5."


@pytest.mark.parametrize(
    "end", ["<b>", "<|x|>", "<|tool_calls_section_end|>", "$|a|$", "[1]", "</div>", "`<|im_end|>`"]
)
def test_what_ends_no_turn_is_text(end: str) -> None:
    text = f"<think>a</think>It is 5. {end}"
    assert text[slice(*find_thinking(text).after)] == f"It is 5. {end}"


@pytest.mark.parametrize(
    ("header", "there"),
    [
        ("<|im_start|>assistant\n", True),
        ("<|assistant|>", True),
        ("<｜Assistant｜>", True),
        ("[|assistant|]", True),
        ("<|start_header_id|>assistant<|end_header_id|>\n\n", True),
        ("<start_of_turn>model\n", True),
        ("<role>ASSISTANT</role>", True),
        ("]~b]ai\n", True),
        ("<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>", True),
        ("<assistant>\n", True),
        ("<|im_start|>user\n", False),
        ("assistant\n", False),
    ],
)
def test_the_header_of_the_own_turn_is_none_of_it(header: str, there: bool) -> None:
    said = f"{header}It is 5."
    assert (said[slice(*own_turn(said, 0, len(said)))] == "It is 5.") is there
    begun = f"{header}So 5.</think>5"
    assert (find_thinking(begun).text(begun) == "So 5.") is there


@pytest.mark.parametrize("turn", [mark for mark, _ in USER_TURNS if "<|content_" not in mark])
def test_the_final_text_of_every_family_ends_before_the_next_turn_of_the_user(turn: str) -> None:
    read = {name: _of_two_turns(family, turn) for name, family in FAMILIES.items() if name != "skythought-unclosed"}
    assert read == dict.fromkeys(read, ("We add.", "It is 5."))


def test_the_user_of_inkling_speaks_in_the_same_channel() -> None:
    assert _of_two_turns(FAMILIES["inkling"], "<|message_user|><|content_text|>") == ("We add.", "It is 5.")


def _of_two_turns(written: Written, turn: str) -> tuple[str, str]:
    once = written("We add.", "It is 5.")
    text = f"{once}{turn}More?{once}"
    found = find_thinking(text)
    return found.text(text), text[slice(*found.after)].strip()


@pytest.mark.parametrize(
    "end", ["", "<|im_end|>", "<|im_end|>\n<|im_start|>user\nMore?", "</s><s>[INST] More? [/INST]"]
)
def test_a_response_without_marks_ends_with_its_turn(end: str) -> None:
    text = f"<|im_start|>assistant\nIt is 5.{end}"
    found = find_thinking(text)
    assert (found.text(text), found.opened, found.closed, found.unknown) == ("It is 5.", False, False, None)
