"""A private broker for tests and laptops: Mosquitto on a free port of this machine, for as long as it is needed."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from ...errors import MissingCapability, ModelUnavailable
from .address import BrokerAddress

CONFIGURATION: Final = """\
per_listener_settings false
allow_anonymous true
set_tcp_nodelay true
persistence false
max_packet_size 1100000
message_size_limit 1048576
max_inflight_messages 20
max_queued_messages 100000
listener {port} {host}
"""
PLACES: Final = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")


class PrivateBroker:
    """Mosquitto as a child process, without accounts, on the loopback interface unless another `host` is named.

    With `configured`, the folder has its configuration already.

    >>> with TemporaryDirectory() as folder:
    ...     PrivateBroker(Path(folder), 1883).address.url
    'mqtt://127.0.0.1:1883/symposia'
    """

    def __init__(
        self, folder: Path, port: int | None = None, *, host: str = "127.0.0.1", configured: bool = False
    ) -> None:
        self.host, self.port = host, port or free_port()
        self.file = folder / "mosquitto.conf"
        if not configured:
            self.file.write_text(CONFIGURATION.format(host=host, port=self.port), encoding="utf-8")
        self._log = folder / "mosquitto.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> BrokerAddress:
        """Its address."""
        return BrokerAddress(self.host, self.port)

    @property
    def pid(self) -> int:
        """Its process; 0 where it does not run."""
        return 0 if self._process is None else self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers. Raises `MissingCapability` without Mosquitto, `ModelUnavailable`."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([mosquitto(), "-c", str(self.file)], stdout=log, stderr=log)
        until = time.monotonic() + 10
        while time.monotonic() < until and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex((self.host, self.port)) == 0:
                    return
            time.sleep(0.02)
        said = self._log.read_text(encoding="utf-8", errors="replace").strip()[-300:]
        raise ModelUnavailable(f"mosquitto: does not start: {said}")

    def stop(self) -> None:
        """Stop it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def kill(self) -> None:
        """Kill it, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


@contextmanager
def private_broker() -> Iterator[PrivateBroker]:
    """A context manager: a private broker that runs. Raises `MissingCapability` without Mosquitto."""
    with TemporaryDirectory(prefix="symposia-broker-") as folder:
        broker = PrivateBroker(Path(folder))
        broker.start()
        try:
            yield broker
        finally:
            broker.stop()


def mosquitto() -> str:
    """The path of Mosquitto. Raises `MissingCapability` where it is not installed."""
    found = shutil.which("mosquitto") or next(
        (str(Path(place) / "mosquitto") for place in PLACES if (Path(place) / "mosquitto").is_file()), None
    )
    if found is None:
        raise MissingCapability("mosquitto: is not installed. Install it, by apt install mosquitto for example.")
    return found


def free_port() -> int:
    """A port of this machine that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
