"""Teams and options that a method cannot work with: each is one message when a scenario is planned."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from symposia.agents.errors import MissingCapability, SymposiaError
from symposia.agents.registry import PROTOCOLS, names
from symposia.scenarios.cli import main
from symposia.scenarios.planning.plan import plan
from symposia.scenarios.planning.protocol_spec import protocol
from symposia.scenarios.planning.schema import Scenario
from symposia.scenarios.planning.wanted import LIBRARY

BENCH = yaml.safe_load((LIBRARY / "all_methods.yaml").read_text())
WANTED = {
    "Writer": ("pocket:reward", "write text"),
    "Stepper": ("scripted:four.txt", "show next-token distributions"),
    "Open": ("scripted:four.txt", "show their parameters"),
}
TOO_SMALL = {
    "api/graph_routing": ({}, "amber alone leaves nothing to route. Add a member."),
    "api/switch_generation": ({"selector": "amber"}, "0 writers of 25 tokens. It needs one of each."),
    "logit/contrast": ({}, "1 best and 1 worst of 1 models"),
    "text/client_server": ({}, "no member is a server. Add one that has no other role."),
    "text/feedback": ({}, "one member has nobody to review its answers. Name two at least."),
    "text/llm_blender": ({"ranker": "amber"}, "amber only ranks, and nobody answers. Add a member."),
    "text/mixture_of_agents": ({"shown": "others"}, "one member with one sample reads no others: shown: all."),
    "text/sparta": ({}, "1 members have nobody to judge their duels. Name three at least."),
    "weight/expo": ({}, "one model has no other to go from. Name two at least."),
    "weight/merge": ({"method": "slerp"}, "slerp of 1 models. It merges 2."),
}
TOO_MANY = {
    "api/prompt_routing.orders": "9 of 3 places in the list. Give at most 3.",
    "text/blackboard.act": "9 of 3 members. Give at most 3.",
    "text/client_server.top_k": "9 of 2 servers. Give at most 2.",
    "text/feedback.reviewers": "9 of 2 others. Give at most 2.",
    "text/heterogeneous_swarms.fan_out": "9 readers among 2 others. Give at most 2.",
    "text/llm_blender.top_k": "9 of 3 members that answer. Give at most 3.",
    "text/sparta.opponents": "9 of 2 others. Give at most 2.",
}
ROUNDS = {
    "text/blackboard.turns": 1,
    "text/feedback.rounds": 2,
    "text/mixture_of_agents.layers": 1,
    "text/multiagent_finetuning.rounds": 1,
    "text/refine.rounds": 2,
    "text/sparta.rounds": 1,
    "text/structured_interaction.rounds": 1,
    "text/user_loop.max_turns": 1,
}
WITHOUT_DEV = {
    "api/cascade": {},
    "api/graph_routing": {},
    "api/nearest": {},
    "api/prompt_routing": {},
    "text/debate": {"prune": 0.25},
    "text/heterogeneous_swarms": {},
    "text/majority_vote": {"tie": "dev"},
    "text/pool": {"weights": "fitted"},
    "text/refine": {},
    "text/sparta": {},
    "weight/greedy_soup": {},
}


def refused(use: str, options: dict[str, Any], *models: str) -> str:
    """Why a scenario is refused when it is planned."""
    team = [{"name": name, "model": model} for name, model in zip(("amber", "blue", "coral"), models, strict=False)]
    data = {
        "protocol": {"use": use, "options": options},
        "team": team,
        "task": {"use": "pocket"},
        "topology": "complete",
    }
    with pytest.raises(SymposiaError) as raised:
        plan(Scenario.model_validate(data), where="s.yaml", folder=Path())
    return str(raised.value)


@pytest.mark.parametrize("use", names(PROTOCOLS))
def test_a_model_without_the_capability_that_a_method_needs_is_named(use: str, tmp_path: Path) -> None:
    how = next(one for one in BENCH["protocols"].values() if one["use"] == use)
    first, *others = BENCH["teams"][how["teams"][0]]
    model, what = WANTED[protocol(use).needs_of(first["name"], how.get("options", {})).__name__]
    (tmp_path / "four.txt").write_text("four\n")
    data = {
        "protocol": {"use": use, "options": how.get("options", {})},
        "team": [{**first, "model": model}, *others],
        "task": {"use": "pocket"},
        "topology": how.get("topology"),
    }
    with pytest.raises(MissingCapability) as raised:
        plan(Scenario.model_validate(data), where="s.yaml", folder=tmp_path)
    said = f"s.yaml: {use} needs models that {what}; {first['name']} ({model}) does not. Use a "
    assert str(raised.value).startswith(said)


@pytest.mark.parametrize("use", TOO_SMALL)
def test_a_team_that_is_too_small_is_refused(use: str) -> None:
    options, said = TOO_SMALL[use]
    assert said in refused(use, options, "pocket:base")


@pytest.mark.parametrize("option", TOO_MANY)
def test_more_than_the_team_has_is_refused(option: str) -> None:
    use, name = option.split(".")
    said = refused(use, {name: 9}, "pocket:base", "pocket:generalist", "pocket:graphs")
    assert said == f"s.yaml: {option}: {TOO_MANY[option]}"


@pytest.mark.parametrize("option", ROUNDS)
def test_no_rounds_are_refused(option: str) -> None:
    use, name = option.split(".")
    said = refused(use, {name: 0}, "pocket:base", "pocket:generalist", "pocket:graphs")
    assert said == f"s.yaml: protocol.options.{name}: input should be greater than or equal to {ROUNDS[option]}, not 0."


@pytest.mark.parametrize("use", WITHOUT_DEV)
def test_a_method_that_is_prepared_on_dev_says_so_where_there_is_none(
    use: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    team = [{"name": name, "model": f"pocket:{name}"} for name in ("base", "generalist", "graphs")]
    (tmp_path / "sums.test.jsonl").write_text('{"input": "2 + 2?", "output": "4"}\n')
    task = {"use": "short_answer", "data": "sums"}
    text = yaml.safe_dump(
        {"protocol": {"use": use, "options": WITHOUT_DEV[use]}, "team": team, "task": task, "topology": "complete"}
    )
    (tmp_path / "s.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main(["run", "s.yaml", "--quiet"])
    assert left.value.code == 2
    assert "dev" in capsys.readouterr().err
