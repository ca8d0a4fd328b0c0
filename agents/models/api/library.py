"""LiteLLM, imported at the first call (it takes seconds), with its logging and telemetry off."""

import asyncio
import logging
import os
import warnings
from functools import cache
from types import ModuleType


async def library() -> ModuleType:
    """The module `litellm`, imported in a thread so that the event loop is not blocked."""
    if not load.cache_info().currsize:
        await asyncio.to_thread(load)
    return load()


@cache
def load() -> ModuleType:
    """Import LiteLLM offline (with its packaged price list), without reading `.env` and without telemetry."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    os.environ.setdefault("LITELLM_MODE", "PRODUCTION")
    import litellm

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    # All that matters arrives as an exception or in the reply.
    logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)
    # A call that is cancelled while LiteLLM prepares it leaves a coroutine that nobody awaits.
    warnings.filterwarnings("ignore", message="coroutine 'BaseLLMHTTPHandler", category=RuntimeWarning)
    return litellm
