-- The function that writes a lane's commit on the server that has the lane. distribute.sql comes first.
-- It returns whether the last commit of the lane is the one that the commit was judged by.

CREATE OR REPLACE FUNCTION trailmark_write(lane_ smallint, mark_ bigint, last_ bigint, interactions_ interactions_row[], event_ids_ event_ids_row[], totals_ totals_row[], scores_ scores_row[], activity_ activity_row[], facet_parts_ facet_parts_row[], outcomes_ outcomes_row[], number_ bigint, commit_ bigint, quiet_ integer, size_ integer, users_ text, posts_ text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM log_head WHERE id = lane_ AND mark = mark_ AND last_number <= last_ FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF cardinality(interactions_) > 0 THEN
        INSERT INTO interactions (id, seq, user_alias, action, target_kind, target_id, occurred_at, recorded_at, status, last_record_at, last_undo_at, state_key, source, recommended, context, described, variant, event_key, lane) SELECT r.*, lane_ FROM unnest(interactions_) r ON CONFLICT (id, lane) DO UPDATE SET seq = excluded.seq, occurred_at = excluded.occurred_at, recorded_at = excluded.recorded_at, status = excluded.status, last_record_at = excluded.last_record_at, last_undo_at = excluded.last_undo_at, source = excluded.source, recommended = excluded.recommended, context = excluded.context, described = excluded.described, variant = excluded.variant;
    END IF;
    IF cardinality(event_ids_) > 0 THEN
        INSERT INTO event_ids (user_key, event_key, action, target_id, undo, interaction_id, seen_at, lane) SELECT r.*, lane_ FROM unnest(event_ids_) r ON CONFLICT (user_key, event_key, lane) DO UPDATE SET interaction_id = excluded.interaction_id, seen_at = excluded.seen_at;
    END IF;
    IF cardinality(totals_) > 0 THEN
        INSERT INTO totals (subject_kind, subject_id, action, count, folded, bare, decayed, folded_decayed, last_at, slot) SELECT r.*, lane_ FROM unnest(totals_) r ON CONFLICT (subject_kind, subject_id, action, slot) DO UPDATE SET count = excluded.count, folded = excluded.folded, bare = excluded.bare, decayed = excluded.decayed, folded_decayed = excluded.folded_decayed, last_at = excluded.last_at;
    END IF;
    IF cardinality(scores_) > 0 THEN
        INSERT INTO scores (subject_kind, subject_id, count, positive, negative, slot) SELECT r.*, lane_ FROM unnest(scores_) r ON CONFLICT (subject_kind, subject_id, slot) DO UPDATE SET count = excluded.count, positive = excluded.positive, negative = excluded.negative;
    END IF;
    IF cardinality(activity_) > 0 THEN
        INSERT INTO activity (span, start, action, count, folded, slot) SELECT r.*, lane_ FROM unnest(activity_) r ON CONFLICT (span, start, action, slot) DO UPDATE SET count = activity.count + excluded.count, folded = activity.folded + excluded.folded;
    END IF;
    IF cardinality(facet_parts_) > 0 THEN
        INSERT INTO facet_parts (user_alias, number, entries, lane) SELECT r.*, lane_ FROM unnest(facet_parts_) r ON CONFLICT (user_alias, number, lane) DO UPDATE SET entries = excluded.entries;
    END IF;
    IF cardinality(outcomes_) > 0 THEN
        INSERT INTO outcomes (day, recommended, source, variant, action, count, aggregated, slot) SELECT r.*, lane_ FROM unnest(outcomes_) r ON CONFLICT (day, recommended, source, variant, action, slot) DO UPDATE SET count = outcomes.count + excluded.count, aggregated = outcomes.aggregated + excluded.aggregated;
    END IF;
    IF size_ > 0 THEN
        INSERT INTO rank_changes (id, size, users, posts, lane) VALUES ((extract(epoch FROM clock_timestamp()) * 1000000)::bigint * 64 + lane_, size_, users_, posts_, lane_);
    END IF;
    UPDATE log_head SET last_number = number_, mark = commit_,
        quiet_commits = quiet_commits + quiet_ WHERE id = lane_;
    RETURN true;
END $$;

SELECT create_distributed_function(
    'trailmark_write(smallint, bigint, bigint, interactions_row[], event_ids_row[], totals_row[], scores_row[], activity_row[], facet_parts_row[], outcomes_row[], bigint, bigint, integer, integer, text, text)', 'lane_', colocate_with => 'log_head');
