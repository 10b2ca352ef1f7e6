#!/usr/bin/env python3
"""Fails on whatever would keep a plugin's shared object from being loaded privately, unloaded really, or trusted.

usage: audit_plugin.py FILE.so [--sanitize LIST]

--sanitize allows what a sanitizer build adds: its runtime in DT_NEEDED and the symbols and TLS model it brings.
"""
import re
import subprocess
import sys

ENTRY = "tidegate_plugin_entry"
NEEDED = {"libstdc++.so.6", "libgcc_s.so.1", "libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"}
SANITIZER_NEEDED = re.compile(r"lib(asan|ubsan|tsan|lsan)\.so\.\d+|libclang_rt\..*\.so|lib(dl|pthread|rt|resolv)\.so\.\d+")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols(path, which):
    rows = [line.split() for line in run("nm", "-D", which, path).splitlines()]
    return [(row[-2], row[-1].split("@")[0]) for row in rows if len(row) >= 2]


def audit(path, sanitized):
    breaches = []
    defined = symbols(path, "--defined-only")
    unique = sorted(name for kind, name in defined if kind == "u")
    if unique:
        breaches.append(f"UNIQUE symbols pin it for ever (-fno-gnu-unique, version script): {', '.join(unique[:5])}")
    exports = sorted(name for kind, name in defined if kind not in "Au")
    if exports != [ENTRY]:
        extra = [name for name in exports if name != ENTRY]
        breaches.append(f"exports must be exactly {ENTRY}: " + (", ".join(extra[:5]) if extra else "it is missing"))
    undefined = {name for _, name in symbols(path, "--undefined-only")}
    if "__cxa_thread_atexit" in undefined or "__cxa_thread_atexit_impl" in undefined:
        breaches.append("a thread_local with a destructor pins it (__cxa_thread_atexit)")
    dynamic = run("readelf", "-dW", path)
    for word in ("NODELETE", "TEXTREL", "RPATH", "RUNPATH") + (() if sanitized else ("STATIC_TLS",)):
        if re.search(rf"\b{word}\b", dynamic):
            breaches.append(f"its dynamic section says {word}")
    for name in re.findall(r"\(NEEDED\).*\[(.*?)\]", dynamic):
        if name not in NEEDED and not (sanitized and SANITIZER_NEEDED.fullmatch(name)):
            breaches.append(f"needs {name}, which the host does not promise")
    sections = run("readelf", "-SW", path)
    if ".tidegate.manifest" not in sections:
        breaches.append("has no section .tidegate.manifest")
    if "GNU_STACK" in (headers := run("readelf", "-lW", path)) and re.search(r"GNU_STACK.*RWE", headers):
        breaches.append("asks for an executable stack")
    return breaches


def main():
    path = sys.argv[1]
    sanitized = len(sys.argv) > 3 and sys.argv[2] == "--sanitize" and sys.argv[3] != ""
    breaches = audit(path, sanitized)
    for breach in breaches:
        print(f"audit {path}: {breach}", file=sys.stderr)
    sys.exit(1 if breaches else 0)


if __name__ == "__main__":
    main()
