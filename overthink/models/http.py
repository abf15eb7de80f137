"""http: any OpenAI-compatible server, by streaming, with bounded concurrency and retries.

A request that failed waits for its next try outside the slots, so that a slow or busy server is not idle for it.
A schema is sent as `response_format`; a server that refuses it with 400 is asked without it from then on. So it is with
fields that it calls by another name (OTHER_NAMES). Nothing else of what was asked for is left out or changed.
"""

from __future__ import annotations

import asyncio
import heapq
import json
import os
import random
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from email.utils import parsedate_to_datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from overthink.config import BackendKind, GenerateConfig
from overthink.errors import OverthinkError
from overthink.models.interface import NoReply, Reply, Request, clean
from overthink.models.sampling import Flags, template_switches, translate
from overthink.text.digest import digest
from overthink.text.finish import failure, finish_reason
from overthink.text.openings import whole_turn
from overthink.text.stream import Stream, put_together
from overthink.text.thinking import Tags

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

    from overthink.records import FinishReason

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
WAITING = 4
"""Requests that wait for their next try, for each slot, before no new ones are taken: memory stays flat."""

_PASSING = (408, 409, 425, 429)  # and 5xx: another try may do
_OWN_FAULT = (400, 413, 422)

OTHER_NAMES: Mapping[str, str | None] = {
    "max_tokens": "max_completion_tokens",  # OpenAI, for models that think
    "seed": "random_seed",  # Mistral
    "stream_options": None,  # Mistral, Databricks: token counts may come all the same
}
"""Fields that some servers refuse, and what these call them; None: they go without. No other field is left out."""
_FORBIDS = re.compile("extra_forbidden|extra inputs are not permitted", re.IGNORECASE)
_KNOWS_NOT = re.compile(f"{_FORBIDS.pattern}|not supported|unsupported|unknown|unrecognized", re.IGNORECASE)
_AGAIN = "Look at the server, then give the same command again; the responses so far are kept."


@dataclass(frozen=True)
class _Again:
    """A try that failed and may do better later; `after` is what the server asked for, in seconds."""

    request: Request
    tries: int
    reply: NoReply
    after: float | None = None


class HttpBackend:
    """A model behind one or more servers; samples of one problem always go to the same."""

    def __init__(
        self, config: GenerateConfig, model: str, tags: Tags | None = None, flags: Flags | None = None
    ) -> None:
        self._config = config
        self._kind: BackendKind = "local" if config.backend == "local" else "http"
        self._model = model
        self._tags = tags
        self._flags = flags or Flags()
        self._urls: Sequence[str] = [url.rstrip("/") for url in config.base_urls]
        self._clients: dict[str, AsyncOpenAI] = {}
        self._known: list[str] = []
        self._without_schema: set[str] = set()
        self._refused: dict[str, set[str]] = {url: set() for url in self._urls}

    def complete(self, requests: Iterator[Request | None]) -> Iterator[Reply | NoReply]:
        """See `Backend.complete`. OverthinkError if a server is not there, or refuses the key."""
        with asyncio.Runner() as runner:
            try:
                runner.run(self._connect())
                yield from self._complete(runner, requests)
            finally:
                runner.run(self._disconnect())

    def _complete(self, runner: asyncio.Runner, requests: Iterator[Request | None]) -> Iterator[Reply | NoReply]:
        """Keep every slot busy: with what waits for its next try, once its time has come, else with new requests."""
        loop = runner.get_loop()
        slots = self._config.concurrency
        order = count()
        waiting: list[tuple[float, int, _Again]] = []
        running: set[asyncio.Task[Reply | NoReply | _Again]] = set()
        while True:
            while len(running) < slots:
                if waiting and waiting[0][0] <= loop.time():
                    again = heapq.heappop(waiting)[2]
                    running.add(loop.create_task(self._try(again.request, again.tries)))
                elif len(waiting) < slots * WAITING and (request := next(requests, None)) is not None:
                    running.add(loop.create_task(self._try(request, 0)))
                    runner.run(asyncio.sleep(0))  # it is sent before the next one is made, which may take its time
                else:
                    break
            if not running and not waiting:
                return
            pause = max(0.0, waiting[0][0] - loop.time()) if waiting else None
            done, running = runner.run(_first_of(running, pause if len(running) < slots else None))
            for task in done:
                result = task.result()
                if isinstance(result, _Again):
                    heapq.heappush(waiting, (loop.time() + _pause(result), next(order), result))
                else:
                    yield result

    async def _connect(self) -> None:
        """Make a client for each server, and ask each for its models: a dead server or a wrong key shows here."""
        from openai import APIConnectionError, APIStatusError, AsyncOpenAI, OpenAIError

        key = os.environ.get(self._config.api_key_env) or "none"
        for url in self._urls:
            client = AsyncOpenAI(base_url=url, api_key=key, timeout=self._config.timeout, max_retries=0)
            self._clients[url] = client
            try:
                self._known += [model.id for model in (await client.models.list(timeout=30)).data]
            except APIStatusError as error:
                if error.status_code in (401, 403):
                    raise self._refusal(url, error) from None
            except APIConnectionError as error:
                raise OverthinkError(
                    f"{url}: no server answers ({_cause(error)})",
                    f"Start the server, or give its address, with /v1 at its end, with {self._flags.url}.",
                ) from None
            except (OpenAIError, ValueError, TypeError, AttributeError):
                continue  # a server that lists no models may still run one

    async def _disconnect(self) -> None:
        """Close all clients."""
        for client in self._clients.values():
            await client.close()
        self._clients.clear()

    async def _try(self, request: Request, tries: int) -> Reply | NoReply | _Again:
        """Make a request once; `tries` failed before. What another try may mend comes back as the next one."""
        from openai import APIStatusError, OpenAIError

        url = self._url(request)
        try:
            return replace(await self._ask(url, request), retries=tries)
        except APIStatusError as error:
            refusal = self._refusal(url, error)
            own_fault = error.status_code in _OWN_FAULT
            reply = NoReply(request.id, f"http_{error.status_code}", refusal.message, refusal.hint, own_fault)
            if error.status_code not in _PASSING and error.status_code < 500:
                return reply
            return self._retried_or_lost(_Again(request, tries + 1, reply, _retry_after(error.response.headers)))
        except _EndedError as error:
            reply = NoReply(request.id, error.kind, f"{url}: {error}", _AGAIN, error.own_fault)
            return reply if error.own_fault else self._retried_or_lost(_Again(request, tries + 1, reply))
        except (OpenAIError, _CutError, ValueError, TypeError, AttributeError, RecursionError, OSError) as error:
            return self._retried_or_lost(_Again(request, tries + 1, self._lost(request, url, error)))
        except Exception as error:  # what the transport of the client raises when a stream breaks has no public base
            if not type(error).__module__.startswith(("httpx", "httpcore", "h11", "anyio")):
                raise
            return self._retried_or_lost(_Again(request, tries + 1, self._lost(request, url, error)))

    def _retried_or_lost(self, again: _Again) -> NoReply | _Again:
        """Return the next try, or the reply of this one if no tries are left."""
        return again if again.tries <= self._config.retries else again.reply

    def _lost(self, request: Request, url: str, error: Exception) -> NoReply:
        return NoReply(
            request.id,
            "connection",
            f"{url}: the connection broke {self._config.retries + 1} times ({_cause(error)})",
            _AGAIN,
        )

    async def _ask(self, url: str, request: Request) -> Reply:
        """One reply, with its schema if the server knows schemas, and every field by the name that it knows."""
        from openai import BadRequestError, UnprocessableEntityError

        while True:
            body = self._body(request, url)
            try:
                return await self._ask_in_form(url, request, body)
            except (BadRequestError, UnprocessableEntityError) as error:
                refused = _refused_fields(body, error)
                if not refused:
                    raise
                self._refused[url] |= refused

    async def _ask_in_form(self, url: str, request: Request, body: dict[str, Any]) -> Reply:
        """One reply, with its schema if the server knows schemas."""
        from openai import BadRequestError

        client = self._clients[url]
        if request.schema is None or url in self._without_schema:
            return await self._read(client, request, body)
        try:
            return await self._read(client, request, _with_schema(body, request.schema))
        except BadRequestError as error:
            if _refused_fields(body, error):
                raise
            # It may be the schema, or the request itself: without the schema it shows.
            reply = await self._read(client, request, body)
            self._without_schema.add(url)
            return reply

    async def _read(self, client: AsyncOpenAI, request: Request, body: dict[str, Any]) -> Reply:
        """One reply, read as it streams, or whole from a server that does not stream.

        _CutError if the stream ends before the model does, _EndedError if the server says that the response failed.
        """
        deltas, others = Stream(), Stream()
        finish: Any = None
        usage: Mapping[str, Any] = {}
        async with client.chat.completions.with_streaming_response.create(**body) as response:
            whole = response.headers.get("content-type", "").startswith("application/json")
            async for event in _whole(response.iter_bytes()) if whole else _events(response.iter_bytes()):
                usage = event["usage"] if isinstance(event.get("usage"), Mapping) else usage
                for choice in event.get("choices") or ():
                    if isinstance(choice.get("delta"), Mapping):
                        deltas.add(choice["delta"])
                    else:  # some servers have messages or texts there
                        others.add(choice.get("message") or {"text": choice.get("text")})
                    finish = choice.get("finish_reason") or finish
                    if choice.get("error"):
                        raise _ended(choice["error"])
        if (kind := failure(finish)) is not None:
            raise _EndedError(kind, f"the server ended the response with {finish}")
        if finish is None:
            raise _CutError("the stream ended before the response did")
        return self._reply(request, deltas if deltas.started else others, finish_reason(finish), usage)

    def _reply(self, request: Request, stream: Stream, finish: FinishReason, usage: Mapping[str, Any]) -> Reply:
        message = stream.message(usage, self._tags)
        hidden = message.hides(self._tags)
        # With nothing behind its thought a model stopped inside of it: the text of an engine in process shows that.
        text = clean(put_together(message, self._tags, ended=finish == "tool_calls"))
        return Reply(
            request.id,
            text if hidden else self._turn(request, text),
            finish,
            message.counts.prompt,
            message.counts.completion,
            _cached(usage),
            reasoning_tokens=message.counts.reasoning,
            hidden=hidden,
            unread_keys=message.unread_keys,
            unread_parts=message.unread_parts,
        )

    def _turn(self, request: Request, text: str) -> str:
        """The assistant's whole turn: what the server sent, and before it what the prompt began."""
        config = self._config
        if request.schema is not None:
            return text  # a closing tag in it may be a quotation: no opening one is put before it
        if config.prefill is not None:
            # The server may or may not give the words back that it was told to begin with.
            text = text if text.startswith(config.prefill) else config.prefill + text
        return whole_turn(text, thinking=config.thinking, tags=self._tags)

    def _body(self, request: Request, url: str) -> dict[str, Any]:
        """The arguments of the client's call, all but the schema."""
        config = self._config
        messages: list[dict[str, str]] = [asdict(turn) for turn in request.turns]
        # What is in extra_body is sent as it is: the client walks through every message and schema otherwise.
        extra: dict[str, Any] = {"messages": messages, **translate(config, self._kind)}
        extra |= _with_switches(config, self._kind)
        if config.prefill is not None:
            messages.append({"role": "assistant", "content": config.prefill})
            extra |= {"continue_final_message": True, "add_generation_prompt": False}
        sent = {"seed": request.seed, "stream_options": {"include_usage": True}, **extra}
        for name in self._refused[url] & sent.keys():
            value, other = sent.pop(name), OTHER_NAMES[name]
            if other is not None:
                sent[other] = value
        return {"model": self._model, "messages": (), "stream": True, "extra_body": sent}

    def _url(self, request: Request) -> str:
        """The same server for all samples of a problem, which share their prompt: its prefix cache holds it."""
        return self._urls[int(digest(*(turn.content for turn in request.turns)), 16) % len(self._urls)]

    def _refusal(self, url: str, error: APIStatusError) -> OverthinkError:
        """What the user is told of a status that is no success, and what to do about it."""
        status = error.status_code
        message = f"{url} answers {status}: {_said(error)}"
        if status in (401, 403):
            return OverthinkError(
                message, f"Put the server's key into the environment variable {self._config.api_key_env}."
            )
        if status == 404:
            served = f"It runs {', '.join(self._known)}: name one" if self._known else "Name a model that it runs"
            return OverthinkError(
                message, f"{served} with {self._flags.model}, and end the {self._flags.url} with /v1."
            )
        if status in _OWN_FAULT:
            return OverthinkError(
                message, "If the prompt is too long, start the server with a longer context; else drop that option."
            )
        return OverthinkError(message, "Look at the server, then give the same command again.")


def _refused_fields(body: dict[str, Any], error: APIStatusError) -> set[str]:
    """The fields of this request that the server does not know by our names, as its error tells."""
    words = f"{error.message} {error.body}"
    return {
        field for field, other in OTHER_NAMES.items() if field in body["extra_body"] and _refuses(field, other, words)
    }


def _refuses(field: str, other: str | None, words: str) -> bool:
    """Does an error ask for the other name, or forbid this one? Who needs none may say so in other ways."""
    if other is not None and other in words:
        return True
    return bool(re.search(rf"\b{field}\b", words) and (_FORBIDS if other else _KNOWS_NOT).search(words))


def _with_schema(body: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    form = {"type": "json_schema", "json_schema": {"name": "reply", "schema": dict(schema)}}
    return {**body, "extra_body": {**body["extra_body"], "response_format": form}}


def _with_switches(config: GenerateConfig, kind: BackendKind) -> dict[str, Any]:
    """How much is to be thought, and all further fields. llama.cpp hears of an effort only through its template."""
    switches, extra = template_switches(config), dict(config.extra or {})
    effort = {} if kind == "local" else {key: switches.pop(key) for key in ("reasoning_effort",) if key in switches}
    if switches:
        extra["chat_template_kwargs"] = {**extra.get("chat_template_kwargs", {}), **switches}
    return {**effort, **extra}


def _cached(usage: Mapping[str, Any]) -> int | None:
    details = usage.get("prompt_tokens_details")
    count = details.get("cached_tokens") if isinstance(details, Mapping) else None
    return count if type(count) is int else None


async def _whole(chunks: AsyncIterator[bytes]) -> AsyncIterator[dict[str, Any]]:
    """The one object of a server that does not stream."""
    yield _event(b"".join([chunk async for chunk in chunks]))


async def _events(chunks: AsyncIterator[bytes]) -> AsyncIterator[dict[str, Any]]:
    """The events of a stream. Read here and not by the client, which takes a millisecond for each.

    Lines end at a line feed alone: other line breaks may be part of a text. ValueError for what is no event.
    """
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if data := _data(line):
                yield _event(data)
    if data := _data(rest):
        yield _event(data)


def _data(line: bytes) -> bytes:
    """The object in a line of a stream; nothing for a comment, an empty line and the mark of the end.

    Servers that break off may write their error without the word that goes before.
    """
    data = line[5:].strip() if line.startswith(b"data:") else line.strip() if line.startswith(b"{") else b""
    return b"" if data == b"[DONE]" else data


def _event(data: bytes) -> dict[str, Any]:
    event = json.loads(data)
    if not isinstance(event, dict):
        raise ValueError(f"the server sent {data[:200].decode(errors='replace')}")
    if event.get("error"):
        raise _ended(event["error"])
    return event


class _CutError(Exception):
    """The stream ended early."""


class _EndedError(Exception):
    """The server says that the response failed. `own_fault`: it refuses this request; no further try may do better."""

    def __init__(self, kind: str, message: str, *, own_fault: bool = False) -> None:
        super().__init__(message)
        self.kind = kind
        self.own_fault = own_fault


def _ended(error: Any) -> _EndedError:
    """The error that a server sends in place of a reply, or at its end."""
    said, code = (error.get("message") or error, error.get("code")) if isinstance(error, Mapping) else (error, None)
    words = " ".join(str(said).split())[:300]
    return _EndedError("error", f"the server ended the response with an error: {words}", own_fault=code in _OWN_FAULT)


async def _first_of(tasks: set[asyncio.Task[Any]], pause: float | None) -> tuple[set[Any], set[Any]]:
    """The tasks that are done when the first is, or after the pause."""
    if not tasks:
        await asyncio.sleep(pause or 0.0)
        return set(), tasks
    return await asyncio.wait(tasks, timeout=pause, return_when=asyncio.FIRST_COMPLETED)


def _pause(again: _Again) -> float:
    """Seconds to the next try: what the server asks for, else ever longer, and scattered."""
    if again.after is not None:
        return again.after
    longest: float = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (again.tries - 1))
    return longest * random.uniform(0.5, 1.0)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The Retry-After header in seconds, from a number or a date."""
    value = headers.get("retry-after")
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        from datetime import UTC, datetime

        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _cause(error: BaseException) -> str:
    """The innermost words of an error, on one line."""
    while error.__cause__ is not None:
        error = error.__cause__
    return " ".join(str(error).split())[:200] or type(error).__name__


def _said(error: APIStatusError) -> str:
    """What the server said, on one line."""
    body = error.body
    said = body.get("message") if isinstance(body, dict) else None
    return " ".join(str(said or error.message).split())[:300]
