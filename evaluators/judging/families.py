"""Families of models: a judge tends to pass what a model of its own family wrote, even by objective rubrics.

Up to half of the criteria that a judge's own outputs fail are passed by it (https://arxiv.org/abs/2604.06996), so a
report flags a judge that shares a family with a member of the team.
"""

import re
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Final

from ..sample import Sample
from ..statistics.intervals import Interval, graded_interval

NAMES: Final[Mapping[str, str]] = {
    "OpenAI": r"gpt|chatgpt|openai/o\d|\bo[134]\b|davinci",
    "Anthropic": r"claude",
    "Google": r"gemini|gemma|palm",
    "Meta": r"(?<!o)llama",
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
    """The family of the model at a URL, by its name and not by its server's; None for one that is not known.

    >>> family("api:openai/gpt-4o-mini"), family("hf:meta-llama/Llama-3.2-1B"), family("scripted:ann.txt")
    ('OpenAI', 'Meta', None)
    >>> family("api:ollama/qwen2.5@http://gpt-box:11434")
    'Alibaba'
    """
    model = url.lower().split("@http")[0]
    return next((name for name, pattern in NAMES.items() if re.search(pattern, model)), None)


def related(judge: str, members: Mapping[str, str]) -> list[str]:
    """The members, by name, whose model is the judge's or of its family."""
    own = family(judge)
    return [name for name, url in members.items() if url == judge or (own is not None and family(url) == own)]


def self_preference(
    judge: str, own: Sequence[Sequence[Sample]], others: Sequence[Sequence[Sample]], bounds: tuple[float, float]
) -> Interval:
    """The mean score that a judge gives to models of its family minus that to others, question by question.

    A share of the range of scores. It holds what the models differ in quality, too. Of a panel the judge's own part of
    a grade counts. None where no question has both.
    """
    rows = [*own, *others]
    named = any(judge in sample.parts for samples in rows for sample in samples)

    def value(sample: Sample) -> float | None:
        if named:
            return sample.parts.get(judge)
        return None if sample.score is None else (sample.score - bounds[0]) / (bounds[1] - bounds[0])

    gaps, clusters = [], []
    for place in range(min(map(len, rows), default=0)):
        mine, theirs = ([found for one in side if (found := value(one[place])) is not None] for side in (own, others))
        if mine and theirs:
            gaps.append(fmean(mine) - fmean(theirs))
            clusters.append(rows[0][place].cluster)
    return graded_interval(gaps, clusters)
