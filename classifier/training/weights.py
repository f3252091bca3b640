"""The encoder of a model folder in safetensors: for transformers, and to be trained further."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModel, PretrainedConfig

from classifier.bundle import Layout, write_json
from classifier.errors import ModelError
from classifier.integrations import modeling_osdlint
from classifier.integrations.modeling_osdlint import OsdlintConfig, OsdlintForSequenceClassification
from classifier.training.encoder import ClauseEncoder

_FULL_PRECISION = ("mean", "deviation", "head.weight", "head.bias")
"""A few small tensors in which the rounding to half precision would show."""
_NOT_OF_THE_BACKBONE = ("id2label", "label2id", "num_labels", "problem_type", "architectures", "osdlint")
_TOKENIZER_CLASS = "PreTrainedTokenizerFast"
_SPECIAL_TOKENS = {
    "cls_token": ("<s>", "[CLS]"),
    "sep_token": ("</s>", "[SEP]"),
    "pad_token": ("<pad>", "[PAD]"),
    "unk_token": ("<unk>", "[UNK]"),
    "mask_token": ("<mask>", "[MASK]"),
}


def save_weights(model: ClauseEncoder, tokenizer: Tokenizer, layout: Layout, max_length: int) -> dict[str, Any]:
    """Write weights in half precision and the code that loads them; return what config.json needs for it.

    Args:
        model: The trained classifier.
        tokenizer: What `plain_input` returned.
        layout: The model folder to write into.
        max_length: Longest input in tokens.
    """
    backbone = {name: value for name, value in model.settings.items() if name not in _NOT_OF_THE_BACKBONE}
    hub = OsdlintForSequenceClassification(OsdlintConfig(backbone, num_labels=model.head.out_features))
    tensors = model.state_dict()
    stored = {name: _stored(name, tensors[name]) for name in hub.state_dict()}
    layout.weights.write_bytes(save(stored, metadata={"format": "pt"}))
    shutil.copyfile(modeling_osdlint.__file__, layout.modeling)
    write_json(layout.tokenizer_config, _tokenizer_config(tokenizer, max_length))
    code = layout.modeling.stem
    return {
        "model_type": OsdlintConfig.model_type,
        "architectures": [OsdlintForSequenceClassification.__name__],
        "auto_map": {
            "AutoConfig": f"{code}.{OsdlintConfig.__name__}",
            "AutoModelForSequenceClassification": f"{code}.{OsdlintForSequenceClassification.__name__}",
        },
        # Older releases load a tokenizer only for a configuration that names one.
        "tokenizer_class": _TOKENIZER_CLASS,
        "dtype": "float32",
        "max_tokens": max_length,
        "backbone": backbone,
    }


def _stored(name: str, tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().cpu().to(torch.float32 if name in _FULL_PRECISION else torch.float16).contiguous()


def _tokenizer_config(tokenizer: Tokenizer, max_length: int) -> dict[str, Any]:
    special = {
        role: token
        for role, tokens in _SPECIAL_TOKENS.items()
        for token in tokens
        if tokenizer.token_to_id(token) is not None
    }
    return {
        "tokenizer_class": _TOKENIZER_CLASS,
        "model_input_names": ["input_ids", "attention_mask"],
        "model_max_length": max_length,
        **special,
    }


def plain_input(tokenizer: Tokenizer) -> Tokenizer:
    """Return a tokenizer that reads a bare text as the training rows are read.

    Those are lower-case pairs whose first text may be empty: they are tokenised as before.
    """
    raw = json.loads(tokenizer.to_str())
    before = raw["normalizer"]
    steps = before["normalizers"] if before and before["type"] == "Sequence" else [before] if before else []
    if {"type": "Lowercase"} not in steps:
        raw["normalizer"] = {"type": "Sequence", "normalizers": [{"type": "Lowercase"}, *steps]}
    template = raw["post_processor"]
    if template and template["type"] == "TemplateProcessing":
        template["single"] = _without_first(template["pair"])
    return Tokenizer.from_str(json.dumps(raw))


def _without_first(pair: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the template of a pair whose first text is empty."""
    rest = [item for item in pair if item.get("Sequence", {}).get("id") != "A"]
    return [{"Sequence": {**item["Sequence"], "id": "A"}} if "Sequence" in item else item for item in rest]


def load_weights(root: Path, dropout: float) -> ClauseEncoder:
    """Return the classifier of a model folder that has `model.safetensors`.

    Args:
        root: A folder that `osdlint train` wrote.
        dropout: Share of pooled features dropped in further training.

    Raises:
        ModelError: The file is damaged or does not fit config.json.
    """
    path = Layout(root).weights
    try:
        tensors = {name: tensor.float() for name, tensor in load_file(path).items()}
        model = empty_encoder(root, len(tensors["head.bias"]), dropout)
        model.load_state_dict(tensors)
    except Exception as error:  # safetensors and torch raise their own
        reason = str(error).splitlines()[0]
        raise ModelError(f"{path}: unreadable or of another model ({reason}); copy or train the model again") from error
    return model


def empty_encoder(root: Path, n_labels: int, dropout: float) -> ClauseEncoder:
    """Return a classifier of the shape that a model folder's config.json describes, its weights random."""
    backbone = AutoModel.from_config(_backbone_config(root))
    backbone.pooler = None
    return ClauseEncoder(backbone, n_labels, dropout)


def _backbone_config(root: Path) -> PretrainedConfig:
    raw: Mapping[str, Any] = json.loads(Layout(root).config.read_text("utf-8"))
    # Folders without weights for transformers have the backbone's settings at the top.
    raw = raw.get("backbone", raw)
    settings = {name: value for name, value in raw.items() if name not in (*_NOT_OF_THE_BACKBONE, "model_type")}
    return AutoConfig.for_model(
        raw["model_type"], **{**settings, "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    )
