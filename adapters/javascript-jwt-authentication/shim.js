// An adapter for jwt-authentication, which signs and verifies ASAP tokens of services.
//
// It uses the library only as its README shows. A token by itself goes to the validator. A token in a header goes to the
// middleware, through a server. The library fetches public keys from another server of this shim.
"use strict";

const { createHash } = require("node:crypto");

const { decode } = require("jsonwebtoken");

const { freeze } = require("./clock");
const { Rejected, serve } = require("./protocol");
const { LOOPBACK, listen, send } = require("./web");

const LIBRARY = "jwt-authentication";

// The library reads the leeway from an environment variable when it is loaded. The default is 30 seconds.
const DEFAULT_LEEWAY = 30;
const loaded = new Map();
function library(leeway) {
  if (!loaded.has(leeway)) {
    delete process.env.ASAP_SERVER_LEEWAY_SECONDS;
    if (leeway !== DEFAULT_LEEWAY) process.env.ASAP_SERVER_LEEWAY_SECONDS = String(leeway);
    for (const file of Object.keys(require.cache)) {
      if (file.includes(`/${LIBRARY}/lib/`) || file.endsWith(`/${LIBRARY}/index.js`)) delete require.cache[file];
    }
    loaded.set(leeway, require(LIBRARY));
  }
  return loaded.get(leeway);
}

// Public keys, by their path on the server. The library caches keys, so other keys get another path.
const published = new Map();
function publish(keys) {
  const folder = createHash("sha256").update(JSON.stringify(keys)).digest("hex");
  for (const [id, pem] of Object.entries(keys)) published.set(`/${folder}/${id}`, pem);
  return `${folder}/`;
}

function serveKey(request, response) {
  const key = published.get(request.url);
  response.writeHead(key === undefined ? 404 : 200, { "Content-Type": "application/x-pem-file" });
  response.end(key ?? "Not found");
}

// A question does not list authorized issuers. The issuer that the library's decoder finds in the token is authorized.
function subjects(token) {
  try {
    return [decode(token).iss];
  } catch {
    return [];
  }
}

// Refusals have no type of their own. They are recognized by their message.
const REASONS = [
  ["Missing authorization header", "no_token"],
  ["Authorization header has a wrong", "no_token"],
  ["Unable to retrieve public key", "unknown_key"],
  ["Could not retrieve public key", "unknown_key"],
  ["invalid algorithm", "algorithm_not_allowed"],
  ["invalid signature", "bad_signature"],
  ["signatures must be", "bad_signature"],
  ["Issuer cannot be blank", "missing_claim"],
  ["Unknown or unauthorized subject", "unknown_issuer"],
  ["The issuer claim does not match the key id", "key_not_owned"],
  ["Unrecognised audience", "audience_mismatch"],
  ["Expiry time set before issue time", "invalid_claim"],
  ["The expiry time must be after the not-before time", "invalid_claim"],
  ["The token must not be valid before it was issued", "invalid_claim"],
  ["Token exceeds lifetime limit", "lifetime_too_long"],
  ["The token has already expired", "expired"],
  ["The token is not valid yet", "not_yet_valid"],
];

function refusal(message) {
  const [, reason] = REASONS.find(([words]) => message.includes(words)) ?? [undefined, "malformed"];
  return new Rejected(reason, message);
}

let keyServer;
let server;
let current;

async function asapVerify({ token, headers, public_keys, audience, now, leeway }) {
  freeze(now);
  keyServer ??= await listen(serveKey);
  const authentication = library(leeway);
  const publicKeyBaseUrl = `http://${LOOPBACK}:${keyServer}/${publish(public_keys)}`;
  const validator = authentication.server.create({ publicKeyBaseUrl, resourceServerAudience: audience });
  const claims =
    token === undefined
      ? await behindServer((subjects) => authentication.middleware.create(validator, subjects), headers)
      : await validated(validator, token);
  return { issuer: claims.iss, claims };
}

function validated(validator, token) {
  return new Promise((resolve, reject) => {
    validator.validate(token, subjects(token), (error, claims) => (error ? reject(refusal(error.message)) : resolve(claims)));
  });
}

async function behindServer(middleware, headers) {
  server ??= await listen((request, response) => current(request, response));
  current = (request, response) => {
    const [, token = ""] = (request.headers.authorization ?? "").split(" ");
    middleware(subjects(token))(request, response, () => response.end(JSON.stringify(request.claims)));
  };
  const { status, body } = await send(server, { method: "GET", target: Buffer.from("/"), headers });
  if (status === 200) return body;
  throw refusal(body.errorDetails?.originalError ?? body.message);
}

function asapSign(message) {
  freeze(message.issued_at);
  // "If the subject is generating tokens for itself the `sub` and `iss` should be the same."
  const claims = { iss: message.issuer, sub: message.issuer, aud: message.audience, ...message.claims };
  const options = {
    privateKey: message.private_key_pem,
    kid: message.key_id,
    algorithm: message.algorithm,
    expiresInSeconds: message.expires_at - message.issued_at,
  };
  return new Promise((resolve, reject) => {
    const generator = library(0).client.create();
    generator.generateToken(claims, options, (error, token) => {
      if (error) reject(new Rejected("other", error.message));
      else resolve({ token });
    });
  });
}

serve(LIBRARY, { asap_sign: asapSign, asap_verify: asapVerify });
