#!/usr/bin/env python3
"""The import as a script would do it: openpyxl read-only, the rows put into SQLite in one transaction.

usage: openpyxl_import.py IN.xlsx OUT.sqlite. It checks nothing and keeps no history, outbox or search keys: less work
than ours does. Prints one JSON line; CPU of the interpreter's start is left out."""

import json
import os
import sqlite3
import sys
import time

import openpyxl

COLUMNS = "name, card_number, sex, birth_date, phone, document_kind, document_number, department, entry_year, email, further, last"


def cells(row):
    return tuple(value.date().isoformat() if hasattr(value, "date") else value for value in row)


def main():
    source, out = sys.argv[1:3]
    started = time.process_time()
    if os.path.exists(out):
        os.remove(out)
    database = sqlite3.connect(out)
    database.execute(f"CREATE TABLE member ({COLUMNS})")
    sheet = openpyxl.load_workbook(source, read_only=True, data_only=True).active
    rows = sheet.iter_rows(min_row=2, values_only=True)
    places = ", ".join("?" * len(COLUMNS.split(",")))
    database.executemany(f"INSERT INTO member VALUES ({places})", map(cells, rows))
    database.execute("CREATE UNIQUE INDEX member_card_number ON member (card_number)")
    database.commit()
    count = database.execute("SELECT count(*) FROM member").fetchone()[0]
    print(json.dumps({"rows": count, "op_cpu_s": round(time.process_time() - started, 3)}))


main()
