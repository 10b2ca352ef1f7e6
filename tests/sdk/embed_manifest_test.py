#!/usr/bin/env python3
"""Manifests and schema files that embed_manifest.py takes and refuses.

usage: embed_manifest_test.py SDK_DIR
"""
import json
import pathlib
import subprocess
import sys
import tempfile

BASE = {"manifest": 1, "id": "demo", "version": "1.0.0", "abi": "0.1",
        "routes": {"ws": [{"prefix": "demo:"}], "http": [{"method": "POST", "path": "/api/demos/{id}/bind"}]}}


def embed(script, manifest, schemas, plugin_id="demo"):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        text = manifest if isinstance(manifest, str) else json.dumps(manifest)
        (folder / "manifest.json").write_text(text, encoding="utf-8")
        for file, schema in schemas.items():
            (folder / file).write_text(json.dumps(schema), encoding="utf-8")
        out = folder / "out.c"
        result = subprocess.run([sys.executable, script, plugin_id, str(folder / "manifest.json"), str(out),
                                 *(str(folder / file) for file in schemas)], capture_output=True, text=True)
        if result.returncode != 0:
            return None, result.stderr
        numbers = out.read_text(encoding="utf-8").split("tidegate_plugin_manifest[] = {")[1].split("}")[0]
        return json.loads(bytes(int(number) % 256 for number in numbers.split(",")).decode("utf-8")), ""


def main():
    script = f"{sys.argv[1]}/cmake/embed_manifest.py"
    merged, error = embed(script, BASE | {"depends": ["é"]},
                          {"demo.update.json": {"type": "object"}, "POST.api.demos.{id}.bind.json": {"type": "array"}})
    assert merged, error
    assert merged["schemas"] == {"demo:update": {"type": "object"}, "POST /api/demos/{id}/bind": {"type": "array"}}, merged
    assert merged["depends"] == ["é"] and "schemas" not in embed(script, BASE, {})[0]
    refused = {
        "unknown keys: colour": (BASE | {"colour": 1}, {}, "demo"),
        "must be the target's name": (BASE, {}, "other"),
        "\"manifest\": 1": (BASE | {"manifest": 2}, {}, "demo"),
        "no route of the manifest takes 'else:update'": (BASE, {"else.update.json": {}}, "demo"),
        "no route of the manifest takes 'GET /api/demos/{id}/bind'": (BASE, {"GET.api.demos.{id}.bind.json": {}}, "demo"),
        "already has a schema": (BASE | {"schemas": {"demo:update": {}}}, {"demo.update.json": {}}, "demo"),
        "stands twice": ('{"manifest":1,"manifest":1}', {}, "demo"),
    }
    for expected, (manifest, schemas, plugin_id) in refused.items():
        merged, error = embed(script, manifest, schemas, plugin_id)
        assert merged is None and expected in error, (expected, error)
    print(f"1 taken, {len(refused)} refused")


if __name__ == "__main__":
    main()
