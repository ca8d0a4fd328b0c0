"""Conversations of a simulated user and an assistant: what each is told, and how they take turns."""
