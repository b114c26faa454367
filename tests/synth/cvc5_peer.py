#!/usr/bin/env python3
"""Solves tasks with cvc5's SyGuS engine, in the format of `ncpu discover --batch`.

Usage: cvc5_peer.py FILE.jsonl SECONDS > ANSWERS.jsonl      (needs the PyPI package cvc5)

Each task runs in a process of its own, whose CPU time is limited. Nobody hands cvc5 a grammar: it
gets all operations of its theory and the constants 0, 1, 2, 10 (bits: also masks; text: the
separators that occur in the outputs), as a person would write it down. Lists are beyond its theories.
"""
import json
import multiprocessing
import resource
import sys
import time

import cvc5
from cvc5 import Kind


def integer_grammar(s, args):
    number, truth = s.mkVar(s.getIntegerSort(), "S"), s.mkVar(s.getBooleanSort(), "B")
    grammar = s.mkGrammar(args, [number, truth])
    binary = [Kind.ADD, Kind.SUB, Kind.MULT, Kind.INTS_DIVISION, Kind.INTS_MODULUS]
    rules = list(args) + [s.mkInteger(n) for n in (0, 1, 2, 10)]
    rules += [s.mkTerm(k, number, number) for k in binary]
    grammar.addRules(number, rules + [s.mkTerm(Kind.ITE, truth, number, number)])
    grammar.addRules(truth, [s.mkTerm(k, number, number) for k in (Kind.EQUAL, Kind.LEQ)]
                     + [s.mkTerm(Kind.AND, truth, truth), s.mkTerm(Kind.NOT, truth)])
    return grammar


def bits_grammar(s, args):
    word = s.mkVar(s.mkBitVectorSort(64), "S")
    grammar = s.mkGrammar(args, [word])
    binary = [Kind.BITVECTOR_ADD, Kind.BITVECTOR_SUB, Kind.BITVECTOR_MULT, Kind.BITVECTOR_AND,
              Kind.BITVECTOR_OR, Kind.BITVECTOR_XOR, Kind.BITVECTOR_SHL, Kind.BITVECTOR_LSHR,
              Kind.BITVECTOR_ASHR, Kind.BITVECTOR_UDIV, Kind.BITVECTOR_UREM]
    consts = [0, 1, 2, 4, 8, 16, 32, 63, 2**64 - 1, 0x5555555555555555, 0x3333333333333333,
              0x0F0F0F0F0F0F0F0F, 2**63]
    rules = list(args) + [s.mkBitVector(64, n) for n in consts]
    rules += [s.mkTerm(k, word) for k in (Kind.BITVECTOR_NOT, Kind.BITVECTOR_NEG)]
    rules += [s.mkTerm(k, word, word) for k in binary]
    grammar.addRules(word, rules)
    return grammar


def text_grammar(s, args, examples):
    text, number = s.mkVar(s.getStringSort(), "S"), s.mkVar(s.getIntegerSort(), "I")
    grammar = s.mkGrammar(args, [text, number])
    marks = sorted({c for _, output in examples for c in output if not c.isalnum()})
    rules = list(args) + [s.mkString(c, True) for c in ["", " "] + marks]
    rules += [s.mkTerm(Kind.STRING_CONCAT, text, text), s.mkTerm(Kind.STRING_REPLACE, text, text, text),
              s.mkTerm(Kind.STRING_REPLACE_ALL, text, text, text),
              s.mkTerm(Kind.STRING_CHARAT, text, number), s.mkTerm(Kind.STRING_TO_LOWER, text),
              s.mkTerm(Kind.STRING_TO_UPPER, text), s.mkTerm(Kind.STRING_FROM_INT, number),
              s.mkTerm(Kind.STRING_SUBSTR, text, number, number)]
    grammar.addRules(text, rules)
    grammar.addRules(number, [s.mkInteger(n) for n in (0, 1, 2)] + [
        s.mkTerm(Kind.ADD, number, number), s.mkTerm(Kind.SUB, number, number),
        s.mkTerm(Kind.STRING_LENGTH, text), s.mkTerm(Kind.STRING_TO_INT, text),
        s.mkTerm(Kind.STRING_INDEXOF, text, text, number)])
    return grammar


def solve(task, seconds, answer):
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    s = cvc5.Solver()
    for option, value in (("sygus", "true"), ("incremental", "false"), ("sygus-enum", "fast")):
        s.setOption(option, value)
    kind = task["kind"]
    s.setLogic({"int": "NIA", "bv": "BV", "string": "SLIA"}[kind])
    sort = {"int": s.getIntegerSort, "bv": lambda: s.mkBitVectorSort(64), "string": s.getStringSort}[kind]()
    constant = {"int": lambda v: s.mkInteger(str(v)), "bv": lambda v: s.mkBitVector(64, int(v, 16)),
                "string": lambda v: s.mkString(v, False)}[kind]
    examples = task["examples"]
    args = [s.mkVar(sort, f"x{n}") for n in range(len(examples[0][0]))]
    grammar = {"int": integer_grammar, "bv": bits_grammar}.get(kind)
    grammar = grammar(s, args) if grammar else text_grammar(s, args, examples)
    f = s.synthFun("f", args, sort, grammar)
    for inputs, output in examples:
        applied = s.mkTerm(Kind.APPLY_UF, f, *[constant(v) for v in inputs])
        s.addSygusConstraint(s.mkTerm(Kind.EQUAL, applied, constant(output)))
    if not s.checkSynth().hasSolution():
        return
    solution, predictions = s.getSynthSolution(f), []
    for inputs, _ in task["test"]:
        value = s.simplify(s.mkTerm(Kind.APPLY_UF, solution, *[constant(v) for v in inputs]))
        if kind == "int":
            n = value.getIntegerValue() if value.isIntegerValue() else None
            predictions.append(n if n is None or abs(n) <= 2**53 else str(n))
        elif kind == "bv":
            predictions.append(f"0x{int(value.getBitVectorValue(16), 16):016x}")
        else:
            predictions.append(value.getStringValue() if value.isStringValue() else None)
    answer.put((str(solution), predictions))


def main():
    seconds = int(sys.argv[2])
    for line in open(sys.argv[1], encoding="utf-8"):
        task = json.loads(line)
        result = {"name": task["name"], "status": "timeout", "program": None, "predictions": []}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        if task["kind"] != "list":
            answer = multiprocessing.Queue()
            process = multiprocessing.Process(target=solve, args=(task, seconds, answer))
            process.start()
            end = time.monotonic() + 4 * seconds
            while process.is_alive() and answer.empty() and time.monotonic() < end:
                time.sleep(0.01)
            if not answer.empty():
                result["program"], result["predictions"] = answer.get()
                result["status"] = "solved"
            process.kill()
            process.join()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        result["cpu_seconds"] = round(cpu, 4)
        print(json.dumps(result, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
