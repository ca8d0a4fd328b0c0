"""The options of a protocol: checked once, before anything is done, and callers write keywords."""

from typing import Any

import pytest
from pydantic import Field
from symposia.agents import Answer, Ask, ProtocolOptions, Team, Writer, takes
from symposia.agents.errors import BadScenario, UnknownName
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import client_server, debate

QUESTION = Ask(text="2 + 2?")
WHERE = "/".join(__name__.split(".")[-2:])


class Options(ProtocolOptions):
    """How often, and how."""

    rounds: int = Field(default=2, ge=0, le=10, description="How often.")
    weights: tuple[float, ...] = Field(default=(), description="How much.")

    def check(self, members: tuple[str, ...]) -> None:
        if self.rounds > len(members):
            raise BadScenario(f"test: {self.rounds} rounds of {len(members)} members. Write fewer.")


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """Says its options."""
    return Answer(text=f"{question.text} {options.rounds} {options.weights}")


def team(*names: str) -> Team[Scripted]:
    return Team({name: Scripted("4", "4", "4") for name in names or ("amber", "blue", "coral")})


async def test_callers_write_keywords() -> None:
    assert (await answer(team(), QUESTION, rounds=3, weights=[0.5])).text == "2 + 2? 3 (0.5,)"
    assert (await answer(team(), QUESTION)).text == "2 + 2? 2 ()"


async def test_callers_may_pass_options_in_one_piece() -> None:
    assert (await answer(team(), QUESTION, options=Options(rounds=1))).text == "2 + 2? 1 ()"


async def refused(kind: type[Exception], team: Team[Any], **options: Any) -> str:
    with pytest.raises(kind) as raised:
        await answer(team, QUESTION, **options)
    return str(raised.value)


async def test_an_unknown_option_has_a_near_miss() -> None:
    assert await refused(UnknownName, team(), round=3) == (
        f"{WHERE}: no option of {WHERE} named 'round'. Did you mean 'rounds'? Known: rounds, weights."
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rounds": 11}, "rounds: input should be less than or equal to 10, not 11."),
        ({"rounds": -1}, "rounds: input should be greater than or equal to 0, not -1."),
        (
            {"rounds": "many"},
            "rounds: input should be a valid integer, unable to parse string as an integer, not 'many'.",
        ),
        ({"weights": ["a"]}, "weights: input should be a valid number, unable to parse string as a number, not 'a'."),
    ],
)
async def test_a_value_out_of_bounds_is_refused(options: dict[str, Any], said: str) -> None:
    assert await refused(BadScenario, team(), **options) == f"{WHERE}.{said}"


async def test_what_only_the_members_make_wrong_is_refused_before_anybody_is_asked() -> None:
    assert await refused(BadScenario, team("amber"), rounds=2) == "test: 2 rounds of 1 members. Write fewer."
    assert await refused(BadScenario, team("amber"), options=Options(rounds=2)) == (
        "test: 2 rounds of 1 members. Write fewer."
    )


async def test_options_of_a_real_protocol_are_checked_before_a_call() -> None:
    members = team()
    with pytest.raises(BadScenario) as raised:
        await client_server.answer(members, QUESTION, top_k=0)
    assert str(raised.value) == "text/client_server.top_k: input should be greater than or equal to 1, not 0."
    assert members.spent.calls == 0
    said = await client_server.answer(members, QUESTION, use_selection=False, iterations=0)
    assert (said.text, members.spent.calls) == ("4", 3)


async def test_keyword_only_parameters_are_options_too() -> None:
    said = await debate.answer(team("amber", "blue"), QUESTION, rounds=2)
    assert said.text == "4"


async def test_options_are_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[tuple[str, ...]] = []
    monkeypatch.setattr(Options, "check", lambda self, members: checked.append(members))
    await answer(team("amber", "blue"), QUESTION, rounds=2)
    assert checked == [("amber", "blue")]


def test_options_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Options().rounds = 3  # type: ignore[misc]
