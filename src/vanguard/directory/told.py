"""What the library needs of the directory: the lake's table `practice`."""

from datetime import datetime

import pyarrow as pa

from vanguard.lake import Lake

COLUMNS = ("practice", "name", "locality", "locality_name")


def write_practices(lake: Lake, now: datetime) -> int:
    """The table says which practices there are and in which localities; returns how many."""
    from vanguard.directory.models import Practice

    fields = ("code", "name", "locality__code", "locality__name")
    rows = list(Practice.objects.order_by("code").values_list(*fields))
    columns = zip(*rows, strict=True) if rows else ((),) * len(COLUMNS)
    table = pa.table({name: pa.array(column, pa.string()) for name, column in zip(COLUMNS, columns, strict=True)})
    with lake.write(now) as batch, lake.connect() as con:
        con.register("given", table)
        return batch.replace("practice", con, "SELECT * FROM given")
