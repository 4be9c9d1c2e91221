// The page of `qsh mock` in a real browser: QSH is the program, CHROMIUM the browser.
//
// Most tests send orders to the running mock and look at what the page shows of them. Some states cannot be reached so, such as
// a thousand exchanges or a mock that is away. A stage shows these: a server with the page of the mock and data of the test.
"use strict";

const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { after, before, test } = require("node:test");
const puppeteer = require("puppeteer-core");

const DESCRIPTOR = {
  key: "com.example.app",
  name: "Example",
  authentication: { type: "jwt" },
  lifecycle: { installed: "/installed", uninstalled: "/uninstalled" },
  modules: {
    webPanels: [{ key: "panel", name: { value: "Panel" }, url: "/panel?issue={issue.key}" }],
    webhooks: [{ event: "jira:issue_created", url: "/hook" }],
  },
};
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const EVIL = `</script><img src=x onerror="window.hacked = 1"><b>evil</b>`;

// An app that accepts everything.
const app = createServer((request, response) => {
  const baseUrl = `http://${request.headers.host}`;
  if (request.url === "/atlassian-connect.json") response.end(JSON.stringify({ ...DESCRIPTOR, baseUrl }));
  else response.end("welcome");
});

// Starts the real mock for the app, and returns the URL of its page.
async function start() {
  await new Promise((listening) => app.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${app.address().port}`;
  mock = spawn(process.env.QSH, ["mock", "--app", url, "--port", "0", "--context", "/data"], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  for await (const chunk of mock.stderr) {
    said += chunk;
    const page = /^page +(\S+)$/m.exec(said);
    if (page && said.includes("Install")) return new URL(page[1]);
  }
  throw new Error(`the mock has no page: ${said}`);
}

let browser;
let mock;
let MOCK;
let session;
before(async () => {
  MOCK = await start();
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox"] });
  session = await (await fetch(new URL("/-/session", MOCK))).json();
});
const stages = [];
after(async () => {
  await browser?.close();
  for (const stage of stages) await stage.close();
  mock?.kill();
  app.close();
  app.closeAllConnections();
});

// Opens a page; whatever the console says, or the page asks of another origin, is a failure.
async function open({ url = MOCK, width = 1280, scheme = "light" } = {}) {
  const page = await browser.newPage();
  page.said = [];
  page.posts = [];
  page.on("console", (message) => page.said.push(message.text()));
  page.on("pageerror", (error) => page.said.push(error.message));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) page.said.push(`asks for ${request.url()}`);
    if (request.method() === "POST") page.posts.push([new URL(request.url()).pathname, JSON.parse(request.postData())]);
  });
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(url);
  await page.waitForSelector(".order");
  await page.waitForSelector(".row, #empty:not([hidden])");
  return page;
}

async function close(page) {
  assert.deepEqual(page.said, []);
  await page.close();
}

const text = (page, selector) => page.$eval(selector, (it) => it.innerText);
const ids = (page) =>
  page.$$eval("#list > li", (items) => items.filter((it) => it.checkVisibility()).map((it) => Number(it.dataset.id)));
const newestId = async (page) => (await ids(page))[0] ?? 0;
const rowOf = (id) => `#list > li[data-id="${id}"] .row`;
const panelOf = (id) => `#list > li[data-id="${id}"] .panel`;
const count = async (page, filter) => Number(await text(page, `#counts [data-filter=${filter}] b`));
const orderOf = (id) => `.order[data-order="${id}"]`;

// The id of the first exchange after one, of those whose row has a text.
async function arrival(page, since, what) {
  const found = await page.waitForFunction(
    (id, part) =>
      [...document.querySelectorAll("#list > li")]
        .reverse()
        .find((it) => Number(it.dataset.id) > id && it.querySelector(".row").textContent.includes(part))?.dataset.id,
    { timeout: 15000 },
    since,
    what,
  );
  return Number(await found.jsonValue());
}

const order = (id) => session.orders.find((it) => it.id === id);
const withFlaws = () => session.orders.find(({ flaws }) => flaws.length > 0);

// Presses the button of an order, and waits for its exchange.
async function send(page, id = "installed") {
  const since = await newestId(page);
  await page.click(`${orderOf(id)} > button`);
  return arrival(page, since, order(id).title);
}

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const badToken = (claims) => `${part({ typ: "JWT", alg: "HS256" })}.${part(claims)}.${"A".repeat(43)}`;

// Calls the first site as an app whose token is bad.
async function call(target, { headers = {}, ...options } = {}) {
  const claims = { iss: EVIL, iat: 1, exp: 2, qsh: "0".repeat(64), [EVIL]: [EVIL] };
  const url = session.sites[0].base_url + target;
  const response = await fetch(url, { headers: { Authorization: `JWT ${badToken(claims)}`, ...headers }, ...options });
  assert.equal(response.status, 401);
  await response.text();
}

test("an order is sent, and its exchange is shown", async () => {
  const page = await open();
  const before = await count(page, "all");
  const id = await send(page);
  assert.deepEqual(page.posts, [["/-/orders", { site: session.sites[0].name, order: "installed", flaw: null }]]);
  assert.equal((await ids(page))[0], id);
  assert.match(await text(page, rowOf(id)), /\d\d:\d\d:\d\d[^]*to app[^]*\d{3}[^]*accepted/);
  assert.ok((await count(page, "all")) > before || before === 1000);
  await page.click(rowOf(id));
  assert.match(
    await text(page, panelOf(id)),
    /The app accepted this request, as expected[^]*Token: [^]*exp[^]*after the request[^]*Request[^]*POST [^]*Response/,
  );
  await page.waitForFunction(() => document.getElementById("installed").textContent === "✓ installed");
  assert.equal(page.url(), MOCK.href);
  await close(page);
});

test("an order is sent wrong", async () => {
  const page = await open();
  const { id, title, flaws } = withFlaws();
  const flaw = flaws.at(-1);
  const since = await newestId(page);
  assert.equal(await page.$(`${orderOf(id)} button:nth-of-type(2):not([hidden])`), null);
  await page.select(`${orderOf(id)} select`, flaw.name);
  await page.click(`${orderOf(id)} button:nth-of-type(2)`);
  const shown = await arrival(page, since, flaw.title);
  assert.deepEqual(page.posts, [["/-/orders", { site: session.sites[0].name, order: id, flaw: flaw.name }]]);
  assert.ok((await text(page, rowOf(shown))).includes(title));
  await page.click(rowOf(shown));
  const panel = await text(page, panelOf(shown));
  assert.ok(panel.includes(`The request is wrong on purpose: ${flaw.title}`) && panel.includes(flaw.clause), panel);
  // The next press of the first button is right again.
  await page.click(`${orderOf(id)} button:nth-of-type(1)`);
  await arrival(page, shown, title);
  assert.equal(page.posts[1][1].flaw, null);
  await close(page);
});

test("an order that the mock does not know is a problem that is shown", async () => {
  const stage = await staged({ refuses: "this order is gone" });
  const page = await open({ url: stage.url });
  await page.click(".order > button");
  await page.waitForSelector("#problem:not([hidden])");
  assert.match(await text(page, "#problem"), /was not sent\. this order is gone/);
  // The browser itself writes of a status of 400.
  page.said = page.said.filter((line) => !/status of 400/.test(line));
  await close(page);
  await stage.close();
});

test("the counts filter the list", async () => {
  const page = await open();
  const good = await send(page);
  await call("/rest/api/3/filtered");
  const bad = await arrival(page, good, "/rest/api/3/filtered");
  for (const filter of ["accepted", "refused", "failed", "unexpected", "all"]) {
    await page.click(`#counts [data-filter=${filter}]`);
    assert.equal(await page.$eval(`#counts [data-filter=${filter}]`, (it) => it.ariaPressed), "true");
    const shown = await ids(page);
    assert.equal(shown.length, await count(page, filter), filter);
    assert.equal(shown.includes(good), ["accepted", "all"].includes(filter), `${filter} and what was accepted`);
    assert.equal(shown.includes(bad), ["refused", "unexpected", "all"].includes(filter), `${filter} and what was refused`);
  }
  await close(page);
});

test("what was opened stays open when new ones come", async () => {
  const page = await open();
  const id = await send(page);
  await page.click(rowOf(id));
  const panel = await page.$(panelOf(id));
  await page.focus(rowOf(id));
  await call("/rest/api/3/later");
  await arrival(page, id, "/rest/api/3/later");
  assert.ok(await panel.evaluate((it) => it.isConnected && it.checkVisibility()));
  assert.equal(await page.$eval(rowOf(id), (it) => it.ariaExpanded), "true");
  assert.equal(await page.evaluate(() => document.activeElement.parentElement.dataset.id), `${id}`);
  await page.click(rowOf(id));
  assert.equal(await page.$(panelOf(id)), null);
  await close(page);
});

test("hostile text is text", async () => {
  const page = await open();
  const since = await newestId(page);
  await call("/rest/hostile?q=%3Cimg%3E", {
    method: "POST",
    body: EVIL,
    headers: { "X-Evil": EVIL, "Content-Type": "text/html" },
  });
  const id = await arrival(page, since, "/rest/hostile");
  await page.click(rowOf(id));
  const panel = await text(page, panelOf(id));
  assert.ok(panel.split(EVIL).length > 2, panel);
  assert.match(panel, /Jira refused this request|Confluence refused this request/);
  assert.ok(panel.includes(JSON.stringify(EVIL)), "the claims are shown");
  assert.equal(await page.$("img, b > b, #list script"), null);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  await close(page);
});

test("the keyboard sends an order and opens its exchange", async () => {
  const page = await open();
  const since = await newestId(page);
  const focused = (property) => page.evaluate((name) => document.activeElement[name], property);
  for (
    let presses = 0;
    (await focused("className")) !== "" || (await page.evaluate(() => !document.activeElement.matches(".order > button")));
    presses += 1
  ) {
    assert.ok(presses < 20, "no button of an order is near");
    await page.keyboard.press("Tab");
  }
  const title = await page.evaluate(() => document.activeElement.firstElementChild.textContent);
  await page.keyboard.press("Enter");
  const id = await arrival(page, since, title);
  await page.evaluate(() => document.activeElement.blur());
  await page.evaluate(() => document.querySelector(".skip").focus());
  assert.equal(await focused("textContent"), "Skip to the exchanges");
  await page.keyboard.press("Enter");
  for (let presses = 0; (await focused("className")) !== "row"; presses += 1) {
    assert.ok(presses < 8, "no row is near");
    await page.keyboard.press("Tab");
  }
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "none");
  assert.equal(await page.evaluate(() => document.activeElement.parentElement.dataset.id), `${id}`);
  await page.keyboard.press("Enter");
  assert.ok(await page.$(panelOf(id)));
  await page.keyboard.press("Space");
  assert.equal(await page.$(panelOf(id)), null);
  await close(page);
});

test("a context token comes on demand only, and never stands in the URL", async () => {
  const page = await open();
  assert.equal(await page.$eval("#value", (it) => it.value), "");
  await page.click("#get");
  await page.waitForSelector("#token:not([hidden])");
  assert.deepEqual(page.posts, [["/-/context-token", { site: session.sites[0].name }]]);
  const token = await page.$eval("#value", (it) => it.value);
  assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.equal(await page.$eval("#value", (it) => it.readOnly), true);
  await browser
    .defaultBrowserContext()
    .overridePermissions(MOCK.origin, ["clipboard-read", "clipboard-write", "clipboard-sanitized-write"]);
  await page.bringToFront();
  await page.click("#copy");
  await page.waitForFunction(() => document.getElementById("copied").textContent === "Copied.");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), token);
  assert.equal(page.url(), MOCK.href);
  await page.click("#hide");
  assert.equal(await page.$eval("#value", (it) => it.value), "");
  await close(page);
});

test("new exchanges are told politely, and not one by one", async () => {
  const page = await open();
  await page.evaluate(() => {
    window.told = [];
    new MutationObserver(() => window.told.push(document.getElementById("news").textContent)).observe(
      document.getElementById("news"),
      { childList: true },
    );
  });
  let last = await newestId(page);
  for (const name of ["one", "two", "three", "four", "five"]) {
    await call(`/rest/api/3/${name}`);
    last = await arrival(page, last, `/rest/api/3/${name}`);
  }
  await page.waitForFunction(() => window.told.some((it) => /new exchanges/.test(it)), { timeout: 10000 });
  const told = await page.evaluate(() => window.told);
  assert.ok(told.length < 5, `${told}`);
  assert.match(told[0], /From the app: GET \S*\/rest\/api\/3\/one|new exchanges/);
  assert.equal(await page.$eval("#news", (it) => it.ariaLive), "polite");
  await close(page);
});

for (const scheme of ["light", "dark"]) {
  test(`axe finds nothing in the ${scheme}, with rows open`, async () => {
    const page = await open({ scheme });
    const sent = await send(page);
    await call("/rest/api/3/search?jql=a+b", { method: "POST", body: EVIL });
    await arrival(page, sent, "/rest/api/3/search");
    for (const id of (await ids(page)).slice(0, 12)) await page.click(rowOf(id));
    await page.click("#get");
    await page.waitForSelector("#token:not([hidden])");
    await accessible(page, `the mock in the ${scheme}`);
    await close(page);
    for (const exchanges of [[], hostile()]) {
      const stage = await staged({ exchanges, sites: 2 });
      const staging = await open({ url: stage.url, scheme });
      for (const id of await ids(staging)) await staging.click(rowOf(id));
      await staging.select(".order select", "expired");
      await accessible(staging, `a stage with ${exchanges.length} exchanges in the ${scheme}`);
      await close(staging);
      await stage.close();
    }
  });
}

async function accessible(page, where) {
  await page.evaluate(AXE);
  const { violations, passes } = await page.evaluate(() => axe.run());
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 300)}`);
  assert.deepEqual(found, [], where);
  assert.ok(passes.length > 10);
}

/* Stages */

// A server with the page of the mock, and with data of the test. Its data can be changed while it runs.
async function staged({ exchanges = [], sites = 1, refuses, limits = {} }) {
  const response = await fetch(MOCK);
  const policy = response.headers.get("content-security-policy");
  const html = await response.text();
  const flaws = [{ name: "expired", title: "exp is in the past", clause: "CON-7" }];
  const stage = {
    exchanges,
    session: {
      app: { key: "com.example", name: EVIL, url: "http://127.0.0.1:3000", base_url: "https://app.example.com" },
      product: "jira",
      sites: Array.from({ length: sites }, (_, at) => ({
        name: `site-${at + 1}`,
        base_url: `http://127.0.0.1:${2991 + at}`,
        client_key: `key-${at}`,
        is_installed: at > 0,
      })),
      orders: [{ id: "installed", title: "Install", group: "Lifecycle", request: `POST /${"installed".repeat(40)}`, flaws }],
      limits,
    },
  };
  const answer = (request) => {
    const { pathname, searchParams } = new URL(request.url, "http://stage");
    if (pathname === "/-/session") return [200, stage.session];
    if (pathname === "/-/exchanges")
      return [200, { dropped: 7, exchanges: stage.exchanges.filter(({ id }) => id > Number(searchParams.get("after"))) }];
    return refuses === undefined ? [202, {}] : [400, { error: refuses }];
  };
  const listen = (port) =>
    new Promise((resolve) => {
      stage.server = createServer((request, reply) => {
        if (request.url === "/") {
          reply.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy });
          return reply.end(html);
        }
        const [status, body] = answer(request);
        reply.writeHead(status, { "Content-Type": "application/json" });
        return reply.end(JSON.stringify(body));
      }).listen(port, "127.0.0.1", () => resolve(stage.server.address().port));
    });
  stage.open = () => listen(Number(new URL(stage.url).port));
  stage.close = () =>
    new Promise((resolve) => {
      stage.server.close(resolve);
      stage.server.closeAllConnections();
    });
  stages.push(stage);
  stage.url = `http://127.0.0.1:${await listen(0)}/`;
  return stage;
}

function exchange(id, changes = {}) {
  const request = { method: "GET", target: "/rest", headers: [["Host", "127.0.0.1"]], body: null, is_cut: false };
  const response = { status: 200, headers: [], body: "{}", is_cut: false };
  const verdict = { flaw: null, expected: "accepted", outcome: "accepted", is_fine: true };
  const rest = { problem: null, token: null, refusal: null, canonical: null, diagnosis: null };
  return {
    id,
    at: 1796025600123 + id,
    millis: 12,
    site: "site-1",
    direction: "from_app",
    what: `GET /rest/${id}`,
    ...verdict,
    request,
    response,
    ...rest,
    ...changes,
  };
}

const claims = (at) => ({ iat: at - 60, exp: at + 3 * 3600, nbf: 1796025600123, iss: "a" });
const mismatch = { reason: "qsh_mismatch", clause: "CON-18", message: "the token's qsh is not the hash of the request" };

// One exchange of each kind, with hostile text wherever an app has a say.
function hostile() {
  const request = {
    method: EVIL,
    target: `/${EVIL}${"a".repeat(5000)}`,
    headers: [
      [EVIL, EVIL],
      ["X", "b".repeat(9000)],
    ],
    body: `${EVIL}${"c".repeat(65536)}`,
    is_cut: true,
  };
  const token = {
    kind: "app",
    title: EVIL,
    header: { alg: EVIL, [EVIL]: "d".repeat(5000) },
    claims: { ...claims(1796025600), [EVIL]: EVIL, exp: "x" },
  };
  const flaw = { name: "expired", title: EVIL, clause: "CON-7" };
  const refused = { outcome: "refused", is_fine: false };
  return [
    exchange(1, {
      what: EVIL,
      request,
      response: { ...request, status: 404 },
      token,
      diagnosis: `${EVIL}\n${"x".repeat(400)}`,
      ...refused,
      refusal: { ...mismatch, message: EVIL },
    }),
    exchange(2, { direction: "to_app", what: "Panel", flaw, expected: "refused", is_fine: false }),
    exchange(3, {
      direction: "to_app",
      what: "Panel",
      outcome: "failed",
      is_fine: false,
      response: null,
      problem: `cannot connect: ${EVIL}`,
    }),
    exchange(4, {
      ...refused,
      refusal: mismatch,
      canonical: { expected: `GET&/${"p".repeat(3000)}/😀&`, found: `GET&/${"p".repeat(3000)}/😁&` },
    }),
    exchange(5, { ...refused, refusal: mismatch, canonical: { expected: EVIL, found: null } }),
    exchange(6, { direction: "to_app", what: "Panel", flaw, expected: "refused", outcome: "refused" }),
    exchange(7, {
      direction: "to_app",
      what: "Panel",
      outcome: "refused",
      is_fine: false,
      response: { status: 404, headers: [], body: "Not Found", is_cut: false },
    }),
  ];
}

test("a page of the app opens in a tab of its own, with a token that the mock adds", async () => {
  const page = await open();
  const href = await page.$eval(`${orderOf("module:panel")} a`, (it) => it.getAttribute("href"));
  assert.equal(href, "/-/open?site=site-1&order=module%3Apanel");
  const tab = new Promise((opened) => browser.once("targetcreated", opened));
  await page.click(`${orderOf("module:panel")} a`);
  const app = await (await tab).page();
  await app.waitForFunction(() => document.body.textContent === "welcome");
  assert.match(app.url(), /\/panel\?issue=DEMO-1&.*&jwt=eyJ/);
  await app.close();
  await close(page);
});

test("the page is never wider than the window", async () => {
  const stage = await staged({ exchanges: hostile(), sites: 3, limits: { not_http: 2, bodies_too_large: 1 } });
  for (const width of [360, 390, 640, 800, 960, 1280, 1600]) {
    const page = await open({ url: stage.url, width });
    for (const id of await ids(page)) await page.$eval(rowOf(id), (it) => it.click());
    await page.select(".order select", "expired");
    const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    const widest = () =>
      [...document.querySelectorAll("body *")]
        .filter((it) => it.getBoundingClientRect().right > innerWidth && !it.closest("pre, .pair"))
        .map((it) => it.outerHTML.slice(0, 80));
    assert.ok(wide <= seen, `${wide} of ${seen}: ${wide > seen ? (await page.evaluate(widest)).join("\n") : ""}`);
    assert.equal(await page.$("img"), null);
    await close(page);
  }
  await stage.close();
});

test("each verdict has its words", async () => {
  const stage = await staged({ exchanges: hostile(), limits: { not_http: 2, bodies_too_large: 1 } });
  const page = await open({ url: stage.url });
  const verdicts = await page.$$eval("#list .verdict", (all) => all.map((it) => it.innerText.replace(/\s+/g, " ")));
  assert.deepEqual(verdicts.reverse(), [
    "✕ refused qsh mismatch",
    "✕ accepted, must be refused",
    "! failed",
    "✕ refused qsh mismatch",
    "✕ refused qsh mismatch",
    "✓ refused, as expected",
    "✕ refused, must be accepted",
  ]);
  await page.click(rowOf(3));
  assert.match(await text(page, panelOf(3)), /The app gave no usable answer, but must accept it\.[^]*Problem: cannot connect/);
  assert.match(await text(page, "#limits"), /2 that are not HTTP, 1 with a body that is too large/);
  assert.match(await text(page, "#dropped"), /7 older exchanges are no longer kept/);
  assert.match(await page.title(), /^6 not as expected, /);
  await close(page);
  await stage.close();
});

test("the first difference of two canonical requests is marked and in sight", async () => {
  const stage = await staged({ exchanges: hostile() });
  const page = await open({ url: stage.url, width: 390 });
  await page.click(rowOf(4));
  assert.deepEqual(await page.$$eval(`${panelOf(4)} mark`, (marks) => marks.map((it) => it.textContent)), ["😀", "😁"]);
  assert.match(await text(page, panelOf(4)), /They differ from character 3007 on/);
  assert.ok(
    await page.$eval(
      `${panelOf(4)} mark`,
      (it) => it.getBoundingClientRect().right <= it.closest(".pair").getBoundingClientRect().right,
    ),
  );
  await page.click(rowOf(5));
  assert.match(await text(page, panelOf(5)), /It is not known which request the token was signed for/);
  await close(page);
  await stage.close();
});

test("dates of a token are also shown as dates, and how far they are from the request", async () => {
  const token = { kind: "app", title: "token", header: { alg: "HS256" }, claims: claims(1796025600) };
  const stage = await staged({ exchanges: [exchange(1, { at: 1796025600123, token })] });
  const page = await open({ url: stage.url });
  await page.click(rowOf(1));
  const rows = await page.$$eval(`${panelOf(1)} tr`, (all) => all.map((it) => it.innerText.replace(/\s+/g, " ")));
  // 1796025600 is 2026-11-30 08:00:00 UTC (date -u -d @1796025600).
  assert.deepEqual(rows, [
    "iat 1796025540 2026-11-30 07:59:00 UTC, 1 minute before the request",
    "exp 1796036400 2026-11-30 11:00:00 UTC, 3 hours after the request",
    "nbf 1796025600123 after the year 9999: it looks like milliseconds",
    'iss "a"',
    'alg "HS256"',
  ]);
  await close(page);
  await stage.close();
});

test("without exchanges the page says what to do", async () => {
  const stage = await staged({});
  const page = await open({ url: stage.url });
  assert.match(await text(page, "#empty"), /Nothing was sent yet[^]*Press “Install”[^]*http:\/\/127\.0\.0\.1:2991/);
  stage.exchanges = [exchange(1)];
  await arrival(page, 0, "/rest/1");
  assert.equal(await page.$("#empty:not([hidden])"), null);
  await close(page);
  await stage.close();
});

test("a mock that is away is said, and one that is back or new is shown", async () => {
  const stage = await staged({ exchanges: [exchange(1), exchange(2)] });
  const page = await open({ url: stage.url });
  await page.click(rowOf(1));
  await stage.close();
  await page.waitForSelector("#gone:not([hidden])");
  assert.match(await text(page, "#gone"), /qsh mock does not answer\. This page asks again every second/);
  await page.click(".order > button");
  await page.waitForSelector("#problem:not([hidden])");
  assert.match(await text(page, "#problem"), /Install was not sent\. qsh mock does not answer/);
  stage.exchanges.push(exchange(3));
  await stage.open();
  await arrival(page, 2, "/rest/3");
  assert.equal(await page.$("#gone:not([hidden])"), null);
  assert.ok(await page.$(panelOf(1)), "what was open is open");
  // Another mock at the same place begins to count anew.
  stage.exchanges = [exchange(1, { at: 1796029200000, what: "GET /rest/new" })];
  await page.waitForFunction(() => document.querySelectorAll("#list > li").length === 1);
  assert.match(await text(page, rowOf(1)), /\/rest\/new/);
  // The browser itself writes of connections that are refused.
  page.said = page.said.filter((line) => !/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/.test(line));
  await close(page);
  await stage.close();
});

test("a thousand exchanges with bodies of 64 KiB do not make the page slow", async () => {
  const request = { method: "POST", target: "/big", headers: [], body: "x".repeat(65536), is_cut: true };
  const exchanges = Array.from({ length: 1000 }, (_, at) => exchange(at + 1, { request }));
  const stage = await staged({ exchanges });
  const page = await open({ url: stage.url });
  assert.equal(await count(page, "all"), 1000);
  const millis = await page.evaluate(() => {
    const begun = performance.now();
    for (const row of [...document.querySelectorAll(".row")].slice(0, 10)) row.click();
    document.querySelector("#counts [data-filter=refused]").click();
    document.querySelector("#counts [data-filter=all]").click();
    void document.body.offsetHeight;
    return performance.now() - begun;
  });
  assert.ok(millis < 1000, `${millis} ms`);
  exchanges.push(exchange(1001));
  await arrival(page, 1000, "/rest/1001");
  assert.equal(await count(page, "all"), 1000);
  assert.equal(await page.$(rowOf(1)), null);
  await close(page);
  await stage.close();
});
