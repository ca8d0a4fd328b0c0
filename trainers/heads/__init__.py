"""Small heads on hidden states, fitted on dev: who writes better here."""

from ...agents.errors import BadScenario


def check_width(width: int) -> None:
    """Raise `BadScenario` for a hidden layer that cannot be."""
    if width < 0:
        raise BadScenario(f"head: a hidden layer {width} wide. Use a width of 1 or more, 0 for a linear head.")
