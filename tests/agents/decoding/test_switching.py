"""Texts in patches by several writers."""

from pathlib import Path

from symposia.agents import Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.decoding.decoder import decode
from symposia.agents.decoding.switching import Scheduled, Switch
from symposia.agents.loading import load
from symposia.tests.support.markov import START, WORDS, markov
from symposia.tests.support.tiny import llama
from symposia.tests.support.traces import decoded

QUESTION = Ask(text="q")


async def test_a_schedule_names_the_writers_and_its_last_one_goes_on(tmp_path: Path) -> None:
    for name in ("cat", "mat"):
        markov(tmp_path / name, {one: {f" {name}": 1.0} for one in (START, " cat", " mat")}, WORDS)
    models = {name: load(f"hf:{tmp_path / name}") for name in ("cat", "mat")}
    team = Team(models, context=Context(sampling=Sampling(max_tokens=7)))
    await decode(team, QUESTION, Scheduled(writers=("cat", "mat"), patch=2, schedule=(1, 0, 1)))
    assert [(span.by, span.tokens) for span in decoded(team).spans] == [("mat", 2), ("cat", 2), ("mat", 3)]


async def test_equal_writers_write_what_one_of_them_writes_alone(tmp_path: Path) -> None:
    model = load(f"hf:{llama(tmp_path / 'm', max_position_embeddings=1024)}")
    team = Team({"one": model, "two": model}, context=Context(sampling=Sampling(max_tokens=9)))
    alone = await team.at("alone").ask("one", QUESTION)
    method = Switch(question="q", writers=("one", "two"), selector="one", patch=2)
    assert (await decode(team.at("both"), QUESTION, method)).ids == alone.ids
