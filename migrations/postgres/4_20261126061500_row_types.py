from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TYPE "interactions_row" AS (
            "id" BIGINT,
            "seq" BIGINT,
            "user_alias" TEXT,
            "action" SMALLINT,
            "target_kind" SMALLINT,
            "target_id" TEXT,
            "occurred_at" BIGINT,
            "recorded_at" BIGINT,
            "status" SMALLINT,
            "last_record_at" BIGINT,
            "last_undo_at" BIGINT,
            "state_key" BYTEA,
            "source" TEXT,
            "recommended" BOOLEAN,
            "context" TEXT
        );
        CREATE TYPE "event_ids_row" AS (
            "key" TEXT,
            "action" SMALLINT,
            "target_id" TEXT,
            "undo" BOOLEAN,
            "interaction_id" BIGINT,
            "seen_at" BIGINT
        );
        CREATE TYPE "totals_row" AS (
            "subject_kind" SMALLINT,
            "subject_id" TEXT,
            "action" SMALLINT,
            "count" BIGINT,
            "folded" BIGINT,
            "bare" BIGINT,
            "decayed" BYTEA,
            "folded_decayed" BYTEA,
            "last_at" BIGINT
        );
        CREATE TYPE "scores_row" AS (
            "subject_kind" SMALLINT,
            "subject_id" TEXT,
            "count" BIGINT,
            "positive" BYTEA,
            "negative" BYTEA,
            "rank_key" FLOAT8
        );
        CREATE TYPE "activity_row" AS (
            "span" SMALLINT,
            "start" BIGINT,
            "action" SMALLINT,
            "count" BIGINT,
            "folded" BIGINT
        );"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP TYPE "interactions_row";
        DROP TYPE "event_ids_row";
        DROP TYPE "totals_row";
        DROP TYPE "scores_row";
        DROP TYPE "activity_row";"""


MODELS_STATE = (
    "eJztXf9z2jgW/1c0/NLdGbbTpmmabX9KumybuzTpJezd7jQ7IGwBvtgSkWQos7f/+70n2c"
    "Y2toMJCZR6pjMN0nuS+UiWPu+LxF+tQLjMV89PHO1NPT1vvSV/tTgNGPyxVNcmLTqZLGqw"
    "QNOBb4RpWmqgtIQCKB9SXzEocplypDfRnuAo/VHMiBhqxgmFfw4Wk7HwXUWEJGPohXHmEg"
    "/qCDTFtDMGcaK9ANoSUyYJ9X0SKiYVNOASTeWIafUcO3eFAyoeHz1iPzf8hncoCHuKOCLk"
    "2jaix5IxIsVMtbEZTysSeDzU0Bj+PRahNM3gB5fO20QJ0KEaCudkwqQnXGxRj9kNV2GAbQ"
    "zZzDRovlrIvbuQ9bSAhxgzCV/wy5eWmlCOlQoeThv0zdds/fkn/O1xl31lCiXx4+S2N/SY"
    "72aG2XNRy5T39Hxiyk690RnXvxpZxHTQc4QfBnwhP5nrseCJgsdN3yPAU1KAA8q0DHHkee"
    "j70SSJJ4P9HgsR+5QpHZcNaejj/EFt+wCLslavd3HZ7V13ur1ea2luxRqpaRAVOYLjvIRH"
    "VQaAET7CTz8fHLx69ebgxauj49eHb968Pn5xDLLmeZer3vxtH2aBlm3KYHb24eyiiw8kYP"
    "LbtwIL/jY6VFOrZQZjgX48fFn8rwOYeKUjEOvcPwYx4lWDEBcsRmHx0j7dMLw6eHOUAI8f"
    "qqC+/nRyfh5jm8IyfgVWn8yJyj5h+SRTegF7tODUnMQLrX2CfhPT2Owo9aZxorJPWD7xNB"
    "4CL2A198KFTgN8LeCRjQxvUzsiFgyoczuj0u0t1YgDUSa7XBUcBPkSyunIwInfGx845rYT"
    "75+smPXammrOO/F6t2yuVuO8JwRkI75HgFJOPYcRB5ZIRWaeHr8jgvtYz4jrjZjSMYVUzA"
    "FmisTwlk30MsfdYLsFBPMhLPL9mMoaHBK+0jrvzHZJZEC/9nzGR3oMH18eVbwM/z65ev/x"
    "5OqHl0c/Zt+Ii6jmwFTdQxcdAWDVQDpR2AzY216gMnAfr4D2cSnYxz/mNgDzfw1oY/k9RP"
    "bocAVojw5LscWqLLh27SnaXTmV82KAFzo5iAdzzdQ3CHLVVnl+eYotB0rd+RHKp2cXJ1d/"
    "/PDp5HcDdDCPqs4vLz7E8hOh9Eiahlqnf3Q7J3kyKRni06N1GWVGr2E3a9NKyabido0ByO"
    "qtNQDRRvj94b8j7LIzZVyfZXlSrqqSXzIU6nnuygTT8T3QeKaI57JgIjTjzhz+tr5LIIAe"
    "n4TA+DRRWgiXDIVsG/KHfxkBIITQALRXRDM33PoDyOatZebZlwnoevGbFEnvH9v8+fUqdP"
    "Pn1+V8M6pLbyJpPfL+8vz8pNshN633N617qGnjBtqsG8gGG3pFhlXpVM/o7CEvPXi9ypQH"
    "qdIpH9cVTXmsK5jyiyEJuSsKdnEhfEZ58YjEKnkGCzrf4GhU7caXl+cZAnt6ltubL377dN"
    "qBhcXgD0KeLqFM0BuTdmEonP6V0akl3YY6rUtdFWO8Nm9NKT3Wir6fUcIdIa2/Wo65xFhN"
    "eSVdHYLEilT1P+itNC5JYBMDqpAbBiwYmED7QBgaqZg/bBMVOmNCFZmNPfgj9llqEPM90I"
    "MKJhkJqMuMt3OZtz5uVw8gsdt1N+0Qj92Us6mcmk6pHxZg3WVfSxaxRGEvOFQFvN3O793M"
    "rh3DWux1isVTw/AeHVE7s3qdLbb/okUsXV25lqVoRJ0ljZpkIeJ6bjsxi30xsiGXkrWpWg"
    "dTjU44Ma4AMobViWI+EGGYfYR5Su9M6hLMRVMpuMk/Mhb3CIzwdrSYOVRKjynbNggrWNhg"
    "ilCYIDccnsFKgek+g0Ykc4R0mTXskb9y9pz0PbcfJScRrJUmO8mT0JKVh68EUordJWLwIM"
    "+g+YlPHWbTo8wXe4v9BGKKjyNMIYN+ZmN4pzDjKtIkJjPD5GkpLSbKpG1BHyZpCjBg1D7D"
    "DY/xgh5s9/bxgJJLrhA4OSfOmPIRs/iqW2+CDyhgKzBRM7OsY7aXprdsVd/ElxaOWs9sDe"
    "aNcJxQysRfB9QTFL7EBtktaNr5lbLPSlQKimtF3S5C3Nwelru1+zvIE9GyvKXS+dC5ui9E"
    "x+7qMua7jdkp38Wg5IzyzHu4oqMkq7QXu3yOVK0Sij4qD0VHVUVuEqiq9JI0jsBHcQTGe0"
    "gdUHOqDbKNi/W+hWPLLtYc+1l9F80p7tNUf/KIteX/a4SsM4rNEKzveQWLLizgM/ecC0i0"
    "9gn6TSz0PlW6Z6dn7Vm9rNtEFNad1wZLdCmsNwopzWYMHrK2sF5hCsUvJuGufHFJ1NbMx9"
    "spa3ULyXhKhNKpl76baKxFNXdtwj9ykimu0kHAePE5jqowfU6zidavHq2HTjX7WrCcl4dX"
    "Uir7MK2/o/jKuRh9ZLQwpTGualfFVXwx6o1jqXtjKl0MNkQhDeOq56EN3KbDM+mgydsowq"
    "FiUTLypowTERZEXzbaOsZpklAzhiPGgCcJJxjj6E9kyMEsskp9EtA5GTAysoGVu9BjuofL"
    "j6dVn4zwuLcJMNsgj60wD3jDbdjEnPZTGICxcZu4S1dAJRcgzHCaxvFsG+oA6fOzT2fdzi"
    "/2QPtzcsnJZ7thXf/r3HR2w6PeXElnGGrqB1Te9uMTQ2LG44AS9oCRchMewQeQzMSOKHQP"
    "Hx7jNFG17bNvkY31rZ7yyITh0HYSrkG+F4r7ZF0+MfnOrAT1BmFJ9emG4UV+DF58a7hnFt"
    "l6uC+pNrivjjvuH/XgjjUalKtR3hFC+Fl6U+rMr5nWFpclXpiTqKSHEyvbU1Z4xdQbJHKR"
    "JvHZlPlxTo2DzOedIVOY6GdSZ9o2GdAOtr0MqJgaPrjFB/CfnYlp71Ka4FNHtCuIFE6Jug"
    "w1Udon+rSR+06aI6pbzqCZuGsNQFavGYBvcf++YoGYUr9o446rKndsaYXqJMl6igwYDAIx"
    "+ZboPUEHg91gnykyAWOzTZRmEzKYm//fGVcJERzzSI2+yUld2rU32jo6dJAGRFQEy6H1vl"
    "nF+6gLezo32ajo8kAJzmborWHmBIHPbKqs70LzrCEEDSFoCMGqhAC+tiqIklUGcBKdJnSz"
    "euhGMviyap2tP6+5T1P4+9n8r6lfeNbPlFdu+wokaljnKG63YZfOn+HBD9ib1TsygK2TUI"
    "nWMzQj5swlh8fmolzYbYc6Og4COnhGpMRO32DbD9igoZ3lN6j09Ymk9ydccfDy8M3h8auj"
    "w+RVSUqq3pAV7seNpmJ+aSq/NSrWaO6MatdIU9mVFckRkhUuSaaiek1CkZXvykEQnpnzZY"
    "ltMGPeaIx3ebvMobhe2EDr4lhectGiOWJmTrkFJLq/OwDmzwuvZ3ykntBA6Ru95MRddGm4"
    "/XPwX+Zosx5qwOBt4rPMRLdt5NZTiRGjBZGU31bcN24bTs4UxJ/jc2qZM3J5YWw6ziHLKz"
    "aXk+/e5eS54auVjJzT3SeGuJHLyhfTfwnZUos+q9ScPtn06ZPm6u3tZEUI5WlvWmTzVxC9"
    "tFZD9uqQvcytt2xE62Of1mqwXxf7NB3KYv+rL2iZ6yWllIN+iFr7Bf0vl7+dnnfI56vO+7"
    "Prs8uLDNa2MuvluuqcnO+OPdNFZ0SrwJ6xFZX2jHVk1AusxHcbMXP/JhgcNhRh3CPp9E+8"
    "xROv62wnZoGic+T/M5MsauIg5QGWjfZi7BiYz8aKoWj5oF2UXFWPxoxJvTApsca0MdedQL"
    "/2UhS8N6UvZhwza00gZ6HTxutLmLR3hMR+or5L5/3npGtuLLV3oBg3UZImS3naRoLvIMXs"
    "UW4srTpu87CDNrtlzDzZylpuyZj5UW8EEpXH29/2chB2wie6Xaw34xRtjgM/lu3dXDKwdZ"
    "OvOZG9Q+PQnMje6hiY45BFfqcqepJS2tBp7N01Avcw0NXFqEyr0DDU9+Xc2YjOaobhar+A"
    "a624yLv81hz2M8cQJ36I2WzUXgxpf+1u3V/ZrdWHMQqj4FjfRMX6tqa3KJQ2xU4BfvGRyM"
    "WxSbQEx9SfQsf2Ckj4MPzJ94aAEVXQOEwLAdVSPTct9gnjDkBtQ23Rj6bh/LEnQO1vAI/p"
    "1PQZrBUeaze/zbuL63AT/mrCX1uEdJfCX83NjRs+2dKEE7fBp5tf8t0S8AMqC+OI5bDHGg"
    "3oa4MeEeJ68duUUmM9runezhok9fBf1m2GYc1hMH6otZxXjRN3jaVnR/wnJ0x6zrhV4ECJ"
    "atqVv9y+kLnPg1I+BBu+3+h7Meof7agAOnMKzZfy6xVTKo01WWZN5mxEeKlqIByJ7yG6L1"
    "+8WAFdkCr/+VWsWzEU8I/ry4u6gQDXczT5H/E99S1uaRXgIhgZKrF0q2L+AsUcj8AGtn6r"
    "4t//B7UFluk="
)
