"""Clauses of Markdown and HTML."""

from segmented import contents, headings, lead_ins

MARKDOWN = """# Aurora License

[![Build](https://example.org/b.svg)](https://example.org/ci)

Be welcome. See [the policy](https://example.org/p_(1) "Policy").

1. **Sharing.** You may give copies to others, provided that you:
   - keep this file;
   - say what you changed, including:
     - layers you added
     - layers you removed
   - do not use our name
2. **Limits**
   You must not track people.

> **Note**: this also binds the people
> you share with.

<details>
<summary>Older terms</summary>

They no longer apply to <name>.<br>

</details>
"""


def test_markdown_is_cut_into_prose():
    assert contents(MARKDOWN) == [
        "# Aurora License",
        "Build",
        "Be welcome.",
        "See the policy .",
        "1. Sharing.",
        "You may give copies to others, provided that you:",
        "- keep this file;",
        "- say what you changed, including:",
        "- layers you added",
        "- layers you removed",
        "- do not use our name",
        "2. Limits",
        "You must not track people.",
        "Note : this also binds the people you share with.",
        "Older terms",
        "They no longer apply to <name>.",
    ]


def test_nested_bullets_have_nested_lead_ins():
    outer = "You may give copies to others, provided that you:"
    found = lead_ins(MARKDOWN)
    assert found["- layers you removed"] == f"{outer} - say what you changed, including:"
    assert found["- do not use our name"] == outer


README = """Aurora
======

Aurora sorts logs. Run:

```bash
pip install aurora
# then start it
```

Or from Python:

```
import aurora

def main(path):
    # all of it
    return aurora.sort(path, key=lambda row: row["time"])
```

Its license:

```text
1. Grant
You may use it.

2. Limits
You may not sell it.
```
"""


def test_code_is_kept_apart_from_prose():
    assert contents(README) == [
        "Aurora",
        "Aurora sorts logs.",
        "Run:",
        "pip install aurora # then start it",
        "Or from Python:",
        "import aurora",
        'def main(path): # all of it return aurora.sort(path, key=lambda row: row["time"])',
        "Its license:",
        "1. Grant",
        "You may use it.",
        "2. Limits",
        "You may not sell it.",
    ]


def test_code_opens_no_section():
    found = headings(README)
    assert found["Its license:"] == ()
    assert found["You may not sell it."] == ("2. Limits",)


PAGE = """<!DOCTYPE html>
<html><head><title>Terms</title><style>p > a { b: c }</style></head><body>
<!-- navigation -->
<h1>Terms of&nbsp;Use</h1>
<p>You &amp; we agree.&nbsp;They take effect on
the day you sign up. He said &ldquo;yes.&rdquo; Then he left.</p>
<h2>1. Rights</h2>
<p>You may:</p>
<ol><li><p>install it;</p></li>
<li>make one copy for:<ul><li>backup</li><li>archiving</li></ul></li><li>show it.</li></ol>
<h3>Not at all</h3><p>Rent it.</p>
<table><tr><th>Action</th><th>Rule</th></tr>
  <tr><td>Renting</td>
      <td>Not allowed. Ask us.</td></tr></table>
<p>Pay 5.<br/>Otherwise pay nothing.</p>
<script>if (a < b) { document.write("<p>no</p>"); }</script>
<pre>
2. No Warranty

IT COMES AS IT IS.
</pre>
</body></html>
"""


def test_a_page_is_cut_by_its_tags():
    assert contents(PAGE) == [
        "Terms of Use",
        "You & we agree.",
        "They take effect on the day you sign up.",
        "He said “yes.”",
        "Then he left.",
        "1. Rights",
        "You may:",
        "install it;",
        "make one copy for:",
        "backup",
        "archiving",
        "show it.",
        "Not at all",
        "Rent it.",
        "Action | Rule",
        "Renting | Not allowed.",
        "Ask us.",
        "Pay 5.",
        "Otherwise pay nothing.",
        "2. No Warranty",
        "IT COMES AS IT IS.",
    ]


def test_lists_of_a_page_nest():
    found = lead_ins(PAGE)
    assert found["archiving"] == "You may: make one copy for:"
    assert found["show it."] == "You may:"


def test_headings_of_a_page_nest():
    assert headings(PAGE)["Rent it."] == ("1. Rights", "Not at all")
