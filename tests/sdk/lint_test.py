#!/usr/bin/env python3
"""The lint finds every line marked BAD of lint/bad.cpp, nothing else there, and nothing in lint/good.cpp.

usage: lint_test.py CLANG_QUERY SDK_DIR
"""
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent / "lint"


def lint(clang_query, sdk, name):
    result = subprocess.run([sys.executable, f"{sdk}/lint/run_lint.py", "--clang-query", clang_query, "--file", str(HERE / name), "--",
                             "-std=c++20", f"-I{sdk}/include"], capture_output=True, text=True)
    lines = {int(line) for line in re.findall(rf"{name}:(\d+):\d+: \w+$", result.stderr, re.M)}
    return result, lines


def main():
    clang_query, sdk = sys.argv[1:3]
    text = (HERE / "bad.cpp").read_text(encoding="utf-8").splitlines()
    expected = {number for number, line in enumerate(text, 1) if "// BAD" in line and not line.startswith("//")}
    bad, found = lint(clang_query, sdk, "bad.cpp")
    good, alarms = lint(clang_query, sdk, "good.cpp")
    problems = [f"bad.cpp:{n} was not found: {text[n - 1].strip()}" for n in sorted(expected - found)]
    problems += [f"bad.cpp:{n} is a false alarm: {text[n - 1].strip()}" for n in sorted(found - expected)]
    problems += [f"good.cpp:{n} is a false alarm" for n in sorted(alarms)]
    if bad.returncode == 0:
        problems.append("bad.cpp must fail the lint")
    if good.returncode != 0:
        problems.append(f"good.cpp must pass the lint:\n{good.stderr[-3000:]}")
    print("\n".join(problems) or f"{len(expected)} lines found, no false alarm")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
