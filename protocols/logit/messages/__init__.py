"""Messages of the protocols of this level: prompts, and what `prepare` finds out."""
