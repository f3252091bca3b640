"""A tiny encoder and rows for it: what a training test can afford."""

from classifier.annotations import Row, to_json

WORDS = "no part of the work may serve war everybody copy limits grant ▁".split()
VERBS = ("copy", "share", "print", "scan", "draw", "store", "read", "sing", "paint", "carve", "knit", "brew")


def make_base(folder):
    """Write a random two-layer encoder with a Unigram vocabulary of a few words."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel

    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *((f"▁{w}", -3.0) for w in WORDS)]
    pieces += [(letter, -8.0) for letter in "abcdefghijklmnopqrstuvwxyz▁"]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=200,
        pad_token_id=1,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def rows_file(path, kinds=(("everybody may {} it", "permission.use"), ("nobody shall {} for war", "house.no-war"))):
    """Write rows of two kinds over many families: no two share most of their wording."""
    rows = [
        Row((label,), "writer-01", 1, text=f"{pattern.format(verb)} {number} {verb * 2}", lang="en")
        for number, verb in enumerate(VERBS * 12)
        for pattern, label in kinds
    ]
    path.write_text("".join(to_json(row) + "\n" for row in rows), encoding="utf-8")
    return path
