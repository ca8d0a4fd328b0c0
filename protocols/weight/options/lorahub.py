"""The options of weight/lorahub."""

from typing import Literal

from pydantic import Field

from ....agents.options import ProtocolOptions
from ....trainers.search.numbers import By


class Options(ProtocolOptions):
    """The space in which changes are added up, and the search of their weights.

    >>> Options.given({"bound": 0}, where="weight/lorahub")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/lorahub.bound: input should be greater than 0, not 0.
    """

    base: str | None = Field(None, description="The member the others were trained from, by default the first.")
    space: Literal["products", "factors"] = Field("products", description="Add up changes, or average factors.")
    by: By = Field("swarm", description="Search by a swarm or by CMA-ES.")
    population: int = Field(5, ge=1, description="Candidates of a round.")
    iterations: int = Field(4, ge=1, description="Rounds.")
    bound: float = Field(1.5, gt=0, description="The largest absolute value of a weight.")
    penalty: float = Field(0.05, ge=0, description="The factor of the mean absolute weight, subtracted from the score.")
