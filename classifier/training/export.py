"""Export a fine-tuned encoder to ONNX with 8-bit weights and check that it still says the same."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnxruntime import InferenceSession, SessionOptions
from onnxruntime.quantization import QuantType, quantize_dynamic

from classifier.errors import ModelError
from classifier.tagger import sigmoid
from classifier.training.encoder import ClauseEncoder, collate
from classifier.training.quiet import quiet
from classifier.training.smooth import smooth

Floats = npt.NDArray[np.float32]
MAX_DRIFT, MAX_WORST, MAX_FLIPPED = 0.15, 0.8, 0.25
"""Largest mean and 99th percentile of the difference of probabilities, and share of labels given by either
model that only one gives. Rounding a trained encoder to 8 bits causes 0.01, 0.08 and none; rows in another order 0.7,
1 and 0.95. Encoders trained for minutes drift more."""
_IN_PLAY = 0.05
"""Most labels are out of the question for most clauses: two models that agree on those agree on nothing."""
_HAIR = 0.1
"""A decision that turns on less has not drifted."""


@quiet()
def export_onnx(model: ClauseEncoder, path: Path, tokens: list[list[int]]) -> None:
    """Write the model as ONNX with int8 weights; inputs `input_ids` and `attention_mask`.

    The model itself is left as it is, but on the processor and in evaluation mode.

    Args:
        model: The trained classifier.
        path: The file to write.
        tokens: Token ids of some hundred clauses, which show what range the activations have.
    """
    model = smooth(model.float().cpu().eval(), tokens)
    # The other implementations guard against rows without a token, which costs a tenth of the time.
    model.backbone.set_attn_implementation("eager")
    ids, mask = collate([[0, 5, 6, 7, 2], [0, 8, 2]])
    raw, prepared = path.with_suffix(".raw.onnx"), path.with_suffix(".pre.onnx")
    batch, length = torch.export.Dim("batch", min=1), torch.export.Dim("length", min=2)
    torch.onnx.export(
        model,
        (ids, mask),
        str(raw),
        input_names=["input_ids", "attention_mask"],
        output_names=["logits"],
        dynamic_shapes=({0: batch, 1: length}, {0: batch, 1: length}),
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    graph = onnx.load(str(raw))
    # The exporter's own shape notes contradict the quantiser's; it infers its own.
    del graph.graph.value_info[:]
    onnx.save(graph, str(prepared))
    quantize_dynamic(str(prepared), str(path), weight_type=QuantType.QInt8, per_channel=True, reduce_range=False)
    for temporary in (raw, prepared):
        temporary.unlink()
    strip_traces(path)
    onnx.checker.check_model(str(path))


def strip_traces(path: Path) -> None:
    """Remove what the exporter notes about the machine it ran on: source paths and stack traces."""
    model = onnx.load(str(path))
    del model.metadata_props[:]
    graph = model.graph
    # The shapes in value_info stay: without them the runtime fuses other operators.
    for item in (*graph.node, *graph.input, *graph.output, *graph.initializer, *graph.value_info):
        item.doc_string = ""
        del item.metadata_props[:]
    del graph.metadata_props[:]
    onnx.save(model, str(path))


def check_parity(model: ClauseEncoder, path: Path, tokens: list[list[int]]) -> float:
    """Return the mean absolute difference of probabilities between torch and ONNX, where either gives some.

    Raises:
        ModelError: The difference exceeds `MAX_DRIFT`, `MAX_WORST` or `MAX_FLIPPED`.
    """
    options = SessionOptions()
    options.log_severity_level = 3
    session = InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    trained, exported = [], []
    for sequence in tokens:
        ids, mask = collate([sequence])
        with torch.inference_mode():
            trained.append(torch.sigmoid(model(ids, mask)).numpy())
        logits = session.run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})[0]
        exported.append(sigmoid(logits))
    drift, worst, flipped = compare(np.concatenate(trained), np.concatenate(exported))
    if drift > MAX_DRIFT or worst > MAX_WORST or flipped > MAX_FLIPPED:
        raise ModelError(
            f"{path}: probabilities drift by {drift:.3f} from the trained model (99th percentile {worst:.3f}), "
            f"{flipped:.0%} of the labels change; export it again"
        )
    return drift


def compare(trained: Floats, exported: Floats) -> tuple[float, float, float]:
    """Return mean and 99th percentile of the difference, and the share of given labels that change.

    Args:
        trained: Probabilities of shape (n, labels).
        exported: The same of the other model.
    """
    # What is no number differs from anything.
    gaps = np.nan_to_num(np.abs(trained - exported), nan=1.0)
    in_play = gaps[~(np.maximum(trained, exported) < _IN_PLAY)]
    if not in_play.size:
        return 0.0, 0.0, 0.0
    given = (trained >= 0.5) | (exported >= 0.5)
    flipped = ((trained >= 0.5) != (exported >= 0.5)) & (gaps > _HAIR)
    return float(in_play.mean()), float(np.quantile(in_play, 0.99)), float(flipped.sum() / max(1, given.sum()))
