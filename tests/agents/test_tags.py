"""What traces and messages on the wire call a type."""

import subprocess
import sys
from pathlib import Path

import pytest
from symposia.agents import Ask, Message
from symposia.agents.errors import BadMessage, Twice, UnknownName
from symposia.agents.tags import snake, tag_of, tags, type_tagged
from symposia.tests.support.said import says


class PolicyVersion(Message):
    """A message of a test."""


class Named(Message, tag="a.better_name/3"):
    """A message that says its tag."""


def test_a_tag_is_the_name_of_the_file_and_of_the_class_unless_it_is_said() -> None:
    assert tag_of(PolicyVersion) == "test_tags.policy_version/1"
    assert tag_of(Named) == "a.better_name/3"
    assert tag_of(Ask) == "ask/1"


@pytest.mark.parametrize("kind", [PolicyVersion, Named, Ask])
def test_a_type_is_found_by_its_tag(kind: type) -> None:
    assert type_tagged(tag_of(kind)) is kind
    assert tags()[tag_of(kind)] is kind


@pytest.mark.parametrize(
    ("look", "module"),
    [
        (
            "from symposia.agents.tags import type_tagged as f; print(f('debate.revise/1')",
            "protocols.text.messages.debate",
        ),
        (
            "from symposia.agents.tags import type_tagged as f; print(f('co_llm.defer/1')",
            "agents.decoding.deferring",
        ),
        (
            "from symposia.agents.tags import type_tagged as f; print(f('nearest.routes/1')",
            "trainers.search.nearest_routes",
        ),
        (
            "from symposia.agents.tags import type_tagged as f; print(f('model_swarms.scratchpad/1')",
            "trainers.search.scratchpad",
        ),
        (
            "from symposia.agents.failure import error_kind as f; print(f('failure.Filtered')",
            "agents.models.api.failure",
        ),
    ],
)
def test_what_a_file_of_the_package_defines_is_found_before_that_is_imported(
    look: str, module: str, tmp_path: Path
) -> None:
    """In a process of its own, where nothing else was imported yet."""
    command = [sys.executable, "-c", f"{look}.__module__)"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout == f"symposia.{module}\n"


def test_a_tag_that_nobody_has_is_an_error() -> None:
    with pytest.raises(UnknownName, match=r"^no data type named 'ask/9'\. Did you mean 'ask/1'\?"):
        type_tagged("ask/9")
    with says(BadMessage, "@type: 7 is not a tag. Write a name and a version, as 'ask/1'."):
        type_tagged(7)


@pytest.mark.parametrize("tag", ["ask", "ask/0", "Ask/1", "/1", "ask /1", "ask/1x"])
def test_a_tag_has_a_name_and_a_version(tag: str) -> None:
    with says(BadMessage, f"Odd: {tag!r} is not a tag. Write a name and a version, as tag='ask/1'."):
        type("Odd", (Message,), {"__module__": __name__}, tag=tag)


def test_two_types_cannot_have_one_tag() -> None:
    with pytest.raises(Twice, match=r"symposia\.agents\.message\.Ask: data type named twice: ask/1"):
        type("Ask", (Message,), {"__module__": __name__, "__qualname__": "Ask"}, tag="ask/1")


def test_a_type_that_is_defined_in_a_function_has_no_tag() -> None:
    class Hidden(Message):
        pass

    with pytest.raises(BadMessage, match="is defined in a function, so nobody can look it up"):
        tag_of(Hidden)


@pytest.mark.parametrize(
    ("name", "snaked"), [("Ask", "ask"), ("PolicyVersion", "policy_version"), ("LMAgent", "lm_agent"), ("A1b", "a1b")]
)
def test_class_names_in_snake_case(name: str, snaked: str) -> None:
    assert snake(name) == snaked
