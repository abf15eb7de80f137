from __future__ import annotations

import pytest

from overthink.solutions.mentions import mentions, target_of
from overthink.text.markup import plain


def found(answer: str, text: str) -> list[str]:
    """The places of `text` where `answer` stands, as quoted from the original."""
    view = plain(text, 0, len(text))
    places = sorted(mentions(target_of(answer), view), key=lambda mention: mention.start)
    return [text[int(view.at[m.start]) : int(view.at[m.end - 1]) + 1] for m in places]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("60", "so the answer is 60."),
        ("60", "that makes sixty tickets"),
        ("60", "which is $60.00, fine"),
        ("1200", "a total of 1,200 metres"),
        ("1,200", "a total of 1200 metres"),
        ("0.75", "so it is 3/4"),
        ("3/4", r"so it is \frac{3}{4} of it"),
        (r"\dfrac{3}{4}", "0.75 of the cake"),
        ("1 1/4", "we need 5/4 cups"),
        ("-10", "an average of -10 degrees"),
        ("-10", "an average of \u221210 degrees"),
        ("6 trinkets", "hence 6."),
        ("12%", "an increase of 12 percent"),
        (r"3\sqrt{13}", "the distance is 3√13 units"),
        (r"3\sqrt{13}", "the distance is 3*sqrt(13)"),
        (r"\frac{200}{\pi}", "so 200/pi it is"),
        (r"\left( 3, \frac{\pi}{2} \right)", "the point (3, π/2)"),
        ("6 - 5i", "so w = 6 -5i."),
        (r"x = 6", "gives 6"),
        (r"\text{east}", "she faces East now"),
        ("B", "so it must be (B)"),
        (r"90^\circ", "an angle of 90 degrees"),
        (r"\sqrt{8} = 2\sqrt{2}", "that is 2√2"),
    ],
)
def test_an_answer_is_found_in_other_notation(answer: str, text: str) -> None:
    assert len(found(answer, text)) == 1


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("60", "160 or 600 or 60.5 or 60,000 or 1,060"),
        ("6", "6x and 6^2 and x_6 and √6 and 6! at 6:30"),
        ("6", "48/8 is to be worked out, and 6/7 is something else"),
        ("12", "4500 / 375"),
        ("3/4", "150/200"),
        ("1", "1 3/4 cups"),
        ("10", "an average of -10 degrees"),
        ("-10", "20 - 10 and x-10"),
        ("6 - 5i", "16 - 5i and 6 - 5ix"),
        ("east", "the easter bunny"),
        ("B", "But \\Beta, B = 3 and b"),
        ("0.1", "10"),
    ],
)
def test_look_alikes_are_not_the_answer(answer: str, text: str) -> None:
    assert found(answer, text) == []


def test_a_spelled_number_is_marked_as_such() -> None:
    view = plain("seven or 7", 0, 10)
    assert sorted((m.start, m.spelled) for m in mentions(target_of("7"), view)) == [(0, True), (9, False)]


@pytest.mark.parametrize("answer", ["", " ", "9" * 400, "1/0", "\\frac{", "$$", "\x00", "(((((", "é" * 50])
def test_no_answer_is_too_odd_to_look_for(answer: str) -> None:
    text = f"so {answer} is it"
    assert isinstance(found(answer, text), list)
