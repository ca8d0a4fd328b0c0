"""Language models, by what they can show: text, distributions, parameters."""
