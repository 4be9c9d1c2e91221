// Calls a product with a package of Atlassian's library for JavaScript and fetch. See README.md.
//
// node atlassian_jwt.js FOLDER MISTAKE    FOLDER has a package.json that depends on the package, and node_modules
"use strict";

const { createRequire } = require("node:module");

const [folder, mistake] = process.argv.slice(2);
const load = createRequire(`${folder}/package.json`);
const jwt = load(Object.keys(load("./package.json").dependencies)[0]);

const env = process.env;
const BASE_URL = env.QSH_BASE_URL;
const url = `${BASE_URL}/rest/api/3/search?jql=project+%3D+QSH&maxResults=50`;

let now = Math.floor(Date.now() / 1000);
const request = { method: "GET", url, base: BASE_URL, issuer: env.QSH_APP_KEY, secret: env.QSH_SHARED_SECRET };
const MISTAKES = {
  none() {},
  token_in_query() {},
  client_key_as_issuer: () => (request.issuer = env.QSH_CLIENT_KEY),
  base_path_hashed: () => (request.base = undefined),
  parameter_not_sent: () => (request.url += `&startAt=${undefined}`),
  method_of_another_request: () => (request.method = "POST"),
  secret_with_newline: () => (request.secret += "\n"),
  clock_behind: () => (now -= 3600),
};
MISTAKES[mistake]();

const hashed = jwt.fromMethodAndUrl(request.method, request.url);
const claims = {
  iss: request.issuer,
  iat: now,
  exp: now + 180,
  qsh: jwt.createQueryStringHash(hashed, false, request.base),
};
const token = jwt.encodeSymmetric(claims, request.secret);

async function main() {
  const response =
    mistake === "token_in_query"
      ? await fetch(`${url}&jwt=${token}`)
      : await fetch(url, { headers: { Authorization: `JWT ${token}` } });
  console.log(response.status);
  console.log(await response.text());
}

main();
