"""The Rasa server as a child process: waited for, started again, stopped with its parent."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from bot.errors import KiestoonError
from bot.nlu.rasa_project import Project
from server.rasa_files import RasaFiles, check_platform, child_environment, lock_hash, url_for
from server.rasa_process import RasaServer, Timings, answers, rasa_server
from server.rasa_serving import RasaServers, rasa_while, train_model
from server.settings import Settings, load_settings
from tests import ROOT

STUB = Path(__file__).parent / "rasa_stub"
QUICK = Timings(start_limit=20, poll=0.02, first_delay=0.02, longest_delay=0.1, check=0.05, stop_limit=5)
PROJECT = Project("nl", "language: nl\n", "nlu: []\n", 0)


class FakeChild:
    """A process that ends when told."""

    def __init__(self, obedient: bool = True) -> None:
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.obedient, self.killed = obedient, False

    async def wait(self) -> int:
        return await asyncio.shield(self.ended)

    def terminate(self) -> None:
        if self.obedient:
            self.end()

    def kill(self) -> None:
        self.killed = True
        self.end()

    def end(self) -> None:
        if not self.ended.done():
            self.ended.set_result(0)


class Stage:
    """Fake processes and a fake clock for one `RasaServer`."""

    def __init__(self, timings: Timings, answer: Callable[[int], bool] = lambda probes: True) -> None:
        self.children: list[FakeChild] = []
        self.slept: list[float] = []
        self.probes = 0
        self.answer = answer
        self.obedient = True
        self.server = RasaServer(self._spawn, self._probe, timings, self._sleep)

    async def _spawn(self) -> FakeChild:
        self.children.append(FakeChild(self.obedient))
        return self.children[-1]

    async def _probe(self) -> bool:
        self.probes += 1
        return self.answer(self.probes)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.001)


async def test_it_is_ready_once_it_answers() -> None:
    stage = Stage(QUICK, lambda probes: probes >= 4)
    await stage.server.start()
    await stage.server.start()
    await stage.server.ready(5)
    assert (stage.server.state, stage.slept, len(stage.children)) == ("ready", [0.02] * 3, 1)
    await stage.server.stop()
    assert stage.server.state == "stopped"
    assert stage.children[0].ended.done()


async def test_it_is_started_again_ever_later() -> None:
    stage = Stage(Timings(first_delay=1, longest_delay=6, steady=1000))
    await stage.server.start()
    for death in range(1, 6):
        await stage.server.ready(5)
        stage.children[-1].end()
        await until(lambda death=death: len(stage.children) == death + 1)
    await stage.server.ready(5)
    assert (stage.slept, stage.server.restarts) == ([1, 2, 4, 6, 6], 5)
    await stage.server.stop()


async def test_after_good_running_the_wait_is_short_again() -> None:
    stage = Stage(Timings(first_delay=1, longest_delay=60, steady=0))
    await stage.server.start()
    for death in range(1, 4):
        await stage.server.ready(5)
        stage.children[-1].end()
        await until(lambda death=death: len(stage.children) == death + 1)
    assert stage.slept == [1, 1, 1]
    await stage.server.stop()


async def test_one_that_never_answers_is_ended_and_tried_again() -> None:
    stage = Stage(Timings(start_limit=3, poll=1, first_delay=7), lambda probes: probes > 3)
    await stage.server.start()
    await stage.server.ready(5)
    assert (stage.slept, len(stage.children)) == ([1, 1, 1, 7], 2)
    assert stage.children[0].ended.done()
    await stage.server.stop()


async def test_one_that_stops_answering_is_started_again() -> None:
    stage = Stage(Timings(check=0.001, misses=3, first_delay=1), lambda probes: probes not in range(5, 8))
    await stage.server.start()
    await until(lambda: len(stage.children) == 2)
    assert stage.children[0].ended.done()
    await stage.server.stop()


async def test_one_that_does_not_listen_is_killed() -> None:
    stage = Stage(Timings(stop_limit=0.01))
    stage.obedient = False
    await stage.server.start()
    await stage.server.ready(5)
    await stage.server.stop()
    assert stage.children[0].killed


async def test_waiting_has_an_end() -> None:
    stage = Stage(Timings(), lambda probes: False)
    await stage.server.start()
    with pytest.raises(KiestoonError) as caught:
        await stage.server.ready(0.01)
    assert caught.value.code == "rasa.no_start"
    await stage.server.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path, content=ROOT, nlu="rasa", rasa_url=f"http://127.0.0.1:{free_port()}")


@pytest.fixture
def files(settings: Settings) -> RasaFiles:
    """An installation whose Rasa is the stub."""
    made = RasaFiles(settings.rasa_folder, ROOT)
    made.python.parent.mkdir(parents=True)
    made.python.write_text(f'#!/bin/sh\nPYTHONPATH="{STUB}" exec "{sys.executable}" "$@"\n')
    made.python.chmod(0o755)
    made.stamp.write_text(lock_hash())
    return made


async def pid_at(url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/status") as response:
        return int((await response.json())["pid"])


async def test_a_trained_model_is_served_again_after_a_death_and_gone_after_stop(
    settings: Settings, files: RasaFiles
) -> None:
    model = train_model(files, PROJECT)
    url = url_for(settings.rasa_url, "nl")
    server = rasa_server(files, "nl", model, url, QUICK)
    await server.start()
    await server.ready(20)
    first = await pid_at(url)
    os.kill(first, signal.SIGKILL)
    await until(lambda: server.restarts == 1)
    await server.ready(20)
    assert await pid_at(url) != first
    await server.stop()
    assert not await answers(url)
    said = json.loads(files.log("serve-nl").read_text().splitlines()[0])
    assert said["arguments"][:5] == ["run", "--enable-api", "-i", "127.0.0.1", "-p"]
    assert said["telemetry"] == "false"


def test_a_new_model_takes_the_place_of_the_old(files: RasaFiles) -> None:
    old = train_model(files, PROJECT)
    new = train_model(files, Project("nl", PROJECT.config, "nlu: [1]\n", 1))
    other = train_model(files, Project("fr", PROJECT.config, PROJECT.nlu, 1))
    assert sorted(files.models.iterdir()) == sorted([new, other])
    assert old != new


def test_failed_training_says_where_to_look(files: RasaFiles) -> None:
    files.project("nl").mkdir(parents=True)
    (files.project("nl") / "fail").touch()
    with pytest.raises(KiestoonError, match="told to fail") as caught:
        train_model(files, PROJECT)
    assert caught.value.code == "rasa.training_failed"
    assert "told to fail" in Path(str(caught.value.details["log"])).read_text()


def test_nothing_runs_that_was_not_installed(settings: Settings, files: RasaFiles) -> None:
    files.stamp.write_text("an older lock")
    with pytest.raises(KiestoonError) as caught:
        train_model(files, PROJECT)
    assert caught.value.code == "rasa.not_installed"


def test_the_server_ends_with_the_program_that_started_it(settings: Settings, files: RasaFiles) -> None:
    command = files.command("run", "-i", "127.0.0.1", "-p", str(free_port()), "-m", "x.tar.gz")
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment())
    assert child.stdout is not None
    assert child.stdin is not None
    child.stdout.readline()
    assert child.poll() is None
    child.stdin.close()
    assert child.wait(20) == -signal.SIGTERM
    child.stdout.close()


def test_a_program_without_event_loop_has_it_running_for_a_while(settings: Settings, files: RasaFiles) -> None:
    problems: list[KiestoonError] = []
    model = train_model(files, Project("nl", "", "", 0))
    url = url_for(settings.rasa_url, "nl")
    with rasa_while(settings, problems.append):
        assert asyncio.run(answers(url, model.name))
    assert not asyncio.run(answers(url))
    assert problems == []


async def test_without_a_model_it_says_so_and_goes_on(settings: Settings, files: RasaFiles) -> None:
    servers = RasaServers(settings)
    await servers.start()
    await servers.ready(1)
    assert {lang: error.code for lang, error in servers.problems.items()} == {"nl": "rasa.not_trained"}
    await servers.stop()


def test_each_language_has_its_port() -> None:
    assert [url_for("http://127.0.0.1:5005", lang) for lang in ("nl", "de")] == [
        "http://127.0.0.1:5005",
        "http://127.0.0.1:5008",
    ]
    assert url_for("http://[::1]:80", "fr") == "http://[::1]:81"


def test_windows_is_refused_clearly() -> None:
    check_platform("linux")
    with pytest.raises(KiestoonError, match="win32"):
        check_platform("win32")
