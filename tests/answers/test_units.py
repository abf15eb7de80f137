from __future__ import annotations

import pytest

from overthink.answers import units
from overthink.answers.compare import same_cheaply
from overthink.answers.rules import data_file
from overthink.answers.units import scale, split_unit

TABLES = data_file("units.toml")
NAMES = [
    (name, dimension, entry.get("size"))
    for dimension, table in TABLES.items()
    for unit, entry in table.items()
    for name in (unit, *entry.get("names", ()))
]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5 m", "500 cm"),
        ("5 m", "50 dm"),
        ("5 cm", "50 mm"),
        ("5 km", "5000 metres"),
        ("5 feet", "60 inches"),
        ("5 yards", "15 ft"),
        ("5 miles", "26400 feet"),
        ("5 inches", "12.7 cm"),
        ("5 g", "5000 mg"),
        ("5 kg", "5000 grams"),
        ("5 tons", "5000 kg"),
        ("5 pounds", "80 oz"),
        ("5 seconds", "5000 ms"),
        ("5 minutes", "300 s"),
        ("5 hours", "300 mins"),
        ("5 days", "120 h"),
        ("5 weeks", "35 days"),
        ("5 years", "60 months"),
        ("5 decades", "50 yr"),
        ("5 centuries", "500 years"),
        ("5 liters", "5000 ml"),
        ("5 gallons", "18.92705892 l"),
        ("5 dollars", "500 cents"),
        ("5 square feet", "720 square inches"),
        ("5 m^3", "5000000 cubic centimetres"),
        ("5 degrees", "5"),
        ("180 degrees", "3.14159265 radians"),
        ("5 L", "5000 cm^3"),
        ("2 hectares", "20000 m^2"),
        ("5 MB", "5 megabytes"),
        ("5 kilohms", r"5000\,\Omega"),
        (r"4.7\,\text{k}\Omega", "4700 ohms"),
        ("5 μs", "0.005 milliseconds"),
        (r"5\,\mu\text{m}", "0.005 mm"),
        ("2 kcal", "8368 joules"),
        ("5 am", "5 a.m."),
    ],
)
def test_the_same_quantity_in_other_units_is_the_same(one: str, other: str) -> None:
    for pair in ((one, other), (other, one)):
        assert (same_cheaply(*pair) or ("undetermined",))[0] == "correct"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5 m", "5 kg"),
        ("5 m", "5 square m"),
        ("5 m", "5 s"),
        ("5 minutes", "5 months"),
        ("5 l", "5 lb"),
        ("5 am", "5 pm"),
        ("5 dollars", "5 euros"),
        ("5 yen", "5 yuan"),
        ("5 rupees", "5 dollars"),
        ("5 fahrenheit", "5 celsius"),
        ("5 degrees", "5 m"),
        ("5 degrees", "5 radians"),
        ("5 ohms", "5 volts"),
        ("5 kilohms", "5 ohms"),
        ("5 MB", "5 KB"),
        ("5 acres", "5 hectares"),
        ("5 L", "5 cm^3"),
        ("5 μs", "5 ms"),
    ],
)
def test_another_quantity_is_another(one: str, other: str) -> None:
    assert (same_cheaply(one, other) or ("undetermined",))[0] == "wrong"


@pytest.mark.parametrize(("name", "dimension", "size"), NAMES)
def test_each_name_of_a_unit_is_needed(
    name: str, dimension: str, size: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert split_unit(f"5 {name}") == ("5", name)
    known = units._UNITS[name]
    assert units._known(name) == known
    assert size is None or scale(name) == (dimension if "^" in dimension else f"{dimension}^1", known[1])
    monkeypatch.delitem(units._UNITS, name)
    assert units._known(name) != known


def test_no_name_belongs_to_two_units() -> None:
    assert len(units._UNITS) == len(NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "5 x",
        "5ab",
        "5m",
        "5 and 6",
        "5 sin x",
        "5 mod 7",
        "x cm",
        "5 Q",
        "r^2 h",
        r"\frac{1}{2} bh",
        "3 A + 2 V",
        "5 S",
        "5 M",
    ],
)
def test_letters_and_joining_words_behind_a_number_are_no_unit(text: str) -> None:
    assert split_unit(text) == (text, "")
