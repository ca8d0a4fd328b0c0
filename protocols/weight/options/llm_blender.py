"""The options of weight/llm_blender."""

from typing import Annotated, Literal

from pydantic import Field

from ....agents import Writer
from ....agents.blending import Blender
from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions
from ....trainers.finetuning.settings import Lora


class Options(ProtocolOptions, tag="llm_blender_training.options/1"):
    """The ranker, the fuser, which of them learns, and how.

    >>> Options(fuse=False).check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/llm_blender: a fuser is trained and never fuses. Say train: ranker.
    """

    ranker: Annotated[str, Writer] | None = Field(None, description="The member that only ranks; the fuser if null.")
    fuser: Annotated[str, Writer] | None = Field(None, description="The member that fuses; best on dev if null.")
    train: Literal["ranker", "fuser", "both"] = Field("both", description="Which of them is trained, as a copy.")
    top_k: int = Field(3, ge=1, description="Candidates that are fused; all if fewer.")
    both_orders: bool = Field(True, description="Compare each pair in both orders; the earlier member first if not.")
    fuse: bool = Field(True, description="Fuse the best candidates, or return the best one as it is.")
    gold: bool = Field(True, description="Teach the fuser right answers that are texts; else the best candidates.")
    batch: int = Field(32, ge=1, description="Rows of a step.")
    epochs: float = Field(3.0, gt=0, description="How often it goes through the rows.")
    rate: float = Field(1e-4, gt=0, description="The learning rate.")
    labels: Literal["scores", "chance"] = Field("scores", description="What is better; chance, the control, draws it.")
    keep: Literal["best", "trained"] = Field("best", description="Serve the best of vote, untrained and trained.")
    lora: Lora | None = Field(None, description="Train adapters of this shape; all weights if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for roles of non-members, `BadScenario` for too few candidates or an idle fuser."""
        check_members(members, (self.ranker, self.fuser))
        answering = len(members) - (self.ranker is not None)
        if answering < 2:
            raise BadScenario("weight/llm_blender: fewer than two members answer, and nothing is compared. Add one.")
        if not self.fuse and self.train != "ranker":
            raise BadScenario("weight/llm_blender: a fuser is trained and never fuses. Say train: ranker.")
        self.check_most("top_k", answering, "members that answer", where="weight/llm_blender")

    def blender(self, ranker: str, fuser: str) -> Blender:
        """The ranker and the fuser at work."""
        return Blender(ranker, fuser, self.top_k, self.both_orders, self.fuse)

    @property
    def trained(self) -> tuple[str, ...]:
        """The roles that are trained."""
        return ("ranker", "fuser") if self.train == "both" else (self.train,)
