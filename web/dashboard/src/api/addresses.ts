/** Where the server is, also under a proxy's path: the server writes that into the page. */

const { root = "", explorer = "", guarded = "" } = document.documentElement.dataset;

export const graphqlUrl = `${root}/graphql`;
export const readyUrl = `${root}/readyz`;
/** Where people try the API out; null where the server shows no such page. */
export const explorerUrl = explorer ? graphqlUrl : null;
/** Whether the server wants credentials: it was so when the page was sent. */
export const isGuarded = guarded !== "";
export const liveUrl = `${location.protocol.replace("http", "ws")}//${location.host}${graphqlUrl}`;
