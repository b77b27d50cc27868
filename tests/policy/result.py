"""A stored result as the lab writes it; knows no Django, for the children that stand in."""


def outcome(code, up, down, same=0, better=1, direction="", counted=""):
    way = direction or ("up" if up > down else "down")
    sides = {"up": up, "down": down, "same": same}
    return {"outcome": code, "better": better, "direction": way, "counted": counted or way, **sides}


RESULT = {
    "is_calibrated": False,
    "stamp": {
        "draws": 50, "replications": 20, "months": 120, "burn_in": 60, "seed": 1, "digest": "d" * 64,
        "code": "0.1+abc", "rulebooks": ["a" * 64, "b" * 64], "parameters": "p" * 64, "world": "w" * 64,
    },
    "outcomes": [
        outcome("resolved", 47, 3),
        outcome("trust", 30, 20, direction="uncertain"),
        outcome("quits_line", 4, 46, better=-1),
        outcome("satisfaction", 49, 1, direction="uncertain", counted="up"),
        outcome("score", 45, 5, better=0),
        outcome("coverage", 0, 0, 50, direction="same"),
        outcome("leakage", 44, 6, better=-1),
    ],
    "groups": [
        {"kind": "stratum", "group": 3, "outcome": "trust", "loses": True, "up": 2, "down": 48, "same": 0},
        {"kind": "street", "group": 1, "outcome": "resolved", "loses": True, "up": 5, "down": 45, "same": 0},
        {"kind": "stratum", "group": 0, "outcome": "trust", "loses": False, "up": 48, "down": 2, "same": 0},
    ],
    "levers": [{"code": "credit", "before": 0.5, "after": 1.0}],
}  # fmt: skip
REASONS = {
    "reason_draws": 10,
    "reasons": [
        {"outcome": "resolved", "kind": "lever", "code": "weights", "draws": 9},
        {
            "outcome": "resolved",
            "kind": "mechanism",
            "code": "favours",
            "draws": 8,
            "zh": "人情",
            "en": "Favours",
        },
    ],
    "tipping": [{"outcome": "resolved", "low": 0.1, "high": 0.2, "draws": 9}],
}
