"""How an answer is found in a reply, and brought into one spelling. Pure functions of text."""
