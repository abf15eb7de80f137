"""Pages: one head, one look, one policy. A page lets nothing in but its own scripts and styles.

Text of models is data: it is never markup and never code. Templates escape what they are given.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from overthink.render.palette import stylesheet

if TYPE_CHECKING:
    from jinja2 import Environment

_ESCAPES = {"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def rendered(package: str, template: str, *, title: str, policy: str | None = None, **values: Any) -> str:
    """A page from a template of this package, with the head and the look of all pages.

    Args:
        package: The dotted name of the package.
        template: The file in it. It includes `head.html` first, which ends inside <head>.
        title: Of the page; it is escaped here.
        policy: See security_policy; without one no script runs.
        values: What the template shows. All of it is escaped, but for values of markupsafe's Markup.
    """
    from markupsafe import Markup

    ours = {"policy": Markup(policy or security_policy([])), "styles": Markup(styles())}
    return _environment(package).get_template(template).render(title=title, **ours, **values)


def styles() -> str:
    """The CSS of all pages."""
    return f"{stylesheet()}\n{asset('overthink.render', 'page.css')}"


def asset(package: str, name: str) -> str:
    """The text of a file in the package's folder `assets`."""
    return files(package).joinpath("assets", name).read_text(encoding="utf-8")


@cache
def _environment(package: str) -> Environment:
    from jinja2 import ChoiceLoader, Environment, PackageLoader

    loader = ChoiceLoader([PackageLoader(package, ""), PackageLoader("overthink.render", "assets")])
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


def safe_json(value: Any) -> str:
    """JSON that can be in a <script> element or in a .js file.

    Without `<` no `</script>` and no `<!--` can be in it; U+2028 and U+2029 end a line in older JavaScript.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return text


def data_element(name: str, value: Any) -> str:
    """A <script> element that holds data and is never run. `name` is ours, not data."""
    return f'<script type="application/json" id="{name}">{safe_json(value)}</script>'


def security_policy(scripts: Sequence[str], *, beside: bool = False, form: str = "'none'") -> str:
    """A Content-Security-Policy under which these scripts run and nothing else does: no network, no frame.

    Args:
        scripts: Their texts.
        beside: Scripts in files beside the page may be loaded as well.
        form: The source that a form may be sent to.

    Styles may be in attributes: the typesetter writes some.
    """
    sources = [f"'sha256-{_sha256(script)}'" for script in scripts] + ["'self'", "file:"] * beside
    allowed = [f"script-src {' '.join(sources)}"] * bool(sources) + ["style-src 'unsafe-inline'", "base-uri 'none'"]
    return "; ".join(["default-src 'none'", *allowed, f"form-action {form}"])


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
