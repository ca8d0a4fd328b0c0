"""Answer extraction and normalisation: pure functions from a reply to the canonical form of its answer."""
