-- Distributes the tables of a new Trailmark database over the servers that Citus knows.
-- README.md says what comes before and after. Run it once, on the coordinator:
--
--     psql -v ON_ERROR_STOP=1 --single-transaction -f distribute.sql -f writing.sql DATABASE
--
-- Each lane is one shard of every table that recording writes, and so on one server. How many lanes
-- there are is fixed from here on.

SET LOCAL citus.multi_shard_modify_mode = 'sequential';

DO $$
DECLARE
    lanes int;
    shards int;
    named text;
    key record;
BEGIN
    IF to_regclass('pg_catalog.pg_dist_partition') IS NULL THEN
        RAISE EXCEPTION 'the database has no Citus: CREATE EXTENSION citus';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_dist_node WHERE groupid = 0) THEN
        RAISE EXCEPTION 'the coordinator is not among the nodes: SELECT citus_set_coordinator_host(…)';
    END IF;
    SELECT log_head.lanes INTO lanes FROM log_head WHERE id = 0;
    IF lanes < 2 THEN
        RAISE EXCEPTION 'there is one lane, which cannot be on several servers: trailmark lanes 8';
    END IF;
    IF EXISTS (SELECT FROM interactions) OR EXISTS (SELECT FROM totals)
        OR EXISTS (SELECT FROM event_ids) OR EXISTS (SELECT FROM tokens) THEN
        RAISE EXCEPTION 'the database is not empty: export it, and import it into a new one';
    END IF;

    -- Rows say their lane, which is in each unique key: Citus keeps a key unique within a shard.
    FOREACH named IN ARRAY ARRAY['interactions', 'event_ids', 'facet_parts', 'rank_changes'] LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN lane smallint NOT NULL DEFAULT 0', named);
        FOR key IN
            SELECT i.indexrelid::regclass::text AS index, c.conname AS name,
                pg_get_indexdef(i.indexrelid) AS definition, pg_get_constraintdef(c.oid) AS rule
            FROM pg_index i
            LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
            WHERE i.indrelid = named::regclass AND i.indisunique
        LOOP
            IF key.name IS NULL THEN
                EXECUTE format('DROP INDEX %s', key.index);
                EXECUTE regexp_replace(key.definition, '\)( WHERE .*)?$', ', lane)\1');
            ELSE
                EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I, ADD CONSTRAINT %I %s', named,
                    key.name, key.name, replace(key.rule, ')', ', lane)'));
            END IF;
        END LOOP;
    END LOOP;

    -- Citus gives shards to its workers in turn, and lanes to shards by a hash. So many shards as give
    -- each lane one of its own, and each worker as many lanes as another, or one more.
    SELECT n INTO shards FROM generate_series(lanes, 64 * lanes) n
    WHERE (
        SELECT count(*) = lanes AND max(of_worker) - min(of_worker) <= 1
        FROM (
            SELECT shard, count(*) OVER (PARTITION BY shard % workers) AS of_worker
            FROM (
                SELECT DISTINCT (worker_hash(lane::smallint)::bigint + 2147483648)
                    / (4294967296 / n) AS shard
                FROM generate_series(0, lanes - 1) lane) s,
                (SELECT count(*) AS workers FROM pg_dist_node
                    WHERE isactive AND shouldhaveshards) w) placed)
    ORDER BY n LIMIT 1;
    PERFORM create_distributed_table('log_head', 'id', shard_count => shards);
    FOREACH named IN ARRAY ARRAY['interactions', 'event_ids', 'facet_parts', 'rank_changes'] LOOP
        PERFORM create_distributed_table(named, 'lane', colocate_with => 'log_head');
    END LOOP;
    FOREACH named IN ARRAY ARRAY['totals', 'scores', 'activity', 'outcomes'] LOOP
        PERFORM create_distributed_table(named, 'slot', colocate_with => 'log_head');
    END LOOP;

    -- Small, or seldom written: a copy on each server.
    FOREACH named IN ARRAY ARRAY['privacy_settings', 'removals', 'tokens', 'salts', 'posts',
        'post_facets', 'outcome_variants', 'incarnations'] LOOP
        PERFORM create_reference_table(named);
    END LOOP;
    -- Written in one commit with what is distributed, which is then one by two phases.
    FOREACH named IN ARRAY ARRAY['ranks', 'followers', 'unlogged_changes'] LOOP
        PERFORM citus_add_local_table_to_metadata(named);
    END LOOP;
    -- What was in tables before stays on the coordinator, where nothing reads it.
    FOREACH named IN ARRAY ARRAY['log_head', 'incarnations'] LOOP
        PERFORM truncate_local_data_after_distributing_table(named::regclass);
    END LOOP;
END $$;
