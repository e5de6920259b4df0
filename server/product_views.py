"""How a product is shown: its name, what it costs, its features and terms. Pure."""

from __future__ import annotations

from typing import Any

from bot.content.models import Product

PER = {"nl": ("per", "gratis"), "fr": ("par", "gratuit"), "en": ("per", "free"), "de": ("pro", "kostenlos")}


def product_row(product: Product, lang: str) -> dict[str, Any]:
    """A product, its price in words of the language."""
    return {
        "name": product.name, "price": price_text(product, lang), "terms": list(product.terms),
        "features": list(product.features),
    }  # fmt: skip


def price_text(product: Product, lang: str) -> str | None:
    """What a product costs; None where that has no price of its own."""
    if product.price is None:
        return None
    per, free = PER[lang]
    if product.price == 0:
        return free
    amount = f"{product.price:.2f}".removesuffix(".00")
    shown = f"€ {amount if lang == 'en' else amount.replace('.', ',')}"
    return f"{shown} {per} {product.per}" if product.per else shown
