"""A worker process, asked by lines of JSON and ended when it takes too long."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any, Final, Self

KEPT: Final = ("PATH", "HOME", "LANG", "CUDA_HOME", "CUDA_PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")
"""All that a worker sees of the environment: no key."""


class Failed(Exception):
    """A worker raised, ended, or took too long; the message says which.

    >>> str(Failed("over 2 s"))
    'over 2 s'
    """


class Process:
    """A worker in a folder of its own, with so many seconds for all that it is asked.

    >>> from tempfile import mkdtemp
    >>> with Process("cpu", Path(mkdtemp()), seconds=60) as worker:
    ...     worker.ask("load", source="", code="", name="Model", compiled=False)
    Traceback (most recent call last):
    ...
    symposia.evaluators.kernels.process.Failed: KeyError: 'get_init_inputs'
    """

    def __init__(self, device: str, folder: Path, *, seconds: float) -> None:
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        environment |= {"TORCH_EXTENSIONS_DIR": str(folder / "extensions"), "OMP_NUM_THREADS": "1"}
        self.device, self._seconds, self._late = device, seconds, False
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(Path(__file__).with_name("worker.py")), device],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment,
            text=True,
            start_new_session=True,
        )
        self._timer = Timer(seconds, self._stop_late)
        self._timer.daemon = True
        self._timer.start()

    def ask(self, do: str, **request: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
        """The reply to a request. Raises `Failed`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = ""
        with suppress(BrokenPipeError, ValueError):
            self._process.stdin.write(json.dumps({"do": do, **request}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        try:
            reply = json.loads(line)
        except ValueError:
            raise Failed(f"over {self._seconds:g} s" if self._late else "it ended its own process") from None
        if not isinstance(reply, dict) or "raised" in reply:
            raise Failed(str(reply["raised"]) if isinstance(reply, dict) else "its reply is none")
        return reply

    def _stop_late(self) -> None:
        self._late = True
        self._stop()

    def _stop(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        self._stop()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(BrokenPipeError):
                stream.close()  # type: ignore[union-attr]
