"""Programs that attack what is outside: each is contained, in bounded time, and leaves nothing behind."""

import os
import socket
import time
from pathlib import Path

import pytest
from symposia.evaluators.sandbox.limits import Limits
from symposia.tests.support.sandbox import ISOLATED, holding, nothing_left, verdict

FAILED = {"exception", "assertion", "timeout", "memory", "output"}

PROGRAMS = {
    "a fork bomb": "import os\ndef f():\n    while True:\n        os.fork()",
    "an endless loop": "def f():\n    while True:\n        pass",
    "a long sleep": "import time\ndef f():\n    time.sleep(60)",
    "a loop at import": "while True:\n    pass",
    "a lot of memory": "def f():\n    return len(bytearray(2**31))",
    "memory by and by": "def f():\n    kept = []\n    while True:\n        kept.append(bytearray(2**24))",
    "no stack": "def f():\n    return f()",
    "a broken stack": "import sys\ndef f():\n    sys.setrecursionlimit(10**8)\n    return f()",
    "a foreign server": "import socket\ndef f():\n    return socket.create_connection(('127.0.0.1', PORT)).fileno()",
    "a name server": "import socket\ndef f():\n    return socket.gethostbyname('example.org')",
    "a file outside": "def f():\n    open('OUTSIDE', 'w').write('was here')",
    "a file in /usr": "def f():\n    open('/usr/was_here', 'w')",
    "a file deleted": "import os\ndef f():\n    os.remove('OUTSIDE')",
    "rights of a file": "import os\ndef f():\n    os.chmod('OUTSIDE', 0o777)\n    return 0",
    "a symbolic link out": "import os\ndef f():\n    os.symlink('OUTSIDE', 'a')\n    open('a', 'w').write('was here')",
    "secrets of the system": "def f():\n    return open('/etc/shadow').read()",
    "secrets of a user": "def f():\n    return open('OUTSIDE').read()",
    "the environment of others": "def f():\n    return open(f'/proc/SUPERVISOR/environ').read()",
    "a full disk": (
        "def f():\n    for number in range(100):\n        open(str(number), 'wb').write(bytes(2**23))"
        "\n    import time; time.sleep(60)"
    ),
    "a big file": "def f():\n    open('a', 'wb').write(bytes(2**28))",
    "many files": "def f():\n    for number in range(10**6):\n        open(str(number), 'w').close()",
    "a signal to the parent": "import os\ndef f():\n    os.kill(os.getppid(), 9)\n    return 0",
    "a signal to all": "import os\ndef f():\n    os.kill(-1, 9)\n    return 0",
    "a signal to the supervisor": "import os\ndef f():\n    os.kill(SUPERVISOR, 9)\n    return 0",
    "a daemon": (
        "import os, time\ndef f():\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n"
        "            time.sleep(60)\n        os._exit(0)\n    os.wait()\n    return 0"
    ),
    "a lot of output": "def f():\n    while True:\n        print('x' * 10**6)",
    "a large result": "def f():\n    return 'x' * (2**25)",
    "a new namespace": "import ctypes\ndef f():\n    return 1 + bool(ctypes.CDLL(None).unshare(0x10000000))",
    "another filter's machine": "import ctypes\ndef f():\n    return ctypes.CDLL(None).syscall(0x40000000 + 39)",
}


@pytest.fixture(params=ISOLATED)
def level(request: pytest.FixtureRequest) -> str:
    return holding(request.param)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_hostile_program_fails_and_leaves_nothing(level: str, name: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("a secret")
    outside.chmod(0o666)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)  # only the sandbox is in the way
    with socket.create_server(("127.0.0.1", 0)) as server:
        words = {"OUTSIDE": str(outside), "PORT": str(server.getsockname()[1]), "SUPERVISOR": str(os.getpid())}
        code = PROGRAMS[name]
        for word, value in words.items():
            code = code.replace(word, value)
        begun = time.monotonic()
        with nothing_left(level):
            found = verdict(level, code, "assert candidate() == 1")
    assert found.kind in FAILED
    assert time.monotonic() - begun < 5
    assert outside.read_text() == "a secret"
    assert outside.stat().st_mode & 0o777 == 0o666


def test_a_program_may_start_processes_only_where_they_are_contained() -> None:
    code = "import subprocess\ndef f():\n    return subprocess.run(['true']).returncode"
    assert verdict(holding("bubblewrap"), code, "assert candidate() == 0").kind == "pass"
    assert verdict(holding("landlock"), code, "assert candidate() == 0").kind == "exception"


def test_threads_files_and_pairs_of_sockets_work(level: str) -> None:
    code = (
        "import asyncio, tempfile, threading\n"
        "def f():\n"
        "    found = []\n"
        "    async def add():\n"
        "        await asyncio.sleep(0)\n"
        "        found.append(1)\n"
        "    worker = threading.Thread(target=lambda: asyncio.run(add()))\n"
        "    worker.start()\n"
        "    worker.join()\n"
        "    with tempfile.TemporaryDirectory() as folder, open(folder + '/a', 'w+') as file:\n"
        "        file.write('b')\n"
        "        file.seek(0)\n"
        "        return found, file.read()\n"
    )
    assert verdict(level, code, "assert candidate() == ([1], 'b')").kind == "pass"


def test_the_memory_of_all_processes_together_is_limited() -> None:
    code = (
        "import os, time\n"
        "def f():\n"
        "    for _ in range(4):\n"
        "        if os.fork() == 0:\n"
        "            kept = b'x' * (3 * 2**26)\n"
        "            time.sleep(60)\n"
        "    time.sleep(60)\n"
    )
    limits = Limits(seconds=10.0, memory=2**29)
    with nothing_left("bubblewrap"):
        found = verdict(holding("bubblewrap"), code, "assert candidate() == 1", limits=limits)
    assert str(found) == "memory: over the limit: memory"


def test_memory_that_processes_share_is_counted_once() -> None:
    code = (
        "import os, time\n"
        "kept = b'x' * (2**27)\n"
        "def f():\n"
        "    for _ in range(6):\n"
        "        if os.fork() == 0:\n"
        "            time.sleep(0.3)\n"
        "            os._exit(0)\n"
        "    while True:\n"
        "        try: os.wait()\n"
        "        except ChildProcessError: return 1\n"
    )
    limits = Limits(seconds=10.0, memory=2**29)
    assert verdict(holding("bubblewrap"), code, "assert candidate() == 1", limits=limits).kind == "pass"
