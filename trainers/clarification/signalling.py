"""A signalling game (Lewis 1969): a speaker sees a value and says an item, and a listener names the value.

Each begins with habits of its own, which do not fit: the speaker mostly says the item of the same number, and the
listener mostly names the value of the next one. Trained apart, each adapts to the other's habit, and they misunderstand
each other as before; a code has to be found by both.
"""

from pathlib import Path
from random import Random
from typing import Any, Final

from ...agents import Answer, Turn
from ...agents.message import Conversation
from ...agents.models.hf.chat import ChatTokenizer
from ...evaluators.clarification.goals import ITEMS, VALUES
from ..finetuning.policy import Policy
from ..finetuning.sequence import TrainingSequence, sequences_of
from ..finetuning.settings import SupervisedSettings
from ..finetuning.supervised import sft
from ..joint.training import Joint, JointSettings, Said
from .network import USER, fresh
from .plain import PLAIN

MEANINGS: Final = VALUES["color"]
SIGNALS: Final = ITEMS[: len(MEANINGS)]
TURNS: Final = ("speaker", "listener")
BATCH: Final = 64
STEPS: Final = 60
HABIT: Final = 0.6
"""The probability with which a member keeps to its habit; otherwise it says anything."""


async def beginner(role: str, seed: int, out: Path, *, steps: int = STEPS) -> Policy:
    """A member with its habit, which it keeps to mostly."""
    policy = Policy(fresh(seed, name=role, shape=USER), called=role)
    rng = Random(seed)
    shown = [example(policy.base.chat, *habit(role, rng), role=role) for _ in range(BATCH * steps)]
    settings = SupervisedSettings(rate=3e-3, batch=BATCH, at_once=BATCH, steps=steps, seed=seed, trl=PLAIN)
    await sft(policy, shown, settings, out=out)
    return policy


def habit(role: str, rng: Random) -> tuple[str, str]:
    """What a member hears, and what it says by its habit, or at random."""
    heard, shift = rng.randrange(len(MEANINGS)), 0 if role == "speaker" else 1
    said = (heard + shift) % len(MEANINGS) if rng.random() < HABIT else rng.randrange(len(MEANINGS))
    read, write = (MEANINGS, SIGNALS) if role == "speaker" else (SIGNALS, MEANINGS)
    return read[heard], write[said]


def example(chat: ChatTokenizer, heard: str, said: str, *, role: str) -> TrainingSequence:
    """A message of a role."""
    ids = (*chat.encode(said), *chat.vocabulary.ends)
    prompt = tuple(chat.prompt([Turn("user", heard)]))
    (made,) = sequences_of([Answer(text=said, prompt_ids=prompt, ids=ids)], source=role)
    return made


def prompt(meaning: str, said: Said) -> Conversation:
    """The speaker reads the value, the listener the signal alone."""
    return Conversation(history=(Turn("user", said[0].text if said else meaning),))


async def understood(meaning: str, said: Said) -> float:
    """1 where the listener names the value."""
    return float(said[-1].text == meaning)


def training(policies: dict[str, Policy], settings: JointSettings, trained: tuple[str, ...] = TURNS) -> Joint[str]:
    """The training of these members; those that are not `trained` stay as they are."""
    return Joint(policies, TURNS, prompt, understood, settings, trained)


async def success(policies: Any, samples: int = 10, seed: int = 5) -> float:  # noqa: ANN401 - policies by name
    """The share of values that are understood, over samples at temperature 1 of each."""
    joint = training(policies, JointSettings(samples=2, max_tokens=2, seed=seed))
    ends = [
        await joint.ended(meaning, (), (place, sample))
        for sample in range(samples)
        for place, meaning in enumerate(MEANINGS)
    ]
    return sum(ends) / len(ends)
