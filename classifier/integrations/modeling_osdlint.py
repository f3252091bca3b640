"""The encoder of a model folder as transformers loads it: an encoder, masked mean pooling, a linear head.

A copy of this file lies in the model folders that have `model.safetensors`; it needs torch and
transformers alone.
"""

from typing import Any

import torch
from transformers import AutoConfig, AutoModel, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import SequenceClassifierOutput


class OsdlintConfig(PretrainedConfig):  # type: ignore[misc]
    """What the model is made of.

    Args:
        backbone: Configuration of the encoder, with its `model_type`.
        logit_scale: Calibration: the logits of the head are multiplied by it,
        logit_bias: and this is added.
        max_tokens: Longest input that the model was trained on; the rest is not read.
        kwargs: What every configuration has, `id2label` among it.
    """

    model_type = "osdlint"

    def __init__(
        self,
        backbone: dict[str, Any] | None = None,
        logit_scale: float = 1.0,
        logit_bias: float = 0.0,
        max_tokens: int = 192,
        **kwargs: Any,  # noqa: ANN401 - any JSON value
    ) -> None:
        self.backbone = backbone or {"model_type": "bert"}
        self.logit_scale = logit_scale
        self.logit_bias = logit_bias
        self.max_tokens = max_tokens
        super().__init__(**kwargs)


class OsdlintForSequenceClassification(PreTrainedModel):  # type: ignore[misc]
    """Calibrated logits of every label, for the sigmoid; inputs are pairs of context and clause.

    Args:
        config: What the model is made of.
    """

    config_class = OsdlintConfig
    base_model_prefix = "backbone"
    _supports_sdpa = True

    def __init__(self, config: OsdlintConfig) -> None:
        super().__init__(config)
        settings = dict(config.backbone)
        inner = AutoConfig.for_model(settings.pop("model_type"), **settings)
        self.backbone = AutoModel.from_config(inner)
        self.backbone.pooler = None
        self.register_buffer("mean", torch.zeros(inner.hidden_size))
        self.register_buffer("deviation", torch.ones(inner.hidden_size))
        self.head = torch.nn.Linear(inner.hidden_size, config.num_labels)
        self.post_init()

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        labels: torch.Tensor | None = None,
        **ignored: Any,  # noqa: ANN401 - what a tokenizer or pipeline adds
    ) -> SequenceClassifierOutput:
        """Return logits of shape (batch, labels), and with `labels` of that shape the loss."""
        input_ids = input_ids[:, : self.config.max_tokens]
        mask = torch.ones_like(input_ids) if attention_mask is None else attention_mask[:, : self.config.max_tokens]
        hidden = self.backbone(input_ids=input_ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1.0)
        logits = self.head((pooled - self.mean) / self.deviation)
        logits = self.config.logit_scale * logits + self.config.logit_bias
        loss = None
        if labels is not None:
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels.to(logits.dtype))
        return SequenceClassifierOutput(loss=loss, logits=logits)
