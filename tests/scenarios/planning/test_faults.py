"""What a scenario says of faults and of saboteurs, and what of that is refused."""

from pathlib import Path

import pytest
from symposia.agents.errors import BadScenario, UnknownName
from symposia.scenarios.running.run_directory import fingerprint
from symposia.tests.support.said import says
from symposia.tests.support.written import planned, scenario

NESTED = """\
protocol: {use: text/majority_vote}
team:
  - name: pair
    model:
      protocol: {use: text/majority_vote}
      team: [{name: amber, model: "scripted:amber.txt"}, {name: blue, model: "scripted:blue.txt"}]
  - {name: coral, model: "scripted:coral.txt"}
task: {use: short_answer, data: sums}
"""
BROKER = "runtime=mqtt://localhost"


def test_a_member_that_is_named_a_saboteur_is_one_as_if_its_model_said_so(tmp_path: Path) -> None:
    path = scenario(tmp_path)
    named = planned(path, "faults.saboteurs.blue=lie")
    assert named.models()["blue"] == "saboteur:lie/scripted:blue.txt"
    assert named.scenario.faults is None
    text = path.read_text().replace('"scripted:blue.txt"', '"saboteur:lie/scripted:blue.txt"')
    path.write_text(text)
    assert fingerprint(planned(path)) == fingerprint(named)


def test_a_member_of_a_nested_team_is_named_by_its_path(tmp_path: Path) -> None:
    path = scenario(tmp_path, NESTED)
    found = planned(path, "faults.saboteurs={pair/blue: noise}").models()
    assert found == {
        "pair/amber": "scripted:amber.txt",
        "pair/blue": "saboteur:noise/scripted:blue.txt",
        "coral": "scripted:coral.txt",
    }
    with says(BadScenario, "s.yaml: faults.saboteurs: pair is a team. Name one of its members: pair/amber."):
        planned(path, "faults.saboteurs.pair=lie")


def test_a_saboteur_that_is_no_member_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"^s\.yaml: faults\.saboteurs: no agent named 'blu'\. Did you mean 'blue'\?"):
        planned(scenario(tmp_path), "faults.saboteurs.blu=lie")


def test_a_sink_of_a_model_without_distributions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="shows no distributions"):
        planned(scenario(tmp_path), "faults.saboteurs.blue=sink")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (["faults.drop=0.1"], "drop: a call without an answer would be waited for. Give a deadline: 10."),
        (["faults.duplicate=0.1"], "duplicate: calls of one process are not messages. Name a runtime: mqtt://HOST."),
        (["faults.reorder=0.1"], "reorder: calls of one process are not messages. Name a runtime: mqtt://HOST."),
        (
            ["faults.drop=0.1", "faults.members=[blue]", BROKER],
            "members: messages over a runtime are everybody's. Leave it out, or give crash a share.",
        ),
    ],
)
def test_a_fault_that_cannot_be_is_refused(tmp_path: Path, changes: list[str], message: str) -> None:
    with says(BadScenario, f"s.yaml: faults.{message}"):
        planned(scenario(tmp_path), *changes)


def test_a_member_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"^s\.yaml: faults\.members: no agent named 'blu'"):
        planned(scenario(tmp_path), "faults.crash=0.1", "faults.members=[blu]")


def test_hedging_needs_somebody_else(tmp_path: Path) -> None:
    with says(BadScenario, "s.yaml: hedge: there is nobody else to ask. Name a runtime: mqtt://HOST."):
        planned(scenario(tmp_path), "hedge=2")


def test_only_faults_that_can_change_a_result_make_another_run(tmp_path: Path) -> None:
    path = scenario(tmp_path)
    usual = fingerprint(planned(path))
    same = [("faults.delay=0.5",), (BROKER, "hedge=2"), (BROKER, "faults.drop=0.1", "faults.corrupt=0.1")]
    assert [fingerprint(planned(path, *changes)) == usual for changes in same] == [True, True, True]
    other = [("faults.crash=0.1",), ("faults.corrupt=0.1",), ("faults.saboteurs.blue=lie",)]
    assert len({usual, *(fingerprint(planned(path, *changes)) for changes in other)}) == 4
