"""Models behind an API: any provider LiteLLM knows, and any OpenAI-compatible server."""

from .attempt import Attempt
from .client import Api
from .limits import Limits
from .ranking import RankingApi

__all__ = ["Api", "Attempt", "Limits", "RankingApi"]
