"""Runs the original `collabllm` package beside our data building, with the same scripted user, assistant and judge.

    python tests/peers/collabllm.py

The package is installed into `build/peers`, without what it needs: it runs on our torch, transformers and LiteLLM. The
conversations, candidates, futures, scores and rewards are compared, the training sets, and what its `MultiturnDataset`
makes of our files. Ends with 1 if anything differs that `collabllm_differences.txt` does not list, or the other way
round.
"""

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WORK = HERE.parents[1] / "build" / "peers"
PACKAGES = WORK / "collabllm"
VERSION = "0.0.8"
QUIET = {"ENABLE_COLLABLLM_LOGGING": "0", "LITELLM_LOCAL_MODEL_COST_MAP": "True", "RUN_USER_DIR": str(WORK / "run")}


def said(name: str, *arguments: Path, packages: tuple[Path, ...] = ()) -> dict[str, Any]:
    """What a script of `stand_ins` prints."""
    paths = [str(HERE / "stand_ins"), *map(str, packages), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(HERE / "stand_ins" / name), *map(str, arguments)],
        env=os.environ | QUIET | {"PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def same(one: Any, other: Any) -> bool:
    """True for equal data; numbers may differ in the last digits."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)
    return bool(one == other)


def compared(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, bool]:
    """What was compared, by name, and whether it is the same."""
    found = {"conversations": same(ours["conversations"], theirs["conversations"])}
    for window, rewards in theirs["rewards"].items():
        found[f"rewards of futures of {window} messages"] = same(ours["rewards"][window], rewards)
    texts = [{**one, **{name: one[name][0]["content"] for name in ("chosen", "rejected")}} for one in ours["dpo"]]
    for name in ("ours nested", "ours flat"):
        untied = [one for one in theirs[name]["dpo"] if one["score_chosen"] > one["score_rejected"]]
        found[f"{name}: dialogues"] = same(ours["sft"], theirs[name]["sft"])
        found[f"{name}: pairs"] = same(texts, untied)
        found[f"{name}: inputs"] = same(ours["inputs"], theirs[name]["inputs"])
    read = theirs["ours flat"]
    found["tied pairs"] = len(read["dpo"]) == len(texts)
    found["answers of pairs"] = same(ours["dpo"][0]["chosen"], read["dpo"][0]["chosen"])
    found["inputs a second time"] = read["systems"][0] == read["systems"][1]
    found |= {name: not error for name, error in theirs["errors"].items()}
    found["our files read again"] = ours["read again"] and all(ours["turns of futures of 0 messages"])
    return found


def main() -> None:
    """Compare, and hold what differs against the list."""
    lines = (HERE / "collabllm_differences.txt").read_text().splitlines()
    expected = {line.split(" : ")[0] for line in lines if line and not line.startswith("#")}
    if not (PACKAGES / "nltk").exists():
        wanted = ["--no-deps", "--target", str(PACKAGES), f"collabllm=={VERSION}", "nltk"]
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *wanted], check=True)
    folder = WORK / "ours"
    ours = said("collabllm_ours.py", folder)
    files = (folder / "conversations.json", folder / "rows.jsonl")
    theirs = said("collabllm_theirs.py", *files, packages=(PACKAGES,))
    found = compared(ours, theirs)
    turns = [turn for one in ours["conversations"] for turn in one["turns"]]
    print(
        f"collabllm {VERSION}: {len(ours['conversations'])} conversations of {len(turns)} turns, "
        f"{sum(len(turn['responses']) for turn in turns)} candidates, {len(ours['dpo'])} pairs, and "
        f"{len(theirs['ours flat']['dpo']) - len(ours['dpo'])} tied ones"
    )
    different = {name for name, equal in found.items() if not equal}
    print(f"the same: {', '.join(name for name, equal in found.items() if equal)}")
    for name in sorted(different - expected):
        print(f"differs, and is not on the list: {name}")
    for name in sorted(expected - different):
        print(f"is on the list, and does not differ: {name}")
    sys.exit(int(different != expected))


if __name__ == "__main__":
    main()
