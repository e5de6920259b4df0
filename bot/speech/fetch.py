"""Fetching models from the hub, once, on a machine that has internet.

A broken download goes on where it stopped. Nothing takes its place before its checksum is right. Where the hub cannot
be reached at all, everything stops after one short try, so that an offline machine falls back within seconds.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import aiohttp

from bot.errors import KiestoonError
from bot.speech.checksums import Expected, expected_from_etag, sha256_of
from bot.speech.manifest import Model, ModelFile
from bot.speech.store import ModelStore

CONNECT_TIMEOUT_S = 3.0
_STALL_TIMEOUT_S = 30.0
_BLOCK = 1 << 20
_ATTEMPTS = 4
_SPARE_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the fetching of a file is, in bytes; `total` is None while unknown."""

    model: str
    file: str
    done: int
    total: int | None


Report = Callable[[Progress], None]


class _InterruptedError(Exception):
    """The connection broke; what arrived is kept, and another attempt may go on from there."""


async def fetch_models(
    store: ModelStore, models: Iterable[Model], report: Report, *, hub: str | None = None,
    connect_timeout_s: float = CONNECT_TIMEOUT_S,
) -> None:  # fmt: skip
    """Fetch whatever of `models` is not here yet; `hub` replaces the manifest's, as for a mirror in the school.

    Stops at the first failure: KiestoonError `model.fetch_failed` (with `reason`: `offline`, `http` or `interrupted`),
    `model.checksum` or `disk.full`.
    """
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout_s, sock_read=_STALL_TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
        for model in models:
            if not model.fetched or store.usable(model):
                continue
            await asyncio.to_thread(_prepare, store, model)
            for file in model.files:
                url = f"{hub or store.manifest.hub}/{model.repo}/resolve/{model.revision}/{file.path}"
                await _Download(session, store, model, file, url, report).run()


def _prepare(store: ModelStore, model: Model) -> None:
    folder = store.folder_of(model)
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < model.size + _SPARE_BYTES:
        megabytes = (model.size + _SPARE_BYTES) // 1_000_000
        raise KiestoonError("disk.full", f"{model.id} needs {megabytes} MB of free disk", {"megabytes": megabytes})


class _Download:
    """One file."""

    def __init__(
        self, session: aiohttp.ClientSession, store: ModelStore, model: Model, file: ModelFile, url: str, report: Report
    ) -> None:
        self._session = session
        self._store = store
        self._model = model
        self._file = file
        self._url = url
        self._report = report
        self._target = store.folder_of(model) / file.name
        self._part = self._target.with_name(f"{file.name}.part")

    async def run(self) -> None:
        """Fetch, check, put in place."""
        if self._target.is_file() and self._target.stat().st_size == self._file.size:
            return
        for attempt in range(_ATTEMPTS):
            before = self._arrived()
            try:
                expected = await self._transfer()
            except _InterruptedError as error:
                if attempt == _ATTEMPTS - 1 or self._arrived() <= before:
                    raise self._failed("interrupted", "the connection broke") from error
            else:
                await self._finish(expected)
                return

    def _arrived(self) -> int:
        return self._part.stat().st_size if self._part.is_file() else 0

    async def _transfer(self) -> Expected | None:
        """Fetch what lacks; the checksum to expect."""
        start = self._arrived()
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
        try:
            async with self._session.get(self._url, headers=headers) as response:
                expected = self._expected(response)
                if response.status == 416:  # nothing lacks; whether it is right, its checksum will tell
                    return expected
                if response.status not in (200, 206):
                    raise self._failed("http", f"the hub answers {response.status}", status=response.status)
                await self._receive(response, start if response.status == 206 else 0)
                return expected
        except aiohttp.ClientConnectorError as error:
            raise self._failed("offline", "the hub cannot be reached") from error
        except aiohttp.ConnectionTimeoutError as error:
            raise self._failed("offline", "the hub does not answer") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _InterruptedError from error

    def _expected(self, response: aiohttp.ClientResponse) -> Expected | None:
        """The manifest's checksum, else the hub's own: large files are redirected elsewhere, and only the hub's first
        answer speaks for the hub.
        """
        if self._file.sha256 is not None:
            return Expected("sha256", self._file.sha256)
        first = response.history[0] if response.history else response
        return expected_from_etag(first.headers.get("X-Linked-Etag") or first.headers.get("ETag") or "")

    async def _receive(self, response: aiohttp.ClientResponse, start: int) -> None:
        total = start + response.content_length if response.content_length is not None else self._file.size
        done = start
        with await asyncio.to_thread(self._part.open, "r+b" if start else "wb") as sink:
            await asyncio.to_thread(sink.seek, start)
            async for block in response.content.iter_chunked(_BLOCK):
                await asyncio.to_thread(self._write, sink.write, block)
                done += len(block)
                self._report(Progress(self._model.id, self._file.name, done, total))

    def _write(self, write: Callable[[bytes], int], block: bytes) -> None:
        try:
            write(block)
        except OSError as error:
            raise KiestoonError("disk.full", f"{self._file.name} cannot be written: {error.strerror}") from error

    async def _finish(self, expected: Expected | None) -> None:
        if expected is None:
            raise self._damaged("the hub tells no checksum, so it cannot be checked")
        if not await asyncio.to_thread(expected.matches, self._part):
            await asyncio.to_thread(self._part.unlink)
            raise self._damaged("its checksum is wrong; it was thrown away")
        sha256 = await asyncio.to_thread(sha256_of, self._part)
        await asyncio.to_thread(self._part.replace, self._target)
        await asyncio.to_thread(self._store.record_checksum, self._model, self._file.name, sha256)

    def _failed(self, reason: str, why: str, **more: int) -> KiestoonError:
        details: dict[str, str | int | float] = {"model": self._model.id, "file": self._file.name, "reason": reason}
        return KiestoonError("model.fetch_failed", f"{self._file.name} was not fetched: {why}", details | more)

    def _damaged(self, why: str) -> KiestoonError:
        details: dict[str, str | int | float] = {"model": self._model.id, "file": self._file.name}
        return KiestoonError("model.checksum", f"{self._file.name} is not used: {why}", details)
