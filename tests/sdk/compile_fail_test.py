#!/usr/bin/env python3
"""Every snippet of compile_fail/ must be refused with the text of its first line; good.cpp must compile.

usage: compile_fail_test.py CXX SDK_INCLUDE
"""
import concurrent.futures
import pathlib
import subprocess
import sys

FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror"]


def compile_snippet(compiler, include, path):
    return subprocess.run([compiler, *FLAGS, f"-I{include}", str(path)], capture_output=True, text=True)


def main():
    compiler, include = sys.argv[1:3]
    failures = []
    snippets = sorted((pathlib.Path(__file__).parent / "compile_fail").glob("*.cpp"))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda path: compile_snippet(compiler, include, path), snippets))
    for path, result in zip(snippets, results):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        if path.stem == "good":
            if result.returncode != 0:
                failures.append(f"{path.name} must compile:\n{result.stderr}")
            continue
        expected = first.removeprefix("// expect: ")
        if result.returncode == 0:
            failures.append(f"{path.name} must not compile")
        elif expected not in result.stderr:
            failures.append(f"{path.name} must say {expected!r}:\n{result.stderr}")
    print("\n".join(failures) or f"{len(snippets)} snippets as expected")
    sys.exit(1 if failures or len(snippets) < 2 else 0)


if __name__ == "__main__":
    main()
