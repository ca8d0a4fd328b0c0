"""Recorded requests and replies of serving engines, where they are on this machine."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import symposia

BESIDE = Path(symposia.__file__).resolve().parents[1] / "shared" / "spec" / "engines"
RECORDED = Path(os.environ.get("SYMPOSIA_ENGINES", BESIDE))

needs_recorded = pytest.mark.skipif(
    not RECORDED.is_dir(), reason=f"the recorded replies are not in {RECORDED}: set SYMPOSIA_ENGINES"
)


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / f"vllm-0.32-{name}.json").read_text())
    return found
