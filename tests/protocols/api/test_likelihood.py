"""api/likelihood: the likeliest option is the answer."""

from collections.abc import Sequence

import pytest
from symposia.agents import Ask, Team
from symposia.agents.errors import BadScenario
from symposia.agents.listed_options import listed_options
from symposia.agents.message import Choice
from symposia.agents.turn import Turn
from symposia.protocols.api import likelihood

SKY = Ask(text="The sky?\nA) red\nB) green\nC) very blue indeed\nD) none", form="Give a letter.")


class Fixed:
    """A model with fixed log-probabilities, which keeps what it was asked."""

    name = "fixed"

    def __init__(self, *scores: float) -> None:
        self.scores, self.asked = scores, []  # type: ignore[var-annotated]

    async def choose(self, turns: Sequence[Turn], labels: Sequence[str]) -> Choice:
        self.asked.append((turns[-1].text, tuple(labels)))
        return Choice(labels=tuple(labels), logprobs=self.scores)

    async def write(self, *_: object) -> None:
        raise AssertionError("it is not asked to write")

    open = decode = encode = write
    vocabulary = None


async def chosen(*models: Fixed, by: str = "letter") -> str:
    team = Team({f"m{at}": model for at, model in enumerate(models)})
    return (await likelihood.answer(team, SKY, by=by)).text


async def test_the_likeliest_letter_is_the_answer() -> None:
    model = Fixed(-3.0, -2.0, -0.5, -4.0)
    assert await chosen(model) == "C"
    assert model.asked == [
        (f"{SKY.text}\n\nReply with the letter of the right option and nothing else.", tuple("ABCD"))
    ]


async def test_texts_are_asked_without_the_list() -> None:
    model = Fixed(-3.0, -2.0, -9.0, -4.0)
    assert await chosen(model, by="text") == "B"
    assert model.asked == [
        ("The sky?\n\nReply with the answer and nothing else.", ("red", "green", "very blue indeed", "none"))
    ]


async def test_long_texts_are_not_at_a_loss_by_character() -> None:
    assert await chosen(Fixed(-3.0, -2.5, -6.0, -4.0), by="character") == "C"


async def test_models_are_averaged_in_shares_of_their_own() -> None:
    assert await chosen(Fixed(-1.0, -1.2, -50.0, -50.0), Fixed(-31.0, -30.0, -50.0, -50.0)) == "B"


async def test_a_question_without_options_is_refused() -> None:
    with pytest.raises(BadScenario, match="a question lists no options, lettered from A"):
        await likelihood.answer(Team({"m": Fixed(0.0)}), Ask(text="2 + 2?"))


def test_the_last_list_from_a_on_is_that_of_options() -> None:
    text = "A. Which list?\nB. This?\nA) one\nB) two"
    assert listed_options(text) == ("A. Which list?\nB. This?", ["one", "two"])
    assert listed_options("A) one\nC) two") == ("A) one\nC) two", [])
