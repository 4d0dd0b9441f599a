"""Hypothesis without a deadline for each example: the machine may be busy with other things."""

from hypothesis import settings

settings.register_profile("sources", deadline=None)
settings.load_profile("sources")
