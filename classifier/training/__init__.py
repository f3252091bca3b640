"""Train models; needs the extra `train`, which this package checks for on import."""

from importlib.util import find_spec

from classifier.errors import MissingExtraError

_NEEDED = ("datasets", "onnx", "sklearn", "torch", "transformers")

_absent = [name for name in _NEEDED if find_spec(name) is None]
if _absent:
    raise MissingExtraError(f"training needs {', '.join(_absent)}; install it with `pip install 'osdlint[train]'`")
