"""Reads the blocks of a page of the documentation, and makes one script of those that are run."""

import re
import shlex
from pathlib import Path
from typing import Final, NamedTuple

import symposia

ROOT: Final = Path(symposia.__file__).parent
END: Final = "\x1e"
NOT_RUN: Final = "not run: "
FENCE: Final = re.compile(r'^```(\w*)(?: title="([^"]*)")?\n(.*?)^```$(?:\n```text\n(.*?)^```$)?', flags=re.M | re.S)
BEGINNING: Final = """\
from pathlib import Path as _Path
from symposia.tests.support.command import inside as _inside

def _command(line, *arguments):
    done = _inside(*arguments, folder=_Path())
    assert (done.code, done.err) == (0, ""), (line, done.code, done.err)
"""


class Block(NamedTuple):
    """A fenced block of a page: its language, its title, its text, and what it is said to print."""

    language: str
    title: str
    text: str
    printed: str

    @property
    def runs(self) -> bool:
        """True if the tests run it, or write it where others of its page look for it."""
        return self.language in ("python", "sh", "yaml", "json") and not self.title.startswith(NOT_RUN)

    @property
    def file(self) -> str:
        """The name of the file that it shows: a title, or in YAML the comment in its first line."""
        return self.title or self.text.partition("\n")[0].removeprefix("# ")


def guide() -> dict[str, str]:
    """The pages that people wrote, by their place in the repository: the README and all of docs but generated ones."""
    places = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    found = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in places}
    return {name: text for name, text in found.items() if not name.startswith("docs/protocols/")}


def blocks(page: str) -> list[Block]:
    """All fenced blocks of a page."""
    return [Block(*(part or "" for part in found)) for found in FENCE.findall(page)]


def script(page: list[Block]) -> str:
    """One program that does, in the order of the page, what its blocks say; after each Python block it prints `END`."""
    parts = [BEGINNING]
    for block in filter(lambda block: block.runs, page):
        if block.language == "python":
            parts.append(f"{block.text}\nprint({END!r}, end='')")
        elif block.language == "sh":
            parts += [f"_command({line!r}, *{shlex.split(line, comments=True)[1:]!r})" for line in lines(block)]
        else:
            parts.append(f"_Path({block.file!r}).write_text({block.text!r})")
    return "\n".join(parts)


def lines(block: Block) -> list[str]:
    """The commands of a block."""
    return [line for line in block.text.splitlines() if line.strip()]
