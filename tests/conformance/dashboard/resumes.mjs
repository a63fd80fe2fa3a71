// Cuts the page's socket again and again while interactions are recorded: each must be seen, and none twice.

import { createConnection, createServer } from "node:net";
import { once } from "node:events";

import { checking, opened, PATIENCE_MS, record, until } from "./browser.mjs";

const [url] = process.argv.slice(2);
const CUTS = 4;
const EACH = 5;

/** A line to the server that can be cut: what is open breaks, and nothing opens until it is mended. */
async function cuttable(target) {
  const open = new Set();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = createConnection(Number(target.port), target.hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      open.add(one);
      one.on("error", () => {}).on("close", () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut: () => {
      isCut = true;
      for (const each of open) each.destroy();
    },
    mend: () => (isCut = false),
    close: () => server.close(),
  };
}

await checking(async (browser) => {
  const line = await cuttable(new URL(url));
  try {
    const { page } = await opened(browser, line.url);
    await page.goto(`${line.url}/#/live`);
    await until(page, () => document.querySelector(".status.good"));
    const sent = [];
    const send = async () => {
      const inputs = Array.from({ length: EACH }, (_, place) => ({
        userId: "ann",
        action: "VIEW",
        postId: `post-${sent.length + place}`,
      }));
      await record(url, inputs);
      sent.push(...inputs.map((input) => input.postId));
    };
    await send();
    for (let round = 0; round < CUTS; round += 1) {
      line.cut();
      await until(page, () => document.querySelector(".status.bad"));
      await send();
      line.mend();
      await until(page, () => document.querySelector(".status.good"));
      await send();
    }
    await page.getByText(sent.at(-1), { exact: true }).waitFor({ timeout: PATIENCE_MS });
    const seen = await page.locator(".event a[href^='#/posts/']").allTextContents();
    return { sent, seen: seen.reverse() };
  } finally {
    line.close();
  }
});
