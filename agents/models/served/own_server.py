"""A vLLM server of our own: started on first use in an environment of its own, on this machine alone, stopped at exit.

`SYMPOSIA_VLLM_PYTHON` is the interpreter that has vLLM, `SYMPOSIA_VLLM_OPTIONS` further options of its server, such as
`--dtype float32`. With `SYMPOSIA_VLLM_SLEEP=1` it can be put to sleep (on a GPU with `--enable-sleep-mode` besides):
that needs vLLM's development mode, in which any program on this machine may run its workers' methods.
"""

import atexit
import json
import os
import secrets
import shlex
import signal
import socket
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import IO, Final
from urllib.request import urlopen

from ...errors import BadModel, ModelUnavailable

PYTHON: Final = "SYMPOSIA_VLLM_PYTHON"
OPTIONS: Final = "SYMPOSIA_VLLM_OPTIONS"
SLEEP: Final = "SYMPOSIA_VLLM_SLEEP"
MODULE: Final = "vllm.entrypoints.openai.api_server"
REFUSED: Final = ("--trust-remote-code", "--enable-prompt-embeds", "--api-key", "--host")
"""Options that run code of others, show the key, or open the server to the network."""
RANKS: Final = (8, 16, 32, 64, 128, 256, 320, 512)
"""The largest ranks of adapters that a server can be started for."""
STARTS: Final = 600.0
"""How many seconds a server may take to start."""
STOPS: Final = 10.0
"""How many seconds it has to stop before it is killed."""


class OwnServer:
    """A server of one model, its adapters included; `key` guards it, and is in its environment alone.

    >>> OwnServer("vllm:base", "FOLDER", "base").command("python", 8000)[3:7]
    ['--model', 'FOLDER', '--served-model-name', 'base']
    """

    def __init__(self, where: str, model: str, name: str, revision: str | None = None) -> None:
        self.where = where
        self.key = secrets.token_urlsafe(24)
        self.port = free_port()
        self.rank = 0
        self._model, self._name, self._revision = model, name, revision
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = Lock()

    @property
    def url(self) -> str:
        """Its address, from before it is started."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def sleeps(self) -> bool:
        """True if it can be put to sleep."""
        return os.environ.get(SLEEP) == "1"

    @property
    def running(self) -> bool:
        """True if it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def adapt(self, folder: Path) -> None:
        """Have it started for this adapter too."""
        stated = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
        self.rank = max(self.rank, next((rank for rank in RANKS if rank >= int(stated.get("r", 8))), RANKS[-1]))

    def start(self) -> None:
        """Start it unless it runs, and wait until it answers. Blocks. Raises `ModelUnavailable`, `BadModel`."""
        with self._starting:
            if self.running:
                return
            self.stop()  # what is left of one that died
            with tempfile.NamedTemporaryFile(prefix="vllm-", suffix=".log") as log:
                self._process = subprocess.Popen(
                    self.command(interpreter(self.where), self.port),
                    env=self.environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    cwd=tempfile.gettempdir(),
                )
                atexit.register(self.stop)
                self._wait(log)

    def stop(self) -> None:
        """Stop its whole process group: by SIGTERM, and after ten seconds by SIGKILL."""
        process, self._process = self._process, None
        if process is None:
            return
        for sign, seconds in ((signal.SIGTERM, STOPS), (signal.SIGKILL, STOPS)):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, sign)
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
        atexit.unregister(self.stop)

    def command(self, python: str, port: int) -> list[str]:
        """The command line: no key is in it, since any user of this machine can read it. Raises `BadModel`."""
        options = shlex.split(os.environ.get(OPTIONS, ""))
        for option in options:
            if option.partition("=")[0] in REFUSED:
                raise BadModel(f"{self.where}: {OPTIONS} has {option}, which is not safe. Leave it out.")
        adapters = ["--enable-lora", "--max-lora-rank", str(self.rank)] if self.rank else []
        revision = ["--revision", self._revision] if self._revision else []
        named = ["--model", self._model, "--served-model-name", self._name, *revision]
        bound = ["--host", "127.0.0.1", "--port", str(port), "--max-logprobs", "-1"]
        return [python, "-m", MODULE, *named, *bound, *adapters, *options]

    def environment(self) -> Mapping[str, str]:
        """Its environment: ours without our paths and secrets, and its key. The hub is asked for hub models alone."""
        local = Path(self._model).is_dir()
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON") and not secret(name)}
        token = {"HF_TOKEN": os.environ["HF_TOKEN"]} if not local and "HF_TOKEN" in os.environ else {}
        return {
            **ours,
            **token,
            "VLLM_API_KEY": self.key,
            "VLLM_NO_USAGE_STATS": "1",
            **({"HF_HUB_OFFLINE": "1"} if local else {}),
            **({"VLLM_ALLOW_RUNTIME_LORA_UPDATING": "1"} if self.rank else {}),
            **({"VLLM_SERVER_DEV_MODE": "1"} if self.sleeps else {}),
        }

    def _wait(self, log: "IO[bytes]") -> None:
        """Wait until it answers. Raises `ModelUnavailable` if it ends before, or takes too long."""
        ends = monotonic() + STARTS
        while self.running and monotonic() < ends:
            with suppress(OSError), urlopen(f"{self.url}/health", timeout=5):
                return
            sleep(0.2)
        self.stop()
        lines = Path(log.name).read_text(encoding="utf-8", errors="replace").strip().splitlines()
        telling = [line for line in lines if "Error" in line] or lines or ["it said nothing"]
        said = telling[-1].replace(self.key, "***").strip()[:300].rstrip(".")
        raise ModelUnavailable(f"{self.where}: its server did not start: {said}. Try it by hand with {MODULE}.")


def interpreter(where: str) -> str:
    """The interpreter that has vLLM. Raises `ModelUnavailable` where none is named."""
    python = os.environ.get(PYTHON)
    if not python or not Path(python).is_file():
        raise ModelUnavailable(
            f"{where}: no server and nothing to start one with. "
            f"Add @URL, or set {PYTHON} to the Python of an environment that has vLLM."
        )
    return python


def secret(name: str) -> bool:
    """True if an environment variable's name says that it holds a secret."""
    return name.endswith(("_KEY", "_TOKEN", "_SECRET", "_PASSWORD"))


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
