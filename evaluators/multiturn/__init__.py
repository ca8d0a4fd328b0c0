"""Conversations judged by where they lead: the multiturn-aware reward of CollabLLM."""
