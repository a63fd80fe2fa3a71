from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "api_keys" (
    "id" VARCHAR(16) NOT NULL PRIMARY KEY,
    "scope" VARCHAR(8) NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "digest" BLOB NOT NULL,
    "created_at" BIGINT NOT NULL,
    "revoked_at" BIGINT
) /* A key that a service calls with; only the digest of its secret is kept. */;
        CREATE TABLE IF NOT EXISTS "removals" (
    "user_alias" VARCHAR(66) NOT NULL PRIMARY KEY,
    "level" SMALLINT NOT NULL,
    "erase" INT NOT NULL,
    "requested_at" BIGINT NOT NULL
) /* What is being taken out of a user's past, step by step; gone once it is done. */;
        CREATE TABLE IF NOT EXISTS "salts" (
    "day" INT NOT NULL PRIMARY KEY,
    "salt" BLOB NOT NULL
) /* The salt of a day's tokens; both are destroyed 48 hours after the day ends. */;
        CREATE TABLE IF NOT EXISTS "tokens" (
    "key" BLOB NOT NULL PRIMARY KEY,
    "owner" BLOB NOT NULL,
    "day" INT NOT NULL,
    "status" SMALLINT NOT NULL,
    "occurred_at" BIGINT NOT NULL,
    "last_record_at" BIGINT,
    "last_undo_at" BIGINT,
    "content" BLOB
) /* What is remembered for a while of a LIMITED user's input, without saying whose it is. */;
CREATE INDEX IF NOT EXISTS "idx_tokens_owner_d5b3a5" ON "tokens" ("owner");
CREATE INDEX IF NOT EXISTS "idx_tokens_day_a810c9" ON "tokens" ("day");
        ALTER TABLE "log_head" ADD "pruned_number" BIGINT NOT NULL DEFAULT 0;"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        ALTER TABLE "log_head" DROP COLUMN "pruned_number";
        DROP TABLE IF EXISTS "removals";
        DROP TABLE IF EXISTS "salts";
        DROP TABLE IF EXISTS "tokens";
        DROP TABLE IF EXISTS "api_keys";"""


MODELS_STATE = (
    "eJztXW1v2zgS/iuEv3QX8BZpmiZp+8lp3W7u0mSReO920SxsWqJtXSRSFSm7xm7/+82Qki"
    "zJkmI5Tuy6AgrUIWcoaUhxnnnh6O+WJ2zmyucdSzlTR81bb8jfLU49Bj+W+tqkRX1/0YMN"
    "ig5dTUzTVEOpAmiA9hF1JYMmm0krcHzlCI7Uv4oZESPFOKHwz8JmMhGuLYkIyASuwjiziQ"
    "N9BIZiypoAOVGOB2OJKQsIdV0SShZIGMAmigZjpuRzvLgtLGBx+PgRr3PLb3mXArEjiSVC"
    "rswgahIwRgIxk20cxlGSeA4PFQyGvyciDPQw+IdN520iBfBQBY1z4rPAETaOqCbslsvQwz"
    "FGbKYH1I8WcudLyPpKwE1MWAAP+PlzS/qUY6eEm1Na+voxW3/9Bb8dbrOvTCIl/unf9UcO"
    "c+3MNDs2cun2vpr7uu3MGZ9z9UHTokyHfUu4occX9P5cTQRPGByurz0GeQYUxAFtKghx5n"
    "noutEiiReDeY4FibnLFI/NRjR0cf0gt7mBRVur37+86vVvur1+v7W0tmKO1DKImizBcV3C"
    "rUotgDHewi+vDw9fvjw5PHh5fPrq6OTk1enBKdDq+13uOvlmbmYhLTOUltn5x/PLHt6QgM"
    "Vv3gps+KZ5qKKGS0/GQvrx9GXlf+PBwiudgZjn/jmIJV41CXHDYhYWL+3TTcPLw5PjRPD4"
    "R5Wobz51Li5i2aZkGb8Cqy/mhGWfZPkkS3oh9mjDqbmIF1z7JPpNLGOtUeot44Rln2T5xM"
    "t4BLiA1dSFC55G8LUEj2hkdJfSiNgwpNbdjAZ2f6lHHIoy2uUu79DLt1BOx1qc+Nx4wzG2"
    "9Z1/s2LUa3qqMa/v9O/YXK6GeTsEaCO8RwBSTh2LEQu2SElmjpq8JYK72M+I7YyZVDGElM"
    "wCZIrA8I75ahnjbnDcAoD5EBT5bkKDGhgSHmmdd2a7INKjX/su42M1gT9fHFe8DP/pXL/7"
    "tXP904vjn7NvxGXUc6i77oGLlgBh1ZB0wrAZYW97g8qI+3QFaZ+WCvv055wC0P/XEG1Mv4"
    "eSPT5aQbTHR6Wyxa6scM3eU6RdOQ3mxQJe8OREPJwrJr9DIVepyourMxzZk/KLG0n57Pyy"
    "c/3nT586f2hBe/Oo6+Lq8mNM7wupxoEeqHX2Z6/byYPJgKF8+rQuoszwNehmbVgZsKm4W2"
    "MCsnxrTUCkCH88+e8IuuxOGVfnWZyU66rElwyJ+o69MsC0XAc4nkni2MzzhWLcmsNv47sE"
    "AOhwPwTEp4hUQthkJIK2Bn/4SxMAIIQBYLwimLnh0R8ANu8MMs++TADXi9+kiHr/0ObrV6"
    "vAzdevyvFm1JdWImk+8u7q4qLT65Lb1rvb1j3QtHEDbdYNZIIN/SLDqnSpZ3j2EJcevlpl"
    "yQNV6ZKP+4qWPPYVLPnFlITcFgVaXAiXUV48IzFLHsECz3c4G1Xa+OrqIgNgz85zuvny90"
    "9nXdhYtPyByFElkAmuxgKzMRQu/8ro1BJvA53Wha6SMV4bt6aYHmtH388o4Y6A1g8GYy4h"
    "Vt1eCVdHQLEiVP0veiu1SxLQxJBKxIYe84Y60D4UGkZK5o7aRIbWhFBJZhMHfsQ+SwVkrg"
    "N80MECRjxqM+3tXMatj3upB4DY7bqbdgjHbsrZVA5Np9QNC2TdY19LNrGEYS8wVIV4e90/"
    "ehmtHYu12OsUk6em4R06onZm9zpfqP+iTSzdXbmXpWBEnS2N6mQhYjt2OzGLXTE2IZeSva"
    "maB1ONOpxoVwCZwO5EMR+IMMw+wjyltzp1Cdai7hRc5x9pi3sMRng72swsGgQOk2ZsIJaw"
    "scESobBAbjncg6EC030GgwTMEoHNjGGP+JWz52Tg2IMoOYlgb6Czk5wARjL08EhAJdmXhA"
    "xu5BkM77vUYiY9Sj/YG7yOJ6Z4O0I3MrjObALvFGZcRZxEZ2boPC2phC912hZcQydNgQwY"
    "Nfdwy2N5wRXM5c3tASQPuETBBXNiTSgfMyNfeef4eIMCVIGOmultHbO9FL1jq/omPrdw1v"
    "paNeg3wrLCIEj8dQA9geFzbJDdAadZXyn7rISloLlW1O0yROX2sNyt3dcgTwTL8pZK92P3"
    "+r4QHftSFzF/2Zid8kNMSs4oz7yHKzpKskx7oeVzoGqVUPRxeSg66ipyk0BXpZekcQQ+ii"
    "Mw1iF1hJpjbSTbuFjv2zi27GLNoZ/VtWiOcZ+W+pNHrA3+XyNknWFspmB9zytYdGEBnrnn"
    "XEDCtU+i38RG71Kp+mZ51l7Vy7xNRGHdda1liS6F9WYhxdnMwUP2FtYvTKF4rxPuyjeXhG"
    "3NfLydsla3kIwnRRhY9dJ3E461oOauLfhHTjLFXdrzGC8+x1EVps9xNtH61aP1cFHFvhZs"
    "5+XhlRTLPizrHyi+ciHGvzJamNIYd7Wr4iquGPcnMdW9MZUeBhuikIZ21fPQBG7T4Zl00O"
    "RNFOGQMSkZO1PGiQgLoi8bHR3jNEmoGcMRE5AnCX2McQz8IORgFhmmAfHonAwZGWNg5YFB"
    "5CLXRbWRsG8hgPXNg3IXvgabZrbWQKkLxn0yw54YpWZemXqTsMT6dNNwkJ+Dg+9B7juiW3"
    "4LnCm15jdMKSOXJRWTo6jUNL6h7UtDvGIUH3VCxElcNmVuHJ63MF78Vif+YM6QjsK3TV6R"
    "mWxTV6RYyzx4xAdoiJ0Jj+1SxtFTB8cqVA0uibo6PGHaJwWzkdIJzWm3LQfjfXutCcjyNR"
    "PwPerva+aJKXWLFHfcVamxA0NUJ9/OkWBIwSQQnbqFhhimpRkF+0wSH+B4m0jFfDKc6//f"
    "aqsLzD5MSdP8dmyFLWfmbWp0tA0RBkRQBNth9IHexQfICzqd68Q2LtQEKTibEUt4TCcju8"
    "xk3YE9ORasAQQNIGgAwaqAAB5bFjjcK33BCU/jBV7dCxwweFi5jurPc+7TEv5xlP8NdQuP"
    "Den2SrUvgaKGdY7kRg3bdP4Mc8hBN8u3ZAiqk9AArWcYRsyZTY5Odc1N0LYjFWWWAw+mm5"
    "fY6Rsc+wEKGsZZfoNKX5+Ien8cuocvjk6OTl8eHyWvStJS9YasUGozWor5ram8AE3M0ZSf"
    "adeIeO/KjmSJgBVuSbqjek9CkpXLbqAQnumjKoltMGPOeIJlgW1mUdwvdIVGuTjhk9Rs06"
    "dV9IEZj0SlgD1A/ryw0tsjXQkNlIHmSw7vRPWHzc/h/5il9H6oQAZvEp9lJlCG2xxD9tiI"
    "UYIElN9VlC42AyfpyfHf8ZGXzHGbPDEOHaej5BmbOse7V+c4N3218hpzvPuEEDdS93ix/J"
    "ckW2rRZ5maRPZNJ7I3VXy3EzcW0lHOtMjmrwB6aa4G7NUBe5kCmmxM68s+zdXIfl3Zp+FQ"
    "VvYfXEHLXC8pppzoR8i1X6J/f/X72UWX/HbdfXd+c351mZG16cx6ua67nYvdsWd66IxoFd"
    "gzpqPSnjGOjHqBlbhMCtOl/MDgMKEI7R65OP903uu+j20QXfmvnZgFks4R/8/0EXsdBykP"
    "sGz0KtqOgfWsrRiKlg/aRUnVazRmdOoFDmFMG105Aa5r6itgCYaBmHFM0tOBnAVPGyshsM"
    "CUG4j9RAObzgfPSU8XPzTlFLSbyBQXwGfgaRsJniEQs0cpfliVuf+wnP3dMmaebGctt2T0"
    "+qg3AwnL4+m3vZyEnfCJblfWm3GKNicLH8v2bs4rb93kaw537tA8NIc7tzoH+mRVkd+pCp"
    "6kmDZ0sHN3jcA9DHT1MCrTKjQM1X05dyais5phuNrHNI0VF3mX3+j6mfgBS+K7IWazUVNj"
    "znw4a90Pdta6hjYKo+DYQEfFBqanv2gMTIqdBPlF8TNjI+oye2gJTqg7hQubanLwx+gX1x"
    "mBjKiEwWFZCOgO5HM94oAwboGoTagt+v4Srh9zmMx8TnRCp/qa3lrhsXbzmc9d3Ieb8FcT"
    "/tqiSHcp/NUUgdvwyZYmnLgNPN18FHRLgh/SoDCOWC72mKMR+tpCjwBxvfhtiqmxHtd0b2"
    "cNknryX+ZtpmHNadB+qLWcV40Td42tZ0f8Jx0WONakVeBAiXralR+BXtDc50Epn4INV4D5"
    "UYz6RzsqgM6cQvOlvFJbiqWxJsusyZyNCC9VDQlH5Hso3RcHBytIF6jKv+SIfSuGAv51c3"
    "VZNxBgO5Yi/xDXkd+jSqsQLgojAyWWCrTla7HlcAQOsPUCbd/+D6rSaJw="
)
