import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendered import CHINESE, FAILED, HOSTILE, HOSTILE_NAME, check, hostile_documents, shown, with_foreign_label

from classifier.datamodels import Document
from classifier.render import render
from classifier.render.markup import Markup, element, join, raw

TEXT = "Mini\n\n1. Grant\n  You may use it.\r\n\r\n2. Limits\n    No military ends.\nIt is provided as is.\n"
VOID = {"meta", "input"}


class Page(HTMLParser):
    """The elements of a page with their attributes and, for each, the classes of those around it."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.words = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        self.words.append((data, [tag for tag, _ in self.open], " ".join(name for _, name in self.open).split()))

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def inside(self, name, *, without=""):
        return "".join(data for data, _, around in self.words if name in around and without not in around)

    def held_by(self, tag):
        return "".join(data for data, tags, _ in self.words if tags and tags[-1] == tag)


def page_of(*documents, **options):
    page = Page(shown("html", *documents, **options))
    assert not page.open
    return page


@pytest.fixture
def page():
    return page_of(Document(TEXT, "MINI"))


@pytest.fixture
def hostile():
    return page_of(*hostile_documents(), failed=[FAILED], change=with_foreign_label)


@pytest.fixture(params=["page", "hostile"])
def any_page(request):
    return request.getfixturevalue(request.param)


def test_the_text_is_all_there(page):
    assert page.inside("text", without="mark") == TEXT.replace("\r\n", "\n")


@given(st.text(alphabet="ab \n.<>&\"'; You may not use it.1\t", max_size=80).filter(str.strip))
def test_any_text_is_all_there(text):
    assert page_of(Document(text, "x")).inside("text", without="mark") == text


def test_without_the_text_its_clauses_are_shown():
    page = Page(render(check(Document(TEXT, "MINI")), "html"))
    assert "No military ends." in page.inside("text", without="mark")
    assert "not at hand" in page.inside("quiet")


def test_clauses_with_findings_carry_a_badge_that_says_so(page):
    assert any("deviates" in (span.get("class") or "") for span in page.all("span"))
    assert "Deviates: Military use" in page.inside("mark")
    assert "Use" in page.inside("mark")


def test_findings_show_status_criterion_score_and_words(page):
    words = page.inside("finding")
    for said in ("Deviates", "Military use", "Score 0.90", "OSD 6. No Discrimination", "No military ends."):
        assert said in words


def test_headings_are_in_order(any_page):
    levels = [int(tag[1]) for tag, _ in any_page.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_nothing_is_fetched(any_page):
    assert not {tag for tag, _ in any_page.elements} & {"link", "img", "iframe", "object", "base", "form", "svg"}
    for _, attributes in any_page.elements:
        assert not {"src", "srcset", "style", "action", "background"} & attributes.keys()
        assert attributes.get("href", "#").startswith("#")
    assert "url(" not in any_page.held_by("style")
    assert "@import" not in any_page.held_by("style")


def test_the_policy_admits_the_style_and_the_script_alone(any_page):
    policy = next(m["content"] for m in any_page.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    for tag in ("style", "script"):
        assert len(any_page.all(tag)) == 1
        digest = base64.b64encode(hashlib.sha256(any_page.held_by(tag).encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digest}'"


def test_no_element_has_an_event_handler(any_page):
    assert not [key for _, attributes in any_page.elements for key in attributes if key.startswith("on")]


def test_hostile_words_are_shown_as_they_stand(hostile):
    text = hostile.inside("text", without="mark")
    assert "</pre><script>alert(1)</script>" in text
    assert "<img src=x onerror=alert(1)>" in text
    assert "\x1b" not in text


def test_ids_are_unique_and_links_lead_to_them(any_page):
    ids = [attributes["id"] for _, attributes in any_page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in any_page.all("a")} <= set(ids)


def test_every_section_and_box_has_a_name(any_page):
    assert all("aria-labelledby" in section for section in any_page.all("section"))
    assert len(any_page.all("label")) == len(any_page.all("input")) == 9
    assert all(box["type"] == "checkbox" for box in any_page.all("input"))


def test_several_texts_have_a_section_each_and_an_overview(hostile):
    assert len([s for s in hostile.all("section") if s["aria-labelledby"].startswith("t")]) == 3
    assert len(hostile.all("nav")) == 1
    assert "no such" in "".join(data for data, _, _ in hostile.words)


@pytest.mark.parametrize(
    ("texts", "lang"), [([TEXT], "en"), ([CHINESE], "zh-Hans"), ([TEXT, CHINESE], "en"), ([], "en")]
)
def test_the_page_has_the_language_of_its_texts(texts, lang):
    page = page_of(*(Document(text, f"t{i}") for i, text in enumerate(texts)))
    assert page.all("html") == [{"lang": lang}]


def test_a_section_has_the_language_of_its_text():
    page = page_of(Document(TEXT, "en"), Document(CHINESE, "zh"))
    assert [section.get("lang") for section in page.all("section")] == [None, "en", "zh-Hans"]


def test_names_with_bidirectional_characters_are_isolated(hostile):
    assert len(hostile.all("bdi")) == 6
    assert "\u202e" not in "".join(data for data, _, _ in hostile.words)


def test_only_markup_is_left_unescaped():
    assert element("p", "<b>", Markup("<i>")) == "<p>&lt;b&gt;<i></p>"
    assert join("&", element("br-", class_='"x"')) == '&amp;<br- class="&quot;x&quot;"></br->'


def test_attributes_can_be_bare_or_left_out():
    assert element("input", checked=True, hidden=False, data_x=None) == "<input checked>"


def test_a_style_that_ends_its_element_is_refused():
    with pytest.raises(ValueError, match="end tag"):
        raw("style", "</style>")


@pytest.fixture(scope="module")
def browser():
    from browsing import start_browser

    yield from start_browser()


@pytest.fixture
def opened(browser, tmp_path):
    """Open a page of a plain, a hostile, a Chinese and a failed text; trouble in it fails the test."""
    path = tmp_path / "report.html"
    documents = (Document(TEXT, "MINI"), Document(HOSTILE, HOSTILE_NAME), Document(CHINESE, "ZH"))
    path.write_text(shown("html", *documents, failed=[FAILED], change=with_foreign_label), encoding="utf-8")
    contexts, trouble = [], []

    def open_page(**options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: (trouble.append("a dialog"), dialog.dismiss()))
        page.on("request", lambda request: trouble.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert trouble == []


@pytest.mark.browser
def test_filters_work_by_keyboard(opened):
    page = opened()
    before = page.locator(".finding:visible").count()
    page.locator("#show-deviates").focus()
    page.keyboard.press("Space")
    after = page.locator(".finding:visible").count()
    assert 0 < after < before
    assert page.locator(".mark.deviates:visible").count() == 0
    assert page.locator("#shown").inner_text() == f"{after} of {before} findings are shown."


@pytest.mark.browser
def test_filters_work_without_a_script(opened):
    page = opened(java_script_enabled=False)
    page.locator("#show-unclear").uncheck()
    assert page.locator(".finding.unclear:visible").count() == 0
    assert page.locator(".finding.deviates:visible").count() > 0


@pytest.mark.browser
def test_a_link_to_a_hidden_finding_shows_it(opened):
    page = opened()
    page.locator("#show-deviates").uncheck()
    page.evaluate("location.hash = 't0-f0'")
    page.locator("#t0-f0").wait_for(state="visible")
    assert page.locator("#show-deviates").is_checked()


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wider_than_the_window(opened, width):
    page = opened(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_print_leaves_out_the_filters(opened):
    page = opened()
    page.emulate_media(media="print")
    assert not page.locator(".filters").is_visible()
    assert page.locator(".finding:visible").count() > 0


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_axe_finds_nothing(opened, scheme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    # The page's own policy would keep axe out.
    page = opened(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = axe.Axe().run(page, options=rules).response
    assert found["violations"] == []
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}
