-- name: record
-- $1 alias, $2 action, $3 post, $4 event id, $5 microseconds since 1970, $6 the action's weight (not negative)
WITH fresh AS (
  INSERT INTO event_ids (user_key, event_key, action, target_id, undo, interaction_id, seen_at)
  VALUES (hashtextextended($1::text, 0), hashtextextended($4::text, 0), $2::smallint, $3::text, FALSE, nextval('peers.numbers'), $5::bigint)
  ON CONFLICT (user_key, event_key) DO NOTHING
  RETURNING interaction_id
), recorded AS (
  INSERT INTO interactions
    (id, seq, user_alias, action, target_kind, target_id, occurred_at, recorded_at, status, recommended)
  SELECT interaction_id, interaction_id, $1::text, $2::smallint, 1, $3::text, $5::bigint, $5::bigint, 0, FALSE
  FROM fresh
  RETURNING id
), counted AS (
  INSERT INTO totals (subject_kind, subject_id, action, count, folded, bare, last_at)
  SELECT s.kind, s.id, $2::smallint, 1, 0, 0, $5::bigint
  FROM recorded, (VALUES (0, $1::text), (1, $3::text)) s (kind, id) ORDER BY s.kind
  ON CONFLICT (subject_kind, subject_id, action, slot) DO UPDATE
    SET count = totals.count + 1, last_at = greatest(totals.last_at, excluded.last_at)
), scored AS (
  INSERT INTO scores (subject_kind, subject_id, count, positive, negative)
  SELECT s.kind, s.id, 1, '\x0000000000', '\x0000000000'
  FROM recorded, (VALUES (0, $1::text), (1, $3::text)) s (kind, id) ORDER BY s.kind
  ON CONFLICT (subject_kind, subject_id, slot) DO UPDATE SET count = scores.count + 1
), ranked AS (
  INSERT INTO ranks (subject_kind, subject_id, rank_key)
  SELECT s.kind, s.id,
    CASE WHEN $6::float8 > 0 THEN -(ln($6::float8) / ln(2::float8) + $5::bigint / s.half_life) ELSE 0 END
  FROM recorded, (VALUES (0, $1::text, 1209600e6::float8), (1, $3::text, 86400e6::float8)) s (kind, id, half_life)
  ORDER BY s.kind
  ON CONFLICT (subject_kind, subject_id) DO UPDATE
    SET rank_key = least(ranks.rank_key, excluded.rank_key)
        - ln(1 + power(2::float8, -least(abs(ranks.rank_key - excluded.rank_key), 1000))) / ln(2::float8)
)
SELECT id FROM recorded

-- name: history
-- $1 alias, $2 how many
SELECT id, action, target_kind, target_id, occurred_at FROM interactions
WHERE hashtextextended(user_alias, 0) = hashtextextended($1::text, 0) AND (user_alias = $1::text)::int <> 0 AND status = 0
ORDER BY occurred_at DESC, id DESC LIMIT $2::int

-- name: totals
-- $1 posts
SELECT subject_id, action, count, last_at FROM totals
WHERE subject_kind = 1 AND subject_id = ANY($1::text[])
