"""Models and teams served behind an OpenAI-compatible API."""
