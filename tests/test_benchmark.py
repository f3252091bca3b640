from classifier.benchmark import held_out_documents
from classifier.datamodels import Clause
from classifier.gold import Example

WORDS = "anyone may copy this work and change it as they like for any purpose at all without asking anybody first"
BODIES = {
    "read": WORDS,
    "twin": f"{WORDS} or later",
    "other": "The tool is lent to members of the guild alone, who hand it back in autumn, clean and oiled.",
}


def example(key, split):
    body = BODIES[key]
    return Example(Clause(body, 0, len(body), body), ("permission.use",), key, key, split, 0, "en", False)


def test_a_held_out_text_that_train_has_nearly_is_not_judged():
    examples = [example("read", "train"), example("twin", "test"), example("other", "test")]
    assert list(held_out_documents(examples, BODIES.__getitem__)) == ["other"]
