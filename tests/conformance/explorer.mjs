// The explorer in Chromium, as a person uses it: `node explorer.mjs BASE [KEY]`.

import assert from "node:assert/strict";

import { browsing } from "./browser.mjs";

const WAIT_MS = 60_000;
const [base, key] = process.argv.slice(2);
const authorization = key ? { Authorization: `Bearer ${key}` } : {};
const result = (page) => page.locator(".result-window").innerText();

async function open(page) {
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(`${base}/graphql`);
  await page.getByRole("button", { name: "Recording" }).waitFor();
}

async function run(page, example, operation) {
  await page.getByRole("button", { name: example }).click();
  await page.getByRole("tab", { name: operation }).waitFor(); // it has read the text
  await page.getByLabel("Execute query").click();
  if (example !== operation) {
    await page.getByRole("menuitem", { name: operation, exact: true }).click();
  }
}

async function shows(page, text) {
  await page.waitForFunction(
    (awaited) => document.querySelector(".result-window").innerText.includes(awaited),
    text,
    { timeout: WAIT_MS },
  );
}

async function record(postId) {
  const query = `mutation {
    recordInteraction(input: { userId: "eve", action: VIEW, postId: "${postId}" }) { outcome }
  }`;
  const headers = { "Content-Type": "application/json", ...authorization };
  const body = JSON.stringify({ query });
  const answer = await fetch(`${base}/graphql`, { method: "POST", headers, body });
  assert.equal((await answer.json()).data.recordInteraction.outcome, "CREATED");
}

async function follows(page) {
  await run(page, "Live feed", "Follow");
  await page.getByLabel("Stop query").waitFor();
  let told = "";
  for (let number = 1; !told; number += 1) {
    await record(`seen-${number}`);
    await page.waitForTimeout(200);
    told = (await result(page)).match(/seen-\d+/)?.[0] ?? "";
  }
  await record("another");
  await shows(page, "another");
  await page.getByLabel("Stop query").click();
  await page.getByLabel("Execute query").waitFor();
}


async function stored(page) {
  await page.waitForTimeout(1500); // GraphiQL stores half a second after the last change
  return page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
}

async function needsCredentials(page) {
  await page.getByLabel("Show Documentation Explorer").click();
  await page.getByText("Error fetching schema").waitFor();
}

async function byField(page) {
  await open(page);
  await needsCredentials(page);
  await page.getByLabel("Show Examples and credentials").click();
  await page.getByLabel("Credentials", { exact: true }).fill(key);
  await page.getByLabel("Show Documentation Explorer").click();
  await page.getByText("Root Types").waitFor();
  await page.getByLabel("Show Examples and credentials").click();
}

async function byHeaders(page) {
  await page.evaluate(() => localStorage.clear());
  await open(page);
  await needsCredentials(page);
  await page.getByLabel("Show editor tools").click();
  await page.getByRole("button", { name: "Headers", exact: true }).click();
  await page.locator(".graphiql-editor-tool .CodeMirror").filter({ visible: true }).click();
  await page.keyboard.insertText(JSON.stringify(authorization));
  await page.getByText("Root Types").waitFor();
  await page.getByLabel("Show Examples and credentials").click();
}

await browsing(async (page, amiss) => {
  await (key ? byField(page) : open(page));
  await run(page, "Recording", "Record");
  await shows(page, '"favorites": 1');
  await run(page, "Trends", "Trends");
  await shows(page, '"postId": "p1"');
  await follows(page);
  if (key) {
    assert(!(await stored(page)).includes(key));
    await byHeaders(page);
    await run(page, "Trends", "Trends");
    await shows(page, '"postId": "p1"');
    await follows(page);
    const kept = await stored(page);
    assert(!kept.includes(key));
    assert(kept.includes("Follow")); // what is no secret is there again after a reload
  }
  assert.deepEqual(amiss, []);
});
console.log("passes");
