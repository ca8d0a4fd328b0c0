"""Profiles of parsing and grading rules."""

from typing import Final

from ...agents.errors import UnknownName

STRICT: Final = "strict"
"""Our own rules; the default."""

MOCO: Final = "moco_compat"
"""The rules of the MoCo reference, defects included: only to compare with published numbers."""


def check_profile(profile: str, *, where: str) -> None:
    """Raise `UnknownName` for an unknown profile."""
    if profile not in (STRICT, MOCO):
        raise UnknownName("profile", profile, (STRICT, MOCO), where=where)
