"""The JSON schema of scenario files: up to date, true of the library, and closed."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from symposia.scenarios.planning.json_schema import FILE, as_text, main
from symposia.scenarios.planning.wanted import LIBRARY, scenario_files
from symposia.scenarios.starting_points import FOLDER

SCHEMA = Draft202012Validator(json.loads(FILE.read_text()))
SCENARIOS = scenario_files()
DEBATE = yaml.safe_load((LIBRARY / "debate.yaml").read_text())


def test_the_schema_is_up_to_date() -> None:
    assert FILE.read_text() == as_text(), "run `make docs`"


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)


def test_it_is_written_where_editors_look_for_it() -> None:
    written: list[tuple[Path, str]] = []
    main(lambda path, text: written.append((path, text)))
    assert written == [(FILE, as_text())]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_file_of_the_library_is_valid_and_says_where_its_schema_is(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("# yaml-language-server: $schema=scenario.schema.json\n")
    assert [error.message for error in SCHEMA.iter_errors(yaml.safe_load(text))] == []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml.txt")), ids=lambda path: path.name)
def test_a_starting_point_with_code_of_ones_own_is_valid(path: Path) -> None:
    assert [error.message for error in SCHEMA.iter_errors(yaml.safe_load(path.read_text()))] == []


def changed(place: str, value: Any) -> dict[str, Any]:
    """The debate of the library with one value set."""
    data = deepcopy(DEBATE)
    *above, last = place.split(".")
    found: Any = data
    for key in above:
        found = found[int(key)] if isinstance(found, list) else found.setdefault(key, {})
    found[last] = value
    return dict(data)


WRONG = {
    "a key of the scenario": ("protocl", {"use": "text/debate"}),
    "an unknown protocol": ("protocol.use", "text/debat"),
    "an option that another protocol has": ("protocol.options.method", "ties"),
    "an option out of bounds": ("protocol.options.rounds", -1),
    "a key of a member": ("team.0.modle", "pocket:base"),
    "a key of a member's sampling": ("team.0.sampling", {"seed": 1}),
    "an unknown task": ("task.use", "pockt"),
    "an option of the task": ("task.options", {"skils": ["strings"]}),
    "an empty team": ("team", []),
    "an option of the grader": ("grader", {"use": "correct", "options": {"judg": "ann"}}),
    "a budget of nothing": ("budget", {"calls": 0}),
    "a negative seed": ("seed", -1),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_a_plan_would_refuse_an_editor_marks(case: str) -> None:
    assert not SCHEMA.is_valid(changed(*WRONG[case]))


@pytest.mark.parametrize(
    "right",
    [
        ("protocol.options.rounds", 3),
        ("protocol", {"use": "./mine.py", "options": {"whatever": 1}}),
        ("task.use", "my_lab.tasks"),
        ("grader", {"use": "correct", "options": {"judge": "ann"}}),
        ("team.0.sampling", {"temperature": 0.5}),
    ],
)
def test_what_a_plan_takes_is_right(right: tuple[str, Any]) -> None:
    assert [error.message for error in SCHEMA.iter_errors(changed(*right))] == []


def test_a_training_file_is_closed_too() -> None:
    assert SCHEMA.is_valid({"train": {"use": "./mine.py", "options": {"steps": 3}}})
    assert SCHEMA.is_valid({"train": {"use": "pocket"}})
    assert not SCHEMA.is_valid({"train": {"use": "pockt"}})
    assert not SCHEMA.is_valid({"train": {"use": "pocket"}, "team": []})
