def run(count):
    text = ""
    for i in range(1, count + 1):
        text = text + f"слово {i}, "
    return len(text)


print(run(2_000_000))
