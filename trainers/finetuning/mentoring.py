"""Training a generator and its deferral head on right dev answers, of which a mentor says how likely they are."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from ...agents import Message, Team
from ...agents.agent import Agent, handles
from ...agents.decoding.heads import Head
from ...agents.decoding.peers import Peers
from ...agents.errors import PromptTooLong
from ..heads.deferral import forced, quantiles
from ..heads.right_texts import Right
from .pupil import Pupil
from .settings import Lora, SupervisedSettings

if TYPE_CHECKING:
    from .deferring import Forecast, MentoredText
    from .policy import Policy
    from .trained import Trained

TRAINER = "trainer"
"""The agent that says what a training found, so that a replay knows it."""


class TrainedHead(Message):
    """The result of training a generator together with its head: that head, and how well both predict the texts.

    `own` is the mean loss of the generator alone in nats a token, `both` that of the mixture, on the texts that were
    trained on; `quantiles` are candidate thresholds, from never to always.

    >>> TrainedHead(head=Head(layers=()), texts=2, own=0.7, both=0.2, quantiles=(1.0, -1.0)).texts
    2
    """

    head: Head
    texts: int
    own: float
    both: float
    quantiles: tuple[float, ...]


class Tell(Message):
    """Asks what training this generator with this mentor found.

    >>> Tell(generator="amber", mentor="blue").mentor
    'blue'
    """

    generator: str
    mentor: str


class Teller(Agent):
    """Says what a training found.

    >>> Teller("trainer", None).found is None
    True
    """

    def __init__(self, name: str, found: TrainedHead | None) -> None:
        super().__init__(name)
        self.found = found

    @handles
    async def tell(self, tell: Tell) -> TrainedHead:
        """What was found. Raises `RuntimeError` where nothing was trained, which a replay never asks for."""
        if self.found is None:
            raise RuntimeError(f"{tell.generator}: was not trained with {tell.mentor}.")
        return self.found


class Mentored(NamedTuple):
    """A training of a generator and its head on right texts; the mentor's weights stay as they are.

    With `chance` the mentor's log-probabilities are those of drawn tokens: as much to train on, and nothing to learn
    about when to defer.

    >>> Mentored(None, "amber", "blue", (), Head(layers=()), SupervisedSettings()).chance
    False
    """

    team: Any
    generator: str
    mentor: str
    texts: Sequence[Right]
    head: Head
    settings: SupervisedSettings
    chance: bool = False

    async def __call__(self, pupil: Pupil, out: Path, *, lora: Lora | None = None) -> tuple[Pupil, TrainedHead]:
        """The generator after it, and its head. Raises what `Pupil.after` raises."""
        found: list[TrainedHead] = []
        after = await pupil.after(partial(self._train, found), out, lora=lora, seed=self.settings.seed)
        return after, await told(self.team, self.generator, self.mentor, found)

    async def _train(self, found: list[TrainedHead], policy: "Policy", out: Path) -> "Trained":
        from .deferring import train_together

        texts = await self.mentored(policy.base.context)
        made, head, after = await train_together(policy, self.head, texts, self.settings, out=out)
        found.append(trained_head(head, len(texts), after))
        return made

    async def mentored(self, longest: int) -> "list[MentoredText]":
        """The texts that fit in both contexts, with the mentor's log-probabilities. Raises `PromptTooLong`."""
        from .deferring import MentoredText

        told = self.team.context
        peers = Peers(self.team.models, told.personas, told.blind)
        found = []
        for text in self.texts:
            with suppress(PromptTooLong):
                other = await forced(peers, self.mentor, text)
                read = await prompt_ids(peers, self.generator, text)
                if len(read) + len(text.ids) <= longest:
                    found.append(MentoredText(read, text.ids, tuple(other.logprobs.tolist())))
        if not found:
            raise PromptTooLong(f"{self.generator}, {self.mentor}: no right dev answer fits in both of their contexts.")
        return shuffled(found, self.settings.seed) if self.chance else found


def trained_head(head: Head, texts: int, after: "Forecast") -> TrainedHead:
    """What a training found, by its predictions of the texts."""
    return TrainedHead(
        head=head,
        texts=texts,
        own=float(-after.own.mean()),
        both=float(after.loss),
        quantiles=quantiles(after.scores.sigmoid().tolist()),
    )


def shuffled(texts: "Sequence[MentoredText]", seed: int) -> "list[MentoredText]":
    """The texts with the mentor's log-probabilities of all their tokens in a drawn order."""
    every = [one for text in texts for one in text.other]
    left = iter(Random(seed).sample(every, len(every)))
    return [text._replace(other=tuple(next(left) for _ in text.other)) for text in texts]


async def prompt_ids(peers: Peers, name: str, text: Right) -> tuple[int, ...]:
    """The tokens of a text's prompt, as a model reads it when it decodes with others. Raises `PromptTooLong`."""
    participant = peers.participant(name, text.prompt)
    try:
        await participant.open()
        return participant.prompt_ids
    finally:
        participant.close()


async def told(team: Team[Any], generator: str, mentor: str, found: Sequence[TrainedHead]) -> TrainedHead:
    """What a training found, by the trace: a replay, which does not train, has it from there."""
    here = team.at(f"{team.question}/training")
    here.add_agent(TRAINER, lambda: Teller(TRAINER, found[0] if found else None))
    try:
        return await here.send(TRAINER, Tell(generator=generator, mentor=mentor), TrainedHead)
    finally:
        await here.close()
