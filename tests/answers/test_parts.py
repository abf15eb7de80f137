"""Each pattern that is no rule is needed, in each of its alternatives, and leaves its look-alikes alone.

A new pattern needs a row here, or has to be a `Rule` or `Form` with examples of its own.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from overthink.answers import asked, find, names, options, passage, rewrite, values
from overthink.answers.clauses import said_in
from overthink.answers.compare import same_cheaply
from overthink.answers.cues import Cues
from overthink.answers.numbers import number_of, spelled_number
from overthink.answers.parse import shape_of
from overthink.answers.phrases import is_whole
from overthink.answers.shapes import Several
from overthink.answers.symbolic import compare_symbolically
from overthink.answers.units import scale, split_unit
from overthink.solutions import mentions
from overthink.solutions.mentions import Target, target_of
from overthink.text import tex
from overthink.text.markup import plain
from overthink.text.thinking import find_thinking
from tests.answers.switched_off import MODULES, forget, without_each_alternative


def boxes(text: str) -> list[str]:
    return [text[slice(*span)] for span in tex.boxes(text, 0, len(text))]


def sentences(text: str) -> list[str]:
    return [text[slice(*span)] for span in values.sentences(text, 0, len(text))]


def listed(question: str) -> str:
    options.options_of.cache_clear()
    return " ".join(options.options_of(question).values())


def named(answer: str) -> str | None:
    return options.letter_of(answer, {"A": "5", "B": "6"})


def items(text: str) -> list[str]:
    shape = shape_of(text)
    return [item.text for item in shape.items] if isinstance(shape, Several) else []


def kind(text: str) -> str:
    return type(shape_of(text)).__name__


def key(text: str) -> str:
    return shape_of(text).key


def name(text: str) -> str:
    return shape_of(text).name


def unit(text: str) -> str:
    return shape_of(text).unit


def percent(text: str) -> bool:
    return shape_of(text).percent


def cheaply(pair: str) -> str:
    """The verdict without SymPy on "gold ~ answer"."""
    return (same_cheaply(*pair.split(" ~ ")) or ("undecided",))[0]


def symbolically(pair: str) -> tuple[str, str]:
    return compare_symbolically(*pair.split(" ~ "))


def decimal_number(text: str) -> float | None:
    number = number_of(text)
    return None if number is None else float(number)


def places(pair: str) -> list[str]:
    """Where "answer ~ text" has its answer in its text."""
    answer, text = pair.split(" ~ ")
    view = plain(text, 0, len(text))
    return [view.cased[one.start : one.end] for one in mentions.mentions(target_of(answer), view)]


Row = tuple[Callable[[str], Any], str, Any]
DETERMINANT = r"\begin{vmatrix}" + "&".join("1" * 40) + r"\end{vmatrix}"


def final(text: str, question: str = "How many hens has Ann, with 3 barns?") -> str | None:
    found = find.final_answer(text, find_thinking(text), question=question)
    return found and text[slice(*found.span)]


def choice(question: str) -> str | None:
    return final("It may be both or none of 2. So it is even, not odd.", question)


def who(text: str) -> str | None:
    return final(text, "Who found rubber?")


def in_parts(question: str) -> bool:
    return asked.asked_by(question).in_parts


def of_parts(text: str) -> str | None:
    return final("(a) " + text, "(a) How many are red? (b) How many are blue?")


def of_three(text: str) -> bool:
    return shape_of(text) == replace(shape_of("3"), whole=shape_of(text).whole)


PARTS: dict[str, list[Row]] = {
    "asked._ASKING": [
        (lambda question: asked.asked_by(question).words, "Ben has barns. Where are hens? Note: be brief.", {"hen"}),
        (lambda question: asked.asked_by(question).words, "Ben has barns. Count hens.", {"count", "hen"}),
        (lambda question: asked.asked_by(question).words, "Ben has barns\nCount hens", {"count", "hen"}),
        (lambda question: asked.asked_by(question).words, "几只鸡？", {"几", "只", "鸡"}),
    ],
    "asked._WORDS": [
        (lambda question: asked.asked_by(question).words, "is hen 3x red?", {"hen", "red"}),
        (lambda question: asked.asked_by(question).words, "鸡?", {"鸡"}),
    ],
    "asked._ALTERNATIVES": [(choice, "Which is it, odd or even?", "even"), (choice, "Which is it?", "2")],
    "asked._TRUTH": [
        (lambda question: asked.asked_by(question).choices, "True or false: 3 is odd", ("True", "false")),
        (lambda question: asked.asked_by(question).choices, "How odd or even is 3?", ()),
    ],
    "asked._LETTERED_PARTS": [
        (in_parts, "(a) Find the area. (b) Find the length.", True),
        (in_parts, "a) Find the area.\n\nb) Find the length.", True),
        (in_parts, "Let f(a) = 3 for all a. What is f(b) for b > 0?", False),
        (in_parts, "Let a and b be sides. (a) Find the area.", False),
    ],
    "asked._NAMED_PARTS": [
        (in_parts, "Part I: find the area. Part II: find the length.", True),
        (in_parts, "Part I is long. Find the area.", False),
    ],
    "asked._WHO": [
        (lambda question: asked.asked_by(question).of_persons, "Who found rubber?", True),
        (lambda question: asked.asked_by(question).of_persons, "Which whole is it?", False),
    ],
    "asked._NEGATION": [
        (lambda question: asked.asked_by(question).negates, "Which is not one?", True),
        (lambda question: asked.asked_by(question).negates, "Which isn't one?", True),
        (lambda question: asked.asked_by(question).negates, "Which is a knot?", False),
    ],
    "asked._VERB": [
        (lambda question: asked.asked_by(question).units, "How much do 4 hens cost?", set()),
        (lambda question: asked.asked_by(question).units, "How many hens do they have?", {"hen"}),
    ],
    "asked._NO_DIGIT": [
        (asked.digits, "$1,200.00", "1200"),
        (asked.digits, "-7.50 km", "7.50"),
        (asked.digits, "3/4", "3/4"),
    ],
    "prose._QUOTED": [
        (final, "Ann has 7 hens.\n> Ann has 14 hens", "7"),
        (final, "Ann has 7 hens.\n[^1]: Ann has 14 hens", "7"),
        (final, "Ann has 7 hens.\n[1]: Ann has 14 hens", "14"),
    ],
    "prose._IS": [
        (who, "It is **Ruth** (not 3 of them)", "Ruth"),
        (who, "**Ruth** lost 3 of them", "3"),
        (who, "The **rule** of Ruth says 3", "3"),
    ],
    "prose._BY": [
        (who, "Rubber was found by Ann Lee in 1839", "Ann Lee"),
        (who, "Rubber was found by the old farmer Ann Lee in 1839", "Ann Lee"),
        (who, "Rubber was found in 1839", "Rubber"),
    ],
    "prose._IS_NAMED": [
        (who, "The finder of rubber was the Ann Lee of 1839", "Ann Lee"),
        (who, "The finder of rubber was an Ann of 1839", "1839"),
    ],
    "prose._TICKED": [
        (final, "A. The hens are 3. Incorrect.\nB. The hens are 7. Correct.", "B"),
        (final, "**A**: 3 hens ✗\n**B**: 7 hens ✓", "B"),
        (final, "Let us see.\nA. The hens are 3. Correct.\nB. The hens are 7. Correct.\nSo 7", "7"),
        (final, "Let us see.\nA. The hens are 3. This is not correct.\nB. Hens are 7.\nSo 7", "7"),
    ],
    "prose._TABLE_ROW": [
        (final, "Ann has 7 hens.\n| Ann has hens | 14 |", "7"),
        (final, "|Ann|hens|\n|7|14|", "14"),
    ],
    "prose._LIST_LABEL": [(final, "Ann gives us\n\n2. Let us see", None), (final, "Ann gives us\n\n2 hens", "2 hens")],
    "prose._RESULT": [
        (final, "Ann has 7 hens, of which 4 hide: 7 - 4 = 3. Ann has 3 hens", "3"),
        (final, "7 - 4 = 3, so that makes 3 and she lost 9 of it.", "3"),
    ],
    "evidence._ALONE": [
        (final, "Only 7 do as they are told, and 14 did so before", "7"),
        (final, "We told 7 to do as they should, and 14 did so before", "14"),
    ],
    "evidence._COMPARED": [
        (final, "It takes them 7 days, that makes 2 days longer", "7"),
        (final, "It takes them 7 days, that makes 2 days", "2"),
    ],
    "evidence._DENIED": [
        (final, "We get to see 7 and not 14 there", "7"),
        (final, "We get to see 7 and a knot 14 there", "14"),
    ],
    "evidence._OF_A_WHOLE": [
        (final, "We see $7 and then one half of $42", "$7"),
        (final, "We see $7 and then one half of all", "one half"),
    ],
    "evidence._OF_SO_MANY": [
        (final, "Of all, 7 of the 40 got out", "7"),
        (
            lambda text: final(text, "How many of the seats are free?"),
            "7 of the 40 are free and 8 went",
            "7",
        ),
        (final, "Of all, 7 or 40 got out", "40"),
    ],
    "evidence._OTHER_THING": [
        (final, "So Ann is 7 and her mother 40", "7"),
        (final, "So Ann is 7 and a half", "7 and a half"),
    ],
    "evidence._WORD_OR_EQUALS": [
        (final, "(x - 3)(x + 3). This is a square of 9", "(x - 3)(x + 3)"),
        (final, "x = 3 - 3 = 0. This is a square of 9", "0"),
        (final, "We saw it. 7 red, 14 blue", "14"),
    ],
    "evidence.EQUATION": [
        (final, "2^10 = 1024, and 1+0+2+4 = 7.", "7"),
        (final, "x = 3, y = 4", "x = 3, y = 4"),
        (final, "4t = 24, t = 6", "t = 6"),
    ],
    "evidence._CLAUSE": [
        (final, "Ann has 7, hens eat 14", "14"),
        (final, "Ann has 7 and hens eat 14", "14"),
    ],
    "evidence._DIGIT": [(final, "What she has is 7 plus 14 hens", "14")],
    "evidence._LOWER_WORDS": [(final, "Ann is currently 7 years old", "7 years old")],
    "evidence._OTHER_FORM": [(final, "It is 7/6, or 1 1/6 as we say.", "7/6"), (final, "It is 7, or so.", "7")],
    "evidence._LINKED": [
        (final, "What she has is 7, there were 14.", "7"),
        (final, "What she has is about 7, there were 14.", "7"),
    ],
    "evidence._LABEL": [(final, "Problem 2: here we all get 8", "8"), (final, "So 48 in all: 30 here, 18 there", "48")],
    "evidence._CLOCK": [
        (lambda text: final(text, "When does it end?"), "It ends at 7:15, so it is 2 hours.", "7:15"),
        (lambda text: final(text, "When does it end?"), "It ends at 7, it is 2 hours later.", "2 hours later"),
    ],
    "evidence._LETTERS": [(final, "Ann has seven hens and 14 cows.", "seven")],
    "values.RUN": [
        (final, "So x = 3 or x = -2.", "x = 3 or x = -2"),
        (final, "The numbers are 3, 4 and 5.", "3, 4 and 5"),
        (final, "The numbers are 3, or 4%.", "3"),
    ],
    "tex._BRACE_OR_BOX": [
        (boxes, r"a \boxed{7}", ["7"]),
        (boxes, r"a \boxedness{7}", []),
        (boxes, r"a \framebox[3cm][c]{7}", ["7"]),
        (boxes, r"a \bbox[border: 1px]{7}", ["7"]),
        (boxes, r"a \fcolorbox{red}{white}{7}", ["7"]),
        (boxes, r"a \colorbox{red}{7}", ["7"]),
        (boxes, "a \x08oxed{7}", ["7"]),
        (boxes, "a boxed{7}", ["7"]),
        (boxes, "a boxed 7 and unboxed{7}", []),
        (boxes, "a <|begin_of_box|>7<|end_of_box|>", ["7"]),
    ],
    "tex._UNBRACED": [(boxes, r"\boxed 7.5, or so", ["7.5"]), (boxes, r"\boxed $7$", [])],
    "find._PART": [
        (of_parts, r"\boxed{2} hens." + "\n(b) " + r"\boxed{3}", r"\boxed{2} hens." + "\n(b) " + r"\boxed{3}"),
        (of_parts, r"\boxed{2} hens." + "\nSo (b) " + r"\boxed{3}", "3"),
    ],
    "find._CLAUSE": [
        (find.quoted_answer, r"It is not 7, it is \boxed{8}. Not \boxed{9}.", "8"),
        (find.quoted_answer, r"It is not 7 but \boxed{8}. Not \boxed{9}.", "8"),
    ],
    "prose._SAYS": [(find.quoted_answer, "It is 7, I think. So we go on.\n\n(B).\n\n---\n", "(B)")],
    "find._STOP": [
        (find.quoted_answer, "The answer is 7. Now we state the final answer.\n5 of us agree.", "7"),
        (find.quoted_answer, "The final answer .5", ".5"),
    ],
    "find._LABEL_BEFORE": [
        (find.quoted_answer, r"\boxed{\text{The final answer is } 7}", "7"),
        (find.quoted_answer, r"\boxed{\text{No answer is } 7}", r"\text{No answer is } 7"),
    ],
    "find._CLOSING_BRACE": [
        (find.quoted_answer, r"\boxed{\text{Answer: } 7}", "7"),
        (find.quoted_answer, r"\boxed{\text{Answer: 7}}", "7"),
    ],
    "find._LONE_LETTER": [
        (find.quoted_answer, "The answer is 7.\n\n**(B)**", "B"),
        (find.quoted_answer, "The answer is 7.\n\nBy B", "7"),
    ],
    "find._DIRECTLY": [
        (find.quoted_answer, "\\boxed{7}\n\nThe answer is $8$.", "8"),
        (find.quoted_answer, "\\boxed{7}\n\nThe answer is got by all of us as 2 × 4.", "7"),
    ],
    "find._ENDED": [
        (find.quoted_answer, "\\boxed{7}\n\nThe answer is 8. It is well known.", "8"),
        (find.quoted_answer, "\\boxed{7}\n\nThe answer is 8 (it is well known).", "7"),
    ],
    "find._REST": [
        (find.quoted_answer, "\\boxed{7}\n\nThe answer is **8**. ✅", "8"),
        (find.quoted_answer, "\\boxed{7}\n\nThe answer is 8 in another way of counting them all.", "7"),
    ],
    "passage._TAG": [
        (find.quoted_answer, "<answer>7</answer>\nThat makes 8 of us.", "7"),
        (find.quoted_answer, "<|begin_of_answer|>7<|end_of_answer|> of 8 cases", "7"),
    ],
    "passage._PLACEHOLDER": [
        (passage.is_placeholder, "your final answer here", True),
        (passage.is_placeholder, "...", True),
        (passage.is_placeholder, "the answer 7", False),
    ],
    "passage._NUMBERED": [
        (find.quoted_answer, "Problem 1: 3 + 4 = 7\n\nProblem 2: here we all get to 8.", "8"),
        (find.quoted_answer, "The answer is 7.\n\nProblem 2: 7 + 1 = 8", "7"),
    ],
    "passage._TITLE": [
        (find.quoted_answer, "So there are 5 of them.\n#### 2. Round up\nDone.", "5 of them"),
        (find.quoted_answer, "So there are 5 of them.\n#### 2 Round up\nDone.", "5 of them"),
        (find.quoted_answer, "So there are 5 of them.\n#### Round 2 up\nDone.", "5 of them"),
        (find.quoted_answer, "So there are 5 of them.\n#### 2 hens\nDone.", "2 hens"),
    ],
    "passage._HEADING": [
        (find.quoted_answer, "It is 3 at first.\nCheck: 3 + 4 = 7.\n## Part 2\nIt is 8.", "8"),
        (find.quoted_answer, "It is 3 at first.\nCheck: 3 + 4 = 7.\n**Part 2**\nIt is 8.", "8"),
        (find.quoted_answer, "It is 3 at first.\nCheck: 3 + 4 = 7.\nPart two.\nIt is 8.", "3 at first"),
    ],
    "values.SAME_STATEMENT": [
        (find.quoted_answer, r"Both \boxed{7} and $x = \boxed{8}$.", r"\boxed{7} and $x = \boxed{8}"),
        (find.quoted_answer, r"Not \boxed{7} but \boxed{8}.", "8"),
    ],
    "values.VALUE": [
        (find.quoted_answer, r"So it comes to about \frac{3}{7} of the whole, as we saw.", r"\frac{3}{7}"),
        (find.quoted_answer, r"So it comes to about \sqrt{7} of the whole, as we saw.", r"\sqrt{7}"),
        (find.quoted_answer, "So it comes to about 7 of the whole, as we saw.", "7"),
        (find.quoted_answer, "So it comes to about ½ of the whole, as we saw.", "½"),
        (find.quoted_answer, "We live at B7, as we saw.", "We live at B7, as we saw"),
    ],
    "values._WHOLE": [
        (find.quoted_answer, f"So it comes to {form.examples[0]} for each of them, as we saw.", form.examples[0])
        for form in values.WHOLES
        if form.name != "a share"
    ]
    + [(find.quoted_answer, "So it comes to 3 out of 8, as we saw.", "3 out of 8")]
    + [(find.quoted_answer, "So it comes to -2 < x ≤ 4, as we saw.", "-2 < x ≤ 4")]
    + [(find.quoted_answer, "So it comes to x > 3, as we saw.", "x > 3")]
    + [(find.quoted_answer, "So it comes to 6 April for each of them, as we saw.", "6 April")]
    + [(find.quoted_answer, "So it comes to 2 hens and 30 cows for each of them, as we saw.", "30")],
    "values._AMOUNT_UNIT": [
        (find.quoted_answer, "So it comes to 2 hours and 30 minutes for each of them.", "2 hours and 30 minutes"),
        (find.quoted_answer, "So it comes to 30 minutes and 2 hours for each of them.", "2"),
    ],
    "values.MATH": [
        (find.quoted_answer, "The answer is $$x\n+7$$ in all of the cases.", "x\n+7"),
        (find.quoted_answer, r"The answer is \[x+7\] in all of the cases.", "x+7"),
        (find.quoted_answer, r"The answer is \(x+7\) in all of the cases.", "x+7"),
        (find.quoted_answer, "The answer is $x+7$ in all of the cases.", "x+7"),
        (find.quoted_answer, "She pays $7 for the hens and keeps $8.", "$8"),
    ],
    "values.BOLD": [
        (find.quoted_answer, "So we have **7 red hens** for 4 farms.", "7 red hens"),
        (find.quoted_answer, "We have ** 7 hens ** for 4 farms.", "7"),
        (find.quoted_answer, "So **7 of the hens** are in 4 farms, with 5 cows.", "7 of the hens"),
    ],
    "values._MATH_OR_END": [
        (sentences, "$$7\n8. A$$ b", ["$$7\n8. A$$ b"]),
        (sentences, r"\[7. A\] b", [r"\[7. A\] b"]),
        (sentences, r"\(7. A\) b", [r"\(7. A\) b"]),
        (sentences, "$7. A$ b", ["$7. A$ b"]),
        (sentences, "It is so. then that", ["It is so", "then that"]),
        (sentences, "It is x. Then that", ["It is x", "Then that"]),
        (sentences, "It is so! then that", ["It is so", "then that"]),
        (sentences, "It is 7! Then that", ["It is 7", "Then that"]),
        (sentences, "It is 7! = 5040", ["It is 7! = 5040"]),
        (sentences, "是。又", ["是", "又"]),
        (sentences, "a\nb", ["a", "b"]),
        (sentences, "7.5 m for x. or y", ["7.5 m for x. or y"]),
        (sentences, "It is <b>7</b>", ["It is", "7"]),
    ],
    "values.WORD": [
        (values.is_bare, "7 of the red hens", False),
        (values.is_bare, "open(7) f.write g.close h.next", True),
    ],
    "values._TEX_WORDS": [
        (values.is_bare, r"7\text{ of the red hens}", True),
        (values.is_bare, r"\alpha\beta\gamma\delta", True),
    ],
    "values._CLAUSES": [
        (values.is_bare, "Total: 7", False),
        (values.is_bare, "7. x", False),
        (values.is_bare, "12:30", True),
    ],
    "values._CJK": [(values.is_bare, "共 7 个", False), (values.is_bare, "7 个", True)],
    "values.OPTION": [
        (values.is_bare, "B. A hen of 3 years, or of more than that", True),
        (find.quoted_answer, "Out of 7 hens I take one. (B).", "(B)"),
        (values.is_bare, "Both hens of 3 years, or of more than that", False),
    ],
    "values._NAMED": [
        (find.quoted_answer, "So we see that $x = 3$ and $y_1 = 4$.", "$x = 3$ and $y_1 = 4$"),
        (find.quoted_answer, "So we see that it is $3$ and $4$.", "$3$ and $4$"),
        (find.quoted_answer, "So we see that $n! = 6$ and $n = 3$.", "n = 3"),
    ],
    "values._NOTE": [
        (find.quoted_answer, "So there are 42 hens (6 times 7).", "42 hens"),
        (find.quoted_answer, "The answer is 4 (mod 7).", "4 (mod 7)"),
        (find.quoted_answer, "答案是 40 平方厘米（周长为 26 厘米）。", "40 平方厘米"),
    ],
    "values._MORE": [
        (find.quoted_answer, "So she buys **15 more hens**.", "15"),
        (find.quoted_answer, "So she buys **15 or more**.", "15 or more"),
    ],
    "values._SO": [
        (find.quoted_answer, "There came 15 since 3 of them left, so now 12 hens remain here.", "12"),
        (find.quoted_answer, "There came 15 since 3 of them went to the barn.", "15"),
    ],
    "values._PERCENT": [
        (find.quoted_answer, "So the answer is 3/8 (37.5%).", "3/8"),
        (find.quoted_answer, "So the answer is 3/8, or about 37.5%.", "3/8"),
        (find.quoted_answer, "So the answer is 37.5%.", "37.5%"),
    ],
    "values._LEADING_LETTER": [
        (find.quoted_answer, "The answer is C, as all of the other 3 are too small for it.", "C"),
        (find.quoted_answer, "The answer is C of the 3 points that were named in the question.", "3"),
    ],
    "values._JSON": [
        (find.quoted_answer, '{"answer": "x + 7", "steps": 3}', "x + 7"),
        (find.quoted_answer, '{"answer": 7, "steps": 3}', "7"),
    ],
    "values._STEP": [
        (find.quoted_answer, "There are 7 hens.\nStep 3: done with them all.", "7 hens"),
        (find.quoted_answer, "There are 7 hens.\nStep 3: we add 5 to that and are done.", "5"),
    ],
    "values._NO_DIGIT": [
        (find.quoted_answer, r"We get \[3 \cdot 4 = 1,200.\] So 1200 g of it feed 30 hens.", "1200"),
        (find.quoted_answer, r"We get \[30 / 15 = 2.00.\] So 2 g of it feed 30 hens.", "2"),
    ],
    "options._EDGES": [
        (listed, r"What? (A) ~5,\quad (B) 6", "5 6"),
        (listed, "What? (A) x_5 (B) 6", "x_5 6"),
    ],
    "options._PARAGRAPH_END": [
        (listed, "What? (A) 5 (B) 6\n\nGood luck!", "5 6"),
        (listed, "What? (A) 5 (B) 6\nAnswer with a letter.", "5 6"),
        (listed, "What? (A) 5 (B) 6\nhens", "5 6\nhens"),
    ],
    "options._ONLY_LETTER": [(listed, "What? (A) B (B) A", ""), (listed, "What? (A) AB (B) BA", "AB BA")],
    "options._ANSWER_LETTER": [(named, r"\text{B}", "B"), (named, "option b", "B"), (named, "B = 5", None)],
    "options._LABELLED": [(named, "B. 5", "B"), (named, "(B) 5", "B"), (named, "B 5", None)],
    "brackets._COMMAND": [(rewrite.tidy, r"\frac\pi\theta", r"\frac{\pi}{\theta}")],
    "brackets._ARGUMENTS": [
        (rewrite.tidy, r"\frac37", r"\frac{3}{7}"),
        (rewrite.tidy, "x^(3/7)", "x^{3/7}"),
        (rewrite.tidy, r"\sqrt[3]7", r"\sqrt[3]{7}"),
        (rewrite.tidy, r"\fraction 37", r"\fraction 37"),
    ],
    "rewrite._NEXT_PART": [
        (of_three, r"\boxed{2} hens." + "\n(b) " + r"So \boxed{3}", False),
        (of_three, r"\boxed{2} hens." + "\n(7) " + r"So \boxed{3}", True),
    ],
    "rewrite._PART_LABEL": [
        (rewrite.tidy, "(a) 2, (b) 3", "2, 3"),
        (rewrite.tidy, "(a) 2 (c) 3", "(a) 2 (c) 3"),
        (rewrite.tidy, "f(a) 2, f(b) 3", "f(a) 2, f(b) 3"),
    ],
    "rewrite._OF_SYMPY": [
        (rewrite.tidy, "Interval(7, 8)", "[7, 8]"),
        (rewrite.tidy, "FiniteSet(7, 8)", r"\{7, 8\}"),
        (rewrite.tidy, "Union({7}, {8})", r"\{7\}\cup \{8\}"),
        (rewrite.tidy, "a matrix (7)", "a matrix (7)"),
    ],
    "rewrite._COMMA": [(rewrite.tidy, "Union({7}, {8})", r"\{7\}\cup \{8\}")],
    "rewrite._LINES": [
        (rewrite.tidy, r"\begin{aligned} x &= 3+4 \\ &= 7 \end{aligned}", "x = 3+4= 7"),
        (rewrite.tidy, r"\begin{cases} x=7 \\ y=8 \end{cases}", "x=7, y=8"),
        (rewrite.tidy, r"\begin{array}{c} 7 \end{array}", r"\begin{array}{c} 7 \end{array}"),
    ],
    "rewrite._ROW_END": [(rewrite.tidy, r"7 \\", "7")],
    "parse._SEPARATOR": [
        (items, "7 and 8", ["7", "8"]),
        (items, "7和8", ["7", "8"]),
        (items, "7; 8", ["7", "8"]),
        (items, "sand", []),
    ],
    "intervals._RELATION": [
        (kind, r"x \le 7", "Relation"),
        (kind, "x < 7", "Relation"),
        (kind, r"\left(7", "Value"),
    ],
    "parse._SEMICOLON": [(items, "(7,5; 8,5)", ["7,5", "8,5"])],
    "parse._COMMA": [(items, "a=7,b=8; a=9,b=5", ["(a=7,b=8)", "(a=9,b=5)"])],
    "parse._EQUALS": [(name, "x = 7", "x")],
    "parse._APPROX": [(key, r"\frac{22}{7} \approx 3.14", r"\frac{22}{7}"), (key, r"x \approx 7", "7")],
    "parse._UNION": [(kind, r"[1,2]\cup[3,4]", "Union"), (kind, r"\cups", "Value")],
    "parse._IN": [(name, r"x \in [7, 8]", "x"), (name, r"\int x", "")],
    "names._NAME": [(names.is_name, form.examples[0], True) for form in names.NAMES] + [(names.is_name, "2x", False)],
    "parse._OPERATOR_START": [
        (kind, r"\sum_{k=1}^{n} k = 7", "Value"),
        (kind, "|x+1| = 7", "Value"),
        (kind, "x+1 = 7", "Equation"),
        (kind, r"\frac{d}{dx}x^2 = 2x", "Value"),
    ],
    "phrases._WORDS": [(is_whole, "7x + sin(8)", True), (is_whole, "two or so", False), (is_whole, r"7\alpha", True)],
    "phrases._NUMERALS": [(is_whole, "not 7", True), (is_whole, "not 7, 8", False)],
    "phrases._SENTENCE": [(is_whole, "7 + 8", True), (is_whole, "7. 8", False), (is_whole, "7 + 8.", False)],
    "parse._COLON": [(items, r"7:8:\ldots", ["7", "8", r"\ldots"])],
    "notations._NOUNS_BEHIND": [(unit, "seven red hens", "red hens"), (kind, "seven and x", "List")],
    "parse._UNKNOWN": [
        (cheaply, r"7 ~ \alpha+\beta=7", "correct"),
        (cheaply, "7 ~ m+n=7", "correct"),
        (cheaply, "7 ~ m+2=7", "undecided"),
    ],
    "parse._CONGRUENT": [(name, r"n \equiv 2 \pmod 7", "n"), (name, "2 (mod 7)", "")],
    "parse._MODULUS": [
        (kind, "n ≡ 2 (mod 7)", "Residues"),
        (kind, r"2 \pmod{7}", "Residues"),
        (kind, r"n \equiv 2 \bmod 7", "Residues"),
        (kind, r"9 \bmod 7", "Value"),
    ],
    "parse._REST": [(cheaply, r"\pm 2 \pmod 7 ~ 2, 5 \pmod 7", "correct"), (kind, r"x \pmod 7", "Value")],
    "notations._UNENDING": [(key, "0.1666...", r"0.1\overline{6}"), (key, "3.141...", "3.141")],
    "parse._TRANSPOSED": [(kind, "(7, 8)^T", "Tuple"), (kind, "7^T", "Value")],
    "notations._OUTWARD": [(kind, "]7, 8]", "Tuple"), (kind, "]7, 8(", "List")],
    "notations._EXCEPT": [(kind, "all real numbers except 7", "Relation"), (kind, "exceptional numbers", "Words")],
    "notations._QUANTITY": [(unit, "7 h 8 min", "min"), (unit, "$7 and 8 cents", "cents"), (unit, "7 h 8 kg", "kg")],
    "notations._QUANTITIES": [(kind, "7 hours and 8 minutes", "Value"), (kind, "7 hours or 8 minutes", "List")],
    "parse._CASES": [
        (kind, r"\begin{cases} 7 & x > 8 \\ x & x \le 8 \end{cases}", "List"),
        (kind, r"\begin{cases} 7 & 8 \end{cases}", "Value"),
    ],
    "parse._IF": [
        (cheaply, r"\begin{cases} 7 & if x > 8 \end{cases} ~ \begin{cases} 7 & 8<x \end{cases}", "correct"),
    ],
    "compare._POINT": [(cheaply, "(7,8) ~ P(7,8)", "correct"), (cheaply, "(7,8) ~ f(7,8)", "undecided")],
    "wholes._FACE": [
        (cheaply, "7:45 PM ~ 19:45", "correct"),
        (cheaply, "7:45:10 PM ~ 19:45:11", "wrong"),
        (cheaply, "7 PM ~ 19:00", "correct"),
    ],
    "residues._FAMILY": [
        (cheaply, r"3 \pmod 7 ~ 7k-4", "correct"),
        (cheaply, r"3 \pmod 7 ~ 3+7k", "correct"),
        (cheaply, r"3 \pmod 7 ~ 7 \cdot k+3", "correct"),
        (cheaply, r"3 \pmod 7 ~ 7k^2+3", "undetermined"),
    ],
    "notations._ABOUT": [(key, "about seven", "7"), (key, "aboutness", "aboutness")],
    "parse._CLOCK": [(kind, "7:08:09 pm", "Value"), (kind, "7:8:9", "Tuple")],
    "notations._RATIO_WORDS": [(key, "7 to 8 to 9", "7:8:9"), (key, "7 to x", "7tox")],
    "leaves._CODE": [(kind, "HTTH", "Words"), (kind, "CAB", "Value"), (kind, "HT", "Value")],
    "parse._GROUPED": [(key, r"4 \cdot 1,750 = 7,000", "7,000"), (kind, "x = 7,00", "List")],
    "parse._LETTER": [(kind, "2x = 7", "Equation"), (kind, r"2\pi = 7", "Value")],
    "parse._MATRIX": [
        (kind, r"\begin{pmatrix} 7 & 8 \end{pmatrix}", "Matrix"),
        (kind, r"\begin{cases} 7 & 8 \end{cases}", "Value"),
    ],
    "parse._ROW_END": [
        (items, r"\begin{pmatrix} 7 \\[2pt] x \end{pmatrix}", ["7", "x"]),
        (items, r"\begin{pmatrix} 7 \8 \end{pmatrix}", ["7", "8"]),
        (items, r"\begin{pmatrix} 7 \pi \end{pmatrix}", [r"7 \pi"]),
    ],
    "leaves._ENVIRONMENT": [(kind, r"\begin{cases} x & y \end{cases}", "Value")],
    "leaves._WORD_RUN": [(kind, "evenly", "Words"), (kind, r"\alpha", "Value"), (kind, "abc", "Value")],
    "parse._SET_BUILDER": [(kind, r"\{x \mid x > 7\}", "Relation"), (kind, r"\{x, 7\}", "List")],
    "parse._PLUS_MINUS": [(items, r"7 \pm 8", ["7 + 8", "7 - 8"]), (items, r"7 \pmod 8", [])],
    "leaves._CHOICE": [
        (kind, "(C) 7", "Words"),
        (kind, "C. 7", "Words"),
        (kind, "(K) 7", "Value"),
    ],
    "shapes._NEEDLESS_SPACE": [(key, "x 7", "x7"), (key, "7 x", "7x"), (key, "7 8", "7 8")],
    "parse._SUM": [(kind, "7,500 + 8", "List"), (key, "12,500 miles", "12,500"), (kind, "12,50 miles", "List")],
    "parse._DECIMAL_COMMA": [(cheaply, "7.25 ~ 7,25 m", "correct"), (cheaply, "7.25 ~ 7,,25", "wrong")],
    "leaves._PREFIX": [
        (key, "about 7", "7"),
        (unit, "€7", "€"),
        (key, "-$7", "-7"),
        (key, "aboutness 7", "aboutness7"),
    ],
    "leaves._PERCENT": [(percent, "7 percent", True), (percent, r"7\%", True), (percent, "7 percentiles", False)],
    "wholes.UNKNOWN": [
        (cheaply, "x = 2y ~ y = x+7", "undecided"),
        (cheaply, r"x = 2\pi ~ y = \pi+7", "wrong"),
    ],
    "wholes._ARTICLE": [
        (cheaply, "the left hen ~ left hen", "correct"),
        (cheaply, "north-east ~ North East", "correct"),
        (cheaply, "ant hill ~ t hill", "wrong"),
    ],
    "wholes._BASED": [(cheaply, "31_8 ~ 31_9", "wrong"), (cheaply, "31_8 ~ 31_{8}", "correct")],
    "wholes.OPTIONS": [(cheaply, "BDA ~ ABD", "correct"), (cheaply, "AxB ~ BxA", "undecided")],
    "grammar._CALL": [
        (symbolically, r"7 ~ \gcd(14,21)", ("correct", "symbolic")),
        (symbolically, r"7 ~ sgn(3)+6", ("correct", "symbolic")),
    ],
    "grammar._COMMA": [(symbolically, r"5 ~ \gcd(35,10,25)", ("correct", "symbolic"))],
    "grammar._LARGE_BINOMIAL": [
        (symbolically, r"7 ~ \binom{100000}{2}", ("undetermined", "timeout")),
        (symbolically, r"10 ~ \binom{5}{2}", ("correct", "symbolic")),
    ],
    "grammar._LARGE_DETERMINANT": [
        (symbolically, rf"x ~ {DETERMINANT}+1", ("undetermined", "timeout")),
        (symbolically, rf"x ~ \det{DETERMINANT.replace('vmatrix', 'pmatrix')}+1", ("undetermined", "timeout")),
    ],
    "grammar._READABLE": [
        (symbolically, "x+7 ~ 7+x", ("correct", "symbolic")),
        (symbolically, "x+7 ~ x+\N{SNOWMAN}", ("undetermined", "unparsable")),
    ],
    "wholes._SIGN": [
        (cheaply, "A_1=7 ~ A_2=7", "wrong"),
        (cheaply, r"\alpha=7 ~ \beta=7", "wrong"),
        (cheaply, r"\angle ABC=7 ~ \angle CBA=7", "correct"),
        (cheaply, r"\angle ABC=7 ~ \angle ABD=7", "wrong"),
        (cheaply, "f(2)=7 ~ f(x)=7", "correct"),
    ],
    "wholes._SIDE": [(cheaply, "AB=7 ~ BA=7", "correct"), (cheaply, "P(A|B)=7 ~ P(B|A)=7", "wrong")],
    "compare._INDEX": [
        (cheaply, "x_1=7, x_2=3 ~ x_1=3, x_2=7", "correct"),
        (cheaply, "x_a=7, x_b=3 ~ x_a=3, x_b=7", "wrong"),
    ],
    "wholes._ARGUMENT": [(cheaply, "W(n)=7 ~ W(x)=7", "correct"), (cheaply, "W(2)=7 ~ W(3)=7", "wrong")],
    "wholes._WORD": [(cheaply, "cost=7 ~ area=7", "correct"), (cheaply, "AC=7 ~ AD=7", "wrong")],
    "notations._DATE": [
        (key, "5th of May, 2020", "May5,2020"),
        (key, "Sept. 5", "September5"),
        (key, "5 men", "5"),
        (kind, "May 5", "Words"),
        (kind, "5 May", "Words"),
    ],
    "parse._COMPONENT": [
        (items, r"7\hat{i}-\frac{1}{2}j", ["7", r"-\frac{1}{2}"]),
        (items, r"-j+\vec{k}", ["0", "-1", "1"]),
        (items, "7i+7", []),
        (items, "7i+j^2", []),
    ],
    "parse._PLUS_OR_MINUS": [(items, "7i+2j", ["7", "2"]), (items, "7i-2j", ["7", "-2"])],
    "compare._NO_INTERVAL": [
        (cheaply, "[7,8] ~ 7 or 8", "wrong"),
        (cheaply, r"[7,8] ~ \{7,8\}", "wrong"),
        (cheaply, "[7,8] ~ 7, 8", "correct"),
    ],
    "wholes._POUNDS": [(cheaply, "£7 ~ 7 pounds", "correct"), (cheaply, "£7 ~ 7 dollars", "wrong")],
    "wholes._WAYS": [(cheaply, "7% increase ~ 7% decrease", "wrong"), (cheaply, "7 hens ~ 7 men", "correct")],
    "notations._ISO_DATE": [(key, "2024-03-05", "March5,2024"), (key, "2024-13-05", "2024-13-05")],
    "notations._BETWEEN": [(kind, "between 7 and 8.5", "Tuple"), (kind, "between x and 8", "List")],
    "notations._DAYTIME": [
        (unit, "7:30 in the morning", "AM"),
        (unit, "7 at night", "PM"),
        (unit, "7 in the box", "in the box"),
    ],
    "residues._REMAINDER": [
        (cheaply, r"x \equiv 2 \pmod 7 ~ 2 mod 7", "correct"),
        (cheaply, r"x \equiv 2 \pmod 7 ~ 7 mod 2", "undetermined"),
    ],
    "families._WHOLE": [
        (symbolically, r"2k, k \in \mathbb{Z} ~ 2n, n an integer", ("correct", "exact")),
        (symbolically, r"k\pi ~ n \cdot \pi", ("correct", "symbolic")),
        (symbolically, r"\pi k+1 ~ \pi n+1", ("correct", "exact")),
        (symbolically, "2k ~ 2n", ("wrong", "symbolic")),
    ],
    "families._ANY_WHOLE": [
        (symbolically, r"2k+1, k \in \mathbb{Z} ~ 2k-1", ("correct", "symbolic")),
        (symbolically, "2k+1, k is any integer ~ 2k-1", ("correct", "symbolic")),
        (symbolically, r"2k+1, k \in \mathbb{N} ~ 2k-1", ("wrong", "symbolic")),
    ],
    "families._FREE": [
        (symbolically, "f(x)=cx ~ f(x)=kx, k constant", ("correct", "symbolic")),
        (symbolically, "f(x)=cx ~ f(x)=kx", ("wrong", "symbolic")),
    ],
    "families._CONSTANT": [
        (symbolically, "y=Ce^x ~ y=Ae^x", ("correct", "symbolic")),
        (symbolically, "y=Ce^x ~ y=me^x", ("wrong", "symbolic")),
    ],
    "series._SIGN": [
        (symbolically, r"1+2+\ldots+9 ~ 45", ("correct", "symbolic")),
        (symbolically, r"-1-2-\ldots-5 ~ -15", ("correct", "symbolic")),
    ],
    "series._TIMES": [(symbolically, r"1\cdot 2\ldots 5 ~ 120", ("correct", "symbolic"))],
    "series._NUMERAL": [(symbolically, r"1+2+\ldots+9 ~ 45", ("correct", "symbolic"))],
    "units._UNKNOWN": [(split_unit, "7 h", ("7", "h")), (split_unit, "r^2 h", ("r^2 h", ""))],
    "units._VOWEL": [(split_unit, "7 hen", ("7", "hen")), (split_unit, "7 lwh", ("7 lwh", ""))],
    "units._POWER": [(scale, "cm^2", ("length^2", scale("square cm")[1])), (scale, "cm", ("length^1", scale("cm")[1]))],
    "units._UNIT_FRACTION": [
        (split_unit, r"7 \frac{m}{s^2}", ("7", "m/s^2")),
        (split_unit, r"7 \frac{m}{x}", (r"7 \frac{m}{x}", "")),
    ],
    "units._PER": [
        (scale, "km/h", ("length^1/time^1", Fraction(5, 18))),
        (scale, "m per second", ("length^1/time^1", 1)),
        (scale, "percent", None),
    ],
    "units._NUMBER_END": [
        (split_unit, "7 hens", ("7", "hens")),
        (split_unit, r"7\pi hens", (r"7\pi", "hens")),
        (split_unit, "x hens", ("x hens", "")),
    ],
    "units._TAIL": [
        (split_unit, "7^{th} grade", ("7", "^{th} grade")),
        (split_unit, "7 cm^2", ("7", "cm^2")),
        (split_unit, "7 cm + x", ("7 cm + x", "")),
    ],
    "units._TEMPERATURE": [
        (split_unit, r"7^\circ F", ("7", "fahrenheit")),
        (split_unit, r"7^\circ G", (r"7^\circ G", "")),
    ],
    "units._BARE_POWER": [(split_unit, "7m^2", ("7", "m^2")), (split_unit, "7x^2", ("7x^2", ""))],
    "units._FOREIGN": [(split_unit, "7 个", ("7", "个")), (split_unit, "个 7", ("个 7", ""))],
    "units._UNIT_WORD": [
        (split_unit, "7 hens", ("7", "hens")),
        (split_unit, "7€", ("7", "€")),
        (split_unit, "7 )", ("7 )", "")),
    ],
    "units.TRIGONOMETRY": [
        (symbolically, r"\cos 60^\circ ~ 1/2", ("correct", "symbolic")),
        (symbolically, r"2x^\circ ~ x+x", ("correct", "symbolic")),
        (split_unit, r"\sin 7^\circ", (r"\sin 7^\circ", "")),
        (split_unit, r"7^\circ", ("7", "degree")),
    ],
    "numbers._NUMBER": [
        (decimal_number, "-7", -7.0),
        (decimal_number, "7,250.5", 7250.5),
        (decimal_number, "3/4", 0.75),
        (decimal_number, r"7\frac{3}{4}", 7.75),
        (decimal_number, "7 3/4", 7.75),
        (decimal_number, r"7\cdot 10^{-2}", 0.07),
        (decimal_number, r"7\frac{4}{3}", None),
        (decimal_number, "7,25", None),
    ],
    "numbers._SPELLED": [
        (spelled_number, "two hundred and seven hens", (207, 21)),
        (spelled_number, "minus three and a half", (-3.5, 22)),
        (spelled_number, "three quarters of it", (0.75, 14)),
        (spelled_number, "half a million", (500_000, 14)),
        (spelled_number, "a third", (Fraction(1, 3), 7)),
        (spelled_number, "third of it", None),
        (spelled_number, "tenant", None),
        (spelled_number, "hundred", None),
    ],
    "numbers._RANK": [
        (spelled_number, "the third", (3, 9)),
        (spelled_number, "Twenty-first place", (21, 18)),
        (spelled_number, "twice as many", (2, 13)),
        (spelled_number, "third root", None),
    ],
    "numbers._WORD": [(spelled_number, "twenty-seven", (27, 12))],
    "numbers._POWER": [(decimal_number, "7^2", 49.0), (decimal_number, "7^{-1}", 1 / 7), (decimal_number, "7^x", None)],
    "numbers._FULL_HOUR": [
        (decimal_number, "7:00", 7.0),
        (decimal_number, "7:30", None),
        (decimal_number, "25:00", None),
    ],
    "numbers._COMMA": [(decimal_number, "-0,25", -0.25), (decimal_number, "1,25", None)],
    "clauses._BETWEEN": [
        (said_in, "Ann is red, Ben is blue; Cy is green.", {"ann": "red", "ben": "blue", "cy": "green"}),
        (said_in, "Ann is red and Ben is blue", {"ann": "red", "ben": "blue"}),
        (said_in, "- Ann is red\n- Ben is blue", {"ann": "red", "ben": "blue"}),
        (said_in, "Ann is red or Ben is blue", {}),
    ],
    "clauses._CLAUSE": [
        (said_in, "The hen is a pet of hers, Ben: blue", {"hen": "pet of hers", "ben": "blue"}),
        (said_in, "Ann = red, Ben must be blue", {"ann": "red", "ben": "blue"}),
        (said_in, "x: a, y: b", {}),
        (said_in, "x = ab, y = cde", {}),
        (said_in, "x is 7 and y is 9", {}),
        (said_in, "Ann is red and Ann is blue", {}),
        (said_in, "Ann is red", {}),
    ],
    "clauses._INTRODUCING": [
        (said_in, "So Ann is red, Ben is blue", {"ann": "red", "ben": "blue"}),
        (said_in, "The answer is that Ann is red, Ben is blue", {"ann": "red", "ben": "blue"}),
        (said_in, "Answer: Ann is red, Ben is blue", {"ann": "red", "ben": "blue"}),
    ],
    "mentions.NUMBER": [(target_of, "3/4", Target(number=0.75)), (target_of, "x/4", Target(signs="x/4"))],
    "mentions._ONLY_NUMBER": [
        (target_of, "750 red hens", Target(number=750.0)),
        (target_of, "750x", Target(number=750.0)),
        (target_of, "7+x", Target(signs="7+x")),
    ],
    "mentions._NAMED": [(target_of, "x = 750", Target(number=750.0)), (target_of, "f(x)(7)", Target(signs="fx7"))],
    "mentions._PROSE": [(target_of, "due east", Target(prose="due east")), (target_of, "7 > x", Target(signs="7>x"))],
    "mentions._WORDS_AROUND": [
        (target_of, "about 750", Target(number=750.0)),
        (target_of, r"7\sqrt{3} units", Target(signs="7√3")),
        (target_of, "x 7", Target(signs="x7")),
    ],
    "mentions._ANY_LETTER": [
        (target_of, "ab=750", Target(signs="ab=750")),
        (target_of, "5*150=750", Target(number=750.0)),
    ],
    "mentions._LETTER": [(target_of, "(B)", Target(letter="B")), (target_of, "(B1)", Target(signs="b1"))],
    "mentions._AFTER_DIGITS": [(places, "7 ~ 7.00 of it", ["7.00"]), (places, "7 ~ 7.5 or 7/8 or 7,000", [])],
    "mentions._BEFORE_DIGITS": [(places, "7 ~ 3/7 of it", []), (places, "7 ~ so 7 of it", ["7"])],
    "mentions._OPERAND": [(places, "-7 ~ so 20 - 7", []), (places, "-7 ~ so (- 7", ["- 7"])],
    "mentions._BASE": [(places, "7 ~ so 7_9 of it", ["7_9"]), (places, "7 ~ so 7_n or 7₅", ["7₅"])],
    "mentions._WORD_GLUED": [(places, "7 ~ so it is7", ["7"]), (places, "7 ~ so this7", [])],
    "mentions._OPERATOR_BEFORE": [(places, "xy2 ~ z - xy2", []), (places, "xy2 ~ z, xy2", ["xy2"])],
    "mentions._OPERATOR_AFTER": [(places, "xy2 ~ xy2 + z and xy2(z)", []), (places, "xy2 ~ xy2 - so it is", ["xy2"])],
    "mentions._WORD_BEFORE": [(places, "-7 ~ the sum of - 7", ["- 7"]), (places, "-7 ~ x - 7", [])],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget()
    yield
    forget()


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """The patterns by the module that makes them; others may import them."""
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": value
        for module in MODULES
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern)
        and re.search(rf"^(?:\w+, )*{name}(?:, \w+)* = ", inspect.getsource(module), re.MULTILINE)
    }


def test_each_pattern_has_a_row() -> None:
    assert sorted(patterns()) == sorted(PARTS)


def test_the_cues_are_patterns_of_a_file_with_tests_of_its_own() -> None:
    assert {name for module in MODULES for name, value in vars(module).items() if isinstance(value, Cues)} == {"CUES"}


def test_no_pattern_is_written_inside_a_function() -> None:
    """A pattern that is built from data is."""
    found = []
    for module in MODULES:
        for function in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(function, ast.FunctionDef):
                found += [
                    f"{module.__name__}.{function.name}"
                    for call in ast.walk(function)
                    if isinstance(call, ast.Call)
                    and ast.unparse(call.func).startswith("re.")
                    and isinstance(call.args[0], ast.Constant)
                ]
    assert found == []


@pytest.mark.parametrize(("part", "row"), [(part, row) for part, rows in PARTS.items() for row in rows])
def test_a_pattern_finds_what_it_should(part: str, row: Row) -> None:
    probe, text, expected = row
    assert probe(text) == expected


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_each_alternative_of_a_pattern_is_needed(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name = part.partition(".")[2]
    users = [module for module in MODULES if getattr(module, name, None) is patterns()[part]]
    for pattern in without_each_alternative(patterns()[part]):
        for user in users:
            monkeypatch.setattr(user, name, pattern)
        forget()
        assert [text for probe, text, expected in PARTS[part] if probe(text) != expected], pattern.pattern
        monkeypatch.undo()
