"""What one command may spend on judges."""

from __future__ import annotations

from dataclasses import dataclass

from overthink.errors import BudgetSpent

MILLION = 1_000_000


@dataclass
class Budget:
    """Calls and money that are left. A call that is not answered yet counts at the most that it can cost."""

    max_calls: int | None = None
    max_cost: float | None = None
    calls: int = 0
    cost: float = 0.0
    reserved: float = 0.0

    def allows(self, max_cost: float) -> bool:
        """Whether one more call can be made that costs so much at most."""
        if self.max_calls is not None and self.calls >= self.max_calls:
            return False
        return self.max_cost is None or self.cost + self.reserved + max_cost <= self.max_cost

    def reserve(self, max_cost: float) -> None:
        """Count a call, and reserve the most that it can cost."""
        self.calls += 1
        self.reserved += max_cost

    def charge(self, max_cost: float, cost: float) -> None:
        """Replace what was reserved for a call by what it cost."""
        self.reserved -= max_cost
        self.cost += cost

    def error(self) -> BudgetSpent:
        """Return the error to raise when the budget is used up."""
        if self.max_calls is not None and self.calls >= self.max_calls:
            what = f"stopped at --max-calls {self.max_calls}"
        else:
            what = f"stopped at --max-cost {self.max_cost:g}: {self.cost:.4f} is spent, and the next call may cost more"
        return BudgetSpent(what, "The replies so far are kept: the same command goes on from here.")


def price(read: int, written: int, price_in: float | None, price_out: float | None) -> float | None:
    """What so many tokens cost, at these prices of a million tokens; None if a price is not known."""
    if price_in is None or price_out is None:
        return None
    return round((read * price_in + written * price_out) / MILLION, 6)
