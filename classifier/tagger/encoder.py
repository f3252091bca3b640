"""The encoder part: a transformer exported to ONNX, run without torch."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from classifier.bundle import Layout
from classifier.errors import ModelError

Array = npt.NDArray[np.float32]
_BATCH_TOKENS = 512
"""As fast a token as larger batches, with less padding."""


class EncoderModel:
    """A sequence classifier over (context, content) pairs.

    Args:
        session: ONNX session with inputs `input_ids`, `attention_mask` and one output, the logits.
        tokenizer: Its tokenizer, which adds the special tokens of a pair.
        max_length: Longest input in tokens; the content is cut, not the context.
    """

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, max_length: int) -> None:
        self.session = session
        self.tokenizer = tokenizer
        self.tokenizer.enable_truncation(max_length, strategy="only_second")
        self.tokenizer.no_padding()

    @classmethod
    def load(cls, layout: Layout, max_length: int) -> "EncoderModel":
        """Read the part from a model folder.

        Raises:
            ModelError: A file is missing or damaged.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = usable_threads()
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            tokenizer = Tokenizer.from_file(str(layout.tokenizer))
            session = onnxruntime.InferenceSession(str(layout.onnx), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # both libraries raise bare Exception for a damaged file
            reason = str(error).splitlines()[0]
            raise ModelError(f"{layout.root}: unreadable encoder ({reason}); copy or train the model again") from error
        return cls(session, tokenizer, max_length)

    def logits(self, inputs: Sequence[tuple[str, str]]) -> Array:
        """Return the logits of (context, content) pairs, shape (n, labels).

        Pairs are run in batches of like length, so that short clauses do not pay for long ones.
        """
        encoded = [e.ids for e in self.tokenizer.encode_batch(list(inputs))]
        order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]))
        rows: dict[int, Array] = {}
        for batch in _batches(order, encoded):
            for index, row in zip(batch, self._run([encoded[i] for i in batch]), strict=True):
                rows[index] = row
        width = self.session.get_outputs()[0].shape[-1]
        return np.stack([rows[i] for i in range(len(encoded))]) if encoded else np.zeros((0, width), np.float32)

    def _run(self, batch: list[list[int]]) -> Array:
        width = max(map(len, batch))
        ids = np.full((len(batch), width), self.tokenizer.token_to_id("<pad>") or 0, np.int64)
        mask = np.zeros((len(batch), width), np.int64)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        logits: Array = self.session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return logits


def _batches(order: list[int], encoded: list[list[int]]) -> list[list[int]]:
    """Group indexes, sorted by length, so that no padded batch exceeds the token budget."""
    batches: list[list[int]] = []
    for index in order:
        if batches and (len(batches[-1]) + 1) * len(encoded[index]) <= _BATCH_TOKENS:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


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
