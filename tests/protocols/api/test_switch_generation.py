"""api/switch_generation: a selector names the writers."""

from pathlib import Path

from symposia.agents import Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.loading import load
from symposia.protocols.api import switch_generation
from symposia.tests.support.markov import START, WORDS, markov
from symposia.tests.support.traces import decoded

QUESTION = Ask(text="q")


async def test_the_selector_names_the_writer_of_each_patch(tmp_path: Path) -> None:
    cat = markov(tmp_path / "cat", {START: {" cat": 1.0}, " cat": {" cat": 1.0}, " mat": {" cat": 1.0}}, WORDS)
    mat = markov(tmp_path / "mat", {START: {" mat": 1.0}, " cat": {" mat": 1.0}, " mat": {"<end>": 1.0}}, WORDS)
    judge = markov(tmp_path / "judge", {START: {"1": 0.8, "0": 0.2}}, WORDS)
    models = {name: load(f"hf:{folder}") for name, folder in (("judge", judge), ("cat", cat), ("mat", mat))}
    team = Team(models, context=Context(sampling=Sampling(max_tokens=8)))
    said = await switch_generation.answer(team, QUESTION, selector="judge", patch=1)
    assert (said.text, said.finish) == (" mat", "eos")
    assert [(span.by, span.tokens) for span in decoded(team).spans] == [("mat", 2)]
    said = await switch_generation.answer(team.at("two"), QUESTION, selector="judge", writers=("mat", "cat"), patch=3)
    assert (said.text, said.finish) == (" cat" * 8, "length")
