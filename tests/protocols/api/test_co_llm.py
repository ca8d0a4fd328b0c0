"""api/co_llm: who writes, token by token."""

from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Ask, Team
from symposia.agents.decoding.deferring import Defer, mixed
from symposia.agents.errors import BadScenario
from symposia.agents.loading import load
from symposia.agents.objective import Graded
from symposia.protocols.api import co_llm
from symposia.protocols.logit import fusion
from symposia.tests.support.doubles import Scoring
from symposia.tests.support.markov import START, WORDS, markov
from symposia.tests.support.traces import decoded

QUESTION = Ask(text="q")


class Writes(Scoring):
    """A dev split that has the team write, and scores a text by whether it is this one."""

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted

    async def __call__(self, team: Team[Any]) -> float:
        return float((await team.at("dev/0").ask(team.names[0], QUESTION)).text == self.wanted)

    async def rank(self, team: Team[Any]) -> list[str]:
        return list(team)

    async def graded(self, team: Team[Any]) -> list[Graded]:
        return []


async def test_a_threshold_and_weights_are_searched_on_dev(tmp_path: Path) -> None:
    ends = {" a": {"<end>": 1.0}, " b": {"<end>": 1.0}}
    own = markov(tmp_path / "g", {START: {" a": 0.6, " b": 0.4}, **ends}, WORDS)
    other = markov(tmp_path / "m", {START: {" b": 0.55, " a": 0.45}, **ends}, WORDS)
    team = Team({"g": load(f"hf:{own}"), "m": load(f"hf:{other}")})
    # The generator defers with 1 - .6.
    by_threshold = await co_llm.prepare(team, Writes(" b"), search_threshold=(0.9, 0.5, 0.3, 0.1))
    found_threshold = co_llm.Threshold(value=0.3, scores=(0.0, 0.0, 1.0, 1.0), tried=(0.9, 0.5, 0.3, 0.1))
    assert by_threshold.learned_as(co_llm.Threshold) == found_threshold
    assert (await co_llm.answer(by_threshold.at("test/0"), QUESTION)).text == " b"
    by_weights = await fusion.prepare(team, Writes(" b"), weights="optimized")
    found = by_weights.learned_as(fusion.Found)
    # Equal weights write " a".
    assert found is not None
    assert (found.weights, found.score) == ((0.0, 1.0), 1.0)
    assert (await fusion.answer(by_weights.at("test/0"), QUESTION, weights="optimized")).text == " b"


@pytest.mark.parametrize(
    ("schedule", "expected"), [("none", [0.5, 0.5, 0.5]), ("linear", [1.0, 0.75, 0.5]), ("cosine", [1.0, 0.75, 0.5])]
)
def test_the_threshold_falls_to_its_end(schedule: Any, expected: list[float]) -> None:
    method = Defer(generator="g", mentor="m", threshold=0.5, schedule=schedule, warmup=4)
    assert [method.eta(step) for step in (0, 2, 4)] == pytest.approx(expected)


def test_composing_mixes_probabilities() -> None:
    own, other = torch.tensor([0.2, 0.8]).log(), torch.tensor([0.6, 0.4]).log()
    assert mixed(own, other, 0.25).exp().tolist() == pytest.approx([0.3, 0.7])


async def test_a_deferral_token_says_when_the_mentor_writes(tmp_path: Path) -> None:
    words = (*WORDS, "<defer>")
    # As logits: log 3 at " It", which is pi = .75; log 1/4 at the start, which is pi = .2.
    own = {START: {" It": 1.0, "<defer>": 0.25}, " It": {" a": 1.0, "<defer>": 3.0}, " is": {"<end>": 1.0}}
    generator = load(f"hf:{markov(tmp_path / 'g', own, words)}")
    mentor = load(f"hf:{markov(tmp_path / 'm', {' It': {' is': 1.0}}, words)}")
    team = Team({"g": generator, "m": mentor})
    said = await co_llm.answer(team, QUESTION, head="<defer>", threshold=0.5)
    assert (said.text, said.finish) == (" It is", "eos")
    assert decoded(team).counts == {"deferred": 1}
    strict = team.at("strict")
    assert (await co_llm.answer(strict, QUESTION, head="<defer>", threshold=0.8)).text.startswith(" It a")
    with pytest.raises(BadScenario, match=r"api/co_llm.head: 'defer' is 5 tokens of g\. Use one that is one token\."):
        await co_llm.answer(team.at("no"), QUESTION, head="defer")


@pytest.mark.parametrize(("strategy", "text"), [("defer", " b"), ("compose", " b")])
async def test_the_mentor_never_writes_the_deferral_token(tmp_path: Path, strategy: Any, text: str) -> None:
    words, ends = (*WORDS, "<defer>"), {" a": {"<end>": 1.0}, " b": {"<end>": 1.0}, "<defer>": {"<end>": 1.0}}
    # pi = sigmoid(log 9) = .9
    own = load(f"hf:{markov(tmp_path / 'g', {START: {' a': 1.0, '<defer>': 9.0}, **ends}, words)}")
    mentor = load(f"hf:{markov(tmp_path / 'm', {START: {'<defer>': 0.8, ' b': 0.2}, **ends}, words)}")
    team = Team({"g": own, "m": mentor})
    said = await co_llm.answer(team, QUESTION, head="<defer>", threshold=0.5, strategy=strategy)
    assert (said.text, said.finish) == (text, "eos")
