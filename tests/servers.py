"""Real servers for a bare repository: an independent implementation, and git's own over HTTP, with faults on demand."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# What a server may do with a push: take it; say "ok" and drop it; say "ok" to everybody and take the first; close the
# connection before the update, or after it; say nothing until the test ends; ask for a name and a password. A number is
# the HTTP status by which it turns a request down.
HONEST, DROPS, AGREES = "honest", "drops", "agrees"
CUT_BEFORE, CUT_AFTER, HANGS, ASKS = "cut-before", "cut-after", "hangs", "asks"


@dataclass
class Conduct:
    """How a server behaves, which a test may change while it runs.

    `rest` is for every request but the push itself; `gone`: after the next push no request is answered any more.
    `reached` is set when a request has met a fault; `gate` makes that many pushes wait for each other.
    """

    push: str = HONEST
    rest: str = HONEST
    gone: bool = False
    gate: threading.Barrier | None = None
    reached: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)
    pushes: list[str] = field(default_factory=list)


# In a process of its own, which ends with its standard input: it leaves packs open, and Python complains of that here.
_DULWICH = """
import sys, threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from dulwich.server import FileSystemBackend
from dulwich.web import make_wsgi_chain

class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64

class Quiet(WSGIRequestHandler):
    def log_message(self, *words):
        pass

server = make_server("127.0.0.1", 0, make_wsgi_chain(FileSystemBackend()), Server, Quiet)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
"""


@contextmanager
def dulwich_http(root: Path) -> Iterator[str]:
    """Serve the bare repository `root` by dulwich's smart HTTP, as it is: it tells both racers "ok"; its URL."""
    with subprocess.Popen(
        [sys.executable, "-c", _DULWICH],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}{root}"
        finally:
            server.stdin.close()


@contextmanager
def http_backend(root: Path, conduct: Conduct | None = None) -> Iterator[str]:
    """Serve the bare repository `root` by `git http-backend`; its URL."""
    chosen = conduct or Conduct()
    handler = type("Handler", (_Cgi,), {"root": root, "conduct": chosen})
    server = _ThreadingHttp(("127.0.0.1", 0), handler)
    try:
        with _running(server):
            yield f"http://127.0.0.1:{server.server_port}/{root.name}"
    finally:
        chosen.closing.set()


@contextmanager
def git_daemon(root: Path, *options: str) -> Iterator[str]:
    """Serve the bare repository `root` by `git daemon`, which takes no pushes unless `options` say so; its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = ["--export-all", "--listen=127.0.0.1", f"--port={port}", "--reuseaddr", f"--base-path={root.parent}"]
    # In a group of its own: `git` starts the daemon as another program.
    with subprocess.Popen(
        ["git", "daemon", *words, *options], stderr=subprocess.DEVNULL, start_new_session=True
    ) as server:
        try:
            while server.poll() is None:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.02)
            yield f"git://127.0.0.1:{port}/{root.name}"
        finally:
            os.killpg(server.pid, signal.SIGTERM)


class _ThreadingHttp(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is part of the test."""


@contextmanager
def _running(server: ThreadingHTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Cgi(BaseHTTPRequestHandler):
    """Hands each request to `git http-backend`, as a web server's CGI module does."""

    root: Path
    conduct: Conduct
    protocol_version = "HTTP/1.0"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's word)
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer(self.conduct.rest)

    def do_POST(self) -> None:
        self._answer(self.conduct.push if self._is_push else self.conduct.rest)

    @property
    def _is_push(self) -> bool:
        return self.command == "POST" and self.path.endswith("/git-receive-pack")

    def _answer(self, how: str) -> None:
        body = self._body()
        if self._is_push:
            self.conduct.pushes.append(how)
            self.conduct.rest = CUT_BEFORE if self.conduct.gone else self.conduct.rest
        if how != HONEST:
            self.conduct.reached.set()
        if how == HANGS:
            self.conduct.closing.wait()
        answer = self._act(how, body)
        if answer is None:
            self._cut()
        else:
            self._send(answer)

    def _act(self, how: str, body: bytes) -> bytes | None:
        """Do with a request what the conduct says; what is answered, or None when the connection breaks."""
        if how == ASKS:
            return b'Status: 401 Unauthorized\r\nWWW-Authenticate: Basic realm="hub"\r\n\r\n'
        if how.isdigit():
            return f"Status: {how} No\r\n\r\n".encode()
        with tempfile.TemporaryDirectory() as folder:
            lies, at = how in (DROPS, AGREES), self.root
            if lies:
                # A copy takes everything that its original would have taken at this moment.
                at = Path(shutil.copytree(self.root, Path(folder, self.root.name)))
            if self._is_push and self.conduct.gate is not None:
                self.conduct.gate.wait(60)
            answer = self._ask(at, body) if how not in (CUT_BEFORE, HANGS) else None
            if how == AGREES:
                self._ask(self.root, body)
            return answer if how != CUT_AFTER else None

    def _cut(self) -> None:
        # A reset, not an end: what the client has read so far is all that it gets.
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _ask(self, root: Path, body: bytes) -> bytes:
        path, _, query = self.path.partition("?")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ["HOME"],
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_PROJECT_ROOT": str(root.parent),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REMOTE_USER": "tester",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        return subprocess.run(
            ["git", "http-backend"], input=body, env=environment, capture_output=True, check=False
        ).stdout

    def _send(self, answer: bytes) -> None:
        head, _, content = answer.partition(b"\r\n\r\n")
        headers = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
        status = next((value for name, value in headers if name == "Status"), "200 OK")
        self.send_response(int(status.split()[0]))
        for name, value in headers:
            if name != "Status":
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)
