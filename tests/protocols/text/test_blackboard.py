"""text/blackboard."""

import pytest
from symposia.agents import Answer, Ask, Team
from symposia.agents.board import Entry, drawn, standing
from symposia.agents.errors import BadScenario
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import blackboard

QUESTION = Ask(text="6 * 7?", form="Give a number.")
WORK = ("execute", "6 * 7 is six sevens.")
DONE = ("finish", "42")


def calls(team: Team[Scripted]) -> int:
    return sum(len(model.prompts) for model in team.models.values())


def everyone(count: int, *script: str) -> Team[Scripted]:
    """Members who all have this script."""
    return Team({f"m{number}": Scripted(*script) for number in range(count)})


async def test_who_concludes_at_once_is_asked_twice_and_nobody_votes() -> None:
    team = everyone(3, *DONE)
    assert (await blackboard.answer(team, QUESTION)).text == "42"
    assert calls(team) == 2
    assert team.stopped == "consensus"


async def test_at_the_last_turn_all_conclude_so_that_no_conclusion_is_lost() -> None:
    team = everyone(2, *WORK, "42", "2")
    assert (await blackboard.answer(team, QUESTION, turns=2)).text == "42"
    assert calls(team) == 2 * 2 + 2
    assert team.stopped == "done"
    asked = [model.prompts[2] for model in team.models.values()]
    assert all(prompt.count("execute: 6 * 7") == 2 and prompt.endswith("Give a number.") for prompt in asked)


async def test_of_conclusions_that_are_read_differently_the_one_with_most_votes_wins() -> None:
    team = everyone(3, "finish")
    for number, model in enumerate(team.models.values()):
        model.script = ("finish", "xyx"[number], "2" if number else "1")
    found = await blackboard.answer(team, QUESTION, act=3, stop=3)
    prompt = team.models["m0"].prompts[-1]
    assert f"2. {found.text}\n" in prompt
    assert sorted(line[3:] for line in prompt.splitlines() if line[:3] in ("1. ", "2. ", "3. ")) == ["x", "y"]


async def test_bad_votes_abstain_and_without_votes_the_first_conclusion_wins() -> None:
    team = everyone(2, "finish")
    for name, model in team.models.items():
        model.script = ("finish", name, "1 is wrong, I vote for 2")
    found = await blackboard.answer(team, QUESTION, act=2, stop=2)
    assert f"1. {found.text}\n2. " in team.models["m0"].prompts[-1]


async def test_an_entry_that_speaks_of_finishing_stops_nothing() -> None:
    team = everyone(1, "execute", "finish: I finish.", *DONE)
    assert (await blackboard.answer(team, QUESTION)).text == "42"


async def test_what_names_no_action_is_asked_again_and_leaves_no_entry_to_read() -> None:
    team = everyone(1, "hm", "plan or execute", "?", "finish", "42")
    assert (await blackboard.answer(team, QUESTION, retries=1)).text == "42"
    prompts = team.models["m0"].prompts
    assert len(prompts) == 5
    assert all("(empty)" in prompt for prompt in prompts)


async def test_an_empty_board_is_not_criticised() -> None:
    team = everyone(1, *WORK, "critique", "No.", *DONE)
    await blackboard.answer(team, QUESTION)
    prompts = team.models["m0"].prompts
    assert "critique" not in prompts[0]
    assert "critique" in prompts[2]


async def test_members_act_in_turn_and_read_only_what_was_there_before() -> None:
    team = everyone(3, *WORK, *WORK, *DONE)
    await blackboard.answer(team, QUESTION, turns=3, act=2, stop=3)
    boards = [model.prompts[1].count("[") for model in team.models.values()]
    assert sorted(boards) == [0, 0, 2]
    assert [len(model.prompts) for model in team.models.values()] == [5, 5, 5]


async def test_only_the_last_entries_are_shown_if_asked_to() -> None:
    team = everyone(1, *WORK, *WORK, *DONE)
    await blackboard.answer(team, QUESTION, shown=1)
    assert "Shared board:\n[2] execute" in team.models["m0"].prompts[4]


async def test_conclusions_that_are_read_alike_are_one_and_of_equal_votes_the_earlier_wins() -> None:
    team = everyone(3)
    for name, model in team.models.items():
        model.script = ("finish", "no" if name == "m0" else "yes.", "?")
    found = await blackboard.answer(team, QUESTION, act=3, stop=3)
    prompt = team.models["m0"].prompts[-1]
    assert f"1. {found.text}\n2. " in prompt
    assert "3. " not in prompt


def test_a_conclusion_stands_until_its_author_acts_otherwise() -> None:
    said = Answer(text="42")
    first = Entry(number=1, turn=1, author="amber", action="finish", answer=said)
    second = Entry(number=2, turn=1, author="blue", action="execute", answer=said)
    again = Entry(number=3, turn=2, author="amber", action="critique", answer=said)
    assert standing([first, second]) == {"amber": said}
    assert standing([first, second, again]) == {}
    assert standing([first, Entry(number=2, turn=2, author="amber", action="invalid")]) == {"amber": said}
    assert drawn([first, second]) == "[1] finish: 42\n[2] execute: 42"


def test_more_conclusions_than_members_are_refused() -> None:
    with pytest.raises(BadScenario, match="Give stop at most 2"):
        blackboard.Options(stop=3).check(("amber", "blue"))
