"""Other programs' files as scenarios."""
