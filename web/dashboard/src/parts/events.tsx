/** A list of interactions in rows that stay where they are: what is new takes the first, and the others' texts move on. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import type { InteractionFilter } from "../api/generated";
import { fully, when } from "../format";
import { useSignal } from "../signal";
import { Timeline, type Row } from "../timeline";
import { useHold } from "./holding";
import { ActionName, TargetLink, UserLink } from "./links";
import { Panel, Trouble } from "./panel";

type Props = {
  title: string;
  area?: string;
  filter: InteractionFilter;
  size: number;
  isLog?: boolean;
  isLong?: boolean;
  /** What all rows have in common is not shown again. */
  without?: "user" | "target";
};

export function Events({ title, area, filter, size, isLog, isLong, without }: Props) {
  const about = JSON.stringify([filter, size]);
  const timeline = useMemo(
    () => new Timeline({ filter, size, isLog: isLog ?? false, isLong: isLong ?? false }),
    [about],
  );
  useEffect(() => () => timeline.dispose(), [timeline]);
  const { rows, waiting, hasMore, isLoading, failure, drawing } = useSignal(timeline.shown);
  const [isPaused, pause] = useState(false);
  const [list, isHeld] = useHold();
  useEffect(() => timeline.hold(isPaused || isHeld), [timeline, isPaused, isHeld]);
  const slots = isLong ? Math.max(rows.length, 1) : size;

  function release(): void {
    pause(false);
    (document.activeElement as HTMLElement | null)?.blur();
    list.current?.scrollIntoView({ block: "center" });
    if (isLong) window.scrollTo({ top: 0 });
    timeline.hold(false);
  }

  const aside = (
    <span class="controls">
      {waiting > 0 && (
        <button class="fresh" type="button" onClick={release}>
          {waiting} new
        </button>
      )}
      <button type="button" aria-pressed={isPaused} onClick={() => pause(!isPaused)}>
        Pause
      </button>
    </span>
  );
  return (
    <Panel title={title} area={area ?? ""} aside={aside}>
      <div ref={list} class={`events without-${without ?? "nothing"}`}>
        <ol>
          {Array.from({ length: slots }, (_, slot) => (
            <EventRow key={slot} row={rows[slot]} drawing={drawing} without={without} />
          ))}
        </ol>
        {!rows.length && <Empty isLoading={isLoading} />}
      </div>
      <Trouble failure={failure} />
      {isLong && hasMore && <More isLoading={isLoading} more={() => void timeline.more()} />}
    </Panel>
  );
}

function Empty({ isLoading }: { isLoading: boolean }) {
  return <p class="empty">{isLoading ? "" : "Nothing has been recorded here."}</p>;
}

type RowProps = { row: Row | undefined; drawing: number; without: Props["without"] };

function EventRow({ row, drawing, without }: RowProps) {
  if (!row) return <li class="event" aria-hidden="true" />;
  const { occurredAt, action, userAlias, target, context, isUndone } = row;
  return (
    <li class={isUndone ? "event undone" : "event"}>
      <time dateTime={occurredAt} title={fully(occurredAt)}>
        {when(occurredAt)}
      </time>
      <ActionName action={action} />
      {without !== "user" && <UserLink alias={userAlias} />}
      {without !== "target" && <TargetLink target={target} />}
      <span class="source">{isUndone ? "taken back" : (context?.source ?? "")}</span>
      {row.drawing === drawing && drawing > 0 && (
        <i key={row.interactionId} class="flash" aria-hidden="true" />
      )}
    </li>
  );
}

/** The next older page, by itself when the end of the list comes into sight; also a button. */
function More({ isLoading, more }: { isLoading: boolean; more: () => void }) {
  const end = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(
      ([seen]) => {
        if (seen?.isIntersecting) more();
      },
      { rootMargin: "600px" },
    );
    if (end.current && !isLoading) observer.observe(end.current);
    return () => observer.disconnect();
  }, [isLoading]);
  return (
    <button ref={end} class="more" type="button" disabled={isLoading} onClick={more}>
      {isLoading ? "Loading…" : "Show older"}
    </button>
  );
}
