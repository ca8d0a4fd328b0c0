"""Teams: asking, hearing along edges, budgets, nesting."""

import asyncio
import json
from functools import partial

import pytest
from autogen_core import SingleThreadedAgentRuntime
from symposia.agents import Answer, Ask, Prompt, Team, Writer
from symposia.agents.budget import Budget
from symposia.agents.collective import Collective
from symposia.agents.context import Context
from symposia.agents.errors import AgentFailed, BadScenario, BudgetSpent, DeadlineExceeded, NoEdge, UnknownName
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import debate, majority_vote
from symposia.tests.support.doubles import Failing, Parrot, Seeded, Slow
from symposia.tests.support.drafts import Critic, Critique, Draft
from symposia.topologies import chain, complete, ring

QUESTION = Ask(text="2 + 2?")


async def test_everyone_is_asked_the_same_thing() -> None:
    team = Team({"amber": Scripted("4"), "blue": Scripted("5")})
    assert {name: said.text for name, said in (await team.ask_all(QUESTION)).items()} == {"amber": "4", "blue": "5"}


async def test_an_agent_of_your_own_can_be_a_member() -> None:
    team = Team({"critic": Critic})
    assert await team.send("critic", Draft(text="hm"), Critique) == Critique(text="too short: hm")


async def test_a_reply_of_the_wrong_type_is_an_error() -> None:
    team = Team({"critic": Critic("critic")})
    with pytest.raises(BadScenario) as raised:
        await team.send("critic", Draft(text="hm"), Answer)
    assert str(raised.value) == "critic: replied Critique to Draft. A handler of Draft returns Answer here."


async def test_an_exception_reaches_the_asker_with_the_name_of_the_agent() -> None:
    with pytest.raises(AgentFailed, match=r"^amber.*ValueError: out of ink"):
        await Team({"amber": Failing()}).ask("amber", QUESTION)


async def test_when_one_fails_the_others_are_stopped() -> None:
    slow = Slow()
    with pytest.raises(AgentFailed):
        await Team({"slow": slow, "amber": Failing()}).ask_all(QUESTION)
    assert slow.stopped


async def test_an_agent_that_takes_too_long_is_stopped() -> None:
    slow = Slow()
    with pytest.raises(DeadlineExceeded, match="slow"):
        await Team({"slow": slow}, context=Context(deadline=0.01)).ask("slow", QUESTION)
    await asyncio.sleep(0)
    assert slow.stopped


async def test_asking_nobody_is_an_error() -> None:
    with pytest.raises(UnknownName) as raised:
        await Team({"amber": Scripted()}).ask("ambre", QUESTION)
    assert str(raised.value) == "team: no agent named 'ambre'. Did you mean 'amber'? Known: amber."


def test_an_empty_team_is_an_error() -> None:
    with pytest.raises(BadScenario) as raised:
        Team({})
    assert str(raised.value) == "team: has no members. Give it at least one."


@pytest.mark.parametrize("name", ["conductor", "decoder", "a b", "a/b", ""])
def test_some_names_cannot_be_an_agents(name: str) -> None:
    with pytest.raises(BadScenario, match="cannot be an agent's name"):
        Team({name: Scripted()})


async def test_no_speech_without_an_edge() -> None:
    team = Team({"amber": Scripted(), "blue": Scripted()}, chain("amber", "blue"))
    with pytest.raises(NoEdge) as raised:
        await team.tell("blue", "amber", Answer(text=""))
    assert str(raised.value) == "blue -> amber: the topology has no such edge. amber hears no one."


async def test_agents_hear_along_the_edges_and_nowhere_else() -> None:
    team = Team({"amber": Scripted(), "blue": Scripted(), "coral": Scripted()}, ring)
    heard = await team.exchange({name: Answer(text=name) for name in team})
    assert {name: tuple(by) for name, by in heard.items()} == {
        "amber": ("coral",),
        "blue": ("amber",),
        "coral": ("blue",),
    }


async def test_what_is_heard_is_delivered() -> None:
    team = Team({"amber": Scripted(), "blue": Scripted()}, chain)
    await team.exchange({"amber": Answer(text="4")})
    deliveries = [(event.sender, event.to, event.message) for event in team.context.trace.events]
    assert deliveries == [("amber", "blue", Answer(text="4"))]


async def test_a_budget_of_calls_stops_the_next_one() -> None:
    team = Team({"amber": Scripted("4", "5")}, context=Context(budget=Budget(calls=1)))
    await team.ask("amber", QUESTION)
    with pytest.raises(BudgetSpent) as raised:
        await team.ask("amber", QUESTION)
    assert str(raised.value) == "question: amber: the budget of 1 calls is spent (1). Raise budget.calls."


async def test_a_budget_of_tokens_counts_both_ways() -> None:
    team = Team({"amber": Scripted("four", "5")}, context=Context(budget=Budget(tokens=4)))
    await team.ask("amber", QUESTION)
    with pytest.raises(BudgetSpent, match="the budget of 4 tokens is spent"):
        await team.ask("amber", QUESTION)


async def test_seeds_do_not_depend_on_who_is_asked_first() -> None:
    one, two = Team({"amber": Seeded(), "blue": Seeded()}), Team({"blue": Seeded(), "amber": Seeded()})
    assert (await one.ask_all(QUESTION))["blue"] == (await two.ask_all(QUESTION))["blue"]


async def test_every_turn_has_its_own_seed() -> None:
    team = Team({"amber": Seeded()})
    assert (await team.ask("amber", QUESTION)).text != (await team.ask("amber", QUESTION)).text


async def test_sampling_is_checked() -> None:
    with pytest.raises(ValueError, match="max_token\n"):
        await Team({"amber": Scripted("4")}).ask("amber", QUESTION, max_token=3)


async def test_a_team_can_be_a_member_of_a_team() -> None:
    crowd = Team({"a": Scripted("4"), "b": Scripted("4"), "c": Scripted("5")})
    members: dict[str, Writer] = {
        "crowd": Collective(crowd, majority_vote.answer),
        "x": Scripted("5"),
        "y": Scripted("4"),
    }
    team = Team(members)
    assert (await majority_vote.answer(team, QUESTION)).text == "4"
    assert team.spent.calls == 5


async def test_a_debate_can_be_a_member_of_a_vote() -> None:
    crowd = Team({"a": Scripted("3", "4"), "b": Scripted("4", "4")}, complete)
    members: dict[str, Writer] = {"crowd": Collective(crowd, partial(debate.answer, rounds=1)), "x": Scripted("4")}
    team = Team(members)
    assert (await majority_vote.answer(team, QUESTION)).text == "4"
    inner = [event.question for event in team.context.trace.events if event.to == "a"]
    assert inner == ["question/crowd.0", "question/crowd.0", "question/crowd.0"]


async def test_a_saved_team_goes_on_where_it_was() -> None:
    team = Team({"amber": Seeded(), "blue": Scripted("5")}, chain)
    await team.ask("blue", QUESTION)
    await team.ask("amber", QUESTION)
    await team.exchange({"amber": Answer(text="4")})
    state = json.loads(json.dumps(await team.save()))
    again = Team({"amber": Seeded(), "blue": Scripted()}, chain)
    await again.load(state)
    assert again.spent == team.spent
    assert (await again.ask("amber", QUESTION)) == (await team.ask("amber", QUESTION))
    assert state["agents"]["blue/question"]["heard"][0]["text"] == "4"


async def test_a_state_belongs_to_its_question() -> None:
    state = await Team({"amber": Scripted()}).at("test/1").save()
    with pytest.raises(BadScenario) as raised:
        await Team({"amber": Scripted()}).at("test/2").load(state)
    assert str(raised.value) == "test/2: got the state of test/1. Load it into a team at that question."


async def test_a_team_runs_on_the_runtime_of_autogen_too() -> None:
    models = {"amber": Scripted("4", "4"), "blue": Scripted("5", "4"), "coral": Scripted("3", "5")}
    team = Team(models, complete, Context(runtime=SingleThreadedAgentRuntime))
    assert (await debate.answer(team, QUESTION, rounds=1)).text == "4"
    await team.close()


def test_one_team_can_be_asked_in_two_event_loops() -> None:
    team = Team({"amber": Scripted("4", "5")})
    assert [asyncio.run(team.ask("amber", QUESTION)).text for _ in range(2)] == ["4", "5"]


class Shout(Prompt):
    text: str
    template = "{text}!"


async def test_a_prompt_reaches_the_model_in_words() -> None:
    model = Scripted("yes")
    await Team({"amber": model}).ask("amber", Shout(text="hear"))
    assert model.prompts == ["hear!"]


def test_other_models_of_the_same_names_keep_the_topology() -> None:
    team = Team({"amber": Scripted(), "blue": Scripted()}, chain)
    same = team.with_models({"amber": Scripted("4"), "blue": Scripted("5")})
    assert same.topology is team.topology
    assert same.topology.speakers("blue") == ("amber",)
    assert team.only(["blue"]).topology.speakers("blue") == ()


def test_a_team_at_a_question_reads_answers_as_it_is_told() -> None:
    team = Team({"amber": Scripted()})
    assert team.read(" Four") == "four"
    assert team.at("test/1", read=str.upper).read("Four") == "FOUR"
    assert team.at("test/1", read=str.upper).at("test/2").read("Four") == "FOUR"


def test_a_seed_of_a_protocol_depends_on_seed_question_and_purpose() -> None:
    def seed(seed: int, question: str, purpose: str) -> int:
        return Team({"amber": Scripted()}, context=Context(seed=seed)).at(question).seed(purpose)

    assert seed(1, "test/0", "masks") == seed(1, "test/0", "masks")
    assert len({seed(*which) for which in ((1, "q", "m"), (2, "q", "m"), (1, "r", "m"), (1, "q", "n"))}) == 4


async def test_what_a_call_says_of_sampling_counts_more_than_what_a_member_has() -> None:
    model = Parrot()
    team = Team({"amber": model}, context=Context(samplings={"amber": {"temperature": 0.3, "max_tokens": 5}}))
    await team.ask("amber", QUESTION, temperature=0.9)
    (_, sampling) = model.heard[0]
    assert (sampling.temperature, sampling.max_tokens) == (0.9, 5)
