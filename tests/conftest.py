"""Models that many tests share: made once, and never changed."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from symposia.agents import Stepper
from symposia.agents.loading import load
from symposia.tests.support.markov import START, WORDS, markov
from symposia.tests.support.tiny import llama

os.environ["SYMPOSIA_QUIET"] = "1"  # a slow run says how far it is, and tests compare all that is said

LONGEST = int(os.environ.get("SYMPOSIA_LONGEST", "100"))
"""The seconds a test may take; the slowest takes some eight on an idle core."""


def too_long(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"the test has not ended after {LONGEST} s")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A test that hangs fails, and the others go on. What hangs in C is ended by faulthandler, see pyproject."""
    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LONGEST)
    try:
        return (yield)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three random models of one shape and one tokenizer: amber, blue and coral."""
    folder = tmp_path_factory.mktemp("models")
    for seed, name in enumerate(("amber", "blue", "coral")):
        llama(folder / name, seed=seed)
    return folder


@pytest.fixture(scope="session")
def models(folder: Path) -> dict[str, Any]:
    """The models of that folder."""
    return {name: load(f"hf:{folder / name}") for name in ("amber", "blue", "coral")}


@pytest.fixture(scope="session")
def nudged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stepper]:
    """Models whose next tokens are tables: an unsure base, its nudger, and one of another vocabulary."""
    folder = tmp_path_factory.mktemp("nudging")
    nudger = {
        START: {"Sure": 0.6, " x": 0.4},
        "Sure": {",": 0.9, " x": 0.1},
        ",": {" the": 1.0},
        " It": {" is": 1.0},
        " is": {" a": 1.0},
        " a": {" b": 1.0},
    }
    base = {
        START: {" x": 0.9, "Sure": 0.1},
        "Sure": {" x": 0.9, " It": 0.1},
        ",": {" It": 0.9, " x": 0.1},
        " It": {" cat": 0.3, " mat": 0.25, " x": 0.25, " b": 0.2},
        " is": {" cat": 0.2, " mat": 0.2, " x": 0.2, " b": 0.2, " the": 0.2},
        " a": {" cat": 0.5, " mat": 0.3, " x": 0.2},
        " cat": {"<end>": 0.9, " x": 0.1},
    }
    more = (" dog", *reversed(WORDS))
    return {
        "base": load(f"hf:{markov(folder / 'base', base, WORDS)}"),
        "nudger": load(f"hf:{markov(folder / 'nudger', nudger, WORDS)}"),
        "stranger": load(f"hf:{markov(folder / 'stranger', nudger, more)}"),
    }
