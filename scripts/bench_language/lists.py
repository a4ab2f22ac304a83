def run(count):
    values = []
    seed = 1
    for i in range(1, count + 1):
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
        values.append(seed)
    ordered = sorted(values)
    keyed = sorted(values[0:300_000], key=lambda value: value % 1000)
    return ordered[0] + ordered[count // 2] + keyed[0] + keyed[-1]


print(run(1_500_000))
