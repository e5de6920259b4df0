"""The human last word: overrides, corrections, disputes, forms, undo, and what re-scoring keeps."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.acts import Act
from evaluators import registry, scorecard
from server.app import create_app
from server.assessment_log import NAME
from server.settings import Settings, load_settings
from tests.call_driver import understood
from tests.server.conftest import ROOT, ScriptedEngine
from tests.stored_calls import CALL, agent_turns, played, store

URL = f"/api/calls/{CALL}"
BY = {"author": "Els"}


class _Acts:
    """A recogniser of acts that hears a greeting in everything."""

    name = "fake-acts"

    def understand(self, text: str, lang: str, *, previous_customer_line: str | None = None):
        return understood(text, (Act.GREET, Act.STATE_COMPANY, Act.STATE_NAME, Act.OFFER_HELP))


@pytest.fixture
def engine(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    made = ScriptedEngine(settings)
    monkeypatch.setattr(made, "acts", lambda lang: _Acts())
    return made


@pytest.fixture
def folder(settings: Settings) -> Path:
    return store(settings.calls_dir, played(trainee="poor"))


async def card_of(client: TestClient) -> dict[str, Any]:
    answer = await client.get(f"{URL}/scorecard?role=assessor")
    assert answer.status == 200, await answer.text()
    return await answer.json()


def criterion(card: dict[str, Any], name: str) -> dict[str, Any]:
    return next(row for row in card["criteria"] if row["criterion"] == name)


async def say(client: TestClient, type_: str, **wish: Any) -> int:
    answer = await client.post(f"{URL}/assessment", json={"type": type_, **BY, **wish})
    assert answer.status == 201, await answer.text()
    return (await answer.json())["entry"]


async def refused(client: TestClient, type_: str, **wish: Any) -> str:
    answer = await client.post(f"{URL}/assessment", json={"type": type_, **BY, **wish})
    assert answer.status in (404, 409, 422), await answer.text()
    return (await answer.json())["error"]["code"]


def missed(card: dict[str, Any]) -> str:
    return next(row["criterion"] for row in card["criteria"] if row["verdict"] == "missed")


async def test_an_override_counts_stays_visible_as_one_and_can_be_undone(client: TestClient, folder: Path) -> None:
    before = await card_of(client)
    name = missed(before)
    number = await say(client, "override", criterion=name, verdict="met", reason="Ze deed het bij de begroeting.")
    after = await card_of(client)
    row = criterion(after, name)
    assert (row["verdict"], row["automatic"]) == ("met", "missed")
    assert (row["ruling"]["author"], row["ruling"]["reason"]) == ("Els", "Ze deed het bij de begroeting.")
    assert row["ruling"]["at"][:4].isdigit()
    assert after["points"] > before["points"]
    assert after["automatic_points"] == before["points"]
    [listed] = await (await client.get("/api/calls?role=assessor")).json()
    assert listed["points"] == after["points"]
    await say(client, "undo", entry=number)
    undone = await card_of(client)
    assert criterion(undone, name)["ruling"] is None
    assert undone["points"] == before["points"]
    assert [(row["type"], row["undone"]) for row in undone["history"]] == [
        ("judged", False), ("override", True), ("undo", False)
    ]  # fmt: skip
    assert [row["points"] for row in undone["history"]] == [before["points"], after["points"], before["points"]]


async def test_a_corrected_turn_is_judged_again_on_what_was_really_said(client: TestClient, folder: Path) -> None:
    before = await card_of(client)
    assert criterion(before, "opening")["verdict"] != "met"
    first = agent_turns(played(trainee="poor"))[0]
    text = "Goedemorgen, Telenova klantendienst, met Sofie, waarmee kan ik u helpen?"
    number = await say(client, "correction", turn=first.turn, text=text, reason="Zo klinkt het op de opname.")
    after = await card_of(client)
    assert criterion(after, "opening")["verdict"] == "met"
    last = after["history"][-1]
    assert [(cause["part"], cause["turn"], cause["now"]) for cause in last["causes"]] == [
        ("corrected", first.turn, text)
    ]
    assert "opening" in [change["criterion"] for change in last["changes"]]
    turn = next(turn for turn in (await (await client.get(URL)).json())["turns"] if turn["i"] == first.turn)
    assert (turn["text"], turn["correction"]["automatic"], turn["correction"]["author"]) == (text, first.text, "Els")
    assert {act["act"] for act in turn["acts"]} >= {"greet", "state_company"}
    await say(client, "undo", entry=number)
    assert (await card_of(client))["points"] == before["points"]
    turn = next(turn for turn in (await (await client.get(URL)).json())["turns"] if turn["i"] == first.turn)
    assert (turn["text"], turn["correction"]) == (first.text, None)


async def test_a_dispute_is_seen_and_settled_either_way(client: TestClient, folder: Path) -> None:
    before = await card_of(client)
    name = missed(before)
    first = await say(client, "dispute", criterion=name, reason="Dat zei ik wel, in mijn derde zin.")
    assert await refused(client, "dispute", criterion=name, reason="Nog eens.") == "assessment.disputed"
    assert (await (await client.get("/api/calls?role=assessor")).json())[0]["open_disputes"] == 1
    await say(client, "settlement", dispute=first, verdict=None, reason="Dat was te laat in het gesprek.")
    rejected = criterion(await card_of(client), name)
    assert rejected["verdict"] == "missed"
    assert rejected["dispute"]["answer"]["reason"] == "Dat was te laat in het gesprek."
    assert await refused(client, "undo", entry=first) == "assessment.settled"
    assert await refused(client, "settlement", dispute=first, verdict="met", reason="Toch.") == "assessment.settled"
    second = await say(client, "dispute", criterion=name, reason="Luister eens op 0:12.")
    settled = await say(client, "settlement", dispute=second, verdict="partly", reason="Deels gelijk.")
    accepted = await card_of(client)
    assert criterion(accepted, name)["verdict"] == "partly"
    assert accepted["points"] > before["points"]
    await say(client, "undo", entry=settled)
    reopened = criterion(await card_of(client), name)
    assert (reopened["verdict"], reopened["dispute"]["answer"]) == ("missed", None)


async def test_the_form_is_filled_in_blind_and_then_stands_beside_the_score(client: TestClient, folder: Path) -> None:
    blank = await (await client.get(f"{URL}/assessment")).json()
    assert (blank["self"], blank["filled"]) == ("open", [])
    assert all(item["title"] and item["definition"] for item in blank["form"]["items"])
    assert not (folder / NAME).exists(), "the form can be filled in before anything was judged"
    marks = {item["id"]: "good" for item in blank["form"]["items"]}
    some = dict(list(marks.items())[1:])
    assert await refused(client, "form", role="self", marks=some) == "assessment.incomplete"
    assert await refused(client, "form", role="self", marks={**marks, "nonsense": "good"}) == "assessment.incomplete"
    first = next(iter(marks))
    await say(client, "form", role="self", marks=marks, remarks={first: "Ging vlot."})
    await say(client, "form", role="peer", author="Jan", marks={**marks, first: "not_good"})
    assert "good" not in json.dumps((await (await client.get(f"{URL}/assessment")).json())["filled"])
    card = await card_of(client)
    assert card["self"] == "done"
    assert [(form["role"], form["author"]) for form in card["forms"]] == [("self", "Els"), ("peer", "Jan")]
    own, peer = card["forms"]
    assert own["points"] == 100
    assert peer["points"] < 100
    assert own["remarks"] == {first: "Ging vlot."}
    await say(client, "form", role="self", marks={**marks, first: "not_applicable"})
    again = [form for form in (await card_of(client))["forms"] if form["role"] == "self"]
    assert [form["marks"][first] for form in again] == ["not_applicable"]


async def test_the_self_evaluation_can_be_skipped(client: TestClient, folder: Path) -> None:
    assert (await (await client.get("/api/calls?role=assessor")).json())[0]["self"] == "open"
    answer = await client.post(f"{URL}/assessment", json={"type": "self_skipped", "author": ""})
    assert answer.status == 201
    assert (await (await client.get("/api/calls?role=assessor")).json())[0]["self"] == "skipped"


async def test_a_newer_evaluator_or_form_never_changes_a_kept_scorecard_by_itself(
    tmp_path: Path, aiohttp_client, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = tmp_path / "content"
    for part in ("personas", "dialogue_scripts", "data"):
        shutil.copytree(ROOT / part, content / part, ignore=shutil.ignore_patterns("nlu", "eval", "gold"))
    settings = load_settings(content=content, data_dir=tmp_path / "var", min_free_mb=1)
    store(settings.calls_dir, played(trainee="average"))
    client = await aiohttp_client(create_app(settings, ScriptedEngine(settings)))
    kept = await card_of(client)
    assert kept["newer"] is None
    form = content / "data" / "rubrics" / "standaard.yaml"
    form.write_text(form.read_text().replace("criteria: [opening, purpose, customer_name]", "criteria: [opening]"))
    monkeypatch.setattr(scorecard, "VERSION", "99")
    still = await card_of(client)
    assert (still["points"], still["versions"]) == (kept["points"], kept["versions"])
    assert {cause["part"] for cause in still["newer"]["causes"]} == {"rubric", "evaluators"}
    assert [change["now"] for change in still["newer"]["changes"] if change["criterion"] == "customer_name"] == [None]
    again = await (await client.post(f"{URL}/scorecard?role=assessor", json={})).json()
    assert again["newer"] is None
    assert again["versions"]["evaluators"] == "99"
    first, second = again["history"]
    assert (first["points"], second["points"]) == (kept["points"], again["points"])
    old = await (await client.get(f"{URL}/scorecards/{first['entry']}?role=assessor")).json()
    assert old["versions"] == kept["versions"]
    assert criterion(old, "customer_name")["verdict"] == criterion(kept, "customer_name")["verdict"]
    assert {"rubric", "evaluators", "recogniser", "words"} <= set(old["versions"])


async def test_a_call_can_be_judged_by_another_form(client: TestClient, folder: Path) -> None:
    before = await card_of(client)
    ids = {form["id"]: form["default"] for form in await (await client.get("/api/forms")).json()}
    assert ids["standaard"] is True
    after = await (await client.post(f"{URL}/scorecard?role=assessor", json={"form": "uitgebreid"})).json()
    assert (before["form"]["id"], after["form"]["id"]) == ("standaard", "uitgebreid")
    assert len(after["items"]) > len(before["items"])
    assert (await card_of(client))["form"]["id"] == "uitgebreid"
    answer = await client.post(f"{URL}/scorecard?role=assessor", json={"form": "nergens"})
    assert (answer.status, (await answer.json())["error"]["code"]) == (404, "rubric.missing")
    answer = await client.post(f"{URL}/scorecard?role=assessor", json={"form": "../../etc"})
    assert (await answer.json())["error"]["code"] == "request.invalid"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"type": "override", "criterion": "nonsense", "verdict": "met", "reason": "x"}, "assessment.unknown"),
        ({"type": "override", "criterion": "opening", "verdict": "great", "reason": "x"}, "request.invalid"),
        ({"type": "override", "criterion": "opening", "verdict": "met", "reason": "  "}, "request.invalid"),
        (
            {"type": "override", "criterion": "opening", "verdict": "met", "reason": "x", "author": " "},
            "request.invalid",
        ),
        ({"type": "correction", "turn": 999, "text": "x", "reason": "x"}, "assessment.unknown"),
        ({"type": "settlement", "dispute": 0, "verdict": None, "reason": "x"}, "assessment.settled"),
        ({"type": "undo", "entry": 0}, "assessment.unknown"),
        ({"type": "undo", "entry": 77}, "assessment.unknown"),
        ({"type": "shout"}, "request.invalid"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_nothing_is_kept(
    client: TestClient, folder: Path, wish: dict[str, Any], code: str
) -> None:
    await card_of(client)
    before = (folder / NAME).read_bytes()
    assert await refused(client, wish.pop("type"), **wish) == code
    assert (folder / NAME).read_bytes() == before


async def test_only_the_trainees_words_can_be_corrected(client: TestClient, folder: Path) -> None:
    turns = (await (await client.get(URL)).json())["turns"]
    customer = next(turn for turn in turns if turn["speaker"] == "customer")
    agent = next(turn for turn in turns if turn["speaker"] == "agent")
    wish = {"text": "Iets anders.", "reason": "x"}
    assert await refused(client, "correction", turn=customer["i"], **wish) == "assessment.customer"
    assert await refused(client, "correction", turn=agent["i"], text=agent["text"], reason="x") == "assessment.same"


async def test_a_foreign_page_may_not_judge(client: TestClient, folder: Path) -> None:
    wish = {"type": "override", **BY, "criterion": "opening", "verdict": "met", "reason": "x"}
    for path, body in (("assessment", wish), ("scorecard", {})):
        answer = await client.post(f"{URL}/{path}", json=body, headers={"Origin": "http://evil.example"})
        assert answer.status == 403
    assert not (folder / NAME).exists()


async def test_a_torn_entry_is_left_out_and_a_damaged_one_named(client: TestClient, folder: Path) -> None:
    kept = await card_of(client)
    path = folder / NAME
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"type": "overr')
    assert (await card_of(client))["points"] == kept["points"]
    await say(client, "self_skipped")
    assert path.read_bytes().startswith(whole)
    assert (await card_of(client))["self"] == "skipped"
    path.write_bytes(b"nonsense\n" + whole)
    answer = await client.get(f"{URL}/scorecard?role=assessor")
    error = (await answer.json())["error"]
    assert (error["code"], error["details"]["line"]) == ("assessment.damaged", 1)
    assert (await client.get(URL)).status == 200


def test_the_version_of_the_evaluators_is_the_one_on_the_card() -> None:
    assert scorecard.VERSION == registry.VERSION
