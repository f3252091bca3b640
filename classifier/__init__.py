"""osdlint: what each clause of a license does, and where the text departs from the Open Source Definition."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from classifier.version import __version__

if TYPE_CHECKING:
    from classifier.datamodels import Clause, Document, Finding, Report
    from classifier.errors import OsdlintError
    from classifier.pipeline import Classifier, predict

__all__ = ["Classifier", "Clause", "Document", "Finding", "OsdlintError", "Report", "__version__", "predict"]

_HOMES = {
    "Classifier": "pipeline",
    "Clause": "datamodels",
    "Document": "datamodels",
    "Finding": "datamodels",
    "OsdlintError": "errors",
    "Report": "datamodels",
    "predict": "pipeline",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute can be anything
    # Loaded on first use, so that `osdlint --version` pays for neither numpy nor a model.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"classifier.{_HOMES[name]}"), name)
