"""The options of api/nudging."""

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions


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
