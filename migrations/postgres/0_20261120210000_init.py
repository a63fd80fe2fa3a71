from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE "activity" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "minute" BIGINT NOT NULL,
    "action" SMALLINT NOT NULL,
    "count" BIGINT NOT NULL,
    "folded" BIGINT NOT NULL,
    CONSTRAINT "uid_activity_minute_2d646d" UNIQUE ("minute", "action")
);
COMMENT ON TABLE "activity" IS 'How often an action holds or happened in a minute, over all users and targets.';
CREATE TABLE "event_ids" (
    "key" VARCHAR(195) COLLATE "C" NOT NULL PRIMARY KEY,
    "action" SMALLINT NOT NULL,
    "target_id" VARCHAR(255) COLLATE "C" NOT NULL,
    "undo" BOOL NOT NULL,
    "interaction_id" BIGINT,
    "seen_at" BIGINT NOT NULL
);
CREATE INDEX "idx_event_ids_seen_at_f29a74" ON "event_ids" ("seen_at");
COMMENT ON TABLE "event_ids" IS 'A client''s idempotency id and the input it stood for, kept for the retention.';
CREATE TABLE "facts" (
    "name" VARCHAR(64) NOT NULL PRIMARY KEY,
    "value" TEXT NOT NULL
);
COMMENT ON TABLE "facts" IS 'What the database remembers about itself, such as which secret its aliases were made with.';
CREATE TABLE "interactions" (
    "id" BIGINT NOT NULL PRIMARY KEY,
    "seq" BIGINT UNIQUE,
    "user_alias" VARCHAR(66) COLLATE "C" NOT NULL,
    "action" SMALLINT NOT NULL,
    "target_kind" SMALLINT NOT NULL,
    "target_id" VARCHAR(255) COLLATE "C" NOT NULL,
    "occurred_at" BIGINT NOT NULL,
    "recorded_at" BIGINT NOT NULL,
    "status" SMALLINT NOT NULL,
    "last_record_at" BIGINT,
    "last_undo_at" BIGINT,
    "state_key" BYTEA UNIQUE,
    "source" VARCHAR(64),
    "recommended" BOOL NOT NULL,
    "context" TEXT
);
CREATE INDEX "idx_interaction_user_al_5f337a" ON "interactions" ("user_alias", "occurred_at", "id");
CREATE INDEX "idx_interaction_target__e1a8fc" ON "interactions" ("target_kind", "target_id", "occurred_at", "id");
CREATE INDEX "idx_interaction_occurre_ce8f3e" ON "interactions" ("occurred_at", "id");
COMMENT ON TABLE "interactions" IS 'What a user did, and the log of it.';
CREATE TABLE "log_head" (
    "id" SMALLINT NOT NULL PRIMARY KEY,
    "last_number" BIGINT NOT NULL
);
COMMENT ON TABLE "log_head" IS 'The one row that numbers interactions and the log: the last number given out.';
CREATE TABLE "privacy_settings" (
    "user_alias" VARCHAR(66) COLLATE "C" NOT NULL PRIMARY KEY,
    "level" SMALLINT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "updated_at" BIGINT NOT NULL
);
COMMENT ON TABLE "privacy_settings" IS 'The privacy level a user chose; without a row, the default holds.';
CREATE TABLE "scores" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "subject_kind" SMALLINT NOT NULL,
    "subject_id" VARCHAR(255) COLLATE "C" NOT NULL,
    "count" BIGINT NOT NULL,
    "positive" BYTEA NOT NULL,
    "negative" BYTEA NOT NULL,
    "rank_key" DOUBLE PRECISION NOT NULL,
    CONSTRAINT "uid_scores_subject_6ef748" UNIQUE ("subject_kind", "subject_id")
);
CREATE INDEX "idx_scores_subject_4d42da" ON "scores" ("subject_kind", "rank_key", "subject_id");
COMMENT ON TABLE "scores" IS 'A post''s or a user''s weighted decayed counts, and the key that orders them at any moment.';
CREATE TABLE "totals" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "subject_kind" SMALLINT NOT NULL,
    "subject_id" VARCHAR(255) COLLATE "C" NOT NULL,
    "action" SMALLINT NOT NULL,
    "count" BIGINT NOT NULL,
    "folded" BIGINT NOT NULL,
    "bare" BIGINT NOT NULL,
    "decayed" BYTEA,
    "folded_decayed" BYTEA,
    "last_at" BIGINT NOT NULL,
    CONSTRAINT "uid_totals_subject_cd6e6c" UNIQUE ("subject_kind", "subject_id", "action")
);
COMMENT ON TABLE "totals" IS 'How often an action holds or happened for a subject: its rows plus what was folded.';
CREATE TABLE "aerich" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "version" VARCHAR(255) NOT NULL,
    "app" VARCHAR(100) NOT NULL,
    "content" JSONB NOT NULL
);
INSERT INTO log_head (id, last_number) VALUES (1, 0);"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        """


MODELS_STATE = (
    "eJztXG9v2zYT/yqE33QP4BVtkiZd+srJ3DabmwyJ9zwbmkGhJdriY4l0ScqpsfW770hK1h"
    "9Liu04ieMKCBCZvCOpu+PxdzxSf7dC7pFAvuy4ik6pmrWO0d8thkMCDwt1bdTCk0laowsU"
    "HgSGGGepBlIJKIDyIQ4kgSKPSFfQiaKcaeqP/BbxoSIMYfhzdTHyeeBJxAXyoRfCiIco1K"
    "GQskhBE3xKBMJBgCJJhAQ+DyksRkTJl7pPj7vQKWWjh2k+YvRLRBzFocQnAjr5/Lllec0b"
    "mz5af/0Fz5R55CuRmkT/nIydISWBlxMt9TSXKXfUbGLKTujojKn3hla/0MBxeRCFLKWfzJ"
    "TP2ZyBMqVLR/AyAiuie1Ai0tJmURDEikkUYF8gJbGjzPB4ZIijQOtMc9sBpGUtxzm/6DtX"
    "3b7jtBb0mXBkdBAXuZxpW4ChSiOAkR7Cjz/t7e3vH+292j98++bg6OjN21dvgdaMd7Hq6J"
    "sdTCot25SR2dmHs/O+HhAHg7OWqAu+GR6ssOUyysgY9lxvy2sg5blbC4nM69SQFKR6SKfK"
    "jikiFXw8TRYEfxXCzKsUfcq1S6Lf3zs6nAtb/6gT79WnTq+3KE+XR1YEy9vxnGWXZPnIZj"
    "yEpYSs6MFTnkbwKwler6HDccaP64IBdse3WHjOQg3f41W0i1XhXlgswQyPjDj1e+sBxyio"
    "OyVMneVX8UJVLT4imsihnlwOIHWQG1DgeCER9Ug44QBm3Bk8W2TiE0Avk0ghqpBUnHtoyE"
    "UbjclE6SdDIAjw6PYW8dHGWy+BR8tCoTGZLc6kX8msfBrF1IU5BG+2zhx6WigU4q9OQNhI"
    "+fDz9U9vambHfzuXpx87lz8A1X/yc+Q8rtqb1024VCNhmHN86PSi1+v0u+i6dXrdugMhNQ"
    "v1ZhdqG0o4ZbC/0tRzPJsx+KcWaM7k994sY/JAVWnySV2Zyeu6EpNPVRIxj5cs4ZwHBLNy"
    "jSQsBWUMgOcZaqNuNb646OmWQym/BHZ5LqzN579/OumCYzHyByKqKrAS9EaEdQyl5l8b9S"
    "7wruVXYq++LXJ/GswqCWEOXjFYyDA9lEffzd2HLQGt7y3GXECsprwWrg6BYkmo+j8fKwMJ"
    "NZoYYKmxYUjCgdlGG3ADIyUJhm0kI9dHWKJbn8KDJC6ASF2JcECBDyqIICjEHkG3VPmLuP"
    "Vhu7oHiDX/F6bWqY9F+cRK6HcOxx4eLLGmHx5ULum6qh6aTnEQlci6T75WOLE5w05gqBrx"
    "9rt/9HOrdiLWHz51/jASD2dxTe/i/ENCnlHDae/iZHu811m6/Jc5sWx1rS/LwIhVXBo2qQ"
    "DkUa89D4sDPkJ8CI6kwjfV81yza9ZhyGwFIB+8E0aC3yKCwUUpGpJ3UCAV2KKp5IyYah1x"
    "jyAIb8fOzMVCUPBgpm0gluDYwEQwGMg1gzFYKgjdb6ERQVwuPGIDe41fGXmJbqh3g6htQd"
    "cKPb4hFdCSpYdXAipJvszJYCAvoPlJgF29OZC82LHuJ+RTPRxuCgn0c+vDnNL5lJhTv5RQ"
    "JvkiFZ9Ik4uBPsBNcy0Dgu0YrlkiL+jBdm+HB5BcMKkFJ2bI9TEbEStfOaYTPUAOS4HSCj"
    "BuXedyFB6TZfcmPre01hyzNJgZ4bqREMSLoQ9AT2D4nARkY+C09pWJzypYSopXygmdR3px"
    "u19OaPtXkEeCZcVIpfuhe3nHYgM2uCpi/rKxOOW7UEohKM/NwyU3SvJMO7HKF0DV4TKg6r"
    "AaVB1WbpNAVe0uSbMR+CAbgckasopQC6yNZJst1rscxxNvsRbQz/KraIFxl0z9kRfUBP+v"
    "rIICY6OC9XdeIaKLSvBMvbdPuXZJ9Jtw9AGWyrHmubJVL/I2GYV17drIUm8prKeFDGejg/"
    "v4FuKUHqH4mY6IrHEuc7ZiNnOmiHxu0WqdIPWeZjuzKwrw5eTsvHP5Z/m2aEKfRTwnf/a7"
    "naLoeSTclTb9U461oOa2GfyD7PvnkUsYElZ+0q4uTV/gbLL1y2froVNFvpa48+r0SoZlF8"
    "z6O8qv9PjoI8GlRxqTqnZdXiXgI8dPqO7MqfR1siFOaZitehbZxG02PZNNmhzHGQ6ZkKIR"
    "nRKGeFSSfdl46/dIBpdtQdSD/V3byl8f5ldvxRvQaFW1BtpMGXcpnPp+TrL8JugUu7Mrop"
    "SVy4LLKlDUeq6JpXWkJV4yK6x9TMyJAjIlQZLudXX+8Z05SKLPoJisbtueU7GKt5fPyr3W"
    "vVu8h6famnTLNp1geexkS43L0yax6loyZ9olR7eRy1KC6Pdeebciz7dLUn3s5O7EW0sBeb"
    "5GAc9x/b5yuSBly7atqF2tpSZZ+t6UdrwvzFkju5a+0Gc96cgH24DF08Uz+G8uQcr0iNaY"
    "zGzUYI4bmRNPIdLHudgMhTwkrCTieLCe9CmxG8M3P30lo1Af0bKPg/8TV/eruAIZHM9BQi"
    "7S0UiAaHbGlQ8j1sezBGbj6svsccPz/HLyOzmzlDsvVSTWTSf7iUXG5gL81l2AL6pvpcRU"
    "gXeX/PEmYEbG/JfH1Hmm5iTCpk8iNBflnwTxga6ootPST20wLComQ5ZrzeTUton/CfJTjI"
    "zw6rLPcjWyX1f2WTiUl/37gOOqEzcZpoLoh5prt0T/88XvJ70u+u2ye3p2dXZxnpO1rcwn"
    "qy67nd72xDN9Db5bJfGMraiNZyxwXy6eWe5LVkMTg8Qg4tjccxP8VqJJEOkrcNjeBbGfIF"
    "n3a1kr9WFimDgGujHBz42tcdJCQWxAA/KLwyQTytjrMDqX4+NgCh3bWx/wY/hjQIf64oeE"
    "xmH2cagW8qVp8QYR5oKobUT1DviDmQnQbNLHftTLx1PTZ7hWFNRuPvO1jWijiXKaKKeJck"
    "wzzWWN5vNqz9aPN59Xe3LBD7BY8auYCUcj9LWFHgPi1cL0DNOGju9ub6T4UEF6PiBZTf6L"
    "vI0a1lSDOZ611g2CJh/8fPPBHSKo67fKPjdua9q1HxtPae7aQalWwYZPeH4vQf3e64Ojg7"
    "f7hwdz05yX1Fnk3eG63swpDV+qb1RkWJposiqaLMSIMKlWkHBMvoPSff3q1RLSBarqL67q"
    "upL7E2Ux4y9XF+c19ydKY0aPugr9gwIqn+OSViNcLYwclFi4SFG8M1HAEbqBJ79I8e1fWf"
    "J+Ww=="
)
