"""Files that survive the process that writes them."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import sleep

import pytest
from symposia.agents import durable
from symposia.agents.durable import AppendedFile, replace
from symposia.agents.errors import CannotWrite

AFTER = "Make it writable, with room on its disk, and run the same command again: what was written is kept."


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    replace(tmp_path / "deep" / "x", b"old")
    replace(tmp_path / "deep" / "x", b"new")
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "deep").iterdir()] == [("x", b"new")]


def test_a_file_that_cannot_be_replaced_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    replace(tmp_path / "x", b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWrite) as raised:
        replace(tmp_path / "x", b"new")
    assert str(raised.value) == f"{tmp_path / 'x'}: No space left on device. {AFTER}"
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x", b"old")]


def test_what_is_flushed_is_there_for_others(tmp_path: Path) -> None:
    file = AppendedFile(tmp_path / "log")
    file.write(b"one")
    file.flush()
    assert (tmp_path / "log").read_bytes() == b"one"
    file.close()


def test_what_is_flushed_is_soon_on_the_disk_and_blobs_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    monkeypatch.setattr(durable, "SYNC_SECONDS", 0.01)
    monkeypatch.setattr(os, "fsync", lambda _: order.append("file"))
    file = AppendedFile(tmp_path / "log", lambda: order.append("blobs"))
    file.write(b"one")
    file.flush()
    waited(lambda: "file" in order)
    assert order == ["blobs", "file"]
    file.write(b"two")
    file.close()
    assert order == ["blobs", "file"] * 2


def waited(done: Callable[[], bool]) -> None:
    """Wait for what another thread does, a minute at most."""
    for _ in range(6000):
        if done():
            return
        sleep(0.01)
    raise AssertionError("it never came")


FULL = """
import resource, sys
from pathlib import Path
from symposia.agents.durable import AppendedFile
from symposia.agents.errors import CannotWrite
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
file = AppendedFile(Path("log"))
for number in range(3_000):
    try:
        file.write(b"%063d\\n" % number)
        file.flush()
    except CannotWrite as error:
        print(number, error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        break
try:
    file.write(b"after")
except CannotWrite as error:
    print("again", error)
file.close()
"""


def test_a_full_disk_ends_the_writing_and_the_file_stays_a_prefix(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout == f"1562 log: File too large. {AFTER}\nagain log: File too large. {AFTER}\n"
    whole = b"".join(b"%063d\n" % number for number in range(1_600))
    assert (tmp_path / "log").read_bytes() == whole[:100_000]


def test_a_directory_that_is_no_directory_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match=r"file: (File exists|Not a directory)\. Make it writable"):
        replace(tmp_path / "file" / "x", b"new")
