"""Model Swarms against a swarm of checkpoints written here, its values, its outputs and its metrics."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from symposia.agents import Answer, Team
from symposia.agents.errors import BadScenario, Divergence
from symposia.agents.load import load
from symposia.agents.objective import Graded
from symposia.agents.seeds import derive
from symposia.agents.trace import read as read_trace
from symposia.protocols.weight import model_swarms
from symposia.scenarios.planning.plan import Plan, plan
from symposia.scenarios.planning.yaml_files import read
from symposia.scenarios.running.replaying import replay
from symposia.scenarios.running.run import run
from symposia.trainers.merging.mixture import mixture
from symposia.trainers.search.ensemble import best_first, emergence, solved, surge, voted
from symposia.trainers.search.motion import Motion
from symposia.trainers.search.rules import strays
from symposia.trainers.search.starts import experts
from symposia.trainers.search.swarm import Swarm
from torch import Tensor

from .said import says
from .tiny import llama

Weights = dict[str, Tensor]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def models(folder: Path) -> dict[str, Any]:
    return {name: load(f"hf:{llama(folder / name, seed=seed)}") for seed, name in enumerate(("amber", "blue", "coral"))}


# Coefficients against checkpoints


def plus(*terms: tuple[float, Mapping[str, Tensor]]) -> Weights:
    """A sum of checkpoints."""
    return {name: sum(share * one[name] for share, one in terms) for name in terms[0][1]}  # type: ignore[misc]


class Checkpoints:
    """The algorithm of section 2 of the paper on checkpoints, as the original's code goes through it.

    Only the random numbers are the same: `u(iteration, purpose..)`.
    """

    def __init__(self, start: list[Weights], seed: int, motion: Motion) -> None:
        self.seed, self.motion, self.step = seed, motion, motion.step_length
        self.now, self.best = list(start), list(start)
        count = len(start)
        partner = [(i + 1 + derive(seed, "partner", i) % (count - 1)) % count for i in range(count)]
        self.velocity = [plus((1, start[j]), (-1, start[i])) for i, j in enumerate(partner)]
        self.history: list[list[float]] = [[] for _ in start]
        self.g: list[float] = []
        self.worst_score = float("inf")

    def update(self, scores: list[float]) -> None:
        for i, score in enumerate(scores):
            if score > max(self.history[i], default=float("-inf")):
                self.best[i] = self.now[i]
            self.history[i].append(score)
        if max(scores) > max(self.g, default=float("-inf")):
            self.global_best = self.now[scores.index(max(scores))]
        self.g.append(max([*self.g, *scores]))
        if min(scores) < self.worst_score:
            self.worst_score, self.global_worst = min(scores), self.now[scores.index(min(scores))]
        for i in range(len(scores)):
            self.move(i)
        self.step = max(self.step * self.motion.step_factor, self.motion.minimum_step)

    def move(self, i: int) -> None:
        history, moved = self.history[i], self.motion
        if len(history) - history.index(max(history)) >= moved.restart_patience:
            self.now[i] = self.best[i]
            self.velocity[i] = plus((0, self.velocity[i]))
        u = [derive(self.seed, len(self.g), term, i) / 2**63 for term in ("inertia", "cognitive", "social", "repel")]
        a = [r * c for r, c in zip(u, (moved.inertia, moved.cognitive, moved.social, moved.repel), strict=True)]
        x, total = self.now[i], sum(a)
        self.velocity[i] = plus(
            (a[0] / total, self.velocity[i]),
            (a[1] / total, plus((1, self.best[i]), (-1, x))),
            (a[2] / total, plus((1, self.global_best), (-1, x))),
            (a[3] / total, plus((1, x), (-1, self.global_worst))),
        )
        self.now[i] = plus((1, x), (self.step, self.velocity[i]))


@pytest.mark.parametrize("like", ["moco", "original"])
def test_thirty_steps_of_coefficients_are_thirty_steps_of_checkpoints(models: dict[str, Any], like: Any) -> None:
    motion = Motion(like=like, iterations=31, patience=100)
    start = experts(3, 5, seed=11)
    whole: list[Weights] = [{name: one.double() for name, one in model.parameters.items()} for model in models.values()]
    checkpoints = Checkpoints([plus(*zip(row.tolist(), whole, strict=True)) for row in start], 7, motion)
    swarm = Swarm(start, motion, 7)
    target = plus((0.5, whole[0]), (0.7, whole[1]), (-0.2, whole[2]))

    def near(weights: Mapping[str, Tensor]) -> float:
        return -sum(float(((one - target[name]) ** 2).sum()) for name, one in weights.items())

    for _ in range(30):
        made = {n: mixture(models, row, name=f"p{n}").parameters for n, row in swarm.ask().items()}
        for number, parameters in made.items():
            for name, tensor in parameters.items():
                assert (tensor - checkpoints.now[number][name]).abs().max() < 1e-6 * max(1, tensor.abs().max())
        swarm.tell({n: near(plus(*zip(row, whole, strict=True))) for n, row in swarm.ask().items()})
        checkpoints.update([near(one) for one in checkpoints.now])
    assert swarm.best_scores == pytest.approx(checkpoints.g, abs=1e-9)
    assert swarm.best_scores[-1] > swarm.best_scores[0]


def test_experts_that_are_all_alike_stay_where_they_are() -> None:
    swarm = Swarm(np.ones((4, 1)), Motion(iterations=5), seed=1)
    while not swarm.done:
        swarm.tell({number: float(number) for number in swarm.ask()})
    assert [particle.place.tolist() for particle in swarm.particles] == [[1.0]] * 4


def test_the_step_shrinks_to_its_minimum() -> None:
    swarm = Swarm(np.eye(3), Motion(iterations=100, patience=100), seed=1)
    for turn in range(60):
        assert swarm.step == pytest.approx(max(0.5 * 0.95**turn, 0.1))
        swarm.tell({number: -float(number) for number in swarm.ask()})


# The values of the original


def test_the_values_of_the_original_have_one_name() -> None:
    motion = Motion.model_validate({"like": "original", "iterations": 4})
    assert (motion.inertia, motion.cognitive, motion.social, motion.repel) == (0.4, 0.3, 0.3, 0.3)
    assert (motion.step_length, motion.step_factor, motion.minimum_step) == (1.0, 0.95, 0.1)
    assert (motion.patience, motion.restart_patience, motion.rule, motion.iterations) == (10, 5, "original", 4)
    assert Motion(like="original").iterations == 201
    assert Motion() == Motion(like="moco", inertia=0.2, cognitive=0.3, social=0.4, repel=0.05, step_length=0.5)


@pytest.mark.parametrize(("patience", "fires"), [(5, 5), (7, 7)])
def test_a_particle_that_was_best_at_the_start_starts_again(patience: int, fires: int) -> None:
    histories = [[0.9] + [0.1] * rest for rest in range(10)]
    assert next(len(one) for one in histories if strays("original", one, patience)) == fires


def test_half_of_the_children_lie_beyond_their_parents() -> None:
    children = experts(2, 402, seed=5)[2:]
    between = ((children >= 0) & (children <= 1)).all(1).mean()
    assert 0.2 < between < 0.6


async def test_the_original_has_twenty_particles(models: dict[str, Any]) -> None:
    class Even:
        groups = (None,)
        bounds = (0.0, 1.0)

        async def graded(self, team: Team[Any], count: int | None = None) -> list[Graded]:
            return [Graded(Answer(text=""), 0.5)]

    dev: Any = Even()
    team = await model_swarms.prepare(Team(models), dev, motion=Motion(like="original", iterations=1))
    learned = team.learned_as(model_swarms.Scratchpad)
    assert learned is not None
    assert len(learned.particles) == 20


# What it writes


PAD = model_swarms.Scratchpad(
    experts=("amber", "blue"),
    coefficients=(0.5, 0.5),
    g=(0.5, 0.7, 0.7),
    g_worst=0.1,
    particles=((0.5, 0.4, 0.3), (0.1, 0.7, 0.6)),
    stopped=((2,), ()),
    starts=((1.0, 0.0), (0.0, 1.0)),
    bests=((1.0, 0.0), (0.5, 0.5)),
)


def test_the_scratchpad_has_the_originals_keys() -> None:
    assert model_swarms.as_the_original(PAD) == {
        "g": 0.7,
        "g_worst": 0.1,
        "g_history": (0.5, 0.7, 0.7),
        "particle_0_now": 0.3,
        "particle_0_best": 0.5,
        "particle_0_history": (0.5, 0.4, 0.3),
        "particle_0_stopped": (2,),
        "particle_1_now": 0.6,
        "particle_1_best": 0.7,
        "particle_1_history": (0.1, 0.7, 0.6),
    }


def test_the_metrics_of_the_search() -> None:
    assert model_swarms.of_the_search(PAD) == {
        "starting_best_validation_utility": 0.5,
        "starting_best_particle_on_validation": 0,
        "ending_best_validation_utility": 0.7,
        "ending_best_particle_on_validation": 1,
        "g_history_improve_count": 1,
        "g_history_last_change_index": 1,
    }


def said(*parsed: str | None) -> list[Graded]:
    return [Graded(Answer(text=""), float(one == "B"), parsed=one) for one in parsed]


@pytest.mark.parametrize(
    ("answers", "utilities", "score"),
    [
        ("AABB", [0.1, 0.1, 0.9, 0.9], 1.0),
        ("AABB", [0.9, 0.9, 0.1, 0.1], 0.0),
        ("AAB", [0.1, 0.1, 0.9], 0.0),
        ("AB", [0.5, 0.5], 0.0),
    ],
)
def test_of_equal_votes_the_better_particles_win(answers: str, utilities: list[float], score: float) -> None:
    (one,) = voted([said(answer) for answer in answers], utilities)
    assert one.score == score


def test_who_gives_no_answer_has_no_vote() -> None:
    assert [one.parsed for one in voted([said(None, None), said("A", None)], [0.9, 0.1])] == ["A", None]


def test_the_best_come_first_and_of_equals_the_first() -> None:
    assert best_first([0.5, 0.9, 0.5, 0.1], 3) == [1, 0, 2]
    assert best_first([0.5], 10) == [0]


def test_what_emerges_and_what_surges() -> None:
    before, after = solved([said("B", "A", "A", "B"), said("B", "A", "A", "A")]), [1, 1, 0, 2]
    assert before == [2, 0, 0, 1]
    assert (surge(before, after), emergence(before, after)) == (0.5, 0.5)
    assert emergence([1, 2], [0, 0]) is None


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
