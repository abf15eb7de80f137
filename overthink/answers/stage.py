"""verify: is the answer of each solution, and the final answer of the response, equal to the gold answer?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from itertools import islice
from typing import Protocol, TypeVar

from overthink.answers.find import final_answer
from overthink.answers.judge import ModelVerifier
from overthink.answers.workers import SympyVerifier
from overthink.config import JudgeConfig, VerifyConfig
from overthink.judge.interface import Conversation
from overthink.judge.judges import Count, Judge, Mode, Tags, longest_reply
from overthink.records import FinalVerdict, Response, Segments, SolutionVerdict, Span, Verdict, Verdicts, Way
from overthink.run import Run
from overthink.run.owed import Item
from overthink.session import Built, Processes, Stage
from overthink.text.thinking import find_thinking

LIBRARIES = ("math-verify", "latex2sympy2_extended", "antlr4-python3-runtime", "sympy")
"""Another version of any of these may give another verdict."""
BATCH = 64
"""Responses whose pairs go to the verifier in one call: enough to keep its processes busy."""


class Verifier(Protocol):
    """Compares an answer with a gold answer."""

    def compare(self, pairs: list[tuple[str, str]]) -> list[tuple[Verdict, Way]]:
        """One verdict for each `(gold, answer)`, in order. Never raises for what the texts hold."""
        ...


def verify_rows(verifier: Verifier, tags: tuple[str, str] | None, items: Iterator[Item]) -> Iterator[Verdicts]:
    """The stage at work; `tags` are the thinking tags where they are not among those known."""
    while batch := list(islice(items, BATCH)):
        yield from verify_batch(batch, verifier, tags)


def with_verdicts(verifier: Verifier, tags: tuple[str, str] | None, items: Iterator[Item]) -> Iterator[Item]:
    """Each item with the row that SymPy makes of it, for `verify_talk`."""
    while batch := list(islice(items, BATCH)):
        for item, row in zip(batch, verify_batch(batch, verifier, tags), strict=True):
            yield item.having("verify", row)


def verify_talk(judge: ModelVerifier, item: Item) -> Conversation[Verdicts]:
    """The row of `with_verdicts`, where a model is asked about the answers that SymPy left undetermined, each once."""
    problem = item.problem
    segments = item.segments
    row = item.verdicts
    settled: dict[str, Verdict] = {}
    answers = [solution.answer for solution in segments.solutions]
    said: list[tuple[str | None, SolutionVerdict | FinalVerdict]] = [*zip(answers, row.solutions, strict=True)]
    said.append((row.final.answer, row.final))
    for answer, verdict in said:
        if problem.answer is not None and answer is not None and answer not in settled and _in_doubt(verdict):
            settled[answer], _ = yield from judge.ask(problem.answer, answer, problem.question)
    solutions = [_settled(verdict, answer, settled) for answer, verdict in zip(answers, row.solutions, strict=True)]
    return row.model_copy(update={"solutions": solutions, "final": _settled(row.final, row.final.answer, settled)})


Judgement = TypeVar("Judgement", SolutionVerdict, FinalVerdict)


def _in_doubt(verdict: SolutionVerdict | FinalVerdict) -> bool:
    return verdict.verdict == "undetermined"


def _settled(verdict: Judgement, answer: str | None, settled: Mapping[str, Verdict]) -> Judgement:
    if answer is None or answer not in settled or not _in_doubt(verdict):
        return verdict
    return verdict.model_copy(update={"verdict": settled[answer], "way": "judge"})


def verify_batch(items: Sequence[Item], verifier: Verifier, tags: tuple[str, str] | None = None) -> list[Verdicts]:
    """The verdicts on several responses, in order, with one call of the verifier."""
    finals = [_final_span(item, tags) for item in items]
    pairs = [pair for item, final in zip(items, finals, strict=True) for pair in _pairs(item, final)]
    outcomes = iter(verifier.compare(pairs))
    rows: list[Verdicts] = []
    for item, final in zip(items, finals, strict=True):
        problem, response, segments = item.problem, item.response, item.segments
        if problem.answer is None:
            solutions = [SolutionVerdict(verdict="undetermined", way="no_gold") for _ in segments.solutions]
            verdict = _final(response, final, "undetermined", "no_gold")
        else:
            solutions = [_solution(*next(outcomes)) for _ in segments.solutions]
            verdict = _final(response, final, *next(outcomes)) if final else _missing(segments)
        rows.append(Verdicts(id=item.id, source=item.source, final=verdict, solutions=solutions))
    return rows


def _pairs(item: Item, final: Span | None) -> list[tuple[str, str]]:
    problem, response, segments = item.problem, item.response, item.segments
    gold = problem.answer
    if gold is None:
        return []
    answers = [solution.answer for solution in segments.solutions]
    if final is not None:
        answers.append(response.response[slice(*final)])
    return [(gold, answer) for answer in answers]


def _final_span(item: Item, tags: tuple[str, str] | None) -> Span | None:
    """Where the final answer stands; where the response states none, the last answer of its thinking."""
    text, segments = item.response.response, item.segments
    span = final_answer(text, find_thinking(text, tags), cut_off=segments.truncated)
    if span is None and segments.solutions:
        return segments.solutions[-1].answer_span
    return span


def _solution(verdict: Verdict, way: Way) -> SolutionVerdict:
    return SolutionVerdict(verdict=verdict, way=way)


def _final(response: Response, span: Span | None, verdict: Verdict, way: Way) -> FinalVerdict:
    answer = response.response[slice(*span)] if span else None
    return FinalVerdict(answer=answer, answer_span=span, verdict=verdict, way=way)


def _missing(segments: Segments) -> FinalVerdict:
    way: Way = "truncated" if segments.truncated else "missing"
    return FinalVerdict(answer=None, answer_span=None, verdict="wrong", way=way)


def _verifier(options: VerifyConfig, processes: Processes) -> SympyVerifier:
    """The one with these limits."""
    seconds, memory = options.cpu_seconds, options.memory_mb
    return processes.shared(
        (SympyVerifier, seconds, memory),
        lambda: SympyVerifier(processes.count, cpu_seconds=seconds, memory_mb=memory),
    )


def _by_rules(run: Run, options: VerifyConfig, processes: Processes) -> Built:
    kept = {key: value for key, value in asdict(options).items() if value != "sympy"}
    identity = {**kept, "libraries": {name: version(name) for name in LIBRARIES}}
    return identity, partial(verify_rows, _verifier(options, processes), run.manifest.think_tags)


def _judge(_mode: Mode, count: Count, config: JudgeConfig, _tags: Tags) -> Judge:
    verifier = ModelVerifier(count, config.context, longest_reply(config))
    return Judge(verifier.name, verifier.prompts, partial(verify_talk, verifier), lambda _item: verifier.stand_in())


def _prepare(run: Run, options: VerifyConfig, processes: Processes, items: Iterator[Item]) -> Iterator[Item]:
    """Add what SymPy says of each item: a model is asked about what it leaves undetermined."""
    return with_verdicts(_verifier(options, processes), run.manifest.think_tags, items)


VERIFY = Stage("verify", _by_rules, _judge, modes=("model",), prepare=_prepare)
