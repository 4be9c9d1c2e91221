"""Fails where Rust source files of a package import one another in a circle.

A file imports another where a `use` names an item of it. Imports below `#[cfg(test)]` do not count, and neither does a `pub
use` that hands on the items of a child: whoever imports such an item imports the child.
"""

import re
import sys
from pathlib import Path

USE = re.compile(r"^[ \t]*(pub(?:\([^)]*\))? )?use ([^;]+);", re.M)


def expand(path):
    """The paths of a `use` tree, each as a list of segments."""
    path = path.strip()
    match = re.fullmatch(r"(?s)(?:(.*?)::)?\{(.*)\}", path)
    if not match:
        return [re.split(r"\s+as\s+", path)[0].split("::")]
    front = match[1].split("::") if match[1] else []
    parts, depth, current = [], 0, ""
    for character in match[2]:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return [front + rest for part in [*parts, current] if part.strip() for rest in expand(part)]


def modules(source):
    """Each file by the path of its module."""
    found = {}
    for file in sorted(source.rglob("*.rs")):
        name = list(file.relative_to(source).with_suffix("").parts)
        if name[-1] in ("mod", "lib", "main"):
            name.pop()
        found.setdefault(tuple(name), file)
    return found


def absolute(path, module):
    """A path from the root of the package, if it is one of the package's own."""
    if path[0] == "crate":
        return path[1:]
    if path[0] == "self":
        return [*module, *path[1:]]
    up = 0
    while up < len(path) and path[up] == "super":
        up += 1
    return [*module[: len(module) - up], *path[up:]] if up else [*module, *path]


def imports(source):
    """For each module, the modules that it imports from."""
    files = modules(source)
    uses, handed_on = {}, {}
    for module, file in files.items():
        text = re.sub(r"//[^\n]*", "", re.split(r"(?m)^#\[cfg\(test\)\]\nmod ", file.read_text())[0])
        for public, tree in USE.findall(text):
            for path in expand(re.sub(r"\s+", " ", tree)):
                target = absolute(path, list(module))
                handed_on_here = public and tuple(target[: len(module)]) == module and tuple(target[:-1]) in files
                if handed_on_here and len(target) > len(module) + 1:
                    handed_on[(*module, target[-1])] = target
                else:
                    uses.setdefault(module, []).append(target)
    graph = {}
    for module, paths in uses.items():
        for path in paths:
            for _ in range(10):
                path = handed_on.get(tuple(path), path)
            front = next((tuple(path[:end]) for end in range(len(path), 0, -1) if tuple(path[:end]) in files), None)
            if front is not None and front != module:
                graph.setdefault(module, set()).add(front)
    return graph, files


def circles(graph):
    """Each circle once, as the modules that lie on it (Tarjan's strongly connected components)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            component = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(component) > 1:
                found.append(component)

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def main():
    sys.setrecursionlimit(10_000)
    failed = False
    for source in [Path("src"), *sorted(Path("crates").glob("*/src")), Path("fuzz/src")]:
        graph, files = imports(source)
        for circle in circles(graph):
            failed = True
            print("a circle of imports: " + ", ".join(str(files[module]) for module in circle), file=sys.stderr)
        print(f"{source}: {len(files)} files, {sum(map(len, graph.values()))} imports")
    sys.exit(failed)


main()
