"""What a user can get wrong: one clear message, exit code 2, word for word."""

import json
from pathlib import Path

import pytest
from symposia.agents.registry import PROTOCOLS as KIND
from symposia.agents.registry import names
from symposia.scenarios.reporting.untrusted import plain
from symposia.tests.support.command import inside
from symposia.tests.support.written import SCENARIO, scenario

PROTOCOLS = ", ".join(names(KIND))
CASES = {
    "an unknown protocol": (
        "protocol.use=text/debat",
        f"s.yaml: protocol: no protocol named 'text/debat'. Did you mean 'text/debate'? Known: {PROTOCOLS}.",
    ),
    "an unknown option": (
        "protocol.options.round=3",
        "s.yaml: protocol.options: no option of text/debate named 'round'. Did you mean 'rounds'? "
        "Known: by, mask, prune, revise, rounds, until_consensus, votes.",
    ),
    "an option of the wrong type": (
        "protocol.options.rounds=many",
        "s.yaml: protocol.options.rounds: input should be a valid integer, unable to parse string as an integer, "
        "not 'many'.",
    ),
    "an unknown kind of model": (
        "team.0.model=pockt:base",
        "s.yaml: amber: pockt:base: no kind of model named 'pockt'. Did you mean 'pocket'? "
        "Known: api, hf, http-score, peer, pocket, reward, saboteur, scripted, sglang, smol, vllm.",
    ),
    "an unknown topology": (
        "topology=rin",
        "s.yaml: topology: no topology named 'rin'. Did you mean 'ring'? "
        "Known: chain, client_server, complete, layered, ring, star, tree, wheel.",
    ),
    "an unknown task": (
        "task.use=short_answr",
        "s.yaml: task: no task named 'short_answr'. Did you mean 'short_answer'? "
        "Known: abstention, coding, gene_ranking, ifeval, kernel_bench, mt_bench, multiple_choice, open_ended, pocket, "
        "short_answer, smdd.",
    ),
    "an unknown metric": (
        "metrics=[acuracy]",
        "s.yaml: metrics: no metric named 'acuracy'. Did you mean 'accuracy'? "
        "Known: abstain_accuracy, accuracy, cluster_accuracy, cost, position_bias, reliable_accuracy.",
    ),
    "a model without the capability": (
        "protocol={use: logit/fusion}",
        "s.yaml: logit/fusion needs models that show next-token distributions; amber (scripted:amber.txt) does not. "
        "Use a pocket: or hf: model.",
    ),
    "two agents of one name": (
        "team.1.name=amber",
        "s.yaml: team: agent named twice: amber. Names are how agents are told apart.",
    ),
    "an empty team": ("team=[]", "s.yaml: team: is empty. Give at least one."),
    "a missing script": (
        "team.0.model=scripted:nobody.txt",
        "s.yaml: amber: scripted:nobody.txt: there is no file nobody.txt. Give a text file with one answer a line.",
    ),
    "an unknown key": (
        "budgett={calls: 1}",
        "s.yaml: no key named 'budgett'. Did you mean 'budget'? Known: against, baselines, budget, build, concurrency, "
        "control, deadline, faults, grader, hedge, judges, metrics, prepared, protocol, runtime, sampling, seed, task, "
        "team, topology.",
    ),
    "an unknown key in a member": (
        "team.0.modell=x",
        "s.yaml: no key named 'modell' in team.0. Did you mean 'model'? "
        "Known: blind, limits, logprobs, model, name, omit, persona, sampling, template.",
    ),
    "a limit of zero": ("task.limit=0", "s.yaml: task.limit: 0 is too small. Write at least 1."),
    "a missing data file": (
        "task.data=nothing.jsonl",
        "nothing.jsonl: no such file. Give a .jsonl, .json, .csv, .tsv or .parquet file, or a hub: name.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_said_in_one_line(case: str, tmp_path: Path) -> None:
    change, message = CASES[case]
    scenario(tmp_path)
    outcome = inside("run", "s.yaml", "--set", change, folder=tmp_path)
    assert (outcome.code, outcome.err, outcome.out) == (2, f"{message}\n", "")


def test_a_missing_scenario_has_a_near_miss(tmp_path: Path) -> None:
    scenario(tmp_path)
    outcome = inside("run", "t.yaml", folder=tmp_path)
    assert (outcome.code, outcome.err) == (2, "t.yaml: no such file. Did you mean 's.yaml'?\n")


def test_broken_yaml_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("protocol: {use: text/debate\nteam: []\n")
    outcome = inside("run", "s.yaml", folder=tmp_path)
    assert outcome.code == 2
    assert outcome.err == "s.yaml:2: not YAML (expected ',' or '}', but got ':'). Correct the syntax there.\n"


def test_an_empty_scenario_says_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("# nothing yet\n")
    outcome = inside("plan", "s.yaml", folder=tmp_path)
    assert (outcome.code, outcome.err) == (2, "s.yaml: says nothing. A scenario has protocol, team and task.\n")


def test_a_scenario_without_a_task_says_so(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SCENARIO.replace("task: {use: short_answer, data: sums}\n", ""))
    outcome = inside("plan", "s.yaml", folder=tmp_path)
    assert (outcome.code, outcome.err) == (2, "s.yaml: task: missing. Write it.\n")


def test_an_empty_data_file_is_named(tmp_path: Path) -> None:
    scenario(tmp_path)
    (tmp_path / "sums.test.jsonl").write_text("")
    outcome = inside("run", "s.yaml", folder=tmp_path)
    assert outcome.code == 2
    assert outcome.err == "sums: the split 'test' is empty. It needs at least one row.\n"


def test_a_dead_endpoint_stops_the_run_and_keeps_it(tmp_path: Path) -> None:
    change = "team.2.model=api:hosted_vllm/m@http://127.0.0.1:9/v1"
    scenario(tmp_path)
    outcome = inside("run", "s.yaml", "--set", change, "--out", "run", folder=tmp_path)
    assert outcome.code == 2
    assert outcome.err == (
        "api:hosted_vllm/m@http://127.0.0.1:9/v1: no answer after 4 attempts (connection refused). "
        "Start the server or correct the URL.\n"
    )
    assert (tmp_path / "run" / "trace.jsonl").stat().st_size > 200


def test_a_prompt_that_is_too_long_is_unscored_and_said(tmp_path: Path) -> None:
    change = "task={use: short_answer, data: long}"
    team = 'team=[{name: base, model: "pocket:base"}]'
    scenario(tmp_path)
    (tmp_path / "long.test.jsonl").write_text(json.dumps({"input": "a b c " * 4000, "output": "4"}))
    sets = ("--set", change, "--set", team, "--set", "protocol={use: text/majority_vote}", "--set", "topology=null")
    outcome = inside("run", "s.yaml", *sets, "--out", "run", folder=tmp_path)
    assert outcome.code == 2
    assert outcome.err.startswith("1 of 1 questions failed and are unscored. The first: pocket:base: the prompt has ")
    assert outcome.err.count("\n") == 1


def test_an_unfinished_run_is_not_replayed(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    outcome = inside("replay", "run", folder=tmp_path)
    assert outcome.code == 2
    assert outcome.err == (
        "run: no scenario.yaml, so this is not a finished run. Run its scenario again to resume it.\n"
    )


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    outcome = inside("report", "run", folder=tmp_path)
    assert (outcome.code, outcome.err) == (
        2,
        "run: no such directory. `symposia run` prints the run directory it wrote.\n",
    )


def test_an_unknown_listing_is_named(tmp_path: Path) -> None:
    outcome = inside("list", "protocol", folder=tmp_path)
    assert (outcome.code, outcome.err) == (
        2,
        "no listing named 'protocol'. Did you mean 'protocols'? "
        "Known: graders, metrics, models, protocols, scenarios, tasks, topologies, trainers.\n",
    )


def test_only_a_user_loop_is_simulated(tmp_path: Path) -> None:
    scenario(tmp_path)
    outcome = inside("simulate", "s.yaml", folder=tmp_path)
    assert (outcome.code, outcome.err) == (
        2,
        "s.yaml: follows text/debate. A simulation follows text/user_loop.\n",
    )


def test_what_models_write_cannot_move_the_cursor() -> None:
    assert plain("\x1b[2J4\x1b]0;title\x07\u202e") == "\ufffd[2J4\ufffd]0;title\ufffd\ufffd"
