"""The profiles that replies are read and graded by."""

from typing import Final

from ...agents.errors import UnknownName

STRICT: Final = "strict"
"""Our own rules; the default."""

MOCO: Final = "moco_compat"
"""The rules of the MoCo reference, defects included: only to compare with published numbers."""


def check_profile(profile: str, *, where: str) -> None:
    """Raises `UnknownName` for a profile that is not there."""
    if profile not in (STRICT, MOCO):
        raise UnknownName("profile", profile, (STRICT, MOCO), where=where)
