"""A run in the schema of Every Eval Ever, version 0.3.0: a file for each dataset, and its responses beside it.

data/math500/Qwen/QwQ-32B/1f0c….json    data/math500/Qwen/QwQ-32B/1f0c…_samples.jsonl

The schema wants to know of each metric whether less is better, so metrics that have no direction stay out; so do
metrics without a value, and responses without a verdict. `left_out` counts them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from overthink import __version__
from overthink.exports.responses import Evaluator, Written, parts, portable, scored_responses, token_usage
from overthink.records import Report, ReportRow, RunReport
from overthink.render.cells import PERCENT_OF_INTERVALS
from overthink.run import Run
from overthink.run.scored import Joined
from overthink.run.table import write_bytes, write_text
from overthink.stats.bootstrap import CONFIDENCE

NEEDS_ORGANIZATION = True
TAKES_URI = False

SCHEMA_VERSION = "0.3.0"
UNKNOWN = "unknown"


def write(run: Run, report: Report, out: str, who: Evaluator) -> Written:
    """Write the files of one run."""
    part, folder = report.runs[0], Path(out)
    left_out: Counter[str] = Counter()
    paths = []
    for dataset in part.metrics:
        place = _place(part, dataset)
        path = folder / f"{place}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [row for row in report.rows if row.dataset == dataset]
        log = _log(part, dataset, rows, left_out)
        log["source_metadata"] |= {
            "source_organization_name": who.organization,
            "evaluator_relationship": who.relationship,
        }
        samples = "".join(
            json.dumps(_sample(row, log, accuracy_id(rows)), ensure_ascii=False) + "\n"
            for row in _judged(run, dataset, left_out)
        ).encode()
        write_bytes(folder / f"{place}_samples.jsonl", samples)
        log["detailed_evaluation_results"] = {
            "format": "jsonl",
            "file_path": f"{place}_samples.jsonl",
            "hash_algorithm": "sha256",
            "checksum": hashlib.sha256(samples).hexdigest(),
            "total_rows": samples.count(b"\n"),
        }
        write_text(path, json.dumps(log, ensure_ascii=False, indent=2) + "\n")
        paths.append(str(path))
    return paths, left_out


def _place(part: RunReport, dataset: str) -> str:
    """Where the files of one dataset go: the same for the same run, with no ending."""
    developer, _, model = part.model.rpartition("/")
    key = hashlib.sha256("\n".join((part.run, part.model, part.created, dataset)).encode()).digest()
    name = UUID(bytes=key[:16], version=4)
    return f"data/{portable(dataset)}/{portable(developer or UNKNOWN)}/{portable(model)}/{name}"


def _log(part: RunReport, dataset: str, rows: list[ReportRow], left_out: Counter[str]) -> dict[str, Any]:
    created = str(int(datetime.fromisoformat(part.created).timestamp()))
    method = {key: json.dumps(value) for key, value in part.method.model_dump(mode="json").items()}
    method |= {f"caveat_{one.code}": one.what for one in part.caveats}
    developer = part.model.rpartition("/")[0] or UNKNOWN
    return {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": f"{dataset}/{part.model}/{created}",
        "evaluation_timestamp": part.created,
        "retrieved_timestamp": created,
        "source_metadata": {"source_name": "overthink", "source_type": "evaluation_run"},
        "eval_library": {"name": "overthink", "version": __version__, "additional_details": method},
        "model_info": {
            "name": part.model,
            "id": part.model,
            "developer": developer,
            "additional_details": {"deployment_type": UNKNOWN, "model_availability": UNKNOWN},
        },
        "evaluation_results": [_result(part, row) for row in rows if _expressible(row, left_out)],
    }


def _expressible(row: ReportRow, left_out: Counter[str]) -> bool:
    left_out["metrics without a value"] += row.value is None
    left_out["metrics without a direction"] += row.value is not None and row.higher_is_better is None
    return row.value is not None and row.higher_is_better is not None


def _result(part: RunReport, row: ReportRow) -> dict[str, Any]:
    name, _, end = row.metric.replace("/", "@").partition("@")
    parameters = {"part": end, "level": row.level, "subject": row.subject}
    return {
        "evaluation_result_id": _result_id(row),
        "evaluation_name": _evaluation_name(row),
        "source_data": {
            "dataset_name": row.dataset,
            "source_type": "other",
            "additional_details": {"revision": part.method.dataset_revisions.get(row.dataset) or UNKNOWN},
        },
        "metric_config": {
            "metric_id": row.metric if row.metric == "accuracy" else f"overthink.{row.metric}",
            "metric_name": row.metric,
            "metric_kind": name,
            "metric_unit": "proportion" if row.unit == "share" else row.unit,
            "metric_parameters": {key: value for key, value in parameters.items() if value not in ("", None)},
            "lower_is_better": not row.higher_is_better,
            "score_type": "continuous",
            "min_score": 0.0,
            "max_score": 1.0 if row.unit == "share" else "Infinity",
        },
        "score_details": {
            "score": row.value,
            "details": {"n": str(row.n), "n_excluded": str(row.n_excluded)},
            "uncertainty": _uncertainty(part, row),
        },
    }


def _uncertainty(part: RunReport, row: ReportRow) -> dict[str, Any]:
    counted: dict[str, Any] = {"num_samples": row.n}
    if row.ci_low is None or row.ci_high is None:
        return counted
    method = f"{PERCENT_OF_INTERVALS} percentile bootstrap over problems, seed {part.method.seed}"
    interval = {"lower": row.ci_low, "upper": row.ci_high, "confidence_level": CONFIDENCE, "method": method}
    return {**counted, "confidence_interval": interval, "num_bootstrap_samples": part.method.resamples}


def _evaluation_name(row: ReportRow) -> str:
    group = f" level {row.level}" if row.level is not None else f" {row.subject}" if row.subject else ""
    return row.dataset + group


def _result_id(row: ReportRow) -> str:
    return f"{_evaluation_name(row)}/{row.metric}"


def accuracy_id(rows: list[ReportRow]) -> str:
    """The result that the responses belong to: the accuracy of the whole dataset."""
    return next(
        _result_id(row) for row in rows if row.metric == "accuracy" and row.level is None and row.subject is None
    )


def _judged(run: Run, dataset: str, left_out: Counter[str]) -> Iterator[Joined]:
    for row in scored_responses(run, dataset):
        left_out["responses without a verdict"] += row.score.correct is None
        if row.score.correct is not None:
            yield row


def _sample(row: Joined, log: dict[str, Any], result_id: str) -> dict[str, Any]:
    """One response as a row of the accuracy of its dataset."""
    problem, response, score, final = row.problem, row.response, row.score, row.verdicts.final
    thinking, _ = parts(row)
    gold = problem.answer or ""
    found = {
        "turn_idx": 0,
        "source": "output.raw",
        "extracted_value": final.answer,
        "extraction_method": f"overthink {__version__}",
        "is_terminal": True,
    }
    measured = {
        "level": problem.level, "subject": problem.subject, "sample": response.sample, "way": final.way,
        "finish_reason": response.finish_reason,
        "thinking_tokens": score.server_tokens if score.hidden else score.tokens,
        "solutions": None if score.hidden else len(score.kinds),
        "outcome_efficiency": score.outcome_efficiency, "process_efficiency": score.process_efficiency,
        "tokens_after_answer": score.tokens_after_answer,
    }  # fmt: skip
    return {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": log["evaluation_id"],
        "model_id": log["model_info"]["id"],
        "evaluation_name": problem.dataset,
        "evaluation_result_id": result_id,
        "sample_id": problem.id,
        "sample_hash": hashlib.sha256((problem.question + gold).encode()).hexdigest(),
        "interaction_type": "single_turn",
        "input": {"raw": problem.question, "reference": [gold] if gold else []},
        "output": {"raw": [response.response], "reasoning_trace": None if thinking is None else [thinking]},
        "messages": None,
        "answer_attribution": [found] if final.answer is not None else [],
        "evaluation": {"score": float(bool(score.correct)), "is_correct": bool(score.correct)},
        "token_usage": token_usage(row),
        "metadata": {key: str(value) for key, value in measured.items() if value is not None},
    }
