"""The parts of verl that exported files import, and files loaded by path as verl loads them."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

MANAGERS: dict[str, Any] = {}


def register(name: str) -> Any:
    """As verl's decorator: it keeps a class under a name."""

    def keep(cls: Any) -> Any:
        MANAGERS[name] = cls
        return cls

    return keep


class BaseInteraction:
    """As verl's: it keeps its configuration."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config


def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the parts of verl where imports find them."""
    modules = {
        "verl": {},
        "verl.workers": {},
        "verl.workers.reward_manager": {"register": register},
        "verl.workers.reward_manager.abstract": {"AbstractRewardManager": object},
        "verl.interactions": {},
        "verl.interactions.base": {"BaseInteraction": BaseInteraction},
    }
    for name, contents in modules.items():
        module = ModuleType(name)
        for key, value in contents.items():
            setattr(module, key, value)
        monkeypatch.setitem(sys.modules, name, module)


def loaded(path: Path) -> Any:
    """A file as a module."""
    spec = importlib.util.spec_from_file_location("custom_module", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def reply(text: str) -> SimpleNamespace:
    """A reply as LiteLLM returns it."""
    return SimpleNamespace(choices=[SimpleNamespace(message=SimpleNamespace(content=text))])
