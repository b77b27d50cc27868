"""How long a hotline's sheet of 5,000 orders takes from the upload to the last event, beside a bare insert.

    PYTHONPATH=. python bench/import.py [ROWS]

Works in a temporary data home. Prints seconds for reading the sheet, for the import, for both, and the
ratio to 5,000 bare rows inserted by the same database. The bound of the issue is 10 s for both.
"""

import io
import os
import sys
import tempfile
import time

os.environ["ZHAGEN_HOME"] = tempfile.mkdtemp(prefix="zhagen-bench-")
os.environ["DJANGO_SETTINGS_MODULE"] = "zhagen.web.settings"
ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
BOUND_SECONDS = 10


def a_sheet(rows: int) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("工单号", "社区", "诉求内容", "来电人", "联系电话", "工单类别"))
        for n in range(rows):
            row = (f"G{n:06d}", "东园社区", f"{n % 40}号楼路灯不亮第{n}次", "王桂芳", f"138{n:08d}", "一般")
            sheet.write_row(n + 1, 0, row)
    return out.getvalue()


def main() -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.cast import cast
    from zhagen.audit.models import Event
    from zhagen.platform.clock import now
    from zhagen.platform.models import DoneRequest
    from zhagen.platform.sheets import read_sheet
    from zhagen.procurement.actions.need_import import import_orders
    from zhagen.procurement.models import Need
    from zhagen.procurement.views.need_sheet import order_rows, orders_form

    handler = cast()["handler"].actor
    uploaded = a_sheet(ROWS)
    start, cpu = time.perf_counter(), time.process_time()
    read = read_sheet(uploaded, orders_form())
    after_reading = time.perf_counter()
    done = import_orders(order_rows(read.rows), by=handler, now=now())
    end, cpu = time.perf_counter(), time.process_time() - cpu
    DoneRequest.objects.bulk_create(
        (DoneRequest(actor_key="bench", token=str(n), done_at=now()) for n in range(ROWS)), batch_size=500
    )
    bare = time.perf_counter() - end
    assert len(done.raised) == Need.objects.count() == ROWS, (len(done.raised), read.errors[:3])
    assert Event.objects.filter(kind="need.raised").count() == ROWS
    whole = end - start
    print(
        f"hotline rows {ROWS}: reading {after_reading - start:.2f} s, import {end - after_reading:.2f} s,",
        end=" ",
    )
    print(
        f"both {whole:.2f} s (own cpu {cpu:.2f} s); bare insert {bare:.2f} s, ratio {whole / bare:.1f}; bound {BOUND_SECONDS} s"
    )
    return 0 if whole <= BOUND_SECONDS * ROWS / 5_000 else 1


if __name__ == "__main__":
    raise SystemExit(main())
