"""The settings of data building."""

from typing import Literal

from pydantic import Field

from ...agents.frozen import Frozen


class Building(Frozen):
    """The settings of data building.

    >>> Building(candidates=3).messages
    14
    """

    candidates: int = Field(default=2, ge=1, le=64, description="The candidates of each turn.")
    messages: int = Field(default=14, ge=2, description="The most messages of a conversation.")
    follow: Literal["drawn", "longest"] = Field(
        default="drawn", description="The future whose user message comes next."
    )
