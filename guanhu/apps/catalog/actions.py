"""Writing: the bank's list of products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from guanhu.apps.catalog.models import Product
from guanhu.apps.people.copying import merge_in


@transaction.atomic
def take_in(products: Sequence[Mapping[str, Any]]) -> None:
    """Write the bank's list of products; one that is no longer sold stays, since customers still hold it."""
    merge_in(
        Product,
        ("product_no", "name", "kind", "risk_level", "term_days", "drawbacks"),
        [
            {
                "product_no": row["product_no"],
                "name": row["name"],
                "kind": row["kind"],
                "risk_level": row.get("risk_level") or "",
                "term_days": row.get("term_days"),
                "drawbacks": row.get("drawbacks") or "",
            }
            for row in products
        ],
        key=("product_no",),
    )
