#!/usr/bin/env python3
"""Guards the shape of co_await: alone, as a whole statement, a co_return, or the initialiser of one named variable.

That is the shape which every compiler gets right. Usage: coroutine_style.py ROOT. Prints one line per violation; exit
status 1 if there is one.
"""

import pathlib
import re
import sys

from source_text import line_of, source_files, without_comments_and_literals

_RULES = [
    (re.compile(r"\b(?:if|while|switch|for)\s*(?:constexpr\s*)?\((?:[^()]|\([^()]*\))*?\bco_await\b"),
     "co_await in a condition"),
    (re.compile(r"[?&|,(+!]\s*\(*co_await\b"), "co_await inside an expression or an argument"),
    # A brace or colon in the line before ends a block's head or a label: only on one line is it an expression.
    (re.compile(r"[{:][ \t]*\(*co_await\b"), "co_await inside braces or behind a colon"),
    (re.compile(r"\]\s*=\s*co_await\b"), "structured binding of what co_await gives"),
    (re.compile(r"\bco_await\b[^;]*[{?]"), "braces or ?: in what is awaited"),
    (re.compile(r"\bco_await\b[^;]*[(,]\s*\["), "a lambda in what is awaited"),
]

# The declaration of an awaitable is no await.
_DECLARATION = re.compile(r"\boperator\s+co_await\b")


def violations_in(path, text):
    plain = without_comments_and_literals(text)
    plain = _DECLARATION.sub(lambda found: " " * len(found[0]), plain)
    by_line = {}
    for pattern, reason in _RULES:
        for found in pattern.finditer(plain):
            await_at = plain.index("co_await", found.start())
            by_line.setdefault(line_of(plain, await_at), reason)
    return [f"{path}:{line}: {reason}" for line, reason in sorted(by_line.items())]


def violations(root):
    files = source_files(root)
    found = [
        violation
        for path in files
        for violation in violations_in(path.as_posix(), (pathlib.Path(root) / path).read_text())
    ]
    if not files:
        found.append(f"{root}: no source files here")
    return found


def main():
    found = violations(sys.argv[1])
    print("\n".join(found) if found else "Every co_await stands alone.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
