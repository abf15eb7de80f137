"""Scored runs, a chat template and a tokenizer become a file that TRL reads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from overthink.config import PairsConfig
from overthink.errors import OverthinkError
from overthink.generate.words import Template
from overthink.metrics import pipeline
from overthink.pairs.overlap import Overlap, check_problems
from overthink.pairs.rows import PairReport, PreferencePair, PromptCompletion
from overthink.pairs.stage import PairMaker, Rendering, Samples
from overthink.records import Row
from overthink.run import Run
from overthink.run.caveats import caveats_of, merged
from overthink.run.find import find_runs
from overthink.run.table import PartFile, write_text
from overthink.session import Session
from overthink.stats.bootstrap import Draws
from overthink.text.chat_template import load_chat_template, tokenizer_folder, vocabulary, vocabulary_digest
from overthink.text.openings import opened_by
from overthink.text.tokenizers import load_tokenizer

EDGES = 2
"""Tokens that training may put around a pair: the begin and the end of the text."""


def make_pairs(
    session: Session,
    folders: Sequence[Path],
    out: Path | None,
    *,
    pool: bool = False,
    prompt: Path | None = None,
    allow_test_split: bool = False,
    mirror: Path | None = None,
) -> PairReport:
    """Score what is owed, choose, and write the pairs to `out` (whole or not at all); without it only the statistics.

    The report is beside the pairs, too (`report_path`).
    `pool`: runs of several models are samples of the same problems. `prompt`: the words around the question, if
    the run does not tell them.
    """
    runs = find_runs(folders)
    _check_models(runs, pool=pool and out is None)
    config = session.config(runs[0])
    overlap, rendering = Overlap({}, {}), None
    if out is not None:  # what speaks against the pairs is told before anything is spent
        overlap = check_problems(runs, mirror, allow_test_split)
        rendering = _rendering(runs[0], config.pairs, _words(runs, prompt, session.say))
    pipeline.bring(session, runs, "score")
    for run in runs:
        _check_scope(run)
    maker = PairMaker(config.pairs, rendering)
    samples = Samples(runs, config.pairs, rendering.opened if rendering else "", close=out is not None)
    session.progress.start("pairs", len(samples))
    try:
        made = _made(session, maker, samples)
        written = _write(out, made, config.pairs) if out is not None else None
        deque(made, maxlen=0)  # without a file they are counted alone
    finally:
        session.progress.stop()
    tally = maker.tally
    report = PairReport(
        model=", ".join(_models(runs)),
        runs=[run.name for run in runs],
        kind=config.pairs.kind,
        close=config.pairs.close,
        rejected=config.pairs.rejected,
        problems=len(samples),
        samples=tally.samples,
        not_scored=samples.not_scored,
        unused=dict(sorted(tally.unused.items())),
        dropped=dict(sorted(tally.dropped.items())),
        fell_back=tally.fell_back,
        rejected_cut_off=tally.rejected_cut_off,
        pairs=written,
        max_length=tally.longest_pair + EDGES if written else None,
        tokenizer=rendering.tokenizer.name if rendering else _tokenizers(runs),
        template=rendering.template if rendering else None,
        prompt=rendering.words if rendering else None,
        overlap_checked=overlap.checked,
        overlap_unchecked=overlap.unchecked,
        caveats=merged(*(caveats_of(run) for run in runs)),
        statistics=maker.statistics.rows(Draws(config.report.resamples, config.report.seed)),
    )
    if out is not None and written:
        write_text(report_path(out), report.model_dump_json(indent=2) + "\n")
    return report


def report_path(out: Path) -> Path:
    """The file that tells how the pairs of this one were made."""
    return out.with_name(f"{out.name.removesuffix('.jsonl')}.report.json")


def _models(runs: Sequence[Run]) -> list[str]:
    return list(dict.fromkeys(run.manifest.model for run in runs))


def _check_models(runs: Sequence[Run], *, pool: bool) -> None:
    models = _models(runs)
    if len(models) > 1 and not pool:
        raise OverthinkError(
            f"runs of {len(models)} models: {', '.join(models)}",
            "Pairs teach one model: name its runs alone. For the statistics of all together: --pool, without -o.",
        )


def _tokenizers(runs: Sequence[Run]) -> str:
    return ", ".join(dict.fromkeys(run.manifest.stages["score"].config["tokenizer_name"] for run in runs))


def _made(session: Session, maker: PairMaker, samples: Samples) -> Iterator[PreferencePair]:
    """The pairs of the problems that have one."""
    for problem, own in samples:
        pair = maker.pair_of(problem, own)
        session.progress.step()
        if pair is not None:
            yield pair


def _write(out: Path, pairs: Iterable[PreferencePair], config: PairsConfig) -> int:
    """Write the pairs and count them. Without any there is no file."""
    file: PartFile[Row] = PartFile(out, PromptCompletion if config.rows == "sft" else PreferencePair)
    ids = []
    try:
        file.keep(())
        for pair in pairs:
            file.append(_completion(pair) if config.rows == "sft" else pair)
            ids.append(pair.id)
        if ids:
            file.finish(ids)
    finally:
        file.discard()
    return len(ids)


def _completion(pair: PreferencePair) -> PromptCompletion:
    shared = pair.model_dump(exclude={"chosen", "rejected", "rejected_sample", "chosen_tokens", "rejected_tokens"})
    return PromptCompletion(**shared, completion=pair.chosen, completion_tokens=pair.chosen_tokens)


def _check_scope(run: Run) -> None:
    if run.manifest.stages["score"].config["scope"] != "thinking":
        raise OverthinkError(
            f"{run.folder}: scored with --scope response, and pairs are measured by the thinking",
            f"Give `overthink score {run.folder} --redo score --scope thinking` first.",
        )


# The prompt


def _words(runs: Sequence[Run], prompt: Path | None, say: Callable[[str], None]) -> Template:
    """The words around the question, those that the runs were generated with."""
    recorded = {
        (config["prompt_digest"], config["prompt"])
        for run in runs
        if (record := run.manifest.stages.get("generate")) and (config := record.config)
    }
    path = prompt or next((Path(place) for _, place in recorded if place), None)
    words = Template.load(path)
    if unlike := {digest for digest, _ in recorded} - {words.digest}:
        raise OverthinkError(
            f"the prompt ({words.digest}) is not the one that the responses were generated with ({min(unlike)})",
            "Name the file with the words around the question, as they were then, with --prompt.",
        )
    if not recorded and prompt is None:
        say("These responses were imported: their prompt is taken to be overthink's own. Name another with --prompt.")
    return words


def _rendering(run: Run, config: PairsConfig, words: Template) -> Rendering:
    """How prompts are made for this run's model. OverthinkError if its tokenizer cannot be had."""
    loaded = load_tokenizer(run.manifest.model, config.tokenizer)
    if not loaded.own:
        raise OverthinkError(
            f"the tokenizer of {run.manifest.model} cannot be had: {loaded.reason}",
            "Name a folder or a model of the hub that has it with --tokenizer.",
        )
    place = config.tokenizer or run.manifest.model
    if config.prompt_format == "plain":
        tokens = _vocabulary(Path(place)) if Path(place).is_dir() else None
        return Rendering(
            lambda question: words.fill(question) + "\n\n", "", words.digest, loaded.tokenizer, tokens, None
        )
    folder = tokenizer_folder(place)
    template = load_chat_template(folder)
    settings = record.config if (record := run.manifest.stages.get("generate")) else {}
    switches: dict[str, Any] = {}
    if settings.get("thinking") is not None:
        switches["enable_thinking"] = settings["thinking"]
    prefill = settings.get("prefill") or ""

    def render(question: str) -> str:
        return template.render([{"role": "user", "content": words.fill(question)}], **switches) + prefill

    opened = opened_by(render("").removesuffix(prefill), run.manifest.think_tags) + prefill
    return Rendering(render, opened, words.digest, loaded.tokenizer, _vocabulary(folder), template.digest)


def _vocabulary(folder: Path) -> str | None:
    there = vocabulary(folder)
    return vocabulary_digest(there) if there else None
