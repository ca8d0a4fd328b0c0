"""Arguments of TRL's for models that train in seconds on a CPU."""

from typing import Any, Final

PLAIN: Final[dict[str, Any]] = {"bf16": False, "gradient_checkpointing": False, "weight_decay": 0.0}
"""float32, no recomputation of activations, and no decay of weights."""
