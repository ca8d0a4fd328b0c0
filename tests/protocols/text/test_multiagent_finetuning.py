"""text/multiagent_finetuning."""

import pytest
from symposia.agents import Ask, Team
from symposia.agents.errors import BadScenario, UnknownName
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import multiagent_finetuning

QUESTION = Ask(text="2 + 2?", form="Give a number.")
NAMES = ("amber", "blue", "coral")


def debating(*scripts: str) -> Team[Scripted]:
    """Members whose answer of a round is a letter of their script; `-` cannot be read."""
    return Team(
        {name: Scripted(*("" if a == "-" else a for a in script)) for name, script in zip(NAMES, scripts, strict=True)}
    )


@pytest.mark.parametrize(
    ("scripts", "rounds", "said"),
    [
        (("AA", "BA", "AA"), 2, "A"),
        (("AC", "BB", "AB"), 2, "B"),
        (("A", "B", "B"), 1, "B"),
        (("BB", "AA", "CC"), 2, "B"),
        (("B-", "A-", "CC"), 2, "C"),
        (("AAB", "BBB", "ABA"), 3, "B"),
    ],
)
async def test_the_last_answers_are_voted_on(scripts: tuple[str, ...], rounds: int, said: str) -> None:
    team = debating(*scripts)
    assert (await multiagent_finetuning.answer(team, QUESTION, rounds=rounds)).text == said
    assert [len(one.prompts) for one in team.models.values()] == [rounds] * 3


async def test_a_critic_reads_its_generators_answer_and_the_others_of_the_round_before() -> None:
    team = Team({name: Scripted(f"{name} 0", f"{name} 1", f"{name} 2") for name in NAMES})
    await multiagent_finetuning.answer(team, QUESTION, rounds=3)
    prompt = team.models["blue"].prompts[2]
    assert "Others answered:\namber 1\n\ncoral 1\n\nYour answer so far:\nblue 1\n" in prompt
    assert prompt.endswith("Give a number.")


async def test_critics_that_are_named_refine_and_do_not_generate() -> None:
    members = {"amber": Scripted("A"), "blue": Scripted("B", "B"), "critic": Scripted("C")}
    found = await multiagent_finetuning.answer(Team(members), QUESTION, critics={"amber": "critic"})
    assert found.text == "C"
    assert [len(one.prompts) for one in members.values()] == [1, 2, 1]
    assert "Your answer so far:\nA\n" in members["critic"].prompts[0]


async def test_generators_may_share_a_critic() -> None:
    members = {"amber": Scripted("A"), "blue": Scripted("B"), "critic": Scripted("C", "C")}
    critics = {"amber": "critic", "blue": "critic"}
    assert (await multiagent_finetuning.answer(Team(members), QUESTION, critics=critics)).text == "C"


async def test_a_summarizer_writes_each_digest() -> None:
    members = {"amber": Scripted("4", "5"), "blue": Scripted("5", "5"), "short": Scripted("It is 5.", "It is 4.")}
    await multiagent_finetuning.answer(Team(members), QUESTION, summarizer="short")
    assert "Others answered:\nIt is 5.\n" in members["amber"].prompts[1]
    assert len(members["short"].prompts) == 2
    assert not any("Give a number." in prompt for prompt in members["short"].prompts)


async def test_rounds_end_once_all_agree() -> None:
    team = debating("A", "A", "A")
    assert (await multiagent_finetuning.answer(team, QUESTION, rounds=9, until_consensus=True)).text == "A"
    assert team.stopped == "consensus"


@pytest.mark.parametrize(
    ("options", "members", "message"),
    [
        ({}, ("amber",), "one generator hears no others"),
        ({"critics": {"amber": "blue", "blue": "coral"}}, NAMES, "blue generates and criticises"),
        ({"summarizer": "blue"}, ("amber", "blue"), "one generator hears no others"),
    ],
)
def test_roles_that_do_not_fit_are_refused(options: dict[str, object], members: tuple[str, ...], message: str) -> None:
    with pytest.raises(BadScenario, match=message):
        multiagent_finetuning.Options(**options).check(members)


def test_critics_that_are_no_members_are_refused() -> None:
    with pytest.raises(UnknownName, match="zoe"):
        multiagent_finetuning.Options(critics={"amber": "zoe"}).check(NAMES)
