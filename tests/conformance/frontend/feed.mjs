// The feed of docs/frontend.md over graphql-ws: `node feed.mjs FOLDER CURSOR CUT`.
//
// Prints each event, ends with that of the post `last`, and cuts its socket after every CUT events.

import { WebSocket } from "ws";

const [folder, cursor, cut] = process.argv.slice(2);
globalThis.WebSocket ??= WebSocket;
const { socket } = await import(`${folder}/socket.js`);
const { follow } = await import(`${folder}/feed.js`);

let open = null;
let told = 0;
socket.on("opened", (opened) => (open = opened));
const stopping = new AbortController();

await follow(
  socket,
  cursor,
  ({ type, interaction }) => {
    console.log(`${type} ${interaction.action} ${interaction.target.targetId}`);
    told += 1;
    if (told % Number(cut) === 0) open.terminate();
    if (interaction.target.targetId === "last") stopping.abort();
  },
  stopping.signal,
);
await socket.dispose();
