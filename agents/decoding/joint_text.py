"""A text that several models write, together or in turns, each in its own tokens."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from math import isnan
from typing import NamedTuple

from torch import Tensor

from ..accounting import Usage
from ..errors import BadModel, PromptTooLong
from ..message import Choice, Finish, Prompt, Sampling
from ..models.sampling import Sampler, pick_each
from ..models.tokens import cut
from .participant import Participant

NO_NUMBER = "{}: its output is not a number. Check its weights."

PATIENCE = 3
"""How many tokens a draft may go over its length to complete a character."""


class Token(NamedTuple):
    """A token of the text: who wrote it, its id there, its log-probability in nats, the text it completes."""

    by: str
    id: int
    logprob: float
    text: str


class Draft(NamedTuple):
    """What a model would go on with: ids with their log-probabilities, the text, whether it ends there."""

    by: str
    tokens: tuple[tuple[int, float], ...]
    text: str
    ends: bool


class JointText:
    """A text as it grows; `finish` says that and why it is done.

    What one hand writes reaches another when that one is asked for logits: as ids where both mean the same
    by them, else as text, never with half a character. History is never tokenised again. `text` keeps up with
    the tokens if it is `spelt`; where no one looks at it before its end, it may be spelt at once.
    """

    def __init__(self, participants: Mapping[str, Participant], sampling: Sampling) -> None:
        self.participants = participants
        self.sampling = sampling
        self.finish: Finish | None = None
        self.text = ""
        self.spelt = True
        self.tokens: list[Token] = []
        self.counts: dict[str, int] = {}
        self.sampler = Sampler(sampling)
        self._alike = len({participant.model.vocabulary.fingerprint for participant in participants.values()}) == 1
        self.peer_logprobs: dict[str, list[float]] = {}
        self.divergence: list[float] = []
        self.choice_usage = Usage()

    @property
    def lead(self) -> str:
        """The first of the hands."""
        return next(iter(self.participants))

    async def next(self, name: str, ahead: Sequence[int] = ()) -> Tensor:
        """A model's next-token logits after the text, and its own tokens `ahead` of it."""
        return numbers(await self.ready(name).next(ahead), name)

    async def each(self, name: str, ahead: Sequence[int], count: int) -> Tensor:
        """The logits at the last `count` places up to the end of `ahead`, after what the model was told already."""
        return numbers(await self.participants[name].each(ahead, count), name)

    def ready(self, name: str) -> Participant:
        """A hand, told the whole text."""
        participant = self.participants[name]
        if self._alike:
            participant.ids.extend([token.id for token in self.tokens[participant.seen :]])
            participant.seen = len(self.tokens)
        elif participant.seen < len(self.tokens):
            own = self.vocabulary(name)
            for known, run in groupby(self.tokens[participant.seen :], lambda token: self.vocabulary(token.by) == own):
                new = list(run)
                words = "".join(token.text for token in new)
                participant.ids.extend(
                    [token.id for token in new]
                    if known
                    else participant.model.encode(words, begins=not participant.ids)
                )
            participant.seen = len(self.tokens)
        return participant

    def pick(self, logits: Tensor) -> tuple[int, float]:
        """A token from logits of shape (vocabulary,), and its log-probability in nats."""
        (token,), (logprob,) = pick_each(logits[None].float(), (self.sampler,))
        return token, logprob

    def say(self, name: str, token: int, logprob: float) -> None:
        """Go on with a token of this model's. Raises `BadModel` where its log-probability is not a number."""
        if isnan(logprob):
            wrong = [one for one, given in self.peer_logprobs.items() if isnan(given[-1])] or [name]
            raise BadModel(NO_NUMBER.format(", ".join(wrong)))
        participant = self.ready(name)
        piece = participant.write(token, spelt=self.spelt)
        self.text += piece
        self.tokens.append(Token(name, token, logprob, piece))
        participant.seen = len(self.tokens)
        if self.ends(name, token):
            self.finish = "eos"
        elif cut(self.text, self.sampling.stop) is not None:
            self.finish = "stop_string"
        elif len(self.tokens) == self.sampling.max_tokens:
            self.finish = "length"

    async def draft(self, name: str, count: int, *, word: bool = False) -> Draft:
        """What a model would write next: this many tokens or up to an end; with `word`, up to the next word."""
        participant = self.ready(name)
        reader = participant.reader().fork()
        written: list[tuple[int, float]] = []
        count = min(count, self.sampling.max_tokens - len(self.tokens))
        while len(written) < count or (not reader.whole and len(written) < count + PATIENCE):
            try:
                logits = await self.next(name, [token for token, _ in written])
            except PromptTooLong:
                if not written:
                    raise
                break
            token, logprob = self.pick(logits)
            if word and written and reader.peek(token)[:1].isspace():
                break
            written.append((token, logprob))
            reader.push((token,))
            if self.ends(name, token):
                return Draft(name, tuple(written), reader.text, ends=True)
        return Draft(name, tuple(written), reader.text, ends=False)

    def keep(self, draft: Draft) -> None:
        """Go on with a draft, as far as the text does."""
        for token, logprob in draft.tokens:
            if self.finish is None:
                self.say(draft.by, token, logprob)

    async def label_logprobs(self, name: str, remark: str, labels: Sequence[str]) -> tuple[float, ...]:
        """The log-probability of each label's first token after the text and a remark, which is then forgotten."""
        encode = self.participants[name].model.encode
        logits = (await self.next(name, encode(remark))).log_softmax(-1)
        return tuple(float(logits[encode(label)[0]]) for label in labels)

    async def choose(self, name: str, prompt: Prompt, labels: Sequence[str]) -> Choice:
        """Which label a model prefers as its reply to another prompt."""
        participant = self.participants[name]
        choice = await participant.model.choose((*participant.system, *prompt.turns()), labels)
        self.choice_usage += choice.usage
        return choice

    def peek(self, name: str, token: int) -> str:
        """The text that a token of this model's would complete."""
        return self.ready(name).reader().peek(token)

    def whole(self, name: str) -> bool:
        """Whether the text, in this model's tokens, ends with a complete character."""
        return self.ready(name).reader().whole

    def ends(self, name: str, token: int) -> bool:
        """Whether a token ends this model's texts."""
        return token in self.participants[name].model.vocabulary.ends

    def vocabulary(self, name: str) -> str:
        """What a model means by its ids."""
        return self.participants[name].model.vocabulary.fingerprint

    def count(self, what: str, times: int = 1) -> None:
        """Count something for the trace."""
        self.counts[what] = self.counts.get(what, 0) + times

    def compare(self, logprobs: Sequence[float], divergence: float) -> None:
        """Note the log-probability each hand gave the token that is taken, and how far apart they were there."""
        for name, logprob in zip(self.participants, logprobs, strict=True):
            self.peer_logprobs.setdefault(name, []).append(logprob)
        self.divergence.append(divergence)


def numbers(logits: Tensor, name: str) -> Tensor:
    """The logits of a model. Raises `BadModel` and names it if they are not numbers."""
    if logits.max().isnan():
        raise BadModel(NO_NUMBER.format(name))
    return logits
