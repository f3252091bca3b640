"""Save and resume a fine-tuning run: weights and optimizer moments in safetensors, never pickle."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

_STATE = ("exp_avg", "exp_avg_sq", "step")


def fingerprint(**facts: object) -> str:
    """Return a digest of everything that must be equal for a run to be continued."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def digest(model: torch.nn.Module) -> str:
    """Return a digest of a model's weights."""
    found = hashlib.sha256()
    for name, tensor in model.state_dict().items():
        found.update(name.encode())
        # As bytes: NumPy knows no bfloat16.
        found.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return found.hexdigest()


def save_checkpoint(
    path: Path, models: Mapping[str, torch.nn.Module], optimizer: torch.optim.Optimizer, facts: Mapping[str, str]
) -> None:
    """Write weights and moments in one atomic step; `facts` are strings to check on resuming."""
    tensors = {
        f"{role}.{name}": tensor.contiguous()
        for role, model in models.items()
        for name, tensor in model.state_dict().items()
    }
    for i, parameter in enumerate(_parameters(optimizer)):
        for name in _STATE:
            if name in optimizer.state.get(parameter, {}):
                tensors[f"optimizer.{i}.{name}"] = optimizer.state[parameter][name].contiguous()
    temporary = path.with_suffix(".tmp")
    save_file(tensors, temporary, metadata=dict(facts))
    temporary.replace(path)


def load_checkpoint(
    path: Path, models: Mapping[str, torch.nn.Module], optimizer: torch.optim.Optimizer, run: str
) -> int:
    """Restore a run and return how many epochs it has behind it.

    Returns 0, and restores nothing, when there is no checkpoint or it is of another run.
    """
    if not path.is_file():
        return 0
    with safe_open(path, framework="pt") as stored:
        facts = stored.metadata()
        if facts.get("run") != run:
            return 0
        tensors = {name: stored.get_tensor(name) for name in stored.keys()}
    for role, model in models.items():
        prefix = f"{role}."
        model.load_state_dict({name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)})
    for i, parameter in enumerate(_parameters(optimizer)):
        state = {name: tensors[f"optimizer.{i}.{name}"] for name in _STATE if f"optimizer.{i}.{name}" in tensors}
        if state:
            # The fused optimizer wants its count of steps on the GPU too.
            optimizer.state[parameter] = {name: tensor.to(parameter.device) for name, tensor in state.items()}
    return int(facts["epoch"])


def _parameters(optimizer: torch.optim.Optimizer) -> list[torch.nn.Parameter]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]
