"""A small OpenAI-compatible server on the loopback address, that does what a test tells it to."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

CHUNK = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m"}


@dataclass
class Answer:
    """What the server does with one request: a stream of deltas, an error, or a stream that breaks.

    `deltas` take the place of content, reasoning and refusal, `choices` that of all; `error` is an event that ends the
    stream; `whole`: the reply is one JSON object, and no stream.
    """

    content: str | None = "It is 5."
    reasoning: str | None = None
    reasoning_key: str = "reasoning"
    finish: str | None = "stop"
    status: int = 200
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    latency: float = 0.0
    refusal: str | None = None
    cached: int | None = None
    cut: bool = False
    garbage: bool = False
    deltas: Sequence[dict[str, Any]] | None = None
    choices: Sequence[dict[str, Any]] = ()
    reasoning_tokens: int | None = None
    error: object = None
    whole: bool = False
    before: str = "data: "

    def usage(self) -> dict[str, Any]:
        usage: dict[str, Any] = {"prompt_tokens": 7, "completion_tokens": 11, "total_tokens": 18}
        if self.cached is not None:
            usage["prompt_tokens_details"] = {"cached_tokens": self.cached}
        if self.reasoning_tokens is not None:
            usage["completion_tokens_details"] = {"reasoning_tokens": self.reasoning_tokens}
        return usage

    def said(self) -> dict[str, Any]:
        return {"role": "assistant", "content": self.content, self.reasoning_key: self.reasoning}

    def pieces(self) -> Iterator[dict[str, Any]]:
        texts = ((self.reasoning_key, self.reasoning), ("content", self.content), ("refusal", self.refusal))
        for key, text in texts:
            for at in range(0, len(text or ""), 3):
                yield {key: (text or "")[at : at + 3]}

    def events(self) -> Iterator[str]:
        def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            return json.dumps({**CHUNK, "choices": [choice]})

        if self.choices:
            yield from (json.dumps({**CHUNK, "choices": [choice]}) for choice in self.choices)
            return
        yield chunk({"role": "assistant", "content": ""})
        for delta in self.pieces() if self.deltas is None else self.deltas:
            yield chunk(delta)
        if self.error is not None:
            yield json.dumps({"error": self.error})
            return
        if self.garbage:
            yield '{"choices": [{"del'
        if self.finish is not None:
            yield chunk({}, self.finish)
            yield json.dumps({**CHUNK, "choices": [], "usage": self.usage()})
            yield "[DONE]"


class Server:
    """Runs in a thread. `answer` maps a request's body and its number (from 1) to what is done; `bodies` are kept.

    Nothing is answered before `together` requests are in flight at once, or a minute has passed.
    """

    def __init__(
        self, answer: Callable[[dict[str, Any], int], Answer], *, models: int = 200, together: int = 1
    ) -> None:
        self._together = together
        self.answer = answer
        self.models = models
        self.bodies: list[dict[str, Any]] = []
        self.in_flight = self.most_in_flight = 0
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._started.wait(10)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        self._all_there = asyncio.Event()
        server = await asyncio.start_server(self._client, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._stop.wait()
        server.close()
        clients = asyncio.all_tasks() - {asyncio.current_task()}
        for task in clients:
            task.cancel()
        # Until they have closed their sockets: one that is left open fails whichever test collects it.
        await asyncio.gather(*clients, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(10)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if head.startswith("GET"):
            models = {"object": "list", "data": [{"id": "m", "object": "model", "created": 0, "owned_by": "t"}]}
            self._whole(writer, self.models, json.dumps(models if self.models == 200 else {"error": {"message": "no"}}))
            return True
        length = next(
            int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length")
        )
        body = json.loads(await reader.readexactly(int(length)))
        self.bodies.append(body)
        answer = self.answer(body, len(self.bodies))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        if self.in_flight >= self._together:
            self._all_there.set()
        await asyncio.wait([asyncio.ensure_future(self._all_there.wait())], timeout=60)
        await asyncio.sleep(answer.latency)
        self.in_flight -= 1
        if answer.status != 200:
            self._whole(writer, answer.status, json.dumps({"error": {"message": answer.message}}), answer.headers)
            return True
        if answer.whole:
            choice = {"index": 0, "message": answer.said(), "finish_reason": answer.finish}
            self._whole(writer, 200, json.dumps({"id": "c", "choices": [choice], "usage": answer.usage()}))
            return True
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        events = list(answer.events())
        for event in events[: len(events) // 2] if answer.cut else events:
            data = f"{answer.before}{event}\n\n".encode()
            writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        if not answer.cut:
            writer.write(b"0\r\n\r\n")
        await writer.drain()
        return not answer.cut

    def _whole(
        self, writer: asyncio.StreamWriter, status: int, text: str, headers: dict[str, str] | None = None
    ) -> None:
        lines = [f"HTTP/1.1 {status} S", "Content-Type: application/json", f"Content-Length: {len(text)}"]
        lines += [f"{key}: {value}" for key, value in (headers or {}).items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n" + text).encode())


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Start servers that end with the test: `serve(Answer(...))`, or with a function of body and number."""
    servers: list[Server] = []

    def start(answer: Answer | Callable[[dict[str, Any], int], Answer], **options: Any) -> Server:
        how = answer if callable(answer) else lambda _body, _number: answer
        servers.append(Server(how, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def answer() -> type[Answer]:
    """How an answer is described."""
    return Answer
