from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


# Columns of the key stand first: SQLite 3.40 finds faults in sound tables without rowids, else.
async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE "lean_totals" (
    "subject_kind" SMALLINT NOT NULL,
    "subject_id" VARCHAR(255) NOT NULL,
    "action" SMALLINT NOT NULL,
    "count" BIGINT NOT NULL,
    "folded" BIGINT NOT NULL,
    "bare" BIGINT NOT NULL,
    "last_at" BIGINT NOT NULL,
    "decayed" BLOB,
    "folded_decayed" BLOB,
    PRIMARY KEY ("subject_kind", "subject_id", "action")
) WITHOUT ROWID /* How often an action holds or happened for a subject: its rows plus what was aggregated. */;
INSERT INTO "lean_totals" SELECT subject_kind, subject_id, action, count, folded, bare, last_at, decayed, folded_decayed
    FROM "totals" ORDER BY subject_kind, subject_id, action;
DROP TABLE "totals";
ALTER TABLE "lean_totals" RENAME TO "totals";
        CREATE TABLE "lean_scores" (
    "subject_kind" SMALLINT NOT NULL,
    "subject_id" VARCHAR(255) NOT NULL,
    "count" BIGINT NOT NULL,
    "rank_key" REAL NOT NULL,
    "positive" BLOB NOT NULL,
    "negative" BLOB NOT NULL,
    PRIMARY KEY ("subject_kind", "subject_id")
) WITHOUT ROWID /* A post's or a user's weighted decayed counts, and the key that orders them at any moment. */;
INSERT INTO "lean_scores" SELECT subject_kind, subject_id, count, rank_key, positive, negative
    FROM "scores" ORDER BY subject_kind, subject_id;
DROP TABLE "scores";
ALTER TABLE "lean_scores" RENAME TO "scores";
CREATE INDEX "idx_scores_subject_4d42da" ON "scores" ("subject_kind", "rank_key", "subject_id");
        CREATE TABLE "lean_activity" (
    "span" SMALLINT NOT NULL,
    "start" INT NOT NULL,
    "action" SMALLINT NOT NULL,
    "count" BIGINT NOT NULL,
    "folded" BIGINT NOT NULL,
    PRIMARY KEY ("span", "start", "action")
) WITHOUT ROWID /* How often an action holds or happened in a range of time, over all users and targets. */;
INSERT INTO "lean_activity" SELECT span, start, action, count, folded FROM "activity" ORDER BY span, start, action;
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
    "eJztPWtz2ziSfwXlL5mt0qYSJ+PknE9OxpnxjWPnYs/MbsVbEkRCEs4UoZCUFd1e/vt2N8CnSJrU"
    "w5JlVKUqFoEGqAbU78e/D8bKFV74/MSJ5J2M5gfH7N8HPh8L+GNhrMMO+GSSjuCDiPc9msyzs/ph"
    "FMADeD7gXijgkStCJ5CTSCofZ/+mZkwNIuEzDv8cfMxGynNDpgI2gl2EL1wmYYwF3B8KmMwiOYaV"
    "1J0IGPc8Ng1FEAK4yyIeDEUUPsetXeXA3tIfbmyXG//GP+XOiMmQOWrqR3qJaBQIwQI1Czu4jIxC"
    "Npb+NILF8O+Rmga0DH5w+bzDQgUwPIKHczYRgVQurhiNxI0fTse4xkDMaEH6YlNffpuKbqTgJUYi"
    "gK/39etBOOE+DobwchFhnr7kwb/+BX9L3xXfRYgz8ePktjuQwnNzR5wA0lA3mk/o8ZkffaS5iNF+"
    "11HedOzn5k/m0Uj5CYD06ekQEBpwwEjm5P2p55lLEj/S3wUeRMFUJG/qpg9cMeBTD+8PQuuXSJ8d"
    "dLsXl9fdq9Prbvdg4W7FEJmLYB45ysd7Ce8aEhKG+Ap/P3z5+s3rt6+OXr+FKfSayZM3P/TWKXI0"
    "IKHo4vrgB43ziOsZhOoUt3Q5FnH7Xg4r0ZuArAe98YMUv+nP8eEQ/F+Hh69evTl88ero7c+v37z5"
    "+e2LBNOLQ3Uof3/2K2IdJiigLprsxMeQon0AP3DhtsN7CmMRvzTiY2KUR/vVGMhoNT0xMPuE9leH"
    "b44SROOHOtRefTo5P1/EpaHjLbGZQll8/viBTG9wmyHN+KDPndsZD9zuwog6VFVzF4fGh+PiE+7z"
    "IeEIvwy+YSw+TeTvolyw0iP1YtVEdm/FPGwmVp0wmGvECgaSy510BHPgyoRsJqPRO6Z8D8cFc+VQ"
    "hFEsqYTCCUSE8kcYqUC4i6LUWlcukWWaCiyyhLJ/GPGg/Achy2g6fKnHJ6uM+feuJ/xhNIKPL49q"
    "fgF/nnz58NvJl59eHv0tT7EvzMghDdXLLqGjAFktMJ0ArAfZ26Y8OXS/OmyA7leHlejGoTx5p/9b"
    "YDeev4fIPXrdALlHryuRi0N55GoCVCYA+jyYlyM4hSmguD+PRPgIkVwnzZ1fvseVx2H4zTNYfn92"
    "cfLlnz99OvkHIXo8N0Pnlxe/xvMnKoyGAS108P6f16cnBbwDoUf8dHlbpScHt0+SywML4IG4U7dL"
    "HEAebqkDMLzw6eF/R4TM0zvhR2d5UakwVCtmCpzUlW5jOdPxJEA8C5l0xXiiIuE7c/hbW8pACpT+"
    "ZApiX4Rin3LZQAUdIwHi3zQF5EJYAlYskzbXvn6p/Qyteyhe4wSNAvzQ2HqWgrT6veXA9seQ9iDU"
    "rlpkzZ5l87PIQlnWszTrgd1FoM0P3TIVre4IFmEtC1raBieE35r/Z4A29RPYV3JkLXabsoBOfVeV"
    "XGOlPMH9ClpuQIoqHMA8QlzW3cjLy/OcBvf+rHA/L/749P70y08vSZuDSTKquLbaq1lKs38XFcpy"
    "DmYPTRKHP//cwCYBsyqNEvFYVmXOwrEPl+fnJ9en7Obgw83B7qgRH7XUv6BD0PNaBWIAMxoqD59E"
    "xFGKO2YzNCeTzRg+9nmIMvtYjPvkcu8rEvBD4Q1AtJ86I8ZDgFAwyxiVx9wVZGTmngTgkgCAzW61"
    "ghl7uwbAHTJlr8v8V60X3HFvWoLra/G9gicnAHtB2mrQe336j+scG4nRWm4HjKdnjuEDmgZ3hnqd"
    "+Q4PfG4wtEDEssO1tEymExvbQ2CGiIBwYAQRUBlPDQ0BmfCQ3F/KF8cYZySMlSKhQ0MlcJTCkHyF"
    "hKTMHrLW9TGE6SwyoVC4nD81lHAAqhjrDZTnqVnY67DphEUKdhKB0BPhV4NbMTPlObuGpwMZ6Jd4"
    "sSpdNMu2018yQNaasiZrSmslfo3RM08G/Sm6+2LI2yvuWah90h+fjt3+LLV9lbOsdPgelpVMbMiy"
    "/tKhHGj/ZK50O4llHVkLBW8ssqEGMMhaTnxGJm42AjGaYwgrExgwi6G17zB8JIIbSYPISXAYTfZD"
    "pWDF2UjCTOC/gRSaN3kwGbkLXBQO1+QGGLOZJeEPWCQQjgpcoX0DaAPwxXPWk27PxNMyHA0ooJb4"
    "lJ4PXwlmheJbMg1e5BksD4+mwneEDuql73aMW43VHb6RoocCtgKu6AuMEzbAjIJjKbYYePAkJP5K"
    "21wp4sygQwQ3foaDww76DfQbegLEjhBxF8yZM8KIZI3i8FZO8B2R31MIzgz5McYoR/xWVPo3CkzX"
    "uDtIg6GfhONMgyDx+wEFB4CvsXZ/C5D6imWU/QqQ/LpLLFDyuFUE0AXJL5YzrYU4dgoWo9NfT7/c"
    "Fy4kvrU1OX9bm6H/SRxKwTia+8E1NNvlgfZCuS3YEpqExR1Vh8WZoTKjHQwt2Oys9X9z1v8CD2mD"
    "1AKoxaw1+N9HOLZg8M8eSUH6ac5FC4D7dNUfPHRO6xBLxM7lAO0RLB+6AFrhtESeuSeBKIHaJ9Sv"
    "g9B7PIy6+nq2vtWLsDYkZ9l7TbhEs8Ryp5CBtGewCm0R5cGBv1DkfzVxERXRgU0TA3ZKW91CVkCo"
    "poHTLpUogVhK1Ny1C7/hbBek0uOx8MtznuvCpQqQNmqqedQUbBqJ7yXkvDqqIAOyD9f6IcIKckld"
    "9Jr9sktejfMckMV6e6zf8UDysiIW1dQ7A7IPGN+IoWBn3I/navib4KVpQ/FQp87t6KlhdxTPutfl"
    "iKEisceP3Fhx2EnWe5n1KR4bB2AYT2VDeSd8pqYlzsm1ro5uzL/ikEF01Y0AnyYapjcJpj5o/Bqo"
    "x8Z8zvoYZ0N+x29TKaIuclYZhT02xAI+lCKvfaB6gF7wxtc+PlNGSM/CSETtMk39hGlMonYBwsj5"
    "2aez69NfdHmi5+zSZ5+1HHb1P+e0ESyudwL+j35LjF00TzCLKmS9MQ9ue7HDNRzRa47Id4j7BoJ8"
    "q3HEEPtrpNgsAIYYwve9FegnnQbGG9m7g5cA7JInFTdSs6Y+yVZevnpLwL75+Za3AVT76Uij1Pd2"
    "CVU0BdwnW8sDq6I54tHuEBZAH+4YXhTP4MVjw3uOLrfD+wKoxXtzvCObaYfuGMJiuTmWDQduh+gM"
    "kMV1Pa53RF7/HMg77syvRBRpvCyI7YUZtdL7RM/thnpyw8BBlLMNJAiXd8KLIwIdFE7f5aXYjs65"
    "0YetA87LJfeVV1xB1tyZaJpdyst56FiaGqEVr0RbbSAB2idRdR1uQVulZ9uxexN3qQPIw9kDeIz8"
    "+4sYqzvulTHueKiWYwd6UpsQfxmyvoBDYBQqjsYttB9pBvsspPQxrJwjJqw/p//fkSWLKQqBJ3iK"
    "qF/g2mtdHe1tKAYYUQSfo2GJqHgPYYGn+1QzGw1SOMMXMzRoCbRaSU9np4EwQOluViCwAoEVCBoK"
    "BPC1wxL/fK3rOIGxTuPmTuMAE4vCZVh/EXKfrvDTYf5X3CstrkHPa9l+CDNaaOc4XbNhl8+fYc4a"
    "8ObwHesD62Q8QO0ZllFz4bLXb6kzRZz5rQtkzDG9rUJPX+PaKzBoWGfxF1T58zGz98c1tLGWFaG5"
    "ikXSVF04N4awZXM7LQLkdoUiOSoQpSSJBuppEk5pXB4DkfCMUmMT3WAm5HCEzXNc4XCkF9oLniYV"
    "JwXnKTuWcnTHzDTMGYPk75cEAWxsJ1RQegSX5AubLj36z/7/CiciehgBDo4Tm2Uu+ED71QE8VmIi"
    "hY2Hbmsa/OiFk2ym+HOcIZtL7y1OxqXj6NUiYHk3oHRSc70nD7R3es9WcoNsU6EdEBtzsnvmp5TH"
    "/EdP8SqxPQNUwP0AoR4h9msQ+cvlH+/PT9nnL6cfzq7OLi9yDFEP5jWkL6cn58Vg8QIFa5UJVIDd"
    "p9u+Dj0fyI+M5F2Zql8j32WhrIzXRsbL9fsQQ94e91koi/tHKF9fo3JcJl/rgVr5WivW7Qz9cUlL"
    "UwSfG9M4qevZiFEsq4/18zuJmBryOcqjuqQc2eWrDf5r3YXkauCRJFVzlMRRTk9aSKFwTaEAFEFL"
    "ojYVD4J9dYkhrELUUzMfA3HJsZDCdLAYEFbciTJ2i57L5z1dtS6uKERmiySylvtZmR2+Q6Bmq5or"
    "WieerZZytlvi9IOR22qhme5HuxNIQDZHePfyEHbCRrddXK/HSGcT4zclCNtyG1tXp21tgh06B1ub"
    "YKtnQInBZTa9OvEkA7SmugRPQzG0lQmeTGWCHcP2w8SY2ITt/U7Yvkb34kGpRSm6L3hUuyabWZR+"
    "owRkYDFoD9GmENMuQAVsBHvAnYjNP8bwfkypv5TuPPGmoe64QjnEQ6DCQ7xAizalDe1DViXj7e2R"
    "mxd7GmCZtvSh6WgQAh6zCdg6TRtNSSPu3cHmuhwzfBj83ZMDwBUPYXHgK8rDBKrn6AjHKs+0co8J"
    "3wHUax+y6YqOjEhnnlO6Nqx1R3uPl/L7dpK6oY37VFq/7sYoQ8f6dR+z8K2pQju8pzAW8Usjvs+D"
    "Um9YTbMLA2GRvpq6v5Smby1eK6LeRjZszqBri6+vF59GRi4jE9XBChkga5Fa0iKV11Ha4X8R1h7D"
    "44sYOfWHOIDFvA5KtPzscKdO1xd6YpdUz2Yqvw6d1nHQMmRx4Bcp36Eai75y5yakItMzEHMzdQmx"
    "CZeg2+ILl/aOWu/ypOCTNk2BI7jISM0Y4HX+nKWav9HrdXDHbKSYJ28RvqO1/JyG//I1pqeETfV7"
    "XIQMC3GUZy+OHu/rYHJcyBE+doA6Zn2MZ6H2Uyt3jq0oHFXXAmndFaN2IQdmF9sg4Q1vZ2TJQFgL"
    "y3q7ahB1aKfqJCD7JBE+sKJjhcctCY87nKKwI5Fuy2Yo7Ihs+JHaHJO0sCAYJmO1UuHAzGrhBBpw"
    "dL3EgNn209i/EwtwdKguLLpwpE9+E1Nmlpwp5JzB5pncNbG5vEQ23NRGJCUmxWlDkO5SeTKYegKE"
    "vR7FEyc5ffH+z3QRW5DuxJ1MatuaariYs+eq8Y1vZFSd32zadtI7UaUS3alzpKhHqKkeyW79bKFd"
    "Wk47hFaWC/H/hZ9+tds3nr93YserwwZSx6vDSqEDh+7pjZ1vJN9cvigAWiljeXOqadLbDv9ZKIv8"
    "pZFfWWy0JsikstTokgRn24jfcOwUcaVFBFe3ukgA9gK9NejcSJ+LmMu3IydZKEtOWpGTHRGpLwQP"
    "qmytyVitSO3DrDZWVqp1S/FACIlWwQibw+Ojju7wIOa6vTu2l6dQp/7UuRVYW6LPQ92VAYXcijK6"
    "a1t6BVF0YrDW3EAZQ1jz5CbNk8KHVxelNrFq00wGyOYgF7lL8/xv+kG2YegZEMvSG7L0HeEqn7kM"
    "PvOglKskY7VcBZ1d3QlMa+67g8lo94i9YLlQ05kyjMHx0BEW0/QO+c2ihG0AOJpVNFMo9eCtfZO4"
    "7it9V51CrkcoPpe7rsCuS+9Yz5AhMsNM4JSE+5xdSV1FNmS9lA33NIsjO9AgQCsN7o38DZig52mr"
    "jENuRMxPNzvTU9zSV5Ueuq8H+tVwWIbdvimBaZxrjYNxy/xDtUaDhjE/hsk9ecZYzwPTI2wReZjA"
    "WCl/aaNB5hfTIhMoA2VLzTZPA1qmu5Tt7rUOu6T8v5IrXm2QNNP3CeNrq3tg1ZUnGAD3Oa43ViY7"
    "Z2qR1cjOZlZjgwxKfrrIkIma0x5FbTkxKVwf/zg/z0q7GGdWYoBZdilyVKrAhYvt6YA2+T3OewuZ"
    "p/yhMeBQZ1BpKonqADS02qBEPVa6H6efFEB6BjvI4Qi0SNjgOpHPkwYNOjwOV+YUXod2IZ0VB3+b"
    "t9HVkUikf87OfN02FIRsEqqlLgUNL59US8LgOHzBEER4fH2Ks9M1m0jG1sl9+N40giHtuIYu5qRn"
    "mKy/ajG80GkBbUeLxVDzk8y3qal9asXybYrlO9NxY9s8dLs9N+6z4dZ2J12rDXfb57AV6TGmUs0F"
    "yAzEPuF9bTIkcasW+EzmW2yW5Q/K2yXKZmWhbJmgR+gl/cP31BBGPlC7+jLJvDCjVj6fmrldhyY3"
    "tnCj5BvFtR50Jf2+GKDQiyU7xxMVREwv6VJyhg7zi4MIXSWo7D5GAZaZtte4Ognz2ppCsnymLCnM"
    "fRZ22BDUE90sTdvGZQiytW6GJjyBnQqoPxqaq5OQTa0sTHgYVovGq+aQPKR5yAq9B5k6s6VZI/Wh"
    "hEXYfeJYT4e2fuSOiKqchelgLUUd4LTl3IWz1GRB5ZozzUqAlCUzkjLMk0AMgBh1Yh9cjZNw1aWT"
    "lpC6zUqmpyQ67KQp/CNDbcVAf+ApWhRMUDh3XaK874Asz+JGL772WqJFYywCOI8bH95L4TxdEhob"
    "wZhI8HzVaU39YrI/lsOAp18FV78GBqFkKJjD/RofYlMKvTP68A4Fdu9QB8pdYKBPhlJbn8AT9wlc"
    "TiPM/ynjkPFQLX9UetJaS9/BQ2qB2EkYGcWUpG0K8BOyKulMPR6UtFPY0D7INv/Kz/N1NTvUUFDP"
    "OTaNl8mdkOmzoBs64pvcyQjT6NOCekl+FO5042MfBdMLjXQmva5OsNI904LKINKvcan3QpHPtLZq"
    "piBl20J31oi/TX1mpyr+P2pD25ZL5+4aeh8maKaqHnR1hczVykHvGpbXn9NUJW2/rvc9VRYxrjyJ"
    "VWsY7/ZRbLmQhi2vtt7yarbU61ZUx1SabYf7PJw9gMdoZTVq4p+GTVQrkn9mdI/79Mmu4TqNja5m"
    "vmk1bZRSbdt0uTZLGlumqYPWn1N2g5r5VPjsHfOplkTEb0FrRMyU2V83tEudKhezX6un7cwPr2P1"
    "tAfQ06ykunVJdUc4TFUW+f0Z5C2Sx//SLrUQVFhjbOtjEIEJMEAiTou9oycSoxGki2EJI+y6quem"
    "ZsCKBq9rXf5+D9jXAz6Fn0Ehnhdd2tWhurbM4ta1w2rmUjzOhie0cAv2rhXRFoN5Tbc4jc2FM6mu"
    "2lOE28NDWXvlHqCAo4gPS+5+da5/FmYfcPwQuf65YHWPO2VO4WqMpxAW3+3x7QQCcdM6EjgPZ2OB"
    "lzVlmSjRlq6hDJR1CzV3C+mX6y9x3YuQ+6RCPx3bIWpwFIh5UKHe6cHOfTpel8I022l6uZYJGF8e"
    "x4dTz4Op77L+/DipeWv6ImJVk56uhaIzRGMVDd6qpGzY5rbS5Xe5N9X1dTkz8iTDGwDzmZF7OhQB"
    "g5J/h1GnR+LOmJfa+/3s4pdj6faqTZBZZTA+CNqzJCe0MAFPImqmclqD5TYNljug8G+b6m5f5c+0"
    "KYp/Rm38wQnQPnHBdbiDE1rU2IJs5u/jxT5qdLGPai72Uc3FProv0qGlgGfFuscr1p2IQDqjMpnO"
    "jNQKdDydc58sV30EK+SHlDHDpyKMrOi9qxYzbF3zzcgZBSILP6oWGDbT9xC7L1+8aIBdmFWJXRor"
    "NfUvYvi/ry4vaq38JVh2pROx/2eeDB8jS6tBLiKj3ipaNIAWRApcYOsVZ3/8B/X66Nk="
)
