"""A module of a user's own that ends the program when it is imported, as scripts do."""

raise SystemExit(0)
