"""A text that several models write, together or in turns, each with its own tokenizer."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import groupby
from math import isnan

from torch import Tensor

from ..accounting import Usage
from ..errors import BadModel, PromptTooLong
from ..message import Choice, Finish, Prompt, Sampling
from ..models.sampling import Sampler, pick_each
from ..models.stops import StopWatch
from .participant import Participant
from .pieces import Draft, Token
from .positions import NO_NUMBER, Position, numbers
from .reads import read_together
from .telling import Telling

PATIENCE = 3
"""How many tokens a draft may exceed its length by to complete a multi-byte character."""


class JointText:
    """A text while several participants write it; `finish` is None until it is done, then the reason.

    A participant catches up with the others' tokens when its logits are needed: by id where vocabularies are equal,
    else by text, in whole characters. Earlier text is never retokenized. `text` grows with each token if `detokenize`
    is set; otherwise the text is decoded once, at its end.

    >>> import asyncio
    >>> from symposia.agents import Ask
    >>> from symposia.agents.loading import load
    >>> text = JointText({"base": Participant(load("pocket:base"), (), Ask(text="12 + 7 = ?"))}, Sampling())
    >>> text.keep(asyncio.run(text.draft("base", 4)))
    >>> text.text, text.finish
    ('82', 'eos')
    """

    def __init__(self, participants: Mapping[str, Participant], sampling: Sampling) -> None:
        self.participants = participants
        self.sampling = sampling
        self.finish: Finish | None = None
        self.text = ""
        self.detokenize = True
        self.telling: Telling | None = None
        self.watch = StopWatch(sampling.stop)
        self._stop_names = {name: one.stop_names(sampling.stop) for name, one in participants.items()}
        self.tokens: list[Token] = []
        self.counts: dict[str, int] = {}
        self.sampler = Sampler(sampling)
        self._one_vocabulary = len({one.model.vocabulary.fingerprint for one in participants.values()}) == 1
        self.peer_logprobs: dict[str, list[float]] = {}
        self.divergence: list[float] = []
        self.choice_usage = Usage()
        self.hosts = tuple(dict.fromkeys(one.host for one in participants.values()))

    @property
    def lead(self) -> str:
        """The name of the first participant."""
        return next(iter(self.participants))

    async def open(self) -> None:
        """Open all sessions. Raises `PromptTooLong`."""
        await asyncio.gather(*(participant.open() for participant in self.participants.values()))

    async def next(self, name: str, ahead: Sequence[int] = ()) -> Tensor:
        """A model's next-token logits after the text and the tokens `ahead`, shape (vocabulary,).

        Raises `BadModel` if they are NaN, `PromptTooLong`.
        """
        await self.position(name, ahead)
        return numbers(self.participants[name].logits, name)

    async def position(self, name: str, ahead: Sequence[int] = ()) -> Position:
        """A model's next token after the text and the tokens `ahead`, read in one batch with those of other texts."""
        participant = self.ready(name)
        await participant.open()
        if participant.pending(ahead) is not None:
            if participant.batching is None:
                await participant.next(ahead)
            else:
                await read_together(participant, self.sampling, self.hosts)
        return participant.position(self.sampling)

    async def token(self, name: str, ahead: Sequence[int] = ()) -> tuple[int, float]:
        """A model's next token, as `pick` samples it, and its log-probability in nats. Raises what `next` raises."""
        token, logprob = (await self.position(name, ahead)).pick(self.sampler)
        if isnan(logprob):
            raise BadModel(NO_NUMBER.format(name))
        return token, logprob

    async def top(self, name: str) -> float:
        """The probability of a model's likeliest next token. Raises what `next` raises."""
        top = (await self.position(name)).top
        if isnan(top):
            raise BadModel(NO_NUMBER.format(name))
        return top

    async def each(self, name: str, ahead: Sequence[int], count: int) -> Tensor:
        """The logits at the last `count` positions of a model's own ids followed by `ahead`: (count, vocabulary)."""
        return numbers(await self.participants[name].each(ahead, count), name)

    def ready(self, name: str) -> Participant:
        """The participant, caught up with the text."""
        participant = self.participants[name]
        if self._one_vocabulary:
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
        """Sample a token from logits of shape (vocabulary,); returns it and its log-probability in nats."""
        (token,), (logprob,) = pick_each(logits[None].float(), (self.sampler,))
        return token, logprob

    def say(self, name: str, token: int, logprob: float) -> None:
        """Append a token of this model and set `finish` if it ends the text.

        Raises `BadModel` for a NaN log-probability.
        """
        if isnan(logprob):
            wrong = [one for one, logprobs in self.peer_logprobs.items() if isnan(logprobs[-1])] or [name]
            raise BadModel(NO_NUMBER.format(", ".join(wrong)))
        piece = (participant := self.ready(name)).write(token, detokenize=self.detokenize)
        self.text += piece
        self.tokens.append(Token(name, token, logprob, piece))
        participant.seen = len(self.tokens)
        self.sampler.took(token)
        if self.ends(name, token):
            self.finish = "eos"
        elif self.sampling.stop and self.watch.add(self.text, self._stop_names[name].get(token)):
            self.finish = "stop_string"
        elif len(self.tokens) == self.sampling.max_tokens:
            self.finish = "length"
        elif self.telling is not None:
            self.telling.grown(self.text, self.sampling.stop, self.watch.sure)

    async def draft(self, name: str, count: int, *, word: bool = False) -> Draft:
        """A model's continuation: `count` tokens, fewer at an end token; with `word`, at most up to the next word."""
        participant = self.ready(name)
        reader = participant.reader().fork()
        written: list[tuple[int, float]] = []
        count = min(count, self.sampling.max_tokens - len(self.tokens))
        while len(written) < count or (not reader.whole and len(written) < count + PATIENCE):
            try:
                token, logprob = await self.token(name, [token for token, _ in written])
            except PromptTooLong:
                if not written:
                    raise
                break
            if word and written and reader.peek(token)[:1].isspace():
                break
            written.append((token, logprob))
            reader.push((token,))
            if self.ends(name, token):
                return Draft(name, tuple(written), reader.text, ends=True)
        return Draft(name, tuple(written), reader.text, ends=False)

    def keep(self, draft: Draft) -> None:
        """Append the tokens of a draft until the text is finished."""
        for token, logprob in draft.tokens:
            if self.finish is None:
                self.say(draft.by, token, logprob)

    async def label_logprobs(self, name: str, remark: str, labels: Sequence[str]) -> tuple[float, ...]:
        """The log-probability of each label's first token after the text and a remark, which is then rolled back."""
        encode = self.participants[name].model.encode
        logits = (await self.next(name, encode(remark))).log_softmax(-1)
        return tuple(float(logits[encode(label)[0]]) for label in labels)

    async def choose(self, name: str, prompt: Prompt, labels: Sequence[str]) -> Choice:
        """A model's choice among labels as its reply to another prompt; its cost counts as the text's."""
        participant = self.participants[name]
        choice = await participant.model.choose((*participant.system, *prompt.turns()), labels)
        self.choice_usage += choice.usage
        return choice

    def peek(self, name: str, token: int) -> str:
        """The text that a token of this model would complete."""
        return self.ready(name).reader().peek(token)

    def whole(self, name: str) -> bool:
        """True if the text, in this model's tokens, ends with a complete character."""
        return self.ready(name).reader().whole

    def ends(self, name: str, token: int) -> bool:
        """True if a token is one of this model's end tokens."""
        return token in self.participants[name].model.vocabulary.ends

    def vocabulary(self, name: str) -> str:
        """The fingerprint of a model's vocabulary."""
        return self.participants[name].model.vocabulary.fingerprint

    def settle(self, done: "asyncio.Future[None]") -> None:
        """Set the future that its caller awaits, if it is finished."""
        if self.finish is not None and not done.done():
            done.set_result(None)

    def count(self, what: str, times: int = 1) -> None:
        """Add to a counter that the trace records."""
        self.counts[what] = self.counts.get(what, 0) + times

    def compare(self, logprobs: Sequence[float], divergence: float) -> None:
        """Record each participant's log-probability of the next token, and their divergence there, in nats."""
        for name, logprob in zip(self.participants, logprobs, strict=True):
            self.peer_logprobs.setdefault(name, []).append(logprob)
        self.divergence.append(divergence)
