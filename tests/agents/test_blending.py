"""Ranking candidates in pairs, and fusing the best."""

from collections.abc import Sequence

from symposia.agents import Answer, Ask, Sampling, Team, Turn
from symposia.agents.blending import Blender, comparison, fusion
from symposia.agents.models.base import GREEDY
from symposia.agents.models.scripted import Scripted

QUESTION = Ask(text="Which is large?", form="Give a number.")
SAID = {name: Answer(text=text) for name, text in (("amber", "3"), ("blue", "1"), ("coral", "2"))}


class Larger:
    """Prefers the larger candidate."""

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        lines = turns[-1].text.splitlines()
        first, second = (int(lines[lines.index(f"Candidate {letter}:") + 1]) for letter in "AB")
        return Answer(text="A" if first > second else "B")


def team(fuser: Scripted) -> Team[object]:
    return Team({"ranker": Larger(), "fuser": fuser})


async def test_scores_count_both_orders_or_one() -> None:
    there = team(Scripted())
    assert await Blender("ranker", "fuser").scores(there, QUESTION, SAID) == {"amber": 2.0, "blue": -2.0, "coral": 0.0}
    once = Blender("ranker", "fuser", both_orders=False)
    assert await once.scores(there, QUESTION, SAID) == {"amber": 1.0, "blue": -1.0, "coral": 0.0}


async def test_the_best_are_fused_or_the_best_one_is_taken() -> None:
    fuser = Scripted("fused")
    assert (await Blender("ranker", "fuser", top_k=2).answer(team(fuser), QUESTION, SAID)).text == "fused"
    assert "1. 3\n2. 2\n\nWrite one" in fuser.prompts[-1]
    assert (await Blender("ranker", "fuser", fuse=False).answer(team(Scripted()), QUESTION, SAID)).text == "3"


def test_a_comparison_does_not_show_the_form_and_a_fusion_does() -> None:
    assert "Give a number." not in comparison(QUESTION, "3", "1").render()
    assert fusion(QUESTION, ["3", "1"]).render().endswith("Give a number.")
