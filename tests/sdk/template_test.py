#!/usr/bin/env python3
"""The template, copied elsewhere, builds against the SDK and passes the audit.

usage: template_test.py CC CXX TEMPLATE_DIR
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile


def main():
    cc, cxx, template = sys.argv[1:4]
    with tempfile.TemporaryDirectory() as name:
        copy = pathlib.Path(name) / "copy"
        shutil.copytree(template, copy)
        build = copy / "build"
        sdk = pathlib.Path(template).resolve().parent
        for command in (["cmake", "-S", str(copy), "-B", str(build), f"-DTIDEGATE_SDK={sdk}", f"-DCMAKE_C_COMPILER={cc}",
                         f"-DCMAKE_CXX_COMPILER={cxx}", "-DCMAKE_CXX_COMPILER_LAUNCHER=" + (shutil.which("ccache") or "")],
                        ["cmake", "--build", str(build)]):
            result = subprocess.run(command, capture_output=True, text=True)
            if result.returncode != 0:
                sys.exit(f"{' '.join(command)}:\n{result.stdout}{result.stderr}")
        if not (build / "plugins" / "my_plugin.so").is_file():
            sys.exit("build/plugins/my_plugin.so is missing")


if __name__ == "__main__":
    main()
