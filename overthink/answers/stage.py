"""verify: is the answer of each solution, and the final answer of the response, equal to the gold answer?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from itertools import islice
from typing import TypeVar

from overthink.answers.find import FinalAnswer, final_answer
from overthink.answers.judge import ModelVerifier
from overthink.answers.options import options_of, same_kind
from overthink.answers.wholes import Outcome
from overthink.answers.workers import SympyVerifier
from overthink.config import JudgeConfig, VerifyConfig
from overthink.judge.interface import Conversation
from overthink.judge.judges import Count, Judge, JudgeMode, longest_reply
from overthink.records import FinalVerdict, Response, SolutionVerdict, Verdict, Verdicts, Way
from overthink.run import Run
from overthink.run.owed import Item
from overthink.session import Built, Processes, Stage

LIBRARIES = ("math-verify", "latex2sympy2_extended", "antlr4-python3-runtime", "sympy")
"""Another version of any of these may give another verdict."""
BATCH = 64
"""Responses whose pairs go to the verifier in one call: enough to keep its processes busy."""


def verify_rows(verifier: SympyVerifier, items: Iterator[Item]) -> Iterator[Verdicts]:
    """Verify the answers of each response."""
    return (item.verdicts for item in with_verdicts(verifier, items))


def with_verdicts(verifier: SympyVerifier, items: Iterator[Item]) -> Iterator[Item]:
    """Each item with the row that SymPy makes of it, for `verify_talk`."""
    while batch := list(islice(items, BATCH)):
        for item, row in zip(batch, verify_batch(batch, verifier), strict=True):
            yield item.having("verify", row)


def verify_talk(judge: ModelVerifier, item: Item) -> Conversation[Verdicts]:
    """Ask a model about the answers that the row of `with_verdicts` leaves undetermined, each once."""
    problem = item.problem
    segments = item.segments
    row = item.verdicts
    decided: dict[str, Verdict] = {}
    answers = [solution.answer for solution in segments.solutions]
    said: list[tuple[str | None, SolutionVerdict | FinalVerdict]] = [*zip(answers, row.solutions, strict=True)]
    said.append((row.final.answer, row.final))
    for answer, verdict in said:
        if problem.answer is not None and answer is not None and answer not in decided and _is_undetermined(verdict):
            decided[answer], _ = yield from judge.ask(problem.answer, answer, problem.question)
    solutions = [_judged(verdict, answer, decided) for answer, verdict in zip(answers, row.solutions, strict=True)]
    return row.model_copy(update={"solutions": solutions, "final": _judged(row.final, row.final.answer, decided)})


Judgement = TypeVar("Judgement", SolutionVerdict, FinalVerdict)


def _is_undetermined(verdict: SolutionVerdict | FinalVerdict) -> bool:
    return verdict.verdict == "undetermined"


def _judged(verdict: Judgement, answer: str | None, decided: Mapping[str, Verdict]) -> Judgement:
    if answer is None or answer not in decided or not _is_undetermined(verdict):
        return verdict
    return verdict.model_copy(update={"verdict": decided[answer], "way": "judge"})


def verify_batch(items: Sequence[Item], verifier: SympyVerifier) -> list[Verdicts]:
    """The verdicts on several responses, in order, with one call of the verifier."""
    finals = [_final_answer(item) for item in items]
    pairs = [pair for item, final in zip(items, finals, strict=True) for pair in _pairs(item, final)]
    outcomes = iter(verifier.compare(pairs))
    rows: list[Verdicts] = []
    for item, final in zip(items, finals, strict=True):
        problem, response, segments = item.problem, item.response, item.segments
        if problem.answer is None:
            solutions = [SolutionVerdict(verdict="undetermined", way="no_gold") for _ in segments.solutions]
            said = _final(response, final, "undetermined", "no_gold")
        else:
            checked = islice(outcomes, len(segments.solutions))
            solutions = [SolutionVerdict(verdict=verdict, way=way) for verdict, way in checked]
            missing: Outcome = ("wrong", "truncated" if segments.truncated else "missing")
            said = _final(response, final, *(next(outcomes) if final else missing))
        rows.append(Verdicts(id=item.id, source=item.source, final=said, solutions=solutions))
    return rows


def _pairs(item: Item, final: FinalAnswer | None) -> list[tuple[str, str]]:
    problem, response, segments = item.problem, item.response, item.segments
    gold = problem.answer
    if gold is None:
        return []
    answers = [solution.answer for solution in segments.solutions]
    if final is not None:
        answers.append(response.response[slice(*final.span)])
    options = options_of(problem.question)
    return [same_kind(gold, answer, options) for answer in answers]


def _final_answer(item: Item) -> FinalAnswer | None:
    """The final answer; if the response states none, the last answer of its thinking."""
    segments, thinking = item.segments, item.thinking
    text = thinking.without_gaps(item.response.response)
    found = final_answer(text, thinking, cut_off=segments.truncated, question=item.problem.question)
    if found is None and segments.solutions:
        return FinalAnswer(segments.solutions[-1].answer_span, announced=False)
    return found


def _final(response: Response, found: FinalAnswer | None, verdict: Verdict, way: Way) -> FinalVerdict:
    if found is None:
        return FinalVerdict(answer=None, answer_span=None, verdict=verdict, way=way)
    answer, span = response.response[slice(*found.span)], found.span
    return FinalVerdict(answer=answer, answer_span=span, announced=found.announced, verdict=verdict, way=way)


def _verifier(options: VerifyConfig, processes: Processes) -> SympyVerifier:
    """The verifier with these limits, the same for all runs that share them."""
    seconds, memory = options.cpu_seconds, options.memory_mb
    return processes.shared(
        (SympyVerifier, seconds, memory),
        lambda: SympyVerifier(processes.count, cpu_seconds=seconds, memory_mb=memory),
    )


def _by_rules(_run: Run, options: VerifyConfig, processes: Processes) -> Built:
    kept = {key: value for key, value in asdict(options).items() if value != "sympy"}
    identity = {**kept, "libraries": {name: version(name) for name in LIBRARIES}}
    return identity, partial(verify_rows, _verifier(options, processes))


def _judge(_mode: JudgeMode, count: Count, config: JudgeConfig) -> Judge:
    verifier = ModelVerifier(count, config.context, longest_reply(config))
    return Judge(verifier.name, verifier.prompts, partial(verify_talk, verifier), lambda _item: verifier.stand_in())


def _prepare(_run: Run, options: VerifyConfig, processes: Processes, items: Iterator[Item]) -> Iterator[Item]:
    """Add what SymPy says of each item: a model is asked about what it leaves undetermined."""
    return with_verdicts(_verifier(options, processes), items)


VERIFY = Stage("verify", _by_rules, _judge, modes=("model",), prepare=_prepare)
