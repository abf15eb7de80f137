"""Two scored runs, problem by problem: differences with their intervals and p-values, AES, problems won and lost.

Every problem has one vote in each run: its samples are averaged first, and stay together when problems are drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from overthink.core.comparison import (
    Against,
    Change,
    Changes,
    Comparison,
    DatasetChanges,
    Pairing,
    Settings,
    flat_rows,
)
from overthink.core.paired import Pairs, intervals, sign_flip_p_values
from overthink.core.stats import DECIMALS, Floats, exact
from overthink.core.terms import SPECS, Sample
from overthink.errors import OverthinkError
from overthink.records import NO_INTERVAL, Method, Metric

SCHEMA_VERSION = 1
COMPARED = ("accuracy", "solutions", "tokens", "outcome_efficiency", "process_efficiency", "tokens_after_answer_share")

_SPECS = [next(spec for spec in SPECS if spec.name == name) for name in COMPARED]
_ACCURACY, _TOKENS = COMPARED.index("accuracy"), COMPARED.index("tokens")
_KNOWN_TOKENS = len(COMPARED)
_ABOVE, _BELOW, _N = range(3)
_DECIDING = ("metric_version", "scope", "segmenter", "clusterer", "verifier", "t_max")
_QUESTION = "question"

Key = tuple[str, str]
"""Dataset and id of a problem."""


@dataclass
class Side:
    """One run, as the sums of each problem: an array `(metrics, 3)` of what stands above and below, and how many.

    `failed`: rows that could not be made, by stage.
    """

    run: str
    model: str
    method: Method
    sums: dict[Key, Floats] = field(default_factory=dict)
    levels: dict[Key, int | None] = field(default_factory=dict)
    texts: dict[Key, Hashable] = field(default_factory=dict)
    samples: Counter[Key] = field(default_factory=Counter)
    failed: dict[str, int] = field(default_factory=dict)

    def add(self, sample: Sample, text: Hashable) -> None:
        """Count one response; `text` stands for the question and the gold answer of its problem."""
        key = sample.dataset, sample.problem_id
        terms = exact(np.array([spec.term(sample)[: _N + 1] for spec in _SPECS], dtype=np.float64))
        known = self.sums.get(key)
        self.sums[key] = terms if known is None else known + terms
        self.levels[key], self.texts[key] = sample.level, text
        self.samples[key] += 1


def compare(base: Side, sides: Iterable[Side], settings: Settings, *, anyway: bool = False) -> Comparison:
    """Each of the sides against the base.

    OverthinkError where the methods are unlike, unless `anyway`, or where no problem is shared.
    """
    comparisons = [_against(base, side, settings, anyway) for side in sides]
    return Comparison(
        schema_version=SCHEMA_VERSION,
        base_run=base.run,
        base_model=base.model,
        settings=settings,
        comparisons=comparisons,
        rows=[row for against in comparisons for row in flat_rows(base.run, against)],
    )


def unlike(base: Method, new: Method) -> list[str]:
    """What of the two methods differs so that their numbers must not be subtracted."""
    found = [
        f"{name.replace('_', ' ')}: {getattr(base, name)} in the base, {getattr(new, name)} here"
        for name in _DECIDING
        if getattr(base, name) != getattr(new, name)
    ]
    for name in sorted(base.prompts.keys() | new.prompts.keys()):
        digests = base.prompts.get(name), new.prompts.get(name)
        if digests[0] != digests[1] and (name != _QUESTION or None not in digests):
            found.append(f"prompt {name}: {digests[0] or 'none'} in the base, {digests[1] or 'none'} here")
    return found


def notes(base: Method, new: Method) -> list[str]:
    """What differs, or is not known, and should be borne in mind."""
    found = []
    if base.tokenizer != new.tokenizer:
        found.append(
            f"tokens were counted with {base.tokenizer} in the base and with {new.tokenizer} here: "
            "shares of tokens compare, counts of tokens do not quite"
        )
    found += [
        f"the tokens of the {name} were counted with a tokenizer that is not the model's own"
        for name, method in (("base", base), ("new run", new))
        if not method.tokenizer_is_own
    ]
    if (_QUESTION in base.prompts) != (_QUESTION in new.prompts):
        imported = "new run" if _QUESTION in base.prompts else "base"
        found.append(f"the words around the question are not known for the {imported}: its responses were imported")
    for dataset in sorted(base.dataset_revisions.keys() & new.dataset_revisions.keys()):
        revisions = base.dataset_revisions[dataset], new.dataset_revisions[dataset]
        if revisions[0] != revisions[1]:
            found.append(
                f"{dataset} was loaded at revision {revisions[0]} for the base, at {revisions[1]} here; "
                "problems whose text differs are left out"
            )
    return found


def aes(base_accuracy: Floats, accuracy: Floats, base_tokens: Floats, tokens: Floats, settings: Settings) -> Floats:
    """Accuracy-efficiency score (O1-Pruner, arXiv 2501.12570), elementwise; NaN where the base has none of either.

    α·ΔL + β·|ΔA| where ΔA ≥ 0, else α·ΔL − γ·|ΔA|; ΔL = (L_b − L)/L_b tokens, ΔA = (A − A_b)/A_b accuracy.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        shorter = (base_tokens - tokens) / base_tokens
        better = (accuracy - base_accuracy) / base_accuracy
        weight = np.where(better >= 0, settings.beta, settings.gamma)
        result = settings.alpha * shorter + weight * better
    return np.where(np.isfinite(result), result, np.nan)


def _against(base: Side, new: Side, settings: Settings, anyway: bool) -> Against:
    differing = unlike(base.method, new.method)
    if differing and not anyway:
        raise OverthinkError(
            f"{new.run} was measured by other methods than {base.run}: {'; '.join(differing)}",
            "Score both alike (see --redo), or give --anyway to subtract them all the same.",
        )
    both = base.sums.keys() & new.sums.keys()
    shared = sorted(key for key in both if base.texts[key] == new.texts[key])
    if not shared:
        raise OverthinkError(
            f"{base.run} and {new.run} share no problem ({len(base.sums)} and {len(new.sums)} problems, "
            f"{len(both)} with the same id and another text)",
            "Runs are compared by dataset and id of the problem: use the same benchmark and the same ids.",
        )
    table = _Table(np.stack([base.sums[key] for key in shared]), np.stack([new.sums[key] for key in shared]), settings)
    datasets = [key[0] for key in shared]
    levels = [base.levels[key] if base.levels[key] is not None else new.levels[key] for key in shared]
    overall = table.changes(np.full(len(shared), True))
    blocks = {
        dataset: DatasetChanges(
            overall=overall if len(set(datasets)) == 1 else table.changes(np.array([x == dataset for x in datasets])),
            levels=dict(_by_level(table, dataset, datasets, levels)),
        )
        for dataset in sorted(set(datasets))
    }
    pairing = Pairing(
        shared=len(shared),
        only_base=len(base.sums) - len(both),
        only_new=len(new.sums) - len(both),
        other_text=len(both) - len(shared),
        samples_base=sum(base.samples[key] for key in shared),
        samples_new=sum(new.samples[key] for key in shared),
        failed_base=base.failed,
        failed_new=new.failed,
    )
    return Against(
        run=new.run,
        model=new.model,
        pairing=pairing,
        unlike=differing,
        notes=notes(base.method, new.method),
        overall=overall,
        datasets=blocks,
    )


def _by_level(
    table: _Table, dataset: str, datasets: list[str], levels: list[int | None]
) -> Iterator[tuple[int, Changes]]:
    here = list(zip(datasets, levels, strict=True))
    for level in sorted({level for name, level in here if name == dataset and level is not None}):
        yield level, table.changes(np.array([place == (dataset, level) for place in here]))


class _Table:
    """The sums of the shared problems in both runs, `(problems, metrics, 3)` each."""

    def __init__(self, base: Floats, new: Floats, settings: Settings) -> None:
        self.base, self.new, self.settings = base, new, settings

    def changes(self, keep: NDArray[np.bool_]) -> Changes:
        """The differences over these problems."""
        pairs = _votes(self.base[keep], self.new[keep])
        settings = self.settings
        base, new = pairs.values()
        base_draws, new_draws = pairs.resampled(settings.resamples, settings.seed)
        used = pairs.used()
        enough = np.count_nonzero(used, axis=0) >= 2
        spread = intervals(new_draws - base_draws, enough)
        p_values = sign_flip_p_values(pairs, permutations=settings.permutations, seed=settings.seed)
        score = aes(*_sides(base, new), settings)
        scores = aes(*_sides(base_draws, new_draws), settings)[None, :]
        metrics = {
            spec.name: Change(
                **_metric(
                    new[i] - base[i],
                    spread[i],
                    used[:, i],
                    spec.unit,
                    spec.higher_is_better,
                    f"in both runs: {spec.empty}",
                ),
                base=_number(base[i]),
                new=_number(new[i]),
                p_value=_number(p_values[i]),
            )
            for i, spec in enumerate(_SPECS)
        }
        enough_for_score = np.array([bool(enough[_ACCURACY]) and not np.isnan(scores).all()])
        named = _metric(
            score.item(),
            intervals(scores, enough_for_score)[0],
            used[:, _ACCURACY],
            "score",
            True,
            "no accuracy or no tokens in the base",
        )
        return Changes(problems=len(used), metrics=metrics, aes=Metric(**named), **_wins(pairs))


def _sides(base: Floats, new: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    return base[_ACCURACY], new[_ACCURACY], base[_KNOWN_TOKENS], new[_KNOWN_TOKENS]


def _votes(base: Floats, new: Floats) -> Pairs:
    """One vote a problem: its sums over the number of its samples; nothing where a metric lacks it in either run.

    Behind the metrics stand the tokens once more, for AES: of the problems whose accuracy is known.
    """
    base, new = (np.concatenate([part, part[:, [_TOKENS]]], axis=1) for part in (base, new))
    defined = (base[..., _BELOW] > 0) & (new[..., _BELOW] > 0)
    defined[:, _KNOWN_TOKENS] &= defined[:, _ACCURACY]

    def mean(sums: Floats, column: int) -> Floats:
        counts = np.where(defined, sums[..., _N], 1)
        return exact(np.where(defined, sums[..., column], 0) / counts)

    return Pairs(mean(base, _ABOVE), mean(base, _BELOW), mean(new, _ABOVE), mean(new, _BELOW))


def _wins(pairs: Pairs) -> Mapping[str, int]:
    used = pairs.used()[:, _ACCURACY]
    difference = (pairs.new_numerators - pairs.base_numerators)[:, _ACCURACY]
    won, lost = int((difference > 0).sum()), int((difference < 0).sum())
    known = int(used.sum())
    return {"won": won, "lost": lost, "tied": known - won - lost, "undetermined": len(used) - known}


def _metric(
    value: float, interval: Floats, used: NDArray[np.bool_], unit: str, higher_is_better: bool | None, empty: str
) -> dict[str, Any]:
    n = int(used.sum())
    low, high = (_number(end) for end in interval)
    alone = NO_INTERVAL if low is None else None
    return {
        "value": _number(value),
        "ci_low": low,
        "ci_high": high,
        "n": n,
        "n_excluded": len(used) - n,
        "unit": unit,
        "higher_is_better": higher_is_better,
        "reason": empty if isnan(value) else alone,
    }


def _number(value: float) -> float | None:
    return None if isnan(value) else round(float(value), DECIMALS)
