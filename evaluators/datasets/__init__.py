"""Data sets: reading rows from files and the Hugging Face hub, cleaning them, and building items from them."""
