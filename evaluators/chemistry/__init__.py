"""Molecules: SMILES in replies, what drugs must be, and prompts for them. Needs rdkit, which is imported where used."""
