import csv
import sys

groups = {}
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    rows = csv.reader(file)
    header = next(rows)
    city, size, score = header.index("city"), header.index("size"), header.index("score")
    for row in rows:
        found = groups.get(row[city])
        if found is None:
            groups[row[city]] = [1, int(row[size]), float(row[score])]
        else:
            found[0] += 1
            found[1] += int(row[size])
            found[2] = max(found[2], float(row[score]))
print(
    len(groups), sum(g[0] for g in groups.values()),
    round(sum(g[1] / g[0] for g in groups.values()), 6),
    round(sum(g[2] for g in groups.values()), 6))
