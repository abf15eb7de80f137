"""The HTTP side: GET and HEAD only, a Host header that is this server's own, and headers that keep a page harmless.

GET /                              all runs, newest first
GET /report?run=ID                 the report of one run
GET /compare?base=ID&new=ID        one run against another; &anyway=1 for unlike methods
GET /api/runs, /api/run?run=ID, /api/compare?base=ID&new=ID
"""

from __future__ import annotations

import errno
import json
import socket
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from overthink.errors import OverthinkError
from overthink.serve import pages
from overthink.serve.runs import Listed, Runs, UnknownRun
from overthink.session import Session

HTML, JSON = "text/html; charset=utf-8", "application/json"
OWN_POLICY = f"{pages.POLICY}; frame-ancestors 'none'"
REPORT_POLICY = "sandbox allow-scripts allow-downloads; frame-ancestors 'none'"
"""A report has a policy of its own, under which only its own scripts run; the sandbox keeps these off this server."""


class Reply(NamedTuple):
    """What goes back."""

    body: bytes
    kind: str = HTML
    policy: str = OWN_POLICY
    status: HTTPStatus = HTTPStatus.OK


class Server(ThreadingHTTPServer):
    """Serves the runs of one folder. OverthinkError if the port is taken or the address is none of this machine."""

    daemon_threads = True
    # A second server on the same port is a mistake that must be told.
    allow_reuse_port = False

    def __init__(self, runs: Runs, host: str, port: int) -> None:
        self.runs = runs
        self.named = host
        try:
            self.address_family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
            super().__init__((host, port), _Handler)
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = "the port is in use" if taken else error.strerror or str(error)
            raise OverthinkError(f"{host}:{port}: {reason}", "Give another --port (or --host).") from None

    def server_bind(self) -> None:
        """Bind without asking a name server for the machine's full name, as the standard library does."""
        super(ThreadingHTTPServer, self).server_bind()

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        host, port = self.server_address[0], self.server_address[1]
        shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(str(host), str(host))
        return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"

    def own(self, host: str | None) -> bool:
        """Whether a Host header names this server: an address, localhost, or the name it was started with.

        A page elsewhere whose name was turned to this machine's address (DNS rebinding) sends another name.
        """
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in {"localhost", self.named.lower(), socket.gethostname().lower()}:
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True


def served(folder: Path, session: Session) -> Server:
    """A server of the runs under this folder, bound and ready to serve."""
    where = session.options.serve
    return Server(Runs(folder, session), where.host, where.port)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version = "overthink"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        self._send(_answer(self.server, self.headers.get("Host"), self.path), body=True)

    def do_HEAD(self) -> None:
        self._send(_answer(self.server, self.headers.get("Host"), self.path), body=False)

    def _send(self, answer: Reply, *, body: bool) -> None:
        try:
            self.send_response(answer.status)
            for name, value in {
                "Content-Type": answer.kind,
                "Content-Length": str(len(answer.body)),
                "Content-Security-Policy": answer.policy,
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Cache-Control": "no-store",
            }.items():
                self.send_header(name, value)
            self.end_headers()
            if body:
                self.wfile.write(answer.body)
        except ConnectionError:
            self.close_connection = True  # the reader has gone

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal belongs to the user."""


Query = Mapping[str, str]


def _answer(server: Server, host: str | None, target: str) -> Reply:
    """What to send for this request. Every failure is a page or JSON with words, never a traceback."""
    if not server.own(host):
        hint = "This server answers to its own address only."
        return _failed(False, HTTPStatus.MISDIRECTED_REQUEST, f"Host {host!r} is not this server", hint)
    try:
        parts = urlsplit(target)
        query = {key: values[-1] for key, values in parse_qs(parts.query, max_num_fields=20).items()}
    except ValueError:
        return _failed(False, HTTPStatus.BAD_REQUEST, "The address cannot be read", "Start again from the list.")
    return _routed(server.runs, parts.path, query)


def _routed(runs: Runs, path: str, query: Query) -> Reply:
    api = path.startswith("/api/")
    if path not in ROUTES:
        return _failed(api, HTTPStatus.NOT_FOUND, "There is no such page", "Start again from the list of runs.")
    try:
        return ROUTES[path](runs, query)
    except UnknownRun as error:
        return _failed(api, HTTPStatus.NOT_FOUND, f"There is no run {error}", "See the list of runs.")
    except OverthinkError as error:
        anyway = f"{path}?{urlencode({**query, 'anyway': '1'})}" if "--anyway" in error.hint else None
        return _failed(api, HTTPStatus.CONFLICT, error.message, error.hint, anyway)
    except Exception as error:  # the server lives on
        hint = "The run may be half written, or was changed by hand."
        return _failed(api, HTTPStatus.INTERNAL_SERVER_ERROR, f"{type(error).__name__}: {error}", hint)


def _list(runs: Runs, query: Query) -> Reply:
    return Reply(pages.run_list(runs.listed()).encode())


def _report(runs: Runs, query: Query) -> Reply:
    return Reply(runs.page(_named(query, "run")), policy=REPORT_POLICY)


def _compare(runs: Runs, query: Query) -> Reply:
    return Reply(runs.compared_page(*_pair(query), anyway="anyway" in query).encode())


def _api_runs(runs: Runs, query: Query) -> Reply:
    return _json([_fields(one) for one in runs.listed()])


def _api_run(runs: Runs, query: Query) -> Reply:
    run_id = _named(query, "run")
    found = next((one for one in runs.listed() if one.id == run_id), None)
    if found is None:
        raise UnknownRun(repr(run_id))
    return _json({**_fields(found), "report": found.report and found.report.model_dump(mode="json")})


def _api_compare(runs: Runs, query: Query) -> Reply:
    return Reply(runs.compared(*_pair(query), anyway="anyway" in query).encode(), JSON)


ROUTES: dict[str, Callable[[Runs, Query], Reply]] = {
    "/": _list,
    "/report": _report,
    "/compare": _compare,
    "/api/runs": _api_runs,
    "/api/run": _api_run,
    "/api/compare": _api_compare,
}


def _pair(query: Query) -> tuple[str, str]:
    base, new = _named(query, "base"), _named(query, "new")
    if base == new:
        raise OverthinkError("A run cannot be compared with itself", "Choose two runs.")
    return base, new


def _named(query: Query, key: str) -> str:
    if key not in query:
        raise OverthinkError(f"The address names no {key}", f"Add {key}=ID, as /api/runs lists them.")
    return query[key]


def _fields(one: Listed) -> dict[str, Any]:
    named = ("id", "model", "created", "responses", "problem")
    return {**{key: getattr(one, key) for key in named}, "overview": pages.overview(one), "caveats": _caveats(one)}


def _caveats(one: Listed) -> list[dict[str, Any]]:
    parts = one.report.runs if one.report else []
    return [caveat.model_dump(mode="json") for part in parts for caveat in part.caveats]


def _json(value: Any) -> Reply:
    return Reply((json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode(), JSON)


def _failed(api: bool, status: HTTPStatus, message: str, hint: str, anyway: str | None = None) -> Reply:
    if api:
        body = json.dumps({"error": message, "hint": hint}, ensure_ascii=False) + "\n"
        return Reply(body.encode("utf-8", "replace"), JSON, status=status)
    return Reply(pages.message(message, hint, anyway).encode("utf-8", "replace"), status=status)
