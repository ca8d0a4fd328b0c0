"""Every block of the guide is run: Python in one process a page, commands, and the files that they read."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

import pytest
import symposia
from symposia.tests.support.command import inside

ROOT: Final = Path(symposia.__file__).parent
PAGES: Final = (
    "docs/autogen.md",
    "docs/bench.md",
    "docs/build.md",
    "docs/compose.md",
    "docs/data.md",
    "docs/judge.md",
    "docs/programs.md",
    "docs/replay.md",
    "docs/simulate.md",
    "docs/structured.md",
    "docs/tools.md",
    "docs/train.md",
    "docs/workers.md",
)
END: Final = "\x1e"


class Block(NamedTuple):
    """A fenced block of a page: its language, its text, and what it is said to print."""

    language: str
    text: str
    printed: str | None


def blocks(page: str) -> list[Block]:
    found = re.findall(r"^```(\w+)\n(.*?)^```$(?:\n```text\n(.*?)^```$)?", page, flags=re.M | re.S)
    return [Block(language, text, printed or None) for language, text, printed in found]


def python(page: list[Block]) -> list[Block]:
    return [block for block in page if block.language == "python"]


@pytest.mark.parametrize("name", PAGES)
def test_the_guide_does_what_it_shows(name: str, tmp_path: Path) -> None:
    page = blocks((ROOT / name).read_text(encoding="utf-8"))
    for block in page:
        if block.language == "yaml":
            (tmp_path / block.text.splitlines()[0].removeprefix("# ")).write_text(block.text)
        for line in block.text.splitlines() if block.language == "sh" else ():
            _, *command = shlex.split(line)
            done = inside(*command, folder=tmp_path)
            assert (line, done.code, done.err) == (line, 0, "")
    script = "\n".join(f"{block.text}\nprint({END!r}, end='')" for block in python(page))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    printed = done.stdout.split(END)[:-1]
    assert printed == [block.printed or "" for block in python(page)]
