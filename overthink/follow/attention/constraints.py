"""constraints: which sentences of an IFEval prompt state its constraints, by the words of each instruction type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from overthink.errors import UnreadableReply
from overthink.follow.attention.finder import ConstraintFinder
from overthink.judge.interface import Conversation
from overthink.records import Constraint, Marked, Problem, Row, Span
from overthink.run.owed import Item

STAGE = "constraints"
RULES = "ifeval-rules-1"

# A line end, or the white space behind the end of a sentence. "P.S." and "i.e." end none.
_BORDER = re.compile(r"\n+|(?<=[.!?])(?<!\b[A-Za-z]\.)\s+(?=\S)|(?<=[.!?][\"')\]])\s+(?=\S)")

_WORDS: dict[str, str] = {
    "change_case:capital_word_frequency": r"capital|upper ?case|all[- ]caps",
    "change_case:english_capital": r"capital|upper ?case|all[- ]caps",
    "change_case:english_lowercase": r"lower ?case|capital letters",
    "combination:repeat_prompt": r"repeat",
    "combination:two_responses": r"\btwo\b|\*{6}|asterisk",
    "detectable_content:number_placeholders": r"placeholder|square bracket|\[\w+\]",
    "detectable_content:postscript": r"post ?script|\bP\. ?(?:P\. ?)?S\b",
    "detectable_format:constrained_response": r"my answer is|one of the following|exact phrase|options?\b",
    "detectable_format:json_format": r"\bjson\b",
    "detectable_format:multiple_sections": r"section|part\b|paragraphs?\b|\bday\b|audience",
    "detectable_format:number_bullet_lists": r"bullet",
    "detectable_format:number_highlighted_sections": r"highlight|\*[^*\n]+\*|italic",
    "detectable_format:title": r"title|angular bracket|<<",
    "keywords:existence": r"keyword|\binclude|\bmention|\buse\b",
    "keywords:forbidden_words": r"keyword|\bavoid|not (?:use|include|say|mention|contain)|without|forbidden|exclude",
    "keywords:frequency": r"\btimes?\b|at least|less than|more than|once|twice",
    "keywords:letter_frequency": r"\bletter|at least|less than|appear",
    "language:response_language": r"language|translat|\bin [A-Z][a-z]+\b",
    "length_constraints:nth_paragraph_first_word": r"paragraph|first word|start",
    "length_constraints:number_paragraphs": r"paragraph|\*{3}|markdown divider",
    "length_constraints:number_sentences": r"sentence",
    "length_constraints:number_words": r"\d\+? ?words?\b|\bwords\b",
    "punctuation:no_comma": r"\bcommas?\b|punctuation",
    "startend:end_checker": r"\bend(?:ing|s)?\b|finish|very last|exact phrase|no other words|last",
    "startend:quotation": r"quot",
}
_QUOTED = ("keywords", "forbidden_words", "keyword", "first_word", "end_phrase", "postscript_marker", "section_spliter")
"""Arguments whose words are in the prompt at the place where the constraint is stated."""
_WEAK = frozenset(
    [
        "keywords:existence", "keywords:forbidden_words", "keywords:frequency", "keywords:letter_frequency",
        "detectable_format:multiple_sections", "startend:end_checker", "length_constraints:nth_paragraph_first_word",
    ]
)  # fmt: skip
"""Types whose own words are so common that they count only if no argument is quoted."""


def mark_row(item: Item) -> Marked:
    """The sentences of one prompt that state constraints. UnreadableReply if none is found."""
    spans = spans_of(item.problem)
    if not spans:
        raise UnreadableReply("no_constraint", "no sentence of the prompt was recognised as a constraint")
    return Marked(id=item.id, source=item.source, spans=spans, finder=RULES)


def talk(finder: ConstraintFinder, model: str, item: Item) -> Conversation[Row]:
    """The conversation about one prompt, which ends with its row."""
    spans = yield from finder.ask(item.problem.question)
    return Marked(id=item.id, source=item.source, spans=spans, finder=f"{finder.name} ({model})")


def spans_of(problem: Problem) -> list[Span]:
    """The sentences that state the constraints of an IFEval problem: rising, apart. Constraints may share one."""
    sentences = list(_sentences(problem.question))
    found = {span for part in problem.constraints or () for span in _stating(part, problem.question, sentences)}
    return sorted(found)


def _stating(constraint: Constraint, text: str, sentences: list[Span]) -> Iterator[Span]:
    for kind in constraint.kinds:
        quoted = [re.escape(word) for word in _quotations(constraint) if word.strip()]
        words = [re.compile(pattern, re.IGNORECASE) for pattern in (["|".join(quoted)] if quoted else [])]
        own = re.compile(_WORDS[kind], re.IGNORECASE) if kind in _WORDS else None
        by_argument = [span for span in sentences if any(word.search(text, *span) for word in words)]
        by_type = [span for span in sentences if own and own.search(text, *span)]
        both = [span for span in by_argument if span in by_type]
        yield from both or (by_argument if kind in _WEAK and by_argument else by_type or by_argument)


def _quotations(constraint: Constraint) -> Iterator[str]:
    for name in _QUOTED:
        given = constraint.arguments.get(name)
        if isinstance(given, str):
            yield given
        elif isinstance(given, Iterable):
            yield from map(str, given)


def _sentences(text: str) -> Iterator[Span]:
    start = 0
    for border in _BORDER.finditer(text):
        if text[start : border.start()].strip():
            yield start, border.start()
        start = border.end()
    if text[start:].strip():
        yield start, len(text)
