"""Protocols in which models exchange text: debate, votes, guidance, conversations."""
