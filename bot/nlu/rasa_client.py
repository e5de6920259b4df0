"""Asks a Rasa server about clauses: short timeouts, and no more questions for a while when it does not answer."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit

from bot.errors import KiestoonError

TIMEOUT_S = 0.5
RETRY_S = 3.0
_LARGEST_ANSWER = 1_000_000

Ranking = Mapping[str, float]
Answer = TypeVar("Answer")


class RasaClient:
    """The Rasa server at `url` (``http://host:port``). Safe to use from several threads.

    A turn may take `timeout_s` seconds in all. After a failure nothing is asked for `retry_s` seconds: callers then get
    their KiestoonError ``nlu.rasa_away`` at once and can turn to something else.
    """

    def __init__(
        self,
        url: str,
        timeout_s: float = TIMEOUT_S,
        retry_s: float = RETRY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise KiestoonError("nlu.rasa_url", f"not the address of a Rasa server: {url!r}", {"url": url})
        self.url = url.rstrip("/")
        self._host, self._port, self._path = parts.hostname, parts.port or 80, parts.path.rstrip("/")
        self._timeout_s, self._retry_s, self._clock = timeout_s, retry_s, clock
        self._lock = threading.Lock()
        self._connection: http.client.HTTPConnection | None = None
        self._closed_until = float("-inf")

    def rankings(self, texts: Sequence[str]) -> list[Ranking]:
        """The confidence (0 to 1) of every intent for each text; raises KiestoonError ``nlu.rasa_away``."""
        return self._guarded(lambda deadline: [self._parse(text, deadline) for text in texts])

    def model(self) -> str:
        """File name of the model that the server has loaded; raises KiestoonError ``nlu.rasa_away``."""
        return self._guarded(self._model)

    def close(self) -> None:
        """Drop the connection."""
        with self._lock:
            self._drop()

    def _guarded(self, ask: Callable[[float], Answer]) -> Answer:
        deadline = self._clock() + self._timeout_s
        if self._clock() < self._closed_until:
            raise _away(self.url, "it did not answer a moment ago")
        if not self._lock.acquire(timeout=self._timeout_s):
            raise _away(self.url, "it is busy")
        try:
            if self._clock() < self._closed_until:
                raise _away(self.url, "it did not answer a moment ago")
            return ask(deadline)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._drop()
            self._closed_until = self._clock() + self._retry_s
            raise _away(self.url, type(error).__name__) from error
        finally:
            self._lock.release()

    def _parse(self, text: str, deadline: float) -> Ranking:
        answer = self._exchange("POST", "/model/parse", {"text": text}, deadline)
        try:
            return {str(row["name"]): float(row["confidence"]) for row in answer["intent_ranking"]}
        except (KeyError, TypeError) as error:
            raise ValueError("no intent_ranking") from error

    def _model(self, deadline: float) -> str:
        name = self._exchange("GET", "/status", None, deadline).get("model_file")
        if not name:
            raise ValueError("no model loaded")
        return str(name)

    def _exchange(self, method: str, path: str, body: object, deadline: float) -> dict[str, Any]:
        """One question; asked again over a new connection where the server had closed the kept one."""
        payload = None if body is None else json.dumps(body).encode()
        if self._connection is not None:
            try:
                return self._ask(self._connection, method, path, payload, deadline)
            except ConnectionError:
                self._drop()
        self._connection = http.client.HTTPConnection(self._host, self._port)
        return self._ask(self._connection, method, path, payload, deadline)

    def _ask(
        self, connection: http.client.HTTPConnection, method: str, path: str, payload: bytes | None, deadline: float
    ) -> dict[str, Any]:
        connection.timeout = self._left(deadline)
        if connection.sock is None:
            connection.connect()
        connection.sock.settimeout(self._left(deadline))
        connection.request(method, self._path + path, payload, {"Content-Type": "application/json"})
        response = connection.getresponse()
        raw = response.read(_LARGEST_ANSWER)
        if response.status != HTTPStatus.OK:
            raise ValueError(f"status {response.status}")
        answer = json.loads(raw)
        if not isinstance(answer, dict):
            raise ValueError("not an object")
        return answer

    def _left(self, deadline: float) -> float:
        left = deadline - self._clock()
        if left <= 0:
            raise TimeoutError
        return left

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _away(url: str, why: str) -> KiestoonError:
    return KiestoonError("nlu.rasa_away", f"no answer from Rasa at {url}: {why}", {"url": url})
