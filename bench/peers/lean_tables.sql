-- What a server may do with that keeps no more than this: no states, no privacy, no activity, no log.
-- Filled with what the product's tables hold.
CREATE SCHEMA lean;

CREATE TABLE lean.interactions AS
  SELECT gen_random_uuid() AS id, user_alias::text, action, target_id::text AS post_id,
    'filled ' || id AS event_id, occurred_at
  FROM public.interactions WHERE target_kind = 1 AND status = 0 ORDER BY id;
ALTER TABLE lean.interactions
  ALTER id SET DEFAULT gen_random_uuid(), ALTER user_alias SET NOT NULL, ALTER action SET NOT NULL,
  ALTER post_id SET NOT NULL, ALTER event_id SET NOT NULL, ALTER occurred_at SET NOT NULL,
  ADD PRIMARY KEY (id), ADD UNIQUE (user_alias, event_id);
CREATE INDEX ON lean.interactions (user_alias, occurred_at, id);

CREATE TABLE lean.counters AS
  SELECT post_id, action, count(*) AS count, max(occurred_at) AS last_at FROM lean.interactions GROUP BY 1, 2;
ALTER TABLE lean.counters SET (fillfactor = 80), ADD PRIMARY KEY (post_id, action);

CREATE TABLE lean.scores AS
  SELECT post_id, 0::float8 AS score, max(last_at) AS at FROM lean.counters GROUP BY 1;
ALTER TABLE lean.scores SET (fillfactor = 80), ADD PRIMARY KEY (post_id);
ANALYZE lean.interactions, lean.counters, lean.scores;
