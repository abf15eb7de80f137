"""follow: which constraints each answer meets. Checkers run in processes that can be killed: text is hostile."""

from __future__ import annotations

import resource
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pebble import ProcessExpired

from overthink.errors import UnreadableReply
from overthink.follow import complexbench, ifeval
from overthink.follow.answers import split
from overthink.follow.ifeval import Checked
from overthink.follow.judge import ConstraintJudge
from overthink.judge.interface import Conversation
from overthink.records import Constraint, Failure, Followed, Response, Span
from overthink.run.owed import Item
from overthink.run.processes import Call, Pool
from overthink.text.tokens import Tokenizer, counts

STAGE = "follow"
_MEMORY = 8 * 1024**3  # bytes of address space; what a library maps counts, too
_AHEAD = 4

Check = Callable[[list[Constraint], str, str], Checked]
CHECKS: dict[str, Check] = {"ifeval": ifeval.check, "complexbench": complexbench.check}


def check_pool(processes: int, dataset: str) -> Pool:
    """The processes that check answers to this dataset."""
    return Pool(processes, _begin, (dataset,), hint="Look at the packages of overthink[follow], and at ulimit -a.")


@dataclass(frozen=True)
class Checker:
    """The stage at work (run.owed.Work): answers are checked in the processes of this pool.

    `seconds` are for one answer; one that takes longer is a failure, not a verdict.
    """

    tokenizer: Tokenizer
    tags: tuple[str, str] | None
    always_thinks: bool
    pool: Pool
    seconds: float

    def __call__(self, items: Iterator[Item]) -> Iterator[Followed | Failure]:
        """A row for each item, in order."""
        under_way: deque[tuple[Item, Call[Checked] | None]] = deque()
        for item in items:
            under_way.append((item, self._send(item)))
            if len(under_way) >= self.pool.processes * _AHEAD:
                yield self._row(*under_way.popleft())
        while under_way:
            yield self._row(*under_way.popleft())

    def _send(self, item: Item) -> Call[Checked] | None:
        """The checks of this answer, under way; None if there is no answer."""
        problem = item.problem
        text = self.answer(item)
        if text is None or problem.constraints is None:
            return None
        arguments = (problem.dataset, problem.constraints, problem.question, text)
        return self.pool.send(_checked, *arguments, seconds=self.seconds)

    def _row(self, item: Item, call: Call[Checked] | None) -> Followed | Failure:
        try:
            return self.row(item, None if call is None else self.pool.result(call))
        except UnreadableReply as error:
            return Failure(stage=STAGE, id=item.id, kind=error.kind, message=error.message)
        except TimeoutError:
            message = f"checked for more than {self.seconds:g} s"
            return Failure(stage=STAGE, id=item.id, kind="timeout", message=message)
        except ProcessExpired as error:
            return Failure(stage=STAGE, id=item.id, kind="crash", message=str(error))

    def row(self, item: Item, checked: Checked | None) -> Followed:
        """The row of a response whose answer is so checked; without an answer nothing is met."""
        problem, response = item.problem, item.response
        if problem.constraints is None:
            raise UnreadableReply("no_constraints", "this problem has no constraints")
        thinking, answer = self._parts(response)
        nothing: list[bool | None] = [False] * len(problem.constraints)
        strict, loose = checked or (nothing, nothing)
        starts = self.tokenizer.starts(response.response)
        thought = sum(int(counts(starts, block)[0]) for block in item.thinking.blocks) if thinking else 0
        return Followed(
            id=item.id, source=item.source, answer=answer, thinking=thinking, thinking_tokens=thought,
            tokens=len(starts), strict=strict, loose=loose,
        )  # fmt: skip

    def talk(self, judge: ConstraintJudge, item: Item) -> Conversation[Followed]:
        """The row of a ComplexBench answer. The judge is asked about the constraints that no rule decides."""
        problem = item.problem
        text = self.answer(item)
        constraints = problem.constraints or []
        if not text or not constraints:
            return self.row(item, None)
        own = complexbench.by_rules(constraints, text)
        open_ones = [number for number, verdict in enumerate(own) if verdict is None]
        if open_ones:
            questions = [constraints[number].question or "" for number in open_ones]
            met = yield from judge.ask(problem.question, text, questions)
            for number, verdict in zip(open_ones, met, strict=True):
                own[number] = verdict
        verdicts = complexbench.with_needs(constraints, own)
        return self.row(item, (verdicts, verdicts))

    def answer(self, item: Item) -> str | None:
        """The text of the answer; None if the response ended inside its thinking."""
        response = item.response
        _, answer = self._parts(response)
        return None if answer is None else response.response[slice(*answer)]

    def _parts(self, response: Response) -> tuple[Span | None, Span | None]:
        return split(response, self.tags, always_thinks=self.always_thinks)


def _begin(dataset: str) -> None:
    """Runs once in each worker. The libraries are loaded here: that is no part of the first answer's time."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = _MEMORY if most == resource.RLIM_INFINITY else min(_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if dataset == "ifeval":
        ifeval.load()


def _checked(dataset: str, constraints: list[Constraint], question: str, answer: str) -> Checked:
    """Runs in a worker. UnreadableReply for whatever a checker raises on odd text: that is no verdict."""
    if dataset not in CHECKS:
        raise UnreadableReply("unknown_dataset", f"nothing checks the constraints of {dataset}")
    try:
        return CHECKS[dataset](constraints, question, answer)
    except UnreadableReply:
        raise
    except Exception as error:
        raise UnreadableReply(type(error).__name__, str(error)[:500]) from None
