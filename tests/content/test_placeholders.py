"""What stands between braces is filled from the customer's record, as a voice can say it."""

from __future__ import annotations

import jsonschema
import pytest

from bot.content.library import load_library
from bot.content.placeholders import fill, spaced_digits, spoken_email, unfilled, values_for
from bot.content.pools import IDENTITY_POOLS
from bot.content.schema import MODELS, schema_of
from bot.content.yaml_source import read_source
from tests import ROOT

LIBRARY = load_library(ROOT)


def test_numbers_are_said_digit_by_digit() -> None:
    assert spaced_digits("0475 21 60 38") == "0 4 7 5 2 1 6 0 3 8"


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("nl", "an punt maes apenstaartje post punt be"),
        ("en", "an dot maes at post dot be"),
        ("fr", "an point maes arobase post point be"),
        ("de", "an Punkt maes at post Punkt be"),
    ],
)
def test_a_mail_address_is_said_aloud(lang: str, said: str) -> None:
    assert spoken_email("an.maes@post.be", lang) == said  # type: ignore[arg-type]


def test_an_unknown_placeholder_stays_and_is_named() -> None:
    assert fill("Ik ben {first_name} {x}.", {"first_name": "An"}) == "Ik ben An {x}."
    assert unfilled("Ik ben {first_name} {x}.", {"first_name": "An"}) == ("x",)


def test_every_customer_has_a_name_that_can_be_spelt() -> None:
    for company in LIBRARY.companies.values():
        for record in company.customers.values():
            values = values_for(record, company)
            assert values["company"] == company.name
            assert len(values["spelling"]) > len(record.last_name)


def test_no_line_of_any_scenario_is_left_with_a_brace() -> None:
    for scenario_id in LIBRARY.scenario_ids():
        scenario = LIBRARY.scenario(scenario_id)
        open_lines = [
            line
            for pool, lines in scenario.lines.items()
            for line in lines
            if "{" in line and pool.partition("@")[0] not in IDENTITY_POOLS
        ]
        assert open_lines == [], scenario_id


@pytest.mark.parametrize("kind", sorted(MODELS))
def test_the_schemas_are_schemas(kind: str) -> None:
    schema = schema_of(kind)  # type: ignore[arg-type]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("kind", "folder"), [("persona", "personas"), ("script", "dialogue_scripts"), ("company", "data/companies")]
)
def test_the_content_of_the_house_fits_its_schema(kind: str, folder: str) -> None:
    validator = jsonschema.Draft202012Validator(schema_of(kind))  # type: ignore[arg-type]
    files = sorted((ROOT / folder).glob("*.yaml"))
    assert files
    for file in files:
        assert [error.message for error in validator.iter_errors(read_source(file, file.name).data)] == [], file.name
