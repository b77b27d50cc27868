"""QR codes as SVG files: readable on paper and under a strict content policy."""

import io

BORDER_MODULES = 4
"""The quiet zone that the standard asks for."""


def qr_svg(text: str, *, title: str, scale: int = 5) -> str:
    """Return an SVG of the QR code of a text; correction level M, made for paper.

    Args:
        text: What the code says; usually an address or a receipt code.
        title: Text alternative for those who cannot see it.
        scale: Pixels a module on a page, read off a screen at arm's length; a paper sets its own size.
    """
    import segno

    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(
        out,
        kind="svg",
        border=BORDER_MODULES,
        scale=scale,
        title=title,
        xmldecl=False,
        svgclass=None,
        lineclass=None,
    )
    return out.getvalue().decode()
