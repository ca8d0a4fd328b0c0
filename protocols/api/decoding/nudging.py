"""The decoding method of api/nudging."""

from typing import TYPE_CHECKING, ClassVar

from ....agents.decoding.method import DecodingMethod

if TYPE_CHECKING:
    from ....agents.decoding.joint_text import JointText


class Nudge(DecodingMethod):
    """The base writes while its top token has at least the probability gamma, else the nudger writes a word.

    >>> import asyncio
    >>> from symposia.agents import Ask, Team
    >>> from symposia.agents.decoding.decoder import decode
    >>> from symposia.agents.loading import load
    >>> team = Team({name: load(f"pocket:{name}") for name in ("generalist", "strings")})
    >>> method = Nudge(base="generalist", nudger="strings", gamma=0.9)
    >>> asyncio.run(decode(team, Ask(text="sort d c a"), method)).text
    'a c d'
    """

    one_vocabulary: ClassVar[bool] = False

    base: str
    nudger: str
    gamma: float = 0.4
    longest: int = 16

    def peers(self, members: tuple[str, ...]) -> tuple[str, ...]:
        """The base and the nudger."""
        return self.base, self.nudger

    async def write(self, text: "JointText") -> None:
        """Write by the nudger and the base in turns."""
        while text.finish is None:
            await self.nudge(text)
            await self.go_on(text)

    async def nudge(self, text: "JointText") -> None:
        """Append words of the nudger, up to the first word's end at which the base is sure; at least one token."""
        word = 0
        while text.finish is None:
            token, logprob = await text.token(self.nudger)
            space = any(map(str.isspace, text.peek(self.nudger, token)))
            if word and (space or word >= self.longest) and not text.ends(self.nudger, token):
                if await self.sure(text):
                    return
                word = 0
            text.say(self.nudger, token, logprob)
            word += 1

    async def go_on(self, text: "JointText") -> None:
        """Append tokens of the base as long as it is sure, or within a character."""
        while text.finish is None and (await self.sure(text) or not text.whole(self.base)):
            text.say(self.base, *await text.token(self.base))

    async def sure(self, text: "JointText") -> bool:
        """True if the base's top probability is at least gamma."""
        return await text.top(self.base) >= self.gamma
