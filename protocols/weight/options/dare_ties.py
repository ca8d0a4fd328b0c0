"""The options of weight/dare_ties."""

from typing import Final, Literal

from pydantic import Field

from ....agents.options import ProtocolOptions
from ....trainers.search.motion import Motion
from ....trainers.search.numbers import By

MOTION: Final = Motion(iterations=5)


class Options(ProtocolOptions):
    """The merging method, its settings, and the search of weights.

    >>> Options.given({"mode": "best"}, where="weight/dare_ties")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/dare_ties.mode: input should be 'average' or 'optimized', not 'best'.
    """

    base: str | None = Field(None, description="The member the others were trained from, by default the first.")
    mode: Literal["average", "optimized"] = Field("average", description="Equal weights, or searched on dev.")
    method: str = Field("dare_ties", description="A merging method with a density.")
    density: float = Field(0.5, gt=0, le=1, description="The share of entries that is kept.")
    scale: float = Field(1.0, allow_inf_nan=False, description="The factor of the merged change.")
    normalize: bool = Field(True, description="Divide by the weights of the models that agree.")
    motion: Motion = Field(MOTION, description="The parameters of the swarm.")
    population: int = Field(5, ge=1, description="Candidates of a round.")
    by: By = Field("swarm", description="Search by a swarm or by CMA-ES.")
