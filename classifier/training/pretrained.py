"""Prepare a pretrained encoder: cut its vocabulary to the languages at hand, drop layers."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModel

_SPECIAL = 4
"""`<s>`, `<pad>`, `</s>`, `<unk>` open every XLM-R vocabulary."""
_MAX_ASCII_PIECE = 16


def cut_vocabulary(source: Path, target: Path, texts: Iterable[str], *, max_pieces: int) -> None:
    """Write a copy of a Unigram-tokenised encoder with a smaller vocabulary.

    Kept are the pieces that the texts need, then single Chinese characters and Latin-letter
    pieces in the order of their unigram score. Cutting is lossless on the texts: they are
    segmented as before.

    Args:
        source: Folder of the encoder (transformers) and its `tokenizer.json`.
        target: New folder.
        texts: What the new vocabulary must cover.
        max_pieces: Size of the new vocabulary.

    Raises:
        ValueError: The tokenizer is not a Unigram model.
    """
    raw = json.loads((source / "tokenizer.json").read_text("utf-8"))
    if raw["model"]["type"] != "Unigram":
        raise ValueError(f"{source}: the vocabulary of a {raw['model']['type']} tokenizer cannot be cut")
    pieces: list[list[Any]] = raw["model"]["vocab"]
    kept = _choose(pieces, _used(Tokenizer.from_file(str(source / "tokenizer.json")), texts), max_pieces)
    target.mkdir(parents=True, exist_ok=True)
    _write_tokenizer(raw, kept, target)
    model = AutoModel.from_pretrained(source)
    embeddings = model.get_input_embeddings()
    cut = torch.nn.Embedding(len(kept), embeddings.embedding_dim, padding_idx=1)
    with torch.no_grad():
        cut.weight.copy_(embeddings.weight[torch.tensor(kept)])
    model.set_input_embeddings(cut)
    model.config.vocab_size = len(kept)
    model.save_pretrained(target)


def _used(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    used: Counter[int] = Counter()
    for text in texts:
        used.update(tokenizer.encode(text, add_special_tokens=False).ids)
    return used


def _choose(pieces: list[list[Any]], used: Counter[int], max_pieces: int) -> list[int]:
    """Return the ids to keep, ascending: the special ones, those in use, then useful extras."""
    order = dict.fromkeys(range(_SPECIAL))
    order.update(dict.fromkeys(i for i, _ in used.most_common()))
    # The vocabulary is sorted by score, so the likeliest pieces come first.
    order.update(dict.fromkeys(i for i, (piece, _) in enumerate(pieces) if _is_useful(piece)))
    return sorted(list(order)[:max_pieces])


def _is_useful(piece: str) -> bool:
    bare = piece.lstrip("▁")
    if not bare:
        return False
    if bare.isascii():
        return len(bare) <= _MAX_ASCII_PIECE and (bare.isalpha() or len(bare) == 1)
    return len(bare) <= 2 and all("\u4e00" <= ch <= "\u9fff" or "\u3000" <= ch <= "\u303f" for ch in bare)


def _write_tokenizer(raw: dict[str, Any], kept: list[int], target: Path) -> None:
    pieces = raw["model"]["vocab"]
    raw["model"]["vocab"] = [pieces[i] for i in kept]
    where = {old: new for new, old in enumerate(kept)}
    raw["added_tokens"] = [{**token, "id": where[token["id"]]} for token in raw["added_tokens"] if token["id"] in where]
    (target / "tokenizer.json").write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")


def drop_layers(source: Path, target: Path, keep: list[int]) -> None:
    """Write a copy of an encoder that keeps only the layers with these indexes, in order."""
    config = AutoConfig.from_pretrained(source)
    model = AutoModel.from_pretrained(source)
    model.encoder.layer = torch.nn.ModuleList(model.encoder.layer[i] for i in keep)
    config.num_hidden_layers = model.config.num_hidden_layers = len(keep)
    model.save_pretrained(target)
    (target / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
