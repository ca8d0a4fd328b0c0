"""Several policies trained from the same conversations: who gets credit for what, and updates of all of them."""
