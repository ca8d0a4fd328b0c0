"""One text in patches by several writers: a selector names the writer of each, or a schedule does.

Decoding of Feng et al. 2025, https://arxiv.org/abs/2510.09913. A trained selector is asked exactly what an untrained
one is: `Switch.prompt` is the one template of training and of decoding.
"""

from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from ..message import Prompt
from .method import DecodingMethod

if TYPE_CHECKING:
    from .joint_text import JointText


class WhoWrites(Prompt, tag="switch_generation.who_writes/1"):
    """Asks the selector for the number of the model that should write the next patch.

    >>> prompt = WhoWrites(question="2 + 2?", written="<model 0>It is</model 0>", last=1)
    >>> prompt.render().splitlines()[6]
    '<model 0>It is</model 0>'
    >>> prompt.labels
    ('0', '1')
    """

    question: str
    written: str
    last: int
    template = """\
Several models write the answer to a question in turns.

Question:
{question}

The answer so far, by writer:
{written}

Which model, 0 to {last}, should write what comes next? Reply with its number and nothing else."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The replies that it allows, in order."""
        return tuple(map(str, range(self.last + 1)))


class Switch(DecodingMethod, tag="switch_generation.switch/1"):
    """One text in patches; before each, a selector names its writer.

    >>> import asyncio
    >>> from symposia.agents import Ask, Team
    >>> from symposia.agents.decoding.decoder import decode
    >>> from symposia.agents.loading import load
    >>> team = Team({name: load(f"pocket:{name}") for name in ("generalist", "strings")})
    >>> method = Switch(question="sort d c a", writers=("strings",), selector="generalist", patch=2)
    >>> asyncio.run(decode(team, Ask(text="sort d c a"), method)).text
    'a c d'
    """

    one_vocabulary: ClassVar[bool] = False

    question: str
    writers: tuple[str, ...]
    selector: str
    patch: int = 25

    def peers(self, members: tuple[str, ...]) -> tuple[str, ...]:
        """The writers, and the selector if it does not write."""
        return self.writers if self.selector in self.writers else (*self.writers, self.selector)

    async def write(self, text: "JointText") -> None:
        """Write patch by patch."""
        while text.finish is None:
            prompt = self.prompt(text)
            choice = await text.choose(self.selector, prompt, prompt.labels)
            await self.add(text, choice.ranking[0])

    async def add(self, text: "JointText", number: int) -> None:
        """Append a patch by the writer of this number."""
        text.keep(await text.draft(self.writers[number], self.patch))

    def prompt(self, text: "JointText") -> WhoWrites:
        """The question, and each patch between tags that name its writer."""
        runs = [(self.writers.index(by), list(run)) for by, run in groupby(text.tokens, lambda token: token.by)]
        written = "".join(f"<model {n}>{''.join(token.text for token in run)}</model {n}>" for n, run in runs)
        return WhoWrites(question=self.question, written=written or "(nothing yet)", last=len(self.writers) - 1)


class Scheduled(DecodingMethod):
    """One text in patches whose writers a schedule names by number; its last one goes on to the end.

    >>> method = Scheduled(writers=("amber", "blue"), patch=8, schedule=(1, 0))
    >>> method.peers(()), method.number(0), method.number(5)
    (('amber', 'blue'), 1, 0)
    """

    one_vocabulary: ClassVar[bool] = False

    writers: tuple[str, ...]
    patch: int = 25
    schedule: tuple[int, ...]

    def peers(self, members: tuple[str, ...]) -> tuple[str, ...]:
        """The writers."""
        return self.writers

    def number(self, place: int) -> int:
        """The number of the writer of the patch at this place, from 0."""
        return self.schedule[min(place, len(self.schedule) - 1)]

    async def write(self, text: "JointText") -> None:
        """Write patch by patch."""
        place = 0
        while text.finish is None:
            text.keep(await text.draft(self.writers[self.number(place)], self.patch))
            place += 1
