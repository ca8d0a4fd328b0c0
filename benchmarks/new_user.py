"""A new user's path on a fresh clone, step by step, with the minutes of each; exit code 1 where a step fails.

    python benchmarks/new_user.py [--folder DIR] [--skip-tests]

Set-up and first result by the README's commands; then models of one's own, a protocol of one's own in a folder outside
of the checkout, that protocol served and asked by the official client, and its run as a page. Nothing is downloaded but
packages. A step's minutes are those of its commands: reading and typing are not in them.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
OWN = """\
protocol: {use: text/majority_vote, options: {tie: dev}}
team:
  - {name: mine, model: "hf:./own_model"}
  - {name: lookup, model: "pocket:lookup"}
  - {name: strings, model: "pocket:strings"}
task: {use: pocket, limit: 8, dev_limit: 8}
seed: 7
"""
ASK = """\
import sys
from openai import OpenAI
client = OpenAI(base_url=sys.argv[1] + "/v1", api_key=sys.argv[2])
name = client.models.list().data[0].id
said = client.chat.completions.create(model=name, messages=[{"role": "user", "content": "sort k c a"}])
print(name, "says", said.choices[0].message.content)
"""


def main() -> int:
    """Walk the path, and print a row for each step."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, help="Where to clone to; a new temporary folder by default.")
    parser.add_argument("--skip-tests", action="store_true", help="Leave out `make test`, the longest step.")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="symposia-new-user-"))
    clone, lab = folder / "symposia", folder / "lab"
    lab.mkdir(parents=True)
    walker = Walker(clone, lab)
    steps: list[tuple[str, Callable[[], str]]] = [
        ("clone", lambda: walker.do("git", "clone", "--quiet", str(ROOT), str(clone), where=folder)),
        ("make demo: set-up and first result", lambda: walker.do("make", "demo", where=clone)),
        *([] if given.skip_tests else [("make test", lambda: walker.do("make", "test", where=clone))]),
        ("what this machine can run", lambda: walker.symposia("doctor")),
        ("own models", walker.own_models),
        ("own protocol, in an own folder", walker.own_protocol),
        ("served, and asked by the openai client", walker.served),
        ("viewed", walker.viewed),
    ]
    whole = 0.0
    for name, step in steps:
        began = perf_counter()
        try:
            said = step()
        except (subprocess.CalledProcessError, AssertionError) as error:
            print(f"{name}: FAILED\n{error}\n{getattr(error, 'stdout', '')}{getattr(error, 'stderr', '')}")
            return 1
        minutes = (perf_counter() - began) / 60
        whole += minutes
        last = said.strip().splitlines()[-1][:90] if said.strip() else ""
        print(f"{minutes:5.1f} min  {name:<42} {last}", flush=True)
    print(f"{whole:5.1f} min  in all, in {folder}")
    return 0


class Walker:
    """The commands of the path, in a clone and a folder of one's own."""

    def __init__(self, clone: Path, lab: Path) -> None:
        self.clone, self.lab = clone, lab
        left_out = ("PYTHONPATH", "SYMPOSIA_TOKEN")
        self.environment = {name: value for name, value in os.environ.items() if name not in left_out}

    @property
    def bin(self) -> Path:
        """The folder of the commands that the README's set-up installs."""
        return self.clone / ".venv" / "bin"

    def do(self, *words: str, where: Path) -> str:
        """The output of a command. Raises `CalledProcessError`."""
        done = subprocess.run(words, cwd=where, env=self.environment, text=True, capture_output=True, check=True)
        return done.stdout

    def symposia(self, *words: str) -> str:
        """The output of a command of ours, in the own folder."""
        return self.do(str(self.bin / "symposia"), *words, where=self.lab)

    def own_models(self) -> str:
        """A checkpoint of one's own, merged of two, in a team with packaged ones."""
        models = self.clone / "agents" / "models" / "pocket"
        self.symposia("merge", "linear", str(models / "graphs"), str(models / "base"), "--out", "own_model")
        (self.lab / "own.yaml").write_text(OWN)
        self.symposia("run", "own.yaml", "--out", "own_run")
        row = json.loads((self.lab / "own_run" / "report.json").read_text())["rows"][0]
        return f"{row['name']} {row['metric']} {row['value']:.3f}"

    def own_protocol(self) -> str:
        """A protocol written, run, replayed and tested."""
        self.symposia("new", "protocol", "judge_pick")
        self.symposia("run", "judge_pick.yaml", "--limit", "4", "--set", "baselines=false", "--out", "pick_run")
        self.symposia("replay", "pick_run")
        return self.do(str(self.bin / "python"), "-m", "pytest", "-q", "test_judge_pick.py", where=self.lab)

    def served(self) -> str:
        """The same protocol behind an OpenAI-compatible API."""
        words = [str(self.bin / "symposia"), "serve", "judge_pick.yaml", "--port", "0"]
        with subprocess.Popen(
            words, cwd=self.lab, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as server:
            assert server.stdout is not None
            address = token = None
            for line in server.stdout:
                address = address or (found[0] if (found := re.findall(r"http://[\d.]+:\d+", line)) else None)
                token = token or (found[-1] if (found := re.findall(r"[\w-]{20,}", line)) and "oken" in line else None)
                if address and token:
                    break
            try:
                assert address, "the server said no address"
                assert token, "the server said no token"
                return self.do(str(self.bin / "python"), "-c", ASK, address, token, where=self.lab)
            finally:
                server.terminate()

    def viewed(self) -> str:
        """The run as one page that needs no server."""
        said = self.symposia("view", "pick_run", "--html", "pick.html")
        assert (self.lab / "pick.html").stat().st_size > 50_000
        return said


if __name__ == "__main__":
    sys.exit(main())
