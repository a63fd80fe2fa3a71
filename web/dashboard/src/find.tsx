/** Goes to a post by its id, or to a user by an id or an alias. */

import { useState } from "preact/hooks";

import { ask, type Failure } from "./api/client";
import { AliasOfDocument } from "./api/generated";
import { goTo, postLink, userLink } from "./router";

const ALIAS = /^u_[0-9a-f]{16,64}$/;

export function Find() {
  const [text, write] = useState("");
  const [trouble, tell] = useState("");

  async function find(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const sought = text.trim();
    if (!sought) return;
    const kind = (event.submitter as HTMLButtonElement | null)?.value ?? "post";
    try {
      goTo(kind === "user" ? userLink(await aliasOf(sought)) : postLink(sought));
      write("");
      tell("");
    } catch (failure) {
      tell((failure as Failure).message);
    }
  }

  return (
    <form class="find" role="search" onSubmit={(event) => void find(event)}>
      <label for="sought" class="unseen">
        Id of a post or a user
      </label>
      <input
        id="sought"
        placeholder="Id of a post or a user"
        autocomplete="off"
        spellcheck={false}
        maxLength={255}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
      />
      <button type="submit" value="post">
        Post
      </button>
      <button type="submit" value="user">
        User
      </button>
      <span class="trouble" role="status">
        {trouble}
      </span>
    </form>
  );
}

/** A user's alias; the server makes it of an id, which goes no further than to it. */
async function aliasOf(sought: string): Promise<string> {
  if (ALIAS.test(sought)) return sought;
  const { user } = await ask(AliasOfDocument, { id: sought });
  return user?.alias ?? sought;
}
