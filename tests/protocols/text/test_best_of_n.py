"""text/best_of_n."""

from collections.abc import Sequence

import pytest
from symposia.agents import Ask, Team, Turn
from symposia.agents.errors import BadScenario, UnknownName
from symposia.agents.message import Reward
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import best_of_n

QUESTION = Ask(text="2 + 2?", form="Give a number.")


async def judged(said: str, ratings: Sequence[str], **options: object) -> tuple[str, int]:
    """What is taken of these answers, given the judge's ratings of each text, and how often it was asked."""
    judge = Scripted(*ratings)
    team = Team({"amber": Scripted(*said), "judge": judge})
    text = (await best_of_n.answer(team, QUESTION, samples=len(said), judge="judge", **options)).text
    return text, len(judge.prompts)


@pytest.mark.parametrize(
    ("said", "ratings", "options", "found"),
    [
        ("456", ["3", "9", "5"], {}, ("5", 3)),
        ("456", ["9", "9", "5"], {}, ("4", 3)),
        ("445", ["3", "9"], {}, ("5", 2)),
        ("445", ["5", "9"], {"pick": "weighted"}, ("4", 2)),
        ("445", ["4", "9"], {"pick": "weighted"}, ("5", 2)),
        ("456", ["none", "1", "?"], {}, ("5", 3)),
        ("456", ["none", "?", "?"], {}, ("4", 3)),
        ("444", [], {}, ("4", 0)),
        ("4", [], {}, ("4", 0)),
    ],
)
async def test_the_highest_rated_is_taken_the_first_of_equals(
    said: str, ratings: list[str], options: dict[str, str], found: tuple[str, int]
) -> None:
    assert await judged(said, ratings, **options) == found


async def test_a_writer_without_a_rater_rates_itself() -> None:
    amber = Scripted("4", "5", "2", "8")
    assert (await best_of_n.answer(Team({"amber": amber}), QUESTION, samples=2)).text == "5"
    assert "Answer:\n4" in amber.prompts[2]
    assert "Give a number." not in amber.prompts[2]


class Lengthy:
    """A reward model that likes long answers, on a scale below zero."""

    async def score(self, turns: Sequence[Turn]) -> Reward:
        return Reward(value=len(turns[-1].text) - 100.0)


async def test_a_reward_model_rates() -> None:
    team = Team({"reward": Lengthy(), "amber": Scripted("4", "four", "5")})
    assert (await best_of_n.answer(team, QUESTION, samples=3, reward="reward")).text == "four"


def test_roles_that_do_not_fit_are_refused() -> None:
    for options, message in [
        ({"judge": "amber"}, "nobody answers"),
        ({"reward": "amber"}, "nobody answers"),
        ({"judge": "amber", "reward": "amber"}, "Name one of them"),
        ({"member": "amber", "reward": "amber", "pick": "weighted"}, "Use pick: best"),
    ]:
        with pytest.raises(BadScenario, match=message):
            best_of_n.Options(**options).check(("amber",))
    with pytest.raises(UnknownName, match="zoe"):
        best_of_n.Options(judge="zoe").check(("amber",))
