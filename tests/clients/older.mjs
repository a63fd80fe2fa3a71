// The older systems' JavaScript clients: fetch to a base URL, and nothing that knows Trailmark.

async function answered(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(`${response.status} ${body.error}`);
  return body;
}

export class Recommender {
  constructor(base) {
    this.base = `${base}/api/v1`;
  }

  async #send(method, path, payload) {
    return answered(
      await fetch(this.base + path, {
        method,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(payload),
      }),
    );
  }

  async #get(path, params = {}) {
    return answered(await fetch(`${this.base}${path}?${new URLSearchParams(params)}`));
  }

  logInteraction(userId, postId, actionType, context = {}) {
    return this.#send("POST", "/interactions", {
      user_id: userId,
      post_id: postId,
      action_type: actionType,
      context,
    });
  }

  postInteractions(postId) {
    return this.#get(`/interactions/${encodeURIComponent(postId)}`);
  }

  userInteractions(userAlias, params) {
    return this.#get(`/interactions/user/${userAlias}`, params);
  }

  privacy(userId) {
    return this.#get("/privacy", { user_id: userId });
  }

  setPrivacy(userId, trackingLevel) {
    return this.#send("POST", "/privacy", { user_id: userId, tracking_level: trackingLevel });
  }

  async exportData(userId) {
    const params = new URLSearchParams({ user_id: userId });
    const response = await fetch(`${this.base}/privacy/export?${params}`);
    if (!response.ok) throw new Error(`${response.status}`);
    return (await response.text()).trimEnd().split("\n").map(JSON.parse);
  }

  async deleteData(userId, confirm) {
    const params = new URLSearchParams({ user_id: userId, confirm });
    return answered(await fetch(`${this.base}/privacy/data?${params}`, { method: "DELETE" }));
  }

  recommendations(userId, limit = 10) {
    return this.#get("/recommendations", { user_id: userId, limit });
  }
}

export class Tracker {
  constructor(base) {
    this.base = base;
  }

  async track(user, activityType, target, metadata = {}) {
    const response = await fetch(`${this.base}/activities/`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user, activity_type: activityType, target, metadata }),
    });
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
    return response.json();
  }

  async activities(params) {
    const found = [];
    let url = `${this.base}/activities/?${new URLSearchParams(params)}`;
    while (url) {
      const page = await answered(await fetch(url));
      found.push(...page.results);
      url = page.next;
    }
    return found;
  }

  async recent() {
    return (await answered(await fetch(`${this.base}/activities/recent/`))).results;
  }

  async engagement() {
    return (await answered(await fetch(`${this.base}/engagement/`))).results;
  }

  async recalculate() {
    const response = await fetch(`${this.base}/engagement/recalculate/`, { method: "POST" });
    return (await answered(response)).updated;
  }

  async stats() {
    return answered(await fetch(`${this.base}/stats/`));
  }
}
