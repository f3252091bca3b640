import numpy as np

from classifier.bundle import default_model_dir
from classifier.datamodels import Clause
from classifier.tagger import ClauseTagger

TEXTS = (
    "You may copy it.",
    "The Licensee shall not, without the written consent of the Licensor, offer access to the Model to others as a "
    "hosted service, rent it, lend it or let anyone else run it for a fee, whatever that fee is called.",
    "禁止将本模型用于军事目的。",
)


def test_the_labels_of_a_clause_do_not_depend_on_its_neighbours():
    tagger = ClauseTagger.from_pretrained(default_model_dir(), use_memory=False)
    clauses = [Clause(text, 0, len(text), text) for text in TEXTS]
    together = tagger.predict_proba(clauses)
    alone = np.concatenate([tagger.predict_proba([clause]) for clause in clauses])
    np.testing.assert_array_equal(together, alone)
