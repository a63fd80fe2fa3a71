// What the tests of docs/frontend.md do past the code that they try: other users, and a closed door.

import { SignJWT } from "jose";

const secret = new TextEncoder().encode(process.env.TRAILMARK_TOKEN_SECRET);
const fetching = globalThis.fetch;

/** Asks the server as a user, past every client. */
export async function asking(server, user, query, variables) {
  const signing = new SignJWT().setProtectedHeader({ alg: "HS256" }).setSubject(user);
  const token = await signing.setExpirationTime("1h").sign(secret);
  const answer = await fetching(`${server}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Records as a user. */
export async function recording(server, user, ...inputs) {
  const query = `mutation ($inputs: [RecordInteractionInput!]!) {
    recordInteractions(inputs: $inputs) { rejected }
  }`;
  const { recordInteractions } = await asking(server, user, query, { inputs });
  if (recordInteractions.rejected) throw new Error("rejected");
}

export const LIMIT = 'mutation { setPrivacy(input: { level: LIMITED }) { errors { message } } }';

/** Lets nothing through to the server from now on, until it is told what becomes of it. */
export function closing() {
  let open;
  const opened = new Promise((resolve) => (open = resolve));
  globalThis.fetch = async (...request) => (await opened)(...request);
  return (become = fetching) => {
    globalThis.fetch = fetching;
    open(become);
  };
}
