"""segment: where do the solutions of a response end?"""

from __future__ import annotations

from overthink.errors import UnreadableReply
from overthink.ports import AskingSegmenter, Conversation, Segmenter
from overthink.records import Response, Segments
from overthink.run.owed import Item


def segment_row(segmenter: Segmenter, item: Item) -> Segments:
    """The solutions of one response, checked. UnreadableReply where the segmenter's answer makes no sense."""
    return _checked(segmenter.segment(item.problem, item.response, item.source), item.response)


def segment_talk(segmenter: AskingSegmenter, item: Item) -> Conversation[Segments]:
    """The same with a segmenter that asks a model."""
    return _checked((yield from segmenter.conversation(item.problem, item.response, item.source)), item.response)


def _checked(segments: Segments, response: Response) -> Segments:
    fault = fault_of(segments, response.response)
    if fault:
        raise UnreadableReply("invalid_segments", fault)
    return segments


def fault_of(segments: Segments, text: str) -> str | None:
    """What is wrong with these segments of this text: ends must rise inside the thinking, answers stand verbatim."""
    start, stop = segments.thinking
    if not 0 <= start <= stop <= len(text):
        return f"thinking {start}..{stop} is outside the response of {len(text)} characters"
    last = start
    for number, solution in enumerate(segments.solutions, start=1):
        if not last < solution.end <= stop:
            return f"solution {number} ends at {solution.end}, which is not in {last + 1}..{stop}"
        low, high = solution.answer_span
        if not start <= low < high <= solution.end or text[low:high] != solution.answer:
            return f"the answer of solution {number} does not stand at {low}..{high}"
        last = solution.end
    if segments.solutions and segments.tail == (last == stop):
        return f"tail is {segments.tail}, but the last solution ends at {last} of {stop}"
    return None
