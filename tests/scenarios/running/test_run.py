"""Scenarios: run, resumed, replayed."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from symposia.agents import Answer, Sampling, Turn, Usage
from symposia.agents.errors import ModelUnavailable, PromptTooLong
from symposia.agents.loading import load
from symposia.agents.models.base import GREEDY
from symposia.agents.trace_reader import read as read_trace
from symposia.scenarios.running.replaying import replay
from symposia.scenarios.running.run import run
from symposia.tests.support.doubles import Parrot
from symposia.tests.support.written import SCENARIO, planned, ran, scenario


async def test_a_scenario_is_run_and_compared(tmp_path: Path) -> None:
    finished = await ran(tmp_path)
    rows = {(row.name, row.kind): row.value for row in finished.report.rows if row.metric == "accuracy"}
    assert rows == {
        ("text/debate", "protocol"): 1.0,
        ("amber", "single"): 1.0,
        ("blue", "single"): 1.0,
        ("coral", "single"): 0.0,
        ("oracle", "oracle"): 1.0,
        ("amber", "best_single"): 1.0,
        ("amber x 1 (0.11 x the tokens)", "equal_budget"): 1.0,  # on dev its own answers are right, too
    }


async def test_a_run_leaves_its_directory(tmp_path: Path) -> None:
    finished = await ran(tmp_path)
    names = sorted(path.relative_to(finished.directory).as_posix() for path in finished.directory.rglob("*.*"))
    assert names == [
        "baselines/amber.jsonl",
        "baselines/blue.jsonl",
        "baselines/coral.jsonl",
        "baselines/equal_budget.jsonl",
        "report.json",
        "report.md",
        "run.json",
        "samples.jsonl",
        "scenario.yaml",
        "trace.jsonl",
    ]
    rows = [json.loads(line) for line in (finished.directory / "samples.jsonl").read_text().splitlines()]
    assert [(row["question"], row["output"], row["score"], row["usage"]["calls"]) for row in rows] == [
        ("2 + 2?", "4", 1.0, 6),
        ("3 + 3?", "6", 1.0, 6),
    ]


async def test_a_run_is_replayed_without_a_model(tmp_path: Path) -> None:
    finished = await ran(tmp_path)
    for script in tmp_path.glob("*.txt"):
        script.write_text("no model may be asked\n")
    done = await replay(finished.directory)
    assert done.samples == 10


async def test_a_finished_run_is_run_again_without_a_call(tmp_path: Path) -> None:
    finished = await ran(tmp_path)
    before = {path: path.read_bytes() for path in finished.directory.rglob("*.jsonl")}
    await run(planned(tmp_path / "s.yaml"), finished.directory)
    assert {path: path.read_bytes() for path in finished.directory.rglob("*.jsonl")} == before


class Dying:
    """Answers as its model does, and is gone after some calls."""

    def __init__(self, url: str, calls: int) -> None:
        self.model = load(url)
        self.left = calls

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        self.left -= 1
        if self.left < 0:
            raise ModelUnavailable("amber: no answer. Start its server.")
        return await self.model.write(turns, sampling)


async def test_a_run_that_was_stopped_is_resumed_where_it_was(tmp_path: Path) -> None:
    path = scenario(tmp_path)
    with pytest.raises(ModelUnavailable, match="no answer"):
        await run(planned(path), tmp_path / "run", load=lambda url: Dying(url, 3))
    kept = len(read_trace(tmp_path / "run" / "trace.jsonl")[1])
    resumed = await run(planned(path), tmp_path / "run")
    events = read_trace(tmp_path / "run" / "trace.jsonl")[1]
    assert kept > 5
    assert [event.seq for event in events] == list(range(len(events)))
    assert len(resumed.comparison.rows[0].samples) == 2
    assert (await replay(tmp_path / "run")).samples == 10


class Forgetful:
    """Has a context of three words."""

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        if "3 + 3" in turns[-1].text:
            raise PromptTooLong("amber: the prompt has 4 tokens. The context holds 3 with at least one new token.")
        return Answer(text="4", usage=Usage(calls=1))


async def test_what_fails_is_unscored_and_the_rest_goes_on(tmp_path: Path) -> None:
    finished = await run(planned(scenario(tmp_path)), tmp_path / "run", load=lambda url: Forgetful())
    right, failed = finished.comparison.rows[0].samples
    assert (right.score, right.stop) == (1.0, "done")
    assert (failed.score, failed.stop) == (None, "failed")
    assert failed.why == "amber: the prompt has 4 tokens. The context holds 3 with at least one new token."
    row = finished.report.rows[0]
    assert (row.value, row.scored, row.unscored) == (1.0, 1, 1)
    assert (await replay(tmp_path / "run")).samples == 10


async def test_a_question_over_budget_is_unscored(tmp_path: Path) -> None:
    finished = await ran(tmp_path, "budget={calls: 4}", "baselines=false")
    assert [sample.stop for sample in finished.comparison.rows[0].samples] == ["budget", "budget"]
    assert finished.report.rows[0].value is None
    assert finished.report.notes[0].startswith("2 unscored (budget): test/0: blue: the budget of 4 calls is spent")


async def test_concurrency_changes_no_sample(tmp_path: Path) -> None:
    class Echo:
        async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
            return Answer(text=f"{turns[-1].text} {sampling.seed}", usage=Usage(calls=1))

    samples = []
    for concurrency in (1, 32):
        path = scenario(tmp_path)
        done = await run(
            planned(path, f"concurrency={concurrency}"), tmp_path / str(concurrency), load=lambda _: Echo()
        )
        samples.append([sample.output for row in done.comparison.rows for sample in row.samples])
    assert samples[0] == samples[1]


async def test_a_team_in_a_file_can_be_a_member_of_a_team(tmp_path: Path) -> None:
    nested = SCENARIO.replace(
        '  - {name: coral, model: "scripted:coral.txt"}\n',
        "  - name: pair\n"
        "    model:\n"
        "      protocol: {use: text/majority_vote}\n"
        "      team:\n"
        '        - {name: coral, model: "scripted:coral.txt"}\n'
        '        - {name: amber, model: "scripted:amber.txt"}\n',
    )
    path = scenario(tmp_path, nested)
    assert list(planned(path).models()) == ["pair/coral", "pair/amber", "amber", "blue"]
    finished = await run(planned(path), tmp_path / "run")
    questions = {event.question for event in read_trace(tmp_path / "run" / "trace.jsonl")[1]}
    assert "test/0/pair.0" in questions
    assert len(finished.comparison.rows[0].samples) == 2
    await replay(tmp_path / "run")


async def test_a_persona_is_a_system_turn(tmp_path: Path) -> None:
    model = Parrot()
    change = 'team=[{name: amber, model: "scripted:amber.txt", persona: "You add."}]'
    await run(planned(scenario(tmp_path), change, "baselines=false"), tmp_path / "run", load=lambda _: model)
    assert {turns[0] for turns, _ in model.heard} == {Turn(role="system", text="You add.")}
