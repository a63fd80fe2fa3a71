from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "outcomes" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "day" INT NOT NULL,
    "recommended" INT NOT NULL,
    "source" VARCHAR(64) NOT NULL,
    "variant" VARCHAR(255) NOT NULL,
    "action" SMALLINT NOT NULL,
    "count" BIGINT NOT NULL,
    "aggregated" BIGINT NOT NULL,
    CONSTRAINT "uid_outcomes_day_f0c193" UNIQUE ("day", "recommended", "source", "variant", "action")
) /* How often an action holds or happened on a day, of what came with the same particulars. */;
        CREATE TABLE IF NOT EXISTS "outcome_variants" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "day" INT NOT NULL,
    "variant" VARCHAR(255) NOT NULL,
    CONSTRAINT "uid_outcome_var_day_4e5a1e" UNIQUE ("day", "variant")
) /* A variant that outcomes of a day are counted under by its own name; never taken back. */;
        ALTER TABLE "interactions" ADD "variant" VARCHAR(255);
        ALTER TABLE "tokens" ADD "variant" VARCHAR(255);
        ALTER TABLE "tokens" ADD "source" VARCHAR(64);
        ALTER TABLE "tokens" ADD "recommended" INT;
        -- What is counted from now on is counted of what there is.
        UPDATE "interactions" SET "variant" =
            substr(json_extract("context", '$.recommendationId'), 1,
                instr(json_extract("context", '$.recommendationId') || ':', ':') - 1)
            WHERE "status" = 0 AND "action" IN (1, 2, 3, 6, 7, 8)
            AND "context" LIKE '%"recommendationId"%'
            AND json_extract("context", '$.recommendationId') IS NOT NULL;
        INSERT INTO "outcome_variants" ("day", "variant")
            SELECT "day", "variant" FROM (
                SELECT "day", "variant",
                    row_number() OVER (PARTITION BY "day" ORDER BY "variant") AS "number"
                FROM (
                    SELECT DISTINCT "occurred_at" / 86400000000 AS "day", "variant"
                    FROM "interactions" WHERE "variant" NOT IN ('', 'other')
                ) AS "named"
            ) AS "numbered" WHERE "number" <= 1000;
        UPDATE "interactions" SET "variant" = 'other' WHERE "variant" <> '' AND NOT EXISTS (
            SELECT 1 FROM "outcome_variants" AS "known"
            WHERE "known"."day" = "occurred_at" / 86400000000
            AND "known"."variant" = "interactions"."variant");
        INSERT INTO "outcomes"
            ("day", "recommended", "source", "variant", "action", "count", "aggregated")
            SELECT "day", "recommended", "source", "variant", "action", count(*), 0 FROM (
                SELECT "occurred_at" / 86400000000 AS "day",
                    "recommended" OR "variant" IS NOT NULL AS "recommended",
                    coalesce("source", '') AS "source", coalesce("variant", '') AS "variant",
                    "action"
                FROM "interactions" WHERE "status" = 0 AND "action" IN (1, 2, 3, 6, 7, 8)
                AND ("source" <> '' OR "recommended" OR "variant" IS NOT NULL)
            ) AS "counted" GROUP BY 1, 2, 3, 4, 5;"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        ALTER TABLE "interactions" DROP COLUMN "variant";
        ALTER TABLE "tokens" DROP COLUMN "variant";
        ALTER TABLE "tokens" DROP COLUMN "source";
        ALTER TABLE "tokens" DROP COLUMN "recommended";
        DROP TABLE IF EXISTS "outcomes";
        DROP TABLE IF EXISTS "outcome_variants";"""


MODELS_STATE = (
    "eJztHWtz2zbyr2D0Jb0ZNZM4jpPYn+zEaXx17FzsNu3EHQkiIYlnClAIUoqm1/9+uwD4FE"
    "mTsmTJDGcyEwvYBcgFiH0v/u5MhM1c+fTY8p2Z4y86h+TvDqcTBn8s9XVJh06ncQ82+HTg"
    "KmCahBpI34MGaB9SVzJospm0PGfqO4Ij9AcxJ2LoM04o/LOwmYyFa0siPDKGWRhnNnGgj3"
    "iUjxgAE9+ZwEhixjxCXZcEknkS0G3iU2/EfPkUp7aFBXM7fLSxWW74DT+l1pg4klgi4L4e"
    "wh97jBFPzGUXh3F8SSYOD3wYDP8ei8BTw+APmy66RArAoT40LsiUeY6wcUR/zG64DCY4xp"
    "DN1YDqxQLufAtYzxfwEGPmwet9/dqRU8qxU8LD+Yry6iU7f/0FfzvcZt+ZREj8Ob3tDR3m"
    "2qkldmzEUu09fzFVbSfO6Iz77xUsUnTQs4QbTHgMP134Y8EjBIeruUdATY8COaDN9wJcdR"
    "64rtkg4UbQ7xGD6KdM4NhsSAMX9w5i6weI2zq93sXlde/q9LrX6yztqxAjsQlMkyU47kl4"
    "VKkIMMJH+PnN3t6LF6/2nr04eP1y/9Wrl6+fvQZY9bzLXa/+0Q8TU0sPpWh29svZxTU+kI"
    "CNr78IbPhH4VCfaiy1GDH1w+VL0/9qAhuvcAVCnLvXIKR42SKEDfEqxB/swy3Di71XBxHh"
    "8UcZqa8+Hp+fh7RN0DL8BKpv5gilSbR8kC0dk90cODU3cYzVJNKvYxsrjlJvG0coTaLlA2"
    "/jIUgFrCYvjHFawtciPEojw9sER8SGAbVu59Sze0s9Yk8UwS53TfYm2RbK6UiRE98bHziU"
    "a6fOryxf4tU95fLu1OndsoWsJu8eE4A18h4BkXLmWIxYcERKMnf88RER3MV+RmxnxKQfip"
    "CSWR7zUTCUvvCYvSzjrnXkHCHzPpLk2zH1asiR8FKrfDfbFSQn9HvPZXzkj+Hn84OSD+L3"
    "489vPxx//un5wb/SX8WF6dlTXXeIjJYAYtWgdISwHmJv+5BKkfvFXgVyv9grJDd2pfmA+r"
    "8GdUP4BhL3YL8CcQ/2C4mLXWni6gMoj8ly6i3yCRzjZEg8WPhMPkIil3HM88sTHHki5TfX"
    "UPnk7OL4858/fTz+QxF6sjBd55cXv4TwUyH9kacG6pz8eX16nJUpPYb06dG6gmUKrxVyVp"
    "YuPTYTtyssQBpvpQUwvPDHo/+OCJmnM8b9s7SolOkqFTMZAvUcu7KcabkOYDyRxLHZZCp8"
    "xq0F/K1NmCAFOnwagNjno9gnbDIUXtdIgPi3AgG5EIaAEfOkzbWPfw+Z81YL6ekPCiT3/K"
    "/JQDdP6HzzsorU+eZlsdhp+pKMJIlH3l6enx9fn5Kbztubzh0SamsRWq9FSPsdenn6VeFW"
    "T+E0UDbde1llywNU4ZYP+/K2PPblbPl4SQJuixxOLoTLKM9fkRAlK8UCziNcjTKOfHl5nh"
    "JiT84y/Pnit48np3CwKPoDkOMXiE0wG/P0wZC7/UsdVUu4rfi0qvgqGeO1ZdcE0qZO9GY6"
    "DHdEcH2v5cwlqVW1l4qsQ4CoKK5+ZD5FQeKQzNGAqayU8HNAJUqJEzYZKO/7QCiRUjJ3CM"
    "JkYI0JlYAhAMqYMSfUZsqsSV0HkHNiATY71T2E2O2anHZIjl2XwalYNJ1RN8ih9TX7XnCI"
    "RQiNkKFKyHt9+sd1imuHZM23PIXgiWV4i8aonTm9zrhFPU4NhZYOsWR36VnmxICVNXCAYD"
    "4cHBhMBKeMK0bmAJlSqRwugrNDDDliRi+OzqGRYNirIpK4wIMkTwNf6/gYzXTmm6goHI4H"
    "5iQcggBF+kPhumIu+10STIkvYCbmMQ0IXw1ORQzIU3INrUPH0w/x7L7nohm2tk82RFqP1N"
    "FGKW0sRqwlf660PWAjWl/cTmI1yYLy4wjcZ7HGms+y4u47WFYEWJFlfdHBAxjqSmzH7ka2"
    "XGQtKlxgmQ1VwEHWcsyJsmCTMYjRFKNZCcPYWYyyPcKABR92pOpEToLdaCQeCQEjzscOQA"
    "L/9RymeZMLwMhdYKNQ2CY3wJgNlAN/wCAes4RnM22NRpMLZ09J37H7JrSWYK+nYmsVn9Lw"
    "8EoAJdm3CAwe5AkMD00B4xbT8b3q3Q5xqomY4RMJ1chgKuCKnGHIsEEmKrRQhRkDD55KxV"
    "/VNFdCcWbQIbwbnuDgMIN+Av2ELgOxQyLtvAWxxhicrEksb50pPiPyexX0MUd+jOHKPr1l"
    "VS3qXzu4cD2lwahPwrICz4s8TXCCA8LX0Ix4C5h6iyWsigUo6XFXGCCnuVbMyYWSX1rOtJ"
    "bDsZsx0J3+cvr5rgAV9q2uoejb2sxzP8SiZGzRqQ+uon8gjdQI5TZjS6gSiHVQHIhluvK8"
    "A9BV6hxo/V8b8X+FPKQOUTOoLWVbz+JdB8eWPYsZ6ac6F80gNmmrP3iwltYhVojWSiG2S7"
    "C6wxG0wiBHnrkjMy7CahLp13HQu1T6Pb09a+/qZdzWkb7qvla0RLPEaquQwGzX4D5nC+vl"
    "Rg6+U7HmxYdLhLZiKPpOaatbiEOXIvCseskrEcZKouaubfgN51fgKT2ZMJ6fyVgWnZbBbI"
    "PUqgepwaQ++55znBdHFSRQmrCtHyKsIJVGpB5zkLfJi2meQmqpXp/qM+o5NC81vfj0TqA0"
    "geIbMRTsjPvxXIw+MJqbqBJ2dcvcjq4Y9cYh1J0uRwwVCT1+yo0Vhp0kvZdJn+KhcQDKEJ"
    "SMnBnjRAQ5zsm1jo5uzC9hyCC66sZATxMN0596AQeNXyP1yYQuyADjbJTf8VvgML+HnNXx"
    "ZZ+MsJaPSsrWPlDdoR7whmsfn6kopKEwElG7TGM/YRyTqF2A0HN+9vHs+vSdrlT0lFxy8k"
    "nLYVf/OVcTweB6JuD/6LfE2EXTgnk7kvQn1Lvthw5XOVaPOVa+Q5zXY8q3GkYMkS9jQeYe"
    "MEQJ73vL0E8aeMYb2Z/BQwB1lScVJxLze2f55Nknyy0BTfPzrW4DKPbTKY1S79sVVNEYsU"
    "m2lgdWRVOHR71FWEJ9uGV4ll2DZ4+N7qlzuR7dl1BbulenO7KZeuQOMVoqV6ey4cD1CJ1A"
    "amldTusdkdc/ec6MWosr5vuaLktiewaiVHqfatie1MAVAwdRzjaYIFzOmBtGBFoonB6lpd"
    "iuzrnRi60DzvMl93uPeA9Zc2eiaXYpL+ehY2lKhFbcEnW1gQipSaLqWmoNtnVhthy7N7VX"
    "WoA0XrsAj5F/f2YTMaNuHuMOu0o5tqeB6oT4O5IMGCwCUaHiaNxC+5FmsE+kSh/DWi1sSg"
    "YL9f+RsmQRoULgFb6KqF/i2msdHe1tKAYYUQTb0bCkTvE+4gJP56p8NhqkEIKzORq0GFqt"
    "HFdnp4EwoNLdWoGgFQhagaCiQACvLXP886Wu4windRpXdxp7mFgkV2H9WcwmbeEfh/lfUT"
    "e3uIZqL2X7EiBqaOcIrtmwTRdPMGcNeLM8IgNgnYR6qD3DMGLBbLL/Wl1SEWZ+6wIZC0xv"
    "K9DT1zj2PRg0jLP8BRV+Pga6Oa6hvef7r/ZfvzjYjz6VqKXsC6lwN4XZitmjqbhUa4jRFm"
    "rt1giQ25UTyRIeyz2SVEf5mYQglctjIBGeqNTYSDeYM2c0xnt0bGZRPC+0FzxOKo5KnKvs"
    "WJWjOyHm7pwJSP48JwhgYzOhgtJXeFG+sLmwR/85+C+zfHUe+kCDw8hmmQo+0H51QA+VGF"
    "/gHUS3JXf96IGjbKbwd5ghm0rvzQLj0GH0ahaxvRho50puZJevVhpEBrdJEuJaLgqKt/8S"
    "ZQs1+jRSm/e27ry39tqb7USgCOn4zixP5y8R9JJYrbBXR9hLXTXBRrQ+7ZNYLe1XpX1SHE"
    "rT/r0raJHpJYGUIf0QsZpF+neXv52cn5JPn0/fnl2dXV6kaK0701auz6fH57ujz1yjMaKT"
    "o8/ojlJ9Rhsy6jlWwhKipsw9Na4IZR5JRuhi4XyskN+N1AJJFyj/6xJ+yg9S7GBZ6yxKj4"
    "H9rLQYipoP6kXRJVGozKjQCxWxrFQbVawJ5tUlnbDqU1/MOQY+K0dOjNPF4ktY4chP2In6"
    "Nl30dZXAsIKTMhNFkcyUJ3UkeAdPzDdyRUBZot/9Uvx2S5l5sJO1WJNR+6PeCkQom+NvjV"
    "yEnbCJbpfW6zGKtoUINqV7t+VNtq7ytbUgdmgd2loQW10DlYidZ3cqE08SSGuqA7G7SmBb"
    "CeIhbK+NqwSxY9R+mJieNkG+2Qny1+jO7eRalPy7gnW1K7iaRemDSvgGFoP2EG0KMdczCI"
    "+MYQ7YE6H5x7ilDlWqtUovn7qB1DfcqJztEZzCI9xAyzalDc2jrErGu95XbnW8QwLL4sWN"
    "5gYJCXRMJrzrtHg0JY2pO4PJdflr+DH82XWGQCsqYXDgK8LFhLWnGHiAVbXVyH3CuAWk1z"
    "57c+85MiKd6a/S42GsmZp7spKfvRvVac163Fs/eutHf0Q6Z+tH33Gu113Rj94Wn15zilwb"
    "l7ANxVxLDPXoHuO0hF+Z8APq5QYklFw8ZDBaoq9MdCMY59G9OBAkgdSaoVY0Q6UVk3r0X8"
    "Ztl2HFZVAG7ZWs4K03aIWjZ0fsKe+pxfxP1MtNhIo7u3dcNcz83hTv2qpmXDkmCIzBJvP4"
    "ArMnmcKAki4iiCgKZuqxIfNkFwawbvPsKesbOsqA1lkFiRRqvFPMMXYXxxQLBARymqgnSG"
    "1b3aZ2RLiYh3kNnEwwgwEtLxPmwXrccHguQVShwmuT92CSGdJBP7rEWFgccOKMPBq/Co5+"
    "LTxfOJIRi3Iu/DbhutEJ16sUq2uLBa5BSGTcx3sQ6wkpCaQ2WLiOeLIjPPIy8LGwRR6HDL"
    "tK+aPQQGv1PECjyvjtRozMQjt+HCWKv5BVOVbgUi8nmnVD80SFemM4rp0JmGWHbotDU2dE"
    "3dKZCHPV+cv4JDPHXzwl/difEaX44Uzqxs4w9U8XFhb6uk+6kCZF0GPFrgUTaZfxscau7Y"
    "Q/sPUz7N5hXMwVdyrgchvMcG0Rl+0dFlsIXSgKxyl249wvGmfXqLz+cJwiaXu/3H1TGENS"
    "uBL3DSHZ7aVovWk7sCKtN+1RSiuJbRxJs/Von8ZrF+AxWlmNmvi7YRPFiuTvCd3jLn2yZ7"
    "hOZaOrgTeVVYxSGtWOUmZJY8vUiYNY5tHcHkLwcY8Ix1gwU1oSKZNnf93QLGWqXMh+Wz1t"
    "Zz68bqunPYCe1kqqW5dUd4TD4G1TeXxFtZdyExWcW42FfNEuNQkqrDG2DVSBYZ12joe4Gu"
    "xItTiY7u7YUWktDRubAQvy69c6/N0esK8dGsBnkPRbwRzlVblCiOpfXQKjcW6xrWiHxcwl"
    "u5wVV2hpFzQuE+TB3ZdLGX6amktrUpyZk8Vr4KKsPekMTsCxT0c5e7/4WtYkThNoXELTjd"
    "zKOnWplecULqZ4jNHSuz69t3hlyo5Rfluhsi7Lt2OVuYYSWK1bqLpbKLozu/Z2z2I2SYX+"
    "cWyHqMGpQMxOgXqnO7t36Xg9FaZZT9NDPG3I0zWSifmG8edQBNwmg8UhmVA70tAwDsPhpK"
    "80tb6u6ByqaPBURdfWbGQqlQQ7o27ATHE1I08S3AEAT4zc01URMCj5d3WZasWd1Z3Mv55d"
    "vDt07H6xCTKpDIYLoebMqQedAcCV8KupnK3BcpsGyx1Q+Ld96m5f5U8kjISfUR1/cITUJC"
    "64DndwdBZVtiAb+CZu7INKG/ugZGMflGzsg7siHWoKeK1Y93jFumPmOdY4T6YzPaUCHY1h"
    "7pLlipfgHvkheczwRxFGNnbZT+Gd4SW1iwpvDG/Ecbyu4kWpQxY+qhoUNuANpO7zZ88qUB"
    "egCqmr+ioW8/v31eVFqZU/h8q2Y/nkf8R15GNkaSXERWKUW0WzBtCMSIEDnGybmf3zf6si"
    "7tg="
)
