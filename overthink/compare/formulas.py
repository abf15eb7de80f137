"""Two scored runs, problem by problem: differences with their intervals and p-values, AES, problems won and lost.

Every problem has one vote in each run: its samples are averaged first, and stay together when problems are drawn.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from overthink.compare.rows import (
    AES,
    Against,
    Changes,
    Comparison,
    DatasetChanges,
    Pairing,
    Settings,
    flat_rows,
)
from overthink.errors import OverthinkError
from overthink.metrics.aggregate import grouped, is_listed, is_of_thinking, pass_ks, pass_measures, pass_terms
from overthink.metrics.catalogue import SPECS, HiddenCounts, because_hidden
from overthink.records import Caveat, Method, Metric
from overthink.run.rows import ResponseRows
from overthink.stats.bootstrap import Draws, Floats
from overthink.stats.paired import PairedSums, intervals
from overthink.stats.ratios import Measure, Ratios, changes, metric_of

SCHEMA_VERSION = 1
_NAMES = [spec.name for spec in SPECS]
_ACCURACY, _TOKENS = _NAMES.index("accuracy"), _NAMES.index("tokens")
_AES = Measure(AES, "score", True, "no accuracy or no tokens in the base")
_DECIDING = ("metric_version", "scope", "segmenter", "clusterer", "verifier", "t_max")
_QUESTION = "question"

VOID_SHARES = 0.2
"""See `voided`."""
_UNSPLIT = {"no_thinking_tags", "unknown_marks"}
"""With these caveats the whole response is still there, and its tokens compare."""

Key = tuple[str, str]
"""Dataset and id of a problem."""


@dataclass
class Side:
    """One run, as the sums of each problem. `failed`: rows that could not be made, by stage."""

    run: str
    model: str
    method: Method
    table: Ratios = field(default_factory=lambda: Ratios(SPECS))
    levels: dict[Key, int | None] = field(default_factory=dict)
    texts: dict[Key, Hashable] = field(default_factory=dict)
    samples: Counter[Key] = field(default_factory=Counter)
    failed: dict[str, int] = field(default_factory=dict)
    caveats: Sequence[Caveat] = ()
    hidden: dict[Key, HiddenCounts] = field(default_factory=lambda: defaultdict(HiddenCounts))

    def add(self, sample: ResponseRows, text: Hashable) -> None:
        """Count one response; `text` identifies the question and the gold answer of its problem."""
        key = sample.problem.dataset, sample.problem.id
        self.table.add(key, [spec.term(sample) for spec in SPECS])
        self.levels[key], self.texts[key] = sample.problem.level, text
        self.samples[key] += 1
        self.hidden[key].add(sample.score)


def compare(base: Side, sides: Iterable[Side], settings: Settings, *, anyway: bool = False) -> Comparison:
    """Each of the sides against the base.

    OverthinkError if the methods are unlike, unless `anyway`, or if no problem is shared.
    """
    comparisons = [_against(base, side, settings, anyway) for side in sides]
    return Comparison(
        schema_version=SCHEMA_VERSION,
        base_run=base.run,
        base_model=base.model,
        base_caveats=list(base.caveats),
        settings=settings,
        comparisons=comparisons,
        rows=[row for against in comparisons for row in flat_rows(base.run, base.caveats, against)],
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


def voided(base: Sequence[Caveat], new: Sequence[Caveat]) -> dict[str, str]:
    """By their codes, the caveats by which the thinking of one run is another thing than that of the other, in words.

    They void it for a share of the responses; if the two shares are further apart than VOID_SHARES, the runs differ by
    what was seen of them, not by what they did.
    """
    sides = [{one.code: one for one in caveats if one.severity == "void"} for caveats in (base, new)]
    found = {}
    for code in dict.fromkeys([*sides[0], *sides[1]]):
        there = [side.get(code) for side in sides]
        shares = [one.count / one.of if one else 0.0 for one in there]
        if abs(shares[0] - shares[1]) > VOID_SHARES:
            told = [f"{one.count:,} of {one.of:,} responses" if one else "none" for one in there]
            found[code] = f"{code.replace('_', ' ')}: {told[0]} in the base, {told[1]} in the new run"
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
    """Accuracy-efficiency score (O1-Pruner, arXiv 2501.12570), elementwise; NaN if the base has none of either.

    α·ΔL + β·|ΔA| if ΔA ≥ 0, else α·ΔL − γ·|ΔA|; ΔL = (L_b − L)/L_b tokens, ΔA = (A − A_b)/A_b accuracy.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        shorter = (base_tokens - tokens) / base_tokens
        better = (accuracy - base_accuracy) / base_accuracy
        weight = np.where(better >= 0, settings.beta, settings.gamma)
        result = settings.alpha * shorter + weight * better
    return np.where(np.isfinite(result), result, np.nan)


def _against(base: Side, new: Side, settings: Settings, anyway: bool) -> Against:
    """The new side against the base, over the problems that both have with the same text."""
    differing = unlike(base.method, new.method)
    if differing and not anyway:
        raise OverthinkError(
            f"{new.run} was measured by other methods than {base.run}: {'; '.join(differing)}",
            "Score both alike (see --redo), or give --anyway to subtract them all the same.",
        )
    both = base.texts.keys() & new.texts.keys()
    shared = sorted(key for key in both if base.texts[key] == new.texts[key])
    if not shared:
        raise OverthinkError(
            f"{base.run} ({_problems_of(base)}) and {new.run} ({_problems_of(new)}) share no problem; {len(both)} have "
            "the same dataset and id, and another text",
            "Problems are paired by dataset and id: if these are of one benchmark, import both with the same --dataset "
            "and the same ids (--map id=COLUMN).",
        )
    levels = {key: base.levels[key] if base.levels[key] is not None else new.levels[key] for key in shared}

    ks = pass_ks(min(max(side.samples[key] for key in shared) for side in (base, new)))
    base_table, new_table = (side.table.widened(pass_measures(ks), pass_terms(ks)) for side in (base, new))

    void = voided(base.caveats, new.caveats)

    def of(keys: Sequence[Key]) -> Changes:
        hidden = [side.hidden[key] for side in (base, new) for key in keys]
        found = _changes(new_table.paired_with(base_table, keys), new_table.measures, settings, hidden)
        return _without_voided(found, void) if void and not anyway else found

    overall = of(shared)
    datasets = sorted({key[0] for key in shared})
    blocks = {}
    for dataset in datasets:
        here = {key: level for key, level in levels.items() if key[0] == dataset}
        blocks[dataset] = DatasetChanges(
            overall=overall if len(datasets) == 1 else of(list(here)),
            levels={level: of(keys) for level, keys in grouped(here).items()},
        )
    pairing = Pairing(
        shared=len(shared),
        only_base=len(base.texts) - len(both),
        only_new=len(new.texts) - len(both),
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
        voided=list(void.values()),
        anyway=bool(void) and anyway,
        caveats=list(new.caveats),
        notes=notes(base.method, new.method),
        overall=overall,
        datasets=blocks,
    )


def _problems_of(side: Side) -> str:
    """`500 of math500, 30 of aime24`."""
    return ", ".join(f"{count:,} of {dataset}" for dataset, count in Counter(key[0] for key in side.texts).items())


def _without_voided(changes: Changes, void: Mapping[str, str]) -> Changes:
    """The differences that are left if the thinking of one run is another thing than that of the other."""
    kept = {"response_tokens"} if void.keys() <= _UNSPLIT else set()
    nothing = {"value": None, "ci_low": None, "ci_high": None, "reason": f"not compared: {'; '.join(void.values())}"}
    return changes.model_copy(
        update={
            "metrics": {
                name: change
                if name in kept or not is_of_thinking(name)
                else change.model_copy(update={**nothing, "p_value": None})
                for name, change in changes.metrics.items()
            },
            "aes": changes.aes.model_copy(update=nothing),
        }
    )


def _changes(
    pairs: PairedSums, measures: Sequence[Measure], settings: Settings, hidden: Sequence[HiddenCounts]
) -> Changes:
    draws = Draws(settings.resamples, settings.seed, settings.permutations)
    named = [Measure(m.name, m.unit, m.higher_is_better, f"in both runs: {m.empty}") for m in measures]
    found = zip(named, changes(pairs, named, draws), strict=True)
    return Changes(
        problems=len(pairs.used),
        metrics={
            measure.name: because_hidden(measure.name, change, hidden)
            for measure, change in found
            if is_listed(measure, change)
        },
        aes=_aes(pairs, draws, settings),
        **_wins(pairs),
    )


def _aes(pairs: PairedSums, draws: Draws, settings: Settings) -> Metric:
    """AES takes the tokens of the problems whose accuracy is known."""
    known = pairs.used[:, _ACCURACY]
    both = pairs.columns([_ACCURACY, _TOKENS], known)

    def score(base: Floats, new: Floats) -> Floats:
        return aes(base[0], new[0], base[1], new[1], settings)

    scores = score(*both.resampled(draws.resamples, draws.seed))[None, :]
    enough = np.array([bool(both.has_interval()[0]) and not np.isnan(scores).all()])
    n = int(known.sum())
    return metric_of(_AES, score(*both.values()).item(), intervals(scores, enough)[0], n, len(known) - n)


def _wins(pairs: PairedSums) -> Mapping[str, int]:
    used = pairs.used[:, _ACCURACY]
    difference = (pairs.new_numerators - pairs.base_numerators)[:, _ACCURACY]
    won, lost = int((difference > 0).sum()), int((difference < 0).sum())
    known = int(used.sum())
    return {"won": won, "lost": lost, "tied": known - won - lost, "undetermined": len(used) - known}
