"""The team's answers as training data of its members: what each of them is taught in a round."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from ...agents.errors import BadModel
from ...agents.message import Ask, Prompt
from ...agents.models.absent import Absent
from ...agents.objective import Graded
from ...agents.seeds import derive
from ...agents.turn import Turn
from ...agents.voting import leaders
from .sequence import TrainingSequence, sequences_of
from .settings import SupervisedSettings

if TYPE_CHECKING:
    from ...agents.models.hf.model import Model


class Lesson(NamedTuple):
    """A question or another prompt, a text that answers it, and its score; None where it is unknown.

    >>> Lesson(Ask(text="2 + 2?"), "4", 1.0).text
    '4'
    """

    question: Prompt
    text: str
    score: float | None


def team_answers(graded: Mapping[str, Sequence[Graded]], questions: Sequence[Ask]) -> list[Lesson | None]:
    """The plurality of the members' answers to each question, ties to the member that comes first; None without any."""
    found: list[Lesson | None] = []
    for place, question in enumerate(questions):
        said = [one[place] for one in graded.values() if one[place].answer is not None]
        by_text = {one.answer.text: one for one in reversed(said) if one.answer is not None}
        read = {text: one.parsed for text, one in by_text.items()}
        first = leaders([one.answer for one in said if one.answer is not None], read.get)
        chosen = by_text[first[0].text] if first else None
        found.append(None if chosen is None else Lesson(question, first[0].text, chosen.score))
    return found


def own_answers(graded: Sequence[Graded], questions: Sequence[Ask]) -> list[Lesson]:
    """A member's own answers."""
    pairs = zip(questions, graded, strict=True)
    return [Lesson(question, one.answer.text, one.score) for question, one in pairs if one.answer is not None]


def kept(lessons: Sequence[Lesson | None], keep: str) -> list[Lesson]:
    """All lessons, or the `right` ones alone: those with a score above 0."""
    known = [one for one in lessons if one is not None]
    return known if keep == "all" else [one for one in known if one.score is not None and one.score > 0]


def share(lessons: Sequence[Lesson], part: float, seed: int) -> list[Lesson]:
    """A random part of some lessons, in their order."""
    drawn = set(Random(seed).sample(range(len(lessons)), round(part * len(lessons))))
    return [one for place, one in enumerate(lessons) if place in drawn]


def sequences(model: "Model", lessons: Sequence[Lesson], persona: str = "") -> list[TrainingSequence]:
    """Lessons as the model reads them, by its chat template: the persona, the question, and the answer with a loss."""
    from .text import written

    system = (Turn("system", persona),) if persona else ()
    found: list[TrainingSequence] = []
    for number, one in enumerate(lessons):
        said = written(model.chat, (*system, *one.question.turns()), one.text, source=f"lesson {number}")
        found += sequences_of([said])
    return found


async def taught(  # noqa: PLR0913 - a model, what it is taught, and how
    name: str, model: object, lessons: Sequence[Lesson], settings: SupervisedSettings, out: Path, *, persona: str = ""
) -> "Model | Absent":
    """A copy of a model that was trained on lessons; the model itself where there are none. Raises `BadModel`.

    In a replay, which has no models, nothing is trained.
    """
    if isinstance(model, Absent):
        return Absent(name)
    from ...agents.models.hf.model import Model
    from .policy import Policy
    from .supervised import sft

    if not isinstance(model, Model):
        raise BadModel(f"{name}: a {type(model).__name__} cannot be trained. Use a model of pocket:, hf: or smol:.")
    if not lessons:
        return model
    policy = Policy(model, called=name, seed=derive(settings.seed, name))
    await sft(policy, sequences(model, lessons, persona), settings, out=out)
    return policy.model
