"""Demonstrations to begin with: a speaker that mostly guesses, and sometimes asks for what is missing."""

from random import Random
from typing import Final

from ...agents import Answer, Turn
from ...agents.models.hf.chat import ChatTokenizer
from ...evaluators.clarification.goals import SLOTS, VALUES, Wish, wish
from ...evaluators.clarification.grammar import delivery, question
from ..finetuning.sequence import TrainingSequence, sequences_of

ASKS: Final = 0.2
"""The probability with which it asks for a missing slot."""

NEEDLESS: Final = 0.05
"""The probability with which it asks although nothing is missing."""


def demonstrations(chat: ChatTokenizer, count: int, seed: int) -> list[TrainingSequence]:
    """This many conversations of the demonstrator as training sequences, with the loss on what it says."""
    rng = Random(seed)
    return [sequence for _ in range(count) for sequence in sequences_of(demonstration(chat, wish(rng), rng))]


def demonstration(chat: ChatTokenizer, drawn: Wish, rng: Random) -> list[Answer]:
    """The demonstrator's messages in one conversation, with their tokens."""
    turns = [Turn("user", drawn.opening)]
    missing = list(drawn.missing)
    said = []
    while True:
        slot = asks_for(missing, rng, first=len(turns) == 1)
        text = delivery(guessed(drawn, missing, rng)) if slot is None else question(slot)
        ids = (*chat.encode(text), *chat.vocabulary.ends)
        said.append(Answer(text=text, prompt_ids=tuple(chat.prompt(turns)), ids=ids))
        if slot is None:
            return said
        missing = [other for other in missing if other != slot]
        turns += [Turn("assistant", text), Turn("user", drawn.values[slot])]


def asks_for(missing: list[str], rng: Random, *, first: bool) -> str | None:
    """The slot that the demonstrator asks for; None if it answers."""
    if missing:
        return rng.choice(missing) if rng.random() < ASKS else None
    return rng.choice(SLOTS) if first and rng.random() < NEEDLESS else None


def guessed(drawn: Wish, missing: list[str], rng: Random) -> str:
    """The goal with guesses for what is missing."""
    values = {slot: rng.choice(VALUES[slot]) if slot in missing else value for slot, value in drawn.values.items()}
    return " ".join((drawn.item, *values.values()))
