"""The options of weight/model_swarms."""

from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field

from ....agents import Team, Writer
from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.models.base import Scorer
from ....agents.objective import Objective
from ....agents.options import ProtocolOptions
from ....trainers.search.motion import Motion
from ....trainers.search.raters import Judge, Rewarded, Scale
from ....trainers.search.scoring import Goal, evenly, mean

Utility: TypeAlias = Literal["task", "domains", "reward", "judge"]
MOTION: Final = Motion()
SCALE: Final = Scale()


class Options(ProtocolOptions):
    """The utility, its rater, and the swarm.

    >>> Options(utility="judge", judge="zoe").check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.UnknownName: team: no agent named 'zoe'. Known: amber, blue.
    """

    utility: Utility = Field("task", description="The task, evenly over its domains, a reward model, or a judge.")
    judge: Annotated[str, Writer] | None = Field(None, description="The member that rates answers from 1 to 10.")
    reward: Annotated[str, Scorer] | None = Field(None, description="The member that is a reward model.")
    scale: Scale = Field(SCALE, description="The map from a reward model's raw scores to scores from 0 to 1.")
    population: int | None = Field(None, ge=1, description="Particles; by default as many as experts.")
    motion: Motion = Field(MOTION, description="The parameters of the particles' moves.")
    early_exit: bool = Field(True, description="Ask a particle only until its score can change no decision.")
    at_once: int | None = Field(None, ge=1, description="The most particles that are loaded models at the same time.")
    overall: bool = Field(False, description="Evaluate all particles on dev and test for overall_metrics.json.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for a rater that is not a member."""
        check_members(members, (self.judge, self.reward))

    def goal(self, team: Team[Any], dev: Objective) -> Goal:
        """The goal that is maximised on dev. Raises `BadScenario` where its rater is not named."""
        raters = {"judge": self.judge, "reward": self.reward}
        if self.utility not in raters:
            return Goal(dev, dev.bounds, total=evenly if self.utility == "domains" else mean)
        if raters[self.utility] is None:
            raise BadScenario(f"model_swarms: utility: {self.utility} needs one. Name a member: {self.utility}: NAME.")
        name = team.named(raters[self.utility])
        if self.utility == "judge":
            return Goal(dev, (1.0, 10.0), Judge(team, name))
        return Goal(dev, (0.0, 1.0), Rewarded(team, name, self.scale))
