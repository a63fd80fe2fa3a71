-- What PostGraphile serves: the same statements as functions. {names} are filled in by statements.py.
CREATE TYPE peers.action_type AS ENUM ({actions});
CREATE TYPE peers.target_kind AS ENUM ({kinds});
CREATE TYPE peers.interaction AS (
  number bigint, action peers.action_type, target_kind peers.target_kind, target_id text, occurred_at timestamptz
);
CREATE TYPE peers.action_count AS (action peers.action_type, count bigint);
CREATE TYPE peers.post_stats AS (
  post_id text, engagement_rate float8, counts peers.action_count[],
  favorites bigint, reblogs bigint, replies bigint, bookmarks bigint, clicks bigint, views bigint,
  last_interaction_at timestamptz
);

-- In PL/pgSQL, which keeps its plans.
CREATE FUNCTION peers.record_interaction(user_alias text, action peers.action_type, post_id text, event_id text)
RETURNS peers.interaction LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
  v1 text := user_alias;
  v2 smallint := array_position(ARRAY[{actions}]::peers.action_type[], action);
  v3 text := post_id;
  v4 text := event_id;
  v5 bigint := extract(epoch FROM clock_timestamp()) * 1000000;
  v6 float8 := (ARRAY[{weights}]::float8[])[v2];
  found record;
BEGIN
  FOR found IN {record} LOOP
    RETURN (found.id, action, 'POST', post_id, to_timestamp(v5 / 1e6))::peers.interaction;
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION peers.history(alias text, size int)
RETURNS SETOF peers.interaction LANGUAGE sql STABLE AS $$
  SELECT h.id, (ARRAY[{actions}]::peers.action_type[])[h.action],
    (ARRAY[{kinds}]::peers.target_kind[])[h.target_kind], h.target_id, to_timestamp(h.occurred_at / 1e6)
  FROM ({history}) h
$$;

CREATE FUNCTION peers.stats(ids text[])
RETURNS SETOF peers.post_stats LANGUAGE sql STABLE AS $$
  SELECT c.subject_id,
    (coalesce(c.favorites, 0) + coalesce(c.reblogs, 0) + coalesce(c.bookmarks, 0) + coalesce(c.clicks, 0))
      / nullif(c.views, 0)::float8,
    c.counts, coalesce(c.favorites, 0), coalesce(c.reblogs, 0), coalesce(c.replies, 0),
    coalesce(c.bookmarks, 0), coalesce(c.clicks, 0), coalesce(c.views, 0), to_timestamp(c.last_at / 1e6)
  FROM (
    SELECT t.subject_id,
      array_agg(((ARRAY[{actions}]::peers.action_type[])[t.action], t.count)::peers.action_count
        ORDER BY t.count DESC) FILTER (WHERE t.count > 0) AS counts,
      max(t.count) FILTER (WHERE t.action = {FAVORITE}) AS favorites,
      max(t.count) FILTER (WHERE t.action = {REBLOG}) AS reblogs,
      max(t.count) FILTER (WHERE t.action = {REPLY}) AS replies,
      max(t.count) FILTER (WHERE t.action = {BOOKMARK}) AS bookmarks,
      max(t.count) FILTER (WHERE t.action = {CLICK}) AS clicks,
      max(t.count) FILTER (WHERE t.action = {VIEW}) AS views,
      max(t.last_at) AS last_at
    FROM ({totals}) t GROUP BY t.subject_id
  ) c
$$;
