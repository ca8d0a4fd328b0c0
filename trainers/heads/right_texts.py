"""Correct answers to dev questions, by token id: the texts that a deferral head is fitted to."""

from collections.abc import Collection
from typing import Any

from pydantic import SerializeAsAny

from ...agents import Prompt, Team
from ...agents.errors import BadScenario
from ...agents.frozen import Frozen
from ...agents.objective import Objective


class Right(Frozen, tag="deferral.right/1"):
    """A correct answer to a dev question, in token ids of both models; `group` is the question's index.

    >>> from symposia.agents import Ask
    >>> Right(prompt=Ask(text="2 + 2?"), ids=(22, 1), group=0).ids
    (22, 1)
    """

    prompt: SerializeAsAny[Prompt]
    ids: tuple[int, ...]
    group: int


async def right_texts(
    team: Team[Any], dev: Objective, generator: str, mentor: str, places: Collection[int] | None = None
) -> tuple[Right, ...]:
    """Correct answers to dev questions, of all or at these places: the mentor's, else the generator's.

    Raises `BadScenario` if there are none.
    """
    by_mentor, by_generator = [await dev.graded(team.only([name])) for name in (mentor, generator)]
    texts = []
    for group, (question, *graded) in enumerate(zip(dev.questions, by_mentor, by_generator, strict=True)):
        right = [one.answer.ids for one in graded if one.answer and one.answer.ids and one.score == 1]
        if places is None or group in places:
            texts += [Right(prompt=question, ids=ids, group=group) for ids in right[:1]]
    if not texts:
        asked = len(dev.questions if places is None else places)
        raise BadScenario(
            f"deferral: neither {mentor} nor {generator} answers any of {asked} dev questions rightly, "
            "so there is no text to fit a head to. Give more or easier dev questions."
        )
    return tuple(texts)
