// An app on atlassian-connect-express with one installed tenant. Prints its port.
//
// node express.js FOLDER CLIENT_KEY SHARED_SECRET [BASE_PATH]    FOLDER has the framework in node_modules
"use strict";

process.env.NODE_ENV = "production";
const [folder, clientKey, sharedSecret, basePath = ""] = process.argv.slice(2);
process.chdir(folder);
const { createRequire } = require("node:module");
const load = createRequire(`${folder}/app.js`);
const express = load("express");
const ace = load("atlassian-connect-express");

const say = console.log;
// The framework logs every refusal.
console.info = console.log = console.warn = console.error = () => {};

const tenants = { [clientKey]: { clientKey, sharedSecret, baseUrl: "https://example.atlassian.net" } };
ace.store.register("tenants", () => ({
  async get(_, key) {
    return Object.hasOwn(tenants, key) ? tenants[key] : null;
  },
  forForgeInstallation: () => ({ async set() {} }),
}));

const app = express();
const localBaseUrl = `http://127.0.0.1:3000${basePath}`;
const addon = ace(app, { config: { production: { localBaseUrl } } });
app.use(express.urlencoded({ extended: false }));
// Set here, because the app does not wait for the framework's route of the descriptor.
addon.config.baseUrl = new URL(localBaseUrl);
app.get("/context/*", addon.checkValidToken(), (_, response) => response.send("welcome"));
app.get("*", addon.authenticate(), (_, response) => response.send("welcome"));
const server = app.listen(0, "127.0.0.1", () => say(server.address().port));
