"""generate: what is planned, what is made, what a kill or a dead backend leaves, and what the words were."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overthink.errors import OverthinkError
from overthink.generate.stage import Generator, Selection, Unread, add_problems, planned, sample_seed
from overthink.generate.words import Template
from overthink.models.interface import GIVE_UP, NoReply, Reply, Request
from overthink.records import Problem, Response
from overthink.run import Run
from overthink.run.manifest import Manifest
from overthink.run.owed import StageOutcome, make_responses

PROBLEMS = [Problem(id=f"d/{k}", dataset="d", question=f"q{k} {{x}}", answer="1", level=k % 3) for k in range(6)]
TEMPLATE = Template("Say: {question}!")


How = Callable[[Request], Reply | NoReply]


class Killed(BaseException):
    """What a test raises where a real run is killed."""


class Counting:
    """Progress that remembers what it was told."""

    def __init__(self) -> None:
        self.responses: list[Response] = []

    def start(self, label: str, total: int) -> None: ...

    def step(self) -> None: ...

    def stop(self) -> None: ...

    def response(self, row: Response) -> None:
        self.responses.append(row)


class Scripted:
    """A backend that answers as told, last request first within each three."""

    def __init__(
        self, how: Callable[[Request], Reply | NoReply] | None = None, killed_after: int | None = None
    ) -> None:
        self.how = how or (lambda asked: Reply(asked.id, f"{asked.turns[-1].content} {asked.seed}", "stop", 1, 2))
        self.asked: list[Request] = []
        self.killed_after = killed_after

    def complete(self, requests: Iterator[Request]) -> Iterator[Reply | NoReply]:
        while batch := list(islice(requests, 3)):
            for request in reversed(batch):
                if len(self.asked) == self.killed_after:
                    raise Killed
                self.asked.append(request)
                yield self.how(request)


def make_run(folder: Path) -> Run:
    manifest = Manifest(created="2026-01-01T00:00:00+00:00", model="m", origin="generate", overthink="0")
    run = Run.create(folder, manifest)
    run.start("generate", {})
    return run


def generate(run: Run, backend: Scripted, samples: int = 1, selection: Selection | None = None) -> StageOutcome:
    ids = add_problems(run, (selection or Selection()).of([PROBLEMS]))
    work = Generator(backend, "m", TEMPLATE, 7, not run.holds_responses(), Counting(), Unread(run))
    return make_responses(run, planned(ids, samples), work, Counting())


def refuses(request: Request, *, own_fault: bool) -> NoReply:
    return NoReply(request.id, "odd", "it is odd", "mend it", own_fault)


def test_rows_stand_in_order_of_problems_and_samples(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    assert generate(run, Scripted(), samples=2) == StageOutcome(12, 0)
    assert list(run.table("generate")) == [f"d/{k}#{sample}" for k in range(6) for sample in (1, 2)]
    row = run.table("generate").read("d/3#2")
    assert row.response == f"Say: q3 {{x}}! {sample_seed(7, 'd/3#2')}"
    assert (row.problem_id, row.sample, row.model, row.seed) == ("d/3", 2, "m", sample_seed(7, "d/3#2"))
    assert (row.prompt_tokens, row.completion_tokens, row.finish_reason) == (1, 2, "stop")


def test_more_samples_extend_a_run_without_redoing_it(tmp_path: Path) -> None:
    run = make_run(tmp_path / "grown")
    generate(run, Scripted(), samples=1)
    backend = Scripted()
    generate(run, backend, samples=4)
    assert sorted(request.id for request in backend.asked) == [f"d/{k}#{s}" for k in range(6) for s in (2, 3, 4)]
    at_once = make_run(tmp_path / "at once")
    generate(at_once, Scripted(), samples=4)
    assert run.path("generate").read_bytes() == at_once.path("generate").read_bytes()


def test_a_smaller_plan_keeps_what_is_there(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    generate(run, Scripted(), samples=2)
    assert generate(run, Scripted(), samples=1, selection=Selection(limit=1)) == StageOutcome(0, 0)
    assert len(run.table("generate")) == 12


@settings(max_examples=25)
@given(kills=st.lists(st.integers(0, 11), max_size=5))
def test_killed_and_resumed_gives_the_same_bytes_and_asks_nothing_twice(
    tmp_path_factory: pytest.TempPathFactory, kills: list[int]
) -> None:
    whole = make_run(tmp_path_factory.mktemp("whole"))
    generate(whole, Scripted(), samples=2)
    run = make_run(tmp_path_factory.mktemp("killed"))
    asked: list[str] = []
    for kill in kills:
        backend = Scripted(killed_after=kill)
        try:
            generate(run, backend, samples=2)
        except Killed:
            assert not run.finished("generate")
        asked += [request.id for request in backend.asked]
        run = Run(run.folder)
    backend = Scripted()
    generate(run, backend, samples=2)
    asked += [request.id for request in backend.asked]
    assert run.path("generate").read_bytes() == whole.path("generate").read_bytes()
    assert sorted(asked) == sorted(set(asked)) == sorted(whole.table("generate"))


def test_a_request_without_reply_is_a_failure_that_is_owed_again(tmp_path: Path) -> None:
    run = make_run(tmp_path)

    def how(request: Request) -> Reply | NoReply:
        return (
            refuses(request, own_fault=True) if request.id == "d/2#1" else Reply(request.id, "", "length", None, None)
        )

    assert generate(run, Scripted(how)) == StageOutcome(5, 1)
    assert [(failure.id, failure.kind) for failure in run.failures()] == [("d/2#1", "odd")]
    assert run.finished("generate")
    backend = Scripted()
    assert generate(run, backend, selection=Selection(limit=1)) == StageOutcome(1, 0)
    assert [request.id for request in backend.asked] == ["d/2#1"]
    assert run.failures() == []


def test_a_first_try_that_makes_nothing_is_an_error_of_two_lines(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    with pytest.raises(OverthinkError, match="it is odd") as error:
        generate(run, Scripted(lambda request: refuses(request, own_fault=True)))
    assert error.value.hint == "mend it"


def test_a_server_that_is_gone_stops_the_run_and_its_rows_are_kept(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    done: list[str] = []

    def how(request: Request) -> Reply | NoReply:
        done.append(request.id)
        if len(done) > 4:
            return refuses(request, own_fault=False)
        return Reply(request.id, "text", "stop", None, None)

    with pytest.raises(OverthinkError, match="it is odd"):
        generate(run, Scripted(how), samples=20)
    assert len(done) == 4 + GIVE_UP
    assert not run.finished("generate")
    generate(run, Scripted(), samples=20)
    assert len(run.table("generate")) == 120


def test_requests_at_fault_themselves_never_stop_a_run(tmp_path: Path) -> None:
    run = make_run(tmp_path)

    def how(request: Request) -> Reply | NoReply:
        good = request.id.endswith("/0#1")
        return Reply(request.id, "text", "stop", None, None) if good else refuses(request, own_fault=True)

    assert generate(run, Scripted(how), samples=10) == StageOutcome(1, 59)


def test_a_run_without_a_response_can_be_forgotten_and_one_with_responses_cannot(tmp_path: Path) -> None:
    run = make_run(tmp_path / "none")
    add_problems(run, PROBLEMS)
    run.forget()
    assert list(run.folder.iterdir()) == []
    run = make_run(tmp_path / "some")
    generate(run, Scripted())
    run.forget()
    assert len(Run(run.folder).table("generate")) == 6


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        (Selection(), ["d/0", "d/1", "d/2", "d/3", "d/4", "d/5"]),
        (Selection(limit=2), ["d/0", "d/1"]),
        (Selection(levels=frozenset({1})), ["d/1", "d/4"]),
        (Selection(levels=frozenset({1, 2}), limit=3), ["d/1", "d/2", "d/4"]),
        (Selection(ids=frozenset({"d/5", "d/1"})), ["d/1", "d/5"]),
    ],
)
def test_selection(selection: Selection, ids: list[str]) -> None:
    assert [problem.id for problem in selection.of([PROBLEMS])] == ids


def test_an_id_that_is_not_there_is_an_error() -> None:
    with pytest.raises(OverthinkError, match="no problem 'd/9'"):
        list(Selection(ids=frozenset({"d/9"})).of([PROBLEMS]))


def test_the_limit_is_for_each_dataset() -> None:
    assert len(list(Selection(limit=2).of([PROBLEMS[:3], PROBLEMS[3:]]))) == 4


def test_no_problem_left_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OverthinkError, match="no problem is left"):
        generate(make_run(tmp_path), Scripted(), selection=Selection(levels=frozenset({9})))


def test_a_problem_that_has_changed_is_refused(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    add_problems(run, PROBLEMS)
    with pytest.raises(OverthinkError, match="another content"):
        add_problems(run, [PROBLEMS[0].model_copy(update={"question": "another"})])
    assert len(run.table("problems")) == 6


def test_seeds_differ_by_seed_problem_and_sample_and_fit_in_31_bits() -> None:
    seeds = {sample_seed(seed, row_id) for seed in (0, 1) for row_id in ("a#1", "a#2", "b#1")}
    assert len(seeds) == 6
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_a_changed_config_is_refused_but_for_the_free_keys(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    run.redo("generate")
    run.start("generate", {"temperature": 0.6, "concurrency": 8})
    run.start("generate", {"temperature": 0.6, "concurrency": 64}, free=("concurrency",))
    assert Run(tmp_path).manifest.stages["generate"].config["concurrency"] == 64
    with pytest.raises(OverthinkError, match=r"--temperature 0\.6, now with --temperature 0\.9"):
        run.start("generate", {"temperature": 0.9, "concurrency": 64}, free=("concurrency",))
