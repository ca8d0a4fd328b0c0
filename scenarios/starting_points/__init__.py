"""Starting points: `symposia new KIND NAME` writes a plug-in that works, with a scenario and a test, or a scenario."""

import re
from pathlib import Path
from typing import Final

from ...agents.errors import BadPlugin, UnknownName

FOLDER: Final = Path(__file__).parent
KINDS: Final = ("protocol", "task", "grader", "metric", "topology", "model", "trainer")
SCENARIO: Final = "scenario"
"""A scenario alone: every part of it is there already."""

SCHEMA: Final = FOLDER.parent / "library" / "scenario.schema.json"
WORD: Final = "NAME"
"""The placeholder for the plug-in's name in a template."""


def write_starting_point(kind: str, name: str, folder: Path) -> list[Path]:
    """Write a plug-in, a scenario that uses it and a test into a folder, or a scenario alone; returns the files.

    Raises `UnknownName` for the kind, `BadPlugin` for a name that is not a module's, or a file that is there.
    """
    if kind not in (SCENARIO, *KINDS):
        raise UnknownName("kind", kind, (SCENARIO, *KINDS), where="new")
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", name):
        raise BadPlugin(f"new: {name!r} cannot be a module's name. Use small letters, digits and _, as judge_pick.")
    files = {folder / f"{name}.yaml": f"{kind}.yaml.txt"}
    if kind != SCENARIO:
        files = {folder / f"{name}.py": f"{kind}.py.txt", **files, folder / f"test_{name}.py": "test.py.txt"}
    for path in files:
        if path.exists():
            raise BadPlugin(f"new: {path} is there already. Take another name, or another folder.")
    for path, template in files.items():
        text = (FOLDER / template).read_text(encoding="utf-8").replace(WORD, name).replace("KIND", kind)
        text = text.replace("SCHEMA", SCHEMA.resolve().as_uri())
        path.write_text(text, encoding="utf-8")
    return list(files)
