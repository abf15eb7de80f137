"""cluster: which solutions of a response share a strategy?"""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from itertools import pairwise

from overthink.config import ClusterConfig, JudgeConfig
from overthink.errors import UnreadableReply
from overthink.judge.interface import Conversation
from overthink.judge.judges import Count, Judge, JudgeMode, longest_reply
from overthink.records import Clusters
from overthink.run import Run
from overthink.run.owed import Item
from overthink.session import Built, Processes, Stage
from overthink.strategies.judge import ModelClusterer
from overthink.strategies.rules import RULES, Strategies, find_strategies
from overthink.text.loops import pieces


def cluster_row(item: Item) -> Clusters:
    """Find the strategies of one response by the rules."""
    question, solutions = _solutions(item)
    answers = [solution.answer for solution in item.segments.solutions]
    return _row(item, find_strategies(question, solutions, answers), RULES)


def cluster_talk(clusterer: ModelClusterer, item: Item) -> Conversation[Clusters]:
    """Find the strategies of one response by asking a model. UnreadableReply if they are no partition."""
    return _row(item, (yield from clusterer.ask(*_solutions(item))), clusterer.name)


def cluster_stand_in(clusterer: ModelClusterer, item: Item) -> str:
    """Return a readable reply about this response, for an estimate of what is asked."""
    return clusterer.stand_in(_solutions(item)[1])


def _solutions(item: Item) -> tuple[str, list[str]]:
    """The question, and the text of each solution, without its loops."""
    segments, text, thinking = item.segments, item.response.response, item.thinking
    edges = [segments.thinking[0], *(solution.end for solution in segments.solutions)]
    return item.problem.question, [
        "".join(thinking.within(text, *piece) for piece in pieces(stretch, segments.loops))
        for stretch in pairwise(edges)
    ]


def _row(item: Item, found: Strategies, clusterer: str) -> Clusters:
    """Build the row of a response. UnreadableReply if it contradicts itself."""
    clusters = Clusters(
        id=item.id,
        source=item.source,
        strategies=list(found.numbers),
        names=list(found.names),
        reasons=list(found.reasons),
        clusterer=clusterer,
    )
    if fault := fault_of(clusters, len(item.segments.solutions)):
        raise UnreadableReply("invalid_clusters", fault)
    return clusters


def fault_of(clusters: Clusters, solutions: int) -> str | None:
    """What is wrong with these strategies: one for each solution, numbered by first appearance, each with a name."""
    if len(clusters.strategies) != solutions:
        return f"{len(clusters.strategies)} strategies for {solutions} solutions"
    known = 0
    for number, strategy in enumerate(clusters.strategies, start=1):
        if not 1 <= strategy <= known + 1:
            return f"solution {number} has strategy {strategy}, but only {known} came before it"
        known = max(known, strategy)
    if len(clusters.names) != known:
        return f"{len(clusters.names)} names for {known} strategies"
    return None


def _by_rules(_run: Run, options: ClusterConfig, processes: Processes) -> Built:
    return {**asdict(options), "clusterer": RULES}, processes.workers.each("cluster", cluster_row)


def _judge(_mode: JudgeMode, count: Count, config: JudgeConfig) -> Judge:
    clusterer = ModelClusterer(count, config.context, longest_reply(config))
    return Judge(
        clusterer.name, clusterer.prompts, partial(cluster_talk, clusterer), partial(cluster_stand_in, clusterer)
    )


CLUSTER = Stage("cluster", _by_rules, _judge, modes=("model",))
