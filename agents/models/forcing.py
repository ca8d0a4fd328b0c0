"""Models that keep their answers to the JSON schema of the sampling."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Forcing(Protocol):
    """A writer that may be able to keep its answers to `Sampling.json_schema`; one that is none cannot."""

    @property
    def forces_schema(self) -> bool:
        """True if it can."""
        ...


def forces_schema(model: object) -> bool:
    """True if a model, or whatever writes, keeps its answers to `Sampling.json_schema`."""
    return isinstance(model, Forcing) and model.forces_schema
