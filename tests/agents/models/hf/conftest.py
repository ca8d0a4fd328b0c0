"""A tiny model, in a folder and loaded."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from symposia.agents.models.hf.loading import Source
from symposia.agents.models.hf.model import Model
from symposia.agents.models.hf.registry import load
from symposia.tests.support.tiny import llama


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return llama(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def model(folder: Path) -> Iterator[Model]:
    model = load(Source(str(folder)), "hf:tiny")
    yield model
    model.close()
