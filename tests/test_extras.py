"""The optional parts that errors and README tell users to install."""

from __future__ import annotations

import re
import tomllib

from tests.conftest import ROOT

_EXTRA = re.compile(r"overthink\[([a-z,]+)\]")


def test_every_extra_that_a_user_is_told_of_can_be_installed() -> None:
    texts = [path.read_text("utf-8") for path in [ROOT / "README.md", *(ROOT / "overthink").rglob("*.py")]]
    texts.append("overthink" + "".join(re.findall(r"'\.(\[[a-z,]+\])'", (ROOT / "Makefile").read_text("utf-8"))[-1:]))
    told = {name for text in texts for names in _EXTRA.findall(text) for name in names.split(",")}
    known = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert {"train", "ray", "follow", "attention", "vllm", "local", "mlflow", "inspect"} <= told
    assert told <= known.keys()
