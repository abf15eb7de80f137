from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import overthink
from overthink.render.page import data_element, rendered, safe_json, security_policy
from overthink.render.palette import stylesheet

PACKAGE = Path(overthink.__file__).parent


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    "text",
    [
        "</script><script>alert(1)</script>",
        "<!--",
        "<img src=x onerror=alert(1)>",
        "{{ 7 * 7 }}",
        "a\u2028b\u2029c",
        "\x00",
    ],
    ids=["script", "comment", "image", "template", "separators", "zero"],
)
def test_hostile_text_stays_inside_its_element_and_comes_back_unchanged(text: str) -> None:
    parser = _Elements()
    parser.feed(data_element("texts-0", [text]))
    assert parser.tags == ["script"]
    assert json.loads(parser.text) == [text]


@given(st.text())
def test_embedded_json_holds_no_less_than_sign_and_reads_back_as_it_was(text: str) -> None:
    embedded = safe_json({"text": text})
    assert not set(embedded) & {"<", "\u2028", "\u2029", "\n"}
    assert json.loads(embedded) == {"text": text}


def test_a_number_that_json_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        safe_json(float("nan"))


def test_the_policy_lets_nothing_in_but_the_scripts_it_names() -> None:
    policy = security_policy(["alert(1)"])
    assert policy.startswith("default-src 'none'; script-src 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=';")
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert "file:" not in policy


TEMPLATES = [
    path for path in sorted(PACKAGE.rglob("*.html")) if path.parent != PACKAGE / "render" / "assets"
]  # parts of pages


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_page_begins_with_the_head_of_all_pages_and_has_no_other(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith('{% include "head.html" %}\n')
    assert not re.search(r"<head>|<meta|<title|prefers-color-scheme|\|\s*safe", text)


def test_a_page_has_the_look_and_the_policy_and_its_title_and_values_are_escaped() -> None:
    hostile = "</title><script>alert(1)</script>"
    page = rendered("overthink.serve", "page.html", title=hostile, words=hostile, hint="")
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)") == 2
    assert stylesheet() in page
    assert f'<meta http-equiv="Content-Security-Policy" content="{security_policy([])}">' in page


def test_without_a_script_the_policy_names_none_and_a_form_may_be_sent_only_to_who_is_named() -> None:
    assert security_policy([]) == "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    assert security_policy([], form="'self'").endswith("form-action 'self'")
    assert "file:" in security_policy(["alert(1)"], beside=True)
