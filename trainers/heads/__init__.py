"""Small classification heads on hidden states, fitted on dev, that decide which model writes."""

from ...agents.errors import BadScenario


def check_width(width: int) -> None:
    """Raise `BadScenario` for a negative width of the hidden layer."""
    if width < 0:
        raise BadScenario(f"head: a hidden layer {width} wide. Use a width of 1 or more, 0 for a linear head.")
