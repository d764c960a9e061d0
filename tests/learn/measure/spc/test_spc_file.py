"""A file of series in, a file of points out: whatever people write, in the order of time or refused in a sentence."""

import csv
import gzip
import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from vanguard.cli import cli
from vanguard.errors import BadInput

HEADER = "series,period,value\n"


def run(folder: Path, text: str, *options: str, name: str = "series.csv"):
    (folder / name).write_text(text)
    command = ["spc", "--input", str(folder / name), "--output", str(folder / "points.csv"), *options]
    result = CliRunner().invoke(cli, command)
    if result.exception:
        raise result.exception
    return result


def points(folder: Path) -> list[dict[str, str]]:
    with (folder / "points.csv").open() as file:
        return list(csv.DictReader(file))


def told(folder: Path, *rows: tuple[str, str, str]) -> list[str]:
    """The periods of the points for (series, period, value)."""
    run(folder, HEADER + "".join(",".join(row) + "\n" for row in rows))
    return [point["period"] for point in points(folder)]


def test_the_points_of_two_series_one_rebased(tmp_path):
    """Series in the order of the file, each in the order of time, each group with its own lines."""
    a = [("a", f"2018-{month:02}", str(value)) for month, value in enumerate([10, 12, 11, 13], 1)]
    text = "Period,Series,Value,Rebase,Target,Note\n"
    text += "2018-03,b,5,,,\n" + "2018-06,a,30,,20,later\n" + "2018-05,a,20,yes,20,\n" + ",,,,,\n"
    text += "".join(f"{period},{series},{value},no,20,\n" for series, period, value in reversed(a))
    result = json.loads(run(tmp_path, text, "--json").output)
    assert result == {
        "series": 2, "points": 7, "missing": 0, "empty_rows": 1, "provisional": 2,
        "special_causes": {"outside": 0, "trend": 0, "two_of_three": 0, "shift": 0},
    }  # fmt: skip
    found = points(tmp_path)
    assert list(found[0]) == ["series", "period", "value", "mean", "lower", "upper", "special_cause"]
    assert [(point["series"], point["period"]) for point in found] == [
        ("b", "2018-03"), *((series, period) for series, period, _ in a), ("a", "2018-05"), ("a", "2018-06"),
    ]  # fmt: skip
    assert found[0] | {"value": "", "period": ""} == {
        "series": "b", "period": "", "value": "", "mean": "5.0", "lower": "", "upper": "", "special_cause": "",
    }  # fmt: skip
    lines = [tuple(float(point[name]) for name in ("mean", "lower", "upper")) for point in found[1:]]
    assert lines[:4] == [pytest.approx((11.5, 11.5 - 2.66 * 5 / 3, 11.5 + 2.66 * 5 / 3))] * 4
    assert lines[4:] == [pytest.approx((25, 25 - 26.6, 25 + 26.6))] * 2


@pytest.mark.parametrize(
    "periods",
    [
        ("2018-08-06", "07/08/2018", "8 August 2018", "9 Aug 2018", "2018-08-10 00:00:00", "20180811"),
        ("2017-12", "Jan 2018", "February 2018", "Mar-18", "2018/04", "05/2018", "Sept 2018"),
        ("2017-W9", "2017-W10", "2017W52", "2018 W01", "W2 2018"),
        ("2017-Q4", "2018Q1", "Q2 2018", "2018 Q3"),
        ("2017/18 Q4", "2018-19 Q1", "Q2 2018/19"),
        ("2009-10", "2010-11", "2011-12", "2012/13", "2013/2014"),
        ("1", "2", "9", "10", "11.5"),
        ("2016", "2017", "2018"),
        ("2018-08-06T09:00", "2018-08-06T10:30", "2018-08-06 23:00:00"),
    ],
    ids=["days", "months", "weeks", "quarters", "financial quarters", "financial years", "numbers", "years", "hours"],
)
def test_periods_stand_in_the_order_of_time_as_they_were_written(tmp_path, periods):
    shuffled = [*periods[1::2], *periods[::2]]
    assert told(tmp_path, *(("a", period, "1") for period in shuffled)) == list(periods)


def test_numbers_as_spreadsheets_write_them(tmp_path):
    text = '\ufeffseries;period;value\r\n"A; B";1;"1,234.5"\r\n"A; B";2; £7 \r\n"A; B";3;1e2\r\n"A; B";4;#N/A\r\n'
    assert "1 point without a value." in run(tmp_path, text).output
    assert [(point["series"], point["value"]) for point in points(tmp_path)] == [
        ("A; B", "1234.5"), ("A; B", "7.0"), ("A; B", "100.0"), ("A; B", ""),
    ]  # fmt: skip
    run(tmp_path, HEADER + "a,1,12.5%\na,2,-3%\na,3,*\n")
    assert [point["value"] for point in points(tmp_path)] == ["12.5", "-3.0", ""]


def test_parquet_and_columns_of_other_names(tmp_path):
    file = tmp_path / "series.parquet"
    duckdb.execute(
        "COPY (SELECT 'a' AS ward, DATE '2018-01-01' + CAST(n AS INTEGER) * 31 AS month, n / 4 AS rate, n = 3 AS rebase"
        f" FROM range(6) t(n)) TO '{file}' (FORMAT parquet)"
    )
    command = ["spc", "--input", str(file), "--output", str(tmp_path / "points.csv")]
    result = CliRunner().invoke(cli, [*command, "--columns", "series=ward,period=month,value=rate"])
    assert result.exit_code == 0
    assert [float(point["mean"]) for point in points(tmp_path)] == [0.25] * 3 + [1.0] * 3


def test_a_file_with_no_rows_has_no_points(tmp_path):
    assert "0 points of 0 series" in run(tmp_path, HEADER).output
    assert points(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("series,period\na,1\n", "line 1: There is no column value; the columns are series, period."),
        (HEADER + "a,1,1\n,2,2\n", "line 3, column series: The row names no series."),
        (HEADER + "a,,1\n", "line 2, column period: The row has no period."),
        (HEADER + "a,1,12O\n", "line 2, column value: 12O is not a number."),
        (HEADER + 'a,1,"12,5"\n', "line 2, column value: 12,5 is not a number. Write decimals with a point: 12.5."),
        (HEADER + "a,1,<5\n", "<5 is not a number. Leave the cell blank where a small number was kept back."),
        (HEADER + "a,1,(12)\n", "(12) is not a number. Write what is below nought with a minus: -12."),
        (HEADER + "a,1,1 234\n", "1 234 is not a number. Write it without spaces: 1234."),
        ("Admissions\n" + HEADER + "a,1,1\n", "has more cells than the header line. Begin with the header line"),
        (HEADER + 'a,1,"5\na,2,7\n', "a quotation mark that begins on line 2 is never closed."),
        (HEADER + "a,1,1e308\n", "1e308 is not a number. No number may be larger than 1e+100"),
        (HEADER + "a,1,inf\n", "line 2, column value: inf is not a number."),
        (HEADER + "a,1,5%\na,2,0.05\n", "line 2, column value: The series a has values with a percent sign"),
        (HEADER + "a,2018-13,1\n", "line 2, column period: 2018-13 is not a period."),
        (HEADER + "a,2018-02-30,1\n", "line 2, column period: 2018-02-30 is not a period."),
        (HEADER + "a,2018-W54,1\n", "line 2, column period: 2018-W54 is not a period."),
        (HEADER + "a,2018-01,1\na,2018-02,1\na,2018-03-01,1\n", "line 4, column period: 2018-03-01 is not a month"),
        (HEADER + "a,2018-01,1\nb,Jan 2018,1\na,Jan-18,2\n", "line 4, column period: The series a has the period 20"),
        ("series,period,value,rebase\na,1,1,maybe\n", "line 2, column rebase: maybe is neither yes nor no."),
        ("series,period,value,target\na,1,1,high\n", "line 2, column target: high is not a number."),
        ("series,period,value,direction\na,1,1,left\n", "line 2, column direction: left is no direction."),
        ("series,period,value,direction\na,1,1,up\na,2,1,down\n", "The series a has the directions down and up."),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_its_line_and_nothing_is_written(tmp_path, text, said):
    with pytest.raises(BadInput) as refused:
        run(tmp_path, text)
    assert said in str(refused.value)
    assert not (tmp_path / "points.csv").exists()


@pytest.mark.parametrize(
    ("begins", "said"),
    [
        (b"PK\x03\x04 a workbook", "it is a spreadsheet or a zip archive. Open it and save it as CSV"),
        (gzip.compress(HEADER.encode(), mtime=0), "it is gzipped. Let its name end in .csv.gz."),
        ("series,period,value".encode("utf-16"), "it is UTF-16. Save it as CSV"),
        (b"%PDF-1.7", "it is a PDF."),
    ],
)
def test_what_is_no_table_is_called_by_what_it_is(tmp_path, begins, said):
    file = tmp_path / "series.csv"
    file.write_bytes(begins)
    result = CliRunner().invoke(cli, ["spc", "--input", str(file), "--output", str(tmp_path / "points.csv")])
    assert said in str(result.exception)
    packed = file.rename(tmp_path / "series.csv.gz")
    if begins.startswith(b"\x1f\x8b"):
        again = CliRunner().invoke(cli, ["spc", "--input", str(packed), "--output", str(tmp_path / "points.csv")])
        assert again.exit_code == 0


def test_what_a_chart_of_rare_events_refuses_is_found_by_series_and_period(tmp_path: Path) -> None:
    text = HEADER + "ward,2018-01,4\nhome,2018-01,3\nhome,2018-02,{}\n"
    for kind, value, said in (("t", "0", "A time between events is 0"), ("g", "2.5", "2.5 is not a count")):
        with pytest.raises(BadInput, match=f"series.csv, series home, period 2018-02: {said}"):
            run(tmp_path, text.format(value), "--kind", kind)
    assert not (tmp_path / "points.csv").exists()
