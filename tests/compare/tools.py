"""What each tool is asked: the same task, co-shares within 60 s, edges of weight >= 2, accounts with 2 posts or more.

Queries and scripts that run in processes of their own; nothing is measured here.
"""

WINDOW = 60
# the widest is the window of the single run, so that no further pair is visited; and one that goes beyond it
FIVE_WITHIN = "5s,10s,20s,30s,60s"
FIVE_BEYOND = "10s,30s,60s,120s,300s"

# a bucket one longer than the window: a pair meets in its own bucket or in the next one
DUCKDB = """
import sys, duckdb
sql = '''
WITH posts AS (SELECT object_id AS o, account_id AS a, timestamp_share AS t, timestamp_share // 61 AS bucket, row_number() OVER () AS i FROM '{data}'),
     active AS (SELECT a FROM posts GROUP BY a HAVING count(*) >= 2),
     x AS (SELECT posts.* FROM posts SEMI JOIN active USING (a)),
     y AS (SELECT *, bucket AS look, true AS same FROM x UNION ALL SELECT *, bucket - 1 AS look, false AS same FROM x)
SELECT least(x.a, y.a) AS a, greatest(x.a, y.a) AS b, count(*) AS weight
FROM x JOIN y ON x.o = y.o AND x.bucket = y.look
WHERE x.a <> y.a AND (NOT y.same OR x.i < y.i) AND abs(y.t - x.t) <= 60
GROUP BY 1, 2 HAVING count(*) >= 2
'''
duckdb.connect().execute(f"COPY ({sql.format(data=sys.argv[1])} ORDER BY a, b) TO '{sys.argv[2]}' (FORMAT parquet)")
"""

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

# coordination-network-toolkit reads eight columns of CSV; a cell in repost_id would take the row out of co_link
CNT_CSV = """
import sys, polars as pl
empty = pl.lit("")
(pl.scan_parquet(sys.argv[1])
   .select(message_id="content_id", user_id="account_id", username=pl.col("account_id"), repost_id=empty, reply_id=empty,
           message=empty, timestamp="timestamp_share", urls="object_id")
   .sink_csv(sys.argv[2]))
"""

# the command line's own export fails
CNT_EXPORT = """
import sys
from coordination_network_toolkit.output import output_gephi_csv
output_gephi_csv(sys.argv[1], "co_link", sys.argv[2])
"""

VERSIONS = """
import importlib.metadata as m, json, sys
print(json.dumps({name: m.version(name) for name in sys.argv[1:]}))
"""

# arguments: JSON of paths. Prints JSON: counts, and what is wrong.
CHECK = """
import json, sys, polars as pl
paths = json.loads(sys.argv[1])

def folded(path, window=None):
    frame = pl.read_csv(path, infer_schema=False) if path.endswith(".csv") else pl.read_parquet(path)
    names = {"account_a": "a", "account_b": "b", "account_id": "a", "account_id_y": "b", "source": "a", "target": "b"}
    frame = frame.rename({old: new for old, new in names.items() if old in frame.columns})
    if window is not None:
        frame = frame.filter(pl.col("window_s").cast(pl.Float64) == window)
    return frame.select(a=pl.min_horizontal("a", "b"), b=pl.max_horizontal("a", "b"), weight=pl.col("weight").cast(pl.Int64)).sort("a", "b")

claque, wrong, said = folded(paths["claque"]), [], {}
said["edges"], said["weight"] = claque.height, int(claque["weight"].sum())
said["nodes"] = pl.concat([claque["a"], claque["b"]]).n_unique()
for tool in ("duckdb", "polars"):
    if tool in paths and not folded(paths[tool]).equals(claque):
        wrong.append(f"the edges of {tool} differ from those of claque")
for tool in ("five within", "five beyond"):
    if tool in paths and not folded(paths[tool], 60).equals(claque):
        wrong.append(f"{tool}: the edges at 60 s differ from those of the single window")
if "coortweet" in paths and not folded(paths["coortweet"]).filter(pl.col("weight") >= 2).equals(claque):
    wrong.append("--method coortweet: the edges of weight >= 2 differ from the plain ones")
if "cnt" in paths:
    pairs = folded(paths["cnt"]).select("a", "b").unique()
    said["cnt_pairs"] = pairs.height
    missing = claque.join(pairs, on=["a", "b"], how="anti").height
    if missing:
        wrong.append(f"coordination-network-toolkit lacks {missing} pairs")
    posts = pl.scan_parquet(paths["data"]).group_by(a="account_id").agg(n=pl.len()).filter(pl.col("n") < 2).collect()["a"].implode()
    extra = pairs.join(claque, on=["a", "b"], how="anti")
    odd = extra.filter(~(pl.col("a").is_in(posts) | pl.col("b").is_in(posts))).height
    if odd:
        wrong.append(f"coordination-network-toolkit has {odd} further pairs of accounts with two posts or more")
said["wrong"] = wrong
print(json.dumps(said))
"""

# arguments: labels, edges, window (or none), least weight. Prints JSON.
QUALITY = """
import json, sys, polars as pl
labels = pl.read_csv(sys.argv[1], schema_overrides={"account_id": pl.String})
edges = pl.read_parquet(sys.argv[2]).filter(pl.col("weight") >= float(sys.argv[3]))
if "window_s" in edges.columns:
    edges = edges.filter(pl.col("window_s").cast(pl.Float64) == 60)
flagged = pl.concat([edges["account_a"].cast(pl.String), edges["account_b"].cast(pl.String)]).unique().implode()
shown = labels.filter(pl.col("kind").is_in(["link", "repost", "reply"]) & (pl.col("spread") <= 60))
found = shown.filter(pl.col("account_id").is_in(flagged)).height
planted = labels.filter(pl.col("account_id").is_in(flagged)).height
flagged = flagged.explode().drop_nulls().len()
print(json.dumps({"flagged": flagged, "planted_flagged": planted, "precision": planted / flagged if flagged else None,
                  "to_find": shown.height, "recall": found / shown.height if shown.height else None}))
"""
