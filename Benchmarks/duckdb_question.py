"""The peer: DuckDB answers the question that the audit-log facts answer, on the same file. duckdb_question.py FILE [THREADS]"""
import sys
import time

import duckdb

path, threads = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2
start = time.monotonic()
connection = duckdb.connect()
connection.execute(f"SET threads = {threads}")
columns = "{eventTime: 'VARCHAR', eventName: 'VARCHAR', eventSource: 'VARCHAR', errorCode: 'VARCHAR', userIdentity: 'STRUCT(arn VARCHAR)'}"
row = connection.execute(
    f"""SELECT count(*), min(eventTime), max(eventTime), count(DISTINCT userIdentity.arn), count(DISTINCT eventName),
        count(errorCode), count(DISTINCT substr(eventTime, 1, 10))
        FROM read_json('{path}', format = 'newline_delimited', columns = {columns})""").fetchone()
print(row, f"{time.monotonic() - start:.2f} s in the engine")
