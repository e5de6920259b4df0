"""A stand-in for a Rasa server: its two endpoints over real HTTP, answering as told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps, loads
from typing import Any

Ranking = dict[str, float]


class FakeRasa:
    """What the server answers, and what it was asked. `rank` gives the ranking of a text."""

    def __init__(self, rank: Callable[[str], Ranking]) -> None:
        self.rank = rank
        self.model: str | None = "nl-1.tar.gz"
        self.status = 200
        self.raw: bytes | None = None
        self.held: threading.Event | None = None
        self.hangs_up = False
        self.asked: list[str] = []
        self.url = ""

    def parse(self, text: str) -> Any:
        self.asked.append(text)
        rows = [{"name": name, "confidence": value} for name, value in self.rank(text).items()]
        return {"text": text, "intent": rows[0] if rows else {}, "entities": [], "intent_ranking": rows}


@contextmanager
def serving(rasa: FakeRasa) -> Iterator[FakeRasa]:
    """Serve on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(rasa))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    rasa.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield rasa
    finally:
        if rasa.held:
            rasa.held.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(rasa: FakeRasa) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            assert self.path == "/status"
            self._answer({"model_file": rasa.model, "model_id": "1", "num_active_training_jobs": 0})

        def do_POST(self) -> None:
            assert self.path == "/model/parse"
            body = loads(self.rfile.read(int(self.headers["Content-Length"])))
            if rasa.held:
                rasa.held.wait(30)
            self._answer(rasa.parse(body["text"]))

        def _answer(self, value: Any) -> None:
            payload = dumps(value).encode() if rasa.raw is None else rasa.raw
            self.send_response(rasa.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)
            self.close_connection = rasa.hangs_up

        def log_message(self, *args: object) -> None:
            """Tests need no access log."""

    return Handler
