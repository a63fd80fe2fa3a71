// The explorer: GraphiQL with a panel of examples and a field for credentials.

import { createFetcher } from "./fetcher.js";
import { createStorage } from "./storage.js";

const { createElement: h, useEffect, useState } = React;
const { useEditorContext } = GraphiQL.React;

const EDITED_MS = 400;
const url = `${document.documentElement.dataset.root}/graphql`;
const examples = [...document.querySelectorAll("script[data-title]")].map((element) => ({
  title: element.dataset.title,
  text: `${element.textContent.trim()}\n`,
}));
const storage = createStorage();

let credentials = "";
let headers = "";
let renew = () => {};
let renewing = 0;

const panel = {
  title: "Examples and credentials",
  icon: () =>
    h("svg", { viewBox: "0 0 16 16", fill: "none", stroke: "currentColor" },
      h("circle", { cx: 4, cy: 12, r: 2 }),
      h("circle", { cx: 12, cy: 4, r: 2 }),
      h("path", { d: "M6 12h3a3 3 0 0 0 0-4H7a3 3 0 0 1 0-4h3" })),
  content: Panel,
};
const PLUGINS = [panel];

function Panel() {
  const { queryEditor } = useEditorContext({ nonNull: true });
  const example = ({ title, text }) =>
    h("li", { key: title },
      h("button", { type: "button", onClick: () => queryEditor.setValue(text) }, title));
  return h("div", { className: "trailmark" },
    h("h2", null, h("label", { htmlFor: "credentials" }, "Credentials")),
    h("input", {
      id: "credentials",
      placeholder: "A key or a user token",
      autoComplete: "off",
      spellCheck: false,
      defaultValue: credentials,
      onChange: ({ target }) => takeCredentials(target.value.trim()),
    }),
    h("p", null, "This page forgets them when it is closed. Headers of a tab go first."),
    h("h2", null, "Examples"),
    h("ul", null, examples.map(example)));
}

function takeCredentials(given) {
  credentials = given;
  renewSoon();
}

/** Another fetcher has GraphiQL load the documentation again. */
function Explorer() {
  const [fetcher, setFetcher] = useState(() => createFetcher(url, () => credentials));
  renew = () => setFetcher(() => createFetcher(url, () => credentials));
  return h(GraphiQL, {
    fetcher,
    storage,
    plugins: PLUGINS,
    defaultQuery: examples[0].text,
    shouldPersistHeaders: false,
    onTabChange: ({ tabs, activeTabIndex }) => takeHeaders(tabs[activeTabIndex].headers),
  }, h(GraphiQL.Logo, null, h(Name)));
}

/** Stands where GraphiQL shows its own name; it opens the panel once that is there. */
function Name() {
  useEffect(() => {
    const opening = setTimeout(() => {
      document.querySelector(`.graphiql-sidebar [aria-label="Show ${panel.title}"]`)?.click();
    });
    return () => clearTimeout(opening);
  }, []);
  return "Trailmark";
}

function takeHeaders(given) {
  const now = (given ?? "").trim();
  if (now === headers || !isComplete(now)) return;
  headers = now;
  renewSoon();
}

function isComplete(text) {
  try {
    return !text || Boolean(JSON.parse(text));
  } catch {
    return false; // it is still being typed
  }
}

function renewSoon() {
  clearTimeout(renewing);
  renewing = setTimeout(() => renew(), EDITED_MS);
}

ReactDOM.createRoot(document.getElementById("explorer")).render(h(Explorer));
