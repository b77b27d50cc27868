"""How an amount is written; it stands below the errors, which quote amounts."""

FEN_PER_YUAN = 100


def yuan_text(amount_fen: int) -> str:
    """Return an amount for people: "12,345.60".

    >>> yuan_text(1234560), yuan_text(-5)
    ('12,345.60', '-0.05')
    """
    sign = "-" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    return f"{sign}{yuan:,}.{fen:02d}"
