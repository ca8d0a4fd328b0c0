"""Families of models: a judge tends to pass what a model of its own family wrote, even by objective rubrics.

Up to half of the criteria that a judge's own outputs fail are passed by it (https://arxiv.org/abs/2604.06996), so a
report flags a judge that shares a family with a member of the team.
"""

import re
from collections.abc import Mapping
from typing import Final

NAMES: Final[Mapping[str, str]] = {
    "OpenAI": r"gpt|chatgpt|openai/o\d|\bo[134]\b|davinci",
    "Anthropic": r"claude",
    "Google": r"gemini|gemma|palm",
    "Meta": r"llama",
    "Mistral": r"mistral|mixtral|ministral|codestral",
    "Alibaba": r"qwen|qwq",
    "DeepSeek": r"deepseek",
    "Microsoft": r"\bphi\b|phi-\d|wizardlm",
    "Cohere": r"command-|cohere|aya",
    "xAI": r"grok",
    "01.AI": r"\byi\b|yi-\d",
    "InternLM": r"internlm",
    "Zhipu": r"glm",
    "Moonshot": r"kimi|moonshot",
    "AI2": r"olmo|tulu",
    "IBM": r"granite",
    "Nvidia": r"nemotron",
    "Symposia's pocket models": r"^pocket:",
}


def family(url: str) -> str | None:
    """The family of the model at a URL, by its name; None for one that is not known.

    >>> family("api:openai/gpt-4o-mini"), family("hf:meta-llama/Llama-3.2-1B"), family("scripted:ann.txt")
    ('OpenAI', 'Meta', None)
    """
    return next((name for name, pattern in NAMES.items() if re.search(pattern, url.lower())), None)


def related(judge: str, members: Mapping[str, str]) -> list[str]:
    """The members, by name, whose model is the judge's or of its family."""
    own = family(judge)
    return [name for name, url in members.items() if url == judge or (own is not None and family(url) == own)]
