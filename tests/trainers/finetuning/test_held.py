"""Scores on dev questions that nothing was trained on."""

from typing import Any

from symposia.agents import Answer, Ask, Team
from symposia.tests.support.doubles import ByText, Parrot
from symposia.trainers.finetuning.held import held_out


async def test_only_the_questions_at_these_places_are_asked_and_scored() -> None:
    scores = {"one": 1.0, "two": 0.0, "three": None, "four": 0.5}
    dev = Graded(list(scores), scores)
    asked: list[str] = []

    async def answer(team: Team[Any], question: Ask) -> Answer:
        asked.append(f"{team.question} {question.text}")
        return await team.ask("amber", question)

    team = Team({"amber": Parrot()}, question="prepare")
    assert await held_out(team, dev, (0, 2, 3), answer, name="trained") == 0.75  # of 1, None and 0.5
    assert asked == ["prepare/trained/0 one", "prepare/trained/2 three", "prepare/trained/3 four"]
    assert dev.places == [0, 2, 3]
    questions = {event.question for event in team.context.trace.events}
    assert questions == {"prepare/trained/0", "prepare/trained/2", "prepare/trained/3"}


class Graded(ByText):
    """A dev split that scores by the question, and notes which."""

    def __init__(self, questions: list[str], scores: dict[str, float | None]) -> None:
        super().__init__(questions, lambda text: None)
        self.known, self.places = scores, list[int]()

    async def grade(self, position: int, text: str) -> float | None:
        self.places.append(position)
        return self.known[self.questions[position].text]
