"""A resident transformers model: loaded once, shared by all who name it, batched across all of them."""
