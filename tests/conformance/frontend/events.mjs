// The feed of docs/frontend.md by EventSource, in Chromium: `node events.mjs FOLDER ORIGIN CURSOR`.
//
// Prints each event, and ends with that of the post `last`.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, join } from "node:path";

import { browsing } from "../browser.mjs";

const [folder, origin, cursor] = process.argv.slice(2);
const page = `<!doctype html>
<link rel="icon" href="data:," />
<script type="module">
  import { followEvents } from "/events.js";
  followEvents(${JSON.stringify(cursor)}, show, fail);
</script>`;

const server = createServer(async ({ url }, response) => {
  const isScript = url.endsWith(".js");
  response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
  response.end(isScript ? await readFile(join(folder, basename(url))) : page);
});
server.listen(new URL(origin).port, "127.0.0.1");

await browsing(async (tab, amiss) => {
  await new Promise((resolve, reject) => {
    const show = ({ type, interaction }) => {
      console.log(`${type} ${interaction.action} ${interaction.target.targetId}`);
      if (interaction.target.targetId === "last") resolve();
    };
    tab.exposeFunction("show", show)
      .then(() => tab.exposeFunction("fail", (code) => reject(new Error(code))))
      .then(() => tab.goto(origin))
      .catch(reject);
  });
  if (amiss.length) throw new Error(amiss.join("\n"));
});
server.close();
server.closeAllConnections();
