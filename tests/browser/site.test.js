// The site of `qsh report site` in a real browser, from its folder: SITE is the folder, CHROMIUM the program.
"use strict";

const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const { resolve } = require("node:path");
const { after, before, test } = require("node:test");
const { pathToFileURL } = require("node:url");
const puppeteer = require("puppeteer-core");

const SITE = `${pathToFileURL(resolve(process.env.SITE)).href}/`;
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const NPM = "javascript-atlassian-jwt";
const PAGES = [
  "index.html",
  `implementations/${NPM}.html`,
  "clauses.html",
  "clauses/QSH-Q19.html",
  "vectors.html",
  "vectors/query/special-names.html",
  "findings.html",
  "findings/keys.html",
  "401.html",
];

let browser;
before(async () => {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox"] });
});
after(() => browser?.close());

// Opens a page; whatever the console says, or the page asks of the network, is a failure.
async function open(path, { width = 1280, scheme = "light" } = {}) {
  const page = await browser.newPage();
  page.said = [];
  page.on("console", (message) => page.said.push(message.text()));
  page.on("pageerror", (error) => page.said.push(error.message));
  page.on("request", (request) => request.url().startsWith(SITE) || page.said.push(`asks for ${request.url()}`));
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(SITE + path);
  return page;
}

async function close(page) {
  assert.deepEqual(page.said, []);
  await page.close();
}

const text = (page, selector) => page.$eval(selector, (it) => it.innerText);
const titles = (page) => page.$$eval("#found a", (links) => links.map((link) => link.textContent));

test("the search finds implementations, clauses, findings and vectors", async () => {
  const page = await open("index.html");
  for (const [words, first] of [
    ["QSH-Q19", "QSH-Q19"],
    ["special-names proto", "query/special-names/proto"],
    ["javascript-atlassian-jwt", NPM],
    ["nbf express", "npm atlassian-connect-express 11.5.3"],
  ]) {
    await page.$eval("#text", (field) => (field.value = ""));
    await page.type("#text", words);
    const found = await titles(page);
    assert.equal(found[0], first, `${words}: ${found.slice(0, 5)}`);
  }
  await page.$eval("#text", (field) => (field.value = ""));
  await page.type("#text", "query/special-names/proto");
  assert.match(await text(page, "#count"), /^\d+ found$/);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  assert.ok(page.url().endsWith("vectors/query/special-names.html#proto"), page.url());
  await close(page);
});

test("from an implementation to the bytes it is two clicks", async () => {
  const page = await open("index.html");
  await Promise.all([page.waitForNavigation(), page.click(`a[href$="${NPM}.html"]`)]);
  assert.match(await text(page, "main"), /Causes[^]*special_names[^]*Findings/i);
  const link = 'a[href="../vectors/query/special-names.html#proto"]';
  await Promise.all([page.waitForNavigation(), page.click(link)]);
  assert.match(await text(page, "main"), /GET \/p\?__proto__=1&a=2[^]*GET&\/p&__proto__=1&a=2/);
  await close(page);
});

test("the style applies, and a telephone scrolls tables and never the page", async () => {
  for (const path of PAGES) {
    const page = await open(path, { width: 360 });
    const [wide, seen, font] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      innerWidth,
      getComputedStyle(document.body).fontFamily,
    ]);
    assert.ok(wide <= seen, `${wide} of ${seen} at ${path}`);
    assert.match(font, /system-ui/, path);
    await close(page);
  }
});

for (const scheme of ["light", "dark"]) {
  test(`axe finds nothing in the ${scheme}`, async () => {
    for (const path of PAGES) {
      const page = await open(path, { scheme });
      await page.evaluate(AXE);
      // The policy of the page does not let axe fetch the style sheet again.
      const { violations, passes } = await page.evaluate(() => axe.run({ preload: false }));
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
      assert.deepEqual(found, [], path);
      assert.ok(passes.length > 10);
      await close(page);
    }
  });
}
