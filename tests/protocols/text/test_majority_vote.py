"""text/majority_vote."""

from collections.abc import Sequence
from itertools import product
from random import Random

import pytest
from symposia.agents import Ask, Team
from symposia.agents.errors import BadScenario
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import majority_vote
from symposia.tests.support.doubles import KnownScores, Tabled

QUESTION = Ask(text="2 + 2?")


async def test_a_vote_is_won_by_the_most_frequent_answer() -> None:
    team = Team({"a": Scripted("B"), "b": Scripted("A"), "c": Scripted("A")})
    assert (await majority_vote.answer(team, QUESTION)).text == "A"


async def test_a_tie_is_settled_by_the_better_model_on_dev() -> None:
    models = {"amber": Scripted("A"), "blue": Scripted("B"), "coral": Scripted("C")}
    dev = KnownScores({"amber": 0.2, "blue": 0.9, "coral": 0.5})
    team = await majority_vote.prepare(Team(models), dev, tie="dev")
    assert (await majority_vote.answer(team, QUESTION, tie="dev")).text == "B"


async def test_a_random_tie_is_the_same_for_the_same_question() -> None:
    said = set()
    for _ in range(3):
        team = Team({"a": Scripted("A"), "b": Scripted("B")})
        said.add((await majority_vote.answer(team.at("test/3"), QUESTION, tie="random")).text)
    assert len(said) == 1


def accuracy(right: int, of: int) -> list[float]:
    """Scores of that many dev questions."""
    return [1.0] * right + [0.0] * (of - right)


NINE_SIX_SIX = {"best": accuracy(17, 18), "b": accuracy(11, 18), "c": accuracy(11, 18)}


@pytest.mark.parametrize(("weights", "winner"), [("dev", "A"), ("none", "B")])
async def test_one_good_voter_outweighs_two_poor_ones(weights: str, winner: str) -> None:
    team = Team({"b": Scripted("B"), "best": Scripted("A"), "c": Scripted("B")})
    team = await majority_vote.prepare(team, Tabled(["q"] * 18, NINE_SIX_SIX), weights=weights)
    assert (await majority_vote.answer(team, QUESTION, weights=weights)).text == winner


async def test_equal_weights_are_the_plain_vote() -> None:
    dev = Tabled(["q"] * 4, dict.fromkeys("abc", accuracy(3, 4)))
    for said in product("AB", repeat=3):
        plain = Team({name: Scripted(text) for name, text in zip("abc", said, strict=True)})
        weighed = Team({name: Scripted(text) for name, text in zip("abc", said, strict=True)})
        weighed = await majority_vote.prepare(weighed, dev, weights="dev")
        found = [(await majority_vote.answer(team, QUESTION)).text for team in (plain, weighed)]
        assert found[0] == found[1]


@pytest.mark.parametrize(
    ("said", "calls"), [("AAAAA", 3), ("ABAAA", 4), ("ABABA", 5), ("_AAAA", 4), ("A_A_A", 4), ("_____", 5)]
)
async def test_no_more_is_asked_once_no_other_answer_can_win(said: str, calls: int) -> None:
    team = Team({f"m{at}": Scripted(text.replace("_", "")) for at, text in enumerate(said)})
    await majority_vote.answer(team, QUESTION, stop=True)
    assert team.spent.calls == calls
    assert team.stopped == ("consensus" if calls < 5 else "done")


async def test_who_is_better_on_dev_is_asked_first() -> None:
    models = {"a": Scripted("A"), "b": Scripted("B"), "c": Scripted("B")}
    team = await majority_vote.prepare(Team(models), KnownScores({"a": 0.1, "b": 0.9, "c": 0.5}), stop=True)
    assert (await majority_vote.answer(team, QUESTION, stop=True)).text == "B"
    assert models["a"].prompts == []


@pytest.mark.parametrize("seed", range(20))
async def test_stopping_changes_no_result_whatever_the_weights(seed: int) -> None:
    chance = Random(seed)
    said = chance.choices(["A", "B", "C", ""], k=7)
    learned = majority_vote.Weights(values=tuple(chance.uniform(-1, 3) for _ in said))
    found = []
    for stop in (False, True):
        team = Team({f"m{at}": Scripted(text) for at, text in enumerate(said)}).with_learned(learned)
        found.append((await majority_vote.answer(team, QUESTION, stop=stop)).text)
    assert found[0] == found[1]


def expected_calls(reliable: Sequence[float]) -> float:
    """The mean number of voters asked, each right with its probability, of two possible answers."""
    from symposia.agents.voting import decided

    total = 0.0
    for rights in product((True, False), repeat=len(reliable)):
        chance = 1.0
        for right, share in zip(rights, reliable, strict=True):
            chance *= share if right else 1 - share
        said = ["A" if right else "B" for right in rights]
        asked = next(n for n in range(len(said) + 1) if n == len(said) or decided(said[:n], [1.0] * (len(said) - n)))
        total += chance * asked
    return total


@pytest.mark.parametrize(
    ("reliable", "calls"),
    [
        ([0.5] * 3, 2.5),
        ([0.9] * 3, 2.18),
        ([0.7] * 5, 3.8946),
        ([0.7] * 9, 6.8587),
        ([0.9, 0.8, 0.7, 0.6, 0.55], 3.7044),
        ([0.55, 0.6, 0.7, 0.8, 0.9], 4.0218),
    ],
)
def test_the_expected_calls_are_those_computed_by_hand(reliable: Sequence[float], calls: float) -> None:
    assert expected_calls(reliable) == pytest.approx(calls, abs=1e-4)


async def test_weights_need_dev_scores_from_0_to_1() -> None:
    team = Team({"a": Scripted(), "b": Scripted()})
    with pytest.raises(BadScenario, match="weights: dev, and the task has no dev split"):
        await majority_vote.prepare(team, None, weights="dev")
    with pytest.raises(BadScenario, match="dev scores beyond 0 to 1"):
        await majority_vote.prepare(team, Tabled(["q"], {"a": [7.0], "b": [1.0]}), weights="dev")
