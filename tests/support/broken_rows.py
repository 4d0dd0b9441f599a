"""A module of steps that cannot be imported, by a mistake of its own."""

mark = not_defined_anywhere  # noqa: F821
