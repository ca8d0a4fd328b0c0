"""Language models, by capability: text, next-token distributions, parameters."""
