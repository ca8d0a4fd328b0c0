"""The decode loop of texts whose every token is written by one member, drawn at random: no other member is read.

One random number makes both draws, of the member and of its token. In a round all texts go on by one token; those that
drew models of one host are read in one batch. A member reads what others wrote when its turn comes, in one pass. Other
texts that it has written in read along, so that all of a batch have as many tokens to read. What a text costs is
counted as if it were alone.
"""

import asyncio
from collections.abc import Container, Sequence
from itertools import accumulate
from math import nextafter
from typing import NamedTuple

import torch

from ..errors import BadModel
from ..models.sampling import draw_at
from .forward import read_all
from .joint_text import JointText
from .participant import Participant
from .rounds import Rounds, rounds_of


class DrawnText(NamedTuple):
    """A text being written, the weights of its participants, which sum to one, and the future its caller awaits.

    `called` are the participants that have written in it.

    >>> import asyncio
    >>> from symposia.agents import Ask, Sampling
    >>> from symposia.agents.decoding.peers import Peers
    >>> from symposia.agents.loading import load
    >>> peers = Peers({name: load(f"pocket:{name}") for name in ("base", "generalist")}, {})
    >>> sampling = Sampling(max_tokens=2, temperature=1.0)
    >>> with peers.text(Ask(text="12 + 7 = ?"), ("base", "generalist"), sampling) as text:
    ...     asyncio.run(write_by_draw(text, (0.5, 0.5)))
    >>> len(text.tokens)
    2
    """

    text: JointText
    weights: Sequence[float]
    done: "asyncio.Future[None]"
    called: set[str]


class Turn(NamedTuple):
    """A text's next token: who writes it, and the random number that picks it.

    >>> Turn(None, "amber", 0.25).name
    'amber'
    """

    entry: DrawnText
    name: str
    threshold: float

    @property
    def participant(self) -> Participant:
        """The writer, caught up with the text."""
        return self.entry.text.ready(self.name)


async def write_by_draw(text: JointText, weights: Sequence[float]) -> None:
    """Write a text to its end, each token by a participant that is drawn by these weights, which sum to one."""
    done = asyncio.get_running_loop().create_future()
    await text.open()
    rounds_of(DrawnRounds, text.hosts).texts.append(DrawnText(text, weights, done, set()))
    await done


class DrawnRounds(Rounds[DrawnText]):
    """The texts whose writers are drawn from the same models. Each round appends a token to each.

    >>> async def ended():
    ...     finished = asyncio.Event()
    ...     rounds = DrawnRounds(finished.set)
    ...     await finished.wait()
    ...     return rounds.texts
    >>> asyncio.run(ended())
    []
    """

    async def step(self, texts: Sequence[DrawnText]) -> None:
        """Draw, read and pick."""
        turns = [next_turn(entry) for entry in texts]
        drawn = {turn.participant: 1 for turn in turns if turn.participant.pending() is not None}
        failed = await read_all({**reading_along(texts, {participant.host for participant in drawn}), **drawn})
        for entry in texts:  # one whose context is full reads along no more
            entry.called.difference_update([name for name in entry.called if entry.text.participants[name] in failed])
        groups: dict[torch.device, list[Turn]] = {}
        for turn in turns:
            if error := failed.get(turn.participant):
                turn.entry.done.set_exception(error)
            elif not turn.entry.done.done():
                turn.entry.called.add(turn.name)
                groups.setdefault(turn.participant.logits.device, []).append(turn)
        for group in groups.values():
            take(group)
        for entry in texts:
            entry.text.settle(entry.done)


def reading_along(texts: Sequence[DrawnText], hosts: Container[int]) -> dict[Participant, int]:
    """The participants on these hosts that have written in a text and have something to read, with 0 logits each."""
    called = [entry.text.ready(name) for entry in texts for name in entry.called]
    batched = [one for one in called if one.host in hosts and one.batching is not None]
    return {participant: 0 for participant in batched if participant.pending() is not None}


def next_turn(entry: DrawnText) -> Turn:
    """The draw of a text's next writer."""
    member, threshold = drawn(entry.text.sampler.threshold(), entry.weights)
    return Turn(entry, tuple(entry.text.participants)[member], threshold)


def drawn(number: float, weights: Sequence[float]) -> tuple[int, float]:
    """The index that a random number in [0, 1) draws by weights which sum to one, and the next such number.

    The first index whose cumulative weight exceeds the number; the other number is its place among that one's share.

    >>> drawn(0.25, (0.5, 0.5)), drawn(0.75, (0.5, 0.5))
    ((0, 0.5), (1, 0.5))
    """
    ends = list(accumulate(weights))
    last = max(index for index, weight in enumerate(weights) if weight > 0)  # where rounding leaves a gap below one
    index = next((index for index, end in enumerate(ends) if number < end), last)
    before = ends[index - 1] if index else 0.0
    return index, min(max((number - before) / weights[index], 0.0), nextafter(1.0, 0.0))


def take(turns: Sequence[Turn]) -> None:
    """Pick and append the next token of each text, from logits on one device."""
    logits = torch.stack([turn.participant.logits for turn in turns]).float()
    samplings = [turn.entry.text.sampling for turn in turns]
    tokens = draw_at(logits, samplings, [turn.threshold for turn in turns])
    logprobs = logits.gather(1, tokens[:, None])[:, 0] - logits.logsumexp(-1)
    for turn, token, logprob in zip(turns, tokens.tolist(), logprobs.tolist(), strict=True):
        try:
            turn.entry.text.say(turn.name, token, logprob)
        except BadModel as error:
            turn.entry.done.set_exception(error)
