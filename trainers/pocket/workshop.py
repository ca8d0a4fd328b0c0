"""Training of one pocket model: train, save, measure, describe."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import monotonic

import torch
from transformers import PreTrainedTokenizerFast

from ...agents.message import Prompt
from . import network
from .card import CARD, describe
from .example import Encoded, encode
from .learn import answer_loss, learn, reward_loss
from .recipes import RECIPES, Recipe
from .sources import source
from .tokenizer import foreign, shared, wrapped
from .vocabulary import texts


@dataclass(frozen=True)
class Workshop:
    """An output folder, and the settings that all models are trained with.

    `scale` multiplies all numbers of steps; a card measures `items` problems of each skill. `device` is torch's name;
    `auto` is a GPU if there is one.

    >>> Workshop(Path("models"), prompts={}, scale=0.1).recipe("base").steps
    100
    """

    out: Path
    prompts: Mapping[str, type[Prompt]]
    seed: int = 0
    device: str = "auto"
    scale: float = 1.0
    items: int = 500

    def recipe(self, name: str) -> Recipe:
        """The recipe at this scale."""
        return RECIPES[name].scaled(self.scale)

    def hash(self, name: str) -> str:
        """A hash of all that a model depends on: its recipe, its parent's, the prompts' templates and the seed."""
        recipe = self.recipe(name)
        above = self.hash(recipe.parent) if recipe.parent else None
        templates = {key: prompt.template for key, prompt in self.prompts.items()}
        return recipe.hash(above, templates, self.seed, self.items)

    def has(self, name: str) -> bool:
        """True if the folder has this model with the same hash."""
        file = self.out / name / CARD
        return file.exists() and bool(json.loads(file.read_text(encoding="utf-8"))["hash"] == self.hash(name))

    def make(self, name: str) -> None:
        """Train, save and describe one model, on one thread or a GPU; its parent must exist."""
        torch.set_num_threads(1)
        began, recipe = monotonic(), self.recipe(name)
        tokenizer = wrapped(foreign() if recipe.tokenizer == "foreign" else shared(texts(self.prompts)))
        parent = self.out / recipe.parent if recipe.parent else None
        model = network.build(recipe, tokenizer, parent, self.seed)
        model.to("cuda" if self.device == "auto" and torch.cuda.is_available() else self.device.replace("auto", "cpu"))
        state = self.out / "states" / f"{name}-{self.hash(name)}.safetensors"
        state.parent.mkdir(parents=True, exist_ok=True)
        loss = reward_loss if recipe.kind == "reward" else answer_loss
        learn(model, loss, self.batches(recipe, tokenizer), recipe.schedule, (state, f"{self.seed}/{name}"))
        network.save(model, tokenizer, self.out / name)
        made = {"hash": self.hash(name), "seed": self.seed, "seconds": round(monotonic() - began)}
        describe(self.out / name, recipe, made, self.items)

    def batches(self, recipe: Recipe, tokenizer: PreTrainedTokenizerFast) -> Callable[[Random], list[Encoded]]:
        """A function that draws the examples of one step from a recipe's mixture."""
        words = tokenizer.backend_tokenizer
        names, weights = zip(*recipe.mixture, strict=True)
        sources = [source(name, self.prompts) for name in names]

        def batch(rng: Random) -> list[Encoded]:
            return [encode(words, draw(rng)) for draw in rng.choices(sources, weights, k=recipe.batch)]

        return batch
