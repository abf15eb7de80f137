"""The local page, asked over real HTTP."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from overthink.serve.server import Server, served
from overthink.session import Session
from tests.conftest import Overthink, restore_ctrl_c

NASTY = "<img src=x onerror=alert(1)>&\"'"


class Client:
    """Asks one server, with any Host header."""

    def __init__(self, server: Server, root: Path) -> None:
        self.root = root
        self.url = server.url
        self.port = server.server_address[1]

    def get(self, path: str, *, host: str | None = None, method: str = "GET") -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", host if host is not None else f"127.0.0.1:{self.port}")
        connection.endheaders()
        reply = connection.getresponse()
        headers, body = dict(reply.getheaders()), reply.read().decode()
        connection.close()
        return reply.status, headers, body


def contents(root: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(root.rglob("*")) if path.is_file()
    }


@pytest.fixture(scope="module")
def client(scored_samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The samples, a run whose names are hostile, one that is not scored, and one that is broken."""
    root = tmp_path_factory.mktemp("served")
    shutil.copytree(scored_samples, root / "samples")
    hostile = root / f"hostile {NASTY.replace('/', '')}"
    shutil.copytree(scored_samples / "sample-r1", hostile)
    for name in ("run.json", "report.json"):
        text = (hostile / name).read_text().replace('"sample-r1"', json.dumps(NASTY))
        (hostile / name).write_text(text.replace('"created": "20', '"created": "19'))
    shutil.copytree(scored_samples / "sample-qwq", root / "unscored")
    for name in ("score.jsonl", "report.json"):
        (root / "unscored" / name).unlink()
    (root / "broken").mkdir()
    (root / "broken/run.json").write_text("{")
    (root.parent / "secret.txt").write_text("secret")
    with served(root, Session({"serve": {"port": 0}})) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Client(server, root)
        server.shutdown()


def test_the_list_holds_every_run_newest_first(client: Client) -> None:
    status, headers, body = client.get("/api/runs")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    runs = json.loads(body)
    assert len(runs) == 5
    assert [run["created"] for run in runs] == sorted((run["created"] for run in runs), reverse=True)
    found = {run["id"]: run for run in runs}
    report = json.loads((client.root / "samples/sample-qwq/report.json").read_text())
    accuracy = report["runs"][0]["metrics"]["samples"]["overall"]["accuracy"]
    assert found["samples/sample-qwq"]["overview"]["samples"]["accuracy"] == accuracy
    assert "not scored yet" in found["unscored"]["problem"]
    assert "run.json" in found["broken"]["problem"]
    page = client.get("/")[2]
    assert page.index("/report?run=samples%2Fsample-r1") < page.index("broken")


def test_a_foreign_tokenizer_is_marked(client: Client) -> None:
    page = client.get("/")[2]
    assert "sample-r1</a>*" in page
    assert "a tokenizer that is not the model&#39;s own" in page


def test_one_run_comes_with_its_whole_report(client: Client) -> None:
    answer = json.loads(client.get("/api/run?run=samples/sample-r1")[2])
    assert answer["report"] == json.loads((client.root / "samples/sample-r1/report.json").read_text())


def test_any_two_runs_are_compared(client: Client) -> None:
    status, _, body = client.get("/api/compare?base=samples/sample-qwq&new=samples/sample-r1")
    comparison = json.loads(body)
    assert status == 200
    assert comparison["base_model"] == "sample-qwq"
    assert comparison["comparisons"][0]["model"] == "sample-r1"
    status, _, page = client.get("/compare?base=samples/sample-qwq&new=samples/sample-r1")
    assert status == 200
    assert "sample-r1" in page
    assert "accuracy" in page


def test_the_report_of_a_run_is_made_in_memory(client: Client) -> None:
    status, headers, body = client.get("/report?run=samples/sample-r1")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "there are 27 ordered pairs" in body


def test_a_report_that_stands_in_the_folder_is_served_as_it_is(
    client: Client, tmp_path: Path, scored_samples: Path
) -> None:
    shutil.copytree(scored_samples / "sample-r1", tmp_path / "r")
    (tmp_path / "r/report.html").write_text("<p>mine</p>")
    with served(tmp_path, Session({"serve": {"port": 0}})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert Client(server, tmp_path).get("/report?run=r")[2] == "<p>mine</p>"
        server.shutdown()


def test_names_are_escaped_everywhere(client: Client) -> None:
    hostile = next(run["id"] for run in json.loads(client.get("/api/runs")[2]) if "hostile" in run["id"])
    paths = ["/", f"/compare?base=samples/sample-r1&new={quote(hostile)}&anyway=1", f"/report?run={quote(NASTY)}"]
    for path in paths:
        _, headers, body = client.get(path)
        assert "<img" not in body, path
        assert "&lt;img" in body, path
        assert "script" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/report?run=../secret.txt", "/report?run=..", "/report?run=/etc", "/report?run=samples/../broken/..",
        "/report?run=%2e%2e%2fsecret.txt", "/report?run=samples%00", "/api/run?run=nothing", "/../secret.txt",
        "/secret.txt", "/api/nothing", "/samples/sample-r1/run.json", "//evil/x",
    ],
)  # fmt: skip
def test_what_is_no_run_and_no_page_is_not_found(client: Client, path: str) -> None:
    status, _, body = client.get(path)
    assert status == 404
    assert "secret" not in body.replace("secret.txt", "")


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost:{port}", True),
        ("127.0.0.1:{port}", True),
        ("[::1]:{port}", True),
        ("LOCALHOST", True),
        ("evil.example:{port}", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("127.0.0.1@evil.example", False),
        ("", False),
        ("[", False),
    ],
)
def test_only_its_own_name_is_answered_against_dns_rebinding(client: Client, host: str, own: bool) -> None:
    status, _, body = client.get("/api/runs", host=host.format(port=client.port))
    assert (status == 200) == own
    assert ("sample-r1" in body) == own


@pytest.mark.parametrize("path", ["/", "/api/runs", "/nothing", "/report?run=samples/sample-r1"])
def test_every_answer_has_its_protection(client: Client, path: str) -> None:
    _, headers, _ = client.get(path)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_but_reading_is_understood(client: Client, method: str) -> None:
    assert client.get("/", method=method)[0] == 501


def test_head_gives_the_headers_alone(client: Client) -> None:
    status, headers, body = client.get("/", method="HEAD")
    assert (status, body) == (200, "")
    assert int(headers["Content-Length"]) > 1000


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/api/compare?base=samples/sample-r1", 409, "names no new"),
        ("/api/compare?base=samples/sample-r1&new=samples/sample-r1", 409, "cannot be compared with itself"),
        ("/api/compare?base=samples/sample-r1&new=unscored", 409, "not scored"),
        ("/api/compare?base=samples/sample-r1&new=x", 404, "There is no run"),
        ("/compare?" + "a=1&" * 100, 400, "cannot be read"),
    ],
    ids=["missing", "itself", "unscored", "unknown", "too many"],
)
def test_a_mistake_is_told_in_words(client: Client, path: str, status: int, words: str) -> None:
    answer = client.get(path)
    assert answer[0] == status
    assert words in answer[2]
    assert "Traceback" not in answer[2]


def test_unlike_methods_are_compared_only_when_asked(
    overthink: Overthink, scored_samples: Path, tmp_path: Path
) -> None:
    shutil.copytree(scored_samples, "s")
    overthink("score", "s/sample-r1", "--scope", "response", "--redo", "score")
    with served(Path("s"), Session({"serve": {"port": 0}})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client = Client(server, tmp_path)
        status, _, page = client.get("/compare?base=sample-qwq&new=sample-r1")
        assert status == 409
        assert "scope" in page
        assert "/compare?base=sample-qwq&amp;new=sample-r1&amp;anyway=1" in page
        assert client.get("/compare?base=sample-qwq&new=sample-r1&anyway=1")[0] == 200
        server.shutdown()


def test_it_reads_and_never_writes(client: Client) -> None:
    before = contents(client.root)
    for path in ("/", "/report?run=samples/sample-qwq", "/compare?base=samples/sample-r1&new=samples/sample-qwq"):
        assert client.get(path)[0] == 200
    assert contents(client.root) == before


def test_a_taken_port_is_told_in_two_lines(overthink: Overthink, client: Client) -> None:
    done = overthink("serve", client.root, "--port", client.port)
    assert (done.code, done.out) == (2, "")
    assert "the port is in use" in done.err
    assert len(done.err.strip().splitlines()) == 2


def test_a_folder_that_is_not_there_is_told_in_two_lines(overthink: Overthink) -> None:
    done = overthink("serve", "nowhere", "--port", 0)
    assert (done.code, done.out) == (2, "")
    assert "nowhere: there is no such folder" in done.err


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_ctrl_c_ends_it_quietly_and_only_loopback_goes_without_a_warning(
    tmp_path: Path, host: str, warned: bool
) -> None:
    command = [sys.executable, "-m", "overthink", "serve", str(tmp_path), "--port", "0", "--host", host]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=restore_ctrl_c, env=os.environ
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request("GET", "/api/runs")
    assert connection.getresponse().read() == b"[]\n"
    connection.close()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert ("WARNING" in errors) == warned
    assert "Traceback" not in errors
