#!/usr/bin/env python3
"""Writes trigrams.txt: how often three letters follow one another in English.

    make_stats.py FILE… > trigrams.txt

The files may be plain text, Perl documentation, Python sources (their docstrings are read), or
gzipped info pages. The table in the repository was made from the documentation that comes with
Perl, Python's standard library and the GNU tools: prose under free licences, of which only the
counts are kept. One character per trigram, AAA first: '!' + round(-6 * log10(probability * 1000)),
so that '!' is one in a thousand or more.
"""
import ast
import gzip
import math
import re
import sys


def prose(path):
    data = open(path, "rb").read()
    if path.endswith(".gz"):
        data = gzip.decompress(data)
    text = data.decode("utf-8", "replace")
    if path.endswith(".py"):
        try:
            tree = ast.parse(text)
        except SyntaxError:
            return ""
        kinds = (ast.FunctionDef, ast.ClassDef, ast.Module)
        docs = (ast.get_docstring(n) for n in ast.walk(tree) if isinstance(n, kinds))
        text = "\n\n".join(d for d in docs if d)
    # Paragraphs of prose: they begin at the margin, are of some length and hold mostly words.
    kept = []
    for p in re.split(r"\n\s*\n", text):
        if p[:1] in " \t=" or len(p) < 80:
            continue
        letters = sum(c.isalpha() or c in " \n,.'" for c in p)
        if letters > 0.95 * len(p):
            kept.append(p)
    return "\n\n".join(kept)


counts = [0] * 26 ** 3
total = 0
for path in sys.argv[1:]:
    letters = [ord(c) - 97 for c in prose(path).lower() if "a" <= c <= "z"]
    for a, b, c in zip(letters, letters[1:], letters[2:]):
        counts[(a * 26 + b) * 26 + c] += 1
        total += 1
print(f"{total} trigrams", file=sys.stderr)
for i in range(0, 26 ** 3, 26):
    row = ""
    for n in counts[i:i + 26]:
        p = (n + 0.3) / (total + 0.3 * 26 ** 3)
        row += chr(33 + max(0, min(90, round(-6 * math.log10(p * 1000)))))
    print(row)
