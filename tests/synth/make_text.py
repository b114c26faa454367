"""Benchmark tasks for string programs from examples: text edits and classical ciphers.

Each row of a table is (name, difficulty, reference function, number of examples, inputs): the first inputs
become the examples, up to eight of the others, picked by a seed taken from the name, the test rows. An input
is a string, or a tuple of strings for a function of several arguments.

`python3 make_text.py` writes {text,cipher}.{dev,held}.jsonl beside itself; tasks go to the two by turns.
"""

import json
import random
from pathlib import Path

import ciphers
import text_tables

TESTS = 8


def rows_of(function, inputs):
    """Pairs of input list and output."""
    rows = []
    for given in inputs:
        given = given if isinstance(given, tuple) else (given,)
        rows.append([list(given), function(*given)])
    return rows


def task(kind, row):
    """One task as it is written, from a row of a table; the rows are checked on the way."""
    name, difficulty, function, count, inputs = row
    inputs = list(dict.fromkeys(inputs))
    examples, rest = inputs[:count], inputs[count:]
    tests = random.Random(name).sample(rest, min(TESTS, len(rest)))
    made = {
        "name": name,
        "class": kind,
        "difficulty": difficulty,
        "kind": "string",
        "examples": rows_of(function, examples),
        "test": rows_of(function, tests),
    }
    check(made)
    return made


def check(made):
    """Sizes and types are as promised, and an input is never in both parts."""
    name, examples, tests = made["name"], made["examples"], made["test"]
    assert made["difficulty"] in (1, 2, 3), name
    assert 1 <= len(examples) <= 3, name
    assert 6 <= len(tests) <= 10, f"{name}: {len(tests)} test rows"
    rows = examples + tests
    assert len({len(given) for given, _ in rows}) == 1, name
    assert len(rows[0][0]) in (1, 2, 3), name
    assert all(isinstance(s, str) for given, out in rows for s in [*given, out]), name
    assert len({json.dumps(given) for given, _ in rows}) == len(rows), name
    assert len({out for _, out in tests}) > 1, f"{name}: one output for all"


def write(kind, table):
    """Both files of a class."""
    names = [row[0] for row in table]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"names twice: {sorted(twice)}"
    tasks = [task(kind, row) for row in table]
    for part, chosen in (("dev", tasks[0::2]), ("held", tasks[1::2])):
        path = Path(__file__).parent / f"{kind}.{part}.jsonl"
        path.write_text("".join(json.dumps(t, ensure_ascii=False) + "\n" for t in chosen), encoding="utf-8")
        print(path.name, len(chosen), "tasks,", sum(len(t["test"]) for t in chosen), "test rows")


if __name__ == "__main__":
    write("text", text_tables.TABLE)
    write("cipher", ciphers.TABLE)
