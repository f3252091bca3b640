"""The API against its own description: requests made from it at random, the same ones every time."""

import pytest

pytest.importorskip("fastapi", reason="the extra web is not installed")
pytest.importorskip("schemathesis", reason="schemathesis is not installed")

import schemathesis
from hypothesis import HealthCheck, settings
from serving import wren_classifier

from classifier.web.app import create_app

schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(wren_classifier()), headers={"Host": "127.0.0.1"})


@schema.parametrize()
@settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_the_api_answers_as_described(case):
    response = case.call_and_validate(headers={"Host": "127.0.0.1"})
    assert response.status_code != 421
