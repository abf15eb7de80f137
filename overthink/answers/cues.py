"""How texts announce an answer, in many languages: cues.toml as patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from overthink.answers.rules import data_file

DATA = data_file("cues.toml")
_LETTER = r"[$*(]{0,4}(?:\\(?:text|textbf|mathrm|mathbf)\{)?\(?(?P<letter>[A-J])(?![\w^'’])[*)}$]{0,5}"
_ENDS = r"(?=\s{0,4}(?:[.;!*。\n]|\Z|,\s(?:as|because|since)\b))"


@dataclass(frozen=True, slots=True)
class Cues:
    """`final` and `forward` end where the value may begin; `backward` starts where it ends.

    `letters` hold the letter of an option. `filler` is what a value may follow, `equates` what is said between a thing
    and its value, `copula` what some languages put behind it, `reason` what begins a reason for it, `negation` what
    says that it is not the answer. `given` ends where a value begins that only belongs to what is stated, `amount`
    where one begins that looks like that and is stated. `conclusion` begins a sentence that states an answer, `offer`
    and `note` one that does not, `check` the first one of several that do not. `question` begins another problem,
    `turn` another speaker's words. `rejected_before` and `rejected_behind` are said of an answer that is wrong, and
    `rejected_opening` opens a sentence about one. `supposed` is said before one that is only thought of.

    Of a question: `quantity` asks how many, `choosing` who or which, `polar` whether, `when` for a time, `weekday` for
    one of the `weekdays`. Of a sentence that answers it: `yes_no` holds the answer, `nothing` says that there is none
    or any, `refusal` begins one that gives none, `explaining` one that only explains, `supposing` one of what would be,
    `subordinate` a clause before the one that states; behind `so_clause` and before `altogether` is what it comes to,
    and `subject` is who does what is asked.
    """

    final: re.Pattern[str]
    mark: re.Pattern[str]
    forward: re.Pattern[str]
    letters: tuple[re.Pattern[str], ...]
    backward: re.Pattern[str]
    filler: re.Pattern[str]
    equates: re.Pattern[str]
    copula: re.Pattern[str]
    reason: re.Pattern[str]
    announced_reason: re.Pattern[str]
    negation: re.Pattern[str]
    given: re.Pattern[str]
    amount: re.Pattern[str]
    conclusion: re.Pattern[str]
    offer: re.Pattern[str]
    note: re.Pattern[str]
    check: re.Pattern[str]
    question: re.Pattern[str]
    turn: re.Pattern[str]
    rejected_opening: re.Pattern[str]
    rejected_before: re.Pattern[str]
    rejected_behind: re.Pattern[str]
    supposed: re.Pattern[str]
    quantity: re.Pattern[str]
    choosing: re.Pattern[str]
    polar: re.Pattern[str]
    yes_no: re.Pattern[str]
    yes_no_inside: re.Pattern[str]
    correcting: re.Pattern[str]
    when: re.Pattern[str]
    weekday: re.Pattern[str]
    weekdays: tuple[str, ...]
    supposing: re.Pattern[str]
    explaining: re.Pattern[str]
    subordinate: re.Pattern[str]
    so_clause: re.Pattern[str]
    altogether: re.Pattern[str]
    nothing: re.Pattern[str]
    refusal: re.Pattern[str]
    subject: re.Pattern[str]


def cues(data: Mapping[str, list[dict[str, Any]]] = DATA) -> Cues:
    """The patterns for the entries of cues.toml. All of them are linear in the length of the text."""
    link = rf"(?:(?:{_any(data['linked'], 'links')})\b|=>|->|[=:：⇒→])"
    gap = r"[\s*_\"]{0,8}"
    aside = r"(?:,[^,.\n]{1,60},|\s?\([^()\n]{1,60}\))?"
    behind = rf"(?: (?:{_any(data['linked'], 'adjectives')}))?"
    forward = (
        rf"(?<![^\W_])(?:{_any(data['linked'])})s?(?![^\W_]){behind}(?: to [^.\n]{{1,60}}?)?"
        rf"{aside}(?:{gap}{link})+{gap}",
        rf"\b(?:{_any(data['before_maths'])})\s{{1,4}}(?=\$|\\\(|\\\[)",
        rf"\b(?:{_any(data['alone'])})\b[\s:*—-]{{0,8}}",
        rf"^[ \t]{{0,3}}(?:#{{1,6}}[ \t]{{0,3}}|\*\*){{1,2}}(?:{_any(data['heading'])})(?:\*\*)?[ \t]{{0,3}}\n\s*+",
        *(
            rf"(?:{_any([entry])})[\s*]{{0,8}}(?:{_any([entry], 'links')}|[:：])+[\s*]{{0,8}}"
            for entry in data["unspaced"]
        ),
    )
    return Cues(
        final=_compiled(
            rf"(?<![^\W_])(?:{_any(data['final'])})(?![^\W_])".replace("\\ ", "[ _-]")
            + rf"(?:{aside}(?:{gap}{link})+|\s[-–—](?=\s))?{gap}"
        ),
        mark=_compiled(rf"^[ \t]{{0,3}}(?:{_any(data['mark'])})[ \t]{{0,8}}|(?:{_any(data['mark'])})[ \t]{{1,8}}"),
        forward=_compiled("|".join(forward)),
        letters=tuple(pattern for entry in data["letter"] for pattern in _letters(entry)),
        backward=_compiled("|".join(map(_behind, data["backward"]))),
        filler=_compiled(
            rf"(?:{_any(data['filler'])}|[:：]|≈|\\approx|~|\*\*?|`|</?(?:b|strong|i|em|u|mark|code|span)>|\\?[\"“'‘]|\s)+"
        ),
        equates=re.compile(
            rf"(?<![A-Za-z])(?:{_any(data['equates'])})(?![A-Za-z'’])"
            r"|(?<![<>!:=])=(?![=>])|[:：](?!\d)|≈|\\approx"
        ),
        copula=re.compile(rf"\s?(?:{_any(data['copula'])})$"),
        reason=_reason(data["reason"]),
        announced_reason=_reason(data["reason"], "words", "announced"),
        negation=_compiled(
            rf"(?:{_any(data['negation'])})\s{{1,4}}(?:[-\d$\\(]|[A-J]\b|just|only|simply|the\b|an?\b)"
            rf"|(?:{_any(data['negation'], 'nouns')})\b"
        ),
        given=_compiled(
            rf"(?:^|[^\w])(?:(?:{_any(data['given'])})(?: [a-z]+ing)?|(?:{_any(data['given'], 'before_verbs')}) [a-z]+)"
            rf"(?: (?:{_any(data['given'], 'between')}))?\s[$€£¥₹(]?\Z|['’]s\s\Z"
        ),
        amount=_compiled(rf"\b(?:(?:{_any(data['amount'])})s? of|{_any(data['amount'], 'phrases')})\s[$€£¥₹]?\Z"),
        conclusion=_starting(data["conclusion"]),
        offer=_starting(data["offer"]),
        note=_starting(data["note"]),
        check=_starting(data["check"]),
        question=_heading(data["question"]),
        turn=_heading(data["turn"]),
        rejected_opening=_starting(data["rejected"], "opening"),
        rejected_before=_compiled(rf"\b(?:{_any(data['rejected'], 'before')})\b"),
        rejected_behind=_compiled(rf"\b(?:{_any(data['rejected'], 'behind')})\b"),
        supposed=_compiled(
            rf"(?:\b(?:{_any(data['supposed'])})(?: that)?(?: (?:the|our|la))?(?: (?:correct|right|final))?\s"
            rf"|(?:{_any(data['supposed'], 'unspaced')}))\Z"
        ),
        **_of_questions(data),
    )


def _of_questions(data: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """What a question asks for, and how it is answered in words."""
    name = r"[A-Z][\w'’.-]{1,20}"
    return {
        **{
            name: _compiled(rf"(?:\b(?:{_any(data[name])})\b|{_any(data[name], 'unspaced')})")
            for name in ("quantity", "when", "supposing", "altogether", "nothing")
        },
        **{name: _starting(data[name]) for name in ("explaining", "subordinate", "refusal", "correcting")},
        "choosing": _compiled(
            r"\A(?:(?:if|when|after|since|given|suppose)\b[^?]*,\s)?\W*(?:(?:in|on|at|of|to|for|from) )?"
            rf"(?:{_any(data['choosing'])})\b"
        ),
        # "Can you find …" asks for what is to be found.
        "polar": _compiled(
            rf"\b(?:{_any(data['polar'])})\b(?!\s(?:{_any(data['polar'], 'polite')})\b)"
            rf"|[^\n]{{0,400}}?(?:{_any(data['polar'], 'inside')})"
        ),
        "weekday": _compiled(rf"{_any(data['weekday'], 'asks')}"),
        "weekdays": tuple(word for entry in data["weekday"] for word in entry["words"]),
        "so_clause": _compiled(
            rf"(?:\b(?:{_any(data['so_clause'])})(?!\w)|{_any(data['so_clause'], 'unspaced')})[^,;]*\Z"
        ),
        "yes_no": _compiled(rf"[\s*_\"]{{0,4}}(?P<answer>{_any(data['yes_no'])})(?!\w)"),
        "yes_no_inside": _compiled(
            rf"(?:[,;:]|\bso|\banswer is)\s[\s*_]{{0,4}}(?P<answer>{_any(data['yes_no'])})(?!\w)"
        ),
        "subject": re.compile(
            rf"[\s*_]{{0,4}}(?P<subject>(?!(?:{_any(data['subject'], 'none')})\b){name}(?:\s{name}){{0,2}})"
            rf"(?:\sfrom\s\w+)?(?:\*\*)?\s(?:{_any(data['subject'], 'verbs')})\b"
        ),
    }


def _reason(entries: Iterable[Mapping[str, Any]], *keys: str) -> re.Pattern[str]:
    """What begins a reason; `keys` of the words that need no comma."""
    entries = list(entries)
    words = "|".join(_any(entries, key) for key in keys or ("words",))
    return _compiled(rf"(?:\s?[,;，(]\s?|\s)(?:{words})\b|[,，]\s?(?:{_any(entries, 'comma')})(?![A-Za-z])")


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


def _starting(entries: Iterable[Mapping[str, Any]], key: str = "words") -> re.Pattern[str]:
    """Words that begin a sentence, behind the signs of a list, a heading or bold print."""
    entries = list(entries)
    return re.compile(
        rf"[\s#*_>✅✓☑🔍\-–•(\[]{{0,12}}(?:(?:{_any(entries, key)})(?![A-Za-z])|(?:{_any(entries, 'unspaced')}))",
        re.IGNORECASE,
    )


def _heading(entries: Iterable[Mapping[str, Any]]) -> re.Pattern[str]:
    """Words that a line begins with, with a number or a colon behind them; the first one is this one."""
    gap = r"[ \t*\]]{0,4}"
    number = r"(?:[ \t]?(?:No\.?|#)?[ \t]?(?!1\b)\d{1,4})"
    return _compiled(
        rf"^[ \t#*>\[]{{0,8}}(?:{_any(entries)})(?:{number}?{gap}[:：]{gap}|{number}{gap}(?:\.|[)]?{gap}$))"
    )


def _letters(entry: Mapping[str, Any]) -> Iterable[re.Pattern[str]]:
    """The ways in which a language says which option is right."""
    keys = ("names", "right", "therefore", "verbs", "fits", "before")
    names, right, therefore, verbs, fits, before = (_any([entry], key) for key in keys)
    thus = "(?: (?:the|thus|indeed|therefore))?"
    opens = r"(?:\A|(?<=[.!?;]\s)|(?<=\n)|(?<=\s)(?=\())[*_]{0,2}"
    yield re.compile(rf"(?i:\b(?:{names}|only))\s{_LETTER}\s(?i:(?:(?:is|must be){thus} (?:{right}))|{fits})\b")
    yield re.compile(rf"{opens}{_LETTER}\s(?i:is{thus} (?:only )?(?:{right}))\b")
    yield re.compile(rf"(?i:\b(?:{therefore}),?)\s{_LETTER}\s(?i:is{thus} (?:only )?(?:{right}))\b")
    yield re.compile(
        rf"(?<!(?-i:[a-z])\s)(?<![\w.]){_LETTER}\s"
        rf"(?i:is(?: thus| indeed| therefore)? the (?:only )?(?:(?:{right}) )?(?:{names}))\b"
    )
    yield re.compile(
        rf"(?i:\b(?:{right})\s(?:{names})(?: (?:is|must be|would be))?[\s:*]{{1,6}}(?:(?:{names})\s)?){_LETTER}"
    )
    yield re.compile(rf"(?i:\b(?:{verbs})(?: (?:{names}))?)\s{_LETTER}{_ENDS}")
    yield re.compile(
        rf"(?i:\b(?:{therefore})(?: (?:only|it is|it's|it must be|{names}))?,?)\s(?!\W{{0,4}}I){_LETTER}{_ENDS}"
    )
    yield re.compile(
        rf"(?i:(?:\A|(?<=\n))[*_#\s]{{0,6}}(?:[a-z]{{2,10}} ){{0,2}}(?:{names}))\s?[:=][\s*]{{0,4}}{_LETTER}{_ENDS}"
    )
    yield re.compile(rf"(?i:(?:\A|(?<=\n))[*_#\s]{{0,6}}answer)[\s*_]{{1,4}}(?:[-–—]\s)?{_LETTER}{_ENDS}")
    yield re.compile(rf"(?:{before})[\s:：*(（]{{0,4}}{_LETTER}")


def _behind(entry: Mapping[str, Any]) -> str:
    links, owners, adjectives, words = (_any([entry], key) for key in ("links", "owners", "adjectives", "words"))
    return rf"\s(?:{links}) (?:{owners}) (?:(?:{adjectives}) )?(?:{words})\b"


def _any(entries: Iterable[Mapping[str, Any]], key: str = "words") -> str:
    """An alternation of all words of the entries; it never matches if there are none."""
    return "|".join(re.escape(word) for entry in entries for word in entry.get(key, ())) or "(?!)"
