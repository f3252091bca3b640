"""The encoder part: a transformer exported to ONNX, run without torch."""

import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from classifier.bundle import Layout, unreadable
from classifier.errors import ModelError
from classifier.tagger.tokens import encode_pairs

Array = npt.NDArray[np.float32]
_INPUTS = {"input_ids", "attention_mask"}


class EncoderModel:
    """A sequence classifier over (context, content) pairs.

    Args:
        session: ONNX session with inputs `input_ids`, `attention_mask` and one output, the logits.
        tokenizer: Its tokenizer, which adds the special tokens of a pair.
        max_length: Longest input in tokens; `encode_pairs` says how longer ones are cut.
    """

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, max_length: int) -> None:
        self.session = session
        self.tokenizer = tokenizer
        self.max_length = max_length

    @classmethod
    def load(cls, layout: Layout, max_length: int) -> "EncoderModel":
        """Read the part from a model folder.

        Raises:
            ModelError: A file is missing or damaged, or the graph is another.
        """
        options = onnxruntime.SessionOptions()
        # The clauses run side by side instead.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        path = layout.tokenizer
        try:
            # In half the time of `from_file`, which parses as it reads.
            tokenizer = Tokenizer.from_buffer(path.read_bytes())
            path = layout.onnx
            session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # both libraries raise bare Exception for a damaged file
            raise unreadable(path, error) from error
        names, shape = {value.name for value in session.get_inputs()}, session.get_outputs()[0].shape
        if names != _INPUTS or len(shape) != 2 or not isinstance(shape[1], int):
            found = f"makes {shape} of {sorted(names)}"
            raise ModelError(f"{path}: {found}, not logits of {sorted(_INPUTS)}; copy or train the model again")
        return cls(session, tokenizer, max_length)

    @property
    def width(self) -> int:
        """How many logits a row has."""
        width: int = self.session.get_outputs()[0].shape[1]
        return width

    def logits(self, inputs: Sequence[tuple[str, str]]) -> Array:
        """Return the logits of (context, content) pairs, shape (n, labels).

        Each pair runs by itself: 8-bit activations are scaled over all that runs together, so that in a
        batch the labels of a clause would depend on its neighbours. Nor is any padding paid for.
        """
        encoded = encode_pairs(self.tokenizer, inputs, self.max_length)
        if not encoded:
            return np.zeros((0, self.width), np.float32)
        with ThreadPoolExecutor(usable_threads()) as pool:
            return np.concatenate(list(pool.map(self._run, encoded)))

    def _run(self, tokens: list[int]) -> Array:
        ids = np.array([tokens], np.int64)
        logits: Array = self.session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
        return logits


def usable_threads() -> int:
    """Return how many threads to use: the free cores, at most four, at least one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(4, cores - _busy_cores()))


def _busy_cores() -> int:
    """Return how many cores others keep busy at this moment, as far as the system tells."""
    try:
        running = re.search(rb"^procs_running (\d+)", Path("/proc/stat").read_bytes(), re.MULTILINE)
    except OSError:
        running = None
    if running:
        return max(0, int(running[1]) - 1)
    # The load average lags a minute behind.
    return round(os.getloadavg()[0]) if hasattr(os, "getloadavg") else 0
