"""Numbers that no option takes, tried on every option of every protocol of the library."""

from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
from symposia.agents.errors import BadScenario, SymposiaError
from symposia.scenarios.planning.plan import plan
from symposia.scenarios.planning.protocol_spec import protocol
from symposia.scenarios.planning.schema import Scenario
from symposia.scenarios.planning.wanted import LIBRARY, scenario_files
from symposia.scenarios.planning.yaml_files import document, parse

FILES = {path.stem: path for path in scenario_files() if not path.stem.startswith("train")}
ANY_NUMBER = {"strength", "scale", "alpha", "alphas", "thresholds", "search_threshold", "search_gamma"}
"""Options that can be negative: factors, and confidences, which are log-probabilities for some."""

OPTIONS = sorted(
    {
        (protocol(document(path)["protocol"]["use"]).name, option): name
        for name, path in FILES.items()
        for option in protocol(document(path)["protocol"]["use"]).options.model_fields
    }.items()
)


def refused(scenario: str, option: str, value: Any) -> bool:
    """True if `plan` refuses the value."""
    data = document(FILES[scenario])
    data["protocol"].setdefault("options", {})[option] = value
    try:
        plan(parse(Scenario, data, where="s.yaml"), where="s.yaml", folder=LIBRARY)
    except SymposiaError:
        return True
    return False


@pytest.mark.parametrize(("option", "scenario"), [(option, scenario) for (_, option), scenario in OPTIONS])
def test_no_option_takes_what_is_no_number_or_a_negative_one(option: str, scenario: str) -> None:
    signed = [] if option in ANY_NUMBER else [-1, -0.5, [-1.0]]
    assert [v for v in (nan, inf, -inf, [nan], [inf], *signed) if not refused(scenario, option, v)] == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("budget", {"calls": -3}),
        ("budget", {"seconds": 0}),
        ("sampling", {"temperature": inf}),
        ("sampling", {"top_p": 0}),
        ("deadline", -1),
        ("deadline", inf),
        ("deadline", nan),
        ("concurrency", 0),
        ("seed", -1),
        ("metrics", []),
        ("team", []),
    ],
)
def test_no_key_of_a_scenario_takes_what_means_nothing(key: str, value: Any) -> None:
    with pytest.raises(BadScenario, match=rf"^s\.yaml: {key}"):
        parse(Scenario, document(FILES["debate"]) | {key: value}, where="s.yaml")


def test_a_file_of_a_scenario_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + FILES["debate"].read_bytes())
    assert document(path) == document(FILES["debate"])


def test_a_key_that_is_written_twice_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("seed: 1\ntask: {use: pocket}\nseed: 2\n")
    with pytest.raises(BadScenario) as raised:
        document(path)
    assert str(raised.value) == "s.yaml:3: not YAML (the key 'seed' is written twice). Correct the syntax there."


ONE = [{"name": "a", "model": "pocket:base"}]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"protocol": {"use": "text/user_loop", "options": {"user": "nobody", "assistant": "a"}}, "team": ONE},
            "protocol.options.user: no agent named 'nobody'. Known: a.",
        ),
        (
            {"team": [{"name": "a", "model": "api:openai/gpt-4o"}]},
            "a: api:openai/gpt-4o: no API key. Set the environment variable OPENAI_API_KEY.",
        ),
        (
            {"team": [{"name": "a", "model": "api:openai/m@http://127.0.0.1:9/v1#NO_SUCH_KEY"}]},
            "a: api:openai/m@http://127.0.0.1:9/v1#NO_SUCH_KEY: no API key. Set the environment variable NO_SUCH_KEY.",
        ),
        ({"team": [{"name": "a", "model": "api:opnai/gpt-4o"}]}, "a: api:opnai/gpt-4o: no provider named 'opnai'. "),
        ({}, "in text/debate agents hear each other, and here nobody does. Add topology: complete."),
    ],
)
def test_plan_looks_for_members_keys_providers_and_a_topology(
    changes: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    data = {**document(FILES["debate"]), "topology": None, **changes}
    with pytest.raises(SymposiaError) as raised:
        plan(parse(Scenario, data, where="s.yaml"), where="s.yaml", folder=LIBRARY)
    assert str(raised.value).startswith(f"s.yaml: {message}")
