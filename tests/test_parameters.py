import itertools
import json
import time
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.datamodels import Clause, Document
from classifier.labels import load_labels
from classifier.parameters import extract_parameters
from classifier.parameters.vocabulary import load_places, load_vocabulary
from classifier.pipeline import Classifier
from classifier.segment import segment

SCALE, PAY, TERRITORY = "restriction.scale-threshold", "condition.pay", "restriction.territory"
POLICY, LAW, OBEY, LIABILITY = (
    "restriction.use-policy",
    "general.governing-law",
    "condition.obey-law",
    "limitation.liability",
)


def extract(text, *labels, start=0):
    return extract_parameters(Clause(text, start, start + len(text), text), labels)


def brief(text, *labels):
    return show(extract(text, *labels))


def show(parameters):
    """Return each parameter as one string: kind, comparator with value, currency, unit, window, anchor."""
    found = []
    for p in parameters:
        value = f"{p.value:.10g}" if isinstance(p.value, float) else p.value
        unit = None if p.unit == "days" else p.unit and f"[{p.unit}]"
        parts = [p.kind, f"{p.comparator or ''}{value}", p.currency, unit, p.window and f"/ {p.window}"]
        found.append(" ".join(filter(None, [*parts, p.date_anchor and f"@ {p.date_anchor}"])))
    return "; ".join(found)


USERS = [
    (
        "more than 300 million monthly active users in the preceding calendar month",
        "monthly-users >300000000 / preceding calendar month",
    ),
    (
        "If, on the Heron 2 release date, your monthly active users exceed 50M, ask us",
        "monthly-users >50000000 @ release date",
    ),
    ("MAU ≥ 1,500,000", "monthly-users >=1500000"),
    (
        "three hundred million (300,000,000) monthly active users, or more than 9 million euros in monthly revenue",
        "monthly-users 300000000; revenue >9000000 EUR / month",
    ),
    ("serves over half a million users each month", "monthly-users >500000"),
    ("no more than 100 registered users", "users <=100"),
    ("fewer than 2.5k daily active users", "users <2500 / day"),
    ("used by at least 40 000 people a day", "users >=40000 / day"),
    ("Between 10 and 50 users may log in", "users >=10; users <=50"),
    ("a dozen accounts", "users 12"),
    ("1.000.000 users", "users 1000000"),
    ("月活跃用户超过1亿", "monthly-users >100000000"),
    ("产品首次公开时月活用户已多于 5000 万的", "monthly-users >50000000 @ release date"),
    ("月活躍用戶數達到三千萬", "monthly-users >=30000000"),
    ("在任一自然月的月活用户达到一亿五千万", "monthly-users >=150000000 / month"),
    ("日活跃用户 50 万以上", "users >=500000 / day"),
    ("用户规模达到十万时", "users >=100000"),
    ("注册用户不少于１００万名", "users >=1000000"),
    ("超过二点五亿用户", "users >250000000"),
]
MONEY = [
    ("annual revenue above US$ 1,000,000", "revenue >1000000 USD / year"),
    ("€5M in revenue or £2.5m in funding", "revenue 5000000 EUR; funding 2500000 GBP"),
    (
        "one million dollars ($1,000,000) of gross sales in the prior tax year",
        "revenue 1000000 USD / preceding fiscal year",
    ),
    (
        "any twelve (12) month period in which turnover exceeds 2 billion yen",
        "revenue >2000000000 JPY / 12 months",
    ),
    ("less than 1,000,000 USD (2019) total revenue", "revenue <1000000 USD"),
    ("income of $5,000 CAD or more", "revenue >=5000 CAD"),
    ("HK$2m in sales", "revenue 2000000 HKD"),
    ("ARR above $3M", "revenue >3000000 USD / year"),
    (
        "revenues above five million dollars in any of its last three financial years",
        "revenue >5000000 USD / preceding 3 fiscal years",
    ),
    ("over twenty five million in funding", "funding >25000000"),
    ("has raised at least USD 10 million", "funding >=10000000 USD"),
    ("revenue of RMB 1 billion", "revenue 1000000000 CNY"),
    ("年收入超过人民币 500 万元", "revenue >5000000 CNY / year"),
    ("上一会计年度营业收入不足五百万元", "revenue <5000000 CNY / preceding fiscal year"),
    ("年度合併營收逾新臺幣三十億元", "revenue >3000000000 TWD / year"),
    ("连续十二个月的销售额达到 3000 万美元", "revenue >=30000000 USD / 12 months"),
    ("营收过亿的公司", "revenue >100000000"),
    ("累计融资超过一千万欧元", "funding >10000000 EUR"),
    ("年收入 1 亿元以下", "revenue <=100000000 CNY / year"),
]
STAFF = [
    ("a company with more than 250 employees", "headcount >250"),
    ("10-50 employees", "headcount >=10; headcount <=50"),
    ("employs fewer than twenty people", "headcount <20"),
    ("two hundred and fifty or more persons working for it", "headcount >=250"),
    ("员工人数在五十人以上", "headcount >=50"),
    ("從業人員不滿二十人", "headcount <20"),
    ("up to five (5) seats", "seats <=5 [seats]"),
    ("a maximum of two (2) concurrent users", "seats <=2 [seats]"),
    ("不超过二十五个具名用户", "seats <=25 [seats]"),
    ("trained with more than 10^25 floating-point operations", "compute >1e+25 [FLOP]"),
    ("at least 1e24 FLOP", "compute >=1e+24 [FLOP]"),
    ("more than 2×10²³ FLOPs", "compute >2e+23 [FLOP]"),
    ("10,000 GPU hours", "compute 10000 [GPU-hours]"),
]
ROYALTY = [
    ("a royalty of five percent (5%) on net sales", "royalty 5 [percent]"),
    ("3.5 per cent of net revenue as a royalty", "royalty 3.5 [percent]"),
    ("收入的20%作为分成", "royalty 20 [percent]"),
    ("a royalty of $0.10 for each unit", "royalty 0.1 USD"),
]
PERIODS = [
    ("within 30 days", "period <=30"),
    ("two (2) years", "period 730"),
    ("cured within sixty (60) days of receiving notice", "period <=60 @ notice"),
    ("on thirty days' prior written notice", "period 30 @ notice"),
    ("within 10 business days of termination", "period <=10 [business days] @ termination"),
    ("a sixty-day trial", "period 60"),
    ("for at least three years after delivery", "period >=1095 @ delivery"),
    ("no later than 48 hours", "period <=2"),
    ("two and a half years", "period 912.5"),
    ("30 to 60 days", "period >=30; period <=60"),
    ("30日内", "period <=30"),
    ("收到书面通知后三十日内", "period <=30 @ notice"),
    ("自发布之日起满四年", "period >=1460 @ release date"),
    ("五个工作日内", "period <=5 [business days]"),
    ("不少於六個月", "period >=180"),
    ("半年内", "period <=182.5"),
]
DATES = [
    ("On 1 March 2031 these terms end", "date 2031-03-01"),
    ("Change Date: 2027-01-01", "date 2027-01-01 @ change date"),
    ("effective as of March 5th, 2029", "date >=2029-03-05 @ effective date"),
    ("on or before 31 December 2030", "date <=2030-12-31"),
    ("no later than October 2028", "date <=2028-10"),
    ("在 2025 年 10 月 31 日之前", "date <2025-10-31"),
    ("自二〇三一年三月一日起生效", "date >=2031-03-01 @ effective date"),
    ("2030/02/30", ""),
]
LABELLED = [
    ("not above one hundred thousand euros", [SCALE], "revenue >100000 EUR"),
    ("不超过 50 人", [SCALE], "headcount <=50"),
    ("a studio of ten people or fewer", [SCALE], "headcount <=10"),
    ("install it on five computers", [SCALE], "seats 5 [computers]"),
    ("on more than one computer", [SCALE], "seats >1 [computers]"),
    ("不超过五台设备", [SCALE], "seats <=5 [devices]"),
    ("节点数超过六十四个的", [SCALE], "seats >64 [servers]"),
    ("clusters of more than 64 cores", [SCALE], "compute >64 [cores]"),
    ("an upgrade costs $50", [PAY], "royalty 50 USD"),
    ("19 dollars a month", [PAY], "royalty 19 USD / month"),
    ("pay one half of one per cent of it", [PAY], "royalty 0.5 [percent]"),
    ("you owe four per cent of everything above that sum", [PAY], "royalty 4 [percent]"),
    ("整包 48 元", [PAY], "royalty 48 CNY"),
    ("when sales, before platform fees, have reached 9,000 euros", [SCALE, PAY], "revenue >=9000 EUR"),
    ("按净收入的百分之一点五支付许可费", [PAY], "royalty 1.5 [percent]"),
    ("费用按营收的千分之一计算", [PAY], "royalty 0.1 [percent]"),
    ("支付首期款人民币贰拾万元", [PAY], "royalty 200000 CNY"),
    (
        "Once revenue passes 500,000 dollars, Developer shall pay a royalty of 3 %, each quarter",
        [SCALE, PAY],
        "revenue >500000 USD; royalty 3 [percent]",
    ),
]
OTHER_NUMBERS = [
    "Copyright (c) 1999-2024 Jane Example. All rights reserved.",
    "Copyright 2004-10-11 Jane Example",
    "版权所有 2020年1月5日 示例公司",
    "Version 2.0 of the License, or version 3 or later",
    "under version 2.0.1 users may link",
    "GPL-2.0 users",
    "GPL 3 users",
    "Windows 10 users must register",
    "Llama-3 users",
    "under Section 5 users may copy",
    "Sections 4 and 5 users may skip",
    "2.2 Users may copy it",
    "(3) Users may copy it",
    "第3条用户不得复制",
    "第 2 版用户",
    "第九十一日起失效",
    "call +1 (415) 555-0142 users",
    "call 555-0100-200 users",
    "电话 010-5550-0100 用户",
    "one copy of the Software",
    "one (1) copy for backup",
    "一份副本",
    "by one user",
    "one of the users",
    "hundreds of users",
    "2.5 users",
    "50% or more of the outstanding shares",
    "You must be over 18 years of age",
    "16 years old",
    "未满十八周岁",
    "open 24 hours a day, 7 days a week",
    "7×24小时服务",
    "I may ask you one day",
    "in 2024 users asked",
    "每月10日",
    "10月31日",
    "48 C.F.R. 12.212 (Sept. 1995)",
    "the fees paid in the twelve months before the event",
    "ISO 9001, RFC 2119, MPEG-4 and 3D users",
    "mail 100users@example.org",
    "10^25",
    "$10^{25}$",
    "install it on five computers",
    "ten people",
    "not above one hundred euros",
    "see https://example.org/100-users for help",
    "Nobody lives in France.",
    "接下来的三五天",
]
OTHER_MATTERS = [
    ("3 Users", []),
    ("interest of one per cent a month on late fees", [PAY]),
    ("每逾期一日支付违约金，为欠款的万分之五", [PAY]),
    ("damages shall not exceed $100 of lost revenue", [LIABILITY]),
    ("at most 500 gigabytes", [SCALE]),
    ("日请求量超过一百万次", [SCALE]),
    ("its user base makes over a million requests", [SCALE]),
    ("a valuation above $1B", [SCALE]),
    ("总资产低于两千万元", [SCALE]),
    ("does not stop at version 2", [SCALE, PAY]),
]
PLACES = [
    ("not in the European Union, the EEA, the U.K. or South Korea", [TERRITORY], ["EU", "EEA", "UK", "KR"]),
    ("NOT IN JAPAN. CONTACT US", [TERRITORY], ["JP"]),
    ("residents of Papua New Guinea and Guinea-Bissau, not of Guinea", [TERRITORY], ["PG", "GW", "GN"]),
    ("a turkey farm in Turkey", [TERRITORY], ["TR"]),
    ("a U.S. citizen who lives in the U.S.", [TERRITORY], ["US"]),
    ("subject to the laws of the United States and U.S. export rules", [OBEY], []),
    ("the laws of France govern", [LAW], ["FR"]),
    ("仅限中国大陆、香港及澳门，不含欧盟和韓國", [TERRITORY], ["CN", "HK", "MO", "EU", "KR"]),
    ("sold for US$ 5 in New Mexico", [TERRITORY], []),
    ("shipped to Cuba, Iran or North Korea", [OBEY], ["CU", "IR", "KP"]),
    ("sold in France", ["permission.use"], []),
]
ADDRESSES = [
    ("Obey the rules at https://example.org/aup.", [POLICY], ["https://example.org/aup"]),
    ("our Acceptable Use Policy (www.example.org/aup_(v2)), as amended", [], ["www.example.org/aup_(v2)"]),
    ("遵守可接受使用政策（https://example.org/aup）。", [], ["https://example.org/aup"]),
    ('<a href="https://example.org/aup">terms of service</a>', [], ["https://example.org/aup"]),
    ("Find us at https://example.org/", [], []),
]


@pytest.mark.parametrize(("text", "expected"), [*USERS, *MONEY, *STAFF, *ROYALTY, *PERIODS, *DATES])
def test_a_number_counts_with_its_unit(text, expected):
    assert brief(text) == expected


@pytest.mark.parametrize(("text", "labels", "expected"), LABELLED)
def test_a_number_counts_with_the_label_of_its_clause(text, labels, expected):
    assert brief(text, *labels) == expected


@pytest.mark.parametrize("text", OTHER_NUMBERS)
def test_other_numbers_are_no_parameters(text):
    assert brief(text) == ""


@pytest.mark.parametrize(("text", "labels"), OTHER_MATTERS)
def test_numbers_about_something_else_are_no_parameters(text, labels):
    assert brief(text, *labels) == ""


@pytest.mark.parametrize(("text", "labels", "codes"), PLACES)
def test_places_become_codes(text, labels, codes):
    assert [p.value for p in extract(text, *labels) if p.kind == "territory"] == codes


@pytest.mark.parametrize(("text", "labels", "urls"), ADDRESSES)
def test_addresses_of_binding_policies_are_kept(text, labels, urls):
    assert [p.text for p in extract(text, *labels) if p.kind == "url"] == urls


@pytest.mark.parametrize(
    "text",
    [
        "more than 100\n// million monthly\n// active users",
        "more than 100\n * million monthly active\n * users",
        "more than **100 million** monthly active users",
        "more than <b>100&nbsp;million</b> monthly active users",
        "more than 100\u00a0million\r\nmonthly active users",
    ],
)
def test_markup_and_wraps_do_not_hide_a_number(text):
    (found,) = extract(text)
    assert (found.kind, found.comparator, found.value) == ("monthly-users", ">", 1e8)
    assert found.text == text[found.start : found.end]


def test_offsets_count_from_the_document():
    text = "Preface.\n\nYou need a license above 10 million users in the EU.\n"
    clause = segment(Document(text))[-1]
    found = extract_parameters(clause, [TERRITORY])
    assert [(p.kind, text[p.start : p.end]) for p in found] == [("users", "10 million users"), ("territory", "EU")]


def test_words_prevail_over_figures_that_disagree():
    assert brief("within thirty (20) days") == "period <=30"


def test_parameters_do_not_overlap_and_are_in_order():
    found = extract("In the US a fee of US$ 5 within 30 days until 1 May 2030", TERRITORY, PAY)
    assert [p.kind for p in found] == ["territory", "royalty", "period", "date"]
    assert all(left.end <= right.start for left, right in itertools.pairwise(found))


@pytest.mark.parametrize("word", sorted(load_vocabulary().numbers.small))
def test_every_number_word_is_read(word):
    assert [p.kind for p in extract(f"within {word} days")] == ["period"]


@pytest.mark.parametrize("scale", sorted(load_vocabulary().numbers.scales))
def test_every_magnitude_is_read(scale):
    assert [p.kind for p in extract(f"more than a {scale} users")] == ["users"]


@pytest.mark.parametrize("code", ["EU", "EEA", "UK", "US", "CN", "FR", "JP", "CI", "TL", "XK"])
def test_names_in_both_languages_have_one_code(code):
    names = [name for name, row in _territory_names() if row == code]
    assert any(name.isascii() for name in names)
    assert {p.value for name in names for p in extract(f"in {name}", TERRITORY)} == {code}


def _territory_names():
    data = files("classifier").joinpath("resources/parameters.toml").read_text("utf-8")
    rows = data.split("[territories]\n")[1].strip().splitlines()
    return [(name, row.split(" = ")[0]) for row in rows for name in row.split('"')[1].split("|")]


def test_folding_keeps_lengths():
    assert all(len(folded) == 1 for folded in load_vocabulary().fold.values())


@pytest.mark.parametrize("text", ["You may copy it.", "您可以复制本软件。"])
def test_clauses_without_numbers_need_no_vocabulary(text):
    load_vocabulary.cache_clear()
    load_places.cache_clear()
    assert extract(text, "permission.use") == ()
    assert load_vocabulary.cache_info().currsize == load_places.cache_info().currsize == 0


PIECES = [
    *(
        "100",
        "1,000",
        "2.0",
        "10^25",
        "one hundred",
        "twenty",
        "million",
        "k",
        "万",
        "一亿",
        "三十",
        "半",
        "点",
        "第",
        "百分之",
    ),
    *(
        "$",
        "US$",
        "€",
        "元",
        "%",
        "percent",
        "USD",
        "人民币",
        " users",
        "用户",
        " employees",
        "人",
        " seats",
        " FLOPs",
        "个",
    ),
    *(
        "more than ",
        "up to ",
        "超过",
        "以上",
        "or more",
        "between ",
        " and ",
        " to ",
        "-",
        "(",
        ")",
        ",",
        ".",
        "。",
        " ",
    ),
    *(
        " days",
        "日",
        "月",
        "年",
        " month",
        "preceding ",
        "calendar ",
        "any ",
        " before",
        "连续",
        "May 2030",
        "2030-01-05",
    ),
    *(
        "revenue ",
        "royalty ",
        "收入",
        "Section ",
        "version ",
        "EU",
        "the US",
        "France",
        "中国",
        "https://a.b/c",
        "www.",
        "@",
    ),
    *(
        "\n",
        "\n// ",
        "<b>",
        "</b>",
        "**",
        "\\",
        "&nbsp;",
        "\ud800",
        "\x00",
        "²",
        "٣",
        "Ⅷ",
        "é",
        "İ",
        "\u2028",
        "copyright",
    ),
]
LABELS = [label.id for label in load_labels().labels]


def check_invariants(text, labels):
    found = extract(text, *labels, start=7)
    end = 7
    for parameter in found:
        assert end <= parameter.start < parameter.end <= 7 + len(text)
        assert text[parameter.start - 7 : parameter.end - 7] == parameter.text
        assert parameter.value is not None
        json.dumps(parameter.value, allow_nan=False)
        end = parameter.end


@given(st.text(), st.lists(st.sampled_from(LABELS), max_size=3))
def test_any_string_gives_exact_ordered_slices(text, labels):
    check_invariants(text, labels)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.lists(st.sampled_from(LABELS), max_size=3))
def test_number_like_noise_gives_exact_ordered_slices(text, labels):
    check_invariants(text, labels)


@given(st.integers(1, 10**12), st.sampled_from(["{:d}", "{:,d}"]))
def test_digits_keep_their_value(number, style):
    (found,) = extract(f"more than {style.format(number)} users")
    assert (found.value, found.comparator) == (float(number), ">")


@given(st.integers(1, 9999), st.sampled_from([("万", 10**4), ("亿", 10**8), (" million", 10**6), ("k", 10**3)]))
def test_magnitudes_multiply(number, magnitude):
    (found,) = extract(f"超过 {number}{magnitude[0]} users")
    assert found.value == float(number * magnitude[1])


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "9,",
        "1,000",
        "一",
        "亿",
        "one ",
        "hundred ",
        "$",
        "US$ 5 ",
        "5 users ",
        "revenue ",
        "https://",
        "a@",
        "<b",
        "\n//",
        *("the ", "any ", "(1)", "1-", "10^", "May 1, ", "France ", "more than ", "notice "),
    ],
)
def test_long_clauses_take_linear_time(piece):
    text = piece * (60_000 // len(piece))
    started = time.process_time()
    extract(text, SCALE, PAY, TERRITORY, POLICY)
    assert time.process_time() - started < 3


def test_reports_carry_the_parameters(keyword_tagger):
    text = "You may use it within 30 days.\nPay within 10 days.\n"
    report = Classifier(keyword_tagger).predict(text)
    assert [[p.text for p in tagged.parameters] for tagged in report.clauses] == [["30 days"], []]


def test_reports_with_parameters_fit_the_schema(keyword_tagger):
    schema = json.loads(files("classifier").joinpath("resources/report.schema.json").read_text("utf-8"))
    text = "You may use it with up to 5 users until 1 May 2030, or within 30 days, for a royalty of 5 % or $7.\n"
    report = Classifier(keyword_tagger).predict(text).to_dict()
    jsonschema.validate(report, schema)
    (clause,) = report["clauses"]
    assert clause["parameters"][0] == {
        "kind": "users",
        "text": "5 users",
        "start": 26,
        "end": 33,
        "value": 5.0,
        "comparator": "<=",
    }
