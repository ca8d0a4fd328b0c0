"""A draft by one model, and what models of other tokenizers see at every place of it, read in one pass."""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, groupby
from typing import Final, NamedTuple

from ..concurrency import gather
from ..errors import PromptTooLong
from ..models.tokens import TextReader
from .joint_text import JointText, Token
from .participant import Participant
from .token_union import View

SETTLED: Final = 8
"""How many tokens back a text is not spelt anew any more, whatever follows."""


class Spelling(NamedTuple):
    """Tokens of a text in a model's own: the first n are `ends[n]` ids, None where one of its own would go on."""

    ids: list[int]
    ends: list[int | None]


class DraftPosition(NamedTuple):
    """A drafted token, what its writer saw there, and what the others see; None if one of them cannot say."""

    token: Token
    own: View
    others: Mapping[str, View] | None

    @property
    def views(self) -> dict[str, View]:
        """Everyone's view, the writer's first."""
        return {self.token.by: self.own, **(self.others or {})}


async def draft(text: JointText, name: str, count: int) -> list[DraftPosition]:
    """What a model would write next, this many tokens or up to an end, and what everyone sees there."""
    tokens, own = await drafted(text, name, count)
    seen = await gather({one: verified(text, one, tokens) for one in text.participants if one != name})
    places = []
    for number, (token, view) in enumerate(zip(tokens, own, strict=True)):
        others = {one: found for one, views in seen.items() if (found := views[number]) is not None}
        places.append(DraftPosition(token, view, others if len(others) == len(seen) else None))
    return places


async def drafted(text: JointText, name: str, count: int) -> tuple[list[Token], list[View]]:
    """A model's next tokens, and its view at each. Raises `PromptTooLong` if there is no room for one."""
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
    """A model's view at each drafted token, read in one pass; None where one of its own tokens would go on.

    What came last is spelt anew together with the draft, so that no word is cut where a draft happened to end.
    """
    participant = text.participants[name]
    untold = text.tokens[participant.seen :]
    own = text.vocabulary(name)
    spelt = spelling(participant, [*untold, *drafted], lambda token: text.vocabulary(token.by) == own)
    ends = spelt.ends[len(untold) : len(untold) + len(drafted)]
    known = [end for end in ends if end is not None]
    if not known:
        return [None] * len(ends)
    readers = readers_at(participant, spelt.ids, known)
    rows = (await text.each(name, spelt.ids[: known[-1]], known[-1] - known[0] + 1)).log_softmax(-1)
    views = {
        end: View(participant.model, rows[end - known[0]], readers[end], not participant.ids and not end)
        for end in known
    }
    settle(participant, spelt, len(untold) - SETTLED)
    return [None if end is None else views[end] for end in ends]


def spelling(participant: Participant, tokens: Sequence[Token], known: Callable[[Token], bool]) -> Spelling:
    """Tokens of any model's in a hand's own: by id where it means the same by them, else by their text."""
    spelt = Spelling([], [0])
    for same, group in groupby(tokens, known):
        run, done = list(group), len(spelt.ids)
        if same:
            ids = [token.id for token in run]
            ends: Sequence[int | None] = range(1, len(run) + 1)
        else:
            ids = participant.model.encode(
                "".join(token.text for token in run), begins=not participant.ids and not done
            )
            reader = participant.reader().fork()
            reader.push(spelt.ids)
            ends = aligned(reader, ids, run)
        spelt.ids.extend(ids)
        spelt.ends.extend(None if end is None else done + end for end in ends)
    return spelt


def aligned(reader: TextReader, ids: Sequence[int], run: Sequence[Token]) -> list[int | None]:
    """After how many of these ids each token of a run is written; None where none of them ends with it."""
    start = len(reader.text)
    counts: dict[int, int] = {}
    for count, token in enumerate(ids, 1):
        reader.push((token,))
        if reader.whole:
            counts.setdefault(len(reader.text) - start, count)
    lengths = accumulate(len(token.text) for token in run)
    # A token without a text is half a character: no one else can go on from there.
    return [counts.get(length) if token.text else None for token, length in zip(run, lengths, strict=True)]


def readers_at(participant: Participant, ids: Sequence[int], counts: Sequence[int]) -> dict[int, TextReader]:
    """A hand's reader after each of these many ids."""
    reader = participant.reader().fork()
    found = {0: reader.fork()}
    for count, token in enumerate(ids[: counts[-1]], 1):
        reader.push((token,))
        found[count] = reader.fork()
    return found


def settle(participant: Participant, spelt: Spelling, most: int) -> None:
    """Tell a hand as many of the spelt tokens as end with one of its own, at most this many."""
    for number in range(most, 0, -1):
        end = spelt.ends[number]
        if end is not None:
            participant.ids.extend(spelt.ids[:end])
            participant.seen += number
            return
