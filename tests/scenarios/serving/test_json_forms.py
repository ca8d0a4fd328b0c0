"""JSON asked of served teams and models: forced where it can be, refused where it cannot."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from symposia.agents import Answer, Ask
from symposia.agents.loading import load
from symposia.agents.models.scripted import Scripted
from symposia.scenarios.planning.wanted import planned
from symposia.scenarios.serving.opened import opened, opened_model
from symposia.tests.support.serving import Served, alone_of, team_of, user

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "integer", "minimum": 0, "maximum": 99}},
    "required": ["answer"],
    "additionalProperties": False,
}
FORM: Any = {"type": "json_schema", "json_schema": {"name": "sum", "schema": SCHEMA, "strict": True}}


@pytest.fixture(scope="module")
def pocket() -> Iterator[Served]:
    with Served(lambda: opened_model("pocket:base")) as served:
        yield served


def refused(served: Served, form: Any, model: str) -> str:
    with pytest.raises(openai.BadRequestError) as error:
        served.client.chat.completions.create(model=model, messages=user("2 + 2?"), response_format=form)
    assert error.value.param == "response_format"
    return str(error.value)


def test_every_choice_and_every_stream_follows_the_schema(pocket: Served) -> None:
    asked: Any = {"model": "pocket:base", "messages": user("12 + 7 = ?"), "response_format": FORM}
    said = pocket.client.chat.completions.create(**asked, n=3, temperature=1.5, seed=1)
    assert all(0 <= json.loads(one.message.content or "")["answer"] <= 99 for one in said.choices)
    streamed = pocket.client.chat.completions.create(**asked, stream=True)
    assert list(json.loads("".join(one.choices[0].delta.content or "" for one in streamed))) == ["answer"]


def test_a_response_follows_the_schema_and_says_it(pocket: Served) -> None:
    form: Any = {"format": {"type": "json_schema", "name": "sum", "schema": SCHEMA, "strict": True}}
    said = pocket.client.responses.create(model="pocket:base", input="12 + 7 = ?", text=form)
    assert list(json.loads(said.output_text)) == ["answer"]
    assert said.text is not None
    assert said.text.format is not None
    assert said.text.format.type == "json_schema"


def test_a_text_that_was_cut_off_says_so(pocket: Served) -> None:
    asked: Any = {"model": "pocket:base", "messages": user("12 + 7 = ?"), "max_tokens": 2}
    said = pocket.client.chat.completions.create(**asked, response_format={"type": "json_object"})
    assert (said.choices[0].finish_reason, said.choices[0].message.content) == ("length", "{\n")


def test_the_members_of_a_debate_keep_to_the_schema_and_so_does_their_vote() -> None:
    with Served(lambda: opened(planned("debate"))) as served:
        said = served.client.chat.completions.create(
            model="debate", messages=user("3 * 4 = ?"), response_format=FORM, max_tokens=40
        )
    assert list(json.loads(said.choices[0].message.content or "")) == ["answer"]


def test_who_keeps_to_no_schema_is_not_asked_for_one(pocket: Served) -> None:
    with Served(alone_of(amber=Scripted("four"))) as served:
        assert "amber keeps to no schema. Ask for the form in words." in refused(served, FORM, "amber")
    assert "the type 'grammar' is none" in refused(pocket, {"type": "grammar"}, "pocket:base")
    assert "no schema in it" in refused(pocket, {"type": "json_schema", "json_schema": {}}, "pocket:base")
    wrong = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "objekt"}}}
    assert "not a JSON schema" in refused(pocket, wrong, "pocket:base")


async def spoiled(team: Any, question: Ask) -> Answer:
    """A protocol that makes something else of its member's answer."""
    said = await team.ask(team.names[0], question)
    return Answer(text=f"Answer: {said.text}")


def test_a_team_that_spoils_the_form_is_an_error_and_no_answer() -> None:
    with Served(team_of("team", spoiled, amber=load("pocket:base"))) as served:
        body = {"model": "team", "messages": user("2 + 2?"), "response_format": FORM}
        found: httpx.Response = served.post("chat/completions", body)
    assert found.status_code == 502
    assert "does not follow the schema" in found.json()["error"]["message"]
