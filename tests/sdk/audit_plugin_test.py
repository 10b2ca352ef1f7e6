#!/usr/bin/env python3
"""The audit passes a clean plugin and names the breach of each broken one.

usage: audit_plugin_test.py CXX SDK_DIR
"""
import pathlib
import subprocess
import sys
import tempfile

GOOD = '__attribute__((section(".tidegate.manifest"), used)) static const char m[] = {\'{\', \'}\'};\n' \
       '#include <string>\n#include <stdexcept>\n' \
       'extern "C" __attribute__((visibility("default"))) const int tidegate_plugin_entry = 1;\n' \
       'std::string f(int n) { if (n < 0) throw std::runtime_error("n"); return std::string(static_cast<std::size_t>(n), \'x\'); }\n'
FLAGS = ["-std=c++20", "-O1", "-fPIC", "-shared", "-fvisibility=hidden", "-fvisibility-inlines-hidden", "-Wl,-z,defs", "-Wl,-z,now"]

# name: (code to add, flags to add, use the version script, expected words)
CASES = {
    "good": ("", [], True, None),
    "default_visibility": ("__attribute__((visibility(\"default\"))) int extra() { return 1; }", [], False, "exports must be exactly"),
    "no_entry": (None, [], True, "it is missing"),
    "unique": ("template <class T> struct __attribute__((visibility(\"default\"))) S { static inline int n = 3; }; "
               "__attribute__((visibility(\"default\"))) int* u() { return &S<int>::n; }", ["-fgnu-unique"], False, "UNIQUE"),
    "thread_local_destructor": ("struct D { ~D(); int n; }; D::~D() { n = 0; } thread_local D d; int t() { return d.n; }", [], True,
                                "__cxa_thread_atexit"),
    "static_tls": ("__attribute__((tls_model(\"initial-exec\"))) thread_local int n = 1; int t() { return n; }", [], True, "STATIC_TLS"),
    "runpath": ("", ["-Wl,-rpath,/tmp", "-Wl,--enable-new-dtags"], True, "RUNPATH"),
    "nodelete": ("", ["-Wl,-z,nodelete"], True, "NODELETE"),
    "needs_more": ("", ["-Wl,--no-as-needed", "-lresolv"], True, "needs libresolv.so.2"),
    "no_manifest": (None, [], True, "no section .tidegate.manifest"),
    "executable_stack": ("", ["-Wl,-z,execstack"], True, "executable stack"),
}


def build(compiler, folder, sdk, name):
    code, flags, scripted, _ = CASES[name]
    source = folder / f"{name}.cpp"
    source.write_text("int nothing;\n" if code is None else GOOD + code + "\n", encoding="utf-8")
    out = folder / f"{name}.so"
    script = [f"-Wl,--version-script={sdk}/cmake/plugin.map"] if scripted else []
    if "clang" in compiler and "-fgnu-unique" in flags:
        return None  # clang knows no UNIQUE symbols
    subprocess.run([compiler, *FLAGS, str(source), "-o", str(out), *script, *flags], check=True)
    return out


def main():
    compiler, sdk = sys.argv[1:3]
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        for name, (_, _, _, expected) in CASES.items():
            out = build(compiler, pathlib.Path(folder), sdk, name)
            if out is None:
                continue
            result = subprocess.run([sys.executable, f"{sdk}/cmake/audit_plugin.py", str(out)], capture_output=True, text=True)
            if expected is None and result.returncode != 0:
                failures.append(f"{name}: must pass:\n{result.stderr}")
            if expected is not None and (result.returncode == 0 or expected not in result.stderr):
                failures.append(f"{name}: must be refused with {expected!r}:\n{result.stderr}")
    print("\n".join(failures) or f"{len(CASES)} objects as expected")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
