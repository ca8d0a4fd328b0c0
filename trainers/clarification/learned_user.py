"""A user of the game that is a small trained model: no policy is trained with it, so that it says what one has learned.

reads    i3 c2 s1 ask color please ?          the goal, and what the assistant said
writes   c2
"""

from pathlib import Path
from random import Random
from typing import Any, Final

from ...agents import Answer, Turn
from ...agents.agent import Agent, handles
from ...agents.dialogue.prompts import Speak, Spoken
from ...agents.errors import BadMessage
from ...agents.message import Request, Sampling
from ...agents.models.hf.chat import ChatTokenizer
from ...evaluators.clarification.goals import SLOTS, Wish, wish
from ...evaluators.clarification.grammar import delivery, question
from ...evaluators.clarification.user import DONE, last_said
from ..finetuning.policy import Policy
from ..finetuning.sequence import TrainingSequence, sequences_of
from ..finetuning.settings import SupervisedSettings
from ..finetuning.supervised import sft
from .demonstrations import guessed
from .network import USER, fresh
from .plain import PLAIN

STEPS: Final = 150
BATCH: Final = 64


async def trained_user(out: Path, *, seed: int = 0, steps: int = STEPS) -> Policy:
    """The model of a user, trained in a directory."""
    policy = Policy(fresh(seed, name="user", shape=USER), called="user")
    rng = Random(seed)
    shown = [example(policy.base.chat, wish(rng), rng) for _ in range(BATCH * steps)]
    settings = SupervisedSettings(rate=3e-3, batch=BATCH, at_once=BATCH, steps=steps, warmup=10, seed=seed, trl=PLAIN)
    await sft(policy, shown, settings, out=out)
    return policy


def example(chat: ChatTokenizer, drawn: Wish, rng: Random) -> TrainingSequence:
    """A reply of the scripted user to a question or to an answer."""
    if rng.random() < 0.7:
        slot = rng.choice(SLOTS)
        heard, reply = question(slot), drawn.values[slot]
    else:
        heard, reply = delivery(guessed(drawn, list(SLOTS), rng)), DONE
    turns = [Turn("user", f"{drawn.goal} {heard}")]
    ids = (*chat.encode(reply), *chat.vocabulary.ends)
    (made,) = sequences_of([Answer(text=reply, prompt_ids=tuple(chat.prompt(turns)), ids=ids)])
    return made


class LearnedUser(Agent):
    """The user that a trained model plays; it ends the conversation with `done`, as the scripted one does.

    >>> LearnedUser("user", model=None).name
    'user'
    """

    def __init__(self, name: str, model: Any) -> None:  # noqa: ANN401 - a policy or a model
        super().__init__(name)
        self.model = model

    @handles
    async def speak(self, request: Request) -> Spoken:
        """The user's next message. Raises `BadMessage` for a prompt other than `Speak`."""
        prompt = request.prompt
        if not isinstance(prompt, Speak):
            raise BadMessage(f"{self.name}: got {type(prompt).__name__}. A user of the game is asked to Speak.")
        turns = [Turn("user", f"{prompt.goal} {last_said(prompt.transcript)}")]
        sampling = Sampling(temperature=request.sampling.temperature, max_tokens=3, seed=request.sampling.seed)
        said = await self.model.write(turns, sampling)
        return Spoken(**dict(said), ends=said.text.strip() == DONE)
