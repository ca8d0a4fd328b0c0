"""How the packaged models were made: generated questions, a small tokenizer, a table of recipes, one loop."""
