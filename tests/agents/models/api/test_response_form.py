"""A JSON schema on its way to a provider."""

from symposia.agents.message import Sampling
from symposia.agents.models.api import Api
from symposia.agents.models.api.response_form import response_format
from symposia.agents.structured import structured
from symposia.tests.support.asking import QUESTION, api
from symposia.tests.support.server import Server, failed, said

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}
SENT = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}}


async def test_a_schema_reaches_the_server_as_its_response_format() -> None:
    with Server(said('{"a": 4}')) as server:
        assert await structured(api(server), "2 + 2?", SCHEMA) == {"a": 4}
    assert server.requests[0].body["response_format"] == SENT
    assert "Reply with JSON alone" in server.requests[0].body["messages"][0]["content"]


async def test_a_server_that_refuses_it_is_asked_without_and_the_answer_says_so() -> None:
    refusal = failed(400, "unsupported parameter: response_format is not supported")
    with Server(refusal, said('{"a": 4}')) as server:
        answer = await api(server).write(QUESTION, Sampling(json_schema=SCHEMA))
    assert answer.omitted == ("json_schema",)
    assert "response_format" not in server.requests[1].body


async def test_it_is_not_sent_where_it_is_to_be_omitted() -> None:
    with Server(said("4")) as server:
        model = Api("openai/m", base_url=server.url, omit=frozenset({"json_schema"}))
        assert not model.forces_schema
        await model.write(QUESTION, Sampling(json_schema=SCHEMA))
    assert "response_format" not in server.requests[0].body


def test_strict_mode_is_asked_for_where_the_schema_allows_it() -> None:
    loose = {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "integer"}}}}
    assert [response_format(one)["json_schema"]["strict"] for one in (SCHEMA, loose)] == [True, False]
