"""logit/mixture: one member writes each token."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest
import torch
from symposia.agents import Answer, Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.decoding import forward
from symposia.agents.decoding.decoder import decode
from symposia.agents.decoding.joint_text import JointText
from symposia.agents.decoding.method import DecodingMethod
from symposia.agents.decoding.participant import Participant
from symposia.agents.errors import BadScenario, VocabularyMismatch
from symposia.agents.loading import load
from symposia.evaluators.tasks import pocket
from symposia.protocols.logit import mixture
from symposia.tests.support.command import inside
from symposia.tests.support.tiny import llama
from symposia.tests.support.traces import decoded

QUESTION = Ask(text="What is 2 + 2?")
SAMPLED = Context(seed=3, sampling=Sampling(max_tokens=24, temperature=1.0))
WEIGHTS = (0.5, 0.3, 0.2)
MARGINS: Final[dict[str, list[float]]] = {}
"""How far each random number of the reference was from where its token would change, by question."""


class Reference(DecodingMethod):
    """All members read everything anew for every token, which is the one at the number among all their tokens."""

    async def write(self, text: JointText) -> None:
        margins = MARGINS[text.participants[text.lead]._prompt.render()] = []
        while text.finish is None:
            rows = [await self.read(text, name) for name in text.participants]
            shares = zip(WEIGHTS, rows, strict=True)
            mass = torch.cat([row.double().softmax(-1) * weight for weight, row in shares]).cumsum(0)
            number = text.sampler.threshold()
            place = int(torch.searchsorted(mass, number, right=True))
            margins.append(float((mass - number).abs().min()))
            member, token = divmod(place, len(rows[0]))
            text.say(tuple(text.participants)[member], token, 0.0)

    async def read(self, text: JointText, name: str) -> torch.Tensor:
        participant = text.participants[name]
        await participant.open()
        session = await participant.model.open(participant._prompt.turns())
        session.append([token.id for token in text.tokens])
        try:
            return await session.next()
        finally:
            session.close()


async def all_at_once(team: Team[Any], questions: Sequence[Ask], by: Any) -> list[Answer]:
    places = [team.at(f"test/{number}") for number in range(len(questions))]
    return await asyncio.gather(*(by(place, question) for place, question in zip(places, questions, strict=True)))


async def test_texts_are_those_of_reading_all_members_byte_for_byte() -> None:
    members = {name: load(f"pocket:{name}") for name in ("arithmetic", "strings", "generalist")}
    questions = [Ask(text=item.question) for item in pocket.load(split="test", limit=200, seed=1)]
    said = await all_at_once(
        Team(members, context=SAMPLED), questions, lambda at, one: mixture.answer(at, one, weights=WEIGHTS)
    )
    expected = await all_at_once(
        Team(members, context=SAMPLED), questions, lambda at, one: decode(at, one, Reference())
    )
    assert len({answer.text for answer in said}) > 100
    for question, one, other in zip(questions, said, expected, strict=True):
        if one.ids != other.ids:
            pairs = enumerate(zip(one.ids, other.ids, strict=False))
            assert MARGINS[question.text][next(n for n, (a, b) in pairs if a != b)] < 1e-6


async def test_a_member_alone_writes_what_it_samples(models: dict[str, Any]) -> None:
    team = Team({"amber": models["amber"], "blue": models["blue"]}, context=SAMPLED)
    said = await mixture.answer(team.at("q"), QUESTION, weights=(0.0, 2.0))
    sampling = team.at("q").dispatcher.sampling("decoder", {})
    alone = await models["blue"].write(QUESTION.turns(), sampling)
    assert (said.ids, said.text, said.finish) == (alone.ids, alone.text, alone.finish)
    assert said.logprobs == pytest.approx(alone.logprobs, abs=1e-4)
    assert said.usage.calls == 1


async def test_one_member_is_read_for_a_token_and_catches_up_when_its_turn_comes(models: dict[str, Any]) -> None:
    team = Team(models, context=SAMPLED)
    said = await mixture.answer(team, QUESTION, weights=(0.5, 0.45, 0.05))
    last = {}
    token = 0
    for span in decoded(team).spans:
        token += span.tokens
        last[span.by] = token - 1
    prompt, length, called = len(said.prompt_ids), len(said.ids), len(last)
    positions = sum(prompt + number for number in last.values())
    assert called > 1
    assert (said.usage.completion_tokens, said.usage.calls) == (length, called)
    assert said.usage.prompt_tokens == positions - length + called


async def test_texts_that_drew_the_same_member_are_read_together_and_others_of_it_along(
    models: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    unread = []
    batch = forward.batch

    async def counted(participants: Sequence[Participant], keep: Sequence[int]) -> Any:
        unread.append([participant._unread for participant in participants if participant._calls])
        return await batch(participants, keep)

    monkeypatch.setattr(forward, "batch", counted)
    questions = [Ask(text="?" * n) for n in range(1, 17)]
    said = await all_at_once(Team(models, context=SAMPLED), questions, mixture.answer)
    assert len(unread) <= 3 * max(len(one.ids) for one in said)
    assert max(map(len, unread)) > 8


async def test_texts_written_together_are_and_cost_what_they_are_and_cost_alone(models: dict[str, Any]) -> None:
    questions = [Ask(text="?" * n) for n in range(1, 9)]
    team = Team(models, context=SAMPLED)
    alone = [await mixture.answer(team.at(f"test/{n}"), question) for n, question in enumerate(questions)]
    together = await all_at_once(Team(models, context=SAMPLED), questions, mixture.answer)
    assert [(answer.ids, answer.usage) for answer in together] == [(answer.ids, answer.usage) for answer in alone]


async def test_the_context_of_the_member_whose_turn_it_is_ends_a_text(models: dict[str, Any]) -> None:
    context = Context(sampling=Sampling(max_tokens=500, temperature=1.0, top_k=1))
    questions = [Ask(text="?" * n) for n in range(1, 9)]
    said = await all_at_once(Team(models, context=context), questions, mixture.answer)
    full = {len(one.prompt_ids) + len(one.ids) for one in said if one.finish == "length"}
    assert full == {128}


async def test_temperature_0_is_refused_before_a_model_is_read(models: dict[str, Any]) -> None:
    with pytest.raises(BadScenario) as raised:
        await mixture.answer(Team(models), QUESTION)
    assert str(raised.value) == (
        "logit/mixture: draws its tokens, and temperature 0 draws none. Give sampling: {temperature: 1}."
    )


def test_temperature_0_is_refused_by_a_plan(tmp_path: Path) -> None:
    planned = inside("plan", "mixture", "--set", "sampling.temperature=0", folder=tmp_path)
    assert planned.code == 2
    assert "mixture draws its tokens, and temperature 0 draws none. Give sampling: {temperature: 1}." in planned.err


async def test_different_vocabularies_are_refused_before_the_first_token(
    models: dict[str, Any], tmp_path: Path
) -> None:
    stranger = load(f"hf:{llama(tmp_path / 'stranger', 'hello')}")
    with pytest.raises(VocabularyMismatch) as raised:
        await mixture.answer(Team({"amber": models["amber"], "stranger": stranger}, context=SAMPLED), QUESTION)
    assert str(raised.value) == (
        "stranger: its vocabulary is not amber's (263 and 262 tokens). Combine models of one tokenizer."
    )
