"""How pairs of context and content are cut to the length that an encoder reads."""

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from classifier.tagger.tokens import encode_pairs

OPEN, CLOSE, CONTEXT, CONTENT = range(4)
MAX_LENGTH = 40


@pytest.fixture
def tokenizer():
    """Return a tokenizer of numbers, which adds four signs to a pair as those of XLM-R do."""
    words = {"<s>": OPEN, "</s>": CLOSE, **{str(number): number for number in range(2, 1000)}}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<s>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", OPEN), ("</s>", CLOSE)]
    )
    return tokenizer


def cut(tokenizer, context, content):
    """Return what is left of a context and a content of so many tokens."""
    pair = tuple(" ".join(map(str, range(first, first + n))) for first, n in ((100, context), (500, content)))
    (ids,) = encode_pairs(tokenizer, [pair], MAX_LENGTH)
    assert [ids[0], ids[-1], ids.count(CLOSE)] == [OPEN, CLOSE, 3]
    return [i for i in ids if 100 <= i < 500], [i for i in ids if i >= 500]


@pytest.mark.parametrize("context", [0, 1, 10, 26])
@pytest.mark.parametrize("content", [0, 1, 10, 11, 400])
def test_a_context_that_leaves_room_is_cut_in_the_content_alone(tokenizer, context, content):
    pair = ("100 " * context, "500 " * content)
    found = encode_pairs(tokenizer, [pair], MAX_LENGTH)
    tokenizer.enable_truncation(MAX_LENGTH, strategy="only_second")
    assert found == [tokenizer.encode(*pair).ids]


@pytest.mark.parametrize("context", [27, 36, 37, 300])
def test_a_quarter_is_left_to_the_content(tokenizer, context):
    before, after = cut(tokenizer, context, 400)
    assert after == list(range(500, 510))
    assert before == list(range(100 + context - 26, 100 + context))


def test_a_short_content_is_kept_whole_and_gives_its_room_to_the_context(tokenizer):
    before, after = cut(tokenizer, 300, 2)
    assert after == [500, 501]
    assert before == list(range(366, 400))


def test_a_pair_that_fits_is_not_cut(tokenizer):
    before, after = cut(tokenizer, 34, 2)
    assert (len(before), len(after)) == (34, 2)
