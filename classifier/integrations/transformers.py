"""Teach transformers the model folders of this package; importing this module is enough.

    import classifier.integrations.transformers
    from transformers import pipeline

    pipeline("text-classification", model="my-model", top_k=None)("You may copy it.")

Without the import, `pipeline(..., trust_remote_code=True)` runs the same code from the model folder.
"""

from importlib.util import find_spec

from classifier.errors import MissingExtraError

_absent = [name for name in ("torch", "transformers") if find_spec(name) is None]
if _absent:
    raise MissingExtraError(
        f"loading with transformers needs {', '.join(_absent)}; install it with `pip install 'osdlint[train]'`"
    )

from transformers import AutoConfig, AutoModelForSequenceClassification  # noqa: E402 - after the check for the extra

from classifier.integrations.modeling_osdlint import (  # noqa: E402
    OsdlintConfig,
    OsdlintForSequenceClassification,
)

__all__ = ["OsdlintConfig", "OsdlintForSequenceClassification"]

AutoConfig.register(OsdlintConfig.model_type, OsdlintConfig, exist_ok=True)
AutoModelForSequenceClassification.register(OsdlintConfig, OsdlintForSequenceClassification, exist_ok=True)
# What `save_pretrained` and `push_to_hub` write can be loaded without this package too.
OsdlintConfig.register_for_auto_class()
OsdlintForSequenceClassification.register_for_auto_class("AutoModelForSequenceClassification")
