#!/usr/bin/env python3
"""Runs coroutines.clang-query over every file of compile_commands.json under the given folders; any match fails.

usage: run_lint.py [--clang-query BIN] --build BUILD_DIR FOLDER [FOLDER ...]
       run_lint.py [--clang-query BIN] --file FILE -- FLAGS ...
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

QUERY = pathlib.Path(__file__).with_name("coroutines.clang-query")
# Flags of g++ that clang does not know, and what would write files.
DROPPED = re.compile(r"-fno-gnu-unique|-Wno-error=.*|-Werror|-M[DTF]?|-fsanitize=fuzzer.*")


def matches(clang_query, arguments):
    result = subprocess.run([clang_query, "-f", str(QUERY), *arguments], capture_output=True, text=True)
    output = result.stdout + result.stderr
    if result.returncode != 0 or re.search(r"(^|\s)(fatal )?error:", output) or output.count(" match") < 4:
        return None, output
    found = re.findall(r"^(.*?:\d+:\d+): note: \"(\w+)\" binds here", output, re.M)
    return sorted(set(found)), output


def commands(build, folders):
    roots = [os.path.realpath(folder) + os.sep for folder in folders]
    for entry in json.loads((pathlib.Path(build) / "compile_commands.json").read_text(encoding="utf-8")):
        path = os.path.realpath(os.path.join(entry["directory"], entry["file"]))
        if not path.endswith(".cpp") or not any(path.startswith(root) for root in roots):
            continue
        words = entry.get("arguments") or entry["command"].split()
        flags = [word.replace('\\"', '"') for word in words if re.match(r"-(I|D|isystem|std=|f|W)", word)]
        follows = [words[i + 1] for i, word in enumerate(words[:-1]) if word == "-isystem"]
        flags = [flag for flag in flags if not DROPPED.fullmatch(flag) and flag != "-isystem"]
        yield path, flags + [f"-isystem{folder}" for folder in follows]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--clang-query", default="clang-query-16")
    parser.add_argument("--build")
    parser.add_argument("--file")
    parser.add_argument("rest", nargs="*")
    options = parser.parse_args()
    work = [(options.file, options.rest)] if options.file else list(commands(options.build, options.rest))
    work = list({path: (path, flags) for path, flags in work}.values())
    if not work:
        sys.exit("nothing to lint: no file of compile_commands.json lies in these folders")
    failed = False
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda item: (item[0], *matches(options.clang_query, [item[0], "--", *item[1]])), work)
        for path, found, output in results:
            if found is None:
                failed = True
                print(f"{path}: clang-query could not read it\n{output}", file=sys.stderr)
            for where, rule in found or []:
                failed = True
                print(f"{where}: {rule}", file=sys.stderr)
    print(f"{len(work)} files linted")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
