"""weight/switch_generation: a trained selector, where it is worth one."""

from typing import Any

import pytest
from symposia.agents import Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.decoding.messages import Decode
from symposia.agents.decoding.switching import Scheduled, Switch
from symposia.agents.errors import BadScenario
from symposia.agents.loading import load
from symposia.agents.models.absent import Absent
from symposia.agents.replay import Memory
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.protocols.weight import switch_generation
from symposia.protocols.weight.messages.switch_generation import Selecting
from symposia.tests.support.said import says
from symposia.tests.support.tasks import Lottery, lottery
from symposia.tests.support.tiny import llama

QUICK: dict[str, Any] = {"patch": 1, "prefixes": 1, "rollouts": 1, "epochs": 1, "rate": 1e-2}
KINDS = ["writer", "random", "untrained", "trained"]


@pytest.fixture(scope="module")
def roomy(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Two random models that can read what a selector is asked."""
    folder = tmp_path_factory.mktemp("roomy")
    room: dict[str, Any] = {"max_position_embeddings": 512}
    return {name: load(f"hf:{llama(folder / name, seed=n, **room)}") for n, name in enumerate(("amber", "blue"))}


def team_of(models: dict[str, Any], memory: Memory | None = None) -> Team[Any]:
    return Team(models, context=Context(sampling=Sampling(max_tokens=3), memory=memory))


@pytest.mark.parametrize(("keep", "labels"), [("best", "best"), ("trained", "chance")])
async def test_the_best_on_held_out_questions_answers(keep: str, labels: str, roomy: dict[str, Any]) -> None:
    options = {**QUICK, "keep": keep, "labels": labels}
    team = team_of(roomy)
    ready = await switch_generation.prepare(team, Dev(Evaluator(Lottery()), lottery(8)), **options)
    found = ready.learned_as(Selecting)
    assert found is not None
    assert (found.selector, found.writers, list(found.scores)) == ("amber-selector", ("amber", "blue"), KINDS)
    assert found.kept == ("trained" if keep == "trained" else max(KINDS, key=lambda kind: found.scores[kind]))
    assert sum(found.labels) + found.skipped == 4
    assert ready.models["amber"] is roomy["amber"]
    memory = Memory(team.context.trace.events, "replay")
    absent = team_of({name: Absent(name) for name in roomy}, memory)
    again = await switch_generation.prepare(absent, Dev(Evaluator(Lottery()), lottery(8)), **options)
    assert again.learned_as(Selecting) == found
    memory.check_used()


@pytest.mark.parametrize("kept", KINDS)
async def test_what_was_kept_says_who_writes(kept: Any, roomy: dict[str, Any]) -> None:
    learned = Selecting(selector="blue", writers=("amber", "blue"), writer="blue", kept=kept)
    team = team_of(roomy).with_learned(learned).at("test/0")
    await switch_generation.answer(team, Ask(text="q"), **QUICK)
    asked = [event for event in team.context.trace.events if event.to in ("decoder", "blue")]
    methods = [type(event.message.method) for event in asked if isinstance(event.message, Decode)]
    assert methods == {"writer": [], "random": [Scheduled]}.get(kept, [Switch])
    assert ("blue" in {event.to for event in asked}) == (kept == "writer")


async def test_a_member_with_the_selectors_name_is_refused(roomy: dict[str, Any]) -> None:
    team = Team({"amber": roomy["amber"], "amber-selector": roomy["blue"]})
    with says(
        BadScenario,
        "weight/switch_generation: amber-selector is what the trained copy of amber is called. Rename the member.",
    ):
        await switch_generation.prepare(team, Dev(Evaluator(Lottery()), lottery(4)), **QUICK)
