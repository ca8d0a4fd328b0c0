"""Makes the packaged pocket models from nothing: tokenizer, base, specialists, judge, user, reward model."""

from ..pocket.train import train

__all__ = ["train"]
