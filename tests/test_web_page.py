"""The page in a headless Chromium: what a reader sees, hears, clicks and downloads."""

import json
import re

import pytest

pytest.importorskip("fastapi", reason="the extra web is not installed")

from browsing import start_browser
from serving import RIDER, WREN, serving, wren_classifier

from classifier.datamodels import Document
from classifier.render.json import render_json
from classifier.web.app import Limits, create_app

pytestmark = pytest.mark.browser
TEXT = f"😀 Wren 😀\n\n{WREN}\n{RIDER}It 😀 must not serve military aims 😀.\n"
HOSTILE = (
    "You may use \u202eit\u202c <script>document.title='x'</script><img src=x onerror=\"document.title='x'\">.\n"
    "\x1b[31mNot for commercial ends.\n"
)
CHINESE = "许可证\n\n您可以 use 本程序。\n不得 commercial 使用本程序。\n"


@pytest.fixture(scope="module")
def browser():
    yield from start_browser()


@pytest.fixture(scope="module")
def home():
    with serving(create_app(wren_classifier(), Limits(max_bytes=20_000))) as address:
        yield address


@pytest.fixture
def opened(browser, home):
    """Open the page; an error in the console fails the test."""
    contexts, complaints = [], []

    def open_page(path="/#en", width=1200, height=900, scheme="light"):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.goto(home + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [complaint for complaint in complaints if "Failed to load resource" not in complaint] == []


def check(page, text=TEXT):
    page.fill("#text", text)
    page.click("#check")
    page.wait_for_selector("#result:not([hidden])")
    return page


def drop(page, content, name="LICENSE"):
    page.evaluate(
        """([bytes, name]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], name));
            document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        [list(content), name],
    )


def test_a_pasted_text_gets_verdict_table_and_marked_clauses(opened):
    page = check(opened())
    assert page.inner_text("#verdict-title") == "Deviates from the Open Source Definition"
    assert page.locator("#osd tbody tr").count() == 10
    row = page.locator("#osd-6")
    assert row.locator(".badge").first.inner_text() == "Deviates"
    assert "Non-commercial only" in row.inner_text()
    assert page.locator("#osd-2 .badge").inner_text() == "None found"
    assert page.locator("mark.deviates").first.inner_text().startswith("You may not use the Program for commercial")


def test_marks_stand_at_code_point_offsets(opened):
    page = check(opened())
    expected = [c.clause.text for c in wren_classifier().predict(Document(TEXT)).clauses]
    assert page.locator(".pane [id^=clause-]").all_text_contents() == expected
    shown = page.evaluate(
        """() => {
            const pane = document.querySelector(".pane").cloneNode(true);
            pane.querySelectorAll(".tag").forEach((tag) => tag.remove());
            return pane.textContent;
        }"""
    )
    assert shown == TEXT


@pytest.mark.parametrize("text", ["", "a", "😀", "a😀b😀", "😀😀x", "\u0301é𝒳", "\u2028文😀字"])
def test_code_points_become_utf_16_offsets(opened, text):
    offsets = opened().evaluate(
        """async (text) => {
            const { toUnits } = await import("/offsets.js");
            return Array.from({length: [...text].length + 1}, (_, point) => toUnits(text)(point));
        }""",
        text,
    )
    assert offsets == [len(text[:point].encode("utf-16-le")) // 2 for point in range(len(text) + 1)]


def test_evidence_leads_to_its_clause_and_the_note_back_by_keyboard(opened):
    page = check(opened("/#zh"))
    page.focus("#osd-6 .quotes a")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('mark.deviates')")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "tag deviates"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "osd-6"
    assert page.evaluate("location.hash") == "#zh"


def test_the_keyboard_alone_is_enough(opened):
    page = opened()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the link that skips the languages
    page.keyboard.press("Tab")
    page.keyboard.insert_text(TEXT)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#result:not([hidden])")


def test_the_verdict_is_announced(opened):
    page = check(opened())
    assert page.get_attribute("#status", "role") == "status"
    assert page.inner_text("#status") == "Checked: Deviates from the Open Source Definition."


def test_the_nearest_known_license_shows_what_was_added(opened):
    page = check(opened(), WREN + "\n" + RIDER)
    section = page.inner_text("#nearest")
    assert "Wren License 1.0 (Wren-1.0)" in section
    assert "Added (1)" in section
    assert "for commercial purposes" in section
    assert page.locator(".tag.added").count() == 1


def test_the_known_license_itself_is_named_as_such(opened):
    page = check(opened(), WREN)
    assert "Word for word Wren License 1.0 (Wren-1.0)" in page.inner_text("#nearest")


def test_a_strange_text_has_no_nearest_license(opened):
    page = check(opened(), "You may use it.")
    assert "No known license" in page.inner_text("#nearest")


def test_a_report_without_a_nearest_license_is_shown_all_the_same(opened):
    page = opened()
    left_out = ("nearest", "incorporated", "missing", "freedoms")

    def answer(route):
        report = route.fetch().json()
        route.fulfill(json={key: value for key, value in report.items() if key not in left_out})

    page.route("**/api/v1/check*", answer)
    check(page)
    assert page.locator("#nearest, #missing, #freedoms").count() == 0
    assert page.locator("#osd").count() == 1


def test_thresholds_are_listed_with_their_clauses(opened):
    text = (
        "You may use it.\nCommercial use by a company with more than 700 million monthly active users needs a license."
    )
    page = check(opened(), text)
    row = page.locator("#thresholds tbody tr").first
    assert "> 700,000,000" in row.inner_text()
    row.locator("a").click()
    assert "700 million" in page.evaluate("document.activeElement.textContent")


def test_what_the_text_lacks_comes_with_a_suggestion(opened):
    page = check(opened(), "You may use the Program.\nThe Program is provided as is.\n")
    assert "An open text would say:" in page.inner_text("#missing")


def test_markup_and_controls_are_shown_not_obeyed(opened):
    page = check(opened(), HOSTILE)
    assert page.locator(".pane script, .pane img").count() == 0
    assert page.title().startswith("osdlint")
    shown = page.inner_text(".pane")
    assert "<script>" in shown
    assert not {"\x1b", "\u202e", "\u202c"} & set(page.inner_text("main"))


def test_the_language_is_in_the_address_and_the_report_follows_it(opened):
    page = check(opened("/#zh"))
    assert page.get_attribute("html", "lang") == "zh-Hans"
    assert page.inner_text("#verdict-title") == "偏离开源定义"
    assert "不得歧视应用领域" in page.inner_text("#osd-6")
    assert not re.search(r"[A-Za-z]{4}", page.inner_text("#osd-6 .evidence > p:nth-child(2)"))
    assert page.inner_text("#status") == "检查完毕：偏离开源定义。"
    page.click("#languages a[lang=en]")
    page.wait_for_selector("text=Deviates from the Open Source Definition")
    assert page.evaluate("location.hash") == "#en"
    assert page.inner_text("#status") == "Checked: Deviates from the Open Source Definition."
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_a_chinese_text_in_the_english_interface_has_english_reasons(opened):
    page = check(opened("/#en"), CHINESE)
    assert page.inner_text("#osd-6 .evidence > p:nth-child(2)").isascii()
    assert page.get_attribute(".pane", "lang") == "zh-Hans"


def test_both_languages_say_everything(opened):
    gaps = opened().evaluate(
        r"""async () => {
            const source = await (await fetch("/words.js")).text();
            const entry = /^ {2}"?([\w-]+)"?: "(.*)",$/gm;
            const tables = source.split("const zh =").map((part) => [...part.matchAll(entry)]);
            return tables.map((table) => table.map(([, key, words]) => [key, (words.match(/\{\w+\}/g) ?? []).sort()]));
        }"""
    )
    english, chinese = gaps
    assert len(english) > 80
    assert english == chinese


def test_json_is_downloaded_as_the_server_wrote_it(opened):
    page = check(opened())
    with page.expect_download() as download:
        page.click("button:has-text('JSON')")
    assert download.value.suggested_filename == "osdlint-report.json"
    with open(download.value.path(), encoding="utf-8") as saved:
        assert saved.read() == render_json([wren_classifier().predict(Document(TEXT, "<text>"))])


@pytest.mark.parametrize(("button", "name"), [("SARIF", "sarif"), ("HTML", "html"), ("Markdown", "md"), ("CSV", "csv")])
def test_other_formats_are_downloaded(opened, button, name):
    page = check(opened())
    with page.expect_download() as download:
        page.click(f"button:has-text('{button}')")
    assert download.value.suggested_filename == f"osdlint-report.{name}"
    assert page.inner_text("#status") == "The download is ready."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_dropped_file_is_checked_as_it_is(opened, encoding):
    text = TEXT.replace("\n", "\r\n")
    page = opened()
    drop(page, text.encode(encoding), "MY-LICENSE")
    page.wait_for_selector("text=MY-LICENSE is open")
    page.click("#check")
    page.wait_for_selector("#result:not([hidden])")
    with page.expect_download() as download:
        page.click("button:has-text('JSON')")
    with open(download.value.path(), encoding="utf-8") as saved:
        source = json.load(saved)["source"]
    expected = "\ufeff" + text if encoding == "utf-8-sig" else text
    assert source["name"] == "MY-LICENSE"
    assert source["sha256"] == Document(expected).sha256


def test_an_edited_file_loses_its_name(opened):
    page = opened()
    drop(page, TEXT.encode())
    page.wait_for_selector("text=LICENSE is open")
    check(page, TEXT + "More.")
    page.click("text=About this report")
    assert "<text>" in page.inner_text(".facts dl")


@pytest.mark.parametrize("content", [b"\x93bad\x94", b"PK\x03\x04\x00\x00", b"\xff\xfe\x00"])
def test_a_file_that_is_no_text_is_refused(opened, content):
    page = opened()
    drop(page, content, "model.bin")
    assert "model.bin is not text" in page.wait_for_selector("#error:not([hidden])").inner_text()


@pytest.mark.parametrize(
    ("fragment", "words"), [("#en", "There is no text yet."), ("#zh", "还没有文本。")], ids=["english", "chinese"]
)
def test_an_empty_text_asks_for_one(opened, fragment, words):
    page = opened(f"/{fragment}")
    page.fill("#text", " \n")
    page.click("#check")
    assert words in page.wait_for_selector("#error:not([hidden])").inner_text()
    assert page.evaluate("document.activeElement.id") == "text"


def test_a_text_above_the_cap_is_refused_before_it_is_sent(opened):
    page = opened()
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.evaluate("document.getElementById('text').value = 'word '.repeat(5000)")
    page.click("#check")
    assert "20,000 bytes" in page.wait_for_selector("#error:not([hidden])").inner_text()
    page.click("#clear")
    drop(page, b"word " * 5000)
    page.wait_for_selector("#error:not([hidden])")
    assert "POST" not in sent


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("busy", "服务器正忙"),
        ("time-out", "用时过长"),
        ("internal-error", "请报告该问题"),
        ("unheard-of", "请报告该问题"),
    ],
)
def test_refusals_of_the_server_are_said_in_the_language_of_the_page(opened, code, words):
    page = opened("/#zh")
    page.route(
        "**/api/v1/check*", lambda route: route.fulfill(status=503, json={"error": {"code": code, "message": ""}})
    )
    page.fill("#text", TEXT)
    page.click("#check")
    assert words in page.wait_for_selector("#error:not([hidden])").inner_text()


def test_a_server_that_is_gone_is_said(opened):
    page = opened()
    page.wait_for_selector("text=keywords")
    page.route("**/api/v1/check*", lambda route: route.abort())
    page.fill("#text", TEXT)
    page.click("#check")
    assert "does not answer" in page.wait_for_selector("#error:not([hidden])").inner_text()


def test_clear_empties_the_page(opened):
    page = check(opened())
    page.click("#clear")
    assert page.input_value("#text") == ""
    assert not page.is_visible("#result")


def test_a_text_that_is_no_license_is_not_judged(opened):
    page = check(opened(), "Dear Anna.\nThe cake was good.\nSee you on Sunday.\n")
    assert page.inner_text("#verdict-title") == "This does not read like a license"
    assert page.locator("#osd .badge").all_inner_texts() == ["Not judged"] * 10


@pytest.mark.parametrize("fragment", ["#en", "#zh"])
@pytest.mark.parametrize(
    "text", [TEXT, HOSTILE, "You may use it at https://" + "x" * 300 + " for 30 days.\nNot commercial."]
)
def test_a_phone_needs_no_sideways_scrolling(opened, fragment, text):
    page = check(opened(f"/{fragment}", width=360, height=740), text)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("fragment", ["#en", "#zh"])
@pytest.mark.parametrize("width", [360, 1200])
def test_axe_finds_no_violation(opened, scheme, fragment, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    page = opened(f"/{fragment}", width=width, scheme=scheme)
    found = [axe.run(page)]
    page.click("#check")  # nothing to check: an error is shown
    found.append(axe.run(page))
    check(page, WREN + "\n" + RIDER + "Within 30 days, no commercial use.\nMaybe military.\n")
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    found.append(axe.run(page))
    assert [result.generate_report() for result in found if result.violations_count] == []


def test_nothing_is_asked_of_another_host(opened, home):
    page = opened()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    check(page)
    assert asked
    assert all(address.startswith((home, "blob:", "data:")) for address in asked)
