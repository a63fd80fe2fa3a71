// What the explorer keeps in the browser: queries and the layout, never headers.

const PREFIX = "graphiql:";
const SECRET = new Set(["headers", "hash"]); // a tab's hash holds its headers

/** A storage for GraphiQL; null where the browser has none to give. */
export function createStorage() {
  const kept = openStorage();
  if (!kept) return null;
  const storage = {
    getItem: (key) => kept.getItem(key),
    setItem(key, value) {
      const safe = key === `${PREFIX}headers` ? null : withoutHeaders(value);
      if (safe === null) kept.removeItem(key);
      else kept.setItem(key, safe);
    },
    removeItem: (key) => kept.removeItem(key),
    get length() {
      return own(kept).length;
    },
    clear: () => own(kept).forEach((key) => kept.removeItem(key)),
  };
  // What other explorers of this origin may have left.
  for (const key of own(kept)) storage.setItem(key, kept.getItem(key));
  return storage;
}

function openStorage() {
  try {
    return window.localStorage;
  } catch {
    return null; // pages may not store anything here
  }
}

function own(kept) {
  return Object.keys(kept).filter((key) => key.startsWith(PREFIX));
}

function withoutHeaders(value) {
  try {
    return JSON.stringify(JSON.parse(value), (key, inner) => (SECRET.has(key) ? null : inner));
  } catch {
    return value; // a query, or a width
  }
}
