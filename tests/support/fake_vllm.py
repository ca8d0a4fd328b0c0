"""An interpreter that "has vLLM": started as one, it serves a stand-in at the port it is told.

    PYTHON -m vllm.entrypoints.openai.api_server --model FOLDER --port PORT ...

`written` makes the executable that does so with the tests' own Python.
"""

import argparse
import os
import sys
from pathlib import Path
from time import sleep


def written(folder: Path) -> Path:
    """Write an executable that takes Python's place."""
    path = folder / "python"
    paths = ":".join(filter(None, sys.path))
    path.write_text(f'#!/bin/sh\nPYTHONPATH={paths} exec {sys.executable} -m {__name__} "$@"\n')
    path.chmod(0o700)
    return path


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-m")
    for name in ("model", "served-model-name", "host", "port", "max-logprobs", "max-lora-rank", "fails"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--enable-lora", action="store_true")
    asked = parser.parse_args()
    if asked.fails:
        sys.stderr.write(f"ValueError: {asked.fails} with {os.environ['VLLM_API_KEY']}.\nbye\n")
        sys.exit(3)
    from symposia.agents.loading import load
    from symposia.agents.models import pocket
    from symposia.tests.support.served import StandIn

    base = load(f"hf:{asked.model}")
    sleeps = os.environ.get("VLLM_SERVER_DEV_MODE") == "1"
    server = StandIn(
        {asked.served_model_name: base},  # type: ignore[dict-item]
        key=os.environ["VLLM_API_KEY"],
        development=sleeps,
        port=int(asked.port),
    )
    strings = str(pocket.path("strings").resolve())
    if os.environ.get("VLLM_ALLOW_RUNTIME_LORA_UPDATING") == "1":
        server.loadable[strings] = load("pocket:strings")  # type: ignore[assignment]
    with server:
        while True:
            sleep(1)


if __name__ == "__main__":
    main()
