"""Certified greedy decoding: the likeliest token of combined distributions that are known by their likeliest tokens.

A token that a model did not list has a log-probability below that model's least listed one. Bounds on each peer's row
give an upper bound U on the combined logits; the value F of a token that all have listed is exact:

    F(t*) >= U(t) for all other tokens t   =>   t* is the token that whole distributions would give

Where that does not hold, each model is asked for the tokens that others have listed and it has not; where it still does
not hold, for twice as many likeliest tokens, and so on, until it holds or the servers list no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import torch
from torch import Tensor

from .joint_text import JointText
from .listing import Question, ask_again, listing
from .messages import ASKED_TWICE, CERTIFIED, OPEN
from .participant import Participant

DOUBLINGS: Final = 8
"""How often twice as many tokens are asked for before a position is left open."""


class Bounded(Protocol):
    """A rule that bounds what it combines, see `combine.Combine`."""

    def upper(self, lower: Tensor, upper: Tensor) -> Tensor:
        """An upper bound on the combined logits, from bounds on the peers': (peers, vocabulary) to (vocabulary,)."""
        ...


@dataclass
class Place:
    """A position of a text: each peer's row, and the number of tokens before it in each peer's session.

    `doublings` is how often twice as many tokens were asked for, `spent` that there are no more.

    >>> Place((), ()).certified
    False
    """

    rows: tuple[Tensor, ...]
    lengths: tuple[int, ...]
    certified: bool = False
    asked: bool = False
    doublings: int = 0
    spent: bool = False


@dataclass
class Certificate:
    """The proof of a text's next tokens. `places` are those of the current round, drafted ones included.

    >>> Certificate(None, None).places
    []
    """

    text: JointText
    combine: Bounded
    places: list[Place] = field(default_factory=list)

    @classmethod
    def of(cls, text: JointText, combine: Any) -> "Certificate | None":  # noqa: ANN401 - any combination
        """The certificate of a text; None where every distribution is whole, or where nothing can be proven."""
        greedy, bounded = text.sampling.temperature == 0, getattr(combine, "bounded", False)
        partly = any(listing(one) is not None for one in text.participants.values())
        return cls(text, combine) if greedy and bounded and partly else None

    @property
    def peers(self) -> list[Participant]:
        """The participants, in their order."""
        return list(self.text.participants.values())

    def begin(self, rows: Sequence[tuple[Tensor, ...]]) -> None:
        """Take a round's rows, a tuple for each position: the one after the text, and after each drafted token."""
        before = [len(one.prompt_ids) + len(one.ids) for one in self.peers]
        self.places = [Place(row, tuple(length + at for length in before)) for at, row in enumerate(rows)]

    def unproven(self) -> list[Place]:
        """The positions that are not proven though more may be asked for."""
        for place in self.places:
            if not place.certified:
                lower, upper = self.bounds(place)
                likeliest = int(self.combine.upper(lower, upper).argmax())
                place.certified = bool((lower[:, likeliest] == upper[:, likeliest]).all())
        return [place for place in self.places if not place.certified and not place.spent]

    def bounds(self, place: Place) -> tuple[Tensor, Tensor]:
        """Bounds on all peers' logits at a position: (peers, vocabulary) each."""
        pairs = []
        for participant, row, length in zip(self.peers, place.rows, place.lengths, strict=True):
            model = listing(participant)
            pairs.append((row, row) if model is None else model.bounds(participant.session, length))
        lower, upper = zip(*pairs, strict=True)
        return torch.stack([one.cpu() for one in lower]), torch.stack([one.cpu() for one in upper])

    def others(self, place: Place) -> list[Question]:
        """Questions for the tokens that others have listed at a position and a peer has not."""
        partial = [(at, one, model) for at, one in enumerate(self.peers) if (model := listing(one)) is not None]
        known = {at: set(model.listed(one.session, place.lengths[at])) for at, one, model in partial}
        union = set().union(*known.values())
        return [
            Question(one, place.lengths[at], place.rows[at], wanted=sorted(union - known[at]))
            for at, one, _ in partial
            if union - known[at]
        ]

    def more(self, place: Place) -> list[Question]:
        """Questions for twice as many likeliest tokens as before; none, and the place is spent, if all list no more."""
        questions = []
        for at, one in enumerate(self.peers if place.doublings < DOUBLINGS else ()):
            model = listing(one)
            before = 0 if model is None or model.top is None else model.top << place.doublings
            if model is not None and model.shown(2 * before) != model.shown(before):
                questions.append(Question(one, place.lengths[at], place.rows[at], top=2 * before))
        place.doublings += 1
        place.spent = not questions
        return questions

    def settle(self, taken: int) -> None:
        """Count the positions whose tokens the text took."""
        for place in self.places[:taken]:
            self.text.count(CERTIFIED if place.certified else OPEN)
            if place.asked:
                self.text.count(ASKED_TWICE)


async def certify(certificates: Sequence[Certificate]) -> None:
    """Prove the next tokens of texts, by as few requests as it takes; rows are improved in place."""
    double = False
    while waiting := [(one, place) for one in certificates for place in one.unproven()]:
        questions = [
            question
            for certificate, place in waiting
            for question in (certificate.more(place) if double else certificate.others(place))
        ]
        for _, place in waiting:
            place.asked = place.asked or not place.spent
        await ask_again(questions)
        double = not double
