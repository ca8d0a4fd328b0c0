"""The code that runs inside the sandbox; it needs nothing but the standard library."""
