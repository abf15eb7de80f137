"""Every row that a run folder holds, in the order of the pipeline, then the Report.

Offsets are characters of the response, `[start, end)`. Indices of solutions and strategies count from 1.
Text is never copied from one row into a later one: a row points at it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Span = tuple[int, int]
Verdict = Literal["correct", "wrong", "undetermined"]
Way = Literal[
    "exact",  # equal or different after normalisation
    "numeric",  # both are rational or decimal numbers
    "symbolic",  # decided by SymPy through math-verify
    "judge",  # decided by a model
    "missing",  # no answer stands there: wrong
    "truncated",  # no answer stands there, and the response was cut off: wrong
    "no_gold",  # the problem has no gold answer: undetermined
    "gold_unparsable",  # undetermined
    "unparsable",  # the candidate could not be read: undetermined
    "timeout",  # the comparison used up its CPU time: undetermined
    "memory",  # the comparison used up its memory: undetermined
    "crash",  # the comparison killed its worker process: undetermined
]
Kind = Literal["first_correct", "wrong", "undetermined", "recheck", "new_strategy"]
FinishReason = Literal["stop", "length", "unknown"]


class Row(BaseModel):
    """The base of everything that is written: frozen, no unknown keys, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Problem(Row):
    """A question with a gold answer. `level` is the MATH level or the ASDiv grade."""

    id: str
    dataset: str
    question: str
    answer: str | None
    level: int | None = None
    subject: str | None = None


class Response(Row):
    """The k-th sample of a model for one problem; `id` is `<problem id>#<sample>`.

    Token counts are the engine's own, null where none reported them.
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


class Solution(Row):
    """A stretch of thinking that ends (at `end`) where an explicit answer to the problem stands.

    It starts where the solution before it ended. `answer` is the verbatim text of `answer_span`.
    `confidence` is the segmenter's probability that a boundary stands here, null where it gives none.
    """

    end: int
    answer: str
    answer_span: Span
    confidence: float | None = None


class Segments(Row):
    """Where the solutions of one response end. `language` is set where the cues were not made for it."""

    id: str
    source: str
    thinking: Span
    solutions: list[Solution]
    tail: bool
    truncated: bool
    segmenter: str
    language: str | None = None


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
    """The verdict of the response's final answer; `answer` is null where none was found."""

    answer: str | None
    answer_span: Span | None
    verdict: Verdict
    way: Way


class Verdicts(Row):
    """Is each solution, and the final answer, equal to the gold answer?"""

    id: str
    source: str
    final: FinalVerdict
    solutions: list[SolutionVerdict]


class Score(Row):
    """Every metric of one response. Null: the metric is not defined for it (METRICS.md, edges).

    `tokens` are those in scope; `sum(solution_tokens) + tail_tokens == tokens` on every row.
    `first_correct` is the index of the first solution known to be correct; where an undetermined one
    stands before it, the metrics that rest on it are null.
    `tokens_to_answer` counts from the start through the end of that solution.
    """

    id: str
    source: str
    tokens: int
    response_tokens: int
    solution_tokens: list[int]
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


class Failure(Row):
    """A row that could not be made. It is owed again, and never scored as wrong."""

    stage: str
    id: str
    kind: str
    message: str


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


Scope = Literal["thinking", "response"]
"""Which tokens count to T: the thinking (tags apart), or the text after the tag as well."""


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

    `tokenizer_is_own`: whether the tokenizer is the model's own. `prompts`: prompt name to digest. `dataset_revisions`:
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
    dataset_revisions: dict[str, str | None]
    t_max: int
    resamples: int
    seed: int


class DatasetMetrics(Row):
    """The metrics, by name, of all responses to one dataset, of those of each level, and of those of each subject."""

    overall: dict[str, Metric]
    levels: dict[int, dict[str, Metric]]
    subjects: dict[str, dict[str, Metric]]


class RunReport(Row):
    """Everything about one run. `created` is when the run was made, ISO 8601; `metrics` are keyed by dataset."""

    run: str
    model: str
    created: str
    method: Method
    counts: Counts
    metrics: dict[str, DatasetMetrics]


class ReportRow(Row):
    """One metric of one run, flat, for dashboards. Level and subject are null for all responses of the dataset."""

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


class Report(Row):
    """report.json: the metrics of one or more runs, nested for people and flat for programs."""

    schema_version: Literal[1]
    runs: list[RunReport]
    rows: list[ReportRow]
