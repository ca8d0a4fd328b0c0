"""api/nudging: words where the base is unsure."""

from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.loading import load
from symposia.protocols.api import nudging
from symposia.tests.support.doubles import KnownScores
from symposia.tests.support.markov import START, WORDS, markov
from symposia.tests.support.traces import decoded

QUESTION = Ask(text="q")


@pytest.mark.parametrize("nudger", ["nudger", "stranger"])
async def test_a_nudge_is_a_word_and_the_base_goes_on_where_it_is_sure(nudged: dict[str, Any], nudger: str) -> None:
    team = Team({"base": nudged["base"], nudger: nudged[nudger]})
    said = await nudging.answer(team, QUESTION, gamma=0.4)
    assert (said.text, said.finish) == ("Sure, It is a cat", "eos")
    assert [(span.by, span.tokens, span.text) for span in decoded(team).spans] == [
        (nudger, 2, "Sure,"),
        ("base", 1, " It"),
        (nudger, 2, " is a"),
        ("base", 2, " cat"),
    ]


async def test_gamma_is_searched_on_dev(nudged: dict[str, Any]) -> None:
    scores = iter((0.2, 0.5, 0.5))

    class Rising(KnownScores):
        async def __call__(self, team: Team[Any]) -> float:
            return next(scores)

    team = Team({"base": nudged["base"], "nudger": nudged["nudger"]})
    found = (await nudging.prepare(team, Rising({}), search_gamma=(0.2, 0.3, 0.4))).learned_as(nudging.Setting)
    assert found == nudging.Setting(gamma=0.3, nudger="nudger", scores=(0.2, 0.5, 0.5))


@pytest.mark.parametrize(("longest", "spans"), [(1, [("nudger", 1), ("base", 1)]), (16, [("nudger", 2)])])
async def test_a_word_without_a_space_ends_after_so_many_tokens(
    tmp_path: Path, longest: int, spans: list[tuple[str, int]]
) -> None:
    # The base is sure after the first token; the nudger's word goes on.
    base = {START: {" x": 0.3, " a": 0.3, " b": 0.3}, "Sure": {" x": 1.0}}
    nudger = {START: {"Sure": 1.0}, "Sure": {",": 1.0}}
    members = {"base": base, "nudger": nudger}
    models = {name: load(f"hf:{markov(tmp_path / name, table, WORDS)}") for name, table in members.items()}
    team = Team(models, context=Context(sampling=Sampling(max_tokens=2)))
    await nudging.answer(team, QUESTION, longest=longest)
    assert [(span.by, span.tokens) for span in decoded(team).spans] == spans
