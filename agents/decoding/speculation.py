"""Speculation: one model writes ahead of a text, all others read what it wrote in one forward pass each.

Nothing is taken from a draft. It only says at which positions the combined logits are wanted at once: tokens
are picked from them as if there were no draft, with the same random numbers, and the draft serves as far as
it is what is picked. So the text is that of the plain loop, up to the rounding of a longer forward pass.
"""

from collections.abc import Hashable, Sequence

import torch
from torch import Tensor

from ..models.sampling import Sampler, choose_each
from .forward import read_all
from .joint_text import JointText
from .participant import Participant, common


class Speculation:
    """What a text's drafter would go on with, up to `length` tokens at a time; of length 0, nothing.

    The drafter picks from its own logits with the random numbers that the text's next tokens will be picked
    with. So in sampled texts too it guesses right where it agrees with the others.
    """

    def __init__(self, text: JointText, drafter: str, length: int) -> None:
        self.text = text
        self.drafter = drafter
        self.draft: list[int] = []
        self.sampler = text.sampler
        self._length = length
        self._rows: list[Tensor] = []

    @property
    def participant(self) -> Participant:
        """The drafter's hand, told the whole text."""
        return self.text.ready(self.drafter)

    def begin(self) -> bool:
        """Forget the last draft; whether there is one to write. The text's last token needs none."""
        self.draft, self._rows = [], []
        self._length = min(self._length, self.text.sampling.max_tokens - len(self.text.tokens) - 1)
        if self._length > 0:
            self.sampler = self.text.sampler.fork()
        return self._length > 0

    def add(self, token: int) -> bool:
        """Go on with a token, unless it ends the text; whether there is more to write."""
        if self.text.ends(self.text.lead, token):
            return False
        self._rows.append(self.participant.logits)
        self.draft.append(token)
        return len(self.draft) < self._length

    def give_up(self) -> None:
        """Draft no more: what could not be read with a draft may still be read without."""
        self.draft, self._rows, self._length = [], [], 0

    def wanted(self) -> dict[Participant, int]:
        """At how many positions each hand has to be read, once it has been told the text and the draft."""
        wanted: dict[Participant, int] = {}
        for name in self.text.participants:
            participant = self.text.ready(name)
            if participant.reading(self.draft) is not None:
                wanted[participant] = 1 if name == self.drafter else len(self.draft) + 1
        return wanted

    def logits(self) -> list[tuple[Tensor, ...]]:
        """What each hand says comes after the text, and after each token of the draft."""
        positions = len(self.draft) + 1
        participants = self.text.participants.items()
        read = [
            [*self._rows, participant.logits] if name == self.drafter else participant.rows[-positions:]
            for name, participant in participants
        ]
        return list(zip(*read, strict=True))

    def samplers(self) -> list[Sampler]:
        """What picks the token of each of these positions."""
        return [self.text.sampler.fork()] * (len(self.draft) + 1) if self.draft else [self.text.sampler]

    def settle(self, taken: Sequence[int]) -> None:
        """Note which tokens the text went on with."""
        if self.draft:
            self.text.sampler.skip(len(taken))
            self.text.count("drafted", len(self.draft))
            self.text.count("accepted", common(self.draft, taken))


async def write_ahead(texts: Sequence[Speculation]) -> None:
    """Have each text's drafter write its draft, all in step: one reading of a drafter a token, however many texts."""
    going = [text for text in texts if text.begin()]
    while going := [text for text in going if not text.participant.closed]:
        failed = await read_all(
            {text.participant: 1 for text in going if text.participant.reading(text.draft) is not None}
        )
        for text in going:
            if text.participant in failed:
                text.give_up()
        going = go_on([text for text in going if text.participant not in failed])


def go_on(texts: Sequence[Speculation]) -> list[Speculation]:
    """Add the drafters' next tokens; returns the texts of which more is to be drafted."""
    alike: dict[Hashable, list[Speculation]] = {}
    for text in texts:
        logits = text.participant.logits
        alike.setdefault((logits.shape, logits.device), []).append(text)
    going = []
    for group in alike.values():
        logits = torch.stack([text.participant.logits for text in group])
        tokens = choose_each(logits, [text.sampler for text in group]).tolist()
        going += [text for text, token in zip(group, tokens, strict=True) if text.add(token)]
    return going
