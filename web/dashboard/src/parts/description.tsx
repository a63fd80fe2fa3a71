/** What a post is, as its site described it: author, content type, hashtags, places, time of creation. */

import { ask } from "../api/client";
import { DescribedDocument, type DescribedQuery } from "../api/generated";
import { fully, words } from "../format";
import { useFresh } from "../fresh";
import { UserLink } from "./links";
import { Panel, Trouble } from "./panel";

const EVERY_MS = 5_000;

export function Description({ id }: { id: string }) {
  const { data, failure } = useFresh(() => ask(DescribedDocument, { id }), EVERY_MS, id);
  const post = data?.post;
  return (
    <Panel title="Description">
      <dl class="described">
        <Row name="Author" value={post?.authorAlias && <UserLink alias={post.authorAlias} />} />
        <Row name="Content type" value={post?.contentType} />
        <Row name="Hashtags" value={post && post.hashtags.map((tag) => `#${tag}`).join(" ")} />
        <Row name="Stands in" value={post && places(post)} />
        <Row name="Created" value={post?.createdAt && fully(post.createdAt)} />
      </dl>
      <Trouble failure={failure} />
    </Panel>
  );
}

function places({ places }: DescribedQuery["post"]): string {
  return places.map(({ kind, targetId }) => `${words(kind)} ${targetId}`).join(", ");
}

/** A row of one line, also where its value is longer or not there. */
function Row({ name, value }: { name: string; value: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd title={typeof value === "string" ? value : undefined}>{value || "–"}</dd>
    </div>
  );
}
