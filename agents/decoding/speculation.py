"""Speculative decoding of combined logits: one model drafts, all others verify in one forward pass each.

A draft only says at which positions the combined logits are computed at once: tokens are picked from them as if there
were no draft, with the same random numbers, and drafted tokens are accepted as far as they equal those picked. So the
text is that of the plain loop, up to the rounding of a longer forward pass.
"""

from collections.abc import Hashable, Sequence

import torch
from torch import Tensor

from ..models.sampling import Sampler, choose_each
from .forward import read_all
from .joint_text import JointText
from .participant import Participant, common


class Speculation:
    """The draft of a text, up to `length` tokens at a time, by its drafter; length 0 drafts nothing.

    The drafter samples from its own logits with the random numbers that the text's next tokens will be picked with,
    so that sampled drafts too are accepted where it agrees with the combination.

    >>> import asyncio
    >>> from symposia.agents import Ask, Sampling
    >>> from symposia.agents.decoding.peers import Peers
    >>> from symposia.agents.loading import load
    >>> peers = Peers({name: load(f"pocket:{name}") for name in ("base", "generalist")}, {})
    >>> async def drafted(text):
    ...     await asyncio.gather(*(participant.open() for participant in text.participants.values()))
    ...     speculation = Speculation(text, "generalist", 3)
    ...     await write_ahead([speculation])
    ...     return speculation.draft
    >>> with peers.text(Ask(text="12 + 7 = ?"), ("base", "generalist"), Sampling()) as text:
    ...     asyncio.run(drafted(text))  # "82" and an end token, which is never drafted
    [481, 22]
    """

    def __init__(self, text: JointText, drafter: str, length: int) -> None:
        self.text = text
        self.drafter = drafter
        self.draft: list[int] = []
        self.sampler = text.sampler
        self._length = length
        self._logits: list[Tensor] = []

    @property
    def participant(self) -> Participant:
        """The drafter, caught up with the text."""
        return self.text.ready(self.drafter)

    def begin(self) -> bool:
        """Discard the last draft; returns whether to write another. The text's last token needs none."""
        self.draft, self._logits = [], []
        self._length = min(self._length, self.text.sampling.max_tokens - len(self.text.tokens) - 1)
        if self._length > 0:
            self.sampler = self.text.sampler.fork()
        return self._length > 0

    def add(self, token: int) -> bool:
        """Add a token to the draft, unless it ends the text; returns whether the draft goes on."""
        if self.text.ends(self.text.lead, token):
            return False
        self._logits.append(self.participant.logits)
        self.draft.append(token)
        return len(self.draft) < self._length

    def give_up(self) -> None:
        """Stop drafting for this text: a forward pass that failed with a draft may succeed without."""
        self.draft, self._logits, self._length = [], [], 0

    def wanted(self) -> dict[Participant, int]:
        """The number of last positions at which each participant's logits are needed, after the text and the draft."""
        wanted: dict[Participant, int] = {}
        for name in self.text.participants:
            participant = self.text.ready(name)
            if participant.pending(self.draft) is not None:
                wanted[participant] = 1 if name == self.drafter else len(self.draft) + 1
        return wanted

    def logits(self) -> list[tuple[Tensor, ...]]:
        """All participants' logits after the text and after each drafted token: one tuple a position."""
        positions = len(self.draft) + 1
        participants = self.text.participants.items()
        read = [
            [*self._logits, participant.logits] if name == self.drafter else participant.recent_logits[-positions:]
            for name, participant in participants
        ]
        return list(zip(*read, strict=True))

    def samplers(self) -> list[Sampler]:
        """The sampler for each of these positions: one fork for all, so that the text's own does not move."""
        return [self.text.sampler.fork()] * (len(self.draft) + 1) if self.draft else [self.text.sampler]

    def settle(self, taken: Sequence[int]) -> None:
        """Advance the sampler past the tokens that were appended, and count drafted and accepted ones."""
        if self.draft:
            self.text.sampler.skip(len(taken))
            self.text.count("drafted", len(self.draft))
            self.text.count("accepted", common(self.draft, taken))


async def write_ahead(texts: Sequence[Speculation]) -> None:
    """Write the drafts of all texts, batched: one forward pass of each drafter a token, however many texts."""
    going = [text for text in texts if text.begin()]
    while going := [text for text in going if not text.participant.closed]:
        failed = await read_all(
            {text.participant: 1 for text in going if text.participant.pending(text.draft) is not None}
        )
        for text in going:
            if text.participant in failed:
                text.give_up()
        going = go_on([text for text in going if text.participant not in failed])


def go_on(texts: Sequence[Speculation]) -> list[Speculation]:
    """Pick the drafters' next tokens; returns the texts whose drafts go on."""
    groups: dict[Hashable, list[Speculation]] = {}
    for text in texts:
        logits = text.participant.logits
        groups.setdefault((logits.shape, logits.device), []).append(text)
    going = []
    for group in groups.values():
        logits = torch.stack([text.participant.logits for text in group])
        tokens = choose_each(logits, [text.sampler for text in group]).tolist()
        going += [text for text, token in zip(group, tokens, strict=True) if text.add(token)]
    return going
