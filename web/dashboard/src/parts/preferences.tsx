/** What a user prefers: the facets of posts that the user's interactions add up to, best first. */

import { ask } from "../api/client";
import { type FacetFragment, PreferencesDocument } from "../api/generated";
import { count, score } from "../format";
import { useFresh } from "../fresh";
import { UserLink } from "./links";
import { Num } from "./num";
import { Panel, Trouble } from "./panel";

const SIZE = 5;
const EVERY_MS = 4_000;

export function Preferences({ alias }: { alias: string }) {
  const { data, failure } = useFresh(() => ask(PreferencesDocument, { alias, first: SIZE }), EVERY_MS, alias);
  const found = data?.user?.preferences;
  return (
    <Panel title="Preferences">
      <div class="facets">
        <Facets name="Hashtags" facets={found?.hashtags} shown={({ value }) => `#${value}`} />
        <Facets name="Authors" facets={found?.authors} shown={({ value }) => <UserLink alias={value} />} />
        <Facets name="Content types" facets={found?.contentTypes} shown={({ value }) => value} />
        <Facets name="Sources" facets={found?.sources} shown={({ value }) => value} />
      </div>
      <Trouble failure={failure} />
    </Panel>
  );
}

type Props = {
  name: string;
  facets: readonly FacetFragment[] | undefined;
  shown: (facet: FacetFragment) => preact.ComponentChildren;
};

/** One kind of facet; there is room for so many from the start. */
function Facets({ name, facets, shown }: Props) {
  return (
    <div>
      <h3>{name}</h3>
      <ol style={{ "--size": SIZE }}>
        {facets?.map((facet) => (
          <li key={facet.value} title={`${facet.value}: ${count(facet.count)} interactions`}>
            <span>{shown(facet)}</span>
            <Num text={score(facet.score)} />
          </li>
        ))}
        {facets?.length === 0 && <li class="empty">None yet</li>}
      </ol>
    </div>
  );
}
