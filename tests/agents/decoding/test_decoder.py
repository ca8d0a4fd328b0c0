"""The agent that has several members write one text."""

from contextlib import suppress
from typing import Any

import pytest
from symposia.agents import Ask, Sampling, Team, Turn
from symposia.agents.context import Context
from symposia.agents.decoding.combine import Mean
from symposia.agents.decoding.decoder import DECODER, decode, run_probe
from symposia.agents.decoding.messages import Decode
from symposia.agents.decoding.peers import Peers
from symposia.agents.decoding.probe import Probe, ProbeResult
from symposia.agents.errors import PromptTooLong, UnknownName

QUESTION = Ask(text="hello")


class Counted(ProbeResult):
    """How many tokens the prompt has in each model."""

    lengths: tuple[int, ...]


class Count(Probe):
    """Asks for the lengths of a prompt."""

    text: str

    async def result(self, peers: Peers) -> Counted:
        """Read nothing but the prompt."""
        lengths = []
        with peers.text(Ask(text=self.text), tuple(peers.models), Sampling()) as text:
            for participant in text.participants.values():
                await participant.open()
                lengths.append(len(participant.prompt_ids))
        return Counted(lengths=tuple(lengths))


class Naming(Mean):
    """A mean that names who takes part."""

    who: tuple[str, ...]

    def peers(self, members: tuple[str, ...]) -> tuple[str, ...]:
        """Those."""
        return self.who


async def test_a_team_has_a_decoder_only_once_something_is_decoded(models: dict[str, Any]) -> None:
    team = Team(models)
    await team.ask("amber", QUESTION)
    assert set((await team.save())["agents"]) == {"amber/question"}
    await decode(team, QUESTION, Mean(), max_tokens=2)
    assert set((await team.save())["agents"]) == {"amber/question", "decoder/question"}


async def test_the_request_says_who_writes_how_and_with_which_seed(models: dict[str, Any]) -> None:
    team = Team(models, context=Context(seed=3, sampling=Sampling(temperature=0.5, max_tokens=99)))
    said = await decode(team, QUESTION, Naming(who=("blue", "amber")), max_tokens=2)
    asked = team.context.trace.events[0]
    assert isinstance(asked.message, Decode)
    assert (asked.to, asked.message.peers) == (DECODER, ("blue", "amber"))
    assert (asked.message.sampling.temperature, asked.message.sampling.max_tokens) == (0.5, 2)
    assert asked.message.sampling.seed == team.at("question").dispatcher.sampling(DECODER, {}).seed
    assert len(said.ids) <= 2
    assert team.spent == said.usage


async def test_who_takes_part_is_a_member(models: dict[str, Any]) -> None:
    with pytest.raises(UnknownName, match=r"^team: no agent named 'ambr'\. Did you mean 'amber'\?"):
        await decode(Team(models), QUESTION, Naming(who=("ambr",)))


async def test_a_prompt_without_room_is_an_error_and_a_text_without_room_is_at_its_length(
    models: dict[str, Any],
) -> None:
    team = Team(models)
    with pytest.raises(PromptTooLong):
        await decode(team, Ask(text="x" * 200), Mean())
    said = await decode(team, Ask(text="x" * 100), Mean(), max_tokens=500)
    assert (len(said.prompt_ids) + len(said.ids), said.finish) == (128, "length")


async def test_members_write_together_as_who_they_are_told_to_be(models: dict[str, Any]) -> None:
    peers = Peers(models, {"amber": "You add."})
    amber, blue = peers.participant("amber", QUESTION), peers.participant("blue", QUESTION)
    assert (amber.system, blue.system) == ((Turn(role="system", text="You add."),), ())
    told = await decode(Team(models, context=Context(personas=peers.personas)), QUESTION, Mean(), max_tokens=1)
    bare = await decode(Team(models), QUESTION, Mean(), max_tokens=1)
    # Eight bytes between <system> and <end>
    assert len(told.prompt_ids) - len(bare.prompt_ids) == 10


async def test_the_caches_of_a_text_are_freed_whatever_happens(models: dict[str, Any]) -> None:
    peers = Peers(models, {})
    with suppress(ZeroDivisionError), peers.text(QUESTION, ("amber", "blue"), Sampling()) as text:
        await text.next("amber")
        raise ZeroDivisionError
    assert [participant.closed for participant in text.participants.values()] == [True, True]


async def test_a_probe_has_a_place_of_its_own_below_the_teams(models: dict[str, Any]) -> None:
    team = Team(models).at("prepare")
    found = await run_probe(team, "lengths", Count(text="ab"), Counted)
    # <bos><user>ab<end><assistant>
    assert found.lengths == (6, 6, 6)
    assert {event.question for event in team.context.trace.events} == {"prepare/lengths"}
