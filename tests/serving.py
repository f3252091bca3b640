"""A server on a free port for the time of a test, and the small known texts it is asked about."""

import threading
from contextlib import contextmanager

import pytest
from conftest import KeywordTagger

from classifier.corpus import License
from classifier.datamodels import LabelScore, TaggedClause
from classifier.known.build import build_index
from classifier.pipeline import Classifier

pytest.importorskip("fastapi", reason="the extra web is not installed")
import uvicorn

from classifier.web.server import bind

WREN = """Wren License

Anyone who finds the Program in this folder may use it, copy it and modify it as often as they like.
Whoever hands a copy to another person keeps this notice with it, on paper or in a file beside it.
The Program is provided as is, and nobody who wrote it answers for what it does on any machine.
"""
RIDER = "You may not use the Program for commercial purposes.\n"


def wren_classifier(score=0.9):
    """Return a classifier that knows one license and labels clauses by their words."""
    fields = {"category": "", "spdx_id": "Wren-1.0", "language": "en", "osi_approved": False, "deprecated": False}
    known = License(key="wren", body=WREN, name="Wren License 1.0", **fields)
    index = build_index(
        [known], lambda clauses: [TaggedClause(c, (LabelScore("permission.use", 1.0),)) for c in clauses]
    )
    return Classifier(KeywordTagger(score), lambda: index)


@contextmanager
def serving(app):
    """Serve an application from a thread and give its address."""
    listener = bind("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
    listener.close()
