"""How much of each part goes into the blend."""

import numpy as np
import numpy.typing as npt

from classifier.training.calibrate import apply_calibration, choose_thresholds, fit_calibration

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]
Logits = dict[str, dict[str, Floats]]
"""Part -> split -> logits."""

_ENCODER_WEIGHTS = np.linspace(0.0, 1.0, 11)


def blend(logits: Logits, weight: float) -> dict[str, Floats]:
    """Return the blended logits of each split.

    Args:
        logits: Of the parts.
        weight: Share of the encoder, where there is one.
    """
    if "encoder" not in logits:
        return logits["linear"]
    linear, encoder = logits["linear"], logits["encoder"]
    return {split: np.asarray(weight * encoder[split] + (1 - weight) * linear[split], np.float32) for split in linear}


def best_weight(logits: Logits, truth: Bools, first: Bools) -> float:
    """Return the share of the encoder that gives the highest micro-F1 on dev.

    Each half of dev is judged with the calibration and thresholds that the other half chooses: chosen
    and judged on the same rows, the part that fits dev most closely would win.

    Args:
        logits: Of the parts.
        truth: Gold of dev, shape (n, labels).
        first: Which rows of dev are the first half; rows of a family lie in one. Where a half is
            empty every other row is one instead.
    """
    if "encoder" not in logits:
        return 0.0
    dev = {part: {"dev": splits["dev"]} for part, splits in logits.items()}
    if first.all() or not first.any():
        first = np.arange(len(first)) % 2 == 0
    return float(max(_ENCODER_WEIGHTS, key=lambda weight: _crossed_f1(blend(dev, weight)["dev"], truth, first)))


def _crossed_f1(mixed: Floats, truth: Bools, first: Bools) -> float:
    predicted = np.zeros_like(truth)
    # A lone row judges itself.
    for fitted, judged in ((first, ~first), (~first, first)) if len(first) > 1 else ((first, first),):
        calibration = fit_calibration(mixed[fitted], truth[fitted])
        cuts = choose_thresholds(apply_calibration(mixed[fitted], calibration), truth[fitted], doubt_ratio=1.0)
        probs = apply_calibration(mixed[judged], calibration)
        predicted[judged] = probs >= np.array([cut.assign for cut in cuts])
    return float(2 * (predicted & truth).sum() / max(1, predicted.sum() + truth.sum()))
