from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "engaged_posts" (
    "number" INTEGER NOT NULL PRIMARY KEY,
    "post_id" VARCHAR(255) NOT NULL UNIQUE,
    "users" BIGINT NOT NULL,
    "decayed" BLOB,
    "rank_key" REAL NOT NULL
) /* A post that is positive for somebody, under the number by which pairs name it. */;
CREATE INDEX IF NOT EXISTS "idx_engaged_pos_rank_ke_6b9710" ON "engaged_posts" ("rank_key");
        CREATE TABLE IF NOT EXISTS "followers" (
    "name" VARCHAR(32) NOT NULL PRIMARY KEY,
    "incarnation" BIGINT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "version" VARCHAR(64) NOT NULL,
    "state" TEXT NOT NULL,
    "revision" BIGINT NOT NULL
) /* How far a follower of the log has come, written in one commit with what it made of that. */;
        CREATE TABLE IF NOT EXISTS "near_posts" (
    "post" INTEGER NOT NULL PRIMARY KEY,
    "entries" BLOB NOT NULL,
    "nearest" TEXT NOT NULL
) /* The posts nearest to a post, as they were when its bucket's base was made. */;
        CREATE TABLE IF NOT EXISTS "pair_parts" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "bucket" BIGINT NOT NULL,
    "is_base" INT NOT NULL,
    "number" BIGINT NOT NULL,
    "size" INT NOT NULL,
    "entries" BLOB NOT NULL,
    CONSTRAINT "uid_pair_parts_bucket_192f54" UNIQUE ("bucket", "is_base", "number")
) /* A part of how many users have two posts close together, for the posts of one bucket. */;
        CREATE TABLE IF NOT EXISTS "positives" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "user_alias" VARCHAR(66) NOT NULL,
    "post" BIGINT NOT NULL,
    "ordinal" INT NOT NULL,
    "marks" INT NOT NULL,
    "liked_at" BIGINT,
    CONSTRAINT "uid_positives_user_al_35832a" UNIQUE ("user_alias", "post")
) /* That a user engaged with a post; only FULL users have any. */;
CREATE INDEX IF NOT EXISTS "idx_positives_user_al_28bdde" ON "positives" ("user_alias", "ordinal");
        CREATE TABLE IF NOT EXISTS "unlogged_changes" (
    "number" BIGINT NOT NULL PRIMARY KEY,
    "interaction_id" BIGINT NOT NULL
) /* A row that was there before an import changed it, which the log does not say. */;"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP TABLE IF EXISTS "engaged_posts";
        DROP TABLE IF EXISTS "unlogged_changes";
        DROP TABLE IF EXISTS "followers";
        DROP TABLE IF EXISTS "pair_parts";
        DROP TABLE IF EXISTS "near_posts";
        DROP TABLE IF EXISTS "positives";"""


MODELS_STATE = (
    "eJztXd1y2ziyfhWUbrJbpXUlduJknCsn48z4rGNnY8/ObsVbEkRCEo4pQiEoK9o58+6nuw"
    "FSJEXSpExbssyqqRqHQANUA0R/6N8/OhPlCk/vHTuhvJXhonPE/uj4fCLgj5W2Luvw6XTZ"
    "gg9CPvCoM0/2GugwgAfwfMg9LeCRK7QTyGkolY+9f1Vzpoah8BmH/xx8zMbKczVTARvDLM"
    "IXLpPQxgLujwR0ZqGcwEjqVgSMex6baRFoIHdZyIORCPUeTu0qB+aW/ujBZrn2r/0T7oyZ"
    "1MxRMz80Q4TjQAgWqLnu4jAy1Gwi/VkIg+HfYzULaBj8h8sXXaYV0PAQHi7YVARSuThiOB"
    "bXvp5NcIyhmNOA9MNmvvw+E71QwUuMRQA/79u3jp5yHxs1vFxInKcf2fnPf+Bv6bvih9DY"
    "E/85vekNpfDc1BJLF6noeS9cTOnZBzk69cNP1Bc5Oug5yptN/GX/6SIcKz8mkD7NPQJuBh"
    "zYAc/CYIar7s88z26QaCOY37HsYt4yQeOKIZ95uHeQ2rzA8lmn1zu/uOpdnlz1ep2VfRVR"
    "JDaBfeQoH/ckvKomBozwFf720/7+wcHb/ZcHh+/evH779s27l++gL73vatPbP83LLLllhi"
    "Kenf5yen6FL6Rg45svAh/8STQ85IaKFmPJ/Wj50vy/nMDGK1yBiObuNYg4XrYI0YPlKiw/"
    "2MdbhoP9t4cx4/EfZay+/Hx8dhbxNsHL6BOovpljkl3i5aNs6SXb7YFTcxMvqXaJ9U1sY5"
    "Io9bZxTLJLvHzkbTwEVCBqysIlTcv4WoxHNDK8SUhEfDDgzs2cB25vpUXtq6K+q02T/Un2"
    "Cff5iNiJvxtfOMK1U/l3kY94TUs53p3K3o1Y6Gp495hBX4v3GEDKW+kI5sARqdlchuP3TP"
    "ketgvmypHQYQQhtXACESIw1KEKhLuKcRsdOQdk3gdJfhzzoAaOhB+1znezWSA54T96nvBH"
    "4Rj++eqw5IP45/HXj78ef/3Lq8O/pr+Kc9uyT013QEZHAbNqcDomaIbZmz6kUuw+2K/A7o"
    "P9QnZjU1oO0P9rcDfqv4PMPXxdgbmHrwuZi01p5poDKE/I+jxY5DN4SZNh8WARCv0EmVwm"
    "Mc8uPuDIE62/e5bLH07Pj7/++y+fj/9FjJ4sbNPZxfkvUf+p0uEooIE6H/59dXKcxZSBQP"
    "70eF1gmaJrQc7a6DIQt+pmjQVI0621AFYWPj/+bwnIPLkVfniahkqZplKYKbBTT7qVcabj"
    "SaB4oZl0xWSqQuE7C/jbqDABBUp/OgPYFyLsUy4bqqBrESD+TV0AF8IQMGIe2mx8/Htgzh"
    "sD0tMfFCD3/K/J9t490PnTmyqo86c3xbDTtiUFSZKOfbw4Ozu+OmHXnY/XnTsQaqsRalYj"
    "ZOwOvbz7VeFWT9HsIDbdf1Nly0Ovwi0fteVteWzL2fLLJZn5rsqR5Ep5gvv5KxKRZFEs0D"
    "zB1SiTyBcXZykQ++E0I5/Pf/v84QQOFuI/dJJhAWyC2URgDobc7V9qqFqhbeHTuvBVC+HX"
    "xq4Jooc60XfTYLglwPWTwZkrqJWel0LWIfSoCFc/i5AjkDhic1RgkpYS/jngGlHiREwGZH"
    "0fKIKUWnhDAJMzZ8y4BgoFvawac8JdQWpN7kkgzvEFeNip7gFiN6ty2iIc25TCqRia3nJv"
    "lsPrK/Gj4BCLCXYCQ5Ww9+rkX1cpqR2xNV/zFHVPLMNHVEZtzel16js88Lnl0MohlmwuPc"
    "vksmPlGzj0ECEcHOhMBKeMp0b2AJlyTQYX5YsjdDkS9l4cn0MjJbCVPJJ8hQdJ3g280fHR"
    "m+k0tF5ROJw/syfhEAAU6w+V56m57nfZbMpCBTOJQJiO8NXgVMx22WNX8HQoA/MSL+97Lt"
    "pha9tkI6JmUEfrpfRgPmIt+3PR9kCMeH24naTaJQ3K8wHcp8sba77IWjbfIbLijhVF1u/G"
    "eQBdXZkr3W6sy0XRQu4Cq2KoAg2KlmOfkQabjQFGc/RmZQJ9Z9HL9j06LISwI6kRJQk2o5"
    "J4pBSMOB9L6AnyN5DCyCYPOqN0gY3CYZtcg2C2vST8AYMEwlGBK4w2GlUuvthjfen2rWst"
    "w9aAfGtJTpn+8JOglxbf427wIi9geHg0E74jjH8v/bYjnGqibvGNFD0UMBVIRV+gy7AlZu"
    "RaSG7GIIOnmuQrTXOpSDLDHSK49hMSHGYwb2De0BMAOzTyLlgwZ4zOyYbF+kZO8R1R3pPT"
    "xxzlMborh/xGVNWof+vgwvXoBkOfhOPMgiC2NMEJDgTfIjXiDVCaLZbQKhaQpMddY4Ccx7"
    "V8Ts4Jv7SSqZHDsZtR0J38cvL1LgcV8b2uouh7Y+q5Z7EoGV106oOraB9IE+3E5TajS6ji"
    "iHVY7Ihlm/KsA9BUahxo7V8PYv+KZEgdpmZIW862lsW7Do4NWxYz6Ke6FM0Q7tJWf3RnLX"
    "OHWMNbK0XYLsH6Bke4Fc5y8MwdkXEx1S6xvomD3uM67JntWXtXr9K2hvR19zXxEtUS661C"
    "grJdg/ucLaKX6zn4M/maFx8uMdmaruhbdVvdgB+6VrPAqRe8ElOsBTW3bcM/cHwFntKTif"
    "DzIxnLvNMylK2TWnUnNZg0FD9yjvNir4IEyS5s62fkVnCmRr8KnuvNHzV1y2wznhr1xlGv"
    "O+0yaE+PzCKk649s80kTT9LwcmStJDrqykbyVvhMzXIsOI2Ojrae3yO/KrRnjIGf1mWgPw"
    "1mPlyLDFGfTfiCDdAZgYwz32dShD08fmSo+2yECU8octUYikwDveC1bwwhNu2K6YXuWsau"
    "tDSmLB23jJ0EWs5OP59enfxs0rnssQuffTHC6vIfZzQRDG5mgkMSjTvo4GWfYHCDZv0JD2"
    "76kVVKj+k1x2RgwXkDQQaoyK2C/T5WbB7AqaHh994INCbNAmuy6d/CSwB3ydyEE6n5vUMh"
    "8pQ45delXTOGrH9RKjZmEOw2+3YNvL4k3KUL6SPj9dThUW8RVkgfbxleZtfg5VPje+pcrs"
    "f3FdKW79X5jmKmHrsjipbL1blsJXA9RieIWl6X83pL8PqXQN5yZ3EpwtDwZQW2Z3qUovep"
    "6dvTpnNF7yrE2ZYSwOWt8CK3KQfB6fs0iu2awASz2MYrNx+533vEe2DNrXE52Kbghcd2OC"
    "gBrbgl6t4GYqJdgqqNJGRrk2ds2MFp6q61AGm6dgGeovz+Kibqlnt5gjtqKpXYgelUxw9a"
    "ajYQsAiM/GlRuYX6IyNgX2iKscGEFmLKBgv6/3vSZDFFfsJET27HK1K70dFR34YwwEIRfI"
    "6KJTrF+0gLMt2nHMOokMIevpijQkug1kp6JoQHwADFBLWAoAUELSCoCAjgZ+scI2apfS2m"
    "aS1r1S1rAUZf6HVEf5Zyl7bw8xH+l9zLzUBAz0vFvoYeNW7n2N2IYZcvXmBgD8hm/Z4NQH"
    "QyHuDtGYZRC+Gy1+8ok38UHmuyCCwwBqjgnt7g2PcQ0DDO6hdU+PnY3rtjGtp/9frt63cH"
    "h6/jTyV+UvaFVEjgb7di9mgqzmcZUbTZLLs1vIi25URyVCByjyRqKD+TsEvlHALIhBcUPx"
    "jfDeZCjsZYbMQVDsfzwljBl5GXcR5oCiGkQMYJswVGJoD8/RwngAebCS8ofaKLgyptVRPz"
    "5+B/hRPSeRgCD45inWXK+cDY1YE8usSECgu13JQURDEDxyEf0b+jMMJUDGS2Mw4dufhlCd"
    "vqKVuXlyC7fLV8xTO0u4QQG6mmstz+K5wtvNGnidrgoKaDg9raIJvxQFFahvI2785fAvSS"
    "VC3YqwP2Uvn4xYjX532SquX9urxPwqE07z95ihepXhJEGdYPkWq3WP/zxW8fzk7Yl68nH0"
    "8vTy/OU7w2jWkt19eT47Ptuc9coTKik3OfMQ2l9xmjyKhnWInyLNpc4NyaIkg9kvTQxezi"
    "mEa8G18LNF8g/jd5zsgOUmxgaXQWusfAfqZbDMebD96L4ko6eJkh1wvyWKarDWW0gXlN3h"
    "tMjdNXcx8dn8mQs6TpYoYaTAMTJvREfZcv+iaVWpTmhtREsScz95N3JPgNgZo/SB71smio"
    "+8VBbddl5tFO1uKbDO2PeisQkzycfNvJRdgKnehmed2MUrSN1n6ou3ebA2LjV742YH6L1q"
    "ENmN/oGlC0ap7eqQyeJIgaCpbf3kvgDhq6rtAq08m9GIZ3+dwZi061i+GvFLcJOwWvNeZG"
    "Y1NRwwVqDHPAHolucVa7fEQRkxQlOvVm2mTzp9DLETBzhBtq9Wr4QPPQ5dAayfpkHeubos"
    "C95UObLVsDH5Nxqya6FW+EY+7dwuQm1Sf8Y/g3Tw6BV1zD4LA9lIdxJ3toP8QMojRynwnf"
    "AdYb05ut8Yr7yQTsUpQrjHVLc0/WMpd145x0WcNZaw5rzWFPCDq25rAGWbpN5rA20WbDkS"
    "6teXET+Noghnp8X9K0jF+b8QMe5NoVS4osWIqW6Wsz3QLjevbcBFF7m1xT3Z2+mNTj/ypt"
    "uwxrLgPppdZSZrVK3TWOni3Rp5z4I2zAnFOdHK1KsrlbWg3cdOzRVb+aisV4+Bp3XalZ5J"
    "ZEyg6tJmKg3IW1RCfqf2EIocl0NeUy0AxfOLcOTLPDk0KFtBdkb8dBxmrOgK+LPbbUtFg9"
    "irGJz8eKefIG6btGq5LSqLx6jVEUuqo+BQchRU7kyNKPnJwHxucZB3KEj9VcjtgA3QColM"
    "y9q0AW5DcqK2fSdGKjZ6FE6dYvaYI7vN7VP0Gxc4Gtm669jadDPfEZk7TCs8XtTw0wbrEX"
    "5pY4CD1xJ8xPVLKU0MJqse2orRQVDm2vGka3IUdTV0SYLCWLtfgwT0SX0peiyUz6ZKey2V"
    "DJeEXGMGlrYRMxz8GGDzURocQ4h6oGdLfEk8HMEwD2+uSGGYeeRfO/MLlWAd2JWxmnYLVJ"
    "WzG0zFWTa99iVBOGa0vw0TtRQg1TdW+sqN6fTXLIbvxkPlgazhjg2urgDcGOg/0KqONgvx"
    "B0YNMddW7TRaFr2DHThC3KWBtlRAU36/E/SdUyf23mF+bELD5tijNi7oJ9s/kKDSSVVhlc"
    "XCogJtgJ9paws7FKAekMMkbK1ztOklTtcfIU1a3nggdFuta4rRRS+9CrjpaVUrKS/xVSol"
    "YwxELP+KhrChGIhSnVjKWiybVsMHNuBKZAGHBtigcgyC3I9trY0PeAolPLteoKyoiiVU8+"
    "pHpS+CFWSK+nmkkQtRGyWelSPTqZPsg6Aj1B0or0p1X85wuXwRce5EqVuK1UqqCxqzeFbt"
    "Vtd9AZ9R6RFSzl2jtXVjA4HhrCojO9S3azMBYbQI5qFSMUci14jU8SpSel32oib00L+UNz"
    "1xVYHOg969tjiNQwU1gl4e6xS2mSnWrWX4rhvhFxpAcaBqilwblRvoEQ9DyjlXHIjIhhvX"
    "ZmeopT+qrQQvetY14Nm6XuDWymRmtca52ft0QwlsvA5RLW8OaKaVqUv7bSIPHFZDhflg81"
    "QdVmRK2eEXWdIkhtEaom9JLyvzlbvFghabvvEscbCxdvryvPMKDwS5QNKw87JzJllWBn26"
    "uyQgaRn8nNYr3mjEXRaE5syNyn387OkmgX/cxyFDDrDkWGShW4sLE949Amf0Rxhpp5yh9Z"
    "BQ4VsJQ24aVxQEOtDSLqiTJlI/04b8wLmEGOxnCLhAmuYnwe1xEw7nE4Mif3OtQLmShE+N"
    "u+jUkqQ5B+j536prolgGwC1dJkLIaXj5PMoHMcvqAGCI+vT352JtUNYWwTTInvTS0YR4Zj"
    "mBw4poeNsiyG4ZmCAKg7Ws3Zme5kf02bonNLYfnWFIbYtAzdbGmIu3S4pUU0G9XhbnodNo"
    "Ieo1OqOoBMUOwS3xvDkCStavAz7t9yMy/LirxZI9tQkqrNrvIEraS/+Z4aQctHqqqeh8wz"
    "PUrx+cz27dki7VU13HH5+TmPEr4PxBBBL2Y6nExVEDIzpEvBGcbNL3IidJWg7PDoBZin2m"
    "5wdALzUQ17qZPZHKHvC91lI7iemJpeRjcuNWBrU7NLeAIT6lMZL1RXxy6b5rIw5VoXQ+P7"
    "xpA8pnqoBb2dRHrO3KiRclfCLO0uSaznc7YWeZ/c7XlSw+nkd6OY0DIUxguaD6igoDmY0I"
    "BGg72nJxJPMenGpTRMX3TC9lWcQ3Y1n26jw999tn3r8Bns94weoLwKRxuetfHwrOLDMLuc"
    "FVdoZRess0zbBjC3RQlgk/MZbq6sSbG3b5ZuBxelcY9fOAHHIR/l7P1iH6EkzS7w+LHdfq"
    "ced/IMTMUcX1K0/K7P7w2WSN8yzm8qNpdulznML/PBSFC1PhjVfTDMyw3W2O5ZyvZm91Rv"
    "dp9AWhRe70xj9647Xm+I/erd9FKpVlAvFemVKFfKzHfZYHEUx8ra/LXoDdk3PpTGshxd0e"
    "CtisrUP8hUJmyXezNhi6lYPMlwB0B/ZnFPl5L0IvLvmrKUJJ3Rnt3/++n5z0fS7RcbkZOX"
    "wWghaM4cW3KmA65EWO3K2VqVN6lg24IL/6ZP3c1f+ROZ5aLPKL0Y5WlYY6JdkoJNZGGNz6"
    "KKWzvuv4sb+7DSxj4s2diHJRv78K4EwzUBXgvrni6sOxaBdMZ5mM62lAI6vuxzF5YrXoJ7"
    "WP7yhOFzASP3dIMohhltPoSHwRmZQxY+qhoctt13kLuvXr6swF3oVchdaqtYvOd/Li/OS7"
    "X8OVx2pROy/2Oe1E9RpJUwF5lRrhXNKkAzkAIH2Hik6p//D/vZroA="
)
