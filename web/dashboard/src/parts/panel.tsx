/** A part of a page, with a heading and room that is reserved for what it shows. */

import type { ComponentChildren } from "preact";

import type { Failure } from "../api/client";

type Props = {
  title: string;
  /** Where it stands in the grid of its page. */
  area?: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
};

export function Panel({ title, area, aside, children }: Props) {
  return (
    <section class={`panel ${area ?? ""}`} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** Why a part shows nothing; nothing where there is no reason. */
export function Trouble({ failure }: { failure: Failure | null }) {
  return failure && <p class="trouble">{reason(failure)}</p>;
}

export function reason({ code, message }: Failure): string {
  return code === "FORBIDDEN" ? "This needs a key that may read." : `${message}.`;
}
