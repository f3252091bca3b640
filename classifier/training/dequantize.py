"""Read the weights of an exported encoder back, so that a shipped model can be trained further."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper

from classifier.bundle import Layout
from classifier.errors import ModelError
from classifier.training.encoder import ClauseEncoder
from classifier.training.weights import empty_encoder

Array = npt.NDArray[Any]

_PER_LAYER = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
_QUANTIZED, _SCALE, _ZERO = "_quantized", "_scale", "_zero_point"
_SHRINK = ".shrink"


def load_exported(root: Path, dropout: float) -> ClauseEncoder:
    """Return the classifier of a model folder, its 8-bit weights turned back into floats.

    What rounding to 8 bits lost stays lost: less than a further epoch of training moves.

    Args:
        root: A folder that `osdlint train` wrote.
        dropout: Share of pooled features dropped in further training.

    Raises:
        ModelError: The folder holds no encoder that this package exported.
    """
    layout = Layout(root)
    if not layout.onnx.is_file():
        raise ModelError(f"{root}: has no {layout.onnx.name}; name a model with an encoder, or a pretrained encoder")
    weights = _read_weights(layout.onnx)
    model = empty_encoder(root, len(weights["head.bias"]), dropout)
    missing, unexpected = model.load_state_dict({k: torch.tensor(v) for k, v in weights.items()}, strict=False)
    if missing or unexpected:
        raise ModelError(f"{layout.onnx}: weights do not fit its config ({[*missing, *unexpected][:3]}); train anew")
    return model


def _read_weights(path: Path) -> dict[str, Array]:
    """Return weights by the name they have in `ClauseEncoder`."""
    stored = {item.name: numpy_helper.to_array(item) for item in onnx.load(str(path)).graph.initializer}
    weights = {name: array for name, array in stored.items() if _is_plain(name, array)}
    anonymous = []
    for name in stored:
        if name.endswith(_QUANTIZED):
            base = name.removesuffix(_QUANTIZED)
            floats = _dequantize(stored, base)
            if base.startswith("head."):
                # From onnxruntime 1.32 on its quantiser calls the factor it transposed by another name.
                weights["head.weight"] = floats.T
            elif base.endswith(".weight"):
                weights[base] = floats
            else:
                anonymous.append(floats)
    # The exporter names the transposed factors of matrix products by number, in the order they are used.
    depth, rest = divmod(len(anonymous), len(_PER_LAYER))
    if rest or "head.bias" not in weights:
        raise ModelError(f"{path}: not an encoder that this package exported; train anew")
    names = [f"backbone.encoder.layer.{i}.{part}.weight" for i in range(depth) for part in _PER_LAYER]
    weights.update((name, floats.T) for name, floats in zip(names, anonymous, strict=True))
    # What `smooth` divided the inputs by, and multiplied the weights by.
    for name in [name for name in weights if name.endswith(_SHRINK)]:
        weights[name.removesuffix(_SHRINK) + ".weight"] *= weights.pop(name)
    return weights


def _is_plain(name: str, array: Array) -> bool:
    known = name.startswith(("backbone.", "head.")) or name in ("mean", "deviation")
    helper = name.endswith((_QUANTIZED, _SCALE, _ZERO, "position_ids", "token_type_ids"))
    return known and not helper and array.dtype == np.float32


def _dequantize(stored: dict[str, Array], base: str) -> Array:
    zero = stored[base + _ZERO].astype(np.float32)
    return np.asarray((stored[base + _QUANTIZED].astype(np.float32) - zero) * stored[base + _SCALE], np.float32)
