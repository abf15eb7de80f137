"""Words that go with an answer and say nothing else: "the answer is 5", "5 only", "2k+1, where k is an integer".

Words that change it stay: "at least 5", "not 5", "5 if x is odd", "5 or 6". What is left with them is no number.
"""

from __future__ import annotations

import re

from overthink.answers.numbers import NUMBER_WORDS
from overthink.answers.rules import Rule, rewritten

_ROUNDS = 4  # words in words: "So the answer is 5, since …"
_SENTENCE_WORDS = 3  # so many are more than a value and its unit
_LONGEST = 300  # characters; a longer text is no answer with words

# Words that make another answer of the one they go with.
_CHANGING = (
    r"(?:not|no|non|never|cannot|neither|nor|except|least|most|more|less|fewer|greater|than|between|if|unless|or|either"
    r"|\w+n't|wrong|incorrect|false|invalid|impossible|other)"
)
_JOINING = "since|because|where|when|as|which|but|for"
_WORD = rf"(?!(?:{_CHANGING}|{_JOINING})\b)[A-Za-z][A-Za-z'-]*"
_VALUE_AHEAD = r"(?=\s*(?:[-+\d(\[{|$€£¥.]|\\(?!le|ge|ne|in(?![a-z]))|[A-Za-z](?![A-Za-z])|[A-Za-z]{1,9}\s?(?:=|\()"
_VALUE_AHEAD += rf"|(?:{'|'.join(NUMBER_WORDS)})\b))"
_NOUNS = (
    "answers? options? choices? points? numbers? values? intervals? sets? pairs? triples? vectors? matrix lines?"
    " equations? functions? expressions? solutions? results? probability"
)
_ANY_NOUN = "|".join(_NOUNS.split())

_CONCLUDING = (
    *("So", "Thus,", "therefore", "Hence", "then", "Finally,", "consequently"),
    *("We get", "we have that", "we find", "we obtain"),
)

_WORDS = re.compile(r"(?<![\\A-Za-z])(?!(?:pi|sin|cos|tan|log|ln|exp|sqrt|oo)(?![A-Za-z]))[A-Za-z]{2,}(?![A-Za-z(])")
_BOUNDING = frozenset(("least", "most", "more", "less", "fewer", "greater", "between", "up", "if", "unless", "except"))
_DENYING = frozenset(("not", "never", "neither", "cannot", "anything", "wrong", "incorrect", "invalid", "false"))
_NUMERALS = re.compile(r"\d+(?:[.,]\d+)*")
_SENTENCE = re.compile(r"[.!?:;]\s|[.!?]$")

_ARROWS = ("to", "therefore", "Rightarrow", "implies", "Longrightarrow", "rightarrow")

LEADS = (
    Rule(
        "a sign of conclusion",
        re.compile(
            r"^(?:#{1,6}(?=\s)|=>?|-{1,2}>|\\(?:to|therefore|Rightarrow|implies|Longrightarrow|rightarrow)(?![A-Za-z]))\s*(?=\S)"
        ),
        "",
        examples=(
            ("## 8", "8"),
            ("= 8", "8"),
            ("=> 8", "8"),
            ("-> 8", "8"),
            *(
                (rf"\{name} 8", "8")
                for name in ("to", "therefore", "Rightarrow", "implies", "Longrightarrow", "rightarrow")
            ),
        ),
        not_examples=("-8", "#S", "=", r"\top"),
    ),
    Rule(
        "a word of conclusion",
        re.compile(
            r"^(?:so|thus|therefore|hence|then|finally|consequently|we (?:get|have|find|obtain)(?: that)?)\b\s?[,:]?\s+"
            r"(?=\S)",
            re.IGNORECASE,
        ),
        "",
        examples=tuple((f"{word} 8", "8") for word in _CONCLUDING),
        not_examples=("sold 8", "thus"),
    ),
    Rule(
        "a label",
        re.compile(rf"^\{{?\s?(?=[A-Za-z]{{3}}){_WORD}(?:\s{_WORD}){{0,4}}\s?:\s?\}}?\s*(?=\S)"),
        "",
        examples=(("Maximum value: 8", "8"), ("{Answer: } (2, 3)", "(2, 3)"), ("answer: x+8", "x+8")),
        not_examples=("A: 8", "not this: 8", "AB:CD", "8: 9"),
    ),
    Rule(
        "what is said to be the value",
        re.compile(
            rf"^(?:{_WORD}\s){{1,8}}(?:is|are|equals|was|be|becomes)\s"
            r"(?:(?:equal to|given by|exactly|therefore|simply|the|an?)\s){0,3}:?" + _VALUE_AHEAD
        ),
        "",
        examples=(
            ("The answer is 8", "8"),
            ("the values of x are 3, 8", "3, 8"),
            ("It equals 8", "8"),
            ("It was given by (8)", "(8)"),
            ("This must be equal to x+8", "x+8"),
            ("The area becomes 8", "8"),
        ),
        not_examples=("it is not 8", "the answer is at least 8", "x is even", "the largest is no more than 8"),
    ),
    Rule(
        "it is",
        re.compile(rf"^[Ii]t(?:'s|\s(?:is|was|will\sbe))\s(?!{_CHANGING}\b)(?=[A-Za-z]{{3,20}}$)"),
        "",
        examples=(("It is Monday", "Monday"), ("it was red", "red")),
        not_examples=("It is not", "it is so red", "is red"),
    ),
    Rule(
        "a noun, an adverb",
        re.compile(
            rf"^[A-Za-z]{{3,20}}\s(?=\([-\d\\])|^(?:(?:the|a|an)\s)?(?:(?:final|correct|only|total)\s)?(?:(?:{_ANY_NOUN})(?:\sof)?|exactly|only|precisely|just|simply"
            rf"|totals?\sof)\s{_VALUE_AHEAD}",
            re.IGNORECASE,
        ),
        "",
        examples=(
            ("Option B", "B"),
            ("The point (3, 8)", "(3, 8)"),
            ("vertex (3, 8)", "(3, 8)"),
            ("exactly eight", "eight"),
            ("the correct answer 8", "8"),
            ("exactly 8", "8"),
            ("only 8", "8"),
            ("precisely 8", "8"),
            ("just 8", "8"),
            ("simply 8", "8"),
            ("a total of 8", "8"),
        ),
        not_examples=("options", "only if 8", "the second player", "point of no return"),
    ),
)
TAILS = (
    Rule(
        "what a part is of",
        re.compile(r"(?<=[\d}%])\sof (?:the|an?|its?|his|her|their|our|all|them)\b[^\d]{0,60}$"),
        "",
        examples=(("3/8 of the cake", "3/8"), (r"\frac{3}{8} of an hour", r"\frac{3}{8}"), ("8 of them", "8")),
        not_examples=("8 of 9", "half of the cake", "8 of the 9"),
    ),
    Rule(
        "a reason, a condition on a letter",
        re.compile(
            r"(?<=\S)\s?[,;.]?\s?\(?\b(?:where|since|because|as(?! \w+ as\b)|whenever|given(?! by)|provided"
            r"|assuming|although|though|namely|with [a-zA-Z]\b|which(?! (?:is|equals|gives) \D{0,9}\d)"
            r"|for (?:all|any|every|each|some|integers?|positive|real"
            r"|[a-zA-Z]\s?(?:\\(?:ge|le|in|ne)\b|[=<>:])(?!.*,\s?[-\d\\]))"
            r"|but\b(?! not\b)(?!.*(?:wrong|incorrect|invalid|false))(?=[^\dA-HJ-Z]*$)"
            r"|when(?!.{0,80}(?:,\s?-?\d|otherwise|\bor\b)))"
            r"(?![A-Za-z])(?!.*\banswer).*$",
            re.DOTALL,
        ),
        "",
        examples=(
            ("8, where x is real", "8"),
            ("8 since x is 3", "8"),
            ("D because it is heavier", "D"),
            ("8 as x grows", "8"),
            ("8, which is even", "8"),
            ("8 whenever x is odd", "8"),
            ("8 given x", "8"),
            ("8 provided x is real", "8"),
            ("8 assuming x", "8"),
            ("8, although odd", "8"),
            ("8, though odd", "8"),
            ("8, namely the sum", "8"),
            ("x+8 for all x", "x+8"),
            (r"x+8 for x \ge 1", "x+8"),
            ("x+8 with x real", "x+8"),
            ("D, but I'm not sure", "D"),
            ("8 when x = 3", "8"),
        ),
        not_examples=(
            "8 but not 9",
            "8 for n=1, 9",
            "8, but it is wrong",
            "D, but perhaps C",
            "8 when x is 3, 9 otherwise",
            "8 if x",
            "has 8",
            "8 for 9",
            "8 when the answer is 9",
        ),
    ),
    Rule(
        "what says that it is the answer",
        re.compile(
            r"(?<=\S)\s?,?\s(?:only|in total|altogether|and no others?|(?<=,\s)not [^,;]{1,30}"
            r"|for (?:part|case|question) \(?\w{1,3}\)?"
            r"|(?:is|are) (?:(?:only |final |correct |right )?(?:answers?|solutions?|values?)\b"
            r"|(?:the|our) (?!wrong|incorrect)[a-z]{3,})"
            r".{0,60})$"
        ),
        "",
        examples=(
            ("x = 8 only", "x = 8"),
            ("8 in total", "8"),
            ("8 altogether", "8"),
            ("(C), not (D)", "(C)"),
            ("8 for part (a)", "8"),
            ("8 is the only solution", "8"),
            ("n = 8 is the smallest", "n = 8"),
            ("8 and no other", "8"),
        ),
        not_examples=("8 only if x", "8 not 9", "is the answer", "8 is at most x", "8 is the wrong answer"),
    ),
    Rule(
        "the kind of a letter",
        re.compile(
            r"(?<=\S)\s?[,;]\s?(?:\\forall\s?)?[a-zA-Z](?:\s?,\s?[a-zA-Z]){0,9}"
            r"(?:\s?\\in\s?\\mathbb\{?\s?[A-Z]\s?\}?.{0,12}|\s(?:is |are )?(?:an? )?"
            r"(?:any |positive |negative |non-?negative |real |whole |natural ){0,4}"
            r"(?:integers?|numbers?|reals?|constants?))$"
            r"|(?<=\S)\s?\\forall(?![A-Za-z]).{1,60}$"
        ),
        "",
        examples=(
            (r"8k, k \in \mathbb{Z}", "8k"),
            (r"8k, k\in\mathbb{Z}", "8k"),
            ("8k, k is an integer", "8k"),
            ("8k+m; k, m positive integers", "8k+m"),
            (r"8k \forall k", "8k"),
        ),
        not_examples=(r"k \in \mathbb{Z}", "8, 9"),
    ),
    Rule(
        "a bound of its letter",
        re.compile(
            r"^([^=<>]*=)?([^=<>,]*([a-zA-Z])(?![a-z])[^=<>,]*?)\s?,\s?\3\s?(?:\\ge|\\le|\\ne|[<>])(?![A-Za-z])[^,;=]{1,20}$"
        ),
        r"\1\2",
        examples=((r"8^n, n \ge 2", "8^n"), ("f(k)=8k, k > 0", "f(k)=8k")),
        not_examples=(r"8^n, m \ge 2", "x > 3, x < 8", r"8, n \ge 2"),
    ),
    Rule(
        "an explanation in brackets",
        re.compile(
            rf"(?<=[^\s(])\s\((?!{_CHANGING}\b|\\?[bp]?mod\b|and\b)"
            r"(?:[^()]|\([^()]*\)){0,80}(?:\b(?!mod\b|sin\b|cos\b|tan\b|log\b|sqrt\b)(?<!\\)[A-Za-z]{3,}|\\(?:ge|le|ne|in)\b|[<>])"
            r"(?:[^()]|\([^()]*\)){0,120}\)$"
        ),
        "",
        examples=(
            ("8 (the smallest value)", "8"),
            ("x=8 (x=-1 is rejected)", "x=8"),
            (r"8^n (n \ge 2)", "8^n"),
            ("8^n (n > 1)", "8^n"),
        ),
        not_examples=("8 (or nine)", "8 (mod 11)", "f(the)", "3 (x+y)", "x (sin y)", "(A) (B)"),
    ),
    Rule(
        "a reason after yes or no",
        re.compile(r"^(yes|no|true|false)\b\s?(?:[,.;:-]|because|since)\s?\S.*$", re.IGNORECASE | re.DOTALL),
        r"\1",
        examples=(
            ("Yes, it does", "Yes"),
            ("no. It is odd", "no"),
            ("True - always", "True"),
            ("false; x is 8", "false"),
        ),
        not_examples=("no solution", "yes", "truly, 8"),
    ),
)


def is_whole(text: str) -> bool:
    """Whether a line is to be read as a whole: maths without a word, or words that change the value they go with."""
    if len(text) > _LONGEST or "\n" in text.strip() or "box" in text or _SENTENCE.search(text):
        return False
    words = [word.lower() for word in _WORDS.findall(text)]
    if not words or _BOUNDING.intersection(words):
        return text.isascii() or bool(words)
    less = rewritten(text, TAILS)
    if less != text:
        return len(_WORDS.findall(less)) < _SENTENCE_WORDS
    return len(_NUMERALS.findall(text)) < 2 and not _DENYING.isdisjoint(words)


def without_words(text: str) -> str:
    """A tidy answer without the words that only go with it; the text itself if nothing would be left."""
    if len(text) > _LONGEST:
        return text
    for _ in range(_ROUNDS):
        less = rewritten(text, (*TAILS, *LEADS)).strip(" ,;")
        if not less or less == text:
            break
        text = less
    return text
