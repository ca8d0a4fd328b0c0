"""weight/model_swarms: what is found, and what is written."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Answer, Sampling, Team
from symposia.agents.accounting import Usage
from symposia.agents.context import Context
from symposia.agents.errors import BadScenario, Divergence
from symposia.agents.objective import Graded
from symposia.agents.trace_reader import read as read_trace
from symposia.protocols.weight import model_swarms
from symposia.scenarios.planning.plan import Plan, plan
from symposia.scenarios.planning.yaml_files import read
from symposia.scenarios.running.replaying import replay
from symposia.scenarios.running.run import run
from symposia.tests.support.doubles import Even
from symposia.tests.support.nearness import Nearness, distance, flat, toward
from symposia.tests.support.said import says
from symposia.trainers.merging.mixture import mixture
from symposia.trainers.search.motion import Motion

CONTEXT = Context(sampling=Sampling(max_tokens=6))


async def test_a_swarm_finds_a_mixture_that_is_better_than_every_expert(models: dict[str, Any]) -> None:
    dev = toward(models, amber=0.4, blue=0.5, coral=0.1)
    team = await model_swarms.prepare(Team(models), dev, motion=Motion(iterations=12), population=6)
    learned = team.learned_as(model_swarms.Scratchpad)
    assert learned is not None
    assert list(team) == ["swarm"]
    assert learned.g[-1] > learned.g[0]
    assert sum(learned.coefficients) == pytest.approx(1)
    best = mixture(models, learned.coefficients, name="again")
    assert torch.allclose(flat(team.models["swarm"]), flat(best))
    assert -(await distance(best, dev.target)) == pytest.approx(learned.g[-1])
    assert (len(learned.g), len(learned.particles), learned.experts) == (12, 6, ("amber", "blue", "coral"))


async def test_the_first_particles_are_the_experts_themselves(models: dict[str, Any]) -> None:
    team = await model_swarms.prepare(Team(models), toward(models, blue=1.0), motion=Motion(iterations=1))
    assert team.models["swarm"] is models["blue"]


async def test_the_same_seed_is_the_same_swarm(models: dict[str, Any]) -> None:
    found = []
    for seed in (1, 1, 2):
        team = Team(models, context=Context(seed=seed))
        found.append((await model_swarms.prepare(team, toward(models, amber=0.5, blue=0.5))).learned)
    assert found[0] == found[1] != found[2]


class Judge:
    """Writes the rating it is told to, by what it reads."""

    async def write(self, turns: Sequence[Any], sampling: Sampling = CONTEXT.sampling) -> Answer:
        return Answer(text="9" if "good" in turns[-1].text else "3", usage=Usage(calls=1))


async def test_a_judge_rates_the_answers(models: dict[str, Any]) -> None:
    class Dev(Nearness):
        groups = ("sums", "sums")  # type: ignore[assignment]

        async def graded(self, team: Team[Any], count: int | None = None) -> Sequence[Graded]:
            text = "good" if team.models[team.names[0]] is models["blue"] else "bad"
            return [Graded(Answer(text=text), 0.0, "2 + 2?"), Graded(None, None, "3 + 3?")][:count]

    team: Team[Any] = Team({**models, "judge": Judge()})
    dev = Dev(flat(models["amber"]))
    ready = await model_swarms.prepare(team, dev, utility="judge", judge="judge", motion=Motion(iterations=1))
    assert ready.models["swarm"] is models["blue"]
    learned = ready.learned_as(model_swarms.Scratchpad)
    assert learned is not None
    assert (learned.g, learned.g_worst) == ((9.0,), 3.0)


async def test_the_original_has_twenty_particles(models: dict[str, Any]) -> None:
    dev: Any = Even()
    team = await model_swarms.prepare(Team(models), dev, motion=Motion(like="original", iterations=1))
    learned = team.learned_as(model_swarms.Scratchpad)
    assert learned is not None
    assert len(learned.particles) == 20


def planned(path: Path, folder: Path, options: dict[str, Any]) -> Plan:
    scenario = {
        "protocol": {"use": "weight/model_swarms", "options": options},
        "team": [{"name": one, "model": f"hf:{folder / one}"} for one in ("amber", "blue", "coral")],
        "task": {"use": "pocket", "limit": 3, "dev_limit": 4},
        "sampling": {"max_tokens": 4},
        "baselines": False,
    }
    (path / "one.yaml").write_text(json.dumps(scenario))
    return plan(read(path / "one.yaml"), where="one.yaml", folder=path)


METRICS = [
    *("starting_best_validation_utility", "starting_best_particle_on_validation"),
    *("ending_best_validation_utility", "ending_best_particle_on_validation"),
    *("g_history_improve_count", "g_history_last_change_index"),
    *("starting_best_single_test_accuracy", "ending_best_single_test_accuracy"),
    *("starting_top-k_ensemble_dev_accuracy", "starting_top-k_ensemble_test_accuracy"),
    *("ending_top-k_ensemble_dev_accuracy", "ending_top-k_ensemble_test_accuracy"),
    *("surge", "emergence"),
]


@pytest.mark.parametrize("utility", ["task", "domains"])
async def test_a_run_writes_both_files_and_touches_test_only_when_it_is_over(
    utility: str, folder: Path, models: dict[str, Any], tmp_path: Path
) -> None:
    options = {"overall": True, "utility": utility, "population": 4, "motion": {"iterations": 3}}
    await run(planned(tmp_path, folder, options), tmp_path / "run")
    metrics = json.loads((tmp_path / "run" / "overall_metrics.json").read_text())
    assert list(metrics)[: len(METRICS)] == METRICS
    stages = [event.question.split("/")[0] for event in read_trace(tmp_path / "run" / "trace.jsonl")[1]]
    first = stages.index("review")
    assert "test" in stages[:first]
    assert "test" not in stages[first:]
    assert (await replay(tmp_path / "run")).samples == 3
    pad = tmp_path / "run" / "utility_scratchpad.json"
    pad.write_text(pad.read_text().replace('"g_worst": ', '"g_worst": 1'))
    with pytest.raises(Divergence, match=r"utility_scratchpad\.json:3: differs from what the trace says\."):
        await replay(tmp_path / "run")


async def test_without_overall_no_particle_is_asked_a_test_question(
    folder: Path, models: dict[str, Any], tmp_path: Path
) -> None:
    await run(planned(tmp_path, folder, {"motion": {"iterations": 2}}), tmp_path / "run")
    assert list(json.loads((tmp_path / "run" / "overall_metrics.json").read_text())) == METRICS[:6]
    stages = {event.question.split("/")[0] for event in read_trace(tmp_path / "run" / "trace.jsonl")[1]}
    assert stages == {"dev", "test"}


async def test_what_was_not_prepared_is_not_reviewed(models: dict[str, Any]) -> None:
    nothing: Any = None
    with says(BadScenario, "model_swarms: nothing to review. Prepare the team first."):
        await model_swarms.review(Team(models), nothing, nothing)
