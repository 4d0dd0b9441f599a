"""How long it takes from the publication of an article to its commit."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

#: Upper bounds of the classes that are shown, in seconds; the last class has none.
BOUNDS = (60, 300, 900, 3600, 6 * 3600, 86_400, 7 * 86_400)
CLASSES = ("1 min", "5 min", "15 min", "1 h", "6 h", "1 d", "7 d", "longer")
#: Steps in which lags are kept for medians: an eighth of a power of two, from a second to 34 years.
_STEPS = 8 * 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """From publication to commit, of articles whose moment of publication is known.

    Articles that are dated to the day alone are left out, and so are later revisions of one.
    """

    articles: int
    median_s: float | None
    p90_s: float | None
    #: Articles by the least class that they are in, such as "5 min": more than one, up to five.
    classes: dict[str, int]
    #: Median of the articles committed in each of the last days, in seconds; None without any.
    median_by_day: tuple[float | None, ...]


@dataclass
class LagCounts:
    """Adds up lags; memory depends on the number of days alone."""

    days: int
    _classes: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(CLASSES), np.int64))
    _steps: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self._steps = np.zeros((self.days + 1, _STEPS), np.int64)  # the last row is of other days

    def add(self, lags_us: NDArray[np.int64], days: NDArray[np.int64]) -> None:
        """Add lags in microseconds, each with the number of the day of its commit, -1 for none."""
        seconds = np.maximum(lags_us, 0) / 1e6  # a date in the future is no lag
        places = np.searchsorted(np.array(BOUNDS, float), seconds, side="left")
        self._classes += np.bincount(places, minlength=len(CLASSES))
        steps = np.minimum(np.log2(np.maximum(seconds, 1)) * 8, _STEPS - 1).astype(np.int64)
        flat = np.where(days < 0, self.days, days) * _STEPS + steps
        self._steps += np.bincount(flat, minlength=self._steps.size).reshape(self._steps.shape)

    def lag(self) -> Lag:
        """Return what was added."""
        total = self._steps.sum(axis=0)
        return Lag(
            articles=int(total.sum()),
            median_s=_quantile(total, 0.5),
            p90_s=_quantile(total, 0.9),
            classes=dict(zip(CLASSES, map(int, self._classes), strict=True)),
            median_by_day=tuple(_quantile(steps, 0.5) for steps in self._steps[:-1]),
        )


def _quantile(steps: NDArray[np.int64], share: float) -> float | None:
    """Return a quantile, as exact as the steps are: to 9 %."""
    total = int(steps.sum())
    if not total:
        return None
    place = int(np.searchsorted(np.cumsum(steps), share * total, side="left"))
    return round(float(2 ** ((place + 0.5) / 8)), 1)
