"""The client of a Rasa server: what it asks, and how it behaves when the server does not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from bot.errors import KiestoonError
from bot.nlu.rasa_client import RasaClient
from tests.nlu.fake_rasa import FakeRasa, serving


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    with serving(FakeRasa(lambda text: {"greet": 0.9, "thank": 0.1})) as fake:
        yield fake


def away(client: RasaClient) -> KiestoonError:
    with pytest.raises(KiestoonError) as caught:
        client.rankings(["goedemorgen"])
    assert caught.value.code == "nlu.rasa_away"
    return caught.value


def test_every_text_is_ranked_over_one_connection(rasa: FakeRasa) -> None:
    client = RasaClient(rasa.url)
    assert client.rankings(["goedemorgen", "dag mevrouw"]) == [{"greet": 0.9, "thank": 0.1}] * 2
    assert rasa.asked == ["goedemorgen", "dag mevrouw"]
    assert client.model() == "nl-1.tar.gz"
    client.close()


def test_no_text_needs_no_server() -> None:
    assert RasaClient("http://127.0.0.1:9").rankings([]) == []


def test_a_connection_that_the_server_closed_is_opened_again(rasa: FakeRasa) -> None:
    client = RasaClient(rasa.url)
    rasa.hangs_up = True
    assert client.rankings(["a"]) == client.rankings(["b"])
    assert rasa.asked == ["a", "b"]


def test_after_a_failure_nothing_is_asked_for_a_while_and_then_again(rasa: FakeRasa) -> None:
    clock = Clock()
    client = RasaClient(rasa.url, retry_s=3.0, clock=clock)
    rasa.status = 500
    away(client)
    rasa.status = 200
    asked = len(rasa.asked)
    away(client)
    assert len(rasa.asked) == asked
    clock.now += 3.1
    assert client.rankings(["goedemorgen"]) == [{"greet": 0.9, "thank": 0.1}]


def test_a_server_that_is_not_there_is_away_at_once() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        assert away(RasaClient(f"http://127.0.0.1:{port}")).details["url"] == f"http://127.0.0.1:{port}"


def test_a_server_that_hangs_costs_no_more_than_the_time_allowed(rasa: FakeRasa) -> None:
    rasa.held = threading.Event()
    client = RasaClient(rasa.url, timeout_s=0.05)
    assert "TimeoutError" in away(client).message
    assert rasa.asked == []


def test_the_time_allowed_is_for_the_whole_turn(rasa: FakeRasa) -> None:
    clock = Clock()

    def slowly(text: str) -> dict[str, float]:
        clock.now += 0.3
        return {"greet": 1.0}

    rasa.rank = slowly
    client = RasaClient(rasa.url, timeout_s=0.5, clock=clock)
    with pytest.raises(KiestoonError, match="TimeoutError"):
        client.rankings(["een", "twee", "drie"])
    assert rasa.asked == ["een", "twee"]


@pytest.mark.parametrize(
    "raw", [b"", b"<html>", b"[]", b"{}", b'{"intent_ranking": 3}', b'{"intent_ranking": [{"name": "x"}]}']
)
def test_an_answer_that_is_none_counts_as_away(rasa: FakeRasa, raw: bytes) -> None:
    rasa.raw = raw
    away(RasaClient(rasa.url))


def test_a_server_without_a_model_is_away(rasa: FakeRasa) -> None:
    rasa.model = None
    with pytest.raises(KiestoonError, match="Rasa"):
        RasaClient(rasa.url).model()


@pytest.mark.parametrize("url", ["", "127.0.0.1:5005", "https://127.0.0.1:5005", "ftp://x:1"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(KiestoonError) as caught:
        RasaClient(url)
    assert caught.value.code == "nlu.rasa_url"


def test_threads_share_a_client(rasa: FakeRasa) -> None:
    client = RasaClient(rasa.url, timeout_s=5.0)
    got: list[object] = []
    threads = [threading.Thread(target=lambda: got.extend(client.rankings(["dag"] * 5))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(rasa.asked) == 20
