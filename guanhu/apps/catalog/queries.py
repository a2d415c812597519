"""Reading: products by the bank's number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guanhu.apps.catalog.models import Product


@dataclass(frozen=True)
class ProductView:
    """One product as pages show it."""

    product_no: str
    name: str
    kind: str
    risk_level: str
    drawbacks: str


def products_by_no(numbers: Iterable[str]) -> dict[str, ProductView]:
    """The products with these numbers; unknown numbers are left out."""
    rows = Product.objects.filter(product_no__in=set(numbers))
    return {
        row.product_no: ProductView(row.product_no, row.name, row.kind, row.risk_level, row.drawbacks) for row in rows
    }
