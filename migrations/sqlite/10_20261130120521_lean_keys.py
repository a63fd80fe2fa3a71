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
    "eJztHV1v2zjyrxB5aQ/wFm2Spr30KWnTbW7TpJdkb3exWdi0RNu6SKQr0naNvf73myEpWZIlRXLs"
    "xFEFFGgszpDykJ7vGf69EwiX+fLFkaO8qafmO4fk7x1OAwZ/LI11yA4djxcj+EDRvq+BaRKqL1UI"
    "D+D5gPqSwSOXSSf0xsoTHKE/iRkRA8U4ofDPwcdkJHxXEhGSEazCOHOJB2MkpHzIAJgoL4CZxJSF"
    "hPo+mUgWSkB3iaLhkCn5Apd2hQNre3y4sVVu+A0/oc6IeJI4YsKVmUKNQsZIKGayg9N4SpLA4xMF"
    "k+HfIzEJ9TT4waXzDpECcKiCh3MyZqEnXJxRjdgNl5MA5xiwmZ5Qf7EJ975OWFcJeIkRC+Hr/fnn"
    "jhxTjoMSXk5pyusvufPXX/C3x132jUmExI/j2+7AY76b2uIYUQ911XysH59y9VHDIkX7XUf4k4Cn"
    "4MdzNRI8RvC4fjoEgoYUKJLYeT7xfXtIokfmu8ADFU5Y/Kbu4oHLBnTi4/lBbPMSi2c73e75xXX3"
    "6uS6291ZOlsRRuIg2EeO4Hgu4V2lJsIQX+Gn3Vf7b/bf7h3svwUQ/ZrxkzffzdIL4hhETaLz653v"
    "epwqaiA0qRe01YdjmbbH3rCQvDHKesgbPVjQd/FzfDgC/3N3d2/vze7LvYO3r/ffvHn99mVM6eWh"
    "MpIfn/6MVAcAAdzFsJ1oGxZkH8APnLn16L7AaQm/MuEjZpQm+1UAbLSYn1icJpF9b/fNQUxo/FBG"
    "2qvPR2dny7S0fLwmNRdYLT2/f0ehN7hNsGZ80KfO7YyGbndpROyKItjloWA3yD6hnA41jfDL4BtG"
    "6tPY+4XlK1ZmpFytGnvdWzaX1dSqIwKwVq0goLlMPYcRB46MJDNPjd4RwX0cZ8T1hkyqSFORzAmZ"
    "Qv1DKhEyd1mVWuvMObpMVYXFy+Hs70c0zP9BeHk8Hb7U09NVAvqt6zM+VCP4+Oqg5Bfwn6PL95+O"
    "Lp+/OvhHmmOf25FdPVSuu0hHALFqUDpGWA+xH5vzpMi9t1uB3Hu7heTGoTR71//XoG4E30DiHuxX"
    "IO7BfiFxcShNXMOA8hRATsN5PoEXOBkS9+eKySdI5DJt7uziGGcOpPzqWyofn54fXf7x/PPR75rQ"
    "wdwOnV2c/xzBj4VUw1BPtHP8x/XJUYbuwOiRPl1a1+hJ4TVJc3lgBTxkU3G7wgak8VbaACsLfzz6"
    "b4mSeTJlXJ2mVaXMUKmayRCo67mV9UzH9wDjmSSey4KxUIw7c/jbeMpAC/T4eAJqn0K1T7hkIMKO"
    "1QDxbw0CeiFMATPmaZtrnz/Xf4bePVSvEcCQAD9U9p4tUGr93lJozXGkPQi3K1ZZk3tZfS+SWK3o"
    "WVn0wOosNO6Hbp6JVrYFy7itCFrZB8cYry3/E0ib+gk0lR21HrtNeUAn3BU5x1gIn1FewMstStaE"
    "A5wnSMuyE3lxcZay4I5PM+fz/NfPxyeXz19paw6APFVwbE1UM5dn/8IKjOUUTgNdEruvX1fwSQBU"
    "oVMiGkuazEk88v7i7Ozo+oTc7Ly/2dkeM+Kj0fqXbAj9vNSAGABERePhM1MUtbhDMkN3svYZw8c+"
    "laizByzo65B7X2gFXzJ/AKr9xBkRKgFDAJR1KgfUZdrJTH0PkHMSADa71D3c2I/rANwiV/a63H/F"
    "dsGU+pMcWl+zbwUyOUZoBGsrIe/1ye/XKTESkTXfDxiBJ7bhPboGt4Z7nXKHhpxaCi0xseRwKS/z"
    "FoCV/SEAwRQwDswgAi7ji6FlIGMqdfhLcHaIeUbMeiliPjQUDEd1GhIXyEjy/CFrnR9TmE6VTYXC"
    "6fjEcsIBmGKkNxC+L2ay1yGTMVECVmIhM4Dwq8GliAV5Qa7h6cALzUu8vC9ftNPWs18SSK03ZU3e"
    "lNpG/BqzZ34Y8i/I3WdDWt9wT2I1yX78cfz2pwvfV77IWgzfIbJiwIoi6zeTyoH+T+J6bif2rKNo"
    "0ckby2KoAg6KliNOtIubjECNppjCShgmzGJq7TtMH1FwIvUgShIcRpf9UAiYcTbyABLkb+gxI5t8"
    "AEbpAgeFwjG5AcFsoTz4AyYJmSNCl5nYAPoAOHtBep7bs/m0BEdDnVCr5ZSBh68EUJJ9jcHgRZ7B"
    "9PBowrjDTFKv/m6HuFQgpvhGQj9ksBRIRc4wT9giE50cq3OLQQaPpZavepkroSUz2BDhDU9IcFjB"
    "vIF5Q5+B2iGRduGcOCPMSDYklrfeGN8R5b1OwZmhPMYcZUVvWWF8IyN0bbhDWzD6J+E4kzCM437A"
    "wQHhz8i6vwVMc8QSxn4BSnreFSbIeVwrA+hc6y+tZFoLc+xkPEYnP59c3pUuxL7WdTl/XZuj/4fY"
    "lIxzNPWDq+i2SyM1wrjN+BKqpMUdFKfF2aE8px0MLfnsWu//5rz/GRlSh6gZ1JayrcP/LsbxCA7/"
    "5JZktJ/qUjSD2KSj/uCpc8aGWCF3LoXYbsHqqQtgFU5y9Jk7CohirCaRfh2M3qdSdc3xrH2ql3Hb"
    "lJxVz7WmJbolVtuFBGa7B/fhLSw/OfCDzvwvZi6sIDuwamHAVlmrj1AVIMUkdOqVEsUYK6ma23bg"
    "N1ztglw6CBjPr3kuS5fKYLZZU9WzpmBRxb7lsPPirIIEShOO9UOkFaSKuvRr9vMOeTHNU0gt1Z9U"
    "MseZGH5iNLeiJRrqlEXEfDHsjiKoO6NhmMUQBaN0hCXKiEgG1pLhrkMbm5IRKBl6U8aJmOTEzdY6"
    "O0bYfouy2TCKNAJ62kSN3jiccDBGDVKPBHRO+pgCokNiXyceU11k+p6SPTLE3jK6etuE58yAfsEb"
    "bsJPtsONgcIkORPNW4SwFulyJjoFI2enn0+vTz6YzjkvyAUnX4yKcPXvM70QTG5WAtGEITVMq7NP"
    "sMBHkl5Aw9teFAuUI/2aIx3WwnVDpsN+UTIL+W0kyCwEXi3h+94yDOFNQhso603hJYC6OsiHC4lZ"
    "1XBZrQBUuZHatBDU6uZpcQhJGzvm3K5gJS0Qm+QGeGArKcU86m3CEurDbcPL7B68fGp0T/HlenRf"
    "Qm3pXp3uKGbqkTvCaKlcncpWAtcjdAKppXU5rbdEX/8SelPqzK+YUoYuS2p7BqJUex8b2K40wBVz"
    "2lDPtpigXE6ZHyWrOaicvktrsR1TDmI22+RC52vu957xHrrm1iR6bFPJyEOneZQorXgk6loDMVKT"
    "VNV1RKzaBjKPnVY2dlfagDReuwFPUX5fskBMqZ8nuKOhUokdGqA62eeeJH0Gm0B0FjM6t9B/ZATs"
    "M6krm7CpCxuT/lz//057sojQ2dkaXyd7L0nttc6O/jZUA6wqgs/RsaS5eA9xQaZz3c4ZHVIIwdkM"
    "HVoMvVaebwqnQBnQlVitQtAqBK1CUFEhgK8tc0LHpVHNGKeNZ1aPZ4ZY8yJXEf1ZzCYd4R9H+F9R"
    "P7fvg35eKvYlQNSwzhHciGGXzp9hORXIZvmO9EF0Ehqi9QzTiDlzyf5bfWlCVJRsejfMsfKqwE5f"
    "49z3ENAwz/IvqPDnY6GbExra2G0K0h7FLGsq7ukaYbQdXTs1cre2hSM5ImS5LEkPlPMkBKncuQGJ"
    "8ExXbca2wYx5wxHe6+IyhyK/MFHwRb1r3AtdF27q8tGA2LtcAtD8eU4SwMZWQgOlp/HiUlZ7gYz5"
    "s/9f5ijNDxXQ4DD2WaaSD0xcHdAjI0YJvBPntuTuGTNxXGgTfY6KN1OVp1lgnDpKrMwi5l9UswCq"
    "bvekkRpn9zxK2Up7380WqI0p3T3xU0pT/qMvaJHankDK0H6AWE+Q+iWE/HDx6/HZCflyefL+9Or0"
    "4jwlEM1g2kK6PDk6y+YxZzhYrSKVDG6TTvs67HxgP57ypnmmfol+l8Rqdbw6Ol7qKgo2pPVpn8Rq"
    "af8E9etrNI7z9GszUKpfG8O6nqM/6rZo+7NT6xrX5noyYxQ7vmNr906spko6R33UdDvTfvlih/9a"
    "V9F6NchIrVVT1MRRT49vN0LlWqcC6AxarWrrvjawrul+gw1yemLGMRFXBxYWOB3sU4PNYFTCb9Fz"
    "6bxnGqpFzW602yLOrKU8qbPDdwjF7L7uito1UferhtoudfrB2G2x0qzPR70diFE2x3gbuQlb4aN7"
    "XFqvx0nX1mxvShFuO0E8ujndls1v0T60ZfOPuge6ZjXPp1emniSQ1lQy3xqGD2oYqvwsMDPQKTcM"
    "VeUMsE+6jhBOCpo1xqKxDanBgBrBGnBGIivO+s8OdQWfrloc+xNpevrrUsAhEHOIB2rZNNzQOto4"
    "tEGbno7W9Mwl4t3FQ9szWwIdk3WUptoSLcIR9aewuGn4CR8GP/neAGhFJUwOx0P4WAfxAuNZ2EdU"
    "z9wjjDtAehMKsvfu4nkyBaS66hLmmuq1g5XCN524M13lm9Da8MxOG55p9ckcGWq4Qj26L3Bawq9M"
    "+D4Nc53aJe3ULUZL9Ptp7Ssp7K3hek/StwHKzfll2va+66Wn1ZHrxRwTSK1huaLnO22j1KP/Mm67"
    "DU/Pvv9IHaa+0DA333sx2Lnjsj+mumO87aKasX9EEBhjmLPFFSLPMv2PJJ3HEHFwdRyyAVi0HZjA"
    "uc2z79c3dVzoZZInE5VieKuHZ/0Anu2JBAjkJNE2ibquvs/kHeFiFqVvchJgoiZ6AgIWwn7ccHgv"
    "QXQ/pmub3mlzNtOxZNNJJeqBFHjDkC6+Cs5+LUIlPMmIQzkXqq0ra3Rd2So9edqeSGvQqhlXeBNR"
    "PUmZQGqTo56gjMSGdXniUT8vlYzaEVtNJtrLtKSn0EU8j66htZlC6IHWk73TTzzMUPLcODvfwOIV"
    "WlzEaUB5d3WtcfoqN0zRCRz3pEyANcoT+yOI6lIngdE4kbNlPuPsdlbcoaVT0IDWq1tz1ZCNrxpq"
    "Lu1JcVvtLF4DN2XtzbWBA44UHeac/eKmw0mcJtC4hKYb6fQ89sG6rEXxBUZL7/r0fsSuS1tG+cex"
    "MECHZKp28/4EVtvoonqji7gjfO3jnsVsbepaJ36LLDvt5NwpMO/MYOcuG6+rXaD1LD3EM7Xcpsya"
    "2N8wfhyICXdJf35IAurGFhr2Wsc7grWl1jNF4ZGJBm9V1PlqI0vphKcp9SfM1sNYfZLgCQB4YvWe"
    "js6zQs2/YyrdtXTWbd1/OT3/cOi5veKkpKQxGG2EXjOnpDwDgDuhqpmcm7rb3oqz7TU1H1C+FduU"
    "W2DwPzbXfXyTPxERjH5GdSLbMVKTpOA6AtsxL6p4tGP4Jh7sg0oH+6DkYB+UHOyDOw52XQWvVeue"
    "rlp3xELPGeXpdHakVKGjC5i7dLniLVjzhTI/ijKysX5hhdcOFHtIiy8daAQ7Xo+ekWGy8KOqQWEL"
    "3kDqvnr5sgJ1AaqQunqsYv3Vv64uzutWX7meo8j/iO/JpyjSSoiLxCj3imYdoBmVAid49Jvvvv8f"
    "Ucu8uw=="
)
