"""What holds for every protocol that merges weights."""

import json
from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.models.absent import Absent
from symposia.agents.trace_reader import read as read_trace
from symposia.protocols.logit import fusion
from symposia.protocols.weight import dare_ties, expo, greedy_soup, lorahub, model_swarms
from symposia.scenarios.planning.plan import Plan, plan
from symposia.scenarios.planning.yaml_files import read
from symposia.scenarios.running.replaying import replay
from symposia.scenarios.running.run import run
from symposia.tests.support.doubles import Even
from symposia.tests.support.nearness import toward

QUESTION = Ask(text="What is 2 + 2?")
CONTEXT = Context(sampling=Sampling(max_tokens=6))
PROTOCOLS = [dare_ties, expo, greedy_soup, lorahub, model_swarms]


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_absent_models_are_prepared_into_absent_ones(protocol: Any) -> None:
    absent = {name: Absent(name) for name in ("amber", "blue", "coral")}
    team = await protocol.prepare(Team(absent), Even())
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
