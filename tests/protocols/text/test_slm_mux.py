"""text/slm_mux."""

import pytest
from symposia.agents import Answer, Ask, Team
from symposia.agents.errors import BadScenario
from symposia.agents.models.scripted import Scripted
from symposia.agents.objective import Graded
from symposia.protocols.text import slm_mux
from symposia.tests.support.doubles import KnownScores

QUESTION = Ask(text="?")


async def muxed(members: dict[str, tuple[str, ...]], **options: object) -> str:
    team = Team({name: Scripted(*said) for name, said in members.items()})
    return (await slm_mux.answer(team, QUESTION, samples=5, tie="first", **options)).text


async def test_the_most_consistent_member_is_taken_by_the_share_of_all_its_samples() -> None:
    members = {"x": ("A", "", "", "", ""), "y": ("B", "B", "B", "B", "C")}
    assert await muxed(members) == "B"
    assert await muxed(members, over="read") == "A"


async def test_ties_go_to_the_better_on_dev() -> None:
    members = {"x": Scripted("A", "A", "A", "B", "B"), "y": Scripted("C", "C", "C", "D", "E")}
    team = await slm_mux.prepare(Team(members), KnownScores({"x": 0.4, "y": 0.6}))
    assert (await slm_mux.answer(team, QUESTION, samples=5)).text == "C"


async def test_one_sample_each_is_the_best_on_dev() -> None:
    team = Team({"x": Scripted("A"), "y": Scripted("B")})
    team = await slm_mux.prepare(team, KnownScores({"x": 0.4, "y": 0.6}))
    assert (await slm_mux.answer(team, QUESTION, samples=1)).text == "B"


async def test_members_that_cannot_be_read_are_not_taken_and_an_answer_is_given_all_the_same() -> None:
    assert await muxed({"x": ("",) * 5, "y": ("B", "", "", "", "")}) == "B"
    assert await muxed({"x": ("",) * 5}) == ""


async def test_a_tie_by_chance_is_the_same_for_the_same_question() -> None:
    said = {await muxed({"x": ("A",) * 5, "y": ("B",) * 5}) for _ in range(3)}
    assert said == {"A"}
    drawn = set()
    for number in range(12):
        team = Team({"x": Scripted(*"AAAAA"), "y": Scripted(*"BBBBB")}).at(f"q{number}")
        drawn.add((await slm_mux.answer(team, QUESTION, samples=5, tie="random")).text)
    assert drawn == {"A", "B"}


def graded(scores: str) -> list[Graded]:
    """Dev answers: 1 right, 0 wrong, - not read."""
    return [Graded(Answer(text=one), float(one == "1"), parsed=None if one == "-" else one) for one in scores]


@pytest.mark.parametrize(
    ("said", "penalty", "names"),
    [
        ({"a": "1100", "b": "1100", "c": "0011"}, 0.0, ("a", "c")),
        ({"a": "1100", "b": "1100", "c": "0011"}, 1.0, ("a", "b")),
        ({"a": "1100", "b": "1100", "c": "--11"}, 1.0, ("a", "b")),
        ({"a": "11--", "b": "1100", "c": "--11"}, 1.0, ("a", "c")),
    ],
)
def test_a_subset_is_right_together_and_does_not_contradict_itself(
    said: dict[str, str], penalty: float, names: tuple[str, ...]
) -> None:
    found = slm_mux.best_subset({name: graded(scores) for name, scores in said.items()}, 2, penalty)
    assert found == names


async def test_only_the_subset_is_asked() -> None:
    right, wrong = [Answer(text="1")], [Answer(text="0")]
    dev = KnownScores({"x": 0.1, "y": 0.9, "z": 0.5}, {"x": wrong, "y": right, "z": right})
    members = {"x": Scripted("A"), "y": Scripted("B"), "z": Scripted("C")}
    team = await slm_mux.prepare(Team(members), dev, subset=2)
    assert (await slm_mux.answer(team, QUESTION, samples=1)).text == "B"
    assert members["x"].prompts == []


def test_a_subset_larger_than_the_team_is_refused() -> None:
    with pytest.raises(BadScenario, match="Give at most 2"):
        slm_mux.Options(subset=3).check(("x", "y"))
