"""Even out the channels that an encoder's matrix products read, so that rounding to 8 bits costs little."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.nn import functional

from classifier.training.encoder import ClauseEncoder, collate

_STRENGTH = 0.75
"""Share of a channel's range that moves from the activations into the weights: these have a scale for each
column, those one for all, and a few channels of a pretrained encoder are ten times as wide as the rest."""
_TINY = 1e-4
"""Stands for the range of a channel that is silent."""
_LARGEST_FACTOR = 32.0
"""A channel that was silent on the sample may speak up: it must not set the scale for all."""

Ranges = dict[str, torch.Tensor]


class SmoothedLinear(torch.nn.Linear):
    """A linear layer whose input channels are divided by factors that its weights are multiplied by.

    Args:
        plain: The layer to take the place of.
        factors: One a channel of the input.
    """

    def __init__(self, plain: torch.nn.Linear, factors: torch.Tensor) -> None:
        super().__init__(plain.in_features, plain.out_features, plain.bias is not None)
        self.shrink: torch.Tensor
        self.register_buffer("shrink", 1.0 / factors)
        with torch.no_grad():
            self.weight.copy_(plain.weight * factors)
            if plain.bias is not None:
                self.bias.copy_(plain.bias)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return what the plain layer returns."""
        return functional.linear(inputs * self.shrink, self.weight, self.bias)


def smooth(model: ClauseEncoder, tokens: list[list[int]]) -> ClauseEncoder:
    """Return a copy that computes the same, with the layers of its backbone smoothed.

    Source: Xiao et al., "SmoothQuant: Accurate and Efficient Post-Training Quantization for Large
    Language Models" (ICML 2023).

    Args:
        model: The trained classifier.
        tokens: Token ids of some hundred clauses, which show how wide each channel is.
    """
    model = copy.deepcopy(model)
    with _measured(model) as ranges:
        for sequence in tokens:
            ids, mask = collate([sequence])
            model.pool(ids, mask)
    for name, layer in _linear_layers(model):
        if name in ranges:
            parent, _, own = name.rpartition(".")
            setattr(model.backbone.get_submodule(parent), own, SmoothedLinear(layer, _factors(ranges[name], layer)))
    return model


def _linear_layers(model: ClauseEncoder) -> list[tuple[str, torch.nn.Linear]]:
    return [(name, part) for name, part in model.backbone.named_modules() if isinstance(part, torch.nn.Linear)]


@contextmanager
def _measured(model: ClauseEncoder) -> Iterator[Ranges]:
    """Collect the largest magnitude that each channel of each layer's input has meanwhile."""
    ranges: Ranges = {}

    def watch(name: str, layer: torch.nn.Linear) -> torch.utils.hooks.RemovableHandle:
        def see(_: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            widest = inputs[0].abs().flatten(0, -2).amax(dim=0)
            ranges[name] = torch.maximum(ranges[name], widest) if name in ranges else widest

        return layer.register_forward_pre_hook(see)

    hooks = [watch(name, layer) for name, layer in _linear_layers(model)]
    try:
        with torch.inference_mode():
            yield ranges
    finally:
        for hook in hooks:
            hook.remove()


def _factors(widest: torch.Tensor, layer: torch.nn.Linear) -> torch.Tensor:
    """Return the factors of a layer, one a channel, their geometric mean 1."""
    heaviest = layer.weight.detach().abs().amax(dim=0)
    factors = widest.clamp(min=_TINY) ** _STRENGTH / heaviest.clamp(min=_TINY) ** (1 - _STRENGTH)
    return (factors / factors.log().mean().exp()).clamp(1 / _LARGEST_FACTOR, _LARGEST_FACTOR)
