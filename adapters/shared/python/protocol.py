"""The adapter protocol, version 1: one JSON object per line on stdin and stdout.

An operation takes a question and returns the member of its answer as JSON text, such as `"ok":{"qsh":"..."}`.
"""

import json
import platform
import sys
from importlib import metadata
from json.encoder import encode_basestring_ascii as quoted


class Unsupported(Exception):
    """The library has no such operation or option."""


def ok(member, value):
    """An answer. A str with a lone surrogate has no UTF-8 form, so its bytes are sent as hex."""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            member, value = member + "_hex", value.encode("utf-8", "surrogatepass").hex()
    return f'"ok":{{"{member}":{quoted(value)}}}'


def rejected(reason, words):
    """A refusal that the library documents, for a reason of the protocol's list."""
    return f'"rejected":{{"reason":"{reason}","message":{quoted(words)}}}'


def written(value):
    """JSON for every parser: values that JSON text cannot contain become null or U+FFFD."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        text.encode()
    except ValueError:
        finite = json.loads(json.dumps(value), parse_constant=lambda _: None)
        text = json.dumps(finite, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def text_of(error):
    return str(error).encode("utf-8", "backslashreplace").decode()


def describe(library, operations):
    return '"ok":' + json.dumps(
        {
            "protocol": 1,
            "name": library,
            "version": metadata.version(library),
            "language": "Python",
            "runtime": f"{platform.python_implementation()} {platform.python_version()}",
            "operations": list(operations),
        }
    )


def answer(library, operations, message):
    op = message["op"]
    if op == "describe":
        return describe(library, operations)
    operation = operations.get(op)
    if operation is None:
        return f'"unsupported":{quoted(f"no operation {op}")}'
    try:
        return operation(message)
    except Unsupported as error:
        return f'"unsupported":{quoted(str(error))}'
    except Exception as error:  # An operation catches the exceptions that its library documents: any other is a fault.
        return f'"fault":{{"type":{quoted(type(error).__name__)},"message":{quoted(text_of(error))}}}'


def batches():
    """The lines of the input, in batches of all available lines."""
    rest = b""
    while chunk := sys.stdin.buffer.read1(1 << 16):
        *lines, rest = (rest + chunk).split(b"\n")
        yield lines
    if rest:
        yield [rest]


def serve(library, operations):
    """Answers every question of the input. The library is named as in its registry."""
    read = json.JSONDecoder().raw_decode
    write, flush = sys.stdout.buffer.write, sys.stdout.buffer.flush
    for lines in batches():
        for line in lines:
            message, _ = read(line.decode())
            write(f'{{"id":{message["id"]},{answer(library, operations, message)}}}\n'.encode())
        # A flush after every answer takes about a third of the time of a fast library.
        flush()
