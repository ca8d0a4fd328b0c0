"""text/knowledge_card."""

import pytest
from symposia.agents import Ask, Team
from symposia.agents.errors import BadScenario
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import knowledge_card
from symposia.tests.support.doubles import KnownScores, Parrot

QUESTION = Ask(text="2 + 2?", form="Give a number.")
SCORES = KnownScores({"amber": 0.2, "blue": 0.9, "coral": 0.5})


def models() -> dict[str, Scripted]:
    return {name: Scripted(f"{name} knows", f"{name} answers") for name in SCORES.scores}


async def test_the_best_on_dev_answers_with_the_cards_of_all_in_order() -> None:
    members = models()
    team = await knowledge_card.prepare(Team(members), SCORES)
    assert (await knowledge_card.answer(team, QUESTION)).text == "blue answers"
    assert "- amber knows\n- blue knows\n- coral knows\n" in members["blue"].prompts[1]
    assert members["blue"].prompts[1].endswith("Give a number.")


async def test_a_card_that_is_left_out_is_not_written() -> None:
    members = models()
    team = await knowledge_card.prepare(Team(members), SCORES)
    await knowledge_card.answer(team, QUESTION, exclude_self=True)
    assert [len(one.prompts) for one in members.values()] == [1, 1, 1]
    assert "- amber knows\n- coral knows\n" in members["blue"].prompts[0]


async def test_knowledge_is_not_asked_in_the_form_of_the_answer_and_has_a_length_of_its_own() -> None:
    amber = Parrot()
    await knowledge_card.answer(Team({"amber": amber}), QUESTION, max_tokens=9)
    (card, sampling), (_, of_answer) = amber.heard
    assert "Give a number." not in card[-1].text
    assert (sampling.max_tokens, of_answer.max_tokens) == (9, 256)


def test_a_team_of_one_without_its_own_card_has_none() -> None:
    with pytest.raises(BadScenario, match="exclude_self"):
        knowledge_card.Options(exclude_self=True).check(("amber",))
