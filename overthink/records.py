"""The rows that cross rooms: those that a run folder holds, in the order of the pipeline, then the Report.

Offsets are characters of the response, `[start, end)`. Indices of solutions and strategies count from 1.
Text is never copied from one row into a later one: a row points at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sized
from itertools import accumulate, chain
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from overthink.config import Scope

Span = tuple[int, int]
Verdict = Literal["correct", "wrong", "undetermined"]
Way = Literal[
    "exact",  # equal or different after normalisation
    "numeric",  # both are rational or decimal numbers
    "symbolic",  # decided by SymPy through math-verify
    "judge",  # decided by a model
    "missing",  # there is no answer: wrong
    "truncated",  # there is no answer, and the response was cut off: wrong
    "no_gold",  # the problem has no gold answer: undetermined
    "gold_unparsable",  # undetermined
    "unparsable",  # the candidate could not be read: undetermined
    "unproved",  # nothing tells them apart, and their equality could not be proved: undetermined
    "timeout",  # the comparison used up its CPU time: undetermined
    "memory",  # the comparison used up its memory: undetermined
    "crash",  # the comparison killed its worker process: undetermined
]
Kind = Literal["first_correct", "wrong", "undetermined", "recheck", "new_strategy"]
Severity = Literal["void", "doubt", "note"]
FinishReason = Literal[
    "stop",  # the model ended it
    "length",  # cut off at a limit of tokens
    "repetition",  # cut off because it repeated itself
    "content_filter",  # cut off, or refused, by a filter or by the model
    "tool_calls",  # the model called a tool
    "unknown",
]
CUT_OFF: frozenset[FinishReason] = frozenset({"length", "repetition", "content_filter"})
"""The ends of a response that the model did not choose."""


class Row(BaseModel):
    """The base of everything that is written: frozen, no unknown keys, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def is_none(value: object) -> bool:
    """For fields that are left out of a written row if they are null."""
    return value is None


def is_false(value: bool) -> bool:
    """For flags that are left out of a written row unless they are set."""
    return not value


def is_empty(value: Sized) -> bool:
    """For fields that are left out of a written row if they hold nothing."""
    return not value


def json_schema(written: type[Row]) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of rows as they are written; schemas/ holds those of the public contract."""
    schema = written.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


class Constraint(Row):
    """One thing that an instruction asks for, and how an answer is told to do it.

    `kinds` name what it is about: an instruction id of IFEval, dimensions of ComplexBench. Of IFEval: `arguments` of
    its checker. Of ComplexBench: the `question` for a judge, the `rule` that decides instead of one, the `compositions`
    that it verifies, and in `needs` the numbers, from 0, of the constraints of the problem that must be met before it.
    """

    kinds: list[str]
    arguments: dict[str, Any] = {}
    question: str | None = None
    rule: str | None = None
    compositions: list[str] = []
    needs: list[int] = []


class Problem(Row):
    """A question with a gold answer, or with constraints. `level` is the MATH level or the ASDiv grade."""

    id: str
    dataset: str
    question: str
    answer: str | None
    level: int | None = None
    subject: str | None = None
    constraints: list[Constraint] | None = Field(None, exclude_if=is_none)


class Response(Row):
    """The k-th sample of a model for one problem; `id` is `<problem id>#<sample>`.

    Token counts are the engine's own, null if none reported them; `completion_tokens` hold the `reasoning_tokens`.
    `hidden`: the server thought and showed nothing of it, so `response` is what it wrote after its thinking.
    """

    id: str
    problem_id: str
    sample: int = Field(ge=1)
    model: str
    response: str
    finish_reason: FinishReason = "unknown"
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    seed: int | None = None
    reasoning_tokens: int | None = Field(None, exclude_if=is_none)
    hidden: bool = Field(False, exclude_if=is_false)


class Solution(Row):
    """A stretch of thinking that ends (at `end`) with an explicit answer to the problem.

    It starts at the end of the solution before it. `answer` is the verbatim text of `answer_span`.
    `confidence` is the segmenter's probability of a boundary at `end`, null if it gives none.
    """

    end: int
    answer: str
    answer_span: Span
    confidence: float | None = None


class Loop(Row):
    """A stretch in which the thinking says the same words again and again, numbers included; it is in no solution.

    `start`: its onset, where the second copy begins. `end`: of the last copy, which may be a broken one. `period`:
    characters from one copy to the next. `copies`: the whole ones, the first with them, at least four.
    """

    start: int
    end: int
    period: int
    copies: int


class Segments(Row):
    """The solutions of one response. `language` is set if the cues were not made for it.

    `blocks`: the stretches of the thinking, if there are several; what is between them (a call of a tool, words to the
    user) is none of it. `truncated`: whether the response was cut off, in its thinking or after it. `loops`: rising,
    apart; they are in no solution and no tail. `tail`: whether anything else follows the last solution.

    `paragraphs`, `asked_paragraphs`: of how many paragraphs a model was asked about how many, if rules decided the
    others; null if there was no such choice.
    """

    id: str
    source: str
    thinking: Span
    blocks: list[Span] | None = Field(None, exclude_if=is_none)
    loops: list[Loop] = Field([], exclude_if=is_empty)
    solutions: list[Solution]
    tail: bool
    truncated: bool
    segmenter: str
    language: str | None = None
    paragraphs: int | None = Field(default=None, exclude_if=is_none)
    asked_paragraphs: int | None = Field(default=None, exclude_if=is_none)

    @property
    def stretches(self) -> list[Span]:
        """The stretches of the thinking: one, if it has no blocks."""
        return self.blocks or [self.thinking]


class Clusters(Row):
    """The strategy of each solution, numbered from 1 by first appearance; `names[k-1]` names strategy k."""

    id: str
    source: str
    strategies: list[int]
    names: list[str]
    reasons: list[str] = []
    clusterer: str


class SolutionVerdict(Row):
    """Is the answer of one solution equal to the gold answer, and how was that found?"""

    verdict: Verdict
    way: Way


class FinalVerdict(Row):
    """The verdict of the response's final answer; `answer` is null if none was found.

    `announced`: whether a box, a tag or words say that this is the answer, or nothing else is said; if not, it is the
    likeliest value of the text. Null without an answer, and in rows of older versions.
    """

    answer: str | None
    answer_span: Span | None
    announced: bool | None = None
    verdict: Verdict
    way: Way


class Verdicts(Row):
    """Is each solution, and the final answer, equal to the gold answer?"""

    id: str
    source: str
    final: FinalVerdict
    solutions: list[SolutionVerdict]


class Score(Row):
    """Every metric of one response. Null: the metric is not defined for it (docs/metrics.md, edges).

    `tokens` are those in scope; `sum(solution_tokens) + loop_tokens + tail_tokens == tokens` on every row.
    `first_correct` is the index of the first solution known to be correct; if an undetermined one
    comes before it, the metrics that rest on it are null.
    `tokens_to_answer` counts from the start through the end of that solution, loops included.
    `loops_before`: the tokens of loops before the end of each solution, nothing if there are none.
    `hidden`: the server hid the thinking, so that no token, solution or tail of it is in this row; `server_tokens` are
    those of it by the server's own count, null if it told none.
    """

    id: str
    source: str
    tokens: int
    response_tokens: int
    solution_tokens: list[int]
    loop_tokens: int = 0
    loops_before: list[int] = Field([], exclude_if=is_empty)
    tail_tokens: int
    kinds: list[Kind]
    correct: bool | None
    first_correct: int | None
    tokens_to_answer: int | None
    outcome_efficiency: float | None
    outcome_efficiency_first_solution: float | None
    process_efficiency: float | None
    tokens_after_answer: int | None
    underthinking: float | None
    auc_oaa: float | None
    hidden: bool = Field(False, exclude_if=is_false)
    server_tokens: int | None = Field(None, exclude_if=is_none)

    @property
    def solution_ends(self) -> list[int]:
        """The tokens from the start through the end of each solution, loops included."""
        ends = list(accumulate(self.solution_tokens))
        return [end + before for end, before in zip(ends, self.loops_before or [0] * len(ends), strict=True)]


class Followed(Row):
    """Which constraints of its problem the answer of one response meets, in their order; null if nobody decided it.

    `answer` and `thinking` are spans of the response. `answer` is null if the response ends inside its thinking:
    then no constraint is met. `loose` is met, too, by the answer without its first or last line or its asterisks
    (IFEval); a ComplexBench answer has one verdict, which is in both. `tokens` are those of the whole response.
    """

    id: str
    source: str
    answer: Span | None
    thinking: Span | None
    thinking_tokens: int
    tokens: int
    strict: list[bool | None]
    loose: list[bool | None]


class Marked(Row):
    """Which characters of a question state its constraints (`spans`, rising, apart); `finder` tells who says so."""

    id: str
    source: str
    spans: list[Span]
    finder: str


class Attended(Row):
    """How much attention the constraints get while one response is generated (docs/metrics.md).

    `thinking` and `answer` are ranges of generated tokens, from 0. Per generated token: `trace`, the attention of the
    step that produces it on one constraint token, a mean over heads, constraint tokens and layers; `trace_ratio`, the
    same over 1/(context length at that step). Per layer: `beta`, the mean over the answer's tokens, and `beta_ratio`;
    null if there is no answer.
    """

    id: str
    source: str
    prompt_tokens: int
    constraint_tokens: int
    thinking: Span | None
    answer: Span | None
    trace: list[float]
    trace_ratio: list[float]
    beta: list[float] | None
    beta_ratio: list[float] | None


class Failure(Row):
    """A row that could not be made. It is owed again, and never scored as wrong."""

    stage: str
    id: str
    kind: str
    message: str


class Caveat(Row):
    """What the numbers of a run must not be read without: `count` of `of` things have it.

    `severity` is `void` if what is measured of these things is not their thinking, so that all of their metrics but
    accuracy are another thing; `doubt` if their numbers may be off; else `note`. `what` is a sentence with the counts
    filled in, `hint` says what to do. `names`: what it was found in, at most a few (keys, marks, languages, datasets).
    """

    code: str
    severity: Severity
    count: int
    of: int
    what: str
    hint: str
    names: list[str] = Field([], exclude_if=is_empty)


def void_codes(*found: Iterable[Caveat]) -> list[str]:
    """The codes of those that void numbers, each once."""
    return list(dict.fromkeys(one.code for one in chain.from_iterable(found) if one.severity == "void"))


class JudgeUse(Row):
    """What a judge was asked for one stage of a run, by all commands together, replies that were not of use included.

    Tokens are the engine's own counts; `uncounted` calls came without any. `cached_tokens` and `cost` are null where
    the engine reports none, and where no prices were given; `cost` takes cached tokens at the full price.
    `paragraphs` and `asked_paragraphs`: of how many a hybrid judge asked about how many.
    """

    judge: str
    calls: int
    prompt_tokens: int
    cached_tokens: int | None
    completion_tokens: int
    uncounted: int
    retries: int
    cost: float | None
    paragraphs: int | None = None
    asked_paragraphs: int | None = None


NO_INTERVAL = "no interval: fewer than two problems enter its denominator"
"""The reason of a value without an interval."""


class Metric(Row):
    """One number with its error bar: `n` went in, `n_excluded` were left out.

    Where the value, or its interval alone, is null, `reason` says why.
    """

    value: float | None
    ci_low: float | None
    ci_high: float | None
    n: int
    n_excluded: int
    unit: str
    higher_is_better: bool | None
    reason: str | None = None

    @model_validator(mode="after")
    def _is_null_for_a_reason(self) -> Self:
        if (self.ci_low is None) != (self.ci_high is None):
            raise ValueError("an interval has two ends or none")
        if self.value is None and self.ci_low is not None:
            raise ValueError("an interval without a value")
        if (self.ci_low is None) != (self.reason is not None):
            raise ValueError("there is a reason if, and only if, the value or its interval is null")
        return self


class Change(Metric):
    """A metric of the new run less that of the base, over the same problems, each with one vote.

    `base` and `new` are the metric in each run over these problems. `n`: problems that entered; `n_excluded`: shared
    ones that did not, because the metric is not defined for one of the two. `p_value`: two-sided sign-flip permutation.
    """

    base: float | None
    new: float | None
    p_value: float | None


class Counts(Row):
    """What one run holds, and what of it could not be measured.

    All are responses, except `problems`, `undetermined_solutions` (solutions) and `failed` (rows, by stage: they are
    owed, and in no other number). A missing answer is wrong; `missing_truncated` of these responses were cut off.
    `truncated_answered` were cut off, too, but after an answer had been stated: that one is their final answer.
    """

    responses: int
    problems: int
    truncated: int
    truncated_answered: int
    missing_answers: int
    missing_truncated: int
    undetermined_answers: dict[Way, int]
    undetermined_solutions: dict[Way, int]
    empty_thinking: int
    no_solution: int
    no_gold: int
    tails: int
    other_language: dict[str, int]
    failed: dict[str, int]


class Method(Row):
    """How the numbers came about. Two reports with unlike methods must not be subtracted.

    `tokenizer_is_own`: whether the tokenizer is the model's own. `counted_by_server`: of so many responses,
    whose thinking the server hid, tokens are its own count. `prompts`: prompt name to digest. `dataset_revisions`:
    dataset to the revision it was loaded at, null for a file. `resamples` and `seed` are those of the bootstrap.
    """

    metric_version: str
    scope: Scope
    segmenter: str
    clusterer: str
    verifier: str
    prompts: dict[str, str]
    tokenizer: str
    tokenizer_is_own: bool
    counted_by_server: int = Field(0, exclude_if=is_false)
    dataset_revisions: dict[str, str | None]
    t_max: int
    resamples: int
    seed: int


class DatasetMetrics(Row):
    """The metrics, by name, of all responses to one dataset, of those of each level, and of those of each subject."""

    overall: dict[str, Metric]
    levels: dict[int, dict[str, Metric]]
    subjects: dict[str, dict[str, Metric]]


class JudgeAgreement(Row):
    """How far who judged a run agrees with a reference: labels or another run (`overthink agree --save`).

    `outcome_difference` and `process_difference` are means of |Δ| over responses: no mean over responses that the
    judge gives is further from the reference's. Measured in characters, on the responses that both have.
    """

    reference: str
    segmenter: str
    clusterer: str
    f1: Metric
    outcome_difference: Metric
    process_difference: Metric
    strategy_ari: Metric

    @field_validator("f1", "outcome_difference", "process_difference", "strategy_ari", mode="before")
    @classmethod
    def _with_a_reason(cls, stored: Any) -> Any:
        """A run saved by version 0.1.0 does not say why an interval is null; it knew one cause only."""
        if isinstance(stored, dict) and stored.get("ci_low") is None and stored.get("reason") is None:
            return {**stored, "reason": NO_INTERVAL}
        return stored


class RunReport(Row):
    """Everything about one run. `created` is when the run was made, ISO 8601; `metrics` are keyed by dataset.

    `judges`: what a model was asked, by stage. `agreement`: how far the judge of this run can be trusted, where known.
    `caveats`: what these numbers must not be read without, the worst first.
    """

    run: str
    model: str
    created: str
    method: Method
    counts: Counts
    caveats: list[Caveat] = Field([], exclude_if=is_empty)
    judges: dict[str, JudgeUse] = Field({}, exclude_if=is_empty)
    agreement: JudgeAgreement | None = Field(None, exclude_if=is_none)
    metrics: dict[str, DatasetMetrics]


class ReportRow(Row):
    """One metric of one run, flat, for dashboards. Level and subject are null for all responses of the dataset.

    `void`: the codes of the caveats by which this number is of something else than the thinking.
    """

    run: str
    model: str
    dataset: str
    level: int | None
    subject: str | None
    metric: str
    value: float | None
    ci_low: float | None
    ci_high: float | None
    n: int
    n_excluded: int
    unit: str
    higher_is_better: bool | None
    time: str
    void: list[str] = Field([], exclude_if=is_empty)


class Report(Row):
    """report.json: the metrics of one or more runs, nested for people and flat for programs."""

    schema_version: Literal[1]
    runs: list[RunReport]
    rows: list[ReportRow]
