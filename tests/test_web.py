"""The API and its guards: what it answers, what it refuses, and in which shape."""

import asyncio
import json
import threading

import jsonschema
import pytest

pytest.importorskip("fastapi", reason="the extra web is not installed")
pytest.importorskip("httpx2", reason="httpx2 is not installed")

from serving import RIDER, WREN, wren_classifier
from starlette.testclient import TestClient
from test_cli import SCHEMA

from classifier.datamodels import Document
from classifier.errors import BusyError, UsageError
from classifier.pipeline import Classifier
from classifier.render.json import render_json
from classifier.web.app import LOCAL_HOSTS, Limits, create_app
from classifier.web.guards import host_name
from classifier.web.problems import STATUS
from classifier.web.server import bind
from classifier.web.workers import Workers

CHECK = "/api/v1/check"
HOME = "http://127.0.0.1:8000"


def client_of(app):
    return TestClient(app, base_url=HOME, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def client():
    return client_of(create_app(wren_classifier()))


def refusal(response, status, code):
    """Check the shape of a refusal and return its message."""
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    jsonschema.validate(response.json(), SCHEMA)
    return response.json()["error"]["message"]


class SlowTagger:
    """Answers when it is allowed to."""

    def __init__(self, tagger):
        self.tagger = tagger
        self.config = tagger.config
        self.go = threading.Event()
        self.calls = 0

    def predict_proba(self, clauses):
        self.calls += 1
        self.go.wait(30)
        return self.tagger.predict_proba(clauses)


class BrokenTagger(SlowTagger):
    def predict_proba(self, clauses):
        raise RuntimeError("the secret text")


# What it answers.


def test_the_report_is_that_of_the_command_line(client):
    expected = render_json([wren_classifier().predict(Document(WREN + RIDER, "LICENSE"))])
    response = client.post(CHECK, json={"text": WREN + RIDER, "name": "LICENSE"})
    assert (response.status_code, response.text) == (200, expected)
    assert response.headers["content-type"] == "application/json"


def test_the_report_follows_the_published_schema(client):
    jsonschema.validate(client.post(CHECK, json={"text": WREN}).json(), SCHEMA)


def test_characters_beyond_the_basic_plane_keep_their_code_point_offsets(client):
    text = "😀😀 You may use it 😀.\nNot for commercial ends."
    clauses = client.post(CHECK, json={"text": text}).json()["clauses"]
    assert [text[clause["start"] : clause["end"]] for clause in clauses] == [clause["text"] for clause in clauses]


@pytest.mark.parametrize(
    ("name", "media_type", "words"),
    [
        ("sarif", "application/sarif+json", '"2.1.0"'),
        ("html", "text/html; charset=utf-8", "<!DOCTYPE html>"),
        ("markdown", "text/markdown; charset=utf-8", "No Discrimination"),
        ("csv", "text/csv; charset=utf-8", "restriction.non-commercial"),
        ("text", "text/plain; charset=utf-8", "deviates"),
    ],
)
def test_other_formats_come_as_attachments(client, name, media_type, words):
    response = client.post(CHECK, params={"format": name}, json={"text": WREN + RIDER})
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)
    assert response.headers["content-disposition"].startswith('attachment; filename="osdlint-report.')
    assert words in response.text


def test_about_offers_only_formats_that_can_be_had(client):
    for entry in client.get("/api/v1/about").json()["formats"]:
        assert client.post(CHECK, params={"format": entry["id"]}, json={"text": WREN}).status_code == 200


def test_about_has_every_reason_of_a_report_in_both_languages(client):
    sentences = {sentence["en"]: sentence["zh"] for sentence in client.get("/api/v1/about").json()["sentences"]}
    for finding in client.post(CHECK, json={"text": WREN + RIDER}).json()["findings"]:
        assert sentences[finding["reason"]]


def test_about_names_ten_criteria_in_both_languages(client):
    criteria = client.get("/api/v1/about").json()["criteria"]
    assert [criterion["number"] for criterion in criteria] == list(range(1, 11))
    assert all(not criterion["title"]["zh"].isascii() for criterion in criteria)


# What it refuses.


@pytest.mark.parametrize("text", ["", " \n\t", "\u3000"])
def test_an_empty_text_is_refused_under_its_name(client, text):
    response = client.post(CHECK, json={"text": text, "name": "LICENSE"})
    assert refusal(response, 422, "unreadable-input") == "LICENSE: the text is empty; give a license text"
    assert response.json()["source"]["name"] == "LICENSE"


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", '{"text": 5}', '{"txt": "x"}', '{"text": "x", "more": 1}', '{"text": "\\ud800"}', "\xff"],
)
def test_a_bad_body_is_refused(client, body):
    response = client.post(CHECK, content=body.encode("latin-1"), headers={"Content-Type": "application/json"})
    refusal(response, 422, "bad-request")


def test_deeply_nested_json_is_refused(client):
    body = "[" * 200_000
    response = client.post(CHECK, content=body, headers={"Content-Type": "application/json"})
    refusal(response, 422, "bad-request")


def test_a_refusal_does_not_repeat_the_text(client):
    assert "Wren" not in client.post(CHECK, json={"text": [WREN]}).text


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_types_that_foreign_pages_may_send_are_refused(client, media_type):
    headers = {"Content-Type": media_type} if media_type else {}
    response = client.post(CHECK, content=json.dumps({"text": WREN}).encode(), headers=headers)
    refusal(response, 415, "unsupported-media-type")


def test_an_unknown_format_is_refused_and_the_known_ones_named(client):
    message = refusal(client.post(CHECK, params={"format": "pdf"}, json={"text": WREN}), 422, "bad-request")
    assert "'sarif'" in message


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/nothing", "/../app.py", "/static/", "/index.html"])
def test_other_paths_are_not_found(client, path):
    refusal(client.get(path), 404, "not-found")


def test_other_methods_are_refused(client):
    response = client.get(CHECK)
    refusal(response, 405, "method-not-allowed")
    assert response.headers["allow"] == "POST"


def test_a_failure_of_the_server_tells_nothing(keyword_tagger):
    client = client_of(create_app(Classifier(BrokenTagger(keyword_tagger))))
    response = client.post(CHECK, json={"text": WREN})
    assert "secret" not in refusal(response, 500, "internal-error")
    assert response.headers["x-content-type-options"] == "nosniff"


# The guards.


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:9", "localhost:8000", "LOCALHOST", "[::1]:8000", "lint.example"]
)
def test_own_hosts_are_answered(host):
    client = client_of(create_app(wren_classifier(), Limits(hosts=(*LOCAL_HOSTS, "lint.example"))))
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "", "127.0.0.2", "[::2]"],
)
def test_foreign_hosts_are_refused(client, host):
    assert "--allow-host" in refusal(client.get("/", headers={"Host": host}), 421, "foreign-host")


@pytest.mark.parametrize(
    ("header", "name"),
    [("a", "a"), ("A.B:80", "a.b"), ("[::1]", "[::1]"), ("[::1]:80", "[::1]"), ("", ""), (":80", "")],
)
def test_host_names_lose_their_port(header, name):
    assert host_name(header) == name


@pytest.mark.parametrize("path", ["/", "/app.js", "/style.css", "/openapi.json", "/api/v1/about", "/nothing", CHECK])
def test_every_answer_binds_the_browser(client, path):
    headers = client.get(path).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def ask(app, chunks, headers=(), pause=0.0, stop_after=None):
    """Send a request chunk by chunk, bypassing every client; return the status and how many chunks were taken.

    The task is cancelled after some seconds, as a server does that is being stopped.
    """
    taken, sent = 0, []

    async def receive():
        nonlocal taken
        await asyncio.sleep(pause)
        taken += 1
        return {"type": "http.request", "body": chunks[taken - 1], "more_body": taken < len(chunks)}

    async def send(message):
        sent.append(message)

    given = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json"), *headers]
    scope = {"type": "http", "method": "POST", "path": CHECK, "raw_path": CHECK.encode(), "query_string": b""}
    scope |= {"headers": given, "scheme": "http", "root_path": "", "http_version": "1.1", "server": ("127.0.0.1", 80)}
    scope |= {"client": ("127.0.0.1", 1), "asgi": {"version": "3.0"}}

    async def main():
        task = asyncio.create_task(app(scope, receive, send))
        if stop_after is not None:
            await asyncio.sleep(stop_after)
            task.cancel()
        await task

    asyncio.run(main())
    return sent[0]["status"], taken


def test_a_body_is_counted_while_it_arrives():
    app = create_app(wren_classifier(), Limits(max_bytes=1000))
    assert ask(app, [b"x" * 400] * 1000) == (413, 3)


def test_a_length_above_the_cap_is_refused_before_the_body():
    app = create_app(wren_classifier(), Limits(max_bytes=1000))
    assert ask(app, [b"x"], [(b"content-length", b"1001")]) == (413, 0)


def test_a_length_that_lies_does_not_lift_the_cap():
    app = create_app(wren_classifier(), Limits(max_bytes=1000))
    assert ask(app, [b"x" * 400] * 5, [(b"content-length", b"10")]) == (413, 3)


def test_a_body_of_exactly_the_cap_is_taken():
    body = json.dumps({"text": WREN}).encode()
    app = create_app(wren_classifier(), Limits(max_bytes=len(body)))
    assert ask(app, [body[:9], body[9:]]) == (200, 2)


def test_a_body_that_dribbles_is_given_up():
    app = create_app(wren_classifier(), Limits(timeout=0.05))
    assert ask(app, [b" "] * 10_000, pause=0.01)[0] == 408


def test_a_check_that_takes_too_long_keeps_its_worker_until_it_ends(keyword_tagger):
    slow = SlowTagger(keyword_tagger)
    client = client_of(create_app(Classifier(slow, lambda: None), Limits(workers=1, timeout=0.2)))
    with client:  # one event loop for all requests
        assert "--timeout" in refusal(client.post(CHECK, json={"text": WREN}), 504, "time-out")
        busy = client.post(CHECK, json={"text": WREN})
        assert "--workers" in refusal(busy, 503, "busy")
        assert int(busy.headers["retry-after"]) > 0
        assert client.get("/api/v1/about").status_code == 200
        slow.go.set()
        deadline = threading.Event()
        while client.post(CHECK, json={"text": WREN}).status_code == 503:
            assert not deadline.wait(0.02)
        assert client.post(CHECK, json={"text": WREN}).status_code == 200


def test_a_worker_whose_thread_does_not_start_is_free_again(monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't start new thread")

    workers = Workers(1)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        with pytest.raises(BusyError, match="no more threads"):
            asyncio.run(workers.run(lambda: 1))
    assert asyncio.run(workers.run(lambda: 2)) == 2


def test_a_server_that_is_stopped_says_so_to_those_who_wait(keyword_tagger):
    slow = SlowTagger(keyword_tagger)
    app = create_app(Classifier(slow, lambda: None))
    assert ask(app, [json.dumps({"text": WREN}).encode()], stop_after=0.2) == (503, 1)
    slow.go.set()


def test_a_classifier_can_forget_what_it_checked(keyword_tagger):
    slow = SlowTagger(keyword_tagger)
    slow.go.set()
    client = client_of(create_app(Classifier(slow, lambda: None, remember=0)))
    for _ in range(2):
        assert client.post(CHECK, json={"text": WREN}).status_code == 200
    assert slow.calls == 2


def test_several_texts_are_checked_at_the_same_time(keyword_tagger):
    slow = SlowTagger(keyword_tagger)
    client = client_of(create_app(Classifier(slow, lambda: None), Limits(workers=2)))
    with client:
        statuses = []
        threads = [
            threading.Thread(target=lambda: statuses.append(client.post(CHECK, json={"text": WREN}).status_code))
            for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        while not statuses:  # the one that finds no free worker
            threads[0].join(0.01)
        slow.go.set()
        for thread in threads:
            thread.join()
    assert sorted(statuses) == [200, 200, 503]


def test_every_code_has_a_status():
    assert all(400 <= status < 600 for status in STATUS.values())


def test_a_taken_port_is_named():
    with bind("127.0.0.1", 0) as listener, pytest.raises(UsageError, match=r"cannot listen there .* --port"):
        bind("127.0.0.1", listener.getsockname()[1])
