"""Reading: products by the bank's number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from guanhu.apps.catalog.models import Product
from guanhu.apps.people.compiled import AnyOf, compiled


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
    wanted = sorted(set(numbers))
    views = (ProductView(*row) for row in (_products(wanted) if wanted else ()))
    return {view.product_no: view for view in views}


@compiled(tuple)
def _products(numbers: list[str]) -> Any:
    columns = (field.name for field in fields(ProductView))
    return Product.objects.filter(AnyOf("product_no", numbers)).values_list(*columns)
