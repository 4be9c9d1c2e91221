// The vectors of canonical requests in node:test, with nothing of qsh but the JSON files. The SDK that is tested here is
// atlassian-jwt; put your own in its place.
"use strict";

const assert = require("node:assert/strict");
const { readFileSync, readdirSync } = require("node:fs");
const { join } = require("node:path");
const querystring = require("node:querystring");
const { test } = require("node:test");
const jwt = require("atlassian-jwt");

const VECTORS = process.env.QSH_VECTORS ?? join(__dirname, "../../../vectors");
// What fails today, by the id of the case, each with the reason.
const KNOWN = JSON.parse(readFileSync(join(__dirname, "known.json"), "utf8"));

function cases() {
  const files = ["", "regression"].flatMap((folder) =>
    readdirSync(join(VECTORS, folder))
      .filter((name) => name.endsWith(".json") && name !== "schema.json")
      .map((name) => join(VECTORS, folder, name)),
  );
  return files.flatMap((file) => {
    const { format, version, cases } = JSON.parse(readFileSync(file, "utf8"));
    assert.deepEqual({ format, version }, { format: "qsh-vectors", version: 1 }, file);
    return cases;
  });
}

// What the SDK makes of a request.
function canonicalRequest({ method, url, base_url, form }) {
  const isForm = Boolean(form) && /^(post|put)$/i.test(method);
  const request = isForm
    ? jwt.fromMethodAndPathAndBody(method, url, querystring.parse(form))
    : jwt.fromMethodAndUrl(method, url);
  return [request, isForm, base_url];
}

function check({ input, expect, accept = [] }) {
  const allowed = [expect, ...accept].map((it) => it.canonical_request).filter((it) => it !== undefined);
  const found = jwt.createCanonicalRequest(...canonicalRequest(input));
  assert.ok(allowed.includes(found), `expected ${allowed.join(" or ")}, found ${found}`);
  if (found === expect.canonical_request) {
    assert.equal(jwt.createQueryStringHash(...canonicalRequest(input)), expect.qsh);
  }
}

const used = new Set();
for (const it of cases()) {
  // An open case binds nobody.
  if (it.operation !== "canonical_request" || it.level === "open") continue;
  const skip = it.input.url_hex === undefined ? false : "takes a URL as text only";
  test(it.id, { skip }, () => {
    const reason = KNOWN[it.id];
    if (reason === undefined) return check(it);
    used.add(it.id);
    assert.throws(() => check(it), `passes: take it out of known.json (${reason})`);
  });
}

test("every known failure is one of the cases", () => {
  assert.deepEqual(Object.keys(KNOWN).filter((id) => !used.has(id)), []);
});
