"""An outside harness, inspect_ai, evaluates a served team and is compared with our own report.

    python -m venv OTHER && OTHER/bin/pip install inspect_ai openai
    python benchmarks/outside_harness.py OTHER/bin/python [--scenario debate] [--limit 200]

inspect_ai runs in an environment of its own and knows nothing of Symposia: it sends the questions of the pocket task
over HTTP to `symposia serve`, and grades the replies by its own scorers. `match` compares whole replies; `exact` leaves
articles out first, so that no reply is right where the answer is "a". Our figure is that of `symposia run`. The exit
code is 1 where inspect's accuracy by `match` lies outside our report's interval.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import symposia
from symposia.evaluators.tasks import pocket
from symposia.tests.support.serving_process import SECRET, serving

SCRIPT = """
import json, sys
from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.scorer import exact, match
from inspect_ai.solver import generate

items = json.load(open(sys.argv[1]))
dataset = [Sample(input=question, target=gold) for question, gold in items]
task = Task(dataset=dataset, solver=generate(), scorer=[match(location="exact"), exact()])
(log,) = eval(task, model=sys.argv[2], log_dir=sys.argv[3], display="none", max_connections=32)
assert log.status == "success", log.error
match_, exact_ = log.results.scores
print(json.dumps({
    "match": match_.metrics["accuracy"].value,
    "exact": exact_.metrics["mean"].value,
    "texts": [sample.output.completion for sample in log.samples],
}))
"""


def outside(python: str, url: str, model: str, items: list[tuple[str, str]], folder: Path) -> dict[str, Any]:
    """What inspect_ai measures."""
    (folder / "items.json").write_text(json.dumps(items))
    (folder / "outside.py").write_text(SCRIPT)
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    env |= {"SYMPOSIA_BASE_URL": url, "SYMPOSIA_API_KEY": SECRET}
    command = [python, "outside.py", "items.json", f"openai-api/symposia/{model}", "logs"]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measure both and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python", help="The interpreter of an environment with inspect_ai and openai.")
    parser.add_argument("--scenario", default="debate")
    parser.add_argument("--limit", type=int, default=200)
    args = parser.parse_args()
    items = pocket.load(split="test", limit=args.limit, seed=7)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        own = symposia.run(args.scenario, set=["baselines=false", "seed=7"], limit=args.limit, out=folder / "run")
        row = own.report.rows[0]
        with serving(args.scenario, "--set", "seed=7") as url:
            asked = [(item.ask().render(), str(item.gold)) for item in items]
            found = outside(args.python, url, args.scenario, asked, folder)
    assert [sample.question for sample in own.samples] == [item.question for item in items]
    same = sum(sample.output == text for sample, text in zip(own.samples, found["texts"], strict=True))
    print(f"symposia run: accuracy {row.value:.3f}, 95 % interval {row.low:.3f} to {row.high:.3f}, of {args.limit}")
    print(f"inspect_ai:   accuracy {found['match']:.3f} by match, {found['exact']:.3f} by exact")
    print(f"the same text on {same} of {args.limit} questions")
    sys.exit(not row.low <= found["match"] <= row.high)


if __name__ == "__main__":
    main()
