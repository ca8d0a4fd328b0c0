"""The decoding method of api/switch_generation."""

from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from ....agents.decoding.method import DecodingMethod

if TYPE_CHECKING:
    from ....agents.decoding.joint_text import JointText
from ..messages.switch_generation import WhoWrites


class Switch(DecodingMethod):
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
        labels = [str(number) for number in range(len(self.writers))]
        while text.finish is None:
            choice = await text.choose(self.selector, self.prompt(text), labels)
            writer = self.writers[choice.ranking[0]]
            text.keep(await text.draft(writer, self.patch))

    def prompt(self, text: "JointText") -> WhoWrites:
        """The question, and each patch between tags that name its writer."""
        runs = [(self.writers.index(by), list(run)) for by, run in groupby(text.tokens, lambda token: token.by)]
        written = "".join(f"<model {n}>{''.join(token.text for token in run)}</model {n}>" for n, run in runs)
        return WhoWrites(question=self.question, written=written or "(nothing yet)", last=len(self.writers) - 1)
