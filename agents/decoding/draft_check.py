"""A draft by one model, verified by models of other tokenizers: their distributions at each drafted token.

Each verifier retokenizes the draft and reads it in one forward pass.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, groupby
from typing import Final, NamedTuple

from ..concurrency import gather
from ..errors import PromptTooLong
from ..models.tokens import TextReader
from .joint_text import JointText
from .participant import Participant
from .pieces import Token
from .token_union import View

STABLE: Final = 8
"""The number of last tokens that are retokenized with the next draft; earlier ones keep their tokens."""


class Retokenized(NamedTuple):
    """A run of tokens in another model's tokenizer.

    The first n tokens are its first `ends[n]` ids; None where one of its ids covers the boundary after token n.

    >>> from symposia.agents import Ask
    >>> from symposia.agents.loading import load
    >>> tokens = [Token("other", 0, 0.0, "9"), Token("other", 0, 0.0, "8")]
    >>> retokenized(Participant(load("pocket:base"), (), Ask(text="Ninety-eight?")), tokens, lambda token: False).ends
    [0, 1, 2]
    """

    ids: list[int]
    ends: list[int | None]


class DraftPosition(NamedTuple):
    """A drafted token, its drafter's distribution there, and those of the other models.

    `others` is None where the boundary before the token falls inside a token of one of them.

    >>> import asyncio
    >>> from symposia.agents import Ask, Sampling
    >>> from symposia.agents.decoding.peers import Peers
    >>> from symposia.agents.loading import load
    >>> peers = Peers({name: load(f"pocket:{name}") for name in ("base", "foreign")}, {})
    >>> with peers.text(Ask(text="12 + 7 = ?"), ("base", "foreign"), Sampling()) as text:
    ...     positions = asyncio.run(draft(text, "base", 2))
    >>> [(position.token.text, tuple(position.views)) for position in positions]
    [('8', ('base', 'foreign')), ('2', ('base', 'foreign'))]
    """

    token: Token
    own: View
    others: Mapping[str, View] | None

    @property
    def views(self) -> dict[str, View]:
        """The view of every model, the drafter's first."""
        return {self.token.by: self.own, **(self.others or {})}


async def draft(text: JointText, name: str, count: int) -> list[DraftPosition]:
    """Draft up to `count` tokens with one model, to an end token at most, and verify each with all other models."""
    tokens, own = await drafted(text, name, count)
    seen = await gather({one: verified(text, one, tokens) for one in text.participants if one != name})
    positions = []
    for number, (token, view) in enumerate(zip(tokens, own, strict=True)):
        others = {one: found for one, views in seen.items() if (found := views[number]) is not None}
        positions.append(DraftPosition(token, view, others if len(others) == len(seen) else None))
    return positions


async def drafted(text: JointText, name: str, count: int) -> tuple[list[Token], list[View]]:
    """A model's next `count` tokens, fewer at an end token, and its view at each.

    Raises `PromptTooLong` if not one fits in its context.
    """
    participant = text.ready(name)
    reader = participant.reader().fork()
    tokens: list[Token] = []
    views: list[View] = []
    while len(tokens) < min(count, text.sampling.max_tokens - len(text.tokens)):
        try:
            logits = await text.next(name, [token.id for token in tokens])
        except PromptTooLong:
            if not tokens:
                raise
            break
        token, logprob = text.pick(logits)
        views.append(
            View(participant.model, logits.log_softmax(-1), reader.fork(), begins=not participant.ids and not tokens)
        )
        before = len(reader.text)
        reader.push((token,))
        tokens.append(Token(name, token, logprob, reader.text[before:]))
        if text.ends(name, token):
            break
    return tokens, views


async def verified(text: JointText, name: str, drafted: Sequence[Token]) -> list[View | None]:
    """A model's view at each drafted token, from one forward pass; None where no boundary of its own tokens falls.

    The last tokens of the text are retokenized with the draft, so that no word is split where a draft happened to end.
    """
    participant = text.participants[name]
    unseen = text.tokens[participant.seen :]
    own = text.vocabulary(name)
    mapped = retokenized(participant, [*unseen, *drafted], lambda token: text.vocabulary(token.by) == own)
    ends = mapped.ends[len(unseen) : len(unseen) + len(drafted)]
    known = [end for end in ends if end is not None]
    if not known:
        return [None] * len(ends)
    readers = readers_at(participant, mapped.ids, known)
    logprobs = (await text.each(name, mapped.ids[: known[-1]], known[-1] - known[0] + 1)).log_softmax(-1)
    views = {
        end: View(participant.model, logprobs[end - known[0]], readers[end], not participant.ids and not end)
        for end in known
    }
    commit(participant, mapped, len(unseen) - STABLE)
    return [None if end is None else views[end] for end in ends]


def retokenized(participant: Participant, tokens: Sequence[Token], known: Callable[[Token], bool]) -> Retokenized:
    """Tokens of any models in a participant's tokenizer: by id where `known` says that ids agree, else by text."""
    mapped = Retokenized([], [0])
    for same, group in groupby(tokens, known):
        run, done = list(group), len(mapped.ids)
        if same:
            ids = [token.id for token in run]
            ends: Sequence[int | None] = range(1, len(run) + 1)
        else:
            ids = participant.model.encode(
                "".join(token.text for token in run), begins=not participant.ids and not done
            )
            reader = participant.reader().fork()
            reader.push(mapped.ids)
            ends = aligned(reader, ids, run)
        mapped.ids.extend(ids)
        mapped.ends.extend(None if end is None else done + end for end in ends)
    return mapped


def aligned(reader: TextReader, ids: Sequence[int], run: Sequence[Token]) -> list[int | None]:
    """For each token of a run, after how many `ids` its text is complete; None where no id ends there."""
    start = len(reader.text)
    counts: dict[int, int] = {}
    for count, token in enumerate(ids, 1):
        reader.push((token,))
        if reader.whole:
            counts.setdefault(len(reader.text) - start, count)
    lengths = accumulate(len(token.text) for token in run)
    # A token without text is part of a character: no other tokenizer has a boundary there.
    return [counts.get(length) if token.text else None for token, length in zip(run, lengths, strict=True)]


def readers_at(participant: Participant, ids: Sequence[int], counts: Sequence[int]) -> dict[int, TextReader]:
    """Copies of a participant's detokenizer after 0, 1, ... of these ids, up to the last of `counts`."""
    reader = participant.reader().fork()
    found = {0: reader.fork()}
    for count, token in enumerate(ids[: counts[-1]], 1):
        reader.push((token,))
        found[count] = reader.fork()
    return found


def commit(participant: Participant, mapped: Retokenized, most: int) -> None:
    """Append retokenized tokens to a participant's ids: at most `most`, up to the last boundary of its own tokens."""
    for number in range(most, 0, -1):
        end = mapped.ends[number]
        if end is not None:
            participant.ids.extend(mapped.ids[:end])
            participant.seen += number
            return
