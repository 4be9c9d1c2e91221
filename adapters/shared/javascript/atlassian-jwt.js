// An adapter for atlassian-jwt for JavaScript: protocol version 1, one JSON object per line on stdin and stdout. The library
// has two packages, atlassian-jwt and @atlassian/atlassian-jwt. The package.json of the adapter names one of them.
//
// It uses the library only as its README shows. The library verifies signatures, but it reads no requests and no clock, so
// the shim does not offer `authenticate`.
"use strict";

const querystring = require("node:querystring");

const [LIBRARY] = Object.keys(require("./package.json").dependencies);
const jwt = require(LIBRARY);

// The library has no such operation or option.
class Unsupported extends Error {}

// The methods whose bodies the library reads.
const HAS_BODY = /^(post|put)$/i;

// The intermediate request of the README, and whether its body is read.
function request({ method, url, url_hex, form }) {
  if (url_hex !== undefined) throw new Unsupported("takes a URL as text only");
  if (!form || !HAS_BODY.test(method)) return [jwt.fromMethodAndUrl(method, url), false];
  // "some form params from a request body": an object like that of Node.js body parsers.
  return [jwt.fromMethodAndPathAndBody(method, url, querystring.parse(form)), true];
}

const OPERATIONS = {
  canonical_request(message) {
    const base = message.request.base_url ?? undefined;
    return { canonical_request: jwt.createCanonicalRequest(...request(message.request), base) };
  },
  qsh(message) {
    const base = message.request.base_url ?? undefined;
    return { qsh: jwt.createQueryStringHash(...request(message.request), base) };
  },
  sign(message) {
    const claims = {
      iss: message.issuer,
      iat: message.issued_at,
      exp: message.expires_at,
      qsh: jwt.createQueryStringHash(...request(message.request), message.request.base_url ?? undefined),
      ...message.claims,
    };
    // Before 2.0 there was one function for all algorithms, with HS256 as the default.
    const encode = jwt.encodeSymmetric ?? jwt.encode;
    return { token: encode(claims, message.shared_secret) };
  },
};

function describe() {
  return {
    protocol: 1,
    name: LIBRARY,
    version: require(`${LIBRARY}/package.json`).version,
    language: "JavaScript",
    runtime: `Node.js ${process.versions.node}`,
    operations: Object.keys(OPERATIONS),
  };
}

function answer(message) {
  if (message.op === "describe") return { ok: describe() };
  if (!Object.hasOwn(OPERATIONS, message.op)) return { unsupported: `no operation ${message.op}` };
  try {
    return { ok: OPERATIONS[message.op](message) };
  } catch (error) {
    if (error instanceof Unsupported) return { unsupported: error.message };
    // The library documents no errors, so every error is a fault.
    return { fault: { type: error.name, message: error.message } };
  }
}

let rest = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk) => {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  if (lines.length === 0) return;
  const answers = lines.map((line) => {
    const message = JSON.parse(line);
    return JSON.stringify({ id: message.id, ...answer(message) });
  });
  // One write for all answers.
  process.stdout.write(answers.join("\n") + "\n");
});
