"""Run races in a process of its own and print what happened: `python -m tests.races.child ROUNDS BARE [KIND …]`.

ROUNDS rounds of each kind with its guard, then BARE rounds of each without it. One line of JSON.
"""

import json
import sys

from tests.databases import start_child


def main(count: int, bare: int, wanted: list[str]) -> None:
    start_child()
    from tests.cast import cast
    from tests.races import buying, delivery, fund
    from tests.races.harness import rounds

    known = buying.KINDS | delivery.KINDS | fund.KINDS
    kinds = {name: kind for name, kind in known.items() if name in wanted or not wanted}
    people = cast()
    guarded = {name: rounds(each, people, range(count), guarded=True) for name, each in kinds.items()}
    numbers = range(count, count + bare)
    unguarded = {name: rounds(each, people, numbers, guarded=False) for name, each in kinds.items()}
    print(json.dumps({"guarded": guarded, "unguarded": unguarded}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
