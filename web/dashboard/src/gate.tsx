/** What is shown before the server lets the page in. */

import { useState } from "preact/hooks";

import { enterWith, type Access } from "./access";

export function Gate({ access }: { access: Access }) {
  if (access.state === "looking" || access.state === "open") return <div class="gate" />;
  if (access.state === "asking") return <KeyForm message={access.message} />;
  return (
    <div class="gate">
      <h1>{access.state === "away" ? "Waiting for the server" : "Not let in"}</h1>
      <p role="status">{access.message}</p>
    </div>
  );
}

function KeyForm({ message }: { message: string }) {
  const [credential, write] = useState("");
  const [isTrying, tell] = useState(false);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (!credential.trim()) return;
    tell(true);
    await enterWith(credential);
    tell(false);
  }

  return (
    <form class="gate" onSubmit={(event) => void submit(event)}>
      <h1>A key is needed</h1>
      <p>
        Make one with <code>trailmark keys create --scope read</code>. It stays in this page’s memory, and is gone when
        the page is closed or loaded again.
      </p>
      <label for="key">Key or user token</label>
      <input
        id="key"
        name="key"
        type="password"
        autocomplete="off"
        spellcheck={false}
        required
        aria-invalid={message !== ""}
        aria-describedby="key-trouble"
        value={credential}
        onInput={(event) => write(event.currentTarget.value)}
      />
      <p id="key-trouble" class="trouble" role="alert">
        {isTrying ? "" : message}
      </p>
      <button type="submit" disabled={isTrying}>
        Open
      </button>
    </form>
  );
}
