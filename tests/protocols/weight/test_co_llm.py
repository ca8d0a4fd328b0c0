"""weight/co_llm: a generator trained together with its deferral head, where it is worth it."""

from typing import Any

import pytest
from symposia.agents.decoding.heads import Head, Layer
from symposia.agents.errors import BadScenario
from symposia.agents.loading import load
from symposia.agents.models.absent import Absent
from symposia.agents.replay import Memory
from symposia.protocols.weight import co_llm
from symposia.protocols.weight.messages.co_llm import CoTrained
from symposia.tests.support.heads import QUESTION, WORDS, Spelt, dev, team_of
from symposia.tests.support.markov import START, WIDTH, markov
from symposia.tests.support.nearness import flat
from symposia.tests.support.said import says
from symposia.tests.support.traces import decoded

QUICK: dict[str, Any] = {"epochs": 2, "batch": 2, "rate": 1e-3}
KINDS = ["generator", "mentor", "head", "trained"]


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Right is " a d": at the start only m says so, afterwards g alone does."""
    folder = tmp_path_factory.mktemp("taught")
    own = {START: {" b": 0.9, " a": 0.1}, " a": {" d": 0.9, " x": 0.1}, " d": {"<end>": 1.0}, " b": {"<end>": 1.0}}
    other = {START: {" a": 0.8, " b": 0.2}, " a": {" d": 0.6, " x": 0.4}, " d": {"<end>": 0.7, " x": 0.3}}
    return {name: load(f"hf:{markov(folder / name, table, WORDS)}") for name, table in (("g", own), ("m", other))}


@pytest.mark.parametrize(("keep", "probabilities"), [("best", "mentor"), ("trained", "chance")])
async def test_the_best_of_both_phases_and_both_models_answers(
    keep: str, probabilities: str, taught: dict[str, Any]
) -> None:
    options = {**QUICK, "keep": keep, "probabilities": probabilities}
    team, before = team_of(taught), {name: flat(model) for name, model in taught.items()}
    ready = await co_llm.prepare(team, dev(Spelt()), **options)
    found = ready.learned_as(CoTrained)
    assert found is not None
    assert (found.generator, found.mentor, list(found.scores)) == ("g-generator", "m", KINDS)
    assert (found.scores["generator"], found.scores["mentor"], found.scores["head"]) == (0.0, 1.0, 1.0)
    assert found.kept == ("trained" if keep == "trained" else "mentor")  # the first of the best
    assert found.texts == 2  # of three questions, the halves of which are two and one
    assert found.before is not None
    assert ready.models["m"] is taught["m"]
    assert all((flat(taught[name]) == before[name]).all() for name in taught)
    memory = Memory(team.context.trace.events, "replay")
    absent = team_of({name: Absent(name) for name in taught}, memory)
    assert (await co_llm.prepare(absent, dev(Spelt()), **options)).learned_as(CoTrained) == found
    memory.check_used()


@pytest.mark.parametrize(
    ("kept", "threshold", "text", "by"),
    [
        ("head", 1.0, " b", ["g"]),
        ("trained", 0.5, " a d", ["m", "g"]),
        ("head", -1.0, " a d", ["m"]),
    ],
)
async def test_a_threshold_of_one_never_asks_the_mentor(
    kept: Any, threshold: float, text: str, by: list[str], taught: dict[str, Any]
) -> None:
    """The head is sure of the mentor after the prompt, whose last token is one axis of the hidden states."""
    start = taught["g"].chat.prompt(QUESTION.turns())[-1]
    weights = tuple(9.0 if place == start else -9.0 for place in range(WIDTH))
    head = Head(layers=(Layer(weights=(weights,), biases=(0.0,)),))
    learned = CoTrained(generator="g", mentor="m", kept=kept, head=head, threshold=threshold)
    team = team_of(taught).with_learned(learned).at("test/0")
    said = await co_llm.answer(team, QUESTION)
    assert said.text == text
    assert [span.by for span in decoded(team).spans] == by
    assert said.usage.calls == len(set(by) | {"g"})


@pytest.mark.parametrize(("kept", "text"), [("generator", " b"), ("mentor", " a d")])
async def test_one_model_alone_answers_where_it_was_better(kept: Any, text: str, taught: dict[str, Any]) -> None:
    team = team_of(taught).with_learned(CoTrained(generator="g", mentor="m", kept=kept)).at("test/0")
    said = await co_llm.answer(team, QUESTION)
    assert (said.text, said.usage.calls) == (text, 1)


async def test_a_member_with_the_generators_name_is_refused(taught: dict[str, Any]) -> None:
    team = team_of({"g": taught["g"], "g-generator": taught["m"]})
    with says(BadScenario, "weight/co_llm: g-generator is what the trained copy of g is called. Rename the member."):
        await co_llm.prepare(team, dev(Spelt()), **QUICK)
