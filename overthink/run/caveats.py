"""What the numbers of a run must not be read without: the one table of caveats, and how they are counted.

Those that follow from rows are counted from the rows whenever they are shown; those that are known only while files
are read are kept in run.json (`Manifest.caveats`). The order of the table is that of severity.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from overthink.records import Caveat, FinalVerdict, Response, Segments, Severity
from overthink.run import Run
from overthink.text.language import other_language
from overthink.text.thinking import Thinking, is_truncated, thinking_of

MOST_NAMES = 5
"""So many names of what it was found in stay with a caveat."""
_LONGEST_NAME = 80  # characters of each; a key of a file may be of any length
GUESSED_END = "if no finish reason was recorded, this is told from how the text ends"
_WAYS_OUT = (
    "Let the model write more (overthink generate --max-tokens). If only the end of the text tells it, name the column "
    "of finish reasons with --map finish_reason=COLUMN and import into another folder with --out."
)
LETTERS_OF_A_TOKEN = 1.5
"""No vocabulary takes more tokens for what people call thinking; of 700 real ones the least was 2.0, the median 3.3."""
MANY_WORDS, MANY_LETTERS = 60, 600
"""A thinking of one paragraph that has more of either would be several paragraphs if its line breaks were kept."""


ALL_NUMBERS = "all numbers"


@dataclass(frozen=True)
class CaveatKind:
    """A row of the table. `what` has `{share}` (3 of 40, all 40) and, if it names what it was found in, `{names}`.

    `on`: which numbers are to be taken with care.
    """

    severity: Severity
    what: str
    hint: str
    on: str = ALL_NUMBERS


_UNSEEN = "all but accuracy"
_TOKENS = "tokens"
_PARTS = "solutions and efficiencies"
_VERDICTS = "accuracy and outcome efficiency"


KINDS: dict[str, CaveatKind] = {
    "hidden_reasoning": CaveatKind(
        "void",
        "the server hides its thinking in {share} responses: they have no efficiencies and no solutions, "
        "and their tokens are the server's own count, if it tells one",
        "Ask a server that sends the thinking, or read accuracy and tokens alone.",
        on=_UNSEEN,
    ),
    "shortened_thinking": CaveatKind(
        "void",
        "the server counts far more tokens of thinking than it shows in {share} responses: a summary or a part of the "
        "thinking is measured",
        "Ask a server that sends the whole thinking, or read accuracy alone.",
        on=_UNSEEN,
    ),
    "reasoning_not_in_log": CaveatKind(
        "void",
        "the thinking of {share} responses is not in the log ({names}): what is measured is the text after it",
        "Have the tool keep the thinking in its log, run it again, and import that.",
        on=_UNSEEN,
    ),
    "no_thinking_tags": CaveatKind(
        "void",
        "no thinking tags in {share} responses: the whole text is taken as the thinking",
        "If the model thinks, name its tags with --think-tags OPEN CLOSE, or the column that holds its thinking with "
        "--map reasoning=COLUMN; if it does not, compare it with its like.",
        on=_UNSEEN,
    ),
    "unknown_marks": CaveatKind(
        "void",
        "a mark that looks like a thinking tag, but is none that is known, in {share} responses ({names}): the whole "
        "text is taken as the thinking",
        "If these are the model's tags, name them with --think-tags OPEN CLOSE, and import into another folder with "
        "--out.",
        on=_UNSEEN,
    ),
    "unread_keys": CaveatKind(
        "doubt",
        "keys that may hold thinking were not read in {share} responses ({names})",
        "If one holds the thinking: of a file, name it with --map reasoning=KEY and import into another folder with "
        "--out; a server should send it as `reasoning`.",
        on=_UNSEEN,
    ),
    "unread_parts": CaveatKind(
        "doubt",
        "parts of a message that are of no known kind were not read in {share} responses ({names})",
        "If they hold text or thinking, write them as text, or as a column that --map names, and import into "
        "another folder with --out.",
    ),
    "failed_rows": CaveatKind(
        "doubt",
        "{share} rows failed ({names}): they are in no number",
        "failures.jsonl of the run folder tells why; the command of their stage tries them again.",
    ),
    "no_response": CaveatKind(
        "doubt",
        "{share} rows of the files hold no response ({names}): they are in no number",
        "failures.jsonl of the run folder tells why; ask for them again, and import their responses into the same "
        "folder.",
    ),
    "error_texts": CaveatKind(
        "doubt",
        "the text of {share} responses looks like the error of a script that got no response, and counts as one",
        "If they are errors, take these rows out of the file and import it into a new folder.",
    ),
    "missing_replies": CaveatKind(
        "doubt",
        "{share} requests have no reply: they are in no number",
        "Name the file of errors as well, or ask these again, and import into the same folder.",
    ),
    "empty_thinking": CaveatKind(
        "doubt",
        "the thinking is empty in {share} responses: they have no efficiencies, and 0 tokens",
        "Look whether the model was told not to think, or whether its thinking was lost on the way.",
        on=_UNSEEN,
    ),
    "empty_responses": CaveatKind(
        "doubt",
        "the text of {share} responses is empty: they count as responses without an answer",
        "If these requests failed, take their rows out of the file and import it into a new folder.",
    ),
    "unasked_replies": CaveatKind(
        "doubt",
        "{share} replies of the batch are to no request of its file: they are in no number",
        "Name the file that holds their requests as well, and import again.",
    ),
    "looping": CaveatKind(
        "doubt",
        "the thinking goes round in circles (the same words four times in a row) in {share} responses: from the second "
        "time round on it is in no solution",
        "Read one with overthink show; a repetition penalty, or the server's detection of repetition, ends a loop.",
        on=_PARTS,
    ),
    "one_paragraph": CaveatKind(
        "doubt",
        "the thinking has no line break in {share} responses: its sentences are read as paragraphs, with more mistakes",
        "If its line breaks were lost on the way, record the responses with them.",
        on=_PARTS,
    ),
    "other_language": CaveatKind(
        "doubt",
        "the thinking is mostly in a language that the rules do not read in {share} responses ({names}): "
        "solutions are missed",
        "Let a model find the solutions: --judge model --judge-model NAME.",
        on=_PARTS,
    ),
    "answer_not_announced": CaveatKind(
        "doubt",
        "no box and no words announce the final answer of {share} responses: the likeliest value of its text is taken",
        "Read some with overthink show; a prompt that asks for the answer in \\boxed{} makes it certain.",
        on=_VERDICTS,
    ),
    "tokenizer_not_own": CaveatKind(
        "doubt",
        "the tokens of {share} responses were counted with a tokenizer that is not the model's own ({names})",
        "Name the model's own tokenizer: --tokenizer NAME_OR_FOLDER --redo score.",
        on=_TOKENS,
    ),
    "unmatched_problems": CaveatKind(
        "doubt",
        "{share} responses are to no problem of the benchmark that they name ({names}): level, subject and "
        "gold answer are what their rows say",
        "Look whether the dataset is named right (--dataset) and its questions are as in the benchmark.",
        on=_VERDICTS,
    ),
    "benchmark_not_loaded": CaveatKind(
        "doubt",
        "{share} responses are to a benchmark that could not be loaded ({names}): level, subject and gold answer are "
        "what their rows say",
        "Name a folder that holds it with --hub-mirror, or get a network, and import into another folder with --out.",
        on=_VERDICTS,
    ),
    "other_gold": CaveatKind(
        "doubt",
        "the rows of {share} responses have another gold answer than their problem, whose own is used",
        "Look which of them is right.",
        on=_VERDICTS,
    ),
    "shared_ids": CaveatKind(
        "doubt",
        "the rows of {share} responses have the id of another problem ({names}): they are told apart by the question",
        "If they ask the same in other words, name the column that tells problems apart: --map id=COLUMN.",
    ),
    "without_gold": CaveatKind(
        "doubt",
        "no gold answer for {share} responses: they are in no metric that needs one",
        "Name its column with --map answer=COLUMN (a batch: write it into the metadata of its requests), or the "
        "benchmark with --dataset, and import into another folder with --out.",
        on=_VERDICTS,
    ),
    "cut_off": CaveatKind(
        "doubt",
        "the thinking was cut off in {share} responses ({names}): they are measured as far as they go",
        _WAYS_OUT,
    ),
    "closed_but_cut": CaveatKind(
        "doubt",
        "the text after the thinking was cut off in {share} responses ({names}): their final answer may be missing",
        _WAYS_OUT,
        on=_VERDICTS,
    ),
    "guessed_format": CaveatKind(
        "note",
        "the format of {share} files was guessed ({names})",
        "Name it with --format if that is wrong.",
    ),
    "recognised_benchmark": CaveatKind(
        "note",
        "the benchmark of {share} responses was recognised by its problems ({names})",
        "Name it with --dataset if that is wrong.",
    ),
    "rival_columns": CaveatKind(
        "note",
        "other columns that could be meant were not read in {share} responses ({names})",
        "If one of them is meant, name it with --map answer=COLUMN (or question=, response=) and import into another "
        "folder with --out.",
    ),
    "counted_from_zero": CaveatKind(
        "note",
        "sample numbers count from 0 in the files of {share} responses: they became 1, 2 and so on",
        "Nothing is to be done.",
    ),
}
"""Every caveat by its code, the worst first."""

_ORDER = {code: place for place, code in enumerate(KINDS)}
_SEVERITIES = get_args(Severity)
FEW = 0.05
"""What voids no larger a share of things is a doubt: it moves no mean by much."""


def caveat(code: str, count: int, of: int, names: Iterable[str] = ()) -> Caveat:
    """The caveat of this code, in words. `names`: what it was found in, each once."""
    kind, named = KINDS[code], sorted({name[:_LONGEST_NAME] for name in names})[:MOST_NAMES]
    share = f"all {of:,}" if count == of > 1 else f"{count:,} of {of:,}"
    what = kind.what.format(share=share, names=", ".join(named))
    what = what.replace(" ()", "")
    severity: Severity = "doubt" if kind.severity == "void" and count <= FEW * of else kind.severity
    return Caveat(code=code, severity=severity, count=count, of=of, what=what, hint=kind.hint, names=named)


def merged(*found: Iterable[Caveat]) -> list[Caveat]:
    """All of them, the worst first; those of one code are one, with their counts added up."""
    by_code: dict[str, list[Caveat]] = {}
    for one in (one for some in found for one in some):
        by_code.setdefault(one.code, []).append(one)
    together = [
        caveat(
            code,
            sum(one.count for one in same),
            sum(one.of for one in same),
            [name for one in same for name in one.names],
        )
        for code, same in by_code.items()
    ]
    return sorted(together, key=severity_of)


def severity_of(one: Caveat) -> tuple[int, int]:
    """Its place, the worst first."""
    return _SEVERITIES.index(one.severity), _ORDER[one.code]


def extended(there: Sequence[Caveat], new: Sequence[Caveat], responses: int) -> list[Caveat]:
    """Those of a run that got further responses, of which it now has so many."""
    of_responses = "{share} responses"
    return [
        caveat(one.code, one.count, responses, one.names) if of_responses in KINDS[one.code].what else one
        for one in merged(there, new)
    ]


def caveats_of(run: Run, datasets: Collection[str] = ()) -> list[Caveat]:
    """Every caveat of a run, the worst first; of its responses to these datasets alone if some are named.

    The responses are read once, one at a time.
    """
    gold = {
        problem.id: problem.answer is not None
        for problem in run.table("problems").rows()
        if not datasets or problem.dataset in datasets
    }
    seen, asks = _Seen(), _asks(run)
    for response in run.table("generate").rows():
        if response.problem_id in gold:
            thinking = thinking_of(response, run.manifest.think_tags)
            seen.add(seen_in(response, thinking, gold=gold[response.problem_id], **asks))
    return merged(run.manifest.caveats, seen.caveats(), _of_run(run, gold, seen))


def caveats_in(
    response: Response,
    thinking: Thinking,
    *,
    gold: bool,
    segments: Segments | None = None,
    final: FinalVerdict | None = None,
    run: Run | None = None,
) -> list[Caveat]:
    """The caveats of one response alone, the worst first.

    `gold`: whether its problem has a gold answer. `segments`, `final`: what is known of its solutions and loops, and of
    its final answer. `run`: that it is in.
    """
    seen = _Seen()
    seen.add(seen_in(response, thinking, gold=gold, **(_asks(run) if run else {})))
    if segments is not None and segments.loops:
        seen.counts["looping"] += 1
    if final is not None and final.announced is False:
        seen.counts["answer_not_announced"] += 1
    return merged(seen.caveats())


def seen_in(
    response: Response, thinking: Thinking, *, gold: bool, solutions: bool = True, cues: bool = True
) -> Iterator[tuple[str, str | None]]:
    """The codes of what is wrong with one response, each with the name of what it was seen in, if it has one.

    `gold`: whether its problem has a gold answer. `solutions`: whether solutions are looked for in it; `cues`: whether
    rules find them, by words.
    """
    cut_off = is_truncated(response, thinking)
    if response.hidden:
        yield "hidden_reasoning", None
    elif not response.response.strip():
        yield "empty_responses", None
    elif _is_shortened(response, thinking):
        yield "shortened_thinking", None
    elif thinking.unknown is not None:
        yield "unknown_marks", thinking.unknown
    elif solutions and not thinking.marked:
        yield "no_thinking_tags", None
    if cut_off:
        guess = GUESSED_END if response.finish_reason == "unknown" else None
        yield ("closed_but_cut" if thinking.closed or response.hidden else "cut_off"), guess
    if solutions:
        if thinking.closed and thinking.span[0] == thinking.span[1]:
            yield "empty_thinking", None
        if not gold:
            yield "without_gold", None
        yield from _seen_in_thinking(thinking.text(response.response), cues=cues)


def _is_shortened(response: Response, thinking: Thinking) -> bool:
    """Whether there are fewer letters than so many tokens have; letters outside of ASCII count twice."""
    if response.reasoning_tokens is None:
        return False
    text = thinking.text(response.response)
    letters = len(text) + len(text) - len(text.encode("ascii", "ignore"))
    return letters < LETTERS_OF_A_TOKEN * response.reasoning_tokens


def _seen_in_thinking(text: str, *, cues: bool) -> Iterator[tuple[str, str | None]]:
    if (len(text) > MANY_LETTERS or len(text.split()) > MANY_WORDS) and "\n" not in text.strip():
        yield "one_paragraph", None
    language = other_language(text) if cues else None
    if language is not None:
        yield "other_language", language


class _Seen:
    """What was seen in the responses of a run so far."""

    def __init__(self) -> None:
        self.responses = 0
        self.counts: Counter[str] = Counter()
        self._names: dict[str, set[str]] = defaultdict(set)

    def add(self, seen: Iterable[tuple[str, str | None]]) -> None:
        """Count what was seen in one response."""
        self.responses += 1
        for code, name in seen:
            self.counts[code] += 1
            if name is not None and len(self._names[code]) < MOST_NAMES:
                self._names[code].add(name)

    def caveats(self) -> list[Caveat]:
        """All of it."""
        return [caveat(code, count, self.responses, self._names[code]) for code, count in self.counts.items()]


def _asks(run: Run) -> dict[str, bool]:
    """What is asked of the responses of this run: a run of `overthink follow` looks for no solutions."""
    segment = run.manifest.stages.get("segment")
    by_model = segment is not None and segment.config.get("judge") == "model"
    return {"solutions": run.manifest.mode is None, "cues": not by_model}


def _of_run(run: Run, problems: Collection[str], seen: _Seen) -> Iterator[Caveat]:
    """What follows from the rows of the stages: those that failed, loops, and how answers and tokens were found."""
    failures = [one for one in run.failures() if one.id.rpartition("#")[0] in problems]
    unanswered = {one.id for one in failures if one.stage in ("import", "generate")}
    by_code: dict[str, dict[str, str]] = {}
    for one in failures:
        code, name = ("no_response", one.kind) if one.stage == "import" else ("failed_rows", one.stage)
        by_code.setdefault("missing_replies" if one.kind == "missing_reply" else code, {})[one.id] = name
    for code, names in by_code.items():
        yield caveat(code, len(names), seen.responses + len(unanswered), names.values())
    if looping := sum(bool(one.loops) for one in run.table("segment").rows() if one.id.rpartition("#")[0] in problems):
        yield caveat("looping", looping, seen.responses)
    guessed = sum(
        one.final.announced is False for one in run.table("verify").rows() if one.id.rpartition("#")[0] in problems
    )
    if guessed:
        yield caveat("answer_not_announced", guessed, seen.responses)
    score, counted = run.manifest.stages.get("score"), seen.responses - seen.counts["hidden_reasoning"]
    if score is not None and not score.config["tokenizer_own"] and counted:
        yield caveat("tokenizer_not_own", counted, seen.responses, [score.config["tokenizer_name"]])
