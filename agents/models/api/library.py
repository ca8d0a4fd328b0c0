"""LiteLLM, imported when a model is made (it takes seconds), with its logging and telemetry off."""

import logging
import os
import warnings
from functools import cache
from importlib import import_module
from types import ModuleType


@cache
def library() -> ModuleType:
    """The module `litellm`, imported offline (with its packaged price list), without `.env` and without telemetry."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    os.environ.setdefault("LITELLM_MODE", "PRODUCTION")
    import litellm

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    # All that matters arrives as an exception or in the reply.
    logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)
    # A call that is cancelled while LiteLLM prepares it leaves a coroutine that nobody awaits.
    warnings.filterwarnings("ignore", message="coroutine 'BaseLLMHTTPHandler", category=RuntimeWarning)
    # It imports more at its first call, so that is a made-up one that asks nobody.
    litellm.completion("hosted_vllm/nobody", [{"role": "user", "content": "?"}], mock_response="nobody answers")
    import_module("openai.resources.chat.completions")  # which the client would look up when it is used
    return litellm
