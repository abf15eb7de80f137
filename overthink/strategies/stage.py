"""cluster: which solutions of a response share a strategy?"""

from __future__ import annotations

from overthink.errors import UnreadableReply
from overthink.ports import AskingClusterer, Clusterer, Conversation
from overthink.records import Clusters, Segments
from overthink.run.owed import Item


def cluster_row(clusterer: Clusterer, item: Item) -> Clusters:
    """The strategies of one response, checked. UnreadableReply where they are no partition."""
    return _checked(clusterer.cluster(item.problem, item.response, item.segments, item.source), item.segments)


def cluster_talk(clusterer: AskingClusterer, item: Item) -> Conversation[Clusters]:
    """The same with a clusterer that asks a model."""
    clusters = yield from clusterer.conversation(item.problem, item.response, item.segments, item.source)
    return _checked(clusters, item.segments)


def _checked(clusters: Clusters, segments: Segments) -> Clusters:
    fault = fault_of(clusters, len(segments.solutions))
    if fault:
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
