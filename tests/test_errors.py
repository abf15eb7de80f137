"""The faults of data in words."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from overthink.errors import first_fault


class Inner(BaseModel):
    counts: list[int]


class Outer(BaseModel):
    inner: Inner
    name: str


@pytest.mark.parametrize(
    ("data", "place", "given"),
    [
        ({"inner": {"counts": [1, "x"]}, "name": 5}, "inner.counts.1", "x"),
        ({"inner": {"counts": [1]}, "name": 5}, "name", 5),
        ({"inner": {}, "name": "n"}, "inner.counts", {}),
        (7, "", 7),
    ],
)
def test_the_first_fault_has_its_place_and_value(data: object, place: str, given: object) -> None:
    with pytest.raises(ValidationError) as error:
        Outer.model_validate(data)
    fault = first_fault(error.value)
    assert (fault.place, fault.given) == (place, given)
    assert fault.message
