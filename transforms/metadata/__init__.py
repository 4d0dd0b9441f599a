"""Who wrote it, when, and what it is called: what a page says of its article."""
