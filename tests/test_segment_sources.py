"""Clauses of source files, paged texts and Chinese texts."""

import pytest
from segmented import contents, headings, lead_ins

SCRIPT = """#!/usr/bin/env python3
#
# You may use this file, provided that you
# keep the lines above.
#
# Conditions:
#   1. Keep this notice.
#   2. Mark your changes, and
#      say when you made them.

import os


def main(argv):
    # walk all of them
    for name in argv[1:]:
        print(os.path.join("/tmp", name))
    return 0
"""
PROGRAM = """/*
 * This file may be copied freely, on condition that
 *   (a) the notice above is kept, and
 *   (b) nobody is charged for it.
 *
 * THERE IS NO WARRANTY FOR THIS FILE, TO THE EXTENT
 * THE LAW ALLOWS IT.
 */
#include <stdio.h>

/* Frobnicate one thing. */
int frob(int x)
{
    int y = x * 2;
    return y;
}
"""
XML = """<?xml version="1.0"?>
<!--
  You may use this file, if you keep this notice.
  You may not sell it.
-->
<project name="x">
</project>
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            SCRIPT,
            [
                "#!/usr/bin/env python3",
                "You may use this file, provided that you keep the lines above.",
                "Conditions:",
                "1. Keep this notice.",
                "2. Mark your changes, and say when you made them.",
                "import os",
                'def main(argv): # walk all of them for name in argv[1:]: print(os.path.join("/tmp", name)) return 0',
            ],
            id="script",
        ),
        pytest.param(
            PROGRAM,
            [
                "This file may be copied freely, on condition that",
                "(a) the notice above is kept, and",
                "(b) nobody is charged for it.",
                "THERE IS NO WARRANTY FOR THIS FILE, TO THE EXTENT THE LAW ALLOWS IT.",
                "#include <stdio.h>",
                "Frobnicate one thing.",
                "int frob(int x) { int y = x * 2; return y; }",
            ],
            id="program",
        ),
        pytest.param(
            XML,
            [
                '<?xml version="1.0"?>',
                "You may use this file, if you keep this notice.",
                "You may not sell it.",
                '<project name="x"> </project>',
            ],
            id="xml",
        ),
    ],
)
def test_a_source_file_is_cut_into_comments_and_code(text, expected):
    assert contents(text) == expected


PAGED = """1.  Introduction

   This memo covers:

   o  texts; and

   o  tables.

   It does not cover code, because code has its own license, which is

Writer                   Informational                [Page 1]
\f
Memo 9999             Sharing Documents             August 2011

   Here.  Libraries MAY lend
   them out, so long as they
Page 2 of 9
   keep a record.  The rest is for

Writer                   Informational                [Page 3]
\f
Memo 9999             Sharing Documents             August 2011

   others to say.
"""


def test_page_breaks_do_not_break_sentences():
    assert contents(PAGED)[-3:] == [
        "Here.",
        "Libraries MAY lend them out, so long as they keep a record.",
        "The rest is for others to say.",
    ]


def test_an_o_is_a_bullet():
    assert lead_ins(PAGED)["o tables."] == "This memo covers:"


CHINESE = """星云模型许可协议

第一章　总则

第一条　定义
（一）“模型”是指权重及相关代码；
（二）“您”是指使用模型的人。

第二条　授权
我们授予您：
1. 使用模型的权利；
2. 修改模型的权利，包括：
（1）微调；
（2）蒸馏。
3. 分发模型的权利。

第三条　您不得：（一）将模型用于监控；（二）违反法律。

４．其他
４．１　依照第一条、
第二条的规定处理，
并通知我们。
"""


def test_chinese_articles_are_cut_into_items():
    assert contents(CHINESE)[1:] == [
        "第一章总则",
        "第一条定义",
        "（一）“模型”是指权重及相关代码；",
        "（二）“您”是指使用模型的人。",
        "第二条授权",
        "我们授予您：",
        "1. 使用模型的权利；",
        "2. 修改模型的权利，包括：",
        "（1）微调；",
        "（2）蒸馏。",
        "3. 分发模型的权利。",
        "第三条您不得：",
        "（一）将模型用于监控；",
        "（二）违反法律。",
        "４．其他",
        "４．１依照第一条、第二条的规定处理，并通知我们。",
    ]


def test_chinese_items_know_what_is_above_them():
    assert lead_ins(CHINESE)["（2）蒸馏。"] == "我们授予您： 2. 修改模型的权利，包括："
    assert headings(CHINESE)["（二）“您”是指使用模型的人。"] == ("第一章总则", "第一条定义")
    assert headings(CHINESE)["（二）违反法律。"] == ("第一章总则",)
