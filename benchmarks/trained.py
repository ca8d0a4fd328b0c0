"""Methods that train, on the pocket world: trained, its control, untrained, and the simple baseline, with intervals.

    python benchmarks/trained.py [--limit 200] [--dev 100] [--only sparta] [--seeds 7] [--out DIR]

Each row is a run: accuracy on test questions with its 95 % interval, and what `prepare` chose. Losses are shown as they
are. A method that chooses on dev may serve what was not trained, and then says so.
"""

import argparse
import json
from pathlib import Path
from tempfile import mkdtemp

from symposia import run

Row = tuple[str, str, list[str]]
SPARTA = ["protocol.options.duels=60", "protocol.options.rate=0.0003", "protocol.options.epochs=3"]
DEBATE = ["protocol.options.rate=0.0003", "protocol.options.turned=0.2"]
AGGREGATOR = ["protocol.options.epochs=3", "protocol.options.rate=0.0001"]
SELECTOR = ["protocol.options.prefixes=4", "protocol.options.epochs=10"]
PHASES = ["protocol.options.rate=0.0003", "protocol.options.epochs=10"]
MENTORED = "generator: generalist, mentor: arithmetic"
ROUTER = ["protocol.options.epochs=10"]
BEST = ["protocol={use: api/nearest, options: {neighbours: DEV}}"]
RANKER = ["task.dev_limit=800", "protocol.options.keep=trained"]
FUSER = [f"protocol.options.{one}" for one in ("train=both", "fuse=true", "fuser=judge")]
VOTE = ["protocol={use: text/majority_vote, options: {tie: dev}}"]
METHODS: dict[str, list[Row]] = {
    "distil": [
        ("trained: the team teaches", "distil", []),
        ("control: each teaches itself", "distil", ["protocol.options.teacher=self"]),
        ("untrained: the vote", "distil", VOTE),
    ],
    "sparta": [
        ("trained: judges prefer", "sparta_trained", SPARTA),
        ("control: chance prefers", "sparta_trained", [*SPARTA, "protocol.options.prefer=chance"]),
        ("untrained: the best by rating", "sparta_trained", ["protocol={use: text/sparta}"]),
        ("baseline: the vote", "sparta_trained", VOTE),
    ],
    "multiagent_finetuning": [
        ("trained: the majority teaches", "multiagent_finetuning_trained", DEBATE),
        ("control: all is taught", "multiagent_finetuning_trained", [*DEBATE, "protocol.options.keep=all"]),
        (
            "untrained: the debate",
            "multiagent_finetuning_trained",
            ["protocol={use: text/multiagent_finetuning, options: {rounds: 2}}"],
        ),
        ("baseline: the vote", "multiagent_finetuning_trained", VOTE),
    ],
    "agg_lm": [
        ("trained, always", "agg_lm_trained", [*AGGREGATOR, "protocol.options.keep=trained"]),
        ("trained, if best on dev", "agg_lm_trained", AGGREGATOR),
        (
            "control: chance rewards",
            "agg_lm_trained",
            [*AGGREGATOR, "protocol.options.keep=trained", "protocol.options.reward=chance"],
        ),
        (
            "untrained: the generalist",
            "agg_lm_trained",
            ["protocol={use: text/agg_lm, options: {aggregator: generalist, solves: true}}"],
        ),
        ("baseline: the vote", "agg_lm_trained", VOTE),
    ],
    "switch_generation": [
        ("trained, always", "switch_generation_trained", [*SELECTOR, "protocol.options.keep=trained"]),
        ("trained, if best on dev", "switch_generation_trained", SELECTOR),
        (
            "control: chance names the writers",
            "switch_generation_trained",
            [*SELECTOR, "protocol.options.keep=trained", "protocol.options.labels=chance"],
        ),
        (
            "untrained: the judge selects",
            "switch_generation_trained",
            ["protocol={use: api/switch_generation, options: {selector: judge, patch: 2}}"],
        ),
        ("baseline: nearest neighbours", "switch_generation_trained", ["protocol={use: api/nearest}"]),
        ("baseline: the vote", "switch_generation_trained", VOTE),
    ],
    "co_llm": [
        ("trained: both phases, always", "co_llm_trained", [*PHASES, "protocol.options.keep=trained"]),
        ("trained, if best on dev", "co_llm_trained", PHASES),
        (
            "control: probabilities of drawn tokens",
            "co_llm_trained",
            [*PHASES, "protocol.options.keep=trained", "protocol.options.probabilities=chance"],
        ),
        (
            "untrained: phase 1, the head alone",
            "co_llm_trained",
            [f"protocol={{use: api/co_llm, options: {{{MENTORED}, fit: true, search_threshold: auto}}}}"],
        ),
        (
            "untrained: the generator",
            "co_llm_trained",
            [f"protocol={{use: api/co_llm, options: {{{MENTORED}, threshold: 1}}}}"],
        ),
        (
            "untrained: the mentor",
            "co_llm_trained",
            ["protocol={use: api/co_llm, options: {generator: arithmetic, mentor: generalist, threshold: 1}}"],
        ),
        ("baseline: nearest neighbours", "co_llm_trained", ["protocol={use: api/nearest}"]),
    ],
    "trained_router": [
        ("trained, always", "trained_router_trained", [*ROUTER, "protocol.options.keep=trained"]),
        ("trained, if best on dev", "trained_router_trained", ROUTER),
        (
            "control: labels by chance",
            "trained_router_trained",
            [*ROUTER, "protocol.options.keep=trained", "protocol.options.labels=chance"],
        ),
        ("untrained: the pocket judge routes", "trained_router", []),
        ("baseline: the best member on dev", "nearest", BEST),
        ("baseline: nearest neighbours", "nearest", []),
    ],
    "llm_blender": [
        ("trained, the best candidate", "llm_blender_trained", ["task.dev_limit=800"]),
        (
            "control: chance prefers",
            "llm_blender_trained",
            [*RANKER, "protocol.options.labels=chance"],
        ),
        (
            "untrained: the pocket judge",
            "llm_blender_trained",
            ["protocol={use: text/llm_blender, options: {ranker: judge, fuse: false}}"],
        ),
        ("trained, fused", "llm_blender_trained", [*RANKER, *FUSER]),
        (
            "untrained, fused",
            "llm_blender_trained",
            ["protocol={use: text/llm_blender, options: {ranker: judge, fuser: judge}}"],
        ),
        ("baseline: the vote of the specialists", "nearest", VOTE),
        ("baseline: the best member on dev", "nearest", BEST),
    ],
    "graph_routing": [
        ("trained: a network on a graph", "graph_routing", ["protocol.options.fallback=false"]),
        ("trained, if it gains on dev", "graph_routing", []),
        ("untrained: one step of the fit", "graph_routing", ["protocol.options={steps: 1, fallback: false}"]),
        ("baseline: nearest neighbours", "graph_routing", ["protocol={use: api/nearest}"]),
        ("baseline: the best member on dev", "graph_routing", BEST),
    ],
    "mentor_collab": [
        ("trained: a head judges", "mentor_head", []),
        ("untrained: letters judge", "mentor_head", ["protocol.options.judge=letters"]),
        ("baseline: the generator alone", "mentor_head", ["protocol.options.consult=0"]),
    ],
    "heterogeneous_swarms": [
        ("trained: graph and weights", "heterogeneous_swarms_weights", []),
        ("untrained: the graph alone", "heterogeneous_swarms_weights", ["protocol.options.weights=0"]),
        ("baseline: the vote", "heterogeneous_swarms_weights", VOTE),
    ],
}
CHOSEN = ("chosen", "kept", "best")


def row(scenario: str, changes: list[str], out: Path, limit: int, dev: int) -> tuple[str, str]:
    """The accuracy of a run with its interval in percent, and what its `prepare` chose."""
    sizes = ["baselines=false", f"task.dev_limit={dev}"]
    given = [one.replace("DEV", str(dev)) for one in changes]
    finished = run(scenario, set=[*sizes, *given], limit=limit, out=out)
    found = next(one for one in finished.report.rows if one.metric == "accuracy")
    said = [json.loads(path.read_text()) for path in sorted(out.glob("*.json")) if path.stem not in ("run", "report")]
    chose = [f"{key} {one[key]}" for one in said for key in CHOSEN if isinstance(one, dict) and key in one]
    return f"{100 * found.value:.1f} [{100 * found.low:.1f}, {100 * found.high:.1f}]", ", ".join(chose)


def main() -> None:
    """Run all and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--dev", type=int, default=100)
    parser.add_argument("--only", choices=METHODS, nargs="*", default=list(METHODS))
    parser.add_argument("--seeds", type=int, nargs="*", default=[7])
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    out = given.out or Path(mkdtemp())
    print("| method | what | seed | accuracy % [95 %] | prepared |\n| --- | --- | --- | --- | --- |")
    for method in given.only:
        for number, (what, scenario, changes) in enumerate(METHODS[method]):
            for seed in given.seeds:
                at = out / f"{method}-{number}-{seed}"
                found, chose = row(scenario, [*changes, f"seed={seed}"], at, given.limit, given.dev)
                print(f"| {method} | {what} | {seed} | {found} | {chose} |", flush=True)


if __name__ == "__main__":
    main()
