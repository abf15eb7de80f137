"""Predictions and reviews of EvalScope: its folder, or predictions/MODEL/….jsonl with reviews/MODEL/….jsonl beside.

{"index": 3, "model": "m", "model_output": {"choices": [{"message": {…}, "stop_reason": "stop"}], "usage": {…}},
 "messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": […]}], "metadata": {…}}
{"index": 3, "target": "540", "messages": […], "sample_score": {"sample_id": 3, "group_id": 1, …}}

Predictions hold no gold answer: it comes from the review with the same index, which also tells by its group_id which
samples are of one problem. The first reviews of version 1 hold no messages, but `input`, a text, and the text of the
reply in `sample_score.score.prediction`. Before version 1 a row was a reply of OpenAI's API with what was asked, and
its review:

{"index": 3, "answer_id": "…", "raw_input": {"question": "…", "answer": "…"}, "model": "m",
 "choices": [{"message": {"content": "…"}, "review": {"gold": "540", "pred": "540", "result": 1}}], "usage": {…}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from overthink.imports.log import Log, benchmark_in, doc_fields, fields, found_in, head, objects, other
from overthink.problems.files import FileRow, read_rows
from overthink.text.thinking import Tags, find_thinking

_LEVEL = re.compile(r"_Level (\d)")
_USER = re.compile(r"(?:\A|\n\n)\*\*User\*\*:\s*")
_IDS = ("question_id", "unique_id", "problem_id")


def recognises(head: Any, _path: Path) -> bool:
    """Has the row an index, and a model's output or a review's score?"""
    return isinstance(head, dict) and "index" in head and (_is_prediction(head) or _is_review(head) or _is_old(head))


class Reader(Log):
    """Files of predictions and of reviews. Reviews are read for themselves if their predictions are not there."""

    names_tasks = True

    def __init__(self, paths: Sequence[Path], tags: Tags | None = None) -> None:
        found = found_in(paths, "*.jsonl", what="predictions of EvalScope", known=recognises)
        reviews = [path for path in found if _is_review(fields(head(path)))]
        predictions = [path for path in found if path not in reviews]
        self._reviews = {path: _review_of(path, predictions, reviews) for path in predictions}
        super().__init__([*predictions, *(path for path in reviews if path.resolve() not in self._reviews.values())])
        self._without_gold: dict[str, None] = {}
        self._tags = tags

    def read(self, path: Path) -> Iterator[FileRow]:
        """One row a sample."""
        reviews = self._reviewed(path)
        for where, raw in read_rows(path):
            if not recognises(raw, path):
                raise other(where, raw, "a prediction or review of EvalScope", "Give files of its predictions folder.")
            review = _verdict(raw) if _is_review(raw) else reviews.get(str(raw["index"]), {})
            row = _old_row(raw, review, path) if _is_old(raw) else _row(raw, review, path)
            if isinstance(row["response"], str) and not find_thinking(row["response"], self._tags).marked:
                self.tally.note("reasoning_not_in_log", "such reviews keep the text alone")
            if not review and row.get("answer") is None:
                self._without_gold[path.name] = None
            yield where, row

    def notes(self) -> list[str]:
        """Which predictions have no gold answers."""
        return [
            f"{name}: predictions without a review of theirs in reviews/…/{name} have no gold answer"
            for name in self._without_gold
        ]

    def _reviewed(self, path: Path) -> Mapping[str, Mapping[str, Any]]:
        """What the reviews of a file of predictions say, by index: those named with it, or in the folder beside."""
        beside = self._reviews.get(path)
        if beside is None:
            return {}
        return {str(raw.get("index")): _verdict(raw) for _, raw in read_rows(beside)}


def _is_prediction(raw: Mapping[str, Any]) -> bool:
    return isinstance(raw.get("model_output"), dict) or ("model_output" in raw and "messages" in raw)


def _is_review(raw: Mapping[str, Any]) -> bool:
    if _is_old(raw):
        return any("review" in choice for choice in objects(raw["choices"]))
    return isinstance(raw.get("sample_score"), dict) and "target" in raw


def _is_old(raw: Mapping[str, Any]) -> bool:
    return "choices" in raw and "raw_input" in raw and ("answer_id" in raw or "review_id" in raw)


def _verdict(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What of a review is kept: the gold answer, and which sample of which problem it is."""
    golds = [fields(choice.get("review")).get("gold") for choice in objects(raw.get("choices"))]
    gold = next((gold for gold in golds if gold != "*Same as Input*"), None)
    return {"target": raw.get("target", gold), "sample_score": raw.get("sample_score")}


def _review_of(path: Path, predictions: Sequence[Path], reviews: Sequence[Path]) -> Path | None:
    """OUT/reviews/MODEL/FILE of OUT/predictions/MODEL/FILE; else the only one of these that can be meant."""
    *_, folder, model, name = ("", "", *path.resolve().parts)
    twin = path.resolve().parents[2] / "reviews" / model / name if folder == "predictions" else None
    if twin is not None and twin.is_file():
        return twin
    same = [review for review in reviews if review.name == name] or reviews
    rivals = [other for other in predictions if other.name == name] if same is not reviews else predictions
    return same[0].resolve() if len(same) == len(rivals) == 1 else None


def _row(raw: Mapping[str, Any], review: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """A sample in the keys of `imports.rows`."""
    turns = objects(raw.get("messages"))
    score = fields(review.get("sample_score"))
    about = fields(raw.get("metadata")) or fields(score.get("sample_metadata"))
    level = _LEVEL.search(path.stem)
    own = next((about[key] for key in _IDS if about.get(key)), None)
    group = score.get("group_id", raw["index"] if review else None)
    return {
        **doc_fields(about, "level", "subject"),
        **({"level": level[1]} if level else {}),
        "question": _asked(turns) or _input(raw),
        "answer": review.get("target"),
        "id": own or (None if group is None else f"{path.stem}/{group}"),
        "dataset": benchmark_in(path.stem.removesuffix("_default")),
        "model": raw.get("model") or _model(turns) or _folder(path),
        **_reply(raw, turns, fields(score.get("score")).get("prediction")),
    }


def _old_row(raw: Mapping[str, Any], review: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """A sample of before version 1 in the keys of `imports.rows`."""
    asked, about = fields(raw.get("origin_prompt")).get("data"), fields(raw["raw_input"])
    gold = {} if review.get("target") is None else {"answer": review["target"]}
    return {
        "question": asked[0] if isinstance(asked, list) and asked else None,
        **doc_fields(about, "question", "level", "subject", "id", *([] if gold else ["answer"])),
        **gold,
        "dataset": benchmark_in(path.stem.removesuffix("_default")),
        "model": raw.get("model"),
        "response": {"choices": raw["choices"]},
        "usage": raw.get("usage"),
    }


def _asked(turns: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The turns before the model's first."""
    roles = [turn.get("role") for turn in turns]
    return list(turns[: roles.index("assistant") if "assistant" in roles else len(turns)])


def _model(turns: Sequence[Mapping[str, Any]]) -> str | None:
    return next((turn["model"] for turn in turns if turn.get("role") == "assistant" and turn.get("model")), None)


def _input(raw: Mapping[str, Any]) -> str | None:
    """What the user asks last in a chat that is one text."""
    asked = raw.get("input")
    return _USER.split(asked)[-1] if isinstance(asked, str) else None


def _folder(path: Path) -> str | None:
    """The model whose folder in predictions or reviews the file is in."""
    *_, kind, model, _ = ("", "", *path.resolve().parts)
    return model if kind in ("predictions", "reviews") else None


def _reply(raw: Mapping[str, Any], turns: Sequence[Mapping[str, Any]], text: Any) -> dict[str, Any]:
    """The model's output; if it called tools between its turns, all of these are one reply; else a review's `text`."""
    output = fields(raw.get("model_output"))
    said = [turn for turn in turns if turn.get("role") == "assistant"]
    if output and len(said) < 2:
        return {"response": output if output.get("choices") or output.get("error") else None}
    ended = [choice.get("stop_reason") for choice in objects(output.get("choices"))]
    return {
        "response": {"messages": turns} if said else text,
        "finish_reason": ended[0] if ended else None,
        "usage": _counted(said),
    }


def _counted(turns: Sequence[Mapping[str, Any]]) -> dict[str, int] | None:
    """The tokens of these turns, if each has its own."""
    keys = ("input_tokens", "output_tokens")
    counts = [[fields(turn.get("perf_metrics")).get(key) for key in keys] for turn in turns]
    if not counts or not all(type(count) is int for one in counts for count in one):
        return None
    return dict(zip(keys, map(sum, zip(*counts, strict=True)), strict=True))
