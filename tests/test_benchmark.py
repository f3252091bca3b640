from classifier.benchmark import held_out_documents
from classifier.datamodels import Clause
from classifier.gold import Example


def example(key, split):
    return Example(
        Clause("Do as you like.", 0, 15, "Do as you like."), ("permission.use",), key, key, split, 0, "en", False
    )


def test_documents_of_the_test_split_are_judged_written_clauses_are_not():
    examples = [example("b", "test"), example("", "test"), example("read", "train"), example("a", "test")]
    assert list(held_out_documents(examples)) == ["a", "b"]
