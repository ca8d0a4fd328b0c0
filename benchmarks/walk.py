"""Which files of the library one question enters, from a YAML file to its graded sample, and in which direction.

A reader who follows a question goes through these files; a file that calls back into one that it was called from makes
them go in circles. Counts the files whose functions are called between entry and exit, by Python's own profile hook,
and prints what calls what. `--source FOLDER` walks another copy of the library (a folder that has `symposia` in it).
"""

import argparse
import asyncio
import sys
import tempfile
from contextlib import redirect_stdout, suppress
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Self

SCENARIO = """
protocol: {use: text/debate, options: {rounds: 1}}
team:
  - {name: amber, model: "scripted:four.txt"}
  - {name: blue, model: "scripted:four.txt"}
topology: complete
task: {use: pocket, limit: 1, dev_limit: 1}
baselines: false
"""


UNCOUNTED = {"<module>", "<lambda>", "__init__"}
"""Code in which nobody goes on: imports, and constructors, which keep what they are given."""


class Walk:
    """Records the files of a package that are entered in a `with` block, and which of them called which.

    With `within`, only what is entered from the first call of that file to its last return.
    """

    def __init__(self, root: Path, within: str | None = None) -> None:
        self.root = f"{root}/"
        self.within = within
        self.steps: list[tuple[str | None, str]] = []
        self.functions: set[CodeType] = set()
        self._counted = 0

    def __enter__(self) -> Self:
        sys.setprofile(self._event)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        del self.steps[self._counted :]

    def _event(self, frame: FrameType, event: str, _: object) -> None:
        file = self._file(frame)
        if file is None or frame.f_code.co_name in UNCOUNTED or event not in ("call", "return"):
            return
        if self.within in (None, file) or (self.steps and event == "call"):
            self.steps.append((self._caller(frame), file))
            self.functions.add(frame.f_code)
        if self.within in (None, file):
            self._counted = len(self.steps)

    def _caller(self, frame: FrameType) -> str | None:
        above = frame.f_back
        while above is not None and self._file(above) is None:
            above = above.f_back
        return None if above is None else self._file(above)

    def _file(self, frame: FrameType) -> str | None:
        name = frame.f_code.co_filename
        if not name.startswith(self.root) or "site-packages" in name or name == __file__:
            return None
        return name[len(self.root) :]

    @property
    def files(self) -> list[str]:
        """The files entered, in order."""
        return list(dict.fromkeys(file for _, file in self.steps))

    @property
    def calls(self) -> dict[str, list[str]]:
        """What each file calls, by its path."""
        found: dict[str, dict[str, None]] = {}
        for above, file in self.steps:
            if above not in (None, file):
                found.setdefault(str(above), {})[file] = None
        return {above: list(files) for above, files in found.items()}

    @property
    def circles(self) -> list[list[str]]:
        """Groups of files that call each other, directly or by others."""
        import networkx

        groups = networkx.strongly_connected_components(networkx.DiGraph(self.calls))
        return [sorted(group) for group in groups if len(group) > 1]


def question(walk: Walk, folder: Path) -> None:
    """A debate of two scripted members about one question: from its YAML file to its report."""
    from symposia.scenarios.cli import main

    def run(out: str) -> None:
        with suppress(SystemExit):
            main(["run", str(folder / "one.yaml"), "--out", str(folder / out), "--json"])

    (folder / "one.yaml").write_text(SCENARIO)
    (folder / "four.txt").write_text("4\n" * 50)
    run("first")  # what is imported late is imported now
    with walk:
        run("out")


def ask(walk: Walk, url: str) -> None:
    """A team asks one of its members, in a run that has answered a question already."""
    from symposia.agents import Ask, Team

    load = loader()

    async def asked() -> None:
        team = Team({"amber": load(url)})
        await team.at("test/0").ask("amber", Ask(text="1 + 1?"))
        there = team.at("test/1")
        with walk:
            await there.ask("amber", Ask(text="2 + 2?"))

    asyncio.run(asked())


def loader() -> Any:
    """What loads a model by its URL, wherever this copy has it."""
    for module in ("symposia.agents.loading", "symposia.agents.models.load"):
        try:
            return import_module(module).load
        except ModuleNotFoundError:
            continue
    raise SystemExit("This copy of symposia loads no models. Name the folder that has `symposia` in it.")


def main() -> None:
    """Walk a question, a call and a call of a local model; print what was entered."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--source", type=Path, help="a folder with another copy of symposia")
    arguments.add_argument("--edges", action="store_true", help="print what calls what")
    chosen = arguments.parse_args()
    if chosen.source is not None:
        sys.path.insert(0, str(chosen.source))
    import symposia

    root = Path(symposia.__file__).parent
    evaluator = next(one for one in ("evaluators/evaluator.py", "evaluators/run.py") if (root / one).exists())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "four.txt").write_text("4\n")
        walks = {
            "YAML to report": lambda walk: question(walk, folder),
            "evaluator to sample": lambda walk: question(walk, folder / "again"),
            "Team.ask": lambda walk: ask(walk, f"scripted:{folder / 'four.txt'}"),
            "Team.ask, a local model": lambda walk: ask(walk, "pocket:base"),
        }
        (folder / "again").mkdir()
        for title, step in walks.items():
            walk = Walk(root, within=evaluator if title.startswith("evaluator") else None)
            with redirect_stdout(StringIO()):
                step(walk)
            print(
                f"{title}: {len(walk.files)} files, {len(walk.functions)} functions; circles: {walk.circles or 'none'}"
            )
            if chosen.edges:
                for caller, called in walk.calls.items():
                    print(f"  {caller} -> {', '.join(sorted(called))}")


if __name__ == "__main__":
    main()
