#!/usr/bin/env python3
"""Every C++ example of the SDK's README compiles.

usage: readme_test.py CXX SDK
"""
import pathlib
import re
import subprocess
import sys

FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-xc++", "-",
         '-DTIDEGATE_PLUGIN_ID="example"', '-DTIDEGATE_PLUGIN_VERSION="1.0.0"']


def main():
    compiler, sdk = sys.argv[1], pathlib.Path(sys.argv[2])
    examples = re.findall(r"^```cpp\n(.*?)^```", (sdk / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    failures = []
    for example in examples:
        result = subprocess.run([compiler, *FLAGS, f"-I{sdk / 'include'}"], input=example, capture_output=True, text=True)
        if result.returncode != 0:
            failures.append(f"{example.splitlines()[2]}\n{result.stderr}")
    print("\n".join(failures) or f"{len(examples)} examples compile")
    sys.exit(1 if failures or not examples else 0)


if __name__ == "__main__":
    main()
