"""The viewer: run directories as one document, a page that shows it, and a server on this machine alone."""
