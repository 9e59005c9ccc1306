"""A pasted text as Python code: without the extras of a copy from a page or a console; and what is no PyTorch code."""

import ast
import re

from engine.network.reading.python.limits import MAX_TEXT, Unread

PROMPT = re.compile(r"^\s*(>>>|In ?\[\d*\]:) ?")
MORE = re.compile(r"^\s*(\.\.\.:?) ?")
NOTEBOOK = re.compile(r"^\s*[%!]\w.*$")
KERAS = re.compile(
    r"\b(keras|tensorflow)\b|\btf\.|\blayers\.(Dense|Conv2D|InputLayer)\b|\b(Conv2D|MaxPooling2D|Dense)\(|\.add\((Dense|Conv2D)"
)


def tree_of(text: str) -> ast.Module:
    """Return a text's syntax tree. Unread, with a sentence, where it is too long, empty or no Python code."""
    if len(text) > MAX_TEXT:
        raise Unread(f"the text has {len(text):,} characters; at most {MAX_TEXT:,} are read")
    if not text.strip():
        raise Unread("there is nothing to read: paste nn.Sequential(…), or a class with its forward")
    try:
        try:
            return ast.parse(cleaned(text))
        except SyntaxError:
            # What a console has answered stands between its prompts.
            if not any(map(PROMPT.match, text.splitlines())):
                raise
            return ast.parse(cleaned(text, answers=False))
    except SyntaxError as error:
        why = f" ({error.msg})" if len(error.msg) < 80 else ""
        raise Unread(f"this is not Python code{why}", error.lineno or 1) from None
    except (ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, ValueError):
            raise Unread("this is not Python code", 1) from None
        raise Unread("the text is nested too deeply") from None


def cleaned(text: str, answers: bool = True) -> str:
    """Return a text without prompts, without indentation that all lines share, and with plain spaces and quotes.

    answers: whether lines without a prompt, below one with a prompt, are kept.
    """
    for odd, plain in (("\u00a0", " "), ("\ufeff", ""), ("\u200b", ""), ("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'")):
        text = text.replace(odd, plain)
    lines = text.expandtabs(4).splitlines()
    if any(line.lstrip().startswith(("```", "~~~")) for line in lines):
        lines = ["" if line.lstrip().startswith(("```", "~~~")) else line for line in lines]
    if any(PROMPT.match(line) for line in lines):
        first = next(k for k, line in enumerate(lines) if PROMPT.match(line))
        lines = [
            MORE.sub("", PROMPT.sub("", line, count=1), count=1)
            if answers or k < first or PROMPT.match(line) or MORE.match(line)
            else ""
            for k, line in enumerate(lines)
        ]
    lines = ["" if NOTEBOOK.match(line) else line for line in lines]
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip() and not line.lstrip().startswith("#")]
    cut = min(indents, default=0)
    return "\n".join(line[cut:] if line[:cut].strip() == "" else line.lstrip() for line in lines)


def is_keras(text: str) -> bool:
    """Whether a text is Keras code."""
    return bool(KERAS.search(text)) and not re.search(r"\bimport torch\b|\bfrom torch\b|\bnn\.", text)
