#!/usr/bin/env python3
"""`claque coordinate` beside DuckDB, polars and coordination-network-toolkit: the same task on the same generated
files, in the same run.

    cargo build --release
    python3 tests/compare/peers.py --claque target/release/claque --rows 1000000

What this interpreter lacks of the peers is installed into target/compare/venv. Each measurement is a fresh process:
wall and CPU seconds and peak resident memory from os.wait4. Edge lists are compared before anything is reported; a
difference is a failure, whatever the times. Ratios, not times, are what another machine can be compared with.
"""
import argparse
import importlib.util
import json
import os
import platform
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import tools

PACKAGES = {"duckdb": "duckdb", "polars": "polars", "coordination_network_toolkit": "coordination-network-toolkit"}
CNT_ONE_ROUND_FROM = 1_000_000
COLUMNS = ("wall", "cpu", "mb")


class NotFinished(Exception):
    """A process that ran out of time or memory."""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--claque", default="target/release/claque", help="the program (a release build)")
    parser.add_argument("--rows", type=int, action="append", help="rows of a set, repeatable [100000 and 1000000]")
    parser.add_argument("--hot", action="store_true", help="also 100,000 rows and one object with 50,000 shares in an hour")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-cnt", action="store_true", help="without coordination-network-toolkit")
    parser.add_argument("--timeout", type=float, default=600, help="seconds, per tool and round")
    parser.add_argument("--memory", type=float, default=14, help="guard on the address space, GB")
    parser.add_argument("--keep", metavar="DIR", help="keep the generated data here, and use what is there")
    parser.add_argument("--json", metavar="FILE", help="write all that was measured")
    options = parser.parse_args()
    if options.rows is None:
        options.rows = [] if options.hot else [100_000, 1_000_000]
    options.claque = os.path.abspath(options.claque)
    if not os.access(options.claque, os.X_OK):
        parser.error(f"no program at {options.claque}: cargo build --release")
    return options


def interpreter(with_cnt):
    """A Python that has the peers: this one, or one in a virtual environment that adds what is missing."""
    wanted = [module for module in PACKAGES if with_cnt or "toolkit" not in module]
    missing = [PACKAGES[module] for module in wanted if importlib.util.find_spec(module) is None]
    if not missing:
        return sys.executable
    home = os.path.join("target", "compare", "venv")
    python = os.path.abspath(os.path.join(home, "bin", "python"))
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", home], check=True)
    print(f"installing {', '.join(missing)} into {home}", file=sys.stderr)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *missing], check=True)
    return python


def run(command, timeout, memory, log):
    """Wall and CPU seconds and peak MB of a fresh process and its children. This one must stay small: a child's peak
    begins at its parent's."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (int(memory * 2**30), hard))
    streams = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
               (os.POSIX_SPAWN_OPEN, 2, log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)]
    begin = time.perf_counter()
    try:
        pid = os.posix_spawnp(command[0], command, os.environ, file_actions=streams, setpgroup=0)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    late = []
    signal.signal(signal.SIGALRM, lambda *_: (late.append(True), os.killpg(pid, signal.SIGKILL)))
    signal.setitimer(signal.ITIMER_REAL, timeout)
    try:
        _, status, usage = os.wait4(pid, 0)
    except BaseException:
        os.killpg(pid, signal.SIGKILL)
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    wall = time.perf_counter() - begin
    if late:
        raise NotFinished(f"not finished in {timeout:.0f} s")
    if os.waitstatus_to_exitcode(status) != 0:
        with open(log, errors="replace") as file:
            text = file.read().strip()
        lines = [line for line in text.splitlines() if line.startswith("error: ")] or text.splitlines()
        why = lines[-1][:160] if lines else f"exit code {os.waitstatus_to_exitcode(status)}"
        if any(words in text.lower() for words in ("out of memory", "memoryerror", "bad_alloc", "memory allocation", "cannot allocate")):
            raise NotFinished(f"out of memory at the guard of {memory:g} GB ({why})")
        raise NotFinished(f"failed: {why}")
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "mb": usage.ru_maxrss / 1024}


def in_turn(commands, timeout, memory, log):
    """Several processes as one: times add up, the largest peak counts."""
    total = {"wall": 0.0, "cpu": 0.0, "mb": 0.0}
    for command in commands:
        left = timeout - total["wall"]
        if left <= 0:
            raise NotFinished(f"not finished in {timeout:.0f} s")
        try:
            measured = run(command, left, memory, log)
        except NotFinished as stopped:
            # the whole is what was given this long
            raise NotFinished(f"not finished in {timeout:.0f} s" if "not finished" in str(stopped) else str(stopped)) from None
        for column in ("wall", "cpu"):
            total[column] += measured[column]
        total["mb"] = max(total["mb"], measured["mb"])
    return total


def child(python, code, *args):
    done = subprocess.run([python, "-c", code, *args], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout) if done.stdout.strip() else None


def generate(options, name, rows, hot, folder):
    data = os.path.join(folder, f"{name}-seed{options.seed}")
    if not os.path.isdir(data):
        command = [options.claque, "synth", "shares", "-o", data, "--rows", str(rows), "--seed", str(options.seed)]
        subprocess.run([*command, *(["--hot"] if hot else [])], check=True, stdout=subprocess.DEVNULL)
    return os.path.join(data, "shares.parquet"), os.path.join(data, "truth", "labels.csv")


def commands_of(options, python, data, csv, out):
    plain = [options.claque, "coordinate", data, "--method", "plain", "--min-weight", "2", "--min-participation", "2"]
    at = lambda name: os.path.join(out, name.replace(" ", "-") + ".parquet")
    commands = {
        "claque": [[*plain, "--window", "60s", "-o", at("claque")]],
        "duckdb": [[python, "-c", tools.DUCKDB, data, at("duckdb")]],
        "polars": [[python, "-c", tools.POLARS, data, at("polars")]],
        "five within": [[*plain, "--window", tools.FIVE_WITHIN, "-o", at("five within")]],
        "five beyond": [[*plain, "--window", tools.FIVE_BEYOND, "-o", at("five beyond")]],
        "null": [[options.claque, "coordinate", data, "--method", "null", "--window", "60s", "-o", at("null")]],
    }
    paths = {tool: at(tool) for tool in commands}
    if csv:
        database, paths["cnt"] = os.path.join(out, "cnt.db"), os.path.join(out, "cnt.csv")
        toolkit = [python, "-m", "coordination_network_toolkit", database]
        link = ["--time_window", "60", "--min_edge_weight", "2", "--n_cpus", str(os.cpu_count() or 1)]
        commands["cnt"] = [[*toolkit, "preprocess", csv], [*toolkit, "compute", "co_link", *link],
                           [python, "-c", tools.CNT_EXPORT, database, paths["cnt"]]]
    return commands, paths


def measure_set(options, python, name, rows, hot, folder):
    print(f"\n{name}: making the data (not timed)", file=sys.stderr)
    data, labels = generate(options, name, rows, hot, folder)
    out = os.path.join(folder, f"{name}-out")
    os.makedirs(out, exist_ok=True)
    csv = None if options.no_cnt else os.path.join(out, "shares.cnt.csv")
    if csv:
        child(python, tools.CNT_CSV, data, csv)
    commands, paths = commands_of(options, python, data, csv, out)
    log, runs, stopped, loads = os.path.join(out, "stderr.log"), {tool: {} for tool in commands}, {}, []
    for number in range(options.rounds):
        loads.append(os.getloadavg()[0])
        busy = " (busy: above half of the cores)" if loads[-1] > (os.cpu_count() or 1) / 2 else ""
        print(f"{name}: round {number + 1} of {options.rounds}, load {loads[-1]:.2f}{busy}", file=sys.stderr)
        turns = list(commands)
        for tool in turns[number % len(turns):] + turns[:number % len(turns)]:
            if tool in stopped or (tool == "cnt" and number > 0 and (hot or rows >= CNT_ONE_ROUND_FROM)):
                continue
            if tool == "cnt" and os.path.exists(os.path.join(out, "cnt.db")):
                os.remove(os.path.join(out, "cnt.db"))
            try:
                runs[tool][number] = in_turn(commands[tool], options.timeout, options.memory, log)
            except NotFinished as why:
                stopped[tool] = str(why)
    if not runs["claque"]:
        sys.exit(f"claque: {stopped['claque']}")
    result = {"rows": rows + (50_000 if hot else 0), "loads": loads, "runs": runs, "stopped": stopped}
    result["check"] = check(options, python, data, paths, runs, out)
    result["quality"] = {
        tool: child(python, tools.QUALITY, labels, paths[path], least)
        for tool, path, least in (("plain, weight >= 2", "claque", "2"), ("plain, weight >= 5", "claque", "5"), ("null", "null", "0"))
        if runs[path]
    }
    if not options.keep:
        shutil.rmtree(out)
    return result


def check(options, python, data, paths, runs, out):
    """Are the edges the same? Not timed."""
    there = {tool: path for tool, path in paths.items() if runs[tool] and tool != "null"}
    there["data"], there["coortweet"] = data, os.path.join(out, "coortweet.parquet")
    parity = [options.claque, "coordinate", data, "--method", "coortweet", "--window", "60s", "--min-participation", "2"]
    try:
        run([*parity, "-o", there["coortweet"]], options.timeout, options.memory, os.path.join(out, "stderr.log"))
    except NotFinished as why:
        print(f"--method coortweet is not compared: {why}", file=sys.stderr)
        del there["coortweet"]
    said = child(python, tools.CHECK, json.dumps(there))
    said["compared"] = sorted(tool for tool in there if tool not in ("data", "claque"))
    return said


def paired(runs, tool, base, column):
    """Median over the rounds that both have of tool ÷ base; base may be several tools, of which the best counts."""
    base = [base] if isinstance(base, str) else base
    base = [name for name in base if runs[name]]
    rounds = [number for number in runs[tool] if base and all(number in runs[name] for name in base)]
    if not rounds:
        return None
    return statistics.median(runs[tool][n][column] / min(runs[name][n][column] for name in base) for n in rounds)


def shown(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}"


def report(name, result):
    runs, stopped, checked = result["runs"], result["stopped"], result["check"]
    print(f"\n## {name}: {result['rows']:,} rows; load {min(result['loads']):.1f}-{max(result['loads']):.1f}")
    print(f"{checked['edges']:,} edges, {checked['nodes']:,} accounts, sum of weights {checked['weight']:,}; "
          f"compared with: {', '.join(checked['compared'])}; " + ("; ".join(checked["wrong"]) or "all as they must be"))
    print(f"\n{'':13}{'wall s (range)':>22}{'CPU s':>9}{'peak MB':>9}   {'÷ claque: wall':>15}{'CPU':>7}{'memory':>8}")
    for tool, measured in runs.items():
        if not measured:
            print(f"{tool:13}  {stopped.get(tool, 'not run')}")
            continue
        median = {column: statistics.median(run[column] for run in measured.values()) for column in COLUMNS}
        walls = [run["wall"] for run in measured.values()]
        spread = f"{median['wall']:.2f} ({min(walls):.2f}-{max(walls):.2f})"
        ratios = [paired(runs, tool, "claque", column) for column in COLUMNS]
        note = f"   then: {stopped[tool]}" if tool in stopped else ""
        print(f"{tool:13}{spread:>22}{median['cpu']:9.2f}{median['mb']:9.0f}   {shown(ratios[0]):>15}{shown(ratios[1]):>7}{shown(ratios[2]):>8}{note}")
    best = [paired(runs, "claque", ["duckdb", "polars"], column) for column in COLUMNS]
    print(f"\nclaque ÷ best of duckdb and polars, medians of paired rounds: wall {shown(best[0])}, CPU {shown(best[1])}, memory {shown(best[2])}")
    for text, value, goal in goals(name, result["rows"], runs, best):
        verdict = "not measured" if value is None else "met" if value <= goal else "MISSED"
        print(f"goal {text} <= {goal}: {shown(value)} {verdict}")
    for method, found in result["quality"].items():
        print(f"planted accounts, {method}: {found['flagged']:,} flagged, precision {shown(found['precision'], 3)}, "
              f"recall {shown(found['recall'], 3)} of {found['to_find']} (link, repost, reply; spread <= 60 s)")


def goals(name, rows, runs, best):
    """What Claque is to reach (at 1 M and 10 M rows, and on one hot object)."""
    if name == "hot":
        yield "wall ÷ duckdb", paired(runs, "claque", "duckdb", "wall"), 0.5
    elif rows >= 1_000_000:
        yield "wall ÷ best", best[0], 0.5
        yield "memory ÷ best", best[2], 0.25
    yield f"five windows ({tools.FIVE_WITHIN}) ÷ one, wall", paired(runs, "five within", "claque", "wall"), 1.5
    yield "null ÷ plain, wall", paired(runs, "null", "claque", "wall"), 2


def main():
    options = arguments()
    python = interpreter(not options.no_cnt)
    names = [name for name in PACKAGES.values() if not (options.no_cnt and name.startswith("coord"))]
    versions = child(python, tools.VERSIONS, *names)
    versions["claque"] = subprocess.run([options.claque, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.split()[-1]
    versions["python"] = platform.python_version()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(", ".join(f"{tool} {version}" for tool, version in versions.items()))
    print(f"{os.cpu_count()} cores, {memory:.0f} GB; seed {options.seed}, {options.rounds} rounds in turn "
          f"(cnt: 1 from {CNT_ONE_ROUND_FROM:,} rows up and on the hot object), {options.timeout:.0f} s and {options.memory:g} GB per tool")
    print("CooRTweet needs R and is not measured here")
    folder = options.keep or tempfile.mkdtemp(prefix="claque-peers-")
    os.makedirs(folder, exist_ok=True)
    sets = [(f"{rows}", rows, False) for rows in options.rows] + ([("hot", 100_000, True)] if options.hot else [])
    results = {}
    try:
        for name, rows, hot in sets:
            results[name] = measure_set(options, python, name, rows, hot, folder)
            report(name, results[name])
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"versions": versions, "cores": os.cpu_count(), "memory_gb": memory, "seed": options.seed, "sets": results}, file, indent=1)
    wrong = [f"{name}: {text}" for name, result in results.items() for text in result["check"]["wrong"]]
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
