/**
 * Links to posts and users, and what else an interaction is about. A text that may take two lines is
 * a new element where it changes, so that nothing shifts.
 */

import type { ActionFamily, ActionType, RowFragment } from "../api/generated";
import { short, words } from "../format";
import { postLink, userLink } from "../router";
import { familyOf } from "../vocabulary";

export function PostLink({ id }: { id: string }) {
  return (
    <a key={id} class="id" href={postLink(id)} title={id}>
      {id}
    </a>
  );
}

export function UserLink({ alias }: { alias: string }) {
  return (
    <a class="id" href={userLink(alias)} title={alias}>
      {short(alias)}
    </a>
  );
}

export function TargetLink({ target }: { target: RowFragment["target"] }) {
  const { kind, targetId } = target;
  if (kind === "POST") return <PostLink id={targetId} />;
  if (kind === "PROFILE") return <UserLink alias={targetId} />;
  const text = kind === "HASHTAG" ? `#${targetId}` : kind === "QUERY" ? `“${targetId}”` : targetId;
  return (
    <span key={targetId} class="id" title={`${words(kind)}: ${targetId}`}>
      {text}
    </span>
  );
}

export function FamilyDot({ family }: { family: ActionFamily }) {
  return <i class={`dot ${family.toLowerCase()}`} aria-hidden="true" />;
}

export function ActionName({ action }: { action: ActionType }) {
  return (
    <span class="action">
      <FamilyDot family={familyOf(action)} />
      {words(action)}
    </span>
  );
}
