// A front end's use of the typed documents: compiling it is the test, so nothing here ever runs.

import { graphql, unmask } from "./generated";
import {
  DashboardDocument,
  HistoryDocument,
  PageFragmentDoc,
  RecordAllDocument,
  RecordedFragmentDoc,
  RefetchDocument,
  type InputErrorCode,
  type TypedDocumentString,
} from "./generated/graphql";

const Favorites = graphql(`
  query Favorites($id: ID!) {
    post(id: $id) {
      ...Totals
      stats {
        interactionCounts {
          favorites
        }
      }
    }
  }
`);

async function ask<Result, Variables>(
  query: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data } = (await answer.json()) as { data: Result };
  return data;
}

export async function favorites(): Promise<number> {
  const { post } = await ask(Favorites, { id: "p1" });
  return post.stats.interactionCounts.favorites;
}

export async function history(): Promise<string[]> {
  const filter = { actions: ["FAVORITE" as const], since: "2030-01-01T00:00:00Z" };
  const { user } = await ask(HistoryDocument, { id: "ann", filter });
  // @ts-expect-error: the contract's User is nullable there
  user.alias;
  const page = unmask(PageFragmentDoc, user?.interactions);
  // @ts-expect-error: a total beyond 10 000 may be unknown
  const total: number | undefined = page?.totalCount;
  return page?.edges.map(({ node }) => `${total} ${node.post?.postId} ${node.occurredAt}`) ?? [];
}

export async function record(): Promise<InputErrorCode[]> {
  const context = { source: "home", metadata: { nested: [1, null, "two"] } };
  const inputs = [{ userId: "ann", action: "VIEW" as const, postId: "p1", context }];
  const { recordInteractions } = await ask(RecordAllDocument, { inputs });
  const results = unmask(RecordedFragmentDoc, recordInteractions.results);
  return results.flatMap(({ errors }) => errors.map(({ code }) => code));
}

export async function dashboard(): Promise<number | null> {
  // @ts-expect-error: how many is not optional in this operation
  await ask(DashboardDocument, { interval: "HOUR" });
  // @ts-expect-error: no bucket is a week long
  await ask(DashboardDocument, { first: 3, interval: "WEEK" });
  const { activityStats } = await ask(DashboardDocument, { first: 3, interval: "DAY" });
  return activityStats.uniqueUsers;
}

export async function refetch(id: string): Promise<unknown> {
  const { node, nodes } = await ask(RefetchDocument, { id, ids: [id] });
  switch (node?.__typename) {
    case "Interaction":
      return node.context?.metadata;
    case "Post":
      return node.postId;
    case "User":
      return node.alias;
    default:
      return nodes.map((each) => each?.id);
  }
}
