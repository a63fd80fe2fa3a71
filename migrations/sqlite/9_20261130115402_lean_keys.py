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
    "subject_id" VARCHAR(255) NOT NULL,
    "decayed" BLOB,
    "folded_decayed" BLOB,
    PRIMARY KEY ("subject_kind", "subject_id", "action")
) WITHOUT ROWID /* How often an action holds or happened for a subject: its rows plus what was aggregated. */;
INSERT INTO "lean_totals" SELECT count, folded, bare, last_at, subject_kind, action, subject_id, decayed, folded_decayed
    FROM "totals" ORDER BY subject_kind, subject_id, action;
DROP TABLE "totals";
ALTER TABLE "lean_totals" RENAME TO "totals";
        CREATE TABLE "lean_scores" (
    "count" BIGINT NOT NULL,
    "rank_key" REAL NOT NULL,
    "subject_kind" SMALLINT NOT NULL,
    "subject_id" VARCHAR(255) NOT NULL,
    "positive" BLOB NOT NULL,
    "negative" BLOB NOT NULL,
    PRIMARY KEY ("subject_kind", "subject_id")
) WITHOUT ROWID /* A post's or a user's weighted decayed counts, and the key that orders them at any moment. */;
INSERT INTO "lean_scores" SELECT count, rank_key, subject_kind, subject_id, positive, negative
    FROM "scores" ORDER BY subject_kind, subject_id;
DROP TABLE "scores";
ALTER TABLE "lean_scores" RENAME TO "scores";
CREATE INDEX "idx_scores_subject_4d42da" ON "scores" ("subject_kind", "rank_key", "subject_id");
        CREATE TABLE "lean_activity" (
    "count" BIGINT NOT NULL,
    "folded" BIGINT NOT NULL,
    "start" INT NOT NULL,
    "span" SMALLINT NOT NULL,
    "action" SMALLINT NOT NULL,
    PRIMARY KEY ("span", "start", "action")
) WITHOUT ROWID /* How often an action holds or happened in a range of time, over all users and targets. */;
INSERT INTO "lean_activity" SELECT count, folded, start, span, action FROM "activity" ORDER BY span, start, action;
DROP TABLE "activity";
ALTER TABLE "lean_activity" RENAME TO "activity";
        CREATE TABLE "lean_event_ids" (
    "user_key" BIGINT NOT NULL,
    "event_key" BIGINT NOT NULL,
    "interaction_id" BIGINT,
    "seen_at" BIGINT NOT NULL,
    "action" SMALLINT NOT NULL,
    "undo" INT NOT NULL,
    "target_id" VARCHAR(255) NOT NULL,
    PRIMARY KEY ("user_key", "event_key")
) WITHOUT ROWID /* A client's idempotency id and the input it stood for, stored for the retention. */;
INSERT INTO "lean_event_ids" SELECT * FROM (SELECT short_key(substr(key, 1, instr(key, ':') - 1)) AS user_key, short_key(key) AS event_key,
    interaction_id, seen_at, action, undo, target_id FROM "event_ids") ORDER BY user_key, event_key;
DROP TABLE "event_ids";
ALTER TABLE "lean_event_ids" RENAME TO "event_ids";
CREATE INDEX "idx_event_ids_seen_at_f29a74" ON "event_ids" ("seen_at");"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        -- What was stored before cannot be made of what is stored now."""


MODELS_STATE = (
    "eJztXf9T2zgW/1c0/NK9mWyHAqU9+hO0tMsthR6wt7tTdhLFVhIfjpVactLMXv/3e0+Sv8Y2dkhI"
    "MJ7pTIn0nmx/JL/vkv/eGXObueLlsSWdqSPnO0fk7x2Pjhn8sdDXITt0Mol7sEHSvquIaZKqL6QP"
    "DdA+oK5g0GQzYfnORDrcQ+pf+IzwgWQeofDPwmYy4q4tCPfJCK7CPGYTB/qIT70hA2IinTGMxKfM"
    "J9R1SSCYL4DdJpL6QybFS7y0zS24tuMN13aVW+/WO6XWiDiCWDzwpB5CjnzGiM9nooPDOFKQseMF"
    "EgbDv0c88NUw+MOm8w4RHHiohMY5mTDf4TaOKEfs1hPBGMcYsJkaUD1Y4DnfAtaVHG5ixHx4vK9f"
    "d8SEetgp4OakQl495M5ff8Hfjmez70wgJf6c3HUHDnPt1BRHjKqrK+cT1XzmyY+KFhHtdy3uBmMv"
    "RT+ZyxH3IgbHU61DANSngEhi5r3Adc0iCZv0s0CD9AMW3akdN9hsQAMX1w9y65uI23a63YvLm+71"
    "6U23u7OwtkKOxEIwTRb3cF3CvQoFwhBv4ee9VwdvDt7uHx68BRJ1m1HLmx/60jE4mlFBdHGz80P1"
    "U0k1hYI6xlYtjkVsT5xhIbwRy2rgDRtifOPX8fEA/ufe3v7+m73d/cO3rw/evHn9djdCerGrDPKT"
    "s0+IOhBwkC5a7ITTEMM+gBec2fVwj3la4JcGPhRGadivxyBGi+WJ4WkS7Pt7bw4joPFHGbTXn4/P"
    "zxexNHK8JpoxV4vnjx+o9AZ3CdGMDX1q3c2ob3cXevgeL6Jd7BrvjbMt1KNDhRE+DN5haD5NnF9Z"
    "vmGle8rNqonTvWNzUc2sOiZAa8wKApbL1LEYsWDJCDJz5Ogd4Z6L/YzYzpAJGVoqglk+k2h/CMl9"
    "Zi+aUisdOceWqWqwODmS/f2I+vkvhJMn0+Ghnp6tMqbfuy7zhnIEP18dlrwB/zm+ev/L8dVPrw7/"
    "kZbYF6ZnT3WV2y7C4gBWDaQjhtWAvWnJk4J7f68C3Pt7hXBjV1q8q/9roBvSNxDcw4MK4B4eFIKL"
    "XWlwtQDKMwA96s/zAY55MhD355KJJwhymTV3fnmCI4+F+OYalE/OLo6v/vzp8/EfCujx3HSdX158"
    "CuknXMihrwbaOfnz5vQ4gzsIesSnS+s6PSm+Jlkuj2yA+2zK75aYgDTfUhNgdOHzw39LjMzTKfPk"
    "WdpUynSVmpkMibqOXdnOtFwHOF4I4thsPOGSedYc/taRMrACHW8SgNkn0ezjNhlwv2MsQPxbkYBd"
    "CEPAiHnW5srHz42fYXQPzWsk0BDgj8rRs5il1vuWYmtOIO1RpF2xyZqcy+pzkeRqVc/Sqgeuznwd"
    "fujmuWhlU7DI26qgpWNwjHm19X+CaV2vQFPFURuxW1cENPBsnrOMOXcZ9QpkuWHJunDA8wSxLFuR"
    "l5fnKQ/u5CyzPi9++3xyevXTK+XNAZEjC5atzmrmyuxfWYGznOJpYEhi7/XrCjEJoCoMSoR9SZc5"
    "yUfeX56fH9+cktud97c72+NGfNRW/4IPodpLHYgBUFR0Hj4zSdGKOyIzDCermDH87FOBNvuYjfsq"
    "5d7nysAXzB2AaR9YI0IFcHCgMkHlMbWZCjJT1wHmnAKA9V7qAWHszQYAtyiUvarwX7FfMKVukIP1"
    "DfteoJMjhkaIthJ4b07/uEmpkRDW/DhgSJ6YhvcYGtwa6XXmWdT3qEFoQYglu0tlmRMTVo6HAAWT"
    "IDiwggikjMuHRoBMqFDpL+6xI6wzYiZKEcmhIWfYq8qQPI6CJC8estLxsYTpTJpSKBzOC4wkHIAr"
    "RnoD7rp8JnodEkyI5HAl5jNNCG8NXooYkpfkBloHjq9vYvehctEMW89/STC10ZQVRVNqO/ErrJ55"
    "NvDHcPfZkNZ33JNcTfIfn0/c/iyOfeWrrLj7HpUVEVZUWb/rUg6MfxLbsTtRZB1ViyreWFRDFXhQ"
    "tRx7RIW4yQjMaIolrIRhwSyW1r7D8hEJK1J1oibBbgzZDzmHEWcjByhB//oO07rJBWLULrBQKCyT"
    "W1DMhsqBP2AQn1nct5nODWAMwGMvSc+xe6aelmCvrwpqlZ7S9PBIQCXYt4gMbuQFDA9NAfMspot6"
    "1bMd4aXGfIp3xFUjg0uBVvQY1gkbZqKKY1VtMejgiVD6VV3mmivNDD6Ef+slNDhcQd+BvkOXgdkh"
    "EDt/TqwRViRriMWdM8F7RH2vSnBmqI+xRlnSO1aY38goXZPuUB6MeiUsK/D9KO8HEhwYvobe/R1w"
    "6iWWcPYLWNLjLjFATnOtCqALZb+0mmklwrGTiRidfjq9uq9ciH2rG3L+trJA/7OYlExwNPXCVQzb"
    "pZka4dxmYglVyuIOi8viTFde0A66FmJ2bfR/fdH/jA6pA2qGtUW2DfjfJzg2EPBPTknG+qmuRTOM"
    "TVrqj146p32IJWrnUoztFCxfugBeYZBjz9yzgSjiahL0qxD0LhWyq5dn7VW9yNuW5Cy7rhWWGJZY"
    "bhYSnO0cPES2sPziwA+q8r9YuLCC6sCqGwO2ylvdwK4AwQPfqreVKOJYytTctgW/5t0uKKXHY+bl"
    "73kuK5fKcLZVU9WrpuCikn3PEefFVQUJliYs62dUVnDOh78wmru3IuzqlOVmXD7sjkKqe/MymE8P"
    "0yIq1h/m5pMpnmTi5chkSURISobOlHmEBzkZnJWOjrme38O6KsxnjABPUzLQm/iBB26RZuqRMZ2T"
    "PhYjqOTMt8Bhsovix5GiR4Z4yonaR6wTRbpD3eCtpxMh5qwVTYXlWjqvFCdT4sItnSeBnvOzz2c3"
    "px/0GS4vyaVHvmhldf3vc3UhGFxfCYQkJnewwMu04FYTQXpj6t/1wqyUGKnbHKkEC17XZyoBFZZV"
    "kN9HnMx8kBoCnveOYTIp8E3KpjeFmwB0VboJL8RnVRM3tVIh5e5S05IhyztKxckMZXbrdbuEvR4z"
    "NskhfWR7PSU86k3CAuvjTcNudg52nxruKblcD/cF1hb36rijmqkHd8jRolwdZaOB6wGdYGqxLsd6"
    "S+z1L74zpdb8mkmpcVkw2zMUpdb7RNN2hSauWF2FdrbhBONyytywbMpC4/Rd2ort6I0JerJ1VW6+"
    "5f7gER9ga25NycE2bV547IKDEqMVl0RdbyBiapKpuorcSXuUyaYLnCb2UhOQ5msn4Cnq7ys25lPq"
    "5inusKtUY/uaqE4dtCNIn8EkEFVPi8EtjB9pBftCqD02eLwIm5D+XP3/TkWyCFd1wopflR0vaO2V"
    "jo7xNjQDjCmC7RhYUlK8h7yg0z11sDAGpJDCYzMMaDGMWjmu3sIDxoDaE9QaBK1B0BoEFQ0CeGyR"
    "k8Qsza9FPG1mrXpmzcfdF2IZ1Z/lbNISfj7K/5q6uScQqPZStS+AooZ3juRaDdt0/gI39oBuFu9I"
    "H1QnoT56zzAMnzObHLxVx/eH22P1KQJz3ANU4KevcOwHKGgYZ/ENKnx9DHVzUkNrO9dfmKWYFU3F"
    "p4uGHO3Zop0aVUTbIpEs7rNckaQ6ymUSklQ+QwBBeKH2D0a+wYw5wxF+YcRmFkV5obPg8c7L6FRu"
    "tYVQbWQcE/NVkTFY/l5OEcDaroQOSk/xRZsqzadM9J/9/zJLKnkoAYOjKGaZKj7QeXVgD50YyfHr"
    "LHclX0HRA0dbPsLf4TbC1B7ILDEOHZb4ZRnzP5kSE1X3e9JMjfN7NrKBov3yyhaYjSnbPfEqpZH/"
    "6HJaZLYnmDLYD5DrCaJfAuSHy99Ozk/Jl6vT92fXZ5cXKYWoO9Me0tXp8Xm2ojYjwWptl8jwNmm1"
    "r8LPB/HjSGea5+qX2HdJrtbGq2PjpT6KwIa0PvZJrhb7J2hf36BznGdf645S+1o71vUC/eG5f+ak"
    "cGpC48pdT1aM4tnjeMh4JzJTBZ2jParP3VJx+eKA/0qvouxq0JHKqqZoiaOdHn1nB41rVQqgKmiV"
    "qa1OWIHr6nNY8KiWHp95WIirEgsxTwdPTMFjSWQibtGz6bynj/YKj11RYYuospZ6SZsdnsHns4eG"
    "K2rvznnYvpztMqcfTdwWG81qfdSbgYhlfYK3kZOwFTG6zWK9miBdu3t4XYZweybBxt3pdgP3Fs1D"
    "u4F7o3Ogdk/mxfTKzJME04o2b7eO4aM6hjK/Ckx3dModQ1m5AqzaV+K1F2fiZ0dqB5/atThxA6FP"
    "l1dbAYcA5hAX1LJfo699HeUcmqRNT2Vrevpz1t240ZzeLADH5D5KvdsSPcIRdadwcX30JPwY/Ow6"
    "A8CKChgclgd3cR/ES8xn4YmWauQeYZ4F0OtUkPkCLK4nvYFU7bqEsabq2uOl0jedJb5o36Zn2vRM"
    "a0/m6ND4I/fVcY95WuCXBr5P/dygdsnB3oajBf1hVvtSBnvruD4Q+jZBub64THvQ7GrxNDZyvZxj"
    "gql1LJeMfKd9lHr4L/K20/D0/Hs8jGcnb3c2tndK92Sjk1kj6wv+tCPR/Z2HH3szWVD0rtVg71QL"
    "fk6aOnZUeahp8UMVHo9SnHlfxFjh8FW+40ADWO3JfVRwjfKixZBi4TUrdIkTHK0/vF5/ODudFWdo"
    "YRU04Fi5rTnQ38SONZoLc1J8eGWWr4GTsvIjLEECjiQd5qz94uMUkzxNwLgE05Wdp5gqdHSpxWoh"
    "HnO0eNfHe4MnSmwZ8puJSYANyWTtI3ITXO0m3uqbePXN9ZdY7lnOJoUrns8mXvTgPoK2KHTvdGfn"
    "Ph+vO0C6ep4e8ul9anoLGTHvMP4c8MCzSX9+pL/nbTw0PEcWv8SnPLWe3vAWumhwV0WneqzlUiqZ"
    "qz5AbWp9jT1JcAUAPTF2T0flkNHy7+hdfEo7qyNrfz27+HDk2L3ihGvSGQwnQn/0enG7XIYAZ0JW"
    "cznX9QVZo86219Xciu/3boHDv2mpu3mXPxHtDF+jOlH7iKlJWnAVQftIFlVc2hF9Exf2YaWFfViy"
    "sA9LFvbhPQu7roHXmnVP16w7Zr5jjfJsOtNTatDRmOY+W654ClZ8WP5zMUbWdhZK4ZHKxRHS4gOV"
    "GyGOV2NnZIQsvFQ1EDbkDUT31e5uBXSBqhBd1Vextvxf15cXdSvLbceS5H/EdcRTVGkl4CIY5VHR"
    "bAA0Y1LgABv/qs+P/wN/x/eP"
)
