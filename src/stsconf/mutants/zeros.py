"""What a function returns that returns too early."""

from __future__ import annotations

import re

_NIL = re.compile(r"[*\[]|(?:map|chan|func|interface)\b|(?:error|any)$")
_NUMBER = re.compile(r"(?:u?int|float)\d*$")


def zero(kind: str) -> str:
    """Write the zero value of a type: nil, 0, false, an empty string, or of what is only known by its name, any."""
    if _NIL.match(kind):
        return "nil"
    if _NUMBER.match(kind):
        return "0"
    return {"bool": "false", "string": '""'}.get(kind, f"*new({kind})")


def returns(results: list[str]) -> list[str]:
    """Write the returns of nothing: one with zero values, and where the function answers yes or no, one each."""
    answers = [zero(kind) for kind in results]
    if "bool" not in results:
        return [f"return {', '.join(answers)}".rstrip()]
    place = results.index("bool")
    return [f"return {', '.join([*answers[:place], word, *answers[place + 1 :]])}" for word in ("false", "true")]
