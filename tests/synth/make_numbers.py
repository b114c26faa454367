"""Writes the benchmark of numeric tasks: {int,sequence,bits,list}.{dev,held}.jsonl beside this file.

Run `python3 tests/synth/make_numbers.py` (3.11 or later, nothing to install). The references are in the
tables `*_tasks.py`; random inputs are drawn from a generator seeded by the task's name, so a task's rows
change only with its own line. Every other task of a class goes to dev, the rest to held.
"""

import json
import random
import sys
from collections import Counter
from itertools import cycle
from pathlib import Path

sys.dont_write_bytecode = True

import bits_tasks
import int_tasks
import list_tasks
import sequence_tasks

HERE = Path(__file__).parent
SAFE = 2**53
LIMIT = 2**63
INT_TESTS, BITS_TESTS, LIST_TESTS = 10, 20, 8


def fill(rows, count, draw, forbidden=()):
    """Rows followed by drawn ones until there are `count`, none twice and none forbidden."""
    seen = [*forbidden, *rows]
    for _ in range(10_000):
        if len(rows) >= count:
            return rows
        row = draw()
        if row not in seen:
            rows.append(row)
            seen.append(row)
    raise ValueError(f"only {len(rows)} of {count} distinct inputs")


def even(draw, f):
    """A draw that meets all outputs alike when there are only two or three, as of a test for a property."""
    groups = {}
    for _ in range(2000):
        row = draw()
        groups.setdefault(repr(f(*row)), []).append(row)
    if not 2 <= len(groups) <= 3:
        return draw
    turns = cycle(groups.values())
    picks = {id(g): cycle(g) for g in groups.values()}
    return lambda: next(picks[id(next(turns))])


def task(name, cls, difficulty, kind, f, shown, unseen, show=lambda v: v, **more):
    """The finished task: outputs from the reference, values written by `show`."""
    check_inputs(name, shown, unseen)
    pairs = lambda inputs: [[[show(v) for v in row], show(f(*row))] for row in inputs]
    return {"name": name, "class": cls, "difficulty": difficulty, "kind": kind,
            "examples": pairs(shown), "test": pairs(unseen), **more}


def check_inputs(name, shown, unseen):
    rows = [repr(row) for row in [*shown, *unseen]]
    assert len(set(rows)) == len(rows), f"{name}: an input twice, {Counter(rows).most_common(1)}"
    assert len({len(row) for row in [*shown, *unseen]}) == 1, f"{name}: mixed arities"


def number(v):
    """An integer or a list of them as JSON writes it; beyond 2^53 a decimal string."""
    if isinstance(v, (list, tuple)):
        return [number(x) for x in v]
    assert isinstance(v, int) and abs(v) < LIMIT, f"{v!r} is no 64-bit integer"
    return int(v) if abs(v) <= SAFE else str(int(v))


def ranges(text, rng):
    """A draw from comma-separated ranges `lo..hi`, one for each argument."""
    bounds = [tuple(map(int, r.split(".."))) for r in text.split(",")]
    return lambda: [rng.randint(lo, hi) for lo, hi in bounds]


def rows_of(text, default, rng, forbidden):
    """The rows that `explicit; [N of] ranges` stands for."""
    explicit, _, drawn = text.rpartition(";") if ".." in text else (text, "", "")
    rows = [[int(v) for v in row.split(",")] for row in explicit.split()]
    if not drawn:
        return rows
    count, _, bounds = drawn.rpartition(" of ")
    return fill(rows, int(count or default), ranges(bounds, rng), forbidden)


def int_task(name, difficulty, f, shown, unseen):
    rng = random.Random("int " + name)
    given = rows_of(shown, 0, rng, [])
    tests = rows_of(unseen, INT_TESTS, rng, given)
    assert 4 <= len(given) <= 12 and len(tests) == INT_TESTS, f"{name}: {len(given)}, {len(tests)} rows"
    return task(name, "int", difficulty, "int", f, given, tests, number)


def sequence_task(name, difficulty, terms, first, shown, unseen):
    """Terms come as a function from a length to that many terms."""
    values = terms(shown + unseen)
    assert 8 <= shown <= 12 and 5 <= unseen <= 8 and len(values) == shown + unseen, f"{name}: lengths"
    index = [[first + i] for i in range(shown + unseen)]
    return task(name, "sequence", difficulty, "int", lambda n: values[n - first],
                index[:shown], index[shown:], number)


def bits_task(name, difficulty, args, expression, count, consts=None):
    rng = random.Random("bits " + name)
    f = bits_tasks.compile_reference(args, expression)
    given = fill([], count, even(lambda: bits_tasks.example(args, rng), f))
    tests = fill([], BITS_TESTS, even(lambda: bits_tasks.unseen(args, rng), f), given)
    assert 10 <= count <= 30
    more = {"reference": expression} | ({"consts": consts} if consts else {})
    return task(name, "bits", difficulty, "bv", f, given, tests, lambda v: f"0x{v:016x}", **more)


def list_task(name, difficulty, f, args, count, *given):
    """Rows of `given` come first; the rest is drawn, the tests with longer lists."""
    rng = random.Random("list " + name)
    given = fill([list(row) for row in given], count, even(lambda: list_tasks.draw(args, rng, 6), f))
    tests = fill([], LIST_TESTS, even(lambda: list_tasks.draw(args, rng, 12), f), given)
    assert 4 <= count <= 8
    return task(name, "list", difficulty, "list", f, given, tests, number)


CLASSES = {
    "int": (int_task, int_tasks.TASKS, 110),
    "sequence": (sequence_task, sequence_tasks.TASKS, 80),
    "bits": (bits_task, bits_tasks.TASKS, 100),
    "list": (list_task, list_tasks.TASKS, 70),
}


def check_outputs(t):
    """Tell of a task whose answers are all alike: it measures little."""
    for part in ("examples", "test"):
        outputs = {json.dumps(output) for _, output in t[part]}
        if len(outputs) < 2:
            print(f"note: {t['name']}: one output in all {part}")


def write(path, tasks):
    path.write_text("".join(json.dumps(t) + "\n" for t in tasks))


def main():
    for cls, (build, table, least) in CLASSES.items():
        tasks = []
        for row in table:
            try:
                tasks.append(build(*row))
            except Exception as error:
                raise SystemExit(f"{cls} {row[0]}: {error!r}") from error
        assert len({t["name"] for t in tasks}) == len(tasks) >= least, f"{cls}: names or count"
        for t in tasks:
            check_outputs(t)
        write(HERE / f"{cls}.dev.jsonl", tasks[::2])
        write(HERE / f"{cls}.held.jsonl", tasks[1::2])
        by_difficulty = dict(sorted(Counter(t["difficulty"] for t in tasks).items()))
        print(f"{cls}: {len(tasks)} tasks, {len(tasks[::2])} dev, {len(tasks[1::2])} held, difficulty {by_difficulty}")


if __name__ == "__main__":
    main()
