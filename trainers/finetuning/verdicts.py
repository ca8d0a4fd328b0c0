"""Preference pairs of what a team's members said: the better answer of two to one question, as each member reads it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ...agents.message import Answer, Ask
from ...agents.models.base import Vocabulary
from ...agents.turn import Turn
from .pair import PreferencePair

if TYPE_CHECKING:
    from ...agents.models.hf.model import Model


class Said(NamedTuple):
    """An answer, and the vocabulary of the model that gave it.

    >>> Said(Answer(text="4"), Vocabulary(fingerprint="", size=0, ends=())).answer.text
    '4'
    """

    answer: Answer
    vocabulary: Vocabulary


class Verdict(NamedTuple):
    """A question, the answer to it that was preferred, and the other one.

    >>> nobody = Vocabulary(fingerprint="", size=0, ends=())
    >>> Verdict(Ask(text="2 + 2?"), Said(Answer(text="4"), nobody), Said(Answer(text="5"), nobody)).chosen.answer.text
    '4'
    """

    question: Ask
    chosen: Said
    rejected: Said


def pairs_of(model: "Model", verdicts: Sequence[Verdict], persona: str = "") -> list[PreferencePair]:
    """Verdicts as pairs for one model, by the token ids that were sampled where it reads the same prompt.

    An answer of a model with another vocabulary, chat template or persona is tokenized anew, with its end token. Pairs
    whose answers are the same tokens are left out.
    """
    system = (Turn("system", persona),) if persona else ()
    found = []
    for number, one in enumerate(verdicts):
        turns = (*system, *one.question.turns())
        read = tuple(model.chat.prompt(turns))
        chosen, rejected = (
            ids_of(model, read, turns, said, source=f"verdict {number}") for said in (one.chosen, one.rejected)
        )
        pair = PreferencePair(prompt_ids=read, chosen_ids=chosen, rejected_ids=rejected)
        found += [] if pair.tied else [pair]
    return found


def ids_of(model: "Model", read: tuple[int, ...], turns: Sequence[Turn], said: Said, *, source: str) -> tuple[int, ...]:
    """The token ids of an answer: as sampled, or as this model would write it."""
    from .text import written

    answer, vocabulary = said
    if answer.ids and answer.prompt_ids == read and vocabulary == model.vocabulary:
        return answer.ids
    return written(model.chat, turns, answer.text, source=source).ids
