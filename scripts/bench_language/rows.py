def run(count):
    rows = list(map(
        lambda i: {"id": i, "group": i * 7919 % 1000, "value": i % 97 * 0.5}, range(count)))
    kept = list(filter(lambda row: row["value"] > 10.0, rows))
    scaled = list(map(lambda row: {"group": row["group"], "value": row["value"] * 2.0}, kept))
    groups = {}
    for row in scaled:
        groups.setdefault(row["group"], []).append(row)
    means = list(map(
        lambda g: [g[0], sum(map(lambda row: row["value"], g[1])) / len(g[1])], groups.items()))
    return [len(kept), len(means), round(sum(map(lambda pair: pair[1], means)), 6)]


print(run(1_000_000))
