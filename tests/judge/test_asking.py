"""The driver of conversations: what is asked, what is kept, what becomes a row, a failure, or is left for later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from overthink.errors import BudgetSpent, OverthinkError, UnreadableReply
from overthink.judge.asking import READY, Asking, Judging, estimate
from overthink.judge.budget import Budget
from overthink.judge.interface import Conversation, Question
from overthink.judge.kept import Replies
from overthink.models.interface import GIVE_UP, NoReply, Reply, Request, Turn
from overthink.records import Clusters, Failure, Row
from overthink.run.owed import Item

Answers = Callable[[str], str | NoReply]
SCHEMA = {"type": "object"}


class Model:
    """A backend that answers `slots` requests at once, in an order of its own, and remembers what it was asked."""

    def __init__(self, answers: Answers, slots: int = 3) -> None:
        self.answers = answers
        self.slots = slots
        self.asked: list[str] = []
        self.seeds: list[int] = []
        self.greeted = 0

    def complete(self, requests: Iterator[Request | None]) -> Iterator[Reply | NoReply]:
        self.greeted += 1
        flying: list[Request] = []
        while True:
            while len(flying) < self.slots and (request := next(requests, None)) is not None:
                assert request.id not in [other.id for other in flying], "the same request flies twice"
                flying.append(request)
                self.asked.append(request.turns[-1].content)
                self.seeds.append(request.seed)
            if not flying:
                return
            request = flying.pop()
            said = self.answers(request.turns[-1].content)
            if isinstance(said, NoReply):
                yield NoReply(request.id, said.kind, said.message, said.hint, said.own_fault)
            else:
                yield Reply(request.id, said, "stop", 10, 2)


def row(item: Item, *names: str) -> Clusters:
    return Clusters(id=item.id, source=item.source, strategies=[], names=list(names), clusterer="test")


def asks(*questions: str) -> Callable[[Item], Conversation[Row]]:
    """A judge that puts these questions one after the other, and cannot read a reply of `bad`."""

    def ask(item: Item) -> Conversation[Row]:
        heard = []
        for question in questions:
            reply = yield Question((Turn("user", f"{question} {item.id}"),), SCHEMA)
            if reply.startswith("bad"):
                raise UnreadableReply("bad", "it is bad")
            heard.append(reply)
        return row(item, *heard)

    return ask


def items(count: int) -> Iterator[Item]:
    return (Item(f"p{k}#1", "s", {}) for k in range(count))


@pytest.fixture
def judging(tmp_path: Path) -> Callable[..., Judging]:
    asking = Asking("m", {"temperature": 0.0}, 0, count=lambda text: len(text.split()), longest=100)

    def made(model: Model | None, *questions: str, **options: Any) -> Judging:
        ask = options.pop("ask", None) or asks(*questions)
        kept = Replies(tmp_path / "replies" / "test.jsonl")
        return Judging("test", ask, options.pop("asking", asking), kept, model, **options)

    return made


def echo(said: str) -> str:
    return said.upper()


Made = Callable[..., Judging]


def test_every_row_is_made_whatever_the_order_of_the_replies(judging: Made) -> None:
    model = Model(echo)
    rows = list(judging(model, "one", "two")(items(20)))
    assert sorted(found.id for found in rows if isinstance(found, Clusters)) == sorted(f"p{k}#1" for k in range(20))
    assert all(found.names == [f"ONE {found.id.upper()}", f"TWO {found.id.upper()}"] for found in rows)
    assert len(model.asked) == 40
    assert model.greeted == 1


def test_a_conversation_without_a_question_needs_no_model(judging: Made) -> None:
    model = Model(echo)
    assert len(list(judging(model)(items(5)))) == 5
    assert model.greeted == 0


def test_what_was_answered_once_is_never_asked_again(judging: Made) -> None:
    first = list(judging(Model(echo), "one", "two")(items(8)))
    model = Model(echo)
    again = list(judging(model, "one", "two")(items(8)))
    assert model.asked == []
    assert sorted(first, key=lambda one: one.id) == sorted(again, key=lambda one: one.id)


def test_a_run_stopped_in_the_middle_of_a_conversation_goes_on_with_its_next_question(judging: Made) -> None:
    stage = judging(Model(echo), "one", "two")(items(8))
    for _ in range(3):
        next(stage)
    kept = len(Replies(judging(None).replies.path)._table)
    model = Model(echo)
    assert len(list(judging(model, "one", "two")(items(8)))) == 8
    assert len(model.asked) == 16 - kept


def test_two_rows_that_ask_the_same_pay_once(judging: Made) -> None:
    def ask(item: Item) -> Conversation[Row]:
        return row(item, (yield Question((Turn("user", "the same"),), SCHEMA)))

    model = Model(echo)
    rows = list(judging(model, ask=ask)(items(6)))
    assert len(rows) == 6
    assert model.asked == ["the same"]


def test_an_unreadable_reply_is_a_failure_and_the_others_are_made(judging: Made) -> None:
    model = Model(lambda said: "bad" if said == "one p3#1" else said)
    rows = list(judging(model, "one")(items(6)))
    failures = [found for found in rows if isinstance(found, Failure)]
    assert [(one.stage, one.id, one.kind, one.message) for one in failures] == [("test", "p3#1", "bad", "it is bad")]
    assert len(rows) == 6


def test_a_failed_row_is_tried_again_with_another_seed_and_only_when_it_is_owed(judging: Made) -> None:
    list(judging(Model(lambda said: "bad"), "one")(items(1)))
    unasked = Model(echo)
    (same,) = judging(unasked, "one")(items(1))
    assert isinstance(same, Failure), "a kept reply is read again, and not asked again, until the failure is on record"
    assert unasked.asked == []
    model = Model(echo)
    (made,) = judging(model, "one", failed=frozenset(["p0#1"]))(items(1))
    assert isinstance(made, Clusters)
    assert model.seeds == [1]
    (replayed,) = judging(None, "one", failed=frozenset(["p0#1"]))(items(1))
    assert replayed == made


def test_a_parser_that_has_learned_to_read_a_reply_makes_the_row_for_nothing(judging: Made) -> None:
    list(judging(Model(lambda said: "bad"), "one")(items(1)))

    def reads_more(item: Item) -> Conversation[Row]:
        return row(item, (yield Question((Turn("user", f"one {item.id}"),), SCHEMA)))

    model = Model(echo)
    (made,) = judging(model, ask=reads_more, failed=frozenset(["p0#1"]))(items(1))
    assert isinstance(made, Clusters)
    assert model.asked == []


def test_a_row_that_fails_before_it_asks_anything_fails_once(judging: Made) -> None:
    def ask(item: Item) -> Conversation[Row]:
        if item.id:
            raise UnreadableReply("too_long", "it is too long")
        yield Question((), SCHEMA)
        return row(item)

    (failure,) = judging(Model(echo), ask=ask, failed=frozenset(["p0#1"]))(items(1))
    assert isinstance(failure, Failure)
    assert failure.kind == "too_long"


def test_a_judge_with_a_fault_of_its_own_fails_the_row_and_not_the_run(judging: Made) -> None:
    def ask(item: Item) -> Conversation[Row]:
        reply = yield Question((Turn("user", f"one {item.id}"),), SCHEMA)
        return row(item, str(int(reply)))

    rows = list(judging(Model(lambda said: "7" if "p1" in said else "seven"), ask=ask)(items(3)))
    assert sorted(found.kind for found in rows if isinstance(found, Failure)) == ["ValueError", "ValueError"]


def test_without_a_backend_a_missing_reply_is_a_failure_and_the_kept_ones_are_rows(judging: Made) -> None:
    list(judging(Model(echo), "one")(items(2)))
    rows = list(judging(None, "one")(items(4)))
    assert [found.kind for found in rows if isinstance(found, Failure)] == ["not_recorded", "not_recorded"]
    assert len([found for found in rows if isinstance(found, Clusters)]) == 2


@pytest.mark.parametrize("change", ["question", "model", "sampling", "seed"])
def test_a_changed_prompt_or_model_never_reuses_an_old_reply(judging: Made, change: str) -> None:
    list(judging(Model(echo), "one")(items(2)))
    old = judging(None).asking
    changed = {
        "question": old,
        "model": Asking("n", old.sampling, 0, old.count, 100),
        "sampling": Asking("m", {"temperature": 0.5}, 0, old.count, 100),
        "seed": Asking("m", old.sampling, 1, old.count, 100),
    }[change]
    model = Model(echo)
    list(judging(model, "other" if change == "question" else "one", asking=changed)(items(2)))
    assert len(model.asked) == 2


def test_max_calls_stops_with_the_rows_made_and_the_next_command_goes_on(judging: Made) -> None:
    made = []
    with pytest.raises(BudgetSpent, match="--max-calls 5") as stop:
        made.extend(judging(Model(echo), "one", budget=Budget(max_calls=5))(items(8)))
    assert stop.value.exit_code == 3
    assert len(made) == 5
    model = Model(echo)
    assert len(list(judging(model, "one")(items(8)))) == 8
    assert len(model.asked) == 3


def test_a_budget_that_is_just_enough_does_not_stop(judging: Made) -> None:
    assert len(list(judging(Model(echo), "one", budget=Budget(max_calls=8))(items(8)))) == 8


def test_max_cost_is_never_exceeded_and_is_nearly_used_up(judging: Made) -> None:
    asking = Asking("m", {}, 0, lambda text: 10, longest=20, price_in=1e6, price_out=1e6)
    budget = Budget(max_cost=100.0)  # a call costs 30 at most, and 12 as the engine reports it
    with pytest.raises(BudgetSpent, match="--max-cost 100"):
        list(judging(Model(echo), "one", asking=asking, budget=budget)(items(20)))
    assert budget.cost <= 100.0
    assert budget.calls == 6  # 6 cost 72, and the seventh might have come to 102
    assert budget.reserved == 0.0


def gone(own_fault: bool = False) -> NoReply:
    return NoReply("", "http_500", "the server is on fire", "put it out", own_fault)


def test_no_reply_is_a_failure_row_and_the_next_command_asks_again(judging: Made) -> None:
    rows = list(judging(Model(lambda said: gone() if "p1#" in said else said), "one")(items(4)))
    assert [(one.id, one.kind) for one in rows if isinstance(one, Failure)] == [("p1#1", "http_500")]
    model = Model(echo)
    list(judging(model, "one", failed=frozenset(["p1#1"]))(items(4)))
    assert (model.asked, model.seeds) == (["one p1#1"], [0])


def test_where_no_reply_comes_at_all_it_is_two_lines(judging: Made) -> None:
    with pytest.raises(OverthinkError, match="on fire"):
        list(judging(Model(lambda _said: gone()), "one")(items(3)))


def test_a_server_that_dies_is_given_up(judging: Made) -> None:
    model = Model(lambda said: said if "p0#" in said else gone(), slots=1)
    with pytest.raises(OverthinkError, match="on fire"):
        list(judging(model, "one")(items(100)))
    assert len(model.asked) == GIVE_UP + 1


def test_requests_that_are_at_fault_themselves_are_failures_and_no_dead_server(judging: Made) -> None:
    rows = list(judging(Model(lambda _said: gone(own_fault=True)), "one")(items(GIVE_UP * 2)))
    assert len(rows) == GIVE_UP * 2
    assert all(isinstance(one, Failure) for one in rows)


def test_rows_that_need_no_model_are_handed_on_before_thousands_of_them_are_made(judging: Made) -> None:
    seen = 0

    def counted(count: int) -> Iterator[Item]:
        nonlocal seen
        for item in items(count):
            seen += 1
            yield item

    def ask(item: Item) -> Conversation[Row]:
        if item.id == "p0#1":
            yield Question((Turn("user", "one"),), SCHEMA)
        return row(item)

    stage = judging(Model(echo), ask=ask)(counted(READY * 20))
    next(stage)
    assert seen <= READY + 2
    assert sum(1 for _ in stage) == READY * 20 - 1


def test_an_estimate_counts_what_is_then_sent(judging: Made) -> None:
    list(judging(Model(echo), "one", "two")(items(2)))
    found = estimate(judging(Model(echo), "one", "two"), items(10), lambda _item: "fine")
    model = Model(lambda _said: "fine")
    list(judging(model, "one", "two")(items(10)))
    assert found.calls == len(model.asked) == 16
    assert found.prompt_tokens == sum(len(said.split()) for said in model.asked)
    assert (found.rows, found.kept, found.open_rows) == (10, 4, 0)


def test_an_estimate_says_of_how_many_rows_it_cannot_tell_all(judging: Made) -> None:
    def ask(item: Item) -> Conversation[Row]:
        question = f"one {item.id}"
        while (reply := (yield Question((Turn("user", question),), SCHEMA))) == "empty":
            question += " Again."
        return row(item, reply)

    found = estimate(judging(Model(echo), ask=ask), items(3), lambda _item: "empty")
    assert (found.calls, found.open_rows) == (3, 3)
