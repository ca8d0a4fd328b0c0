"""Runs the test suites of autogen-core and AgentChat on our `LocalRuntime`.

    python tests/peers/autogen.py

The suites come with the source archives of the installed versions, which pip fetches into `build/peers`. Only their
files that use a runtime are run. Ends with 1, and names the tests, if others fail than `differences.txt` lists.
"""

import os
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path
from xml.etree.ElementTree import parse

HERE = Path(__file__).parent
WORK = HERE.parents[1] / "build" / "peers"
NEEDED = ("autogen-ext", "pytest-mock", "opentelemetry-sdk", "opentelemetry-semantic-conventions")
"""What the suites import and we do not; their own dependencies are installed or not needed."""


def pip(*arguments: str) -> None:
    """Run pip. Stops with what it printed if it fails."""
    done = subprocess.run([sys.executable, "-m", "pip", "--quiet", *arguments], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"pip {' '.join(arguments)}:\n{done.stderr}")


def suite(name: str) -> Path:
    """The folder of the installed version's source archive, fetched unless it is there."""
    archive = f"{name.replace('-', '_')}-{version(name)}"
    if not (WORK / archive).exists():
        pip("download", "--no-deps", "--no-binary", ":all:", "--dest", str(WORK), f"{name}=={version(name)}")
        with tarfile.open(WORK / f"{archive}.tar.gz") as tar:
            tar.extractall(WORK, filter="data")
    return WORK / archive / "tests"


def failed(tests: Path) -> tuple[int, set[str]]:
    """How many tests of the suite's files that use a runtime were run, and which failed."""
    files = [path for path in sorted(tests.glob("test_*.py")) if "SingleThreadedAgentRuntime" in path.read_text()]
    report = WORK / f"{tests.parent.name}.xml"
    paths = [str(HERE / "stand_ins"), str(WORK / "packages"), str(tests)]
    arguments = ["-p", "on_local_runtime", "-o", "asyncio_mode=auto", "-p", "no:cacheprovider", "--junitxml", report]
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "ignore", *map(str, arguments), *map(str, files)],
        cwd=tests.parent,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        timeout=600,
    )
    cases = list(parse(report).iter("testcase"))
    wrong = {
        f"{case.get('classname', '').split('.')[-1]}.py::{case.get('name')}"
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    }
    return len(cases), wrong


def main() -> None:
    """Run both suites and compare what fails with the list."""
    lines = (HERE / "differences.txt").read_text().splitlines()
    expected = {line.split(" : ")[0] for line in lines if line and not line.startswith("#")}
    WORK.mkdir(parents=True, exist_ok=True)
    if not (WORK / "packages" / "autogen_ext").exists():
        pip("install", "--no-deps", "--target", str(WORK / "packages"), *NEEDED)
    found: set[str] = set()
    for name in ("autogen-core", "autogen-agentchat"):
        count, wrong = failed(suite(name))
        found |= wrong
        print(f"{name} {version(name)}: {count - len(wrong)} of {count} tests pass on LocalRuntime")
    for test in sorted(found - expected):
        print(f"fails, and is not on the list: {test}")
    for test in sorted(expected - found):
        print(f"is on the list, and passes: {test}")
    sys.exit(int(found != expected))


if __name__ == "__main__":
    main()
