"""What holds for every file: layers, docstrings, free imports, sizes, a scenario for each protocol."""

import ast
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import networkx
import pytest
import symposia
import yaml
from symposia.agents.code_parts import PARTS
from symposia.agents.registry import PROTOCOLS, names
from symposia.scenarios.listing import KINDS, listing
from symposia.scenarios.planning.protocol_spec import protocols
from symposia.scenarios.planning.wanted import LIBRARY, scenario_files
from symposia.scenarios.reporting.readme import BEGIN, README, table

ROOT = Path(symposia.__file__).parent
FOLDERS = ("agents", "topologies", "evaluators", "trainers", "protocols", "scenarios")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
HEIGHT = {"agents": 0, "topologies": 1, "evaluators": 1, "trainers": 2, "protocols": 3, "scenarios": 4}
HEAVY = ("torch", "transformers", "peft", "trl", "litellm", "vllm", "datasets", "matplotlib")
RELATIVE = [str(path.relative_to(ROOT)) for path in FILES]


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    try:
        return ast.parse(path.read_text())
    except SystemError:  # Python 3.11 fails now and then where another thread parses, too
        return ast.parse(path.read_text())


def imported(path: Path) -> list[tuple[int, str]]:
    """The top-level folders a file imports from, with line numbers."""
    here = path.relative_to(ROOT).parts
    found = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.level == len(here):
            found += [(node.lineno, part) for part in ([node.module] if node.module else [a.name for a in node.names])]
    return [(line, name.split(".")[0]) for line, name in found]


@pytest.mark.parametrize("name", RELATIVE)
def test_imports_point_downwards(name: str) -> None:
    here = name.split("/")[0]
    wrong = [
        f"{name}:{line} imports {there}"
        for line, there in imported(ROOT / name)
        if there in HEIGHT and there != here and HEIGHT[there] >= HEIGHT[here]
    ]
    assert wrong == []


def test_no_protocol_knows_another() -> None:
    """It imports its own parts, which know each other, and nothing else below `protocols`."""
    wrong = []
    for path in (ROOT / "protocols").rglob("*/*.py"):
        height = len(path.relative_to(ROOT).parts)
        own = {(height - 2, f"{part}.{path.stem}") for part in PARTS}
        for node in ast.walk(parsed(path)):
            inside = isinstance(node, ast.ImportFrom) and 0 < node.level < height
            if inside and (node.level, node.module) not in own:
                wrong.append(f"{path}:{node.lineno}")
    assert wrong == []


def test_a_part_of_a_protocol_is_in_a_file_of_the_same_name() -> None:
    parts = [path for path in (ROOT / "protocols").glob("*/*/*.py") if path.name != "__init__.py"]
    assert {path.parent.name for path in parts} == set(PARTS)
    assert [str(path) for path in parts if not (path.parents[1] / path.name).is_file()] == []


def test_what_is_said_is_not_in_the_file_that_says_who_speaks_when() -> None:
    wrong = [
        f"{name}: {node.name}"
        for name in names(PROTOCOLS)
        for node in parsed(ROOT / "protocols" / f"{name}.py").body
        if isinstance(node, ast.ClassDef) and {"Prompt", "Message"} & {ast.unparse(base) for base in node.bases}
    ]
    assert wrong == []


def test_a_protocol_is_one_idea() -> None:
    """The median of `wc -l`, over the protocols' own files and over all files of the folder but `__init__.py`."""
    own = [len((ROOT / "protocols" / f"{name}.py").read_text().splitlines()) for name in names(PROTOCOLS)]
    every = [
        len(path.read_text().splitlines()) for path in (ROOT / "protocols").rglob("*.py") if path.name != "__init__.py"
    ]
    assert len(every) > len(own) >= 40
    assert (median(own) <= 60, median(every) <= 60) == (True, True)


@pytest.mark.parametrize("name", RELATIVE)
def test_every_module_and_every_public_thing_has_a_docstring(name: str) -> None:
    tree = parsed(ROOT / name)
    assert ast.get_docstring(tree), f"{name} has none"
    defined = [node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)]
    bare = [node.name for node in defined if not node.name.startswith("_") and not ast.get_docstring(node)]
    assert bare == []


@pytest.mark.parametrize("name", RELATIVE)
def test_a_file_is_one_idea(name: str) -> None:
    assert len((ROOT / name).read_text().splitlines()) <= 220


@pytest.mark.parametrize("word", ["pickle", "trust_remote_code=True", "torch.load(", "shell=True"])
def test_what_is_never_done(word: str) -> None:
    assert [name for name in RELATIVE if word in (ROOT / name).read_text()] == []


ALL = ", ".join(f"symposia.protocols.{name.replace('/', '.')}" for name in names(PROTOCOLS))


@pytest.mark.parametrize("module", ["symposia", "symposia.agents", ALL, "symposia.scenarios.commands"])
def test_importing_is_free(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert done.stdout == "[]\n"


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom symposia.scenarios.cli import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
        f"sys.stderr.write(str([name for name in {(*HEAVY, 'networkx', 'autogen_core')} if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert done.stderr == "[]"


def test_importing_the_folder_by_its_bare_name_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import agents"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert "import symposia.agents, not agents: two copies of a message type never match." in done.stderr


def test_every_protocol_has_a_scenario_in_the_scenario_files() -> None:
    shown = {path.stem for path in scenario_files()}
    assert [name for name in names(PROTOCOLS) if name.split("/")[1] not in shown] == []


def test_every_protocol_is_in_the_bench_of_all_methods() -> None:
    bench = yaml.safe_load((LIBRARY / "all_methods.yaml").read_text())
    assert set(names(PROTOCOLS)) == {protocol["use"] for protocol in bench["protocols"].values()}


def test_every_package_is_in_the_wheel() -> None:
    declared = (ROOT / "pyproject.toml").read_text()
    packages = {
        ".".join(("symposia", *path.parent.relative_to(ROOT).parts)) for path in FILES if path.name == "__init__.py"
    }
    assert sorted(package for package in packages if f'"{package}"' not in declared) == []


def test_the_table_of_the_readme_is_the_generated_one() -> None:
    assert f"{BEGIN}\n{table(protocols())}\n" in README.read_text()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_everything_that_is_listed_has_a_name_and_a_summary(kind: str) -> None:
    found = listing(kind)
    assert found
    assert [row for row in found if not row["name"] or not row["summary"]] == []


def needed(path: Path, modules: Mapping[str, Path]) -> set[str]:
    """The modules of ours that a file imports anywhere: on top, in a function, or for type checking alone."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.level:
            start = ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])
            for name in (f"{start}.{alias.name}".lstrip(".") for alias in node.names):
                found.add(name if name in modules else start)
    return found & set(modules)


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in FILES}
    modules = {name.removesuffix(".__init__"): path for name, path in modules.items()} | {
        "testing": ROOT / "testing.py"
    }
    arrows = [(name, other) for name, path in modules.items() for other in needed(path, modules)]
    assert ("agents.team", "agents.dispatcher") in arrows
    assert ("agents.team", "agents.calls") in arrows
    assert ("agents.context", "agents.runtime.local") in arrows  # in a function
    graph = networkx.DiGraph(arrows)
    circles = [sorted(circle) for circle in networkx.strongly_connected_components(graph) if len(circle) > 1]
    assert circles == []
