/** Pages by their addresses: what follows the `#`, so that every address can be reloaded and shared under any path. */

import { Signal } from "./signal";

export type Place =
  | { page: "overview" }
  | { page: "live" }
  | { page: "service" }
  | { page: "post"; id: string }
  | { page: "user"; alias: string }
  | { page: "nowhere" };

export const place = new Signal<Place>(read());

addEventListener("hashchange", () => place.change(read));

export function postLink(id: string): string {
  return `#/posts/${encodeURIComponent(id)}`;
}

export function userLink(alias: string): string {
  return `#/users/${alias}`;
}

export function goTo(link: string): void {
  location.hash = link;
}

function read(): Place {
  const path = location.hash.replace(/^#\/?/, "");
  const [, kind, name] = /^(\w*)(?:\/(.+))?$/s.exec(path) ?? [];
  if (kind === "" && !name) return { page: "overview" };
  if (kind === "live" && !name) return { page: "live" };
  if (kind === "service" && !name) return { page: "service" };
  if (kind === "posts" && name) return { page: "post", id: decoded(name) };
  if (kind === "users" && name) return { page: "user", alias: decoded(name) };
  return { page: "nowhere" };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // typed by hand, with a bare percent sign
  }
}
