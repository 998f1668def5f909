#!/usr/bin/env python3
"""`claque coordinate` beside polars' own time-bucket join, on the same generated file, in the same run.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install polars numpy
    cargo build --release
    /tmp/peers/bin/python tests/compare/peers.py target/release/claque [ROWS] [ROUNDS]

Each measurement is a fresh process: wall time and peak resident memory from os.wait4. Tools take turns within a
round. Edge lists are compared before anything is reported; a difference is a failure. Ratios, not times, are what
another machine can be compared with.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

POLARS = """
import sys, polars as pl
x = (pl.scan_parquet(sys.argv[1]).select(o="object_id", a="account_id", t="timestamp_share").with_row_index("i")
     .filter(pl.len().over("a") >= 2).with_columns(bucket=pl.col("t") // 61))
y = pl.concat([x.with_columns(look=pl.col("bucket"), same=pl.lit(True)),
               x.with_columns(look=pl.col("bucket") - 1, same=pl.lit(False))])
edges = (x.join(y, left_on=["o", "bucket"], right_on=["o", "look"], suffix="_y")
         .filter(pl.col("a") != pl.col("a_y"), ~pl.col("same") | (pl.col("i") < pl.col("i_y")),
                 (pl.col("t_y") - pl.col("t")).abs() <= 60)
         .select(a=pl.min_horizontal("a", "a_y"), b=pl.max_horizontal("a", "a_y"))
         .group_by("a", "b").agg(weight=pl.len()).filter(pl.col("weight") >= 2))
edges.collect(engine="streaming").sort("a", "b").write_parquet(sys.argv[2])
"""


def generate(rows: int, path: str) -> None:
    """Zipf-popular objects with decaying attention, heavy-tailed accounts, 3 % planted groups of 8."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(20261124)
    accounts, objects = max(1000, rows // 25), max(1000, rows // 20)
    start, span = 1_764_547_200, 30 * 86_400
    organic = int(rows * 0.97)
    weight = np.arange(1, objects + 1) ** -0.85
    obj = rng.choice(objects, size=organic, p=weight / weight.sum())
    birth, life = rng.integers(0, span, objects), rng.lognormal(np.log(36 * 3600), 0.7, objects)
    at = ((birth[obj] + rng.exponential(1, organic) * life[obj]) % span).astype(np.int64)
    activity = np.arange(1, accounts + 1) ** -0.5
    acc = rng.choice(accounts, size=organic, p=activity / activity.sum())
    groups = max(1, (rows - organic) // 480)
    group, member, event = np.repeat(np.arange(groups), 480), np.tile(np.repeat(np.arange(8), 60), groups), np.tile(np.arange(60), 8 * groups)
    obj = np.concatenate([obj, rng.integers(0, objects, (groups, 60))[group, event]])
    at = np.concatenate([at, rng.integers(0, span, (groups, 60))[group, event] + rng.integers(0, 20, group.size)])
    acc = np.concatenate([acc, accounts + group * 8 + member])
    order = rng.permutation(acc.size)
    pl.DataFrame({
        "object_id": np.char.add("https://ex.test/p/", obj[order].astype(str)),
        "account_id": np.char.add("u", acc[order].astype(str)),
        "content_id": np.char.add("c", np.arange(acc.size).astype(str)),
        "timestamp_share": at[order] + start,
    }).write_parquet(path)


def measure(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak MB of a fresh process. This one must stay small: a child's peak begins at its parent's."""
    begin = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"failed: {' '.join(command)}")
    return time.perf_counter() - begin, usage.ru_maxrss / 1024


def edges(path: str):
    import polars as pl

    frame = pl.read_parquet(path)
    frame = frame.rename({old: new for old, new in (("account_a", "a"), ("account_b", "b")) if old in frame.columns})
    return frame.select("a", "b", pl.col("weight").cast(pl.Int64)).sort("a", "b")


def main() -> None:
    claque = sys.argv[1]
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data.parquet")
        # in a process of its own, so that this one stays small
        subprocess.run([sys.executable, __file__, "--generate", str(rows), data], check=True)
        out = {tool: os.path.join(folder, f"{tool}.parquet") for tool in ("plain", "null", "polars")}
        coordinate = [claque, "coordinate", data, "--window", "60s", "--method"]
        commands = {
            "plain": [*coordinate, "plain", "-o", out["plain"]],
            "null": [*coordinate, "null", "-o", out["null"]],
            "polars": [sys.executable, "-c", POLARS, data, out["polars"]],
        }
        measured: dict[str, list[tuple[float, float]]] = {tool: [] for tool in commands}
        for number in range(rounds):
            load = os.getloadavg()[0]
            busy = " (busy machine)" if load > (os.cpu_count() or 1) / 2 else ""
            print(f"round {number + 1}: load {load:.2f}{busy}", file=sys.stderr)
            for tool, command in commands.items():
                measured[tool].append(measure(command))
        if not edges(out["plain"]).equals(edges(out["polars"])):
            sys.exit("the edge lists differ")
        import polars as pl

        n = pl.scan_parquet(data).select(pl.len()).collect().item()
        print(f"polars {pl.__version__}; {n:,} rows; {edges(out['plain']).height:,} edges, identical; medians of {rounds} rounds")
        print(f"{'':8}{'wall s':>9}{'peak MB':>10}{'wall / polars':>15}{'memory / polars':>17}")
        for tool, runs in measured.items():
            wall, memory = (statistics.median(run[i] for run in runs) for i in (0, 1))
            ratio = [statistics.median(a[i] / b[i] for a, b in zip(runs, measured["polars"])) for i in (0, 1)]
            print(f"{tool:8}{wall:9.2f}{memory:10.0f}{ratio[0]:15.2f}{ratio[1]:17.2f}")


if __name__ == "__main__":
    if sys.argv[1] == "--generate":
        generate(int(sys.argv[2]), sys.argv[3])
    else:
        main()
