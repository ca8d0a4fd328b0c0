"""Access to a broker: accounts, what each may do, TLS, and a key that offers are signed with; as files for Mosquitto.

A team member asks under its own name, and reads what is sent to it. A worker takes requests to its own models, replies
under its own name, and offers under it. Nobody else can read, ask, reply in another's name, or join a group of workers:
Mosquitto's dynamic security plugin refuses the subscription, which an `acl_file` grants.
"""

import json
import os
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Mapping, Sequence
from getpass import getuser
from hashlib import pbkdf2_hmac
from pathlib import Path
from secrets import token_bytes, token_urlsafe
from typing import Any, Final

from ...errors import BadScenario, MissingCapability
from .address import NAME
from .topics import Topics, escaped

ITERATIONS: Final = 10_000
PLUGIN: Final = "mosquitto_dynamic_security.so"
FOLDERS: Final = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/local/lib")
DAYS: Final = 825

CONFIGURATION: Final = """\
per_listener_settings false
user {user}
allow_anonymous false
plugin {plugin}
plugin_opt_config_file {folder}/accounts.json
set_tcp_nodelay true
persistence false
max_packet_size 1100000
message_size_limit 1048576
max_inflight_messages 20
max_queued_messages 100000
max_keepalive 120
listener {port} {host}
{tls}"""


def write_access(  # noqa: PLR0913 - what a broker is made of
    folder: Path,
    *,
    teams: Sequence[str],
    workers: Mapping[str, Sequence[str]],
    site: str = "symposia",
    host: str = "127.0.0.1",
    port: int = 8883,
    encrypted: bool = True,
) -> None:
    """Write the files of a broker into a new folder: `workers` are the agent types of each worker, by its name.

    `NAME.password` has a password, `site.key` the key of offers, `mosquitto.conf` starts the broker; all are for their
    owner's eyes alone. Raises `BadScenario` for a folder that is there, or a name that is none; `MissingCapability`.
    """
    names = [*teams, *workers]
    for name in names:
        if not NAME.fullmatch(name) or names.count(name) > 1:
            raise BadScenario(
                f"access: {name!r} is no name for an account. Use each once: letters, digits, - _ and dots."
            )
    if folder.exists():
        raise BadScenario(f"{folder}: is there already. Name a new folder, so that no account is overwritten.")
    folder.mkdir(parents=True, mode=0o700)
    topics = Topics(site)
    roles = {name: team_role(topics, name) for name in teams}
    roles |= {name: worker_role(topics, name, kinds) for name, kinds in workers.items()}
    clients = []
    for name in names:
        password = token_urlsafe(24)
        private(folder / f"{name}.password", password)
        clients.append({"username": name, "roles": [{"rolename": name}], **hashed(password)})
    private(folder / "site.key", token_urlsafe(32))
    defaults = dict.fromkeys(("publishClientSend", "publishClientReceive", "subscribe"), False)
    accounts = {
        "defaultACLAccess": {**defaults, "unsubscribe": True},
        "roles": [{"rolename": name, "acls": rules} for name, rules in roles.items()],
        "clients": clients,
    }
    private(folder / "accounts.json", json.dumps(accounts, indent=1))
    tls = ""
    if encrypted:
        certificates(folder, host)
        at = folder.resolve()
        tls = f"cafile {at}/ca.crt\ncertfile {at}/server.crt\nkeyfile {at}/server.key\ntls_version tlsv1.2\n"
    told = CONFIGURATION.format(plugin=plugin(), folder=folder.resolve(), user=getuser(), port=port, host=host, tls=tls)
    private(folder / "mosquitto.conf", told)


def team_role(topics: Topics, name: str) -> list[dict[str, Any]]:
    """The permissions of a member of teams."""
    reads = [f"{topics.root}/to/{name}/#", topics.offers, topics.posts]
    writes = [
        f"{topics.root}/ask/+/{name}/#",
        f"{topics.root}/to/+/+/{name}",
        f"{topics.root}/stop/+/{name}",
        f"{topics.root}/post/+/{name}/#",
    ]
    return rules(reads, reads, writes)


def worker_role(topics: Topics, name: str, kinds: Sequence[str]) -> list[dict[str, Any]]:
    """The permissions of a worker that makes agents of these types."""
    mine = [f"{topics.root}/to/{name}/#", topics.offers]
    asked = [f"{topics.root}/ask/{escaped(kind)}/#" for kind in kinds]
    stops = [topics.stop(kind, "#") for kind in kinds]
    shared = [topics.shared(kind) for kind in kinds]
    writes = [f"{topics.root}/to/+/+/{name}", f"{topics.root}/offer/{name}/#"]
    return rules([*mine, *shared, *stops], [*mine, *asked, *stops], writes)


def rules(subscribes: Sequence[str], reads: Sequence[str], writes: Sequence[str]) -> list[dict[str, Any]]:
    """Permissions as the plugin reads them."""
    kinds = {"subscribePattern": subscribes, "publishClientReceive": reads, "publishClientSend": writes}
    return [{"acltype": kind, "topic": topic, "allow": True} for kind, found in kinds.items() for topic in found]


def hashed(password: str) -> dict[str, Any]:
    """A password as the plugin keeps it."""
    salt = token_bytes(12)
    key = pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return {"password": b64encode(key).decode(), "salt": b64encode(salt).decode(), "iterations": ITERATIONS}


def certificates(folder: Path, host: str) -> None:
    """Make an authority and the broker's certificate, by openssl. Raises `MissingCapability` without it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        raise MissingCapability("access: openssl is not installed, and makes the certificates. Install it.")
    kind = "IP" if host.replace(".", "").isdigit() or ":" in host else "DNS"
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", str(DAYS)]
    made = {
        "ca": ["-x509", *new, "-subj", "/CN=symposia site", "-addext", "keyUsage=critical,keyCertSign,cRLSign"],
        "server": [
            *("-x509", *new, "-CA", str(folder / "ca.crt"), "-CAkey", str(folder / "ca.key"), "-subj", f"/CN={host}"),
            *("-addext", f"subjectAltName={kind}:{host}", "-addext", "basicConstraints=critical,CA:FALSE"),
        ],
    }
    for name, arguments in made.items():
        to = ["-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.crt")]
        done = subprocess.run([openssl, "req", *arguments, *to], capture_output=True, text=True, check=False)
        if done.returncode:
            raise MissingCapability(f"openssl: made no certificate: {done.stderr.strip()[-200:]}")
        (folder / f"{name}.key").chmod(0o600)


def plugin() -> str:
    """The path of the dynamic security plugin. Raises `MissingCapability` where Mosquitto has none."""
    found = next((str(Path(one) / PLUGIN) for one in FOLDERS if (Path(one) / PLUGIN).is_file()), None)
    if found is None:
        raise MissingCapability(f"mosquitto: {PLUGIN} is not installed. It comes with Mosquitto 2.")
    return found


def private(path: Path, text: str) -> None:
    """Write a new file that only its owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
