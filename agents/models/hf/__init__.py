"""Resident transformers models: loaded once, shared by every agent that names them, batched across all of them."""
