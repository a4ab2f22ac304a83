def run(count):
    people = []
    for i in range(1, count + 1):
        people.append({"id": i, "age": i % 90, "score": 0})
    total = 0
    for person in people:
        changed = dict(person)
        changed["score"] = person["age"] * 2 + person["id"] % 3
        total = total + changed["score"]
    return total


print(run(1_000_000))
