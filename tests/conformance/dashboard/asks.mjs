// Gives the page wrong keys and right ones: what it says, what is left of a key, and what happens when one is revoked.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { axe, checking, drawn, opened, record } from "./browser.mjs";

const [url, reading, recording, revoked, ...revoke] = process.argv.slice(2);

await checking(async (browser) => {
  await record(url, [{ userId: "ann", action: "VIEW", postId: "post-1" }], recording);
  const { page, seen } = await opened(browser, url);
  const field = page.getByLabel("Key or user token");
  const trouble = page.getByRole("alert");
  const give = async (key) => {
    await field.fill(key);
    await page.keyboard.press("Enter");
  };
  const told = {};

  await page.goto(url);
  await field.waitFor();
  told.wrong_before = [...seen.wrong];
  told.before = await page.locator(".event").count();
  await page.evaluate(axe);
  told.violations = (await page.evaluate(() => globalThis.axe.run())).violations.map(({ id }) => id);
  for (const [name, key] of Object.entries({ wrong: "tm_wrong", revoked, recording })) {
    await give(key);
    await trouble.filter({ hasText: /\w/ }).waitFor();
    told[name] = await trouble.textContent();
    await field.fill("");
  }
  await give(reading);
  await drawn(page);
  told.focused = [await focused(page)];
  told.stored = await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length, location.href]);
  await page.reload();
  await field.waitFor();
  await give(reading);
  await drawn(page);
  await page.getByRole("button", { name: "Forget the key" }).click();
  await field.waitFor();
  told.focused.push(await focused(page));
  await give(reading);
  await drawn(page);
  await promisify(execFile)(revoke[0], revoke.slice(1));
  await field.waitFor();
  told.ended = await trouble.textContent();
  return { ...told, foreign: seen.foreign };
});

/** The element that the keyboard is in. */
function focused(page) {
  return page.evaluate(() => document.activeElement.localName);
}
