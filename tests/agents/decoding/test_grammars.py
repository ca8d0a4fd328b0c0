"""A schema on texts that several models write together."""

import json

import pytest
from symposia.agents import Ask, Team
from symposia.agents.decoding.combine import Mean
from symposia.agents.decoding.decoder import decode
from symposia.agents.decoding.switching import Scheduled
from symposia.agents.errors import MissingCapability
from symposia.agents.loading import load

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "integer", "minimum": 0, "maximum": 99}},
    "required": ["answer"],
    "additionalProperties": False,
}
SUM = Ask(text="12 + 7 = ?")


def fusion() -> Team[object]:
    return Team({"amber": load("pocket:base"), "blue": load("pocket:arithmetic")})


@pytest.mark.parametrize("seed", range(4))
async def test_a_fusion_writes_json_of_the_schema(seed: int) -> None:
    said = await decode(fusion(), SUM, Mean(), json_schema=SCHEMA, temperature=1.5, seed=seed, max_tokens=60)
    assert list(json.loads(said.text)) == ["answer"]


async def test_speculation_gives_the_same_text_under_a_schema() -> None:
    plain, ahead = [
        await decode(fusion(), SUM, Mean(speculate=length), json_schema=SCHEMA, max_tokens=60) for length in (0, 4)
    ]
    assert (plain.text, plain.ids) == (ahead.text, ahead.ids)


async def test_a_text_that_follows_the_schema_is_the_same_without() -> None:
    free, forced = [await decode(fusion(), SUM, Mean(), json_schema=schema) for schema in (None, {"type": "integer"})]
    assert (free.text, free.logprobs) == (forced.text, forced.logprobs)


async def test_a_method_that_cannot_keep_to_a_schema_refuses_it() -> None:
    with pytest.raises(MissingCapability, match="Scheduled keeps to no schema"):
        await decode(fusion(), SUM, Scheduled(writers=("amber", "blue"), schedule=(0, 1)), json_schema=SCHEMA)
