// An adapter for atlassian-connect-express, Atlassian's framework for apps on Express.
//
// Its middleware runs in an Express app on a server, set up as in its README, and receives every request unchanged. The
// framework decides where it looks for a token, which dates are valid, and what is bound to a URL.
"use strict";

process.env.NODE_ENV = "production";

const { createHash } = require("node:crypto");
const http = require("node:http");
const https = require("node:https");

const { freeze } = require("./clock");
const { Rejected, Unsupported, serve } = require("./protocol");
const { LOOPBACK, listen, send } = require("./web");

// The framework logs to the console, and the answers go to stdout.
console.info = console.log = console.warn = console.error;

const express = require("express");
const ace = require("atlassian-connect-express");
const utils = require("atlassian-connect-express/lib/internal/utils");

// A custom store with the interface that the README describes.
let tenants = {};
ace.store.register("tenants", () => ({
  async get(_, clientKey) {
    if (!Object.hasOwn(tenants, clientKey)) return null;
    return { clientKey, sharedSecret: tenants[clientKey], baseUrl: "https://example.atlassian.net" };
  },
  // Where the framework keeps tokens for calls to Forge.
  forForgeInstallation: () => ({ async set() {} }),
}));

// The token that the framework accepted. The framework shows an app only some of its claims.
let taken;
const extractJwtFromRequest = utils.extractJwtFromRequest;
utils.extractJwtFromRequest = (...given) => (taken = extractJwtFromRequest(...given));

function claimsOf(token) {
  return JSON.parse(Buffer.from(token.split(".")[1], "base64").toString());
}

// The framework gets the key set of Forge by https. Here it gets the one of the question from this machine.
let keySet;
https.get = (_, options) => http.get(`http://${LOOPBACK}:${keyServer}${keySet}`, options);

// The middleware that guards a route.
const GUARDS = {
  forge: (addon) => [addon.middleware(), addon.authenticateForge()],
  url: (addon) => addon.authenticate(),
  context: (addon) => addon.checkValidToken(),
  install: (addon) => addon.verifyInstallation(),
};

// An app at a base URL, and perhaps at others, or an app of Forge with an id. The same middleware guards all its routes.
function app(localBaseUrl, guard, { appId, allowedBaseUrls }) {
  const made = express();
  const addon = ace(made, { config: { production: { localBaseUrl, appId, allowedBaseUrls } } });
  // Set here, because the shim does not wait for the framework's route of the descriptor.
  addon.config.baseUrl = new URL(localBaseUrl);
  made.use(express.json());
  made.use(express.urlencoded({ extended: false }));
  made.all("*", GUARDS[guard](addon), (request, response) => {
    if (guard === "forge") return response.json(ofForge(request.context.forge));
    const { clientKey } = request.context;
    // The framework accepts an issuer of any type.
    const issuer = typeof clientKey === "string" ? clientKey : JSON.stringify(clientKey);
    response.json({ issuer, claims: claimsOf(taken) });
  });
  // Errors of body parsers have a status. An error without a status is an exception of the framework.
  made.use((error, request, response, _) => {
    response.status(error.status ?? 500).json({ type: error.name, message: error.message });
  });
  return made;
}

// The framework puts the claims of an invocation token beside its own members.
function ofForge({ tokens, apiBaseUrl, ...claims }) {
  return { issuer: claims.iss, claims };
}

const apps = new Map();
function appOf(baseUrl, guard, options = {}) {
  const key = JSON.stringify([guard, baseUrl, options]);
  if (!apps.has(key)) apps.set(key, app(baseUrl, guard, options));
  return apps.get(key);
}

// Public keys of products, by their path on the server.
const published = new Map();
function publish(keys) {
  const folder = createHash("sha256").update(JSON.stringify(keys)).digest("hex");
  for (const [id, pem] of Object.entries(keys)) published.set(`/${folder}/${id}`, pem);
  return folder;
}

function serveKey(request, response) {
  const key = published.get(request.url);
  response.writeHead(key === undefined ? 404 : 200);
  response.end(key ?? "Not found");
}

// Refusals are recognized by their message.
const REASONS = [
  ["Could not find authentication data", "no_token"],
  // This message means that there is no token, or that it is not signed with RS256.
  ["Unexpected or missing JWT token", undefined],
  ["Algorithm from the header", "algorithm_not_allowed"],
  ["the issuer (iss) claim", "missing_claim"],
  ["the query string hash (qsh) claim", "missing_claim"],
  ["Could not find stored client data", "unknown_issuer"],
  ["Could not find JWT sharedSecret", "unknown_issuer"],
  ["Could not get public key", "unknown_key"],
  ["Signature verification failed", "bad_signature"],
  ["the correct audience (aud) claim", "audience_mismatch"],
  ["did not match authenticated client", "unknown_issuer"],
  ["has expired", "expired"],
  ["query hash does not match", "qsh_mismatch"],
  // The framework says no more. The cause is in its log only.
  ["Forge Invocation Token verification was unsuccessful", "other"],
];

let server;
let current;
let failed;

// After an error in a promise of the framework, the request gets no answer.
process.on("unhandledRejection", (error) => failed?.(error));

async function ask(guarded, request, extra) {
  current = guarded;
  taken = undefined;
  server ??= await listen((...given) => current(...given));
  const fault = new Promise((_, reject) => (failed = reject));
  const { status, body } = await Promise.race([send(server, { ...sent(request), ...extra }), fault]);
  if (status === 200) return body;
  const message = body.message ?? "";
  if (status >= 500) throw Object.assign(new Error(message), { name: body.type ?? "Error" });
  const [, reason] = REASONS.find(([words]) => message.includes(words)) ?? [undefined, "malformed"];
  throw new Rejected(reason ?? (taken === undefined ? "no_token" : "algorithm_not_allowed"), message);
}

// A request as it is sent: no origin and no fragment.
function sent({ method, url, url_hex, headers, form, json }) {
  if (!http.METHODS.includes(method)) throw new Unsupported(`Node.js takes no request with the method ${method}`);
  const target = url_hex === undefined ? Buffer.from(url) : Buffer.from(url_hex, "hex");
  const relative = target.toString("latin1").replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").replace(/#.*$/s, "");
  const type = form != null ? "application/x-www-form-urlencoded" : json !== undefined ? "application/json" : undefined;
  return {
    method,
    target: Buffer.from(relative.startsWith("/") ? relative : `/${relative}`, "latin1"),
    headers: type === undefined ? headers : [...headers, ["Content-Type", type]],
    body: form ?? json ?? "",
  };
}

async function authenticate(message) {
  if (message.leeway !== 0) throw new Unsupported("has no leeway");
  freeze(message.now);
  tenants = message.tenants;
  return ask(appOf(message.request.base_url ?? `http://${LOOPBACK}`, message.endpoint), message.request);
}

let keyServer;

async function authenticateInstall(message) {
  if (message.leeway !== 0) throw new Unsupported("has no leeway");
  freeze(message.now);
  tenants = {};
  keyServer ??= await listen(serveKey);
  process.env.CONNECT_KEYS_CDN_URL = `http://${LOOPBACK}:${keyServer}/${publish(message.public_keys)}`;
  const callback = { key: "app", clientKey: message.client_key, baseUrl: "https://example.atlassian.net" };
  const body = message.request.json ?? JSON.stringify(callback);
  const headers = [...message.request.headers, ["Content-Type", "application/json"]];
  const asked = appOf(message.app_base_url, "install", { allowedBaseUrls: message.further_base_urls });
  return ask(asked, message.request, { headers, body });
}

async function forgeVerify(message) {
  if (message.leeway !== 0) throw new Unsupported("has no leeway");
  freeze(message.now);
  keyServer ??= await listen(serveKey);
  keySet = `/${publish({ "jwks.json": JSON.stringify(message.key_set) })}/jwks.json`;
  const headers = message.headers ?? [["Authorization", `Bearer ${message.token}`]];
  const request = { method: "POST", url: "/remote", headers };
  return ask(appOf(`http://${LOOPBACK}`, "forge", { appId: message.app_id }), request);
}

serve("atlassian-connect-express", {
  authenticate,
  authenticate_install: authenticateInstall,
  forge_verify: forgeVerify,
});
