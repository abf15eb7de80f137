"""A run as logs of Inspect AI, one for each dataset, with every response, its thinking apart, and its scores.

`inspect view` shows them; `inspect_ai.log.read_eval_log` reads them.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from overthink import __version__
from overthink.errors import OverthinkError
from overthink.exports.responses import Evaluator, Written, parts, portable, scored_responses, token_usage
from overthink.records import DatasetMetrics, Metric, Report, RunReport
from overthink.run import Run
from overthink.run.scored import Joined

NEEDS_ORGANIZATION = False
TAKES_URI = False

SCORER = "overthink"
STOP_REASONS = {
    "stop": "stop",
    "length": "max_tokens",
    "repetition": "unknown",  # Inspect has no word for it
    "content_filter": "content_filter",
    "tool_calls": "tool_calls",
    "unknown": "unknown",
}
VALUES = {"correct": "C", "wrong": "I"}


def write(run: Run, report: Report, out: str, who: Evaluator) -> Written:
    """Write one `.eval` log for each dataset of the run into the folder. OverthinkError if Inspect is missing."""
    try:
        from inspect_ai.log import write_eval_log
    except ImportError:
        raise OverthinkError(
            "Inspect AI is not installed", "Install it with `pip install 'overthink[inspect]'`."
        ) from None
    part, folder = report.runs[0], Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for dataset, metrics in part.metrics.items():
        path = folder / f"{portable(part.run)}_{portable(dataset)}.eval"
        write_eval_log(_log(run, part, dataset, metrics), path, format="eval")
        paths.append(str(path))
    return paths, Counter()


def _log(run: Run, part: RunReport, dataset: str, metrics: DatasetMetrics) -> Any:
    from inspect_ai.log import EvalConfig, EvalDataset, EvalLog, EvalResults, EvalSpec

    samples = [_sample(row) for row in scored_responses(run, dataset)]
    ids = list(dict.fromkeys(sample.id for sample in samples))
    spec = EvalSpec(
        created=part.created,
        task=dataset,
        dataset=EvalDataset(name=dataset, samples=len(ids), sample_ids=ids),
        model=part.model,
        config=EvalConfig(epochs=max((sample.epoch for sample in samples), default=None)),
        packages={"overthink": __version__},
        metadata={**part.method.model_dump(mode="json"), **part.model_dump(mode="json", include={"caveats"})},
    )
    groups = {
        "all": metrics.overall,
        **{f"level {level}": group for level, group in metrics.levels.items()},
        **{f"subject {subject}": group for subject, group in metrics.subjects.items()},
    }
    results = EvalResults(
        total_samples=len(samples),
        completed_samples=len(samples),
        scores=[_group(name, group) for name, group in groups.items()],
    )
    return EvalLog(status="success", eval=spec, results=results, samples=samples)


def _group(name: str, metrics: dict[str, Metric]) -> Any:
    """The metrics of one group; those that are null have no number there."""
    from inspect_ai.log import EvalMetric, EvalScore

    found = {
        metric: EvalMetric(name=metric, value=one.value, metadata=one.model_dump(mode="json", exclude={"value"}))
        for metric, one in metrics.items()
        if one.value is not None
    }
    accuracy = metrics["accuracy"]
    return EvalScore(
        name=name,
        scorer=SCORER,
        scored_samples=accuracy.n,
        unscored_samples=accuracy.n_excluded,
        metrics=found,
        metadata={"undefined": [metric for metric, one in metrics.items() if one.value is None]},
    )


def _sample(row: Joined) -> Any:
    from inspect_ai.log import EvalSample
    from inspect_ai.model import (
        ChatCompletionChoice,
        ChatMessageAssistant,
        ChatMessageUser,
        ContentReasoning,
        ContentText,
        ModelOutput,
        ModelUsage,
    )
    from inspect_ai.scorer import Score

    problem, response, final = row.problem, row.response, row.verdicts.final
    thinking, answer = parts(row)
    usage = token_usage(row)
    thought = [ContentReasoning(reasoning=thinking)] if thinking is not None else []
    said = ChatMessageAssistant(content=[*thought, ContentText(text=answer)], model=response.model)
    choice = ChatCompletionChoice(message=said, stop_reason=STOP_REASONS[response.finish_reason])
    measured = row.score.model_dump(exclude={"id", "source", "correct", "kinds", "solution_tokens", "loops_before"})
    scores = {SCORER: Score(value=measured, metadata={"kinds": list(row.score.kinds)})}
    if final.verdict in VALUES:  # what is undetermined has no score
        scores["correct"] = Score(value=VALUES[final.verdict], answer=final.answer, explanation=final.way)
    return EvalSample(
        id=problem.id,
        epoch=response.sample,
        input=problem.question,
        target=problem.answer or "",
        messages=[ChatMessageUser(content=problem.question), said],
        output=ModelOutput(model=response.model, choices=[choice], usage=usage and ModelUsage(**usage)),
        scores=scores,
        metadata={"level": problem.level, "subject": problem.subject, "verdict": final.verdict},
    )
