from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE "lean_totals" (
    "count" BIGINT NOT NULL,
    "folded" BIGINT NOT NULL,
    "bare" BIGINT NOT NULL,
    "last_at" BIGINT NOT NULL,
    "subject_kind" SMALLINT NOT NULL,
    "action" SMALLINT NOT NULL,
    "subject_id" VARCHAR(255) COLLATE "C" NOT NULL,
    "decayed" BYTEA,
    "folded_decayed" BYTEA
) WITH (fillfactor = 85);
COMMENT ON TABLE "lean_totals" IS 'How often an action holds or happened for a subject: its rows plus what was aggregated.';
INSERT INTO "lean_totals" SELECT count, folded, bare, last_at, subject_kind, action, subject_id, decayed, folded_decayed
    FROM "totals" ORDER BY subject_kind, subject_id, action;
DROP TABLE "totals";
ALTER TABLE "lean_totals" RENAME TO "totals";
ALTER TABLE "totals" ADD PRIMARY KEY ("subject_kind", "subject_id", "action");
        CREATE TABLE "lean_scores" (
    "count" BIGINT NOT NULL,
    "rank_key" DOUBLE PRECISION NOT NULL,
    "subject_kind" SMALLINT NOT NULL,
    "subject_id" VARCHAR(255) COLLATE "C" NOT NULL,
    "positive" BYTEA NOT NULL,
    "negative" BYTEA NOT NULL
) WITH (fillfactor = 85);
COMMENT ON TABLE "lean_scores" IS 'A post''s or a user''s weighted decayed counts, and the key that orders them at any moment.';
INSERT INTO "lean_scores" SELECT count, rank_key, subject_kind, subject_id, positive, negative
    FROM "scores" ORDER BY subject_kind, subject_id;
DROP TABLE "scores";
ALTER TABLE "lean_scores" RENAME TO "scores";
ALTER TABLE "scores" ADD PRIMARY KEY ("subject_kind", "subject_id");
CREATE INDEX "idx_scores_subject_4d42da" ON "scores" ("subject_kind", "rank_key", "subject_id");
        CREATE TABLE "lean_activity" (
    "count" BIGINT NOT NULL,
    "folded" BIGINT NOT NULL,
    "start" INT NOT NULL,
    "span" SMALLINT NOT NULL,
    "action" SMALLINT NOT NULL
) WITH (fillfactor = 90);
COMMENT ON TABLE "lean_activity" IS 'How often an action holds or happened in a range of time, over all users and targets.';
INSERT INTO "lean_activity" SELECT count, folded, start, span, action FROM "activity" ORDER BY span, start, action;
DROP TABLE "activity";
ALTER TABLE "lean_activity" RENAME TO "activity";
ALTER TABLE "activity" ADD PRIMARY KEY ("span", "start", "action");
        CREATE TABLE "lean_event_ids" (
    "user_key" BIGINT NOT NULL,
    "event_key" BIGINT NOT NULL,
    "interaction_id" BIGINT,
    "seen_at" BIGINT NOT NULL,
    "action" SMALLINT NOT NULL,
    "undo" BOOL NOT NULL,
    "target_id" VARCHAR(255) COLLATE "C" NOT NULL
);
COMMENT ON TABLE "lean_event_ids" IS 'A client''s idempotency id and the input it stood for, stored for the retention.';
INSERT INTO "lean_event_ids" SELECT
    ('x' || encode(substr(sha256(convert_to(split_part(key, ':', 1), 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint,
    ('x' || encode(substr(sha256(convert_to(key, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint,
    interaction_id, seen_at, action, undo, target_id FROM "event_ids" ORDER BY seen_at;
DROP TABLE "event_ids";
ALTER TABLE "lean_event_ids" RENAME TO "event_ids";
ALTER TABLE "event_ids" ADD PRIMARY KEY ("user_key", "event_key");
CREATE INDEX "idx_event_ids_seen_at_f29a74" ON "event_ids" ("seen_at");
DROP TYPE "event_ids_row";
CREATE TYPE "event_ids_row" AS (
    "user_key" BIGINT,
    "event_key" BIGINT,
    "action" SMALLINT,
    "target_id" TEXT,
    "undo" BOOLEAN,
    "interaction_id" BIGINT,
    "seen_at" BIGINT
);
ALTER TYPE "activity_row" ALTER ATTRIBUTE "start" TYPE INTEGER;
        DO $$
DECLARE name TEXT;
    is_filled BOOLEAN;
BEGIN
    -- Of an empty table it would be noted that it is small, and then its indexes were not used.
    FOREACH name IN ARRAY ARRAY['totals', 'scores', 'activity', 'event_ids'] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO is_filled;
        IF is_filled THEN EXECUTE format('ANALYZE %I', name); END IF;
    END LOOP;
END $$;"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        -- What was stored before cannot be made of what is stored now."""


MODELS_STATE = (
    "eJztHf1T27jyX9HwS+/N5DotpbQPfoKWXnlHoQfc9W7KTaLYSqKHY6W2nDRzr//725Xkz9jGDgkJ"
    "xjOdKbF2JWel7Peu/tkZC5s5/vMjS/Ipl/OdA/LPjkvHDP5YGOuQHTqZxCP4QNK+o4BpEqrvSw8e"
    "wPMBdXwGj2zmWx6fSC5chP4oZkQMJHMJhX8WPiYj4dg+ER4ZwSrMZTbhMEY86g4ZABPJxzCTmDKP"
    "UMchgc88H9BtIqk3ZNJ/jkvbwoK1uTtc2yo37o17Qq0R4T6xROBKPYUceYwRT8z8Dk7DpU/G3A0k"
    "TIZ/j0TgqWnwg03nHeILwKESHs7JhHlc2DijHLEb1w/GOMeAzdSE6osFLv8WsK4U8BIj5sHX+/p1"
    "x59QFwd9eDmpKK++5M7ff8Pf3LXZd+YjJH6c3HYHnDl2aosjRDXUlfOJenzqyg8KFina71rCCcZu"
    "Cn4ylyPhRgjcVU+HQFCPAkUSO+8GjmMOSfhIfxd4IL2ARW9qxw9sNqCBg+cHsfVLxM92ut3zi+vu"
    "1cl1t7uzcLZCjMRBMI8s4eK5hHf1FRGG+Ao/777ce7P39tX+3lsAUa8ZPXnzQy8dE0cjKhKdX+/8"
    "UONUUg2hSB3TVh2ORdoe82EheSOU1ZA3fBDTN/45PhyB/727++rVm90Xr/bfvt578+b12xcRpReH"
    "ykh+fPoLUh0ABHAXzXbCbYjJPoAfOLPr0T3GaQm/NOFDZpQm+9UY2GgxPzE4TSL7q903+xGh8UMZ"
    "aa8+HZ2dLdLS8PGa1IyxWnr++IFCb3CbYM34oE+t2xn17O7CiNgVRbCLQ+PdcfYJdelQ0Qi/DL5h"
    "qD5N+K8sX7HSI+Vq1YR3b9ncr6ZWHRGANWoFAc1lyi1GLDgyPplxOTokwnVwnBGbD5kvQ03FZ5bH"
    "JOofvhQesxdVqZXOnKPLVFVYeA5nfzeiXv4PgufxdPhSj09XGdPvXYe5QzmCjy/3S34Bfxxdvvt4"
    "dPnTy/1/pTn2uRnZVUPluotvCSBWDUpHCKsh9qY5T4rcr3YrkPvVbiG5cSjN3tX/NagbwjeQuPt7"
    "FYi7v1dIXBxKE1czoDwF0KXePJ/AMU6GxP25ZP4jJHKZNnd2cYwzj33/m2OofHx6fnT510+fjv5U"
    "hB7PzdDZxfkvIfxE+HLoqYl2jv+6PjnK0B0YPdKnS+saPSm8JmkuD6yAe2wqbpfYgDTeUhtgZOHT"
    "o/+WKJknU+bK07SqlBkqVTMZAnW5XVnPtBwOGM98wm02ngjJXGsOf2tPGWiB3J0EoPZJVPuETQbC"
    "6xgNEP9WIKAXwhQwY562ufL5c/1n6N1D9RoBNAnwQ2XvWYxS6/eWQmuOI+1BuF2xyprcy+p7kcRq"
    "Rc/SogdWZ552P3TzTLSyLVjEbUXQ0j44xtza8j+BtK6fQFPZUeuxW5cHNHBtkXOMhXAYdQt4uUHJ"
    "mnCA8whpWXYiLy7OUhbc8WnmfJ7//un45PKnl8qaAyAuC46tjmrm8uxfWYGxnMJpoEti9/XrCj4J"
    "gCp0SoRjSZM5iUfeXZydHV2fkJuddzc722NGfNBa/4INoZ6XGhADgKhoPHxikqIWd0Bm6E5WPmP4"
    "2Kc+6uxjNu6rkHtfKAXfZ84AVPvAGhHqA4YAKONUHlObKSczdTgg5yQArHepe7ixN+sA3CJX9qrc"
    "f8V2wZQ6QQ6tr9n3ApkcITSCtZWQ9/rkz+uUGAnJmu8HDMET2/AOXYNbw71OXYt6LjUUWmBiyeFS"
    "XsZjwMr+EIBgEhgHZhABl3HE0DCQCfVV+Eu47ADzjJjxUkR8aCgYjqo0JFcgI8nzh6x0fkxhOpUm"
    "FQqncwPDCQdgipHeQDiOmPm9DgkmRApYiXlMA8KvBpciBuQ5uYanA+7pl3hxX75opq1nvySQWm/K"
    "irwptY34FWbPPBnyx+TusyGtb7gnsZpkPz4dv/1p7PvKF1nx8B0iKwKsKLK+6FQO9H8Sm9udyLOO"
    "okUlbyyKoQo4KFqOXKJc3GQEajTFFFbCMGEWU2sPMX1EwolUgyhJcBhd9kMhYMbZiAMkyF+PMy2b"
    "HABG6QIHhcIxuQHBbKA4/AGTeMwSns10bAB9AC57Tnrc7pl8WoKjnkqoVXJKw8NXAiiffYvA4EWe"
    "wfTwKGCuxXRSr/puB7jUWEzxjYR6yGApkIouwzxhg0xUcqzKLQYZPPGVfFXLXAklmcGG8G7chASH"
    "FfQb6Dd0GKgdPtLOmxNrhBnJmsT+LZ/gO6K8Vyk4M5THmKMs6S0rjG9khK4JdygLRv0kLCvwvCju"
    "BxwcEL6G1v0tYOojljD2C1DS8y4xQc7jWhlA50p/aSXTSphjJ+MxOvnl5PKudCH2ra7L+dvKHP1P"
    "YlMyztHUD66i2y6N1AjjNuNLqJIWt1+cFmeG8px2MLTgs2u9/+vz/mdkSB2iZlBbyrYO/7sYxwYc"
    "/sktyWg/1aVoBrFJR/3BU+e0DbFE7lwKsd2C5VMXwCoMcvSZOwqIIqwmkX4VjN6hvuzq41n7VC/i"
    "tik5y55rRUt0Syy3CwnMdg/uw1tYfnLge5X5X8xcWEF2YNXCgK2yVjdQFeCLwLPqlRJFGEupmtt2"
    "4Ndc7YJcejxmbn7Nc1m6VAazzZqqnjUFi0r2PYedF2cVJFCacKwfIq0gVdSlXrOfd8iLaZ5Caqle"
    "n+pT6nGa18SimHsnUJpA8bU4CrYm/Hgmhh8ZzS0bCoc6ZWFHRwy7oxDqzpAjpoqEET8VxgrTTpLR"
    "y2RM8cAEAP0QlAz5lLlEBDnByZXOjmHML2HKIIbqRkBPkw3Tm3iBCxa/RuqRMZ2TPubZqLjjt4Az"
    "2UXJyqXfI0Ns4KNK5HUMVA+oF7xxdYzPtBHSUJiJqEOmcZwwzknUIUAYOTv9dHp98l63J3pOLlzy"
    "WethV7+dqYVgcr0SyH+MW2LuonmCVVQ+6Y2pd9sLA67+SL3mSMUOcV2PqdhqmDFEvowEmXkgEH34"
    "vrcM46SBZ6KRvSm8BFBXRVJxITGrGpOsFeUr9wQ0Lc63vA+gOE6nLEp9bpcwRWPEJvlaHtgUTTGP"
    "epuwgPpw2/AiuwcvHhvdU3y5Ht0XUFu6V6c7ipl65A4xWipXp7KRwPUInUBqaV1O6y3R1z97fEqt"
    "+RWTUtNlQW3PQJRq7xMN2/U1cMXEQdSzDSYol1PmhBmBFiqnh2kttqNrbvRm64TzfM393jPeQ9fc"
    "mmyabarLeehcmhKlFY9EXWsgQmqSqrqKsGDbpWfTuXsTe6kNSOO1G/AY5fclG4spdfIEdzhUKrE9"
    "DVQnxZ/7pM9gE4hKFUfnFvqPtIB95qvyMeycwyakP1f/HypPFhEqBV7hq4z6Bam90tnR34ZqgFFF"
    "8Dk6lhQX7yEuyHRX9cxGhxRCuGyGDi2GXivu6Oo0UAZUuVurELQKQasQVFQI4Gv7OfH50tBxhNMG"
    "jasHjT0sLPKXEf1ZzCYd4acj/K+ok9tcQz0vFfs+QNSwzhFci2Gbzp9hzRrIZv+Q9EF0Euqh9QzT"
    "iDmzyd5bdTNFWPmtG2TMsbytwE5f4dz3ENAwz+IvqPDnY6CbExpa25UVvjmKWdZU3Dg3xGjb5nZq"
    "JMhtC0eyhMdyWZIaKOdJCFK5PQYS4ZkqjY1sgxnjwxFenmMziyK/0FHwuKg4ajivqmNVje6YmAtz"
    "xqD5uzlJAGtbCQ2UnsKL6oXNLT36z/5/mSUVP5RAg4PIZ5lKPtBxdUAPjRgp8OKh25ILfvTEUTVT"
    "+DmskE2V92aBceowezWLmH8bUAxU3e5JIzXO7tlIbVB7qdAWqI0p3T3xU0pT/oMjaJHankDK0H6A"
    "WI+Q+iWEfH/x+/HZCfl8efLu9Or04jwlEPVg2kK6PDk6yyaLZzhYrUqgDG6TTvsq7HxgP1zyaZ6p"
    "X6LfJbFaHa+Ojpe674MNaX3aJ7Fa2j9C/foajeM8/VoPlOrX2rCu5+gPW1qaJvjUuMaVuZ7MGMW2"
    "+tg/vxOpqT6doz6qW8opv3yxw3+lqyi9GmSk0qopauKop0dXSKFyrVIBVAatUrVV8yBYV7cYwi5E"
    "PTFzMRFXBRZinA42A8KOOzLht+jZdN7TXevCjkLKbRFl1lI3qbPDd/DE7L7uitqFZ/crOdsudfrB"
    "2G2x0qzOR70diFDWx3gbuQlb4aPbLK1X46RrC+PXpQi37TY2bk63vQm2aB/a3gQb3QNVGJzn0ytT"
    "TxJIK+pL8DQMw7YzwZPpTLBl1H6YHJO2YLvZBdvXGF7cyfUoybuSR3VosppH6aMqQAYRg/4Q7Qox"
    "1wUIj4xgDTgTofvHON4PVOmvKneeOIGvb1xRNcRD4MJDPECLPqU1raO8Siba21NhXrzTANu0xQ/N"
    "jQY+0DFZgK3LtNGVNKLOFBbX7Zjhw+Bnhw+AVtSHyUGuCAcLqJ5jIBy7PKuZe4S5FpBex5DNrego"
    "iHTluSrXhrmmau3xUnHfTtQ3tPI9lW1cd22codPGdR+z8q25Qj26xzgt4ZcmfJ96udGwkssuDEZL"
    "9PuZ+0tZ+q3H656kbzMb1ufQbZuvr5aeRkfOYxPFyQoJpNYjtaRHKm2j1KP/Im67DY8vY+QDtZj8"
    "TL3cQpF4sHPHVaxMdid4F1E1Y/+IIDAmP8ziC56eZRqn+XQeQURZGROPDcCi7cAE1m2efb+6qaMK"
    "UZ11nSgxxTuXuPEDcNNMDRDISaLfGrVtddvUIXHFLMz7dskYM7zREzBmHuzHjQvvJYhq5HZt8sJN"
    "snc6CUW3YAqbp4350KPxV8HZr4UnBfcZsajrCtkWpDa6IHWZZl5tM7UVaNXMlXhPXD1JmUBqsyof"
    "oYy8CCQW/udJyHCoVD4KDbRSTzg8VBWRnUiQWehXjrMW8ROKKm4FDvVysivXtE7UyDSGc7VzG6uQ"
    "0I1+YPowqFsME2mXur4T32TK5fw56cX+9agECldSNxqGpVG68arQ1yHSuW9KqDxW7Oo2mV+ZmF8c"
    "ak3Ep+r6vdd1ia0RetsrKLfiCuGtSgDchDBcWQZg2+N/A6H0ovSQ4oDZ/bJDto3Kq08PKdK298qv"
    "RyvMaSjcifumNGz3Vmz4trrW27rihnxt5HcTpmOszdajfRqv3YBaG7BdFuQfRkwUG5J/JGyPu+zJ"
    "rpE6lZ2uBt50njBGadRbR7kljS9TF7JhGzxzuwLB1z0k5vp51XoPKZPnf13TKmWmXCh+Wztta354"
    "ndZOewA7rdVUN66pbomEwdt48uSKel4qTVSyaDUR8kWH1HwwYY2zra8asOoyaGTiarJD9YRj+TW3"
    "o9ZDGjZ2AxbUe690+rsjYF93aAA/g2TcCtYo71oUQlT/1SUwGhcW27K81ux2VtyhhVPQuMqEBw9f"
    "LlScaWou7ElxpUgWr4GbsvIiKOCAI0mHOWe/+NrKJE4TaFxC07XcWjlxqJUXFC6meIzR0rs+vTd4"
    "pcSWUX4zrizQIVm+H6ssNJTAasNC1cNC0Z3CtY97FrNJJvTT8R2iBacSMXcKzDs92LnLxuuqNM16"
    "lh7iaUee7iFLzG8YPw5E4NqkPz8gY2pHFhrmYXCX9JSl1tMdb0MTDd6q6FqPtSylijKn1AmYafZl"
    "9EmCJwDgidF7OioDBjX/jm7jq6SzurP219Pz9wfc7hW7IJPGYLgRas2cfrkZANwJWc3kbB2Wm3RY"
    "boHBv2muu3mTP1G1EP6M6sSDI6QmScFVhIMjXlTZg2zgm3iw9ysd7P2Sg71fcrD378p0qKngtWrd"
    "41XrjpjHrVGeTmdGShU6GsPcpcsVb8E96kPyhOFTUUbWdhlK4Z3KJb10Cm9UbgQ7XlUznRSThR9V"
    "DQob8AZS9+WLFxWoC1CF1FVjFZvL/efq4rzUy59DZZtbkvyPONx/jCKthLhIjHKvaNYBmlEpcILj"
    "TQuzH/8HgjQQbw=="
)
