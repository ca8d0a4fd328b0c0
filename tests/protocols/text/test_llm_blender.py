"""text/llm_blender."""

from collections.abc import Callable, Sequence

import pytest
from symposia.agents import Answer, Ask, Sampling, Team, Turn, Writer
from symposia.agents.errors import BadScenario, UnknownName
from symposia.agents.models.base import GREEDY
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import llm_blender
from symposia.tests.support.doubles import KnownScores

QUESTION = Ask(text="Which is large?", form="Give a number.")
NAMES = ("amber", "blue", "coral")


class Ranker:
    """Says what a rule says of the two candidates it reads."""

    def __init__(self, rule: Callable[[str, str], str]) -> None:
        self.rule = rule
        self.prompts: list[str] = []

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        text = turns[-1].text
        self.prompts.append(text)
        lines = text.splitlines()
        first, second = (lines[lines.index(f"Candidate {letter}:") + 1] for letter in "AB")
        return Answer(text=self.rule(first, second))


def larger(first: str, second: str) -> str:
    return "A" if int(first) > int(second) else "B"


def team_of(rule: Callable[[str, str], str], *said: str) -> tuple[Team[Writer], Ranker, Scripted]:
    """Members that say this, a ranker, and a fuser that says `fused`."""
    ranker, fuser = Ranker(rule), Scripted("0", "fused")
    members: dict[str, Writer] = {name: Scripted(text) for name, text in zip(NAMES, said, strict=True)}
    return Team({**members, "ranker": ranker, "fuser": fuser}), ranker, fuser


async def fused(rule: Callable[[str, str], str], *said: str, **options: object) -> str:
    """The prompt of the fuser."""
    team, _, fuser = team_of(rule, *said)
    await llm_blender.answer(
        await llm_blender.prepare(team, None, ranker="ranker", fuser="fuser", **options),
        QUESTION,
        ranker="ranker",
        fuser="fuser",
        **options,
    )
    return fuser.prompts[-1]


async def test_the_best_are_fused_in_the_order_of_their_ranks() -> None:
    assert "1. 3\n2. 2\n3. 1\n\nWrite one" in await fused(larger, "3", "1", "2")
    assert "1. 3\n2. 2\n\nWrite one" in await fused(larger, "3", "1", "2", top_k=2)


@pytest.mark.parametrize(("both_orders", "calls"), [(True, 12), (False, 6)])
async def test_all_pairs_are_compared(both_orders: bool, calls: int) -> None:
    team, ranker, fuser = team_of(larger, "3", "1", "2")
    roles = {"ranker": "ranker", "fuser": "fuser", "both_orders": both_orders}
    await llm_blender.answer(await llm_blender.prepare(team, None, **roles), QUESTION, **roles)
    assert len(ranker.prompts) == calls
    assert len(fuser.prompts) == 2


async def test_a_ranker_that_prefers_a_place_decides_nothing() -> None:
    assert "1. 1\n2. 2\n3. 3" in await fused(lambda _, __: "A", "1", "2", "3")
    assert "1. 1\n2. 2\n3. 3" in await fused(lambda _, __: "B", "1", "2", "3")
    assert "1. 0\n2. 3\n3. 2" in await fused(lambda _, __: "B", "1", "2", "3", both_orders=False)


@pytest.mark.parametrize("reply", ["Both A and B are fine.", "", "neither"])
async def test_a_reply_that_names_no_one_letter_abstains(reply: str) -> None:
    rule = lambda first, second: reply if "1" in (first, second) else larger(first, second)  # noqa: E731
    assert "1. 3\n2. 1\n3. 2" in await fused(rule, "1", "2", "3")


async def test_preferences_in_a_circle_keep_the_order_of_the_team() -> None:
    beats = {("7", "8"), ("8", "9"), ("9", "7")}
    rule = lambda a, b: larger(a, b) if "0" in (a, b) else "AB"[(a, b) not in beats]  # noqa: E731
    assert "1. 7\n2. 8\n3. 9" in await fused(rule, "7", "8", "9")


async def test_names_and_the_form_of_the_answer_are_not_shown_to_the_ranker() -> None:
    team, ranker, fuser = team_of(larger, "3", "1", "2")
    await llm_blender.answer(team, QUESTION, ranker="ranker", fuse=False)
    read = "\n".join(ranker.prompts + fuser.prompts)
    assert not any(name in read for name in NAMES)
    assert not any("Give a number." in prompt for prompt in ranker.prompts)


async def test_without_fusion_the_best_candidate_is_the_answer() -> None:
    team, _, _ = team_of(larger, "3", "1", "2")
    assert await llm_blender.prepare(team, None, ranker="ranker", fuse=False) is team
    assert (await llm_blender.answer(team, QUESTION, ranker="ranker", fuse=False)).text == "3"


async def test_the_best_answering_member_on_dev_fuses_and_ranks() -> None:
    members = {"amber": Scripted("1"), "blue": Scripted("2", "B", "A", "best")}
    team = await llm_blender.prepare(Team(members), KnownScores({"amber": 0.1, "blue": 0.2}))
    assert (await llm_blender.answer(team, QUESTION)).text == "best"
    assert "1. 2\n2. 1" in members["blue"].prompts[-1]


async def test_a_ranker_is_not_chosen_to_fuse() -> None:
    dev = KnownScores({"amber": 0.1, "blue": 0.2})
    team = await llm_blender.prepare(Team({"amber": Scripted(), "blue": Scripted()}), dev, ranker="blue")
    assert team.learned is not None
    assert team.learned.model_dump() == {"name": "amber"}


async def test_roles_of_non_members_and_a_missing_dev_split_are_refused() -> None:
    with pytest.raises(UnknownName, match="zoe"):
        llm_blender.Options(ranker="zoe").check(NAMES)
    with pytest.raises(BadScenario, match="text/llm_blender: the best on dev"):
        await llm_blender.prepare(Team({"amber": Scripted()}), None)
