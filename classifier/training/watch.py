"""What a user sees of the encoder's training: the loss, and micro-F1 on dev after each epoch."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.tagger import sigmoid
from classifier.training.calibrate import best_f1
from classifier.training.encoder import ClauseEncoder, predict_logits

Progress = Callable[[str, float], None]
"""Called with the name of a stage and the share of it that is done."""
Note = Callable[[str], None]
"""Called with a line for the user to keep."""


@dataclass(slots=True)
class Watch:
    """Turns the steps and epochs of a run into progress and lines to keep.

    `epochs` is 0 where the encoder is left as it is. The loss shown is the mean of the epoch so far,
    the F1 that of the best common threshold.
    """

    epochs: int
    tokens: list[list[int]]
    truth: npt.NDArray[np.bool_]
    on_progress: Progress
    on_note: Note
    epoch: int = 1
    seen: int = 0
    total: float = 0.0
    done: float = 0.0
    f1: float | None = None

    def read(self, done: float) -> None:
        """Tell how much of the data an encoder that stays as it is has read."""
        self.on_progress("encoder reads", done)

    def step(self, step: int, steps: int, loss: float) -> None:
        """Tell the loss of a step."""
        # With the encoder left as it is a step is an epoch of the head: its own loss is a mean already.
        self.seen, self.total = (self.seen + 1, self.total + loss) if self.epochs else (1, loss)
        self.done = step / steps
        self._show(self.epoch)

    def end_epoch(self, epoch: int, model: ClauseEncoder) -> None:
        """Measure the model on dev after an epoch."""
        self.f1 = best_f1(sigmoid(predict_logits(model, self.tokens)), self.truth) if self.tokens else None
        self._show(epoch)
        which = f"epoch {epoch} of {self.epochs}" if self.epochs else "head"
        f1 = "" if self.f1 is None else f", dev micro-F1 {self.f1:.3f}"
        self.on_note(f"encoder, {which}: loss {self.total / max(1, self.seen):.3f}{f1}")
        self.epoch, self.seen, self.total = epoch + 1, 0, 0.0

    def _show(self, epoch: int) -> None:
        which = f", epoch {epoch}/{self.epochs}" if self.epochs else ""
        f1 = "" if self.f1 is None else f", dev F1 {self.f1:.3f}"
        self.on_progress(f"encoder{which}, loss {self.total / max(1, self.seen):.2f}{f1}", self.done)

    def resume(self, epoch: int) -> None:
        """Tell that a run is continued."""
        self.epoch = epoch + 1
        self.on_note(f"encoder: continues after epoch {epoch} of {self.epochs}")
