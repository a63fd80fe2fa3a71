/** Everything as it comes in, and back as far as it is kept; of all families or of one. */

import { useMemo, useState } from "preact/hooks";

import type { ActionFamily } from "../api/generated";
import { words } from "../format";
import { Events } from "../parts/events";
import { FamilyDot } from "../parts/links";
import { FAMILIES } from "../vocabulary";

export function Live() {
  const [family, choose] = useState<ActionFamily | null>(null);
  const filter = useMemo(() => (family ? { families: [family] } : {}), [family]);
  return (
    <div class="page">
      <h1>Live</h1>
      <div class="choices" role="group" aria-label="Which family to show">
        <button type="button" aria-pressed={!family} onClick={() => choose(null)}>
          All
        </button>
        {FAMILIES.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === family}
            onClick={() => choose(each)}
          >
            <FamilyDot family={each} />
            {words(each)}
          </button>
        ))}
      </div>
      <Events title="Interactions" filter={filter} size={50} isLog isLong />
    </div>
  );
}
