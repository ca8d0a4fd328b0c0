"""Runs that are replayed, resumed and forked from their trace."""

import asyncio
from pathlib import Path

import pytest
from symposia.agents import Answer, Ask, Team, Usage
from symposia.agents.budget import Budget
from symposia.agents.collective import Collective
from symposia.agents.context import Context
from symposia.agents.errors import AgentFailed, BadScenario, BadTrace, BudgetSpent, Divergence
from symposia.agents.models.absent import Absent
from symposia.agents.models.scripted import Scripted
from symposia.agents.replay import Memory, edited
from symposia.agents.trace import Trace
from symposia.agents.trace_reader import read
from symposia.protocols.text import debate, majority_vote
from symposia.tests.support.debates import cast, debated, replayed
from symposia.tests.support.doubles import Failing
from symposia.topologies import complete

QUESTION = Ask(text="2 + 2?")


async def test_a_replay_asks_no_model(tmp_path: Path) -> None:
    path = await debated(tmp_path / "trace.jsonl")
    assert await replayed(path) == Answer(text="4", usage=Usage(prompt_tokens=24, completion_tokens=1, calls=1))


async def test_a_run_that_does_more_than_its_trace_diverges(tmp_path: Path) -> None:
    path = await debated(tmp_path / "trace.jsonl")
    with pytest.raises(Divergence, match=r"^question: .* is not in the trace\. Replay with the scenario"):
        await replayed(path, rounds=2)


async def test_a_run_that_does_less_than_its_trace_diverges(tmp_path: Path) -> None:
    path = await debated(tmp_path / "trace.jsonl")
    with pytest.raises(Divergence, match=r"^question: event 4 \(blue -> amber\) did not happen again, nor 3 more\."):
        await replayed(path, rounds=0)


async def test_a_run_that_asks_otherwise_diverges(tmp_path: Path) -> None:
    path = await debated(tmp_path / "trace.jsonl")
    memory = Memory(read(path)[1], "replay")
    team = Team({name: Absent(name) for name in cast()}, complete, Context(seed=1, memory=memory))
    with pytest.raises(Divergence, match=r"^question: event 0 \(conductor -> amber\) says Request"):
        await debate.answer(team, QUESTION, rounds=1)


async def test_a_nested_team_is_replayed_to_the_bottom(tmp_path: Path) -> None:
    def team(models: dict[str, object], run: Context) -> Team[object]:
        crowd = Team({name: models[name] for name in ("a", "b")})
        return Team({"crowd": Collective(crowd, majority_vote.answer), "x": models["x"]}, context=run)

    trace = Trace(tmp_path / "trace.jsonl", run="vote")
    live = team({"a": Scripted("4"), "b": Scripted("4"), "x": Scripted("5")}, Context(trace=trace))
    said = await majority_vote.answer(live, QUESTION)
    trace.close()
    memory = Memory(read(tmp_path / "trace.jsonl")[1], "replay")
    absent = team({name: Absent(name) for name in ("a", "b", "x")}, Context(memory=memory))
    assert await majority_vote.answer(absent, QUESTION) == said
    memory.check_used()


async def test_an_error_is_replayed_as_the_same_error(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl", run="failing")
    with pytest.raises(AgentFailed) as live:
        await Team({"amber": Failing(), "blue": Scripted("5")}, context=Context(trace=trace)).ask_all(QUESTION)
    trace.close()
    memory = Memory(read(tmp_path / "trace.jsonl")[1], "replay")
    with pytest.raises(AgentFailed) as again:
        await Team({"amber": Absent("amber"), "blue": Absent("blue")}, context=Context(memory=memory)).ask_all(QUESTION)
    assert str(again.value) == str(live.value)


async def test_a_spent_budget_is_replayed(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl", run="budget")
    run = Context(trace=trace, budget=Budget(calls=1))
    team = Team({"amber": Scripted("4")}, context=run)
    await team.ask("amber", QUESTION)
    with pytest.raises(BudgetSpent):
        await team.ask("amber", QUESTION)
    trace.close()
    memory = Memory(read(tmp_path / "trace.jsonl")[1], "replay")
    again = Team({"amber": Absent("amber")}, context=Context(memory=memory))
    await again.ask("amber", QUESTION)
    with pytest.raises(BudgetSpent, match="the budget of 1 calls is spent"):
        await again.ask("amber", QUESTION)


async def test_a_killed_run_asks_only_what_it_had_not_asked(tmp_path: Path) -> None:
    path = await debated(tmp_path / "trace.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:7]) + lines[7][:20])
    memory = Memory(read(path, cut=True)[1], "resume")
    trace = Trace(path, run="debate")
    models = {"amber": Scripted("4"), "blue": Scripted("4")}
    said = await debate.answer(Team(models, complete, Context(trace=trace, memory=memory)), QUESTION, rounds=1)
    trace.close()
    assert said.text == "4"
    assert [len(model.prompts) for model in models.values()] == [1, 1]
    assert (await replayed(path)).text == "4"


async def test_a_trace_of_another_scenario_is_not_resumed(tmp_path: Path) -> None:
    path = await debated(tmp_path / "trace.jsonl")
    with pytest.raises(BadTrace, match="is the trace of another scenario"):
        Trace(path, run="vote")


async def test_a_fork_asks_again_from_the_edited_event_on(tmp_path: Path) -> None:
    path = await debated(tmp_path / "trace.jsonl")
    events = edited(read(path)[1], 3, Answer(text="9", usage=Usage(calls=1)))
    models = {"amber": Scripted("9"), "blue": Scripted("9")}
    team = Team(models, complete, Context(memory=Memory(events, "fork")))
    assert (await debate.answer(team, QUESTION, rounds=1)).text == "9"
    assert "- 9" in models["amber"].prompts[0]


def test_an_event_that_is_not_there_cannot_be_edited() -> None:
    with pytest.raises(BadScenario) as raised:
        edited([], 3, Answer(text=""))
    assert str(raised.value) == "event 3: not in the trace. It has no events."


def test_a_missing_trace_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadTrace, match=r"trace\.jsonl: no such file\. A run directory holds a trace\.jsonl\.$"):
        read(tmp_path / "trace.jsonl")


def test_an_empty_file_is_no_trace(tmp_path: Path) -> None:
    (tmp_path / "trace.jsonl").write_bytes(b"")
    with pytest.raises(BadTrace, match="not a trace of schema 1"):
        read(tmp_path / "trace.jsonl")


async def test_questions_asked_at_once_are_replayed_apart(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl", run="many")
    team = Team({"amber": Scripted(*map(str, range(20)))}, context=Context(trace=trace))
    said = await asyncio.gather(*(team.at(f"test/{n}").ask("amber", QUESTION) for n in range(20)))
    trace.close()
    again = Team(
        {"amber": Absent("amber")}, context=Context(memory=Memory(read(tmp_path / "trace.jsonl")[1], "replay"))
    )
    assert await asyncio.gather(*(again.at(f"test/{n}").ask("amber", QUESTION) for n in range(20))) == said


async def test_what_failed_is_asked_again_by_a_resumed_run() -> None:
    team = Team({"amber": Failing()})
    with pytest.raises(AgentFailed):
        await team.ask("amber", Ask(text="2 + 2?"))
    memory = Memory(team.context.trace.events, "resume")
    again = Team({"amber": Scripted("4")}, context=Context(memory=memory))
    assert (await again.ask("amber", Ask(text="2 + 2?"))).text == "4"
