// The adapter protocol, version 1: one JSON object per line on stdin and stdout.
"use strict";

// The library has no such operation or option.
class Unsupported extends Error {}

// The library refused, for a reason of the protocol's list.
class Rejected extends Error {
  constructor(reason, message) {
    super(message);
    this.reason = reason;
  }
}

// JSON text cannot contain a lone surrogate: it becomes U+FFFD.
function wellFormed(value) {
  if (typeof value === "string") return value.replace(/\p{Surrogate}/gu, "\ufffd");
  if (Array.isArray(value)) return value.map(wellFormed);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [wellFormed(name), wellFormed(it)]));
}

async function answer(library, operations, message) {
  if (message.op === "describe") {
    return {
      ok: {
        protocol: 1,
        name: library,
        version: require(`${library}/package.json`).version,
        language: "JavaScript",
        runtime: `Node.js ${process.versions.node}`,
        operations: Object.keys(operations),
      },
    };
  }
  if (!Object.hasOwn(operations, message.op)) return { unsupported: `no operation ${message.op}` };
  try {
    return { ok: wellFormed(await operations[message.op](message)) };
  } catch (error) {
    if (error instanceof Unsupported) return { unsupported: error.message };
    if (error instanceof Rejected) return { rejected: { reason: error.reason, message: wellFormed(error.message) } };
    return { fault: { type: error.name, message: wellFormed(error.message) } };
  }
}

// Answers the questions one after the other, because each sets the clock.
function serve(library, operations) {
  let rest = "";
  let turn = Promise.resolve();
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      turn = turn.then(async () => {
        const message = JSON.parse(line);
        const given = await answer(library, operations, message);
        process.stdout.write(`${JSON.stringify({ id: message.id, ...given })}\n`);
      });
    }
  });
  // Exits, because servers and caches of libraries would keep the process alive.
  process.stdin.on("end", () => turn.then(() => process.stdout.write("", () => process.exit())));
}

module.exports = { Rejected, Unsupported, serve };
