def steps(x0, y0, limit):
    x = 0.0
    y = 0.0
    n = 0
    while n < limit and x * x + y * y <= 4.0:
        next = x * x - y * y + x0
        y = 2.0 * x * y + y0
        x = next
        n = n + 1
    return n


def run(size):
    total = 0
    for row in range(size):
        for column in range(size):
            total = total + steps(column * 3.0 / size - 2.0, row * 2.0 / size - 1.0, 100)
    return total


print(run(250))
