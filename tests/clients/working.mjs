// Works with the JavaScript clients as a product does: `node working.mjs BASE`; silent if all is well.

import assert from "node:assert/strict";

import { Recommender, Tracker } from "./older.mjs";

const base = process.argv[2];
const recommender = new Recommender(base);
const tracker = new Tracker(base);

async function recommends() {
  const context = { source: "timeline_home", recommended: true };
  const first = await recommender.logInteraction("jo", "js/1", "favourite", context);
  assert.match(first.interaction_id, /^int_/);
  assert.match(first.user_alias, /^u_[0-9a-f]{32}$/);
  assert.match(first.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.equal(first.status, "success");
  assert.equal(first.action_type, "favorite");
  assert.equal(first.privacy_level, "pseudonymized");

  for (const user of ["jo", "max"]) await recommender.logInteraction(user, "js/1", "view");
  await recommender.logInteraction("jo", "js/1", "more_like_this");
  await recommender.logInteraction("jo", "js/1", "less_like_this");
  const post = await recommender.postInteractions("js/1");
  assert.equal(post.interaction_counts.favorites, 1);
  assert.equal(post.interaction_counts.more_like_this, 0);
  assert.equal(post.interaction_counts.less_like_this, 1);
  assert.equal(post.engagement_rate, 0.5);
  assert.ok(new Date(post.last_interaction) <= new Date());

  const history = await recommender.userInteractions(first.user_alias, { limit: 20, action_type: "favorite" });
  assert.equal(history.total_count, 1);
  assert.deepEqual(history.interactions[0].context, context);

  await recommender.logInteraction("max", "js/1", "reblog");
  const { recommendations } = await recommender.recommendations("eve", 1);
  assert.deepEqual(Object.keys(recommendations[0]), ["id", "ranking_score", "recommendation_reason"]);

  assert.equal((await recommender.privacy("jo")).tracking_level, "full");
  assert.equal((await recommender.setPrivacy("jo", "limited")).tracking_level, "limited");
  const counted = await recommender.logInteraction("jo", "js/1", "click");
  assert.equal(counted.interaction_id, null);
  assert.equal(counted.privacy_level, "aggregated");
  const lines = await recommender.exportData("jo");
  assert.equal(lines[0].type, "user");
  await assert.rejects(recommender.deleteData("jo", false), /400 confirm: got false/);
  const deleted = await recommender.deleteData("jo", true);
  assert.deepEqual(deleted.deleted_items, { interactions: 0, settings: 1 });
  await assert.rejects(recommender.logInteraction("jo", "js/1", "look"), /400 action_type: got 'look'; allowed are/);
}

async function tracks() {
  for (let number = 0; number < 25; number += 1) await tracker.track("kim", "comment", `js-${number}`, { number });
  await tracker.track("kim", "group_join", "chess");
  await tracker.track("kim", "ungroup_join", "chess");
  const comments = await tracker.activities({ user: "kim", activity_type: "comment" });
  assert.deepEqual(comments.map((each) => each.metadata.number), [...Array(25).keys()].reverse());
  assert.equal((await tracker.activities({ user: "kim" })).length, 25);
  assert.equal((await tracker.recent()).length, 20);
  assert.deepEqual(await tracker.activities({ user: "nobody" }), []);
  assert.ok((await tracker.engagement()).some((each) => each.user === comments[0].user));
  assert.ok((await tracker.recalculate()) >= 1);
  const stats = await tracker.stats();
  assert.equal(stats.by_type.find((each) => each.activity_type === "comment").count, 25);
  assert.equal(stats.by_day.at(-1).by_type.find((each) => each.activity_type === "comment").count, 25);
}

await recommends();
await tracks();
