"""Fetching from a hub of our own, on this machine, that behaves as badly as a real line can."""

import asyncio
import hashlib
import socket
import time

import pytest
from aiohttp import web

from bot.errors import KiestoonError
from bot.speech.fetch import fetch_models
from bot.speech.manifest import Manifest
from bot.speech.store import ModelStore

BIG = bytes(range(256)) * 20_000
SMALL = b'{"sample_rate": 22050}'
PATH = "/acme/voices/resolve/v1/nl/voice.onnx"


def git_hash(data: bytes) -> str:
    return hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()


class Hub:
    """Two files: a large one that is redirected elsewhere, as the real hub does, and a small one that is not."""

    def __init__(self) -> None:
        self.cut_after: list[int] = []
        """Bytes after which a large answer breaks off, one entry per answer."""
        self.etag = hashlib.sha256(BIG).hexdigest()
        self.status = 200
        self.honours_range = True
        self.ranges: list[str] = []

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get(PATH, self.redirect)
        app.router.add_get("/cdn", self.large)
        app.router.add_get(PATH + ".json", self.small)
        return app

    async def redirect(self, request: web.Request) -> web.Response:
        if self.status != 200:
            return web.Response(status=self.status)
        headers = {"Location": "/cdn"} | ({"X-Linked-Etag": f'"{self.etag}"'} if self.etag else {})
        return web.Response(status=302, headers=headers)

    async def small(self, request: web.Request) -> web.Response:
        return web.Response(body=SMALL, headers={"ETag": f'"{git_hash(SMALL)}"'})

    async def large(self, request: web.Request) -> web.StreamResponse:
        asked = request.headers.get("Range", "")
        self.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.honours_range else 0
        if start >= len(BIG):
            return web.Response(status=416)
        response = web.StreamResponse(status=206 if start else 200, headers={"ETag": '"of-the-cdn"'})
        response.content_length = len(BIG) - start
        await response.prepare(request)
        if self.cut_after:
            await response.write(BIG[start : start + self.cut_after.pop(0)])
            await asyncio.sleep(0)
            request.transport.close()
            return response
        await response.write(BIG[start:])
        return response


@pytest.fixture
def hub():
    return Hub()


@pytest.fixture
async def url(hub, aiohttp_server, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = await aiohttp_server(hub.app())
    return str(server.make_url("")).rstrip("/")


def store_of(folder, sha256=None) -> ModelStore:
    voice = {
        "id": "voice", "kind": "tts", "title": "Voice", "lang": ["nl"], "gender": "female", "quality": 2,
        "licence": "CC0", "repo": "acme/voices", "revision": "v1",
        "files": [
            {"name": "voice.onnx.json", "path": "nl/voice.onnx.json"},
            {"name": "voice.onnx", "path": "nl/voice.onnx", "size": len(BIG), "sha256": sha256},
        ],
    }  # fmt: skip
    return ModelStore(folder, Manifest.model_validate({"hub": "http://nowhere.invalid", "models": [voice]}))


async def fetch(store, url, report=lambda progress: None):
    await fetch_models(store, store.manifest.models, report, hub=url)


async def failure(store, url):
    with pytest.raises(KiestoonError) as caught:
        await fetch(store, url)
    return caught.value


def names(store):
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file())


async def test_fetches_checks_and_reports(tmp_path, hub, url):
    store, seen = store_of(tmp_path, hashlib.sha256(BIG).hexdigest()), []
    await fetch(store, url, seen.append)
    assert store.usable(store.manifest.get("voice"))
    assert (tmp_path / "voice" / "voice.onnx").read_bytes() == BIG
    assert {check.result for check in store.verify(store.manifest.get("voice"))} == {"ok"}
    large = [progress for progress in seen if progress.file == "voice.onnx"]
    assert large[-1].done == large[-1].total == len(BIG)
    assert [progress.done for progress in large] == sorted({progress.done for progress in large})


async def test_what_is_here_is_not_fetched_again(tmp_path, hub, url):
    store = store_of(tmp_path)
    await fetch(store, url)
    await fetch(store, url)
    assert len(hub.ranges) == 1


async def test_a_broken_download_goes_on_where_it_stopped(tmp_path, hub, url):
    hub.cut_after = [2_000_000, 1_500_000]
    store, seen = store_of(tmp_path), []
    await fetch(store, url, seen.append)
    assert (tmp_path / "voice" / "voice.onnx").read_bytes() == BIG
    assert hub.ranges[0] == ""
    assert len(hub.ranges) == 3
    starts = [int(asked[6:-1]) for asked in hub.ranges[1:]]
    assert 0 < starts[0] <= 2_000_000
    assert starts[0] < starts[1] <= 3_500_000
    assert seen[-1].done == seen[-1].total == len(BIG)


async def test_a_part_left_by_an_earlier_run_is_used(tmp_path, hub, url):
    store = store_of(tmp_path)
    (tmp_path / "voice").mkdir()
    (tmp_path / "voice" / "voice.onnx.part").write_bytes(BIG[:1_000_000])
    await fetch(store, url)
    assert hub.ranges == ["bytes=1000000-"]
    assert (tmp_path / "voice" / "voice.onnx").read_bytes() == BIG


async def test_a_complete_part_only_needs_its_check(tmp_path, hub, url):
    store = store_of(tmp_path)
    (tmp_path / "voice").mkdir()
    (tmp_path / "voice" / "voice.onnx.part").write_bytes(BIG)
    await fetch(store, url)
    assert (tmp_path / "voice" / "voice.onnx").read_bytes() == BIG


async def test_a_hub_that_ignores_ranges_costs_only_time(tmp_path, hub, url):
    hub.honours_range = False
    store = store_of(tmp_path)
    (tmp_path / "voice").mkdir()
    (tmp_path / "voice" / "voice.onnx.part").write_bytes(b"x" * 1000)
    await fetch(store, url)
    assert (tmp_path / "voice" / "voice.onnx").read_bytes() == BIG


async def test_a_line_that_brings_nothing_is_given_up_and_the_part_kept(tmp_path, hub, url):
    hub.cut_after = [1_000_000] + [0] * 9
    store = store_of(tmp_path)
    error = await failure(store, url)
    assert (error.code, error.details["reason"]) == ("model.fetch_failed", "interrupted")
    assert "voice.onnx.part" in names(store)
    assert "voice.onnx" not in names(store)


@pytest.mark.parametrize("known", [True, False])
async def test_a_wrong_checksum_is_thrown_away(tmp_path, hub, url, known):
    hub.etag = "f" * 64
    store = store_of(tmp_path, "e" * 64 if known else None)
    error = await failure(store, url)
    assert error.code == "model.checksum"
    assert names(store) == ["checksums.json", "voice.onnx.json"]
    assert not store.usable(store.manifest.get("voice"))


async def test_what_cannot_be_checked_is_not_used(tmp_path, hub, url):
    hub.etag = ""
    error = await failure(store_of(tmp_path), url)
    assert error.code == "model.checksum"
    assert "no checksum" in error.message


@pytest.mark.parametrize("status", [404, 403, 500])
async def test_the_hub_says_no(tmp_path, hub, url, status):
    hub.status = status
    error = await failure(store_of(tmp_path), url)
    assert error.code == "model.fetch_failed"
    assert error.details == {"model": "voice", "file": "voice.onnx", "reason": "http", "status": status}


async def test_an_offline_machine_knows_at_once(tmp_path, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    store = store_of(tmp_path)
    started = time.monotonic()
    error = await failure(store, f"http://127.0.0.1:{port}")
    assert time.monotonic() - started < 3
    assert (error.code, error.details["reason"]) == ("model.fetch_failed", "offline")


async def test_a_full_disk_is_told_before_anything_is_fetched(tmp_path, hub, url, monkeypatch):
    monkeypatch.setattr("bot.speech.fetch.shutil.disk_usage", lambda folder: type("Usage", (), {"free": 1000}))
    error = await failure(store_of(tmp_path), url)
    assert error.code == "disk.full"
    assert hub.ranges == []
