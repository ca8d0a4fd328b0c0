"""How much a question may cost."""

from pydantic import ConfigDict, Field

from .frozen import Frozen


class Budget(Frozen):
    """Limits for one question; `None` is no limit. `tokens` counts prompt and completion tokens.

    >>> Budget(calls=3).calls
    3
    """

    model_config = ConfigDict(allow_inf_nan=False)

    tokens: int | None = Field(default=None, ge=1, description="Prompt and completion tokens.")
    calls: int | None = Field(default=None, ge=1, description="Model calls.")
    seconds: float | None = Field(default=None, gt=0, description="Seconds.")
