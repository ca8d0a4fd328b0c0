"""Two models that are right at different places."""

from typing import Any

import pytest
from symposia.agents.loading import load
from symposia.tests.support.heads import WORDS
from symposia.tests.support.markov import START, markov


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """At the start only g is right, at the second word only m."""
    folder = tmp_path_factory.mktemp("pair")
    ends = {" c": {"<end>": 1.0}, " d": {"<end>": 1.0}}
    own = {START: {" a": 0.9, " b": 0.1}, " a": {" c": 0.9, " d": 0.1}, " b": {" c": 0.9, " d": 0.1}, **ends}
    other = {START: {" b": 0.9, " a": 0.1}, " a": {" d": 0.9, " c": 0.1}, " b": {" d": 0.9, " c": 0.1}, **ends}
    return {name: load(f"hf:{markov(folder / name, table, WORDS)}") for name, table in (("g", own), ("m", other))}
