"""The program's source files as the rules read them: which there are, and their text without comments and literals."""

import pathlib
import re

_LEXEME = re.compile(
    r"""
      //[^\n]*                                    # line comment
    | /\*.*?\*/                                   # block comment
    | R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"  # raw string
    | "(?:[^"\\\n]|\\.)*"                         # string
    | (?<![0-9A-Za-z_])'(?:[^'\\\n]|\\.)+'        # character; not the ' within 10'000
    """,
    re.VERBOSE | re.DOTALL,
)


def source_files(root, suffixes=(".h", ".cpp")):
    """Files of policy, db and server below `root`, as paths relative to it, in a fixed order."""
    found = []
    for room in ("policy", "db", "server"):
        folder = pathlib.Path(root) / room
        found += [path.relative_to(root) for path in folder.rglob("*") if path.suffix in suffixes]
    return sorted(found)


def without_comments(text):
    """Comments become spaces; strings stay, because #include has one; lines keep their numbers."""
    return _LEXEME.sub(lambda found: _blank(found[0]) if found[0].startswith("/") else found[0], text)


def without_comments_and_literals(text):
    """Comments become spaces, literals become empty ones; lines keep their numbers."""

    def replace(found):
        lexeme = found[0]
        if lexeme.startswith("/"):
            return _blank(lexeme)
        return "0" + "\n" * lexeme.count("\n")

    return _LEXEME.sub(replace, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def _blank(text):
    return "\n" * text.count("\n") if "\n" in text else " "
