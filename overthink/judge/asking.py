"""Rows that a model judges: many conversations at once, their questions to one backend, its replies to each of them.

Every reply is kept before it is used, and a question whose reply is kept is not asked again: what is killed, stopped by
its budget or parsed anew costs nothing twice. A row that failed before gets a new try, with another seed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from overthink.errors import BudgetSpent, OverthinkError, UnreadableReply
from overthink.judge.interface import Conversation, Question
from overthink.judge.kept import Replies, price, request_digest
from overthink.models.interface import Backend, NoReply, Reply, Request
from overthink.records import Failure, Row
from overthink.run.owed import Item

GIVE_UP = 16
"""Requests that get no reply, one after the other, before the whole is given up: the server is gone."""
READY = 256
"""Rows that are made without a question, at most, before they are handed on: memory stays flat."""

Converse = Callable[[Item], Conversation[Row]]
"""Starts the conversation about one row."""


@dataclass
class Budget:
    """What one command may spend on judges. What is in flight counts at the most that it can cost."""

    max_calls: int | None = None
    max_cost: float | None = None
    calls: int = 0
    cost: float = 0.0
    reserved: float = 0.0

    def allows(self, most: float) -> bool:
        """May one call more be made, which costs so much at most?"""
        if self.max_calls is not None and self.calls >= self.max_calls:
            return False
        return self.max_cost is None or self.cost + self.reserved + most <= self.max_cost

    def send(self, most: float) -> None:
        """A call is made."""
        self.calls += 1
        self.reserved += most

    def settle(self, most: float, cost: float) -> None:
        """A call ended, and cost so much."""
        self.reserved -= most
        self.cost += cost

    def spent(self) -> BudgetSpent:
        """What to tell the user when it is at its end."""
        if self.max_calls is not None and self.calls >= self.max_calls:
            what = f"stopped at --max-calls {self.max_calls}"
        else:
            what = f"stopped at --max-cost {self.max_cost:g}: {self.cost:.4f} is spent, and the next call may cost more"
        return BudgetSpent(what, "The replies so far are kept: the same command goes on from here.")


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
        """All that decides the reply. Each further attempt at a row has a seed of its own."""
        return {
            "model": self.model,
            "sampling": {**self.sampling, "seed": self.seed + attempt},
            "turns": [asdict(turn) for turn in question.turns],
            "schema": dict(question.schema),
        }

    def tokens(self, request: Request) -> int:
        """Tokens of all turns."""
        return sum(self.count(turn.content) for turn in request.turns)

    def most(self, request: Request) -> float:
        """What a call costs at most; 0 where no prices are known."""
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
    """One conversation, as far as it has come. `attempt` counts the tries at its row, from 0."""

    def __init__(self, stage: str, item: Item, converse: Converse, asking: Asking, attempt: int = 0) -> None:
        self.item = item
        self.attempt = attempt
        self.heard = 0
        self.outcome: Row | Failure | None = None
        self.request: Request
        self.asked: dict[str, Any]
        self._stage = stage
        self._converse = converse
        self._asking = asking
        self._conversation = converse(item)
        self._go_on(None)

    def hear(self, reply: str) -> None:
        """Take the reply: afterwards there is the next request, or an outcome."""
        self.heard += 1
        self._go_on(reply)

    def again(self) -> Talk:
        """The next attempt at the row, from the beginning."""
        return Talk(self._stage, self.item, self._converse, self._asking, self.attempt + 1)

    def fail(self, kind: str, message: str) -> None:
        """The conversation ends without a row."""
        self.outcome = Failure(stage=self._stage, id=self.item.id, kind=kind, message=message)

    def _go_on(self, reply: str | None) -> None:
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
    """The stage at work (run.Work). Without a backend nothing is asked: what is not kept is a failure.

    `failed`: rows that an earlier command could not make; they get one attempt more than the replies that are kept.
    """

    stage: str
    converse: Converse
    asking: Asking
    replies: Replies
    backend: Backend | None
    budget: Budget = field(default_factory=Budget)
    failed: Collection[str] = ()

    def __call__(self, items: Iterator[Item]) -> Iterator[Row | Failure]:
        """Rows as their conversations end. BudgetSpent before it is exceeded, OverthinkError where no reply comes."""
        try:
            yield from _Session(self, items).rows()
        finally:
            self.replies.close()

    def talk(self, item: Item) -> Talk:
        """The conversation about this row, as far as the replies that are kept carry it."""
        talk = Talk(self.stage, item, self.converse, self.asking)
        self.from_replies(talk)
        while isinstance(talk.outcome, Failure) and item.id in self.failed and talk.heard:
            further = talk.again()
            if self.backend is None and further.outcome is None and further.request.id not in self.replies:
                break
            talk = further
            self.from_replies(talk)
        return talk

    def from_replies(self, talk: Talk) -> None:
        """Answer what can be answered from the replies that are kept."""
        while talk.outcome is None and talk.request.id in self.replies:
            talk.hear(self.replies.text(talk.request.id))
        if talk.outcome is None and self.backend is None:
            talk.fail("not_recorded", f"no reply to this request is kept in {self.replies.path.name}")


class _Session:
    """One go at the items."""

    def __init__(self, judging: Judging, items: Iterator[Item]) -> None:
        self._judging = judging
        self._items = items
        self._owing: deque[Talk] = deque()  # their questions are to be asked
        self._flying: dict[str, list[Talk]] = {}
        self._ready: list[Row | Failure] = []
        self._stopped = False
        self._heard = self._lost = 0
        self._gone: NoReply | None = None

    def rows(self) -> Iterator[Row | Failure]:
        while self._more():
            yield from self._handed_on()
            if not self._owing:
                continue
            assert self._judging.backend is not None, "without a backend no talk owes a question"
            for reply in self._judging.backend.complete(self._requests()):
                self._take(reply)
                yield from self._handed_on()
                if self._lost >= GIVE_UP:
                    break
            yield from self._handed_on()
            self._check()

    def _check(self) -> None:
        """Stop here, where it makes no sense to go on."""
        if self._gone and (self._lost >= GIVE_UP or not self._heard):
            raise OverthinkError(self._gone.message, self._gone.hint)
        if self._stopped:
            raise self._judging.budget.spent()

    def _handed_on(self) -> Iterator[Row | Failure]:
        ready, self._ready = self._ready, []
        yield from ready

    def _more(self) -> bool:
        """Begin with the next item; is there anything left to do?"""
        if self._owing:
            return True
        item = next(self._items, None)
        if item is None:
            return False
        self._place(self._judging.talk(item))
        return True

    def _place(self, talk: Talk) -> None:
        if talk.outcome is None:
            self._owing.append(talk)
        else:
            self._ready.append(talk.outcome)

    def _requests(self) -> Iterator[Request | None]:
        """What is to be asked now; None where that depends on replies that are awaited."""
        judging, budget = self._judging, self._judging.budget
        while True:
            while not self._owing and len(self._ready) < READY and self._more():
                pass
            if self._owing:
                talk = self._owing.popleft()
                request = talk.request
                if request.id in judging.replies or request.id in self._flying:
                    self._join(talk)
                    continue
                most = judging.asking.most(request)
                if budget.allows(most):
                    budget.send(most)
                    self._flying[request.id] = [talk]
                    yield request
                    continue
                self._owing.appendleft(talk)
                self._stopped = not self._flying
            if not self._flying:
                return
            yield None

    def _join(self, talk: Talk) -> None:
        """The same request is asked once."""
        if talk.request.id in self._flying:
            self._flying[talk.request.id].append(talk)
        else:
            self._judging.from_replies(talk)
            self._place(talk)

    def _take(self, reply: Reply | NoReply) -> None:
        talks = self._flying.pop(reply.id)
        first, asking = talks[0], self._judging.asking
        self._judging.budget.settle(asking.most(first.request), asking.cost(first.request, reply))
        if isinstance(reply, NoReply):
            self._lost += not reply.own_fault
            self._gone = self._gone if reply.own_fault else reply
            for talk in talks:
                talk.fail(reply.kind, reply.message)
        else:
            self._heard, self._lost = self._heard + 1, 0
            self._judging.replies.add(first.request, first.asked, first.item.id, reply)
        for talk in talks:
            if talk.outcome is None:
                self._judging.from_replies(talk)
            self._place(talk)


@dataclass
class Estimate:
    """What a stage would ask for so many `rows`, all but the `kept` requests whose replies are there.

    `calls` and `prompt_tokens` are exact where every reply can be read at once. `open_rows` may ask more, by replies.
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
        found.rows, found.kept = found.rows + 1, found.kept + talk.heard
        while talk.outcome is None:
            request = talk.request
            if request.id in judging.replies or request.id in seen:
                found.kept += 1
            else:
                seen.add(request.id)
                found.calls += 1
                found.prompt_tokens += judging.asking.tokens(request)
            talk.hear(stand_in(item))
            if talk.outcome is None and _asks_again(request, talk.request):
                found.open_rows += 1
                break
    return found


def _asks_again(first: Request, second: Request) -> bool:
    """Is the second request the first one with words added to its end?"""
    return second.turns[-1].content.startswith(first.turns[-1].content)
