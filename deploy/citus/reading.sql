-- Lets readers ask what Citus refuses, such as joins that name a limit for each row.
-- Run it on the coordinator once distribute.sql has run:
--
--     psql -v ON_ERROR_STOP=1 --single-transaction -v host=127.0.0.1 -v port=5432 \
--         -v role=trailmark -v password=SECRET -f reading.sql DATABASE
--
-- `host` and `port` are the coordinator's own, as it reaches itself. In the schema that this makes, for
-- the head of a reader's search_path, each distributed table is a foreign table over itself.
-- So PostgreSQL's planner joins them, and asks Citus for one of them at a time.

SET LOCAL citus.enable_ddl_propagation = off;
CREATE EXTENSION IF NOT EXISTS postgres_fdw;
CREATE SERVER trailmark_itself FOREIGN DATA WRAPPER postgres_fdw
    OPTIONS (host :'host', port :'port', dbname :'DBNAME', fetch_size '10000');
CREATE USER MAPPING FOR :"role" SERVER trailmark_itself
    OPTIONS (user :'role', password :'password');
CREATE SCHEMA trailmark_reading;
GRANT USAGE ON SCHEMA trailmark_reading TO :"role";
IMPORT FOREIGN SCHEMA public
    LIMIT TO (interactions, event_ids, facet_parts, rank_changes, totals, scores, activity,
        outcomes, log_head)
    FROM SERVER trailmark_itself INTO trailmark_reading;
GRANT SELECT ON ALL TABLES IN SCHEMA trailmark_reading TO :"role";
