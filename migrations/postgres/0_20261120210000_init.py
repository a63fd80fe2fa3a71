from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE "activity" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "span" SMALLINT NOT NULL,
    "start" BIGINT NOT NULL,
    "action" SMALLINT NOT NULL,
    "count" BIGINT NOT NULL,
    "folded" BIGINT NOT NULL,
    CONSTRAINT "uid_activity_span_6329cc" UNIQUE ("span", "start", "action")
);
COMMENT ON TABLE "activity" IS 'How often an action holds or happened in a stretch of time, over all users and targets.';
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
    "eJztXG1v2zgS/iuEv3QP8BZtkibd9JOTddvcucki8d7tolkotERbPEukQ1JOjb3+9xuSkv"
    "ViWbEcJ3FcAQEikzMkNRwOn5kh9Xcr5B4J5OuOq+iUqlnrGP3dYjgk8LBQ10YtPJmkNbpA"
    "4UFgiHGWaiCVgAIoH+JAEijyiHQFnSjKmab+zO8QHyrCEIY/VxcjnweeRFwgH3ohjHiIQh"
    "2CpohyfSBHiobQFp8SgXAQoEgSIaEBDyksRkTJ17pzj7vAQtnoEfu5Ztesi4GYSuTyiCnb"
    "iPIFIUjwO9nWzVAlUUhZpKAx/ezzSJhm9A8Pz9pIcuDBCgpnaEIE5Z5uUfnkmsko1G0MyZ"
    "1p0LxaxOhtRBzFYRA+EfCCX7+25AQzXSlhcMpI37xm66+/4Jkyj3wjUlPqn5OxM6Qk8HLT"
    "TD3NZcodNZuYshM6OmPqo6HVMh04Lg+ikKX0k5nyOZszUGb6HoE8BQZxQJkSkZ55FgVBrC"
    "SJMtj3SEnsKDM8HhniKND6o7ntANKyluOcX/Sdq27fcVoLupVwZNQgLnI503oJQ5VGACM9"
    "hJ9/2dvb3z/ae7N/+P7dwdHRu/dv3gOtGe9i1dF3O5hUWrYpI7OzT2fnfT0gDspvV4Uu+G"
    "54sMKWy0xGKv1k+vLyvwpB8ZbOQMJz/xwkEq+ahKQgnYV00T7dNOzvHR3OBa9/VIn66kun"
    "10tkm5FlsgRWV+Y5yy7J8klUOhV7bHBqKnHKtUui34Qamx2lnhrPWXZJlk+sxkPABaTmXp"
    "jyNIKvJXiNRobjzI6oCwbYHd9h4TkLNXyPL6NdrAr3wmIJZnhkxKnfWw84xrbdKWHqLI+H"
    "ClWVqJdoIod6cjXY20FuQIHjlUTUI+GEAzJ1Z/Bs0aVPAEVOIgUAEeAoBzQ45KKNxmSi9J"
    "MhAJAKDUB7i2B3462X4M1VQeWYzBZX0r/IrHwZxdSFNQRvts4ael5QGeJvTkDYSPnw8+0v"
    "7ypWx787l6efO5c/AdU/8mvkPK7am9dNuFQjYZhzfOj0otfr9LvounV63boHazYb9WY3au"
    "sOOmUO1FJVz/FsRuGfW6A5ld97t4rKA9VSlU/qylRe15WofDolEfN4yRbOeUAwK5+RhKUw"
    "GQPgeYGzUbUbX1z0dMuhlLeB3Z4Le/P5719OumBYjPyBiKolWAl6I8IahlL1r4wfLPCuZV"
    "diq74tcn8ezCoJYQ6u6/OmTI9l0XczjrMloPWjxZgLiNWUV8LVIVCsCFX/o+OSGhJqNDHA"
    "UmPDkIQDEwodcAMjJQmGbSQj10dYojufwoMkLoBIE+LEAQU+qCCCoBB7BN1R5S/i1sft6g"
    "Eg1vxfWFqnPhblCyuh3zkce3iwwp5+eLB0S9dV1dB0ioOoRNZ98m2JEZsz7ASGqhBvv/tH"
    "P7drJ2L96UvnDyPxcBbX9C7OPyXkmWk47V2cbI/1Oku3/zIjlq2utGUZGFHHpGGTzkEe9d"
    "pztzjgI5uvWWKbqnl0MqjDkAkFIB+sE9YZG0R0fkhnkj6Y5BLooqnkzGSIjMc9Aie8HRsz"
    "FwtBibRtA7EEwwYqgkFBrhmMwVKB634HjQjicuER69hr/MrIa3RDvZs4fYR0rTD5IyqgJU"
    "sPrwRUktzOyWAgr6D5SYBdYhNY5sWOdT8hn+rhcFNIoJ87H9aUzonFnMjEzk0mTSo+kSax"
    "Bn2YtBbIgGA7hmuWyAt6sN3b4QEkF0xqwYkZcn3MRsTKV47pRA+Qw1Zg8mPGrOt8nMJjsm"
    "ps4mtLz5pjtgazIlw3EoJ4MfQB6AkMXxOHbAycVr8y/tkSlpLiWtm180hvbg/Lrm3/DvJE"
    "sKzoqXQ/dS/vy7mR27qI+XZjfsoPMSkFpzy3DlcMlOSZdmKXL4Cqw1VA1eFyUHW4NEwCVZ"
    "VRkiYQ+CiBwGQPqSPUAmsj2SbEep/heOYQawH9rL6LFhh3SdWfeENN8H/tKSgwNlOwfuQV"
    "PLqoBM/cc3JrzrVLot+EoQ+wVI5Vz9pavcjbZBTW1WsjSx1SWG8WMpzNHDzEthCn9AjFr3"
    "REZIVxmbMVs5kzReRL81arBKljmu1MVBTgy8nZeefyz/KwaEKfRTwnf/a7naLoeSTcWkH/"
    "lGMtqLltCv8ocf88cglDwspP2lWl6QucTbZ+9Ww9dKrItxJzvjy9kmHZBbX+gfIrPT76TH"
    "Dpkcakql2VVwn4yPETqntzKn2dbIhTGiZUzyKbuM2mZ7JJk+M4wyETUjSiU8IQj0qyLxtv"
    "/QHJ4LIQRDXY37VQ/vowf3ko3oBGO1VroM2UcZfcqR/nJMtvgk6xO7siSlm5LJisAkWl5Z"
    "pYWkda4hWzwtrGxJwoIFMSJOleV+cfP5iDJPoMisnqtu05FTvx9iZhudV6cIsPsFRbk27Z"
    "phMsT51sqTB5WiXq7iVzpl0ydBu5LCWIfu/a0Yo83y5J9amTuxNvrQnI8zUT8BL37yuXC1"
    "K2bduKyt1aapKV701pw/vKnDWye+krfdaTjnx9894jLp7Bf3MJUqZHtMZkZr0Gc9zInHgK"
    "UXzbPuQhYSUex6P1pE+J3Ri++emr+Iq/fRz8l7i6X8UVyOB4DhJyno5GAkSzM658GLE+ni"
    "UwG1d8HcA2PM8vJ7+TM0u581JFYt10Ek8sMjafEti+TwkUpq9WYqrAu0v2eCOfFkjVf3VM"
    "nWdqTiJs+iRCc1H+WRAfzBVVdFqSJTmhDIsliyHLtWZyatvE/wz5KUZGuL7ss1yN7NeVfR"
    "YO5WX/MeB42YmbDFNB9EPNtVui//Xi95NeF/122T09uzq7OM/J2lbmk1WX3U5ve/yZvgbf"
    "rRJ/xlZU+jMWuK/mz6z2WbKh8UFiEHFs7rnpT4GhSRDpK3DY3gWxnyBZ99NntfowPkzsA9"
    "0Y5+fG1jhpoSDWoQH5xW6ScWXsdRidy/FxMIWO7a0P+DH8OaBDffFDQuOw+jhUC/natHiD"
    "CHNB1Naj+gD8wcw4aDbpYz/M5uOp6TNcywtqNx9M20a00Xg5jZfTeDmmmeayRvN5tRdrx5"
    "vPqz274AdYlLqLy8WecDRCX1voMSCu56ZnmDZ0fHd7PcXHctLzDkk9+S/yNtOw5jSY41lr"
    "3SBo8sEvNx/cIYK6fqvsI/K2pl35CfmU5r4IyvIp2PAJzx/Fqd97e3B08H7/8GCumvOSKo"
    "28313XwZxS92X5jYoMS+NNLvMmCz4iLKoaEo7Jd1C6b9+8WUG6QLX8i6u6ruT+RJnP+M+r"
    "i/OK+xOlPqNHXYX+hwIqX+KWViFcLYwclFi4SFG8M1HAEbqBZ79I8f3/mKUX5Q=="
)
