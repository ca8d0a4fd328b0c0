"""The scripted user of the clarification game, and variations that a policy did not train with."""

from random import Random
from typing import Final, Literal, TypeAlias

from ...agents.agent import Agent, handles
from ...agents.dialogue.prompts import Speak, Spoken
from ...agents.errors import BadMessage
from ...agents.message import Request
from .goals import SLOTS, VALUES
from .grammar import Question, parsed

DONE: Final = "done"
Grammar: TypeAlias = Literal["plain", "wordy"]
"""`plain` replies `c2`, `wordy` replies `want c2`."""


class User(Agent):
    """Replies to a question with the true value, and ends the conversation at an answer or a malformed message.

    A user that would say "no" to a malformed message would teach empty ones, which are cheap. With probability `noise`
    it gives up, or says a wrong value, each half of the time.

    >>> import asyncio
    >>> from symposia.agents import Sampling
    >>> speak = Speak(goal="i3 c2 s1", transcript="user: want i3\\nassistant: ask color please ?", signal="done")
    >>> asyncio.run(User("user").receive(Request(prompt=speak, sampling=Sampling(), place="q"))).text
    'c2'
    """

    def __init__(self, name: str, grammar: Grammar = "plain", noise: float = 0.0) -> None:
        super().__init__(name)
        self.grammar = grammar
        self.noise = noise

    @handles
    async def speak(self, request: Request) -> Spoken:
        """The user's next message. Raises `BadMessage` for a prompt other than `Speak`."""
        prompt = request.prompt
        if not isinstance(prompt, Speak):
            raise BadMessage(f"{self.name}: got {type(prompt).__name__}. A user of the game is asked to Speak.")
        heard = parsed(last_said(prompt.transcript))
        if not isinstance(heard, Question):
            return Spoken(text=DONE, ends=True)
        values = dict(zip(SLOTS, prompt.goal.split()[1:], strict=True))
        value = values[heard.slot]
        rng = Random(request.sampling.seed)
        if rng.random() < self.noise:
            if rng.random() < 0.5:
                return Spoken(text=DONE, ends=True)
            value = rng.choice([other for other in VALUES[heard.slot] if other != value])
        return Spoken(text=value if self.grammar == "plain" else f"want {value}", ends=False)


def last_said(transcript: str) -> str:
    """The assistant's last message in a transcript; empty without one."""
    last = transcript.rpartition("\n")[2]
    return last.removeprefix("assistant: ") if last.startswith("assistant: ") else ""
