"""The weight level: protocols that make a new model, on small real models made on the spot."""

import asyncio
import gc
import json
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Answer, Ask, Sampling, Team
from symposia.agents.accounting import Usage
from symposia.agents.context import Context
from symposia.agents.errors import BadScenario, UnknownName
from symposia.agents.load import load
from symposia.agents.message import Choice
from symposia.agents.models.absent import Absent
from symposia.agents.models.base import Vocabulary
from symposia.agents.objective import Graded
from symposia.agents.trace import read as read_trace
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.evaluators.task import Item, Items
from symposia.protocols.logit import fusion
from symposia.protocols.weight import dare_ties, expo, greedy_soup, lorahub, model_swarms
from symposia.scenarios.planning.plan import Plan, plan
from symposia.scenarios.planning.yaml_files import read
from symposia.scenarios.running.replaying import replay
from symposia.scenarios.running.run import run
from symposia.trainers.merging.mixture import mixture
from symposia.trainers.search.motion import Motion
from symposia.trainers.search.raters import RATINGS, expected
from symposia.trainers.search.scoring import evenly

from .said import says
from .test_hf_parameters import adapter
from .tiny import llama

QUESTION = Ask(text="What is 2 + 2?")
CONTEXT = Context(sampling=Sampling(max_tokens=6))
PROTOCOLS = [dare_ties, expo, greedy_soup, lorahub, model_swarms]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def models(folder: Path) -> dict[str, Any]:
    return {name: load(f"hf:{llama(folder / name, seed=seed)}") for seed, name in enumerate(("amber", "blue", "coral"))}


@pytest.fixture(scope="module")
def adapted(folder: Path, models: dict[str, Any]) -> dict[str, Any]:
    base = folder / "amber"
    settings = [{"seed": 1, "r": 4}, {"seed": 2, "r": 2}, {"seed": 3, "r": 4, "lora_alpha": 8}]
    urls = [f"hf:{base}+{adapter(base, folder / f'lora-{n}', **s)}" for n, s in enumerate(settings)]
    return {"amber": models["amber"], **{f"lora-{n}": load(url) for n, url in enumerate(urls)}}


def flat(model: Any) -> torch.Tensor:
    return torch.cat([tensor.flatten() for tensor in model.parameters.values()])


class Nearness:
    """Scores a model by how near its parameters are to a target; knows who was asked."""

    groups = ("sums",)
    bounds = None

    def __init__(self, target: torch.Tensor) -> None:
        self.target = target
        self.asked: list[str] = []

    async def __call__(self, team: Team[Any]) -> float:
        ((name, model),) = team.models.items()
        self.asked.append(name)
        return -float((flat(model) - self.target).abs().mean())

    async def rank(self, team: Team[Any]) -> list[str]:
        scores = {name: await self(team.only([name])) for name in team}
        return sorted(team, key=lambda name: -scores[name])

    async def graded(self, team: Team[Any], count: int | None = None) -> Sequence[Graded]:
        return [Graded(Answer(text="4"), await self(team), "2 + 2?", "sums")]


def toward(models: dict[str, Any], **shares: float) -> Nearness:
    target: Any = sum(flat(models[name]) * share for name, share in shares.items())
    return Nearness(target)


async def distance(model: Any, target: torch.Tensor) -> float:
    return float((flat(model) - target).abs().mean())


# weight/greedy_soup


class Number:
    """A model of one parameter, so that a soup can be followed by hand."""

    vocabulary = Vocabulary("", 0, ())

    def __init__(self, value: float) -> None:
        self.parameters = {"x": torch.tensor([value], dtype=torch.float64)}

    def with_parameters(self, parameters: Any, *, name: str) -> "Number":
        return Number(float(parameters["x"]))


class Utility(Nearness):
    """Scores a number by a function, and keeps what it was asked."""

    def __init__(self, score: Any) -> None:
        super().__init__(torch.zeros(1))
        self.score = score
        self.scored: dict[float, float] = {}

    async def __call__(self, team: Team[Any]) -> float:
        (model,) = team.models.values()
        value = float(flat(model))
        self.scored[round(value, 6)] = self.score(value)
        return float(self.score(value))


async def souped(score: Any) -> tuple[float, Utility]:
    dev = Utility(score)
    models: Any = {"one": Number(1.0), "three": Number(3.0), "ten": Number(10.0)}
    team = await greedy_soup.prepare(Team(models), dev)
    return float(flat(team.models["soup"])), dev


async def test_a_soup_keeps_what_does_not_hurt_it() -> None:
    soup, dev = await souped(lambda value: -abs(value - 2.2))
    assert soup == 2.0
    assert dev.scored == pytest.approx({1.0: -1.2, 3.0: -0.8, 10.0: -7.8, 2.0: -0.2, 4.666667: -2.4666667})


async def test_a_soup_of_equals_is_their_mean() -> None:
    assert (await souped(lambda _: 0.5))[0] == pytest.approx(14 / 3)


# weight/model_swarms


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


def test_domains_count_evenly() -> None:
    assert evenly([(0.5, "a"), (0.8, "b")]) == pytest.approx(0.6153846)
    assert evenly([(0.0, "a"), (0.0, "b")]) == pytest.approx(0.01)


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


def test_a_rating_is_expected_where_distributions_are_shown() -> None:
    rated = expected(Choice(labels=RATINGS, logprobs=(-0.6931472, *[-50.0] * 8, -0.6931472)))
    assert rated == pytest.approx(5.5)
    assert expected(Choice(labels=RATINGS)) is None


# weight/dare_ties


async def test_the_average_drops_and_is_the_same_again(models: dict[str, Any]) -> None:
    dev = toward(models, amber=1.0)
    first, second = [await dare_ties.prepare(Team(models), dev) for _ in range(2)]
    assert dev.asked == []
    assert torch.equal(flat(first.models["merged"]), flat(second.models["merged"]))
    assert first.learned == dare_ties.Weights(weights={"blue": 0.5, "coral": 0.5})
    name = "model.layers.0.mlp.up_proj.weight"
    same = first.models["merged"].parameters[name] == models["amber"].parameters[name]
    assert 0.15 < same.float().mean() < 0.35


async def test_optimised_weights_are_never_worse_than_equal_ones(models: dict[str, Any]) -> None:
    dev = toward(models, blue=1.0)
    equal = await dare_ties.prepare(Team(models), dev, density=1.0)
    found = await dare_ties.prepare(Team(models), dev, density=1.0, mode="optimized")
    learned = found.learned_as(dare_ties.Weights)
    assert learned is not None
    assert learned.score is not None
    assert learned.score >= -(await distance(equal.models["merged"], dev.target))
    assert learned.weights["blue"] > 0.5
    assert sum(learned.weights.values()) == pytest.approx(1)


async def test_weights_may_be_found_by_evolution(models: dict[str, Any]) -> None:
    pytest.importorskip("cma")
    dev = toward(models, blue=1.0)
    found = await dare_ties.prepare(Team(models), dev, method="ties", normalize=True, mode="optimized", by="cma")
    learned = found.learned_as(dare_ties.Weights)
    assert learned is not None
    assert learned.score == pytest.approx(-(await distance(found.models["merged"], dev.target)))


def test_positions_become_weights() -> None:
    assert dare_ties.softmax((0.5, -0.5, 1.0)) == pytest.approx((0.331499, 0.121952, 0.546549), abs=1e-6)


@pytest.mark.parametrize("protocol", [dare_ties, lorahub])
async def test_a_base_alone_is_refused(models: dict[str, Any], protocol: Any) -> None:
    with pytest.raises(BadScenario, match=r"a team of one\. It needs a base and a model that was trained from it\.$"):
        await protocol.prepare(Team({"amber": models["amber"]}), toward(models, amber=1.0))


async def test_a_base_that_is_no_member_is_an_error(models: dict[str, Any]) -> None:
    with pytest.raises(UnknownName, match="no agent named 'ambr'"):
        await dare_ties.prepare(Team(models), toward(models, amber=1.0), base="ambr")


# weight/expo


async def test_a_chosen_step_leads_beyond_the_better_model(models: dict[str, Any]) -> None:
    dev = toward(models, blue=1.3, amber=-0.3)
    pair = {name: models[name] for name in ("amber", "blue")}
    team = await expo.prepare(Team(pair), dev, alphas=(0.1, 0.3, 0.5))
    assert team.learned == expo.Step(sources=("amber",), targets=("blue",), alpha=0.3)
    assert torch.allclose(flat(team.models["extrapolated"]), dev.target, atol=1e-5)


async def test_no_step_is_a_candidate_and_is_the_better_model_itself(models: dict[str, Any]) -> None:
    team = await expo.prepare(Team(models), toward(models, blue=1.0), alphas=(0.3,))
    assert team.models["extrapolated"] is models["blue"]


@pytest.mark.parametrize(("alpha", "expected"), [(0.3, 1.325), (0.0, 1.25), (-1.0, 1.0)])
async def test_a_step_of_a_number(alpha: float, expected: float) -> None:
    models: Any = {"sft": Number(1.0), "dpo": Number(1.25)}
    dev = Utility(lambda value: value)
    team = await expo.prepare(Team(models), dev, mode="pairs", pairs={"sft": "dpo"}, alpha=alpha)
    assert float(flat(team.models["extrapolated"])) == pytest.approx(expected, abs=1e-12)
    assert (team.models["extrapolated"] is models["dpo"]) == (alpha == 0)


async def test_the_means_of_the_best_and_of_the_worst(models: dict[str, Any]) -> None:
    team = await expo.prepare(Team(models), toward(models, blue=1.0), mode="topk_bottomk", k=5, alpha=-1.0)
    learned = team.learned_as(expo.Step)
    assert learned is not None
    assert learned.targets == ("blue",)
    assert torch.allclose(flat(team.models["extrapolated"]), flat(models[learned.sources[0]]), atol=1e-6)


@pytest.mark.parametrize(("select", "source"), [("target", "coral"), ("source", "blue"), ("gain", "coral")])
async def test_the_pair_is_chosen_by_dev(models: dict[str, Any], select: Any, source: str) -> None:
    dev = toward(models, amber=0.5, blue=0.4, coral=0.1)
    pairs = {"blue": "coral", "coral": "blue"}
    team = await expo.prepare(Team(models), dev, mode="pairs", pairs=pairs, select=select)
    learned = team.learned_as(expo.Step)
    assert learned is not None
    assert learned.sources == (source,)


async def test_one_model_has_no_direction(models: dict[str, Any]) -> None:
    with says(BadScenario, "expo: a team of one has no direction. Give it a worse and a better model."):
        await expo.prepare(Team({"amber": models["amber"]}), toward(models, amber=1.0))


# weight/lorahub


@pytest.mark.parametrize("by", ["swarm", "cma"])
async def test_changes_are_added_up_and_never_worse_than_none(adapted: dict[str, Any], by: Any) -> None:
    if by == "cma":
        pytest.importorskip("cma")
    base = flat(adapted["amber"])
    dev = Nearness(base + 0.8 * (flat(adapted["lora-0"]) - base))
    found = await lorahub.prepare(Team(adapted), dev, by=by, iterations=8, penalty=0.0)
    learned = found.learned_as(lorahub.Weights)
    assert learned is not None
    assert learned.value > -(await distance(adapted["amber"], dev.target))
    assert max(map(abs, learned.weights.values())) <= 1.5
    assert found.models["mixed"].engine is adapted["amber"].engine


async def test_no_weights_are_the_base_itself(adapted: dict[str, Any]) -> None:
    found = await lorahub.prepare(Team(adapted), Nearness(flat(adapted["amber"])), iterations=2)
    assert found.models["mixed"] is adapted["amber"]
    assert found.learned == lorahub.Weights(weights={"lora-0": 0, "lora-1": 0, "lora-2": 0}, value=0)


def test_the_penalty_is_the_mean_size_of_the_weights() -> None:
    assert 1 - 0.6 + 0.05 * lorahub.mean_size((1.5, -0.5, 0.0)) == pytest.approx(0.4333333)


async def test_factors_are_averaged_where_they_match(adapted: dict[str, Any]) -> None:
    team = Team({"amber": adapted["amber"], "lora-0": adapted["lora-0"]})
    base = flat(adapted["amber"])
    dev = Nearness(base + 4 * (flat(adapted["lora-0"]) - base))
    found = await lorahub.prepare(team, dev, space="factors", iterations=1, population=1)
    assert torch.equal(flat(found.models["mixed"]), base)
    with pytest.raises(BadScenario, match=r"differ in modules, rank or scale\. Mix them in product space\.$"):
        await lorahub.prepare(Team(adapted), dev, space="factors", iterations=1)


# What holds for all of them


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_absent_models_are_prepared_into_absent_ones(protocol: Any) -> None:
    class Told:
        groups = (None,)
        bounds = (0.0, 1.0)

        async def graded(self, team: Team[Any], count: int | None = None) -> Sequence[Graded]:
            return [Graded(Answer(text="4"), 0.5)]

        async def __call__(self, team: Team[Any]) -> float:
            return 0.5

        async def rank(self, team: Team[Any]) -> list[str]:
            return list(team)

    absent = {name: Absent(name) for name in ("amber", "blue", "coral")}
    team = await protocol.prepare(Team(absent), Told())
    assert [type(model) for model in team.models.values()] == [Absent]


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_a_merged_model_is_alive(models: dict[str, Any], protocol: Any) -> None:
    team = await protocol.prepare(Team(models, context=CONTEXT), toward(models, amber=0.5, blue=0.5))
    (name,) = team.names
    alone = await team.ask(name, QUESTION)
    fused = await fusion.answer(Team({"one": team.models[name], "two": team.models[name]}, context=CONTEXT), QUESTION)
    assert alone.ids == fused.ids


SCENARIOS = {
    "weight/dare_ties": {"mode": "optimized", "population": 3, "motion": {"iterations": 2}},
    "weight/model_swarms": {"utility": "domains", "population": 4, "motion": {"iterations": 3}, "overall": True},
    "weight/lorahub": {"population": 3, "iterations": 2},
    "weight/expo": {"alphas": [0.2, 0.4]},
    "weight/greedy_soup": {},
}


def planned(path: Path, name: str, team: dict[str, Path]) -> Plan:
    scenario = {
        "protocol": {"use": name, "options": SCENARIOS[name]},
        "team": [{"name": one, "model": f"hf:{folder}"} for one, folder in team.items()],
        "task": {"use": "pocket", "limit": 3, "dev_limit": 4},
        "sampling": {"max_tokens": 4},
        "baselines": False,
    }
    (path / "one.yaml").write_text(json.dumps(scenario))
    return plan(read(path / "one.yaml"), where="one.yaml", folder=path)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
async def test_a_run_is_replayed_without_a_model(
    name: str, folder: Path, models: dict[str, Any], tmp_path: Path
) -> None:
    await run(planned(tmp_path, name, {one: folder / one for one in models}), tmp_path / "run")
    replayed = await replay(tmp_path / "run")
    assert replayed.events > 2 * 3 * 4


@pytest.mark.parametrize("name", sorted(SCENARIOS))
async def test_a_killed_search_goes_on_bit_for_bit_wherever_it_was(
    name: str, folder: Path, models: dict[str, Any], tmp_path: Path
) -> None:
    team = {one: folder / one for one in models}
    await run(planned(tmp_path, name, team), tmp_path / "run")
    wanted = remembered(tmp_path / "run")
    trace = tmp_path / "run" / "trace.jsonl"
    lines = trace.read_bytes().splitlines(keepends=True)
    for share in (0.1, 0.35, 0.6, 0.9):
        (tmp_path / "run" / "report.json").unlink()
        trace.write_bytes(b"".join(lines[: int(share * len(lines))]))
        await run(planned(tmp_path, name, team), tmp_path / "run")
        assert remembered(tmp_path / "run") == wanted


def remembered(directory: Path) -> tuple[Any, ...]:
    """What a run says: each call with its reply, each sample, all files of the protocol.

    Left out are the seconds, and log-probabilities, whose last digits depend on what is read in one batch.
    """
    deliveries = {
        (event.question, event.sender, event.to, event.turn): event.message.model_copy(update={"logprobs": ()})
        for event in read_trace(directory / "trace.jsonl")[1]
    }
    samples = [json.loads(line) for line in (directory / "samples.jsonl").read_text().splitlines()]
    files = {path.name: path.read_text() for path in directory.glob("*_*.json")}
    return deliveries, [{**one, "seconds": 0} for one in samples], files


# The dev split


class Slow:
    """Counts who asks; the first to be asked answers last."""

    def __init__(self, text: str, wait: float) -> None:
        self.text, self.wait, self.calls = text, wait, 0

    async def write(self, turns: Sequence[Any], sampling: Sampling = CONTEXT.sampling) -> Answer:
        self.calls += 1
        await asyncio.sleep(self.wait)
        return Answer(text=self.text)


class Exact:
    """A task whose answers are the whole text."""

    FORM = ""

    def load(self, **_: object) -> Items:
        return Items([])

    def read(self, item: Item, text: str) -> str:
        return text

    def grade(self, item: Item, text: str) -> float:
        return float(text == item.gold)


def dev_of(*golds: str) -> Dev:
    items = [Item(question=f"question {number}", form="", gold=gold) for number, gold in enumerate(golds)]
    return Dev(Evaluator(Exact()), items)


async def test_models_scored_at_once_are_named_in_the_order_of_the_calls() -> None:
    dev, shared = dev_of("4"), Context()
    slow, quick = Slow("4", 0.02), Slow("5", 0.0)
    scores = await asyncio.gather(dev(Team({"a": slow}, context=shared)), dev(Team({"a": quick}, context=shared)))
    assert scores == [1.0, 0.0]
    places = {event.question: event.message for event in shared.trace.events if event.sender == "a"}
    assert {place: message.text for place, message in places.items()} == {"dev/0-a/0": "4", "dev/1-a/0": "5"}  # type: ignore[attr-defined]


async def test_a_model_that_two_ask_for_at_once_is_asked_once() -> None:
    dev, model = dev_of("4", "5"), Slow("4", 0.01)
    assert await asyncio.gather(dev(Team({"a": model})), dev(Team({"b": model}))) == [0.5, 0.5]
    assert model.calls == 2


async def test_a_model_is_not_kept_alive_for_having_been_scored() -> None:
    dev = dev_of("4")
    model: Slow | None = Slow("4", 0.0)
    assert model is not None
    gone = weakref.ref(model)
    await dev(Team({"a": model}))
    model = None
    gc.collect()
    assert gone() is None
    assert await dev(Team({"b": Slow("5", 0.0)})) == 0.0


async def test_a_graded_answer_knows_its_question() -> None:
    graded = await dev_of("4").graded(Team({"a": Slow("4", 0.0)}))
    assert [(one.question, one.score) for one in graded] == [("question 0", 1.0)]
