"""Options of the protocols of this level, where they are many."""
