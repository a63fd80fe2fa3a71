/** Whose a user token is, so that each user has a queue alone; only the server checks the token. */

/** The `sub` of a token, fit for a key; undefined if it is no token. */
export function userOf(token: string): string | undefined {
  try {
    const payload = atob(token.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(payload, (each) => each.charCodeAt(0));
    const { sub } = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: string };
    return sub === undefined ? undefined : encodeURIComponent(sub);
  } catch {
    return undefined;
  }
}
