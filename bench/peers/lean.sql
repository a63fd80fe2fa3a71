-- name: record
-- $1 alias, $2 action, $3 post, $4 event id, $5 microseconds since 1970, $6 the action's weight (not negative)
WITH recorded AS (
  INSERT INTO lean.interactions (user_alias, action, post_id, event_id, occurred_at)
  VALUES ($1::text, $2::smallint, $3::text, $4::text, $5::bigint)
  ON CONFLICT (user_alias, event_id) DO NOTHING
  RETURNING id
), counted AS (
  INSERT INTO lean.counters (post_id, action, count, last_at)
  SELECT $3::text, $2::smallint, 1, $5::bigint FROM recorded
  ON CONFLICT (post_id, action) DO UPDATE
    SET count = counters.count + 1, last_at = greatest(counters.last_at, excluded.last_at)
), scored AS (
  INSERT INTO lean.scores (post_id, score, at)
  SELECT $3::text, $6::float8, $5::bigint FROM recorded
  ON CONFLICT (post_id) DO UPDATE
    SET score = excluded.score
        + scores.score * power(2::float8, -least(greatest(excluded.at - scores.at, 0) / 86400e6, 1000)),
      at = greatest(scores.at, excluded.at)
)
SELECT id FROM recorded

-- name: history
-- $1 alias, $2 how many
SELECT id, action, 1 AS target_kind, post_id AS target_id, occurred_at FROM lean.interactions
WHERE user_alias = $1::text
ORDER BY occurred_at DESC, id DESC LIMIT $2::int

-- name: totals
-- $1 posts
SELECT post_id AS subject_id, action, count, last_at FROM lean.counters
WHERE post_id = ANY($1::text[])
