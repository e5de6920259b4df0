"""Written exercises: an e-mail or a post that the trainee analyses and answers. `data/messages/`, one file each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from bot.content.models import Company, Content, FactId, Id, Line, Words
from bot.content.problems import Problem, closest
from bot.content.reach import check_words
from bot.content.yaml_source import Source
from bot.events import Kind, Lang


class MessageQuestion(Content):
    """Something that the writer asks. A reply answers it that holds one of `words` and none of `wrong`."""

    summary: Line
    words: Annotated[Words, Field(min_length=1)]
    wrong: Words = ()


class WrittenMessage(Content):
    """An e-mail or a post with questions. `others` are things that it does not ask, offered among those that it does;
    `shortest` and `longest` bound the reply, in words.
    """

    version: Literal[1]
    id: Id
    lang: Lang
    title: Line
    medium: Literal["email", "post"] = "email"
    kind: Kind
    level: int = Field(ge=1, le=4)
    minutes: int = Field(default=8, ge=1, le=30)
    company: Id
    customer: Id
    objectives: Annotated[tuple[Annotated[str, StringConstraints(pattern=r"^BC \d{3}$")], ...], Field(min_length=1)]
    situation: Line
    subject: Line
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    questions: Annotated[dict[FactId, MessageQuestion], Field(min_length=1)]
    others: tuple[Line, ...] = ()
    shortest: int = Field(default=35, ge=5, le=500)
    longest: int = Field(default=170, ge=10, le=600)


def check_message(message: WrittenMessage, companies: Mapping[str, Company], source: Source) -> Iterator[Problem]:
    """What is wrong between a message and its company, and what in it cannot be answered."""
    company = companies.get(message.company)
    if company is None:
        near = closest(message.company, list(companies))
        yield source.problem(("company",), "unknown_id", kind="company", value=message.company, suggestion=near)
    elif company.lang != message.lang:
        yield source.problem(
            ("company",), "language", value=message.lang, other=company.lang, kind="company", name=company.id
        )
    elif message.customer not in company.customers:
        near = closest(message.customer, list(company.customers))
        yield source.problem(("customer",), "unknown_id", kind="customer", value=message.customer, suggestion=near)
    for name, question in message.questions.items():
        yield from check_words((*question.words, *question.wrong), ("questions", name), source)
    if message.longest <= message.shortest:
        yield source.problem(
            ("longest",), "number_range", name="longest", what=f"> {message.shortest}", value=message.longest
        )
