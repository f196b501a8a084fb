"""A covariate that is measured with every number, used only as far as other blocks show that it explains them.

The coefficient is estimated within blocks and arms, because only what differs between the arms of a block reaches a
contrast, and from all blocks but the one that it is applied to: no number explains its own noise. It is shrunk by how
well it is known (the positive-part rule of James and Stein, "Estimation with Quadratic Loss", Fourth Berkeley
Symposium, 1961), and the adjustment is dropped where it does not bring the arms closer together. docs/statistics.md
has what that gains, what it costs on a calm machine, and what the intervals cover.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Marks = NDArray[np.bool_]

LEAST_T = 2.0  # a coefficient within so many standard errors of 0 is 0
LARGEST = 1.5  # what slows the canary slows the work by about as much; a larger coefficient is an outlier's
FARTHEST = np.log(2.0)  # a covariate that is farther from 0 counts as this far, so that no single block decides


class Adjusted(NamedTuple):
    """`numbers` less what the covariate explains, shape (arms, blocks); the coefficient that all blocks give together.

    The coefficient is 0 where the numbers are as they were.
    """

    numbers: Numbers
    coefficient: float


def adjust(numbers: Numbers, covariate: Numbers) -> Adjusted:
    """Adjust log numbers, shape (arms, blocks), by a log covariate of the same shape.

    NaN in either leaves a number as it is. The covariate must have the same zero for all arms: what it differs by
    between arms, times the coefficient, enters their contrast.
    """
    known = ~np.isnan(numbers) & ~np.isnan(covariate)
    near = np.where(known, np.clip(covariate, -FARTHEST, FARTHEST), 0.0)
    x, y = _within(near, known), _within(np.where(known, numbers, 0.0), known)
    products = (x * x, x * y, y * y)
    counts = known.sum(axis=1, keepdims=True)
    # What a block contributes to each sum of squares, through the mean of its arm too.
    weight = np.where(known & (counts > 1), counts / np.maximum(counts - 1, 1), 0.0)
    freedom = np.maximum(known.sum(axis=0) - (len(known) > 1), 0)  # of a block, once its mean is taken off
    xx, xy, yy = (np.sum(product) - np.sum(weight * product, axis=0) for product in products)
    coefficients = _shrunk(xx, xy, yy, freedom.sum() - freedom - len(known))
    adjusted = np.where(known, numbers - coefficients * near, numbers)
    if not _spread(adjusted) < _spread(numbers):
        return Adjusted(numbers, 0.0)
    xx, xy, yy = (np.atleast_1d(np.sum(product)) for product in products)
    return Adjusted(adjusted, _shrunk(xx, xy, yy, freedom.sum() - len(known)).item())


def _within(numbers: Numbers, known: Marks) -> Numbers:
    """Take off the mean of each block, where there are several arms, and then that of each arm."""
    for axis in (0, 1) if len(numbers) > 1 else (1,):
        counts = np.maximum(known.sum(axis=axis, keepdims=True), 1)
        numbers = np.where(known, numbers - numbers.sum(axis=axis, keepdims=True) / counts, 0.0)
    return numbers


def _shrunk(xx: Numbers, xy: Numbers, yy: Numbers, freedom: NDArray[np.int_] | int) -> Numbers:
    """Return coefficients, shape (k,), from sums of squares and products with so many degrees of freedom."""
    usable = (xx > 0) & (xy > 0) & (np.asarray(freedom) > 0)
    coefficient = np.divide(xy, xx, out=np.zeros_like(xx), where=usable)
    variance = np.divide(np.maximum(yy - coefficient * xy, 0.0), freedom * xx, out=np.zeros_like(xx), where=usable)
    noise = np.divide(variance, coefficient**2, out=np.ones_like(xx), where=usable)
    return np.asarray(np.clip(coefficient * np.maximum(1 - LEAST_T**2 * noise, 0.0), 0.0, LARGEST))


def _spread(numbers: Numbers) -> float:
    """Return the mean distance of a block's log ratio from the median of its two arms; with one arm, of its numbers."""
    first, second = np.triu_indices(len(numbers), 1)
    ratios = numbers[first] - numbers[second] if len(numbers) > 1 else numbers
    ratios = ratios[~np.isnan(ratios).all(axis=1)]
    if not ratios.size:
        return 0.0
    return float(np.nanmean(np.abs(ratios - np.nanmedian(ratios, axis=1, keepdims=True))))
