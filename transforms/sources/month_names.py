"""Names of months as feeds write them: those of ``transforms.dates``."""

from transforms.dates.months import find_month

__all__ = ["find_month"]
