def run(rounds):
    total = 0
    for i in range(1, rounds + 1):
        total = (total + i * 7) % 1_000_003
    return total


print(run(10_000_000))
