"""The decoding method of logit/mixture."""

from typing import TYPE_CHECKING

from ....agents.decoding.method import DecodingMethod
from ....agents.errors import BadScenario

if TYPE_CHECKING:
    from ....agents.decoding.joint_text import JointText


class Mixture(DecodingMethod):
    """One member, drawn by its weight, writes each token; equal weights by default.

    >>> import asyncio
    >>> from symposia.agents import Ask, Team
    >>> from symposia.agents.decoding.decoder import decode
    >>> from symposia.agents.loading import load
    >>> team = Team({name: load(f"pocket:{name}") for name in ("generalist", "strings")})
    >>> asyncio.run(decode(team, Ask(text="sort d c a"), Mixture(weights=(1, 9)), temperature=0.1)).text
    'a c d'
    """

    weights: tuple[float, ...] | None = None

    async def write(self, text: "JointText") -> None:
        """Write token by token. Raises `BadScenario` at temperature 0."""
        from ....agents.decoding.draws import write_by_draw

        if text.sampling.temperature == 0:
            raise BadScenario(
                "logit/mixture: draws its tokens, and temperature 0 draws none. Give sampling: {temperature: 1}."
            )
        weights = self.weights or (1.0,) * len(text.participants)
        await write_by_draw(text, [weight / sum(weights) for weight in weights])
