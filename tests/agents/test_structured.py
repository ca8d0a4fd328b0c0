"""Structured output: told to every model, forced where it can be, validated always."""

import json
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field
from symposia.agents import Ask, Collective, Context, Sampling, Team, Turn
from symposia.agents.answer_store import AnswerStore
from symposia.agents.errors import BadAnswer, BadMessage, MissingCapability
from symposia.agents.json_form import Form
from symposia.agents.loading import load
from symposia.agents.message import Request
from symposia.agents.models import grammar
from symposia.agents.models.scripted import Scripted
from symposia.agents.structured import structured
from symposia.agents.trace import Trace

SUM = "12 + 7 = ?"


class Verdict(BaseModel):
    answer: int = Field(ge=0, le=999)
    sure: bool
    why: Literal["known", "guessed"]


async def test_a_pocket_model_always_writes_a_valid_value() -> None:
    model = load("pocket:base")
    for seed in range(12):
        said = await structured(model, SUM, Verdict, temperature=1.5, seed=seed, max_tokens=120, forced=True)
        assert isinstance(said, Verdict)


async def test_greedy_text_that_follows_the_schema_is_the_same_under_it() -> None:
    model = load("pocket:base")
    free = await model.write([Turn("user", SUM)])
    forced = await model.write([Turn("user", SUM)], Sampling(json_schema={"type": "integer"}))
    assert free.text == "82"
    assert (forced.text, forced.ids, forced.logprobs) == (free.text, free.ids, free.logprobs)


async def test_two_answers_of_one_batch_keep_to_schemas_of_their_own() -> None:
    team = Team({"amber": load("pocket:base"), "blue": load("pocket:base")})
    said = await team.ask_each({"amber": Ask(text=SUM), "blue": Ask(text=SUM)}, json_schema={"enum": ["no"]})
    assert {name: one.text for name, one in said.items()} == {"amber": '"no"', "blue": '"no"'}
    assert (await team.ask("amber", Ask(text=SUM))).text == "82"


async def test_a_scripted_model_is_told_in_words_and_the_trace_says_what_was_asked() -> None:
    model, trace = Scripted('{"answer": 4, "sure": true, "why": "known"}'), Trace()
    said = await structured(Team({"amber": model}, context=Context(trace=trace)), "2 + 2?", Verdict)
    assert said == Verdict(answer=4, sure=True, why="known")
    assert model.prompts[0].startswith("2 + 2?\n\nReply with JSON alone")
    asked, answered = (event.message for event in trace.events)
    assert isinstance(asked, Request)
    assert asked.sampling.json_schema == Form.of(Verdict).schema
    assert answered.omitted == ("json_schema",)  # type: ignore[attr-defined]


async def test_a_schema_alone_gives_plain_json_and_a_fence_is_no_harm() -> None:
    found = await structured(Scripted('```json\n{"a": [1]}\n```'), "?", {"type": "object", "required": ["a"]})
    assert found == {"a": [1]}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("four", "is not JSON: 'four'"),
        ("[1, 2", "is not JSON"),
        ('{"answer": 4}', "does not follow the schema ($: 'sure' is a required property)"),
        ('{"answer": 4000, "sure": true, "why": "known"}', "does not follow the schema ($.answer: 4000 is greater"),
        ("[" * 100_000, "is not JSON"),
    ],
)
async def test_an_answer_that_is_not_valid_is_an_error_and_no_value(text: str, problem: str) -> None:
    with pytest.raises(BadAnswer) as raised:
        await structured(Scripted(text), "2 + 2?", Verdict)
    assert problem in str(raised.value)


async def test_a_text_that_was_cut_off_is_an_error() -> None:
    with pytest.raises(BadAnswer, match="pocket:base: was cut off before its end"):
        await structured(load("pocket:base"), SUM, Verdict, max_tokens=2)


async def test_who_cannot_be_forced_says_so_where_that_is_wanted() -> None:
    with pytest.raises(MissingCapability, match="Scripted: cannot be kept to a schema"):
        await structured(Scripted("4"), "2 + 2?", int, forced=True)
    team = Team({"amber": Scripted("4"), "blue": Scripted("5")})
    with pytest.raises(BadMessage, match="which of amber, blue is asked"):
        await structured(team, "2 + 2?", int)
    assert await structured(team, "2 + 2?", int, member="blue") == 5


async def test_a_team_as_a_model_passes_the_schema_on_to_its_members() -> None:
    async def first(team: Team[Any], question: Ask) -> Any:
        return await team.ask(team.names[0], question)

    team = Collective(Team({"amber": load("pocket:base")}), first)
    assert await structured(team, SUM, Literal["no"], max_tokens=9) == "no"


async def test_without_llguidance_one_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "find_spec", lambda name: None)
    model = load("pocket:base")
    with pytest.raises(MissingCapability, match=r"pip install 'symposia\[structured\]'"):
        await model.write([Turn("user", SUM)], Sampling(json_schema={"type": "integer"}))
    with pytest.raises(BadAnswer, match="is not JSON"):  # it is asked in words, of which it knows none
        await structured(model, SUM, int, max_tokens=9)


async def test_a_schema_that_cannot_be_forced_fails_its_own_call_alone() -> None:
    model = load("pocket:base")
    with pytest.raises(MissingCapability, match='Unimplemented keys: \\["not"\\]'):
        await model.write([Turn("user", SUM)], Sampling(json_schema={"not": {"type": "string"}}))
    assert (await model.write([Turn("user", SUM)])).text == "82"
    with pytest.raises(BadMessage, match="not a JSON schema"):
        Form.of({"type": "objekt"})


async def test_an_answer_store_tells_schemas_apart(tmp_path: Path) -> None:
    store, model = AnswerStore(tmp_path / "answers"), load("pocket:base")
    for schema, text in ((None, "82"), ({"const": "no"}, '"no"'), ({"const": "no"}, '"no"')):
        sampling = Sampling(json_schema=schema)
        assert (await store.write(model, [Turn("user", SUM)], sampling)).text == text


def test_a_sampling_without_a_schema_is_written_as_before() -> None:
    assert "json_schema" not in json.loads(Sampling().model_dump_json())


@pytest.mark.parametrize("where", ["http://127.0.0.1:9/schema.json", "file:///etc/passwd", "other.json"])
def test_a_schema_that_refers_elsewhere_is_refused_and_nothing_is_fetched(where: str) -> None:
    with pytest.raises(BadMessage, match="Refer to its own parts alone"):
        Form.of({"type": "object", "properties": {"a": {"$ref": where}}})


def test_a_schema_that_lacks_what_it_refers_to_says_so() -> None:
    form = Form.of({"$ref": "#/$defs/absent"})
    with pytest.raises(BadMessage, match="has no"):
        form.problem("3")
