"""Switch generation: models take turns at writing patches of one text; a selector says who writes the next.

    until the text ends:   j = argmax_j LM_selector(j | question, patches so far);   text += LM_j(text), P tokens

Feng et al. 2025, https://arxiv.org/abs/2510.09913, decoding. What differs from MoCo: the selector ranks the
writers in one forward pass instead of writing up to 512 tokens for a digit; the text ends at a writer's end
token, not at a short patch; patches are joined exactly; every writer keeps its cache and reads what the
others wrote when it is its turn. Without a trained selector, any model that follows the prompt can select.
"""

from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from ...agents import Answer, Ask, Prompt, Stepper, Team
from ...agents.decoding.decoder import decode
from ...agents.decoding.method import DecodingMethod
from ...agents.errors import BadScenario
from ...agents.members import check_members
from ...agents.options import ProtocolOptions, takes

if TYPE_CHECKING:
    from ...agents.decoding.joint_text import JointText


class WhoWrites(Prompt):
    """Asks the selector for the number of the model that should write the next patch.

    >>> prompt = WhoWrites(question="2 + 2?", written="<model 0>It is</model 0>", last=1)
    >>> prompt.render().splitlines()[6]
    '<model 0>It is</model 0>'
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


class Switch(DecodingMethod):
    """One text in patches; before each, a selector names its writer.

    >>> import asyncio
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


class Options(ProtocolOptions):
    """The selector, the writers, and the length of a patch.

    >>> Options(patch=0).check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: api/switch_generation: 2 writers of 0 tokens. It needs one of each.
    """

    selector: str | None = Field(None, description="The member that selects, by default the first, which also writes.")
    writers: tuple[str, ...] | None = Field(None, description="Who writes; by default all but a named selector.")
    patch: int = Field(25, description="Tokens of a patch.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for names of non-members, `BadScenario` without writers or for empty patches."""
        check_members(members, (self.selector, *(self.writers or ())))
        names = self.writers or tuple(name for name in members if name != self.selector)
        if not names or self.patch < 1:
            raise BadScenario(
                f"api/switch_generation: {len(names)} writers of {self.patch} tokens. It needs one of each."
            )


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """An answer decoded in patches by several members."""
    writers = options.writers or tuple(name for name in team if name != options.selector)
    selector = team.named(options.selector, default=team.names[0])
    method = Switch(question=question.text, writers=writers, selector=selector, patch=options.patch)
    return await decode(team, question, method)
