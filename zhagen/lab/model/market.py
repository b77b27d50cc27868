"""What couples the sites: the streets' focus, an agency's record and presence, and imitation among agencies."""

from typing import Any

import numpy as np

from zhagen.lab.model import fields as f
from zhagen.lab.model.elementwise import elementwise, pick


@elementwise
def on_market(lv: Any, agencies: Any) -> Any:
    """Return how many of the world's agencies are on the market, at least one."""
    return np.maximum(np.floor(lv.agencies_share * agencies), 1.0)


@elementwise
def drawn_agency(u: Any, street: Any, lv: Any, many: Any) -> Any:
    """Return the agency that a draw gives, or the only one licensed in a street."""
    return pick(lv.licensed > 0.5, street - np.floor(street / many) * many, np.floor(u * many))


@elementwise
def mixed_hours(u0: Any, u1: Any, u2: Any, u3: Any, u4: Any) -> Any:
    """Return what five draws are divided by to be a mix of hours; what is left of the whole is rest."""
    return u0 + u1 + u2 + u3 + u4 + 0.5


@elementwise
def themes(lv: Any) -> Any:
    """Return how many themes may be bought."""
    return f.CLASSES * pick(lv.themes_closed > 0.5, 0.5, 1.0)


@elementwise
def moved_focus(focus: Any, u: Any, p: Any, lv: Any) -> Any:
    """Return a street's focus a month later: it moves at the hazard `p_shift`, where half is closed among the rest."""
    return pick(u < p.p_shift, np.floor(u / np.maximum(p.p_shift, 1e-9) * themes(lv)), focus)


@elementwise
def drift(x: Any, lv: Any, c: Any) -> None:
    """Note that the street's focus has left the theme bought; a tender by need forgives it."""
    away = pick(x[f.FOCUS, c] == x[f.THEME, c], 0.0, 1.0 - lv.need_tender)
    x[f.DRIFT, c] = np.maximum(x[f.DRIFT, c], away)


@elementwise
def open_doors(x: Any, lv: Any, c: Any) -> None:
    """Say whether a site serves this month, and whether it still works: closed by indicators, it has gone."""
    live = (x[f.VACANT, c] <= 0.0) & (x[f.BOUGHT, c] > 0.0)
    x[f.LIVE, c] = pick(live, 1.0, 0.0)
    gone = (lv.closing == 1.0) & (x[f.DONE, c] > 0.0)
    x[f.WORKING, c] = pick(live & (gone == 0), 1.0, 0.0)


@elementwise
def new_record(record: Any, scores: Any, many: Any) -> Any:
    """Return an agency's record after the scores of a month, the mean weighing .4."""
    return pick(many > 0.0, 0.6 * record + 0.4 * scores / np.maximum(many, 1.0), record)


@elementwise
def new_hunt(hunt: Any, hours: Any) -> Any:
    """Return an agency's presence at the streets: it fades by a tenth a month and grows with hours of hunting."""
    return 0.9 * hunt + 0.1 * (0.3 + hours)


@elementwise
def new_kept(kept: Any, ended: Any, stayed: Any) -> Any:
    """Return the learned share of contracts that are kept, from those that ended this month."""
    return pick(ended > 0.0, 0.97 * kept + 0.03 * stayed / np.maximum(ended, 1.0), kept)


@elementwise
def copies(own: Any, peer: Any, u: Any) -> Any:
    """Return whether an agency copies a peer: the likelier the better the peer earned (a rational for the logit)."""
    ahead = peer - own
    size = np.maximum(ahead, 0.0 - ahead)
    return u < 0.5 + 0.5 * ahead / (size + 0.05)
