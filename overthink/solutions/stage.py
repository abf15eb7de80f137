"""segment: where do the solutions of a response end?"""

from __future__ import annotations

from dataclasses import asdict
from functools import partial

from overthink.config import JudgeConfig, SegmentConfig
from overthink.errors import UnreadableReply
from overthink.judge.interface import Conversation
from overthink.judge.judges import Count, Judge, JudgeMode, longest_reply
from overthink.records import Loop, Segments
from overthink.run import Run
from overthink.run.owed import Item
from overthink.session import Built, Processes, Stage
from overthink.solutions.hybrid import HybridSegmenter
from overthink.solutions.judge import ModelSegmenter
from overthink.solutions.rules import RULES, Found, Thought, find_solutions
from overthink.text.loops import find_loops, without_loops
from overthink.text.thinking import is_truncated

Segmenter = ModelSegmenter | HybridSegmenter


def segment_row(item: Item) -> Segments:
    """Find the solutions of one response by the rules."""
    thought, loops = _read(item)
    return _row(item, thought, loops, find_solutions(thought), RULES)


def segment_talk(segmenter: Segmenter, item: Item) -> Conversation[Segments]:
    """Find the solutions of one response by asking a model. UnreadableReply if its answer makes no sense."""
    thought, loops = _read(item)
    return _row(item, thought, loops, (yield from segmenter.ask(thought)), segmenter.name)


def segment_stand_in(segmenter: Segmenter, item: Item) -> str:
    """Return a readable reply about this response, for an estimate of what is asked."""
    return segmenter.stand_in(_read(item)[0])


def _read(item: Item) -> tuple[Thought, list[Loop]]:
    """The response as every segmenter reads it, with blanks for the loops of its thinking, and these."""
    response, thinking = item.response, item.thinking
    text = thinking.without_gaps(response.response)
    loops = find_loops(text, *thinking.span)
    cut_off = is_truncated(response, thinking)
    return Thought(item.problem.question, without_loops(text, loops), thinking, cut_off), loops


def _row(item: Item, thought: Thought, loops: list[Loop], found: Found, segmenter: str) -> Segments:
    """Build the row of a response. UnreadableReply if it contradicts itself."""
    segments = Segments(
        id=item.id,
        source=item.source,
        thinking=thought.thinking.span,
        blocks=list(thought.thinking.blocks) if len(thought.thinking.blocks) > 1 else None,
        loops=loops,
        solutions=found.solutions,
        tail=found.tail,
        truncated=thought.truncated,
        segmenter=segmenter,
        language=found.language,
        paragraphs=found.paragraphs,
        asked_paragraphs=found.asked_paragraphs,
    )
    if fault := fault_of(segments, thought.response):
        raise UnreadableReply("invalid_segments", fault)
    return segments


def fault_of(segments: Segments, text: str) -> str | None:
    """What is wrong with these segments of this text.

    Loops must be apart and ends rise, both inside the thinking; answers be verbatim and in no loop; and there is a tail
    if words outside of loops follow the last solution.
    """
    start, stop = segments.thinking
    if not 0 <= start <= stop <= len(text):
        return f"thinking {start}..{stop} is outside the response of {len(text)} characters"
    last = start
    for loop in segments.loops:
        if not last <= loop.start < loop.end <= stop:
            return f"the loop {loop.start}..{loop.end} is not in {last}..{stop}"
        last = loop.end
    text, last = without_loops(text, segments.loops), start
    for number, solution in enumerate(segments.solutions, start=1):
        if not last < solution.end <= stop:
            return f"solution {number} ends at {solution.end}, which is not in {last + 1}..{stop}"
        low, high = solution.answer_span
        if not start <= low < high <= solution.end or text[low:high] != solution.answer:
            return f"the answer of solution {number} does not stand at {low}..{high}"
        last = solution.end
    if segments.solutions and segments.tail == (not text[last:stop].strip()):
        return f"tail is {segments.tail}, but the last solution ends at {last} of {stop}"
    return None


def _by_rules(_run: Run, options: SegmentConfig, processes: Processes) -> Built:
    identity = {**asdict(options), "segmenter": RULES}
    return identity, processes.workers.each("segment", segment_row)


def _judge(mode: JudgeMode, count: Count, config: JudgeConfig) -> Judge:
    segmenter = (HybridSegmenter if mode == "hybrid" else ModelSegmenter)(count, config.context, longest_reply(config))
    return Judge(
        segmenter.name,
        segmenter.prompts,
        partial(segment_talk, segmenter),
        partial(segment_stand_in, segmenter),
    )


SEGMENT = Stage("segment", _by_rules, _judge, modes=("model", "hybrid"))
