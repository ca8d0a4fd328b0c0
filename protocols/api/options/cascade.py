"""The options of api/cascade."""

from pydantic import Field

from ....agents.confidence import Confidence, Measure
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The measure of confidence and its thresholds.

    >>> Options.given({"defer_fraction": 30}, where="api/cascade")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: api/cascade.defer_fraction: input should be less than or equal to 1, not 30.
    """

    confidence: Confidence = Field("logprob", description="Mean token log-probability, stated, or agreement.")
    defer_fraction: float = Field(0.5, ge=0, le=1, description="The share of dev items that each level hands on.")
    thresholds: tuple[float, ...] | None = Field(None, description="The confidence that each level but the last needs.")
    price: float | None = Field(None, ge=0, description="The score that handing on costs; instead of defer_fraction.")
    token_quantile: float | None = Field(None, ge=0, le=1, description="A quantile of token log-probabilities; mean.")
    samples: int = Field(5, ge=2, le=100, description="With `agreement`: the answers of a level.")
    temperature: float = Field(0.7, gt=0, description="With `agreement`: their temperature.")

    @property
    def measure(self) -> Measure:
        """The measure of confidence."""
        return Measure(self.confidence, self.token_quantile, self.samples, self.temperature)
