def run(count):
    rows = [
        {"id": i, "group": i * 7919 % 1000, "value": i % 97 * 0.5} for i in range(count)]
    groups = {}
    for row in rows:
        if row["value"] > 10.0:
            row["scaled"] = row["value"] * 2.0
            found = groups.get(row["group"])
            if found is None:
                groups[row["group"]] = [1, row["scaled"], row["id"]]
            else:
                found[0] += 1
                found[1] += row["scaled"]
                found[2] = max(found[2], row["id"])
    return [
        len(groups), round(sum(g[1] / g[0] for g in groups.values()), 6),
        sum(g[2] for g in groups.values()), sum(g[0] for g in groups.values())]


print(run(1_000_000))
