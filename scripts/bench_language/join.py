def run(count):
    text = " ".join(map(lambda i: f"w{i % 5000}", range(1, count + 1)))
    words = text.upper().split(" ")
    seen = {}
    for word in words:
        seen[word] = seen.get(word, 0) + 1
    return [len(text), len(seen), seen["W77"]]


print(run(1_000_000))
