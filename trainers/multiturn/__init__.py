"""Data for models that learn to collaborate: conversations with candidates, their multiturn-aware rewards, and sets."""
