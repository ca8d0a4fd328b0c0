"""What a user has to know of a model that was loaded: a warning, once a load."""

import warnings
from typing import Final

from transformers import GenerationConfig, PreTrainedModel

READ: Final = frozenset(("eos_token_id", "bos_token_id", "pad_token_id", "transformers_version", "_from_model_config"))
"""Keys of generation_config.json that are used here, or describe the file."""
SHOWN: Final = ("output_", "return_dict", "use_cache")
"""What keys begin with that say what `generate` returns beside its text, or how fast."""


def note_what_is_ignored(name: str, model: PreTrainedModel) -> None:
    """Warn of the keys of generation_config.json that would change `generate` and change nothing here."""
    stated = {} if model.generation_config is None else model.generation_config.to_diff_dict()
    plain = GenerationConfig._get_default_generation_params()
    ignored = [
        f"{key}={value!r}"
        for key, value in sorted(stated.items())
        if not key.startswith(SHOWN) and key not in READ and value not in (None, plain.get(key))
    ]
    if ignored:
        warnings.warn(
            f"{name}: of generation_config.json the end tokens are read alone. Not used: {', '.join(ignored)}. "
            "Say in `sampling` what you want of it.",
            stacklevel=2,
        )
