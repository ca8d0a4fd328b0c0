"""The options of api/switch_generation."""

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions


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
