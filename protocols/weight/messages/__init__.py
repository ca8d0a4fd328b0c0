"""Messages of the protocols of this level: prompts, and results of `prepare`."""
