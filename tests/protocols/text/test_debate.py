"""text/debate."""

from typing import Any

import pytest
from symposia.agents import Ask, Team
from symposia.agents.errors import BadScenario
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import debate
from symposia.tests.support.doubles import ByText, Gathering, KnownScores
from symposia.topologies import Graph, complete, ring
from symposia.trainers.search.pruning import Pruned

QUESTION = Ask(text="2 + 2?")
SCORES = KnownScores({"a": 1.0, "b": 0.0, "c": 0.5})


async def test_the_most_frequent_final_answer_wins() -> None:
    models = {"amber": Scripted("4", "4"), "blue": Scripted("5", "4"), "coral": Scripted("3", "5")}
    assert (await debate.answer(Team(models, complete), QUESTION, rounds=1)).text == "4"


async def test_an_agent_hears_its_speakers_and_no_one_else() -> None:
    models = {"amber": Scripted("4", "4"), "blue": Scripted("5", "5"), "coral": Scripted("3", "3")}
    await debate.answer(Team(models, ring), QUESTION, rounds=1)
    assert "- 5" in models["coral"].prompts[1]
    assert "- 4" not in models["coral"].prompts[1]


async def test_a_debate_stops_once_all_agree() -> None:
    team = Team({"amber": Scripted("4"), "blue": Scripted("4.")}, complete)
    assert (await debate.answer(team, QUESTION, rounds=5, until_consensus=True)).text == "4"
    assert team.stopped == "consensus"


@pytest.mark.parametrize(("first", "calls"), [("AAB", 4), ("ABC", 6), ("AAA", 3)])
async def test_only_dissenters_answer_again(first: str, calls: int) -> None:
    models = {f"m{at}": Scripted(text, text) for at, text in enumerate(first)}
    team = Team(models, complete)
    said = await debate.answer(team, QUESTION, rounds=1, revise="dissenters")
    assert (said.text, team.spent.calls) == ("A", calls)
    assert team.stopped == ("consensus" if first == "AAA" else "done")


async def test_a_dissenter_that_is_convinced_ends_the_debate() -> None:
    models = {"a": Scripted("4"), "b": Scripted("4"), "c": Scripted("5", "4")}
    team = Team(models, complete)
    assert (await debate.answer(team, QUESTION, rounds=5, revise="dissenters")).text == "4"
    assert (team.spent.calls, team.stopped) == (4, "consensus")
    assert "- 4\n- 4" in models["c"].prompts[1]


@pytest.mark.parametrize(("votes", "winner", "calls"), [("plain", "A", 3), ("stated", "B", 6)])
async def test_votes_may_count_by_stated_confidence(votes: str, winner: str, calls: int) -> None:
    team = Team({"a": Scripted("A", "95"), "b": Scripted("A", "50"), "c": Scripted("B", "100")}, complete)
    assert (await debate.answer(team, QUESTION, rounds=0, votes=votes)).text == winner
    assert team.spent.calls == calls


@pytest.mark.parametrize("slow", [{}, {"a": 0.02}, {"b": 0.02, "c": 0.01}])
async def test_who_is_slow_changes_no_prompt(slow: dict[str, float]) -> None:
    models = {name: Gathering(name, slow.get(name, 0)) for name in "abc"}
    await debate.answer(Team(models, complete), QUESTION, rounds=2, revise="dissenters")
    assert "- <b>\n- <c>" in models["a"].prompts[1]
    assert "- <a>\n- <b>" in models["c"].prompts[1]
    assert [one.calls for one in models.values()] == [2, 2, 2]


async def test_arrows_that_dev_does_not_need_are_removed() -> None:
    models = {name: Gathering(name) for name in "abcd"}
    dev = ByText(["one?", "two?"], lambda text: float("<d>" in text))
    team = await debate.prepare(Team(models, complete), dev, rounds=1, prune=0.25)
    learned = team.learned_as(Pruned)
    assert learned is not None
    assert len(learned.arrows) == 9
    assert ("d", "a") in learned.arrows
    assert learned.scores == (1.0, 1.0, 1.0)
    assert (await debate.review(team, dev, dev))["pruned.json"]["scores"] == [1.0, 1.0, 1.0]
    assert await debate.review(Team(models, complete), dev, dev) == {}
    first = [prompt for prompt in models["a"].prompts if "Your answer was" not in prompt]
    assert sorted(first) == ["one?", "two?"]  # 34 debates a question begin with the same answers


async def test_by_chance_as_many_arrows_are_removed_and_dev_is_not_asked() -> None:
    models = {name: Scripted() for name in "abcd"}
    team = await debate.prepare(Team(models, complete), None, prune=0.25, by="random")
    assert team.topology.edges == 9  # type: ignore[attr-defined]


async def test_the_worst_member_on_dev_is_masked_and_heard_by_nobody() -> None:
    models = {name: Gathering(name) for name in "abc"}
    team = await debate.prepare(Team(models, complete), SCORES, mask="dev")
    await debate.answer(team, QUESTION, rounds=1, mask="dev")
    heard = {name: [f"<{other}>" in model.prompts[-1] for other in "abc"] for name, model in models.items()}
    assert [heard["a"][1], heard["a"][2], heard["c"][0], heard["c"][1]] == [False, True, True, False]
    assert (heard["b"][0], heard["b"][2]) == (True, True)
    assert (await debate.review(team, SCORES, SCORES))["pruned.json"]["removed"] == [["b", "a"], ["b", "c"]]


async def test_masking_needs_dev() -> None:
    with pytest.raises(
        BadScenario, match=r"text/debate\.mask: the member that is worst on dev is masked, and the task"
    ):
        await debate.prepare(Team({name: Scripted() for name in "ab"}, complete), None, mask="dev")


async def test_a_member_that_hears_nobody_any_more_keeps_its_answer() -> None:
    models = {"a": Scripted("4"), "b": Scripted("5", "4")}
    team = Team(models, Graph("ab", [("a", "b")]))
    assert (await debate.answer(team, QUESTION, rounds=1, prune=0.5)).text == "4"
    assert team.spent.calls == 3


async def test_without_the_option_nothing_is_prepared() -> None:
    team = Team({"a": Scripted()}, complete)
    assert await debate.prepare(team, None) is team


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rounds": 0, "prune": 0.25}, "text/debate.prune: there are no rounds in which anybody hears. Use rounds: 1."),
        ({"prune": 0.25, "mask": "dev"}, "text/debate: prune and mask both remove arrows. Use one of them."),
        ({"rounds": 0, "revise": "dissenters"}, "text/debate.revise: there are no rounds in which anybody hears."),
    ],
)
async def test_options_that_need_a_round_are_refused_without_one(options: dict[str, Any], message: str) -> None:
    with pytest.raises(BadScenario) as raised:
        await debate.prepare(Team({"a": Scripted(), "b": Scripted()}, complete), None, **options)
    assert str(raised.value).startswith(message)
