/** The frame of all pages: where one can go, how the server is, and the page itself. */

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { type Access, access, leave } from "./access";
import { explorerUrl } from "./api/addresses";
import { hasCredential } from "./api/credential";
import { connection } from "./api/live";
import { Find } from "./find";
import { Gate } from "./gate";
import { Live } from "./pages/live";
import { Overview } from "./pages/overview";
import { PostPage } from "./pages/post";
import { Service, useReadiness } from "./pages/service";
import { UserPage } from "./pages/user";
import { place, type Place } from "./router";
import { useSignal } from "./signal";

export function App() {
  const where = useSignal(place);
  const allowed = useSignal(access);
  const main = useArrival(where);
  usePassage(main, allowed.state);
  const isOpen = allowed.state === "open";
  const isLikely = isOpen || allowed.state === "looking"; // what comes then has its room already
  return (
    <>
      <button class="skip" type="button" onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <header class="bar">
        <a class="mark" href="#/">
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M3 20c6 0 3-8 9-8s3-8 9-8" />
            <circle cx="3.5" cy="20" r="2" />
            <circle cx="12" cy="12" r="2" />
            <circle cx="20.5" cy="4" r="2" />
          </svg>
          Trailmark
        </a>
        <nav aria-label="Pages">
          <Tab link="#/" text="Overview" isHere={where.page === "overview"} />
          <Tab link="#/live" text="Live" isHere={where.page === "live"} />
          <Tab link="#/service" text="Service" isHere={where.page === "service"} />
          {explorerUrl && <a href={explorerUrl}>API</a>}
        </nav>
        {isLikely && <Find />}
        {isLikely && <Status />}
        {isOpen && hasCredential() && (
          <button type="button" onClick={leave}>
            Forget the key
          </button>
        )}
      </header>
      <main ref={main} tabIndex={-1}>
        {isOpen ? <Page where={where} /> : <Gate access={allowed} />}
      </main>
    </>
  );
}

function Page({ where }: { where: Place }) {
  switch (where.page) {
    case "overview":
      return <Overview />;
    case "live":
      return <Live />;
    case "service":
      return <Service />;
    case "post":
      return <PostPage key={where.id} id={where.id} />;
    case "user":
      return <UserPage key={where.alias} alias={where.alias} />;
    case "nowhere":
      return (
        <div class="page">
          <h1>There is no such page</h1>
          <p>
            <a href="#/">To the overview</a>
          </p>
        </div>
      );
  }
}

function Tab({ link, text, isHere }: { link: string; text: string; isHere: boolean }) {
  return (
    <a href={link} aria-current={isHere ? "page" : undefined}>
      {text}
    </a>
  );
}

/** Whether the page is live and the server ready, in a word. */
function Status() {
  const { state } = useSignal(connection);
  const ready = useReadiness();
  const [kind, text] =
    state === "lost"
      ? ["bad", "Reconnecting"]
      : ready && ready.status !== "ok"
        ? ["bad", "Not ready"]
        : state === "waiting"
          ? ["", "Connecting"]
          : ["good", "Live"];
  return (
    <span role="status">
      <a key={text} class={`status ${kind}`} href="#/service">
        {text}
      </a>
    </span>
  );
}

/** On a new page, begin at its top, and let the keyboard go on from there. */
function useArrival(where: Place) {
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${titleOf(where)} · Trailmark`;
    if (!isFirst.current) {
      scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    isFirst.current = false;
  }, [where]);
  return main;
}

/** Past the form for a key, or back at it, let the keyboard go on from there: what it was in is gone. */
function usePassage(main: RefObject<HTMLElement | null>, state: Access["state"]): void {
  const before = useRef(state);
  useEffect(() => {
    const ends = [before.current, state];
    before.current = state;
    if (ends.includes("asking") && ends.includes("open")) main.current?.focus({ preventScroll: true });
  }, [state]);
}

function titleOf(where: Place): string {
  switch (where.page) {
    case "post":
      return where.id;
    case "user":
      return where.alias;
    case "nowhere":
      return "No such page";
    default:
      return where.page.charAt(0).toUpperCase() + where.page.slice(1);
  }
}
