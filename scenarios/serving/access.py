"""Who may ask: a token that every request shows, and the address that is listened to."""

import hmac
import os
import secrets
from collections.abc import Mapping
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from ...agents.errors import BadScenario
from .errors import Refused

VARIABLE: Final = "SYMPOSIA_TOKEN"
SHORTEST: Final = 16


class Token:
    """A secret that is compared in constant time and never shown; only its hash is kept.

    >>> token = Token("a secret of many letters")
    >>> token.check({"authorization": "Bearer a secret of many letters"})
    >>> token
    Token(...)
    """

    def __init__(self, secret: str) -> None:
        self._hash = sha256(secret.encode()).digest()

    def __repr__(self) -> str:
        return "Token(...)"

    def check(self, headers: Mapping[str, str]) -> None:
        """Raise `Refused` with status 401 unless the headers hold it."""
        kind, _, shown = headers.get("authorization", "").partition(" ")
        right = hmac.compare_digest(sha256(shown.strip().encode()).digest(), self._hash)
        if kind.lower() != "bearer" or not right:
            words = "Incorrect API key provided" if shown else "You didn't provide an API key"
            raise Refused(
                401, f"{words}. Send the server's token: Authorization: Bearer TOKEN.", code="invalid_api_key"
            )


def secret_of(file: Path | None) -> tuple[str, bool]:
    """The secret from a file or the environment, and whether it was made here instead. Raises `BadScenario`."""
    given = os.environ.get(VARIABLE, "") if file is None else read(file)
    where = VARIABLE if file is None else str(file)
    if not given and file is None:
        return secrets.token_urlsafe(32), True
    if len(given) < SHORTEST or not given.isascii() or not given.isprintable():
        raise BadScenario(f"serve: the token in {where} is short or odd. Use at least {SHORTEST} printable letters.")
    return given, False


def read(file: Path) -> str:
    """The secret in a file, without the space around it. Raises `BadScenario`."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise BadScenario(f"serve: {file}: cannot be read. Name a text file with the token.") from None


def check_host(host: str, *, made: bool) -> None:
    """Raise `BadScenario` for an address that others reach, where nobody chose the token."""
    if made and not is_loopback(host):
        raise BadScenario(
            f"serve: --host {host} is reached by others, and no token was given. "
            f"Give one: --token-file FILE, or {VARIABLE}."
        )


def is_loopback(host: str) -> bool:
    """True for an address that only this machine reaches."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
