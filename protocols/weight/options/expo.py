"""The options of weight/expo."""

from collections.abc import Mapping

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions
from ....trainers.search.directions import Mode, Select


class Options(ProtocolOptions):
    """The direction of the extrapolation, and its step.

    >>> Options.given({"alpha": float("nan")}, where="weight/expo")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/expo.alpha: input should be a finite number, not nan.
    """

    mode: Mode = Field("worst_to_best", description="The models to go from and towards.")
    k: int = Field(1, ge=1, description="The number of best and of worst models (topk_bottomk).")
    pairs: Mapping[str, str] | None = Field(None, description="Members by source and target (pairs).")
    select: Select = Field("target", description="The dev score that chooses a pair.")
    alpha: float = Field(0.3, allow_inf_nan=False, description="The step beyond the target, in units of the change.")
    alphas: tuple[float, ...] = Field((), description="Values to try on dev, beside 0.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for a pair of non-members, `BadScenario` where there is nothing to go from."""
        check_members(members, (name for pair in (self.pairs or {}).items() for name in pair))
        if len(members) < 2:
            raise BadScenario("weight/expo: one model has no other to go from. Name two at least.")
        if self.mode == "pairs" and not self.pairs:
            raise BadScenario("weight/expo: no pairs. Name them by source and target: pairs: {sft: dpo}.")
        if any(source == target for source, target in (self.pairs or {}).items()):
            raise BadScenario("weight/expo: a pair of a model and itself has no direction. Name two models.")
        if self.mode == "topk_bottomk":
            self.check_most("k", len(members) // 2, "models on a side", where="weight/expo")
