// A page in Chromium that reaches one server alone, and what it asked for or did amiss.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { chromium } from "playwright-core";

const folders = process.env.PATH.split(delimiter);
const program = folders.map((folder) => join(folder, "chromium")).find(existsSync);

/** Calls `body` with a page and what was amiss with it so far; closes the browser after it. */
export async function browsing(body) {
  const browser = await chromium.launch({
    executablePath: program,
    args: ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"],
  });
  try {
    const page = await browser.newPage();
    await body(page, listening(page));
  } finally {
    await browser.close();
  }
}

/** Errors of the page's scripts, what its policy forbade, and requests to other hosts. */
function listening(page) {
  const amiss = [];
  page.on("pageerror", (error) => amiss.push(`raised ${error}`));
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (hostname !== "127.0.0.1" && protocol !== "data:") amiss.push(`asked for ${request.url()}`);
  });
  page.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) amiss.push(message.text());
  });
  return amiss;
}
