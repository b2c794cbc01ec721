"""A validator for the part of Swagger 2 that the published specifications use."""
from __future__ import annotations

import re

_KINDS = {"string": str, "object": dict, "array": list, "boolean": bool, "integer": int, "number": (int, float)}
# Read from the common types that the extracts refer to and do not hold.
_OUTSIDE = {"ProxyResource": {"id", "name", "type", "systemData"}}


def violations(value, schema: dict, definitions: dict, path: str = "") -> list[str]:
    """Where `value` does not follow `schema`: kinds, enumerations (without case), required and unknown properties."""
    if "$ref" in schema:
        return violations(value, definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions, path)
    kind = schema.get("type")
    if kind and not isinstance(value, _KINDS[kind]):
        return [f"{path}: {type(value).__name__} instead of {kind}"]
    if "enum" in schema and str(value).lower() not in [item.lower() for item in schema["enum"]]:
        return [f"{path}: '{value}' is none of {schema['enum']}"]
    if schema.get("format") == "date-time" and not re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", value):
        return [f"{path}: '{value}' is no time"]
    if kind == "array":
        return [item for at, entry in enumerate(value)
                for item in violations(entry, schema["items"], definitions, f"{path}[{at}]")]
    return _in_object(value, schema, definitions, path) if isinstance(value, dict) else []


def _in_object(value: dict, schema: dict, definitions: dict, path: str) -> list[str]:
    known, outside = _properties(schema, definitions)
    found = [f"{path}.{name} is missing" for name in schema.get("required", []) if name not in value]
    for name, entry in value.items():
        if name in known:
            found += violations(entry, known[name], definitions, f"{path}.{name}")
        elif "additionalProperties" in schema:
            found += violations(entry, schema["additionalProperties"], definitions, f"{path}.{name}")
        elif name not in outside and "discriminator" not in schema:
            found.append(f"{path}.{name} is not in the specification")
    return found


def _properties(schema: dict, definitions: dict) -> tuple[dict, set[str]]:
    known, outside = dict(schema.get("properties", {})), set()
    for base in schema.get("allOf", []):
        name = base["$ref"].rsplit("/", 1)[-1]
        if name in definitions:
            inherited, further = _properties(definitions[name], definitions)
            known, outside = {**inherited, **known}, outside | further
        else:
            outside |= _OUTSIDE[name]
    return known, outside
