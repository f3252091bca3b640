"""osdlint: what each clause of a license does, and where the text departs from the Open Source Definition."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from classifier.version import __version__

if TYPE_CHECKING:
    from classifier.datamodels import Clause, Document, Finding, Report
    from classifier.errors import OsdlintError
    from classifier.figures import Figures, apply_figures
    from classifier.pipeline import Classifier, predict

__all__ = [
    "Classifier",
    "Clause",
    "Document",
    "Figures",
    "Finding",
    "OsdlintError",
    "Report",
    "__version__",
    "apply_figures",
    "predict",
]

_HOMES = {
    "Classifier": "pipeline",
    "Clause": "datamodels",
    "Document": "datamodels",
    "Figures": "figures",
    "Finding": "datamodels",
    "OsdlintError": "errors",
    "Report": "datamodels",
    "apply_figures": "figures",
    "predict": "pipeline",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute can be anything
    # Loaded on first use, so that `osdlint --version` pays for neither numpy nor a model.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"classifier.{_HOMES[name]}"), name)
