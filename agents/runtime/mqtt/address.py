"""The address of a broker: `mqtt://[USER@]HOST[:PORT][/SITE]`, `mqtts://` over TLS.

The password is never part of it: SYMPOSIA_MQTT_PASSWORD has it, or the file that SYMPOSIA_MQTT_PASSWORD_FILE names.
SYMPOSIA_MQTT_CA names the certificate of the authority that signed the broker's, unless the system knows it, and
SYMPOSIA_SITE_KEY_FILE the file of a key: with one, offers are signed by it, and others are not listened to.
"""

import os
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

from ...errors import BadScenario

PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
NAME: Final = re.compile(r"[\w.-]+")
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
FORM: Final = "Write mqtt://HOST, as mqtt://localhost, or mqtts://USER@HOST:8883/SITE."


@dataclass(frozen=True)
class BrokerAddress:
    """A broker, who connects to it, and the site: runs and workers of one site see each other, and nobody else.

    >>> BrokerAddress.parse("mqtt://broker.lab/group").port
    1883
    """

    host: str
    port: int
    site: str = "symposia"
    user: str | None = None
    encrypted: bool = False
    password: str | None = field(default=None, repr=False)
    key: bytes | None = field(default=None, repr=False)
    authority: str | None = None

    @classmethod
    def parse(cls, url: str, *, where: str = "runtime") -> Self:
        """Parse an address; the password is read from the environment. Raises `BadScenario`."""
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS[parts.scheme]
        except (ValueError, KeyError):
            raise BadScenario(f"{where}: {url!r} is no address of a broker. {FORM}") from None
        if parts.password is not None:
            raise BadScenario(
                f"{where}: a password in an address is shown in logs. Set SYMPOSIA_MQTT_PASSWORD instead."
            )
        site = parts.path.strip("/") or "symposia"
        if not parts.hostname or parts.query or parts.fragment or not NAME.fullmatch(site):
            raise BadScenario(f"{where}: {url!r} is no address of a broker. {FORM}")
        encrypted = parts.scheme == "mqtts"
        password = secret(where) if parts.username else None
        key = os.environ.get("SYMPOSIA_SITE_KEY_FILE")
        signed = contents(key, where).encode() if key else None
        authority = os.environ.get("SYMPOSIA_MQTT_CA")
        return cls(parts.hostname, port, site, parts.username, encrypted, password, signed, authority)

    @property
    def url(self) -> str:
        """The address as text, without a secret."""
        user = f"{self.user}@" if self.user else ""
        return f"mqtt{'s' if self.encrypted else ''}://{user}{self.host}:{self.port}/{self.site}"

    def tls(self) -> ssl.SSLContext | None:
        """The settings of TLS; None without."""
        if not self.encrypted:
            return None
        return ssl.create_default_context(cafile=self.authority)


def secret(where: str) -> str:
    """The password, from the environment or a file. Raises `BadScenario` without one."""
    path = os.environ.get("SYMPOSIA_MQTT_PASSWORD_FILE")
    found = contents(path, where) if path else os.environ.get("SYMPOSIA_MQTT_PASSWORD")
    if not found:
        raise BadScenario(f"{where}: no password. Set SYMPOSIA_MQTT_PASSWORD, or SYMPOSIA_MQTT_PASSWORD_FILE.")
    return found


def contents(path: str, where: str) -> str:
    """The contents of the file of a secret. Raises `BadScenario`."""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadScenario(f"{where}: the file {path} cannot be read ({error.strerror}). Check its path.") from None
