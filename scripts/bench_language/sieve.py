def run(limit):
    flags = [True] * limit
    flags[0] = False
    flags[1] = False
    i = 2
    while i * i < limit:
        if flags[i]:
            j = i * i
            while j < limit:
                flags[j] = False
                j = j + i
        i = i + 1
    primes = 0
    for flag in flags:
        if flag:
            primes = primes + 1
    return primes


print(run(3_000_000))
