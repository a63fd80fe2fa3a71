// How the explorer asks the server: queries by POST, subscriptions as server-sent events.

const SINGLE = "application/graphql-response+json, application/json";

/** A fetcher for GraphiQL. `credentials` gives a key or a user token, or an empty text. */
export function createFetcher(url, credentials) {
  function post(parameters, given, signal) {
    const own = new Headers(given);
    if (credentials() && !own.has("Authorization")) {
      own.set("Authorization", `Bearer ${credentials()}`);
    }
    own.set("Content-Type", "application/json");
    if (!own.has("Accept")) own.set("Accept", signal ? "text/event-stream" : SINGLE);
    return fetch(url, { method: "POST", headers: own, body: JSON.stringify(parameters), signal });
  }

  return async (parameters, { headers = {}, documentAST } = {}) => {
    if (subscribes(documentAST, parameters.operationName)) {
      return observe((signal) => post(parameters, headers, signal));
    }
    return answerOf(await post(parameters, headers));
  };
}

function subscribes(document, name) {
  const operations = document?.definitions.filter(({ kind }) => kind === "OperationDefinition");
  const chosen = operations?.find((each) => !name || each.name?.value === name);
  return chosen?.operation === "subscription";
}

/** Its results as an observable, which ends the request when nobody observes it any more. */
function observe(request) {
  return {
    subscribe({ next, error, complete }) {
      const leaving = new AbortController();
      follow(request(leaving.signal), next)
        .then(complete, (reason) => leaving.signal.aborted || error(reason));
      return { unsubscribe: () => leaving.abort() };
    },
  };
}

async function follow(request, next) {
  const response = await request;
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    next(await answerOf(response));
    return;
  }
  let text = "";
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    const events = text.split("\n\n");
    text = events.pop();
    for (const data of events.map(dataOf)) if (data) next(JSON.parse(data));
  }
}

function dataOf(event) {
  const lines = event.split("\n").filter((line) => line.startsWith("data:"));
  return lines.map((line) => line.slice("data:".length).trim()).join("\n");
}

async function answerOf(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { status: response.status, text };
  }
}
