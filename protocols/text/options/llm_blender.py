"""The options of text/llm_blender."""

from typing import Annotated

from pydantic import Field

from ....agents import Writer
from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The ranker, the fuser, and the number of candidates that are fused.

    >>> Options(ranker="amber").check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/llm_blender: amber only ranks, and nobody answers. Add a member.
    """

    ranker: Annotated[str, Writer] | None = Field(None, description="The member that only ranks; the fuser if null.")
    fuser: Annotated[str, Writer] | None = Field(None, description="The member that fuses; best on dev if null.")
    top_k: int = Field(3, ge=1, description="Candidates that are fused; all if fewer.")
    both_orders: bool = Field(True, description="Compare each pair in both orders; the earlier member first if not.")
    fuse: bool = Field(True, description="Fuse the best candidates, or return the best one as it is.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for roles of non-members, `BadScenario` where nobody is left to answer."""
        check_members(members, (self.ranker, self.fuser))
        if members == (self.ranker,):
            raise BadScenario(f"text/llm_blender: {self.ranker} only ranks, and nobody answers. Add a member.")
        answering = len(members) - (self.ranker is not None)
        self.check_most("top_k", answering, "members that answer", where="text/llm_blender")
