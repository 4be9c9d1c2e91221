// The page of `qsh run --format html` in a real browser: PAGE is the file, CHROMIUM the program.
"use strict";

const assert = require("node:assert/strict");
const { readFileSync, statSync } = require("node:fs");
const { resolve } = require("node:path");
const { after, before, test } = require("node:test");
const { pathToFileURL } = require("node:url");
const puppeteer = require("puppeteer-core");

const FILE = resolve(process.env.PAGE);
const PAGE = pathToFileURL(FILE).href;
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const NPM = "javascript-atlassian-jwt";

let browser;
before(async () => {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox"] });
});
after(() => browser?.close());

// Opens the page at a fragment; whatever the console says, or the page asks of the network, is a failure.
async function open(fragment = "", { width = 1280, scheme = "light" } = {}) {
  const page = await browser.newPage();
  page.said = [];
  page.on("console", (message) => page.said.push(message.text()));
  page.on("pageerror", (error) => page.said.push(error.message));
  page.on("request", (request) => request.url().startsWith(PAGE) || page.said.push(`asks for ${request.url()}`));
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(PAGE + fragment);
  return page;
}

async function close(page) {
  assert.deepEqual(page.said, []);
  await page.close();
}

const text = (page, selector) => page.$eval(selector, (it) => it.innerText);
const rows = (page) => page.$$eval("#list tbody th a", (links) => links.map((link) => link.textContent));

test("the page is small", () => assert.ok(statSync(FILE).size < 3.5 * 2 ** 20));

test("what is wrong with an implementation is one click away", async () => {
  const page = await open();
  assert.equal(await page.$eval("#details", (it) => it.hidden), true);
  const [link] = await page.$$(`xpath///table[@id="summary"]//a[text()="${NPM}"]`);
  await link.click();
  await page.waitForSelector("#details h3");
  assert.match(await text(page, "#details"), /What is wrong with it[^]*__proto__ cannot be set[^]*name_order=decoded_utf16/);
  assert.match(page.url(), new RegExp(`#implementation/${NPM}$`));
  await page.click("#details summary");
  await page.click("#details details[open] a");
  await page.waitForFunction(() => location.hash.startsWith("#case/"));
  await close(page);
});

test("what matters for security stands in the panel of an implementation", async () => {
  const page = await open("#implementation/javascript-atlassian-connect-express");
  const express = await text(page, "#details");
  assert.match(express, /Security[^]*It accepts \d+ of \d+ tokens that have to be refused[^]*never ends[^]*anybody can cause[^]*What is wrong/);
  assert.doesNotMatch(express, /Two requests with the same hash/);
  await close(page);
  const jira = await open("#implementation/python-jira");
  assert.match(await text(jira, "#details"), /Two requests with the same hash/);
  const pair = "//h4[text()='Two requests with the same hash']/following-sibling::div[1]//li[1]/a";
  const [one, other] = await jira.$$eval(`xpath/${pair}`, (links) => links.map((link) => link.textContent));
  assert.ok(one !== other && one && other);
  await close(jira);
  const ours = await open("#implementation/built-in");
  assert.match(await text(ours, "#details"), /Security[^]*It accepts none of \d+ tokens that have to be refused/);
  await close(ours);
});

test("a reason is searched for with its implementation", async () => {
  const page = await open();
  await page.select("#filter [name=implementation]", NPM);
  await page.type("#filter [name=text]", "__proto__ cannot be set");
  assert.deepEqual(await rows(page), ["query/special-names/proto", "query/special-names/proto-alone"]);
  await close(page);
});

test("cases are searched and filtered", async () => {
  const page = await open();
  const all = Number((await text(page, "#count")).split(" ").at(-1));
  assert.ok(all > 2000);
  await page.type("#filter [name=text]", "special-names proto");
  assert.deepEqual((await rows(page)).slice(0, 2), ["query/special-names/proto", "query/special-names/proto-alone"]);
  await page.$eval("#filter", (form) => form.reset());
  await page.select("#filter [name=implementation]", NPM);
  await page.select("#filter [name=verdict]", "known_failure");
  const known = await rows(page);
  assert.ok(known.length > 10 && known.length < 100 && known.every((id) => /^(path|query|sign)\//.test(id)), `${known}`);
  await page.select("#filter [name=clause]", "QSH-Q19");
  assert.deepEqual(await rows(page), ["query/special-names/proto", "query/special-names/proto-alone"]);
  await page.select("#filter [name=level]", "open");
  assert.equal(await text(page, "#count"), `0 cases of ${all}`);
  await close(page);
});

test("more cases come when they are asked for", async () => {
  const page = await open();
  const before = (await rows(page)).length;
  await page.click("#more");
  assert.equal((await rows(page)).length, 2 * before);
  await close(page);
});

test("a permalink opens its case", async () => {
  const page = await open("#case/query/special-names/proto");
  const details = await text(page, "#details");
  for (const part of ["GET /p?__proto__=1&a=2", "GET&/p&__proto__=1&a=2", "GET&/p&a=2", "differs at byte 0"]) {
    assert.ok(details.includes(part), `${part} in ${details}`);
  }
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "query/special-names/proto");
  await close(page);
  for (const [fragment, name] of [["%3Cb%3Enobody", "<b>nobody"], ["nobody%", "nobody%"]]) {
    const none = await open(`#case/${fragment}`);
    assert.equal(await text(none, "#details h2"), `There is no case ${name}`);
    await close(none);
  }
});

test("the keyboard gets to the cases and into them", async () => {
  const page = await open();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the cases");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.name), "text");
  await close(page);
});

test("a telephone scrolls tables and never the page", async () => {
  for (const fragment of ["", `#implementation/${NPM}`, "#case/query/count/repeats"]) {
    const page = await open(fragment, { width: 360 });
    const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= seen, `${wide} of ${seen} at ${fragment}`);
    await close(page);
  }
});

for (const scheme of ["light", "dark"]) {
  test(`axe finds nothing in the ${scheme}`, async () => {
    for (const fragment of ["", `#implementation/${NPM}`, "#implementation/python-jira", "#case/query/special-names/proto"]) {
      const page = await open(fragment, { scheme });
      await page.evaluate(AXE);
      const { violations, passes } = await page.evaluate(() => axe.run());
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
      assert.deepEqual(found, [], fragment);
      assert.ok(passes.length > 10);
      await close(page);
    }
  });
}
