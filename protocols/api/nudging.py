"""Nudging: a base model writes; where it is not sure, a small aligned model writes a word for it.

    while the text is not done:
        nudger writes words until p = max p_base(. | text) >= gamma;     base writes while p >= gamma

Fei et al. 2024, https://arxiv.org/abs/2410.09300. The first word is the nudger's; the end of the model that
does not write is ignored. Any vocabularies: words travel as text, or as ids where the vocabularies are equal.
What differs from MoCo: every model reads each token once (the base a nudged word in one forward pass, the
nudger nothing while the base is sure); a word ends before any white space, not the space alone, and after
`longest` tokens in scripts that have none; the base never stops inside a character.
"""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from ...agents import Answer, Ask, Message, Stepper, Team
from ...agents.decoding.decoder import decode
from ...agents.decoding.method import DecodingMethod
from ...agents.errors import BadScenario
from ...agents.members import check_members
from ...agents.objective import Objective, best_of, required
from ...agents.options import ProtocolOptions, takes

if TYPE_CHECKING:
    from ...agents.decoding.joint_text import JointText


class Nudge(DecodingMethod):
    """The base writes while its top token has at least the probability gamma, else the nudger writes a word.

    >>> import asyncio
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


class Setting(Message):
    """The result of `prepare`: the gamma and the nudger that are best on dev, and all scores, in the order tried.

    >>> Setting(gamma=0.4, nudger="aligned", scores=(0.5, 0.7)).nudger
    'aligned'
    """

    gamma: float
    nudger: str
    scores: tuple[float, ...]


class Options(ProtocolOptions):
    """The roles of members, and the threshold gamma.

    >>> Options(nudger="aligned").pair(("base", "other", "aligned"))
    ('base', 'aligned')
    """

    base: str | None = Field(None, description="The member that writes, by default the first.")
    nudger: str | None = Field(None, description="The member that nudges, by default the first other one.")
    gamma: float = Field(0.4, ge=0, description="The probability from which the base is sure of its token.")
    longest: int = Field(16, ge=1, description="The most tokens of a word, for scripts without spaces.")
    search_gamma: tuple[float, ...] = Field((), description="Values of gamma to try on dev.")
    search_nudger: bool = Field(False, description="Try every other member as the nudger on dev.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for names of non-members, `BadScenario` in a team of one."""
        check_members(members, (self.base, self.nudger))
        if len(members) < 2:
            raise BadScenario(f"api/nudging: a team of {len(members)}. It needs a base and a nudger.")

    def pair(self, members: tuple[str, ...]) -> tuple[str, str]:
        """The names of the base and of the nudger."""
        base = self.base or members[0]
        return base, self.nudger or next(name for name in members if name != base)


@takes(Options)
async def prepare(team: Team[Stepper], dev: Objective | None, options: Options) -> Team[Stepper]:
    """The team, with a search the one with the gamma and the nudger that are best on dev; ties to the first."""
    if not options.search_gamma and not options.search_nudger:
        return team
    dev = required(dev, "api/nudging: searches on dev, and there is none. Leave out search_gamma and search_nudger.")
    base, nudger = options.pair(team.names)
    nudgers = [name for name in team if name != base] if options.search_nudger else [nudger]
    settings = [(one, value) for one in nudgers for value in options.search_gamma or (options.gamma,)]

    async def score(setting: tuple[str, float]) -> float:
        tried = options.model_copy(update={"base": base, "nudger": setting[0], "gamma": setting[1]})
        return await dev.score(team, partial(answer, options=tried), name="nudged")

    (best_nudger, best_gamma), scores = await best_of(settings, score)
    return team.with_learned(Setting(gamma=best_gamma, nudger=best_nudger, scores=scores))


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """An answer decoded with the base and the nudger."""
    base, nudger = options.pair(team.names)
    gamma = options.gamma
    if found := team.learned_as(Setting):
        nudger, gamma = found.nudger, found.gamma
    return await decode(team, question, Nudge(base=base, nudger=nudger, gamma=gamma, longest=options.longest))
