/** What pages and bundles call: the visit of the user whom the token names, or none. */

import { Visit } from "./visit.ts";
import type { Interaction, Options } from "./track.d.mts";
import { userOf } from "./user.ts";

/** The four functions, for a server whose files lie beside `home`. */
export function tracker(home: string) {
  let url = home;
  let isStarted = false;
  let visit: Visit | undefined;

  function setToken(token: string | null): void {
    if (!isStarted) return;
    const user = token ? userOf(token) : undefined;
    if (token && !user) console.warn("trailmark: this is no user token");
    if (visit && visit.user !== user) {
      visit.stop();
      visit = undefined;
    }
    if (!token || !user) return;
    if (visit) return visit.use(token);
    visit = new Visit(url, user);
    visit.start(token);
  }

  function stop(): void {
    setToken(null);
    isStarted = false;
  }

  function start({ token = null, api }: Options = {}): void {
    stop();
    const base = api === undefined ? home : new URL(api.replace(/\/*$/, "/"), document.baseURI);
    url = new URL("graphql", base).href;
    isStarted = true;
    setToken(token);
  }

  function record(interaction: Interaction): void {
    visit?.record(interaction);
  }

  return { start, stop, record, setToken };
}
