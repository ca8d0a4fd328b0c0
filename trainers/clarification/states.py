"""States of the game to train in: openings, and conversations in which some missing slots were asked for already.

Every state that a policy can reach has to be among them: where the last one, with all slots known, came up in rollouts
alone, a policy was seen to go on asking. More states follow from an opening that gives no slot, so that it is drawn
twice as often: with an equal share, a policy of three asked for one slot and guessed the other.
"""

from dataclasses import replace
from random import Random
from typing import Final

from ...agents import Turn
from ...evaluators.clarification.goals import PATTERNS, SLOTS, Wish, item_of, wish
from ...evaluators.clarification.grammar import question
from ...evaluators.task import Item

DRAWN: Final = (*PATTERNS, (False,) * len(SLOTS))


def states(count: int, seed: int) -> list[Item]:
    """This many items, whose history is the conversation so far; it ends with the user."""
    rng = Random(seed)
    return [state(wish(rng, rng.choice(DRAWN)), rng) for _ in range(count)]


def state(drawn: Wish, rng: Random) -> Item:
    """A wish of which none to all of the missing slots were asked for and answered, in a random order."""
    item = item_of(drawn)
    slots = rng.sample(drawn.missing, rng.randint(0, len(drawn.missing)))
    turns = [turn for slot in slots for turn in (Turn("assistant", question(slot)), Turn("user", drawn.values[slot]))]
    return replace(item, history=(*item.history, *turns))
