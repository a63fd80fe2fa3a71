/** How the server is, as it says itself and as this page sees it; and the actions that it knows. */

import { useEffect, useState } from "preact/hooks";

import { readyUrl } from "../api/addresses";
import { durations } from "../api/client";
import { connection } from "../api/live";
import { count, fully, words } from "../format";
import { useFresh } from "../fresh";
import { Figure } from "../parts/figures";
import { ActionName } from "../parts/links";
import { Panel } from "../parts/panel";
import { useSignal } from "../signal";
import { Timeline, told } from "../timeline";
import { actions } from "../vocabulary";

export type Readiness = { status: string; reason?: string };

const READY_MS = 5_000;
const LOOK_MS = 1_000;

/** What /readyz says; also where it does not answer. It is asked anew when the connection changes. */
export function useReadiness(): Readiness | null {
  const { state } = useSignal(connection);
  return useFresh(readiness, READY_MS, state).data;
}

async function readiness(): Promise<Readiness> {
  try {
    return (await (await fetch(readyUrl)).json()) as Readiness;
  } catch {
    return { status: "unreachable", reason: "the server does not answer" };
  }
}

export function Service() {
  const ready = useReadiness();
  const { state, since, losses } = useSignal(connection);
  useFeed();
  useTick();
  return (
    <div class="page">
      <h1>Service</h1>
      <Panel title="Health">
        <dl class="facts">
          <Fact name="Recording and reading" value={ready ? said(ready) : "–"} />
          <Fact name="Answers within" value={middle(durations, "ms")} />
          <Fact name="Live connection" value={STATES[state]} />
          <Fact name="Since" value={fully(since)} />
          <Fact name="Connections lost" value={count(losses)} />
          <Fact name="Events seen by this page" value={count(told.events)} />
          <Fact name="Last event" value={told.lastAt ? fully(told.lastAt) : "–"} />
          <Fact name="From recording to this page" value={middle(told.delays, "ms")} />
        </dl>
      </Panel>
      <Panel title="Actions">
        <Vocabulary />
      </Panel>
    </div>
  );
}

const STATES = { waiting: "none", connected: "connected", lost: "lost" };

function said({ status, reason }: Readiness): string {
  return status === "ok" ? "ready" : `not ready: ${reason ?? status}`;
}

const Fact = Figure;

/** The median of what was measured. */
function middle(values: readonly number[], unit: string): string {
  const sorted = [...values].sort((one, two) => one - two);
  const value = sorted[Math.floor(sorted.length / 2)];
  return value === undefined ? "–" : `${count(Math.max(0, Math.round(value)))} ${unit}`;
}

/** Follow the feed, to see how it is. */
function useFeed(): void {
  useEffect(() => {
    const feed = new Timeline({ filter: {}, size: 1, isLog: true, isLong: false });
    return () => feed.dispose();
  }, []);
}

function useTick(): void {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((was) => was + 1), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
}

function Vocabulary() {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="All actions">
      <table class="vocabulary">
        <thead>
          <tr>
            <th scope="col">Action</th>
            <th scope="col">Family</th>
            <th scope="col">Done to</th>
            <th scope="col">Kind</th>
            <th scope="col" class="right">
              Weight
            </th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          {actions().map((each) => (
            <tr key={each.action}>
              <th scope="row">
                <ActionName action={each.action} />
              </th>
              <td>{words(each.family)}</td>
              <td>{words(each.targetKind)}</td>
              <td>{each.isState ? "State" : "Event"}</td>
              <td class="right">{count(each.weight)}</td>
              <td>{each.description}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
