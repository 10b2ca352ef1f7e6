#!/usr/bin/env python3
"""Merges a plugin's manifest with its schema files into one JSON text and writes it as a C file whose array is the ELF
section .tidegate.manifest.

usage: embed_manifest.py ID MANIFEST OUT.c [SCHEMA.json ...]

A schema's name is its file name without .json: "quote.update.json" holds the schema of the message type "quote:update";
"POST.api.quotes.{quote_id}.bind.json" that of the body of POST /api/quotes/{quote_id}/bind.
"""
import json
import os
import re
import sys

KEYS = {"manifest", "id", "version", "abi", "min_host", "routes", "endpoints", "attaches", "channels", "docs", "depends",
        "publishes", "events", "requires", "optional", "permissions", "config_schema", "state", "schemas", "budgets"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def no_duplicates(pairs):
    seen = dict(pairs)
    if len(seen) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return seen


def read_json(path):
    with open(path, encoding="utf-8") as file:
        try:
            return json.load(file, object_pairs_hook=no_duplicates)
        except ValueError as error:
            sys.exit(f"{path}: {error}")


def schema_name(path):
    parts = os.path.basename(path)[: -len(".json")].split(".")
    if parts[0] in METHODS:
        return f"{parts[0]} /{'/'.join(parts[1:])}"
    return ":".join(parts)


def known_schema(name, manifest):
    routes = manifest.get("routes", {})
    if name.split(" ")[0] in METHODS:
        return any(name == f"{route['method']} {route['path']}" for route in routes.get("http", []))
    for route in routes.get("ws", []):
        prefix = route["prefix"].rstrip(":")
        if name == prefix or name.startswith(prefix + ":"):
            return True
    return False


def merge(plugin_id, manifest_path, schema_paths):
    manifest = read_json(manifest_path)
    unknown = sorted(set(manifest) - KEYS)
    if unknown:
        sys.exit(f"{manifest_path}: unknown keys: {', '.join(unknown)}")
    if manifest.get("manifest") != 1 or not re.fullmatch(r"\d+\.\d+", manifest.get("abi", "")):
        sys.exit(f"{manifest_path}: needs \"manifest\": 1 and \"abi\": \"major.minor\"")
    if manifest.get("id") != plugin_id or not re.fullmatch(r"[a-z0-9_]+", plugin_id):
        sys.exit(f"{manifest_path}: id {manifest.get('id')!r} must be the target's name {plugin_id!r} of [a-z0-9_]+")
    schemas = manifest.setdefault("schemas", {})
    for path in sorted(schema_paths):
        name = schema_name(path)
        if name in schemas:
            sys.exit(f"{path}: the manifest already has a schema for {name!r}")
        if not known_schema(name, manifest):
            sys.exit(f"{path}: no route of the manifest takes {name!r}")
        schemas[name] = read_json(path)
    if not schemas:
        del manifest["schemas"]
    return json.dumps(manifest, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def c_source(text):
    rows = [", ".join(str(byte if byte < 128 else byte - 256) for byte in text[i:i + 24]) for i in range(0, len(text), 24)]
    body = ",\n    ".join(rows)
    return f"""/* Generated from the manifest and the schemas. */
#include <stddef.h>
extern const char tidegate_plugin_manifest[];
extern const size_t tidegate_plugin_manifest_size;
__attribute__((section(".tidegate.manifest"), used, visibility("hidden"))) const char tidegate_plugin_manifest[] = {{
    {body}}};
__attribute__((visibility("hidden"))) const size_t tidegate_plugin_manifest_size = sizeof(tidegate_plugin_manifest);
"""


def main():
    plugin_id, manifest_path, out_path = sys.argv[1:4]
    text = c_source(merge(plugin_id, manifest_path, sys.argv[4:]))
    with open(out_path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
