# Python: dictionaries, strings, comprehensions and classes.
class Node:
    def __init__(self, value, rest):
        self.value, self.rest = value, rest

def chain(n):
    node = None
    for i in range(n):
        node = Node(i * 7919 % 10007, node)
    return node

counts = {}
node = chain(60000)
while node:
    key = "%04d" % node.value
    counts[key] = counts.get(key, 0) + 1
    node = node.rest
total = sum(v * v for v in counts.values())
squares = [x * x % 1009 for x in range(150000)]
print(total, sum(squares), len(set(squares)), sorted(counts)[:3])
