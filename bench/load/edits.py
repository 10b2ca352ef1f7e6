#!/usr/bin/env python3
"""What editing together costs: 200 quotes x 5 editors x 5 edits a second, beside the same traffic through echo rooms.

A round is three runs, each against a host of its own, and two comparisons. Beside: edits, and as many shouts on the same
connections at the same moments, which is how much later an edit is there than a message that is only passed on. Alone:
edits without shouts and shouts without edits, alternating, which is how much more an edit loads the machine. There is no
run beside with SQLite or with viewers. Prints each run and the medians of the rounds' ratios, first with documents in
memory, then in SQLite. At the end a plugin is reloaded under load: nothing may be lost.

Every latency is given twice: of all moments, and of the calm ones, in which the machine ran as fast as it mostly does (shared
machines throttle their clocks for tens of milliseconds at a time, and then it is the queue behind them that is measured).

    python3 bench/load/edits.py --build build/release --rounds 5
"""
import argparse
import base64
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

from compare import HERE, ROOT, Server

CONFIG = HERE / "editing.yaml"
KEY = "tidegate-development-key-never-use-it-in-production"   # of both configurations
STORES = ("memory", "sqlite")
MUST_BE_ZERO = ("lost", "lost_shouts", "duplicated", "out_of_order", "refused_but_told", "unanswered", "unanswered_locks",
                "unanswered_shouts", "unmatched", "locks_lost")


class Host(Server):
    name = "tidegate"

    def __init__(self, work, args, store):
        self.binary = args.build / "bin" / "tidegate"
        environment = dict(os.environ, TIDEGATE_DOCUMENTS_STORE=store, TIDEGATE_LOG_LEVEL="warning")
        if args.loops:
            environment["TIDEGATE_LISTEN_LOOPS"] = str(args.loops)
        self.process = subprocess.Popen(
            [self.binary, "serve", "--config", args.config, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
             "--data", tempfile.mkdtemp(dir=work), "--plugins", args.build / "plugins"], env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.listen, self.admin = ready["listen"], ready["admin"]

    def load(self, work, options):
        return [str(work / "edits"), "--url", self.listen, "--tokens", str(work / "tokens"), "--pid", str(self.process.pid),
                *options]

    def reload(self, plugin):
        return subprocess.run([self.binary, "plugins", "reload", plugin, "--admin", self.admin], capture_output=True, text=True)


def token(role, name, permissions=()):
    encode = lambda part: base64.urlsafe_b64encode(part).rstrip(b"=")
    claims = {"sub": str(uuid.uuid4()), "name": name, "role": role, "permissions": list(permissions), "tenant": "default",
              "iat": int(time.time()), "exp": int(time.time()) + 86400}
    text = encode(b'{"alg":"HS256","typ":"JWT"}') + b"." + encode(json.dumps(claims).encode())
    return (text + b"." + encode(hmac.digest(KEY.encode(), text, hashlib.sha256))).decode()


def write_tokens(work, editors, viewers):
    lines = [token("agent", f"Editor {n}") for n in range(editors)]
    lines += [token("viewer", f"Viewer {n}", ["quotes:read"]) for n in range(viewers)]
    (work / "tokens").write_text("\n".join(lines) + "\n")


def last_report(process_output):
    return json.loads(process_output.splitlines()[-1])


def check(report, what):
    """Refusals of the shared field are part of the game: two at once cannot both have it. Everything else is a fault."""
    faults = {name: report[name] for name in MUST_BE_ZERO if report[name]}
    faults.update({code: n for code, n in report["refused_by_code"].items() if code != "locked"})
    faults.update(report["closed_by_server"])
    if faults:
        raise RuntimeError(f"{what}: {faults}\n{json.dumps(report)}")


def measure(work, args, store, options, what):
    with Host(work, args, store) as host:
        run = subprocess.run(host.load(work, options), capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"{what}\n{run.stdout}{run.stderr}")
    report = last_report(run.stdout)
    check(report, what)
    both = lambda name, figure: f"{report[name][figure]:6.0f} ({report['calm_' + name][figure]:5.0f})"
    print(f"{what:16} {report['rate']:6.0f}/s  answer p50 {both('edit_answer', 'p50_us')} p99 {both('edit_answer', 'p99_us')}  "
          f"viewer p99 {both('edit_viewer', 'p99_us')}  lock p99 {both('lock', 'p99_us')} us  "
          f"cpu {report['server']['cpu_us_per_edit']:5.0f} us  refused {report['refused']}  "
          f"slow {report['machine']['slow_share']:.2f}  others {report['server']['other_cpu_share']:.2f}", flush=True)
    return report


def ratios(edits, echo, shouts):
    """Of edits in one report and shouts in the same or another one, there by the name `shouts`."""
    found = {}
    for moments, of in (("", ""), ("calm_", "calm: ")):
        edit = lambda name, figure: edits[moments + name][figure]
        shout = lambda to, figure: echo[f"{moments}{shouts}_{to}"][figure]
        found |= {
            f"{of}p99 lock / p99 shout": edit("lock", "p99_us") / shout("answer", "p99_us"),
            f"{of}p99 edit -> viewer / p99 shout -> viewer": edit("edit_viewer", "p99_us") / shout("viewer", "p99_us"),
            f"{of}p99 edit -> author / p99 shout": edit("edit_answer", "p99_us") / shout("answer", "p99_us"),
            f"{of}p50 edit -> author / p50 shout": edit("edit_answer", "p50_us") / shout("answer", "p50_us"),
        }
    return found


def beside(work, args, store, options, n):
    report = measure(work, args, store, [*options, "--shouts", str(args.rate)], f"{store} beside {n}")
    return {f"beside, {name}": figure for name, figure in ratios(report, report, "shout").items()}


def alone(work, args, store, options, n):
    edits = measure(work, args, store, options, f"{store} edits {n}")
    echo = measure(work, args, store, [*options, "--echo", "1"], f"{store} echo {n}")
    return {
        **{f"alone, {name}": figure for name, figure in ratios(edits, echo, "edit").items()},
        "CPU per edit, us": edits["server"]["cpu_us_per_edit"],
        "CPU per shout, us": echo["server"]["cpu_us_per_edit"],
        "CPU edit / CPU shout": edits["server"]["cpu_us_per_edit"] / max(echo["server"]["cpu_us_per_edit"], 0.1),
        "p50 edit -> author, us": edits["edit_answer"]["p50_us"],
        "p99 edit -> author, us": edits["edit_answer"]["p99_us"],
        "calm: p99 edit -> author, us": edits["calm_edit_answer"]["p99_us"],
        "calm: p99 shout, us": echo["calm_edit_answer"]["p99_us"],
        "share of the time in which the machine was slow": max(edits["machine"]["slow_share"], echo["machine"]["slow_share"]),
    }


def rounds(work, args, store, options):
    figures = []
    for n in range(1, args.rounds + 1):
        is_beside = store == "memory" and not args.viewers
        figures.append((beside(work, args, store, options, n) if is_beside else {}) | alone(work, args, store, options, n))
    return {name: statistics.median(figure[name] for figure in figures) for name in figures[0]}


def reload_under_load(work, args, store, options):
    what = f"{store} reload"
    with Host(work, args, store) as host:
        load = subprocess.Popen(host.load(work, options), stdout=subprocess.PIPE, text=True)
        time.sleep(args.warmup + args.seconds / 2)   # the middle of the run is a time, not a state
        done = host.reload(args.plugin)
        output = load.communicate()[0]
    if done.returncode != 0 or load.returncode != 0:
        raise RuntimeError(f"{what}: {done.stdout}{done.stderr}\n{output}")
    report = last_report(output)
    check(report, what)
    print(f"{what:22} {report['acknowledged']} edits acknowledged, {report['locks_granted']} locks granted, none lost; "
          f"p99.9 edit -> viewer {report['edit_viewer']['p999_us']:.0f} us, longest {report['edit_viewer']['max_us']:.0f} us")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--warmup", type=float, default=2)
    options.add_argument("--quotes", type=int, default=200)
    options.add_argument("--editors", type=int, default=5)
    options.add_argument("--viewers", type=int, default=0, help="on the first quote, who only read")
    options.add_argument("--rate", type=float, default=5, help="edits a second and editor")
    options.add_argument("--loops", type=int, default=0, help="event loops of the host; 0: its default")
    options.add_argument("--fields", default="", help="as of `edits`")
    options.add_argument("--config", type=pathlib.Path, default=CONFIG, help="config/dev.yaml: with every plugin of the build")
    options.add_argument("--plugin", default="collaboration", help="what is reloaded under load")
    options.add_argument("--stores", default=",".join(STORES))
    options.add_argument("--only-reload", action="store_true")
    args = options.parse_args()
    args.build = args.build.resolve()
    args.config = args.config.resolve()
    load = ["--quotes", str(args.quotes), "--editors", str(args.editors), "--viewers", str(args.viewers), "--rate",
            str(args.rate), "--duration", str(args.seconds), "--warmup", str(args.warmup),
            *(["--fields", args.fields] if args.fields else [])]
    work = pathlib.Path(tempfile.mkdtemp(prefix="tidegate-bench-"))
    try:
        subprocess.run(["g++", "-O2", "-std=c++17", "-pthread", "-o", str(work / "edits"), str(HERE / "edits.cpp")], check=True)
        write_tokens(work, args.editors, args.viewers)
        stores = args.stores.split(",")
        medians = {} if args.only_reload else {store: rounds(work, args, store, load) for store in stores}
        for store in stores:
            reload_under_load(work, args, store, load)
        if medians:
            print(f"\n{'medians':62}" + "".join(f"{store:>12}" for store in medians))
            for name in dict.fromkeys(name for middle in medians.values() for name in middle):
                print(f"{name:62}" + "".join(
                    f"{middle[name]:12.2f}" if name in middle else f"{'':12}" for middle in medians.values()))
        if len(medians) == 2:
            memory, durable = (medians[store] for store in STORES)
            for name in ("p50 edit -> author, us", "p99 edit -> author, us", "CPU per edit, us"):
                print(f"{'durable share of ' + name:62}{durable[name] - memory[name]:24.2f}")
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
