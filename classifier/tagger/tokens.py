"""What an encoder reads of a pair of texts: token ids, cut in one way for training and use."""

from collections.abc import Sequence

from tokenizers import Encoding, Tokenizer

_CONTEXT, _CONTENT = 0, 1


def encode_pairs(tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]], max_length: int) -> list[list[int]]:
    """Return token ids of (context, content) pairs, cut to `max_length`.

    The content is cut at its end, but to no less than a quarter of `max_length`; a context that
    leaves it less is cut at its beginning, for its last words stand next to the content.
    """
    # A tokenizer may come with settings of its own.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return [_cut(encoding, max_length) for encoding in tokenizer.encode_batch(list(pairs))]


def _cut(encoding: Encoding, max_length: int) -> list[int]:
    ids: list[int] = encoding.ids
    excess = len(ids) - max_length
    if excess <= 0:
        return ids
    context, content = (
        [i for i, part in enumerate(encoding.sequence_ids) if part == wanted] for wanted in (_CONTEXT, _CONTENT)
    )
    kept = max(len(content) - excess, min(len(content), max_length // 4))
    dropped = {*content[kept:], *context[: excess - (len(content) - kept)]}
    return [token for i, token in enumerate(ids) if i not in dropped]
