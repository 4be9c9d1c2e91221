// An app on atlassian-connect-express, set up as in its README. Prints its port.
//
// node express.js FOLDER KEY_HOST BASE_PATH [CLIENT_KEY SHARED_SECRET]
//
// FOLDER has the framework in node_modules. KEY_HOST is the URL under which the keys of install callbacks are. A client key
// and a secret are those of a tenant that has installed the app before.
"use strict";

const { createRequire } = require("node:module");

const [folder, keyHost, basePath, clientKey, sharedSecret] = process.argv.slice(2);
process.env.NODE_ENV = "production";
process.env.CONNECT_KEYS_CDN_URL = keyHost;
const load = createRequire(`${folder}/app.js`);
const express = load("express");
const ace = load("atlassian-connect-express");

const say = console.log;
// The framework logs every refusal.
console.info = console.log = console.warn = console.error = () => {};

// As in the stores of the framework, a key of any type is taken as its text.
const tenants = Object.create(null);
if (clientKey) tenants[clientKey] = { clientKey, sharedSecret, baseUrl: "https://example.atlassian.net" };
ace.store.register("memory", () => ({
  async get(_, key) {
    return tenants[key] ?? null;
  },
  async saveInstallation(tenant, key) {
    return (tenants[key] = tenant);
  },
}));

const DESCRIPTOR = {
  key: "com.example.express",
  name: "Express",
  authentication: { type: "jwt" },
  scopes: ["READ"],
  lifecycle: { installed: "/installed", uninstalled: "/uninstalled" },
  modules: {
    webPanels: [
      {
        key: "panel",
        name: { value: "Panel" },
        location: "atl.jira.view.issue.right.context",
        url: "/panel?issue={issue.key}",
      },
    ],
    generalPages: [{ key: "call", name: { value: "Call" }, url: "/call" }],
    webhooks: [{ event: "jira:issue_created", url: "/issue-created" }],
  },
};

const app = express();
app.use(express.json());
app.use(express.urlencoded({ extended: false }));

const server = app.listen(0, "127.0.0.1", () => {
  const localBaseUrl = `http://127.0.0.1:${server.address().port}${basePath}`;
  const config = {
    production: { localBaseUrl, product: "jira", store: { adapter: "memory" }, whitelist: ["127.0.0.1"] },
    descriptorTransformer: () => ({ ...DESCRIPTOR, baseUrl: localBaseUrl }),
  };
  // The framework adds the routes of the descriptor, of `installed` and of webhooks. Then it calls back.
  const addon = ace(app, { config }, undefined, () => {
    route(addon);
    say(server.address().port);
  });
});

function route(addon) {
  app.post(`${basePath}/uninstalled`, addon.authenticateInstall(), (request, response) => {
    delete tenants[request.context.clientKey];
    response.status(204).send();
  });
  app.get(`${basePath}/call`, addon.authenticate(), (request, response) => {
    addon.httpClient(request).get("/rest/api/3/myself", (error, answer) => {
      const isGood = !error && answer.statusCode === 200;
      response.status(isGood ? 200 : 502).send(error ? String(error) : answer.body);
    });
  });
  app.get(`${basePath}/context/*`, addon.checkValidToken(), (_, response) => response.send("welcome"));
  app.get("*", addon.authenticate(), (_, response) => response.send("welcome"));
}
