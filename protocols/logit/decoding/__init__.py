"""Decoding methods of the protocols of this level: which model's token is next."""
