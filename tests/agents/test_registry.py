"""Modules found by their path."""

import pytest
from symposia.agents.errors import UnknownName
from symposia.agents.registry import PROTOCOLS, find, names


def test_a_module_is_found_by_its_path() -> None:
    assert find(PROTOCOLS, "text/debate").__name__ == "symposia.protocols.text.debate"
    assert "logit/fusion" in names(PROTOCOLS)


def test_a_name_that_is_not_there_has_a_near_miss() -> None:
    with pytest.raises(UnknownName, match=r"^no protocol named 'text/debat'\. Did you mean 'text/debate'\? Known: "):
        find(PROTOCOLS, "text/debat")
