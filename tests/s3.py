"""An S3 API on loopback, and one in between that fails on demand."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

KEYS = {"AWS_ACCESS_KEY_ID": "nyckel", "AWS_SECRET_ACCESS_KEY": "hemlighet", "AWS_REGION": "eu-north-1"}
_START_SECONDS = 60


@contextmanager
def s3_api() -> Iterator[str]:
    """moto's server in a process of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("the S3 API did not start")


def make_bucket(api: str, name: str) -> None:
    ask(api, "PUT", f"/{name}")


def ask(api: str, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(api).netloc, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


Fault = Callable[["Between", str, str, bytes], bool]
"""Told the handler, method, path and body; true where it has answered itself, or not at all."""


class Between(BaseHTTPRequestHandler):
    """Passes requests on to the S3 API, unless the fault has its way."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.seen.append((self.command, self.path))
        if not self.server.fault(self, self.command, self.path, body):
            self.pass_on(body)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _handle  # noqa: N815 - the library's names

    def asked(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """What the S3 API answers."""
        connection = http.client.HTTPConnection(urlsplit(self.server.api).netloc, timeout=30)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        found = answer.status, dict(answer.getheaders()), answer.read()
        connection.close()
        return found

    def pass_on(self, body: bytes) -> None:
        status, headers, content = self.asked(body)
        self.answer(status, content, headers)

    def answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response_only(status)
        for name, value in (headers or {"Content-Length": str(len(content))}).items():
            if name.lower() not in ("connection", "transfer-encoding"):
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def hang_up(self) -> None:
        """Reset the connection in the middle of everything."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Silence."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, api: str, fault: Fault) -> None:
        super().__init__(("127.0.0.1", 0), Between)
        self.api, self.fault = api, fault
        self.seen: list[tuple[str, str]] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever gave up waiting is not told of."""


@contextmanager
def failing(api: str, fault: Fault) -> Iterator[_Server]:
    """A server before the API, which `fault` may spoil; `.seen` has what was asked and `.server_port` where it answers."""
    server = _Server(api, fault)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
