"""Rows that a model judges: many conversations at once, their questions to one backend, its replies to each of them.

Every reply is kept before it is used, and a question whose reply is kept is not asked again: what is killed, stopped by
its budget or parsed anew costs nothing twice. A row that failed before gets a new try, with another seed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from overthink.errors import OverthinkError, UnreadableReply
from overthink.judge.budget import Budget, price
from overthink.judge.interface import Conversation, Question
from overthink.judge.kept import Replies, request_digest
from overthink.models.interface import GIVE_UP, Backend, NoReply, Reply, Request
from overthink.records import Failure, Row
from overthink.run.owed import Item

READY = 256
"""Rows that are made without a question, at most, before they are handed on: memory stays flat."""

AskAbout = Callable[[Item], Conversation[Row]]
"""Starts the conversation about one row."""


@dataclass(frozen=True)
class Asking:
    """How one judge is asked. `count` counts tokens; `longest` is the longest reply, in tokens."""

    model: str
    sampling: Mapping[str, Any]
    seed: int
    count: Callable[[str], int]
    longest: int
    price_in: float | None = None
    price_out: float | None = None

    def asked(self, question: Question, attempt: int) -> dict[str, Any]:
        """Return all that decides the reply. Each further attempt at a row has a seed of its own."""
        return {
            "model": self.model,
            "sampling": {**self.sampling, "seed": self.seed + attempt},
            "turns": [asdict(turn) for turn in question.turns],
            "schema": dict(question.schema),
        }

    def tokens(self, request: Request) -> int:
        """Count the tokens of all turns."""
        return sum(self.count(turn.content) for turn in request.turns)

    def max_cost(self, request: Request) -> float:
        """The most that a call can cost; 0 if no prices are known."""
        if self.price_in is None or self.price_out is None:
            return 0.0
        return price(self.tokens(request), self.longest, self.price_in, self.price_out) or 0.0

    def cost(self, request: Request, reply: Reply | NoReply) -> float:
        """What a call cost: by the engine's own counts, else by ours. A call without a reply is taken to be free."""
        if isinstance(reply, NoReply) or self.price_in is None or self.price_out is None:
            return 0.0
        read = self.tokens(request) if reply.prompt_tokens is None else reply.prompt_tokens
        written = self.count(reply.text) if reply.completion_tokens is None else reply.completion_tokens
        return price(read, written, self.price_in, self.price_out) or 0.0


class Talk:
    """One conversation, as far as it has come: there is a `request` to make, or there is an `outcome`.

    `attempt` counts the tries at its row, from 0; `replies` the replies that it was given.
    """

    def __init__(self, stage: str, item: Item, ask: AskAbout, asking: Asking, attempt: int = 0) -> None:
        self.item = item
        self.attempt = attempt
        self.replies = 0
        self.outcome: Row | Failure | None = None
        self.request: Request
        self.asked: dict[str, Any]
        self._stage = stage
        self._ask = ask
        self._asking = asking
        self._conversation = ask(item)
        self._advance(None)

    def give(self, reply: str) -> None:
        """Give the judge the reply to its request."""
        self.replies += 1
        self._advance(reply)

    def next_attempt(self) -> Talk:
        """Start the conversation anew, as the next attempt at the row."""
        return Talk(self._stage, self.item, self._ask, self._asking, self.attempt + 1)

    def fail(self, kind: str, message: str) -> None:
        """End the conversation without a row."""
        self.outcome = Failure(stage=self._stage, id=self.item.id, kind=kind, message=message)

    def _advance(self, reply: str | None) -> None:
        """Run the judge up to its next question, or to its end."""
        try:
            question = next(self._conversation) if reply is None else self._conversation.send(reply)
        except StopIteration as end:
            self.outcome = end.value
        except OverthinkError:
            raise
        except UnreadableReply as error:
            self.fail(error.kind, error.message)
        except Exception as error:  # one odd row must not end the run; it is shown, counted and owed again
            self.fail(type(error).__name__, str(error))
        else:
            self.asked = self._asking.asked(question, self.attempt)
            seed = self.asked["sampling"]["seed"]
            self.request = Request(request_digest(self.asked), question.turns, seed, question.schema)


@dataclass(frozen=True)
class Judging:
    """The stage at work (run.owed.Work). Without a backend nothing is asked: what is not kept is a failure.

    `failed`: rows that an earlier command could not make; they get one attempt more than the replies that are kept.
    """

    stage: str
    ask: AskAbout
    asking: Asking
    replies: Replies
    backend: Backend | None
    budget: Budget = field(default_factory=Budget)
    failed: Collection[str] = ()

    def __call__(self, items: Iterator[Item]) -> Iterator[Row | Failure]:
        """Yield rows as their conversations end.

        BudgetSpent before the budget is exceeded, OverthinkError if no reply comes.
        """
        try:
            yield from _Conversations(self, items).rows()
        finally:
            self.replies.close()

    def talk(self, item: Item) -> Talk:
        """Start the conversation about this row, and carry it as far as the replies that are kept allow."""
        talk = Talk(self.stage, item, self.ask, self.asking)
        self.answer_from_kept(talk)
        while isinstance(talk.outcome, Failure) and item.id in self.failed and talk.replies:
            further = talk.next_attempt()
            if self.backend is None and further.outcome is None and further.request.id not in self.replies:
                break
            talk = further
            self.answer_from_kept(talk)
        return talk

    def answer_from_kept(self, talk: Talk) -> None:
        """Answer its requests as long as their replies are kept."""
        while talk.outcome is None and talk.request.id in self.replies:
            talk.give(self.replies.text(talk.request.id))
        if talk.outcome is None and self.backend is None:
            talk.fail("not_recorded", f"no reply to this request is kept in {self.replies.path.name}")


class _Conversations:
    """Many conversations at once: those whose request is `_waiting` to be made, and those `_in_flight`, by request."""

    def __init__(self, judging: Judging, items: Iterator[Item]) -> None:
        self._judging = judging
        self._items = items
        self._waiting: deque[Talk] = deque()
        self._in_flight: dict[str, list[Talk]] = {}
        self._outcomes: list[Row | Failure] = []
        self._over_budget = False
        self._replies = 0
        self._lost_in_a_row = 0
        self._last_lost: NoReply | None = None

    def rows(self) -> Iterator[Row | Failure]:
        while self._waiting or self._start_next():
            yield from self._take_outcomes()
            if not self._waiting:
                continue
            assert self._judging.backend is not None, "without a backend no request waits"
            for reply in self._judging.backend.complete(self._requests()):
                self._receive(reply)
                yield from self._take_outcomes()
                if self._lost_in_a_row >= GIVE_UP:
                    break
            yield from self._take_outcomes()
            self._raise_if_hopeless()

    def _raise_if_hopeless(self) -> None:
        """Stop if the server is gone, or the budget is used up."""
        if self._last_lost and (self._lost_in_a_row >= GIVE_UP or not self._replies):
            raise OverthinkError(self._last_lost.message, self._last_lost.hint)
        if self._over_budget:
            raise self._judging.budget.error()

    def _take_outcomes(self) -> Iterator[Row | Failure]:
        outcomes, self._outcomes = self._outcomes, []
        yield from outcomes

    def _start_next(self) -> bool:
        """Start the conversation about the next item, if there is one."""
        item = next(self._items, None)
        if item is None:
            return False
        self._sort(self._judging.talk(item))
        return True

    def _sort(self, talk: Talk) -> None:
        """Put a conversation to those that wait, or its outcome to those that are done."""
        if talk.outcome is None:
            self._waiting.append(talk)
        else:
            self._outcomes.append(talk.outcome)

    def _requests(self) -> Iterator[Request | None]:
        """Yield what is to be asked now; None if that depends on replies that are awaited."""
        judging, budget = self._judging, self._judging.budget
        while True:
            while not self._waiting and len(self._outcomes) < READY and self._start_next():
                pass
            if self._waiting:
                talk = self._waiting.popleft()
                request = talk.request
                if request.id in judging.replies or request.id in self._in_flight:
                    self._share(talk)
                    continue
                max_cost = judging.asking.max_cost(request)
                if budget.allows(max_cost):
                    budget.reserve(max_cost)
                    self._in_flight[request.id] = [talk]
                    yield request
                    continue
                self._waiting.appendleft(talk)
                self._over_budget = not self._in_flight
            if not self._in_flight:
                return
            yield None

    def _share(self, talk: Talk) -> None:
        """Let a conversation use the reply to a request that another one made: the same request is made once."""
        if talk.request.id in self._in_flight:
            self._in_flight[talk.request.id].append(talk)
        else:
            self._judging.answer_from_kept(talk)
            self._sort(talk)

    def _receive(self, reply: Reply | NoReply) -> None:
        """Keep a reply, charge its cost, and give it to every conversation that asked for it."""
        talks = self._in_flight.pop(reply.id)
        first, asking = talks[0], self._judging.asking
        self._judging.budget.charge(asking.max_cost(first.request), asking.cost(first.request, reply))
        if isinstance(reply, NoReply):
            self._lost_in_a_row += not reply.own_fault
            self._last_lost = self._last_lost if reply.own_fault else reply
            for talk in talks:
                talk.fail(reply.kind, reply.message)
        else:
            self._replies, self._lost_in_a_row = self._replies + 1, 0
            self._judging.replies.add(first.request, first.asked, first.item.id, reply)
        for talk in talks:
            if talk.outcome is None:
                self._judging.answer_from_kept(talk)
            self._sort(talk)


@dataclass
class Estimate:
    """What a stage would ask for so many `rows`, all but the `kept` requests whose replies are there.

    `calls` and `prompt_tokens` are exact if every reply can be read at once. `open_rows` may ask more, by replies.
    """

    rows: int = 0
    calls: int = 0
    kept: int = 0
    prompt_tokens: int = 0
    open_rows: int = 0


def estimate(judging: Judging, items: Iterator[Item], stand_in: Callable[[Item], str]) -> Estimate:
    """Count the requests for these items, and their tokens, without asking any.

    `stand_in` is a readable reply about an item, so that a conversation comes to its next window.
    """
    found = Estimate()
    seen: set[str] = set()
    for item in items:
        talk = judging.talk(item)
        found.rows, found.kept = found.rows + 1, found.kept + talk.replies
        while talk.outcome is None:
            request = talk.request
            if request.id in judging.replies or request.id in seen:
                found.kept += 1
            else:
                seen.add(request.id)
                found.calls += 1
                found.prompt_tokens += judging.asking.tokens(request)
            talk.give(stand_in(item))
            if talk.outcome is None and _asks_again(request, talk.request):
                found.open_rows += 1
                break
    return found


def _asks_again(first: Request, second: Request) -> bool:
    """Is the second request the first one with words added to its end?"""
    return second.turns[-1].content.startswith(first.turns[-1].content)
