"""The commands as somebody would type them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.events import CALL_EVENT
from server.cli.main import COMMANDS, app
from tests.line import ROOT, TRAINED

TURNS = (
    "Goedemorgen, Telenova klantendienst, u spreekt met Sofie, waarmee kan ik u helpen?",
    "Dat is heel vervelend, mijn excuses daarvoor. Wat is er precies gebeurd?",
    "Nog een fijne dag, tot ziens",
)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    TRAINED.mkdir(parents=True, exist_ok=True)
    (tmp_path / "cache").symlink_to(TRAINED)
    monkeypatch.setenv("KIESTOON_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KIESTOON_CONTENT", str(ROOT))
    monkeypatch.setenv("KIESTOON_UI_LANG", "nl")
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=text)


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_explains_itself(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.output
    assert len(result.output) > 200


def test_the_list_of_commands_is_shown_without_loading_any() -> None:
    result = run("--help")
    assert all(name in result.output for name in COMMANDS)


def test_check_finds_nothing_in_what_we_ship() -> None:
    result = run("check")
    assert result.exit_code == 0, result.output


def test_check_names_file_line_column_and_the_likely_intention(tmp_path: Path) -> None:
    content = tmp_path / "content"
    for folder in ("personas", "dialogue_scripts", "data"):
        shutil.copytree(ROOT / folder, content / folder, ignore=shutil.ignore_patterns("nlu", "eval", "gold"))
    persona = content / "personas" / "boze-klager.yaml"
    lines = persona.read_text().splitlines()
    wrong = next(number for number, line in enumerate(lines, 1) if "patience:" in line)
    persona.write_text("\n".join(lines).replace("patience:", "pateince:", 1))
    script = content / "dialogue_scripts" / "dubbele-factuur.yaml"
    script.write_text(script.read_text().replace("company: telenova", "company: telenowa"))
    result = run("check", "--content", str(content))
    assert result.exit_code == 1
    assert f"personas/boze-klager.yaml:{wrong}:" in result.output
    assert "bedoelde u 'patience'?" in result.output
    assert "bedoelde u 'telenova'?" in result.output
    found = json.loads(run("check", "--content", str(content), "--json").stdout)
    assert {"unknown_key", "unknown_id"} <= {problem["code"] for problem in found}
    only = run("check", str(persona), "--content", str(content))
    assert "telenowa" not in only.output


def test_acts_answers_one_json_object_a_line() -> None:
    result = run("acts", "--lang", "nl", text="Goedemorgen, u spreekt met Sofie van Telenova\n\n😀\n")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(rows) == 3
    assert "greet" in {act["act"] for act in rows[0]["acts"]}
    assert all(0 <= act["confidence"] <= 1 for row in rows for act in row["acts"])
    assert [act["act"] for act in rows[2]["acts"]] == ["other"]


def test_a_typed_call_can_be_kept_scored_and_replayed(data: Path) -> None:
    typed = "\n".join(TURNS) + "\n"
    played = run("chat", "dubbele-factuur", "--seed", "5", "--keep", "--json", text=typed)
    assert played.exit_code == 0, played.output
    events = [CALL_EVENT.validate_json(line) for line in played.stdout.splitlines() if line.startswith("{")]
    assert events[0].type == "call_started"
    assert events[-1].type == "call_ended"
    [call] = [path.name for path in (data / "calls").iterdir() if path.name != "trash"]

    scored = run("score", call, "--json")
    card = json.loads(scored.stdout)
    assert card["criteria"]["opening"]["verdict"] == "met"
    assert {"phase", "from_turn", "to_turn"} == set(card["phases"][0])
    assert set(card["criteria"]["farewell"]) >= {"verdict", "turns", "explanation", "confidence"}
    assert "Opening" in run("score", call).output
    again = json.loads(run("score", call, "--again", "--form", "uitgebreid", "--json").stdout)
    assert (card["rubric"], again["rubric"]) == ("standaard", "uitgebreid")
    assert len(again["history"]) == 2
    assert again["overrides"] == {}
    assert "nergens" in run("score", call, "--form", "nergens").output

    again = run("replay", call, "--json")
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["differences"] == []
    assert TURNS[0][:30] in run("replay", call).output


def test_the_same_seed_plays_the_same_customer() -> None:
    typed = "\n".join(TURNS) + "\n"
    one, two = (run("chat", "dubbele-factuur", "--seed", "9", text=typed).stdout for _ in range(2))
    assert one == two


def test_a_transcript_file_is_scored(tmp_path: Path) -> None:
    turns = [
        {"i": 0, "speaker": "agent", "text": TURNS[0], "start_ms": 0, "end_ms": 4000},
        {"i": 1, "speaker": "customer", "text": "Ik kreeg twee facturen.", "start_ms": 4500, "end_ms": 6000},
        {"i": 2, "speaker": "agent", "text": TURNS[1], "start_ms": 6500, "end_ms": 9000},
        {"i": 3, "speaker": "customer", "text": "Er ging twee keer geld af.", "start_ms": 9500, "end_ms": 12000},
    ]
    file = tmp_path / "call.json"
    head = {
        "lang": "nl", "kind": "complaint", "direction": "inbound", "company": "Telenova", "agent_name": "Sofie",
        "customer_name": "De Smet", "customer_type": "angry",
        "context": {
            "key_facts": ["de factuur kwam twee keer"], "right_solution": "terugstorten", "terms": [],
            "cross_up_sell_option": None, "bad_news": None, "hold_or_transfer": None,
        },
    }  # fmt: skip
    file.write_text(json.dumps(head | {"turns": turns}))
    card = json.loads(run("score", str(file), "--json").stdout)
    assert card["criteria"]["opening"]["verdict"] == "met"
    assert card["criteria"]["farewell"]["verdict"] == "missed"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("score", "20260101-000000-00000000"), "bestaat niet"),
        (("score", "nowhere.json"), "kiestoon:"),
        (("chat", "geen-script"), "bestaat niet"),
        (("replay", "nowhere.jsonl"), "kiestoon:"),
        (("models", "fetch", "no-such-model"), "no-such-model"),
    ],
)
def test_mistakes_get_one_clear_line_and_no_traceback(arguments: tuple[str, ...], says: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert says in result.output
    assert "Traceback" not in result.output


def test_models_are_listed_and_verified() -> None:
    listed = json.loads(run("models", "list", "--json").stdout)
    assert {"whisper-base", "whisper-small", "nl_BE-rdh-medium"} <= {model["id"] for model in listed}
    assert run("models", "verify", "--json").stdout.strip() == "[]"


def test_a_setting_that_makes_no_sense_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIESTOON_PORT", "many")
    result = run("check")
    assert result.exit_code == 1
    assert "KIESTOON_PORT" in result.output


def test_playtest_reports_outcomes_by_trainee() -> None:
    result = run("playtest", "dubbele-factuur", "--seeds", "3", "--json")
    [report] = [row for row in json.loads(result.stdout) if row["scenario"] == "dubbele-factuur~boze-klager"]
    assert report["outcomes"]["excellent"] == {"calmed": 3}
    assert report["outcomes"]["rude"] == {"hung_up_angry": 3}
    assert report["order_kept"] == 1.0
