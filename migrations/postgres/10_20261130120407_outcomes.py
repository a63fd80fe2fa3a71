from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "outcomes" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "day" INT NOT NULL,
    "recommended" BOOL NOT NULL,
    "source" VARCHAR(64) COLLATE "C" NOT NULL,
    "variant" VARCHAR(255) COLLATE "C" NOT NULL,
    "action" SMALLINT NOT NULL,
    "count" BIGINT NOT NULL,
    "aggregated" BIGINT NOT NULL,
    CONSTRAINT "uid_outcomes_day_f0c193" UNIQUE ("day", "recommended", "source", "variant", "action")
);
COMMENT ON TABLE "outcomes" IS 'How often an action holds or happened on a day, of what came with the same particulars.';
        CREATE TABLE IF NOT EXISTS "outcome_variants" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "day" INT NOT NULL,
    "variant" VARCHAR(255) COLLATE "C" NOT NULL,
    CONSTRAINT "uid_outcome_var_day_4e5a1e" UNIQUE ("day", "variant")
);
COMMENT ON TABLE "outcome_variants" IS 'A variant that outcomes of a day are counted under by its own name; never taken back.';
        ALTER TABLE "interactions" ADD "variant" VARCHAR(255);
        ALTER TABLE "tokens" ADD "variant" VARCHAR(255);
        ALTER TABLE "tokens" ADD "source" VARCHAR(64);
        ALTER TABLE "tokens" ADD "recommended" BOOL;
        CREATE TYPE "outcomes_row" AS (
            "day" INTEGER,
            "recommended" BOOLEAN,
            "source" TEXT,
            "variant" TEXT,
            "action" SMALLINT,
            "count" BIGINT,
            "aggregated" BIGINT
        );
        ALTER TYPE "interactions_row" ADD ATTRIBUTE "variant" TEXT;
        -- What is counted from now on is counted of what there is. A context is text that may have
        -- what PostgreSQL does not take for JSON; the id stands first in it.
        UPDATE "interactions" SET "variant" = replace(replace(
            substring("context" from '^\\{"recommendationId":"((?:[^":\\\\]|\\\\.)*)'),
            '\\"', '"'), '\\\\', '\\')
            WHERE "status" = 0 AND "action" IN (1, 2, 3, 6, 7, 8)
            AND "context" LIKE '{"recommendationId":"%';
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
        ALTER TABLE "tokens" DROP COLUMN "variant";
        ALTER TABLE "tokens" DROP COLUMN "source";
        ALTER TABLE "tokens" DROP COLUMN "recommended";
        ALTER TABLE "interactions" DROP COLUMN "variant";
        DROP TABLE IF EXISTS "outcome_variants";
        DROP TABLE IF EXISTS "outcomes";
        DROP TYPE "outcomes_row";
        ALTER TYPE "interactions_row" DROP ATTRIBUTE "variant";"""


MODELS_STATE = (
    "eJztHWtz2zbyr2D0Jb0ZNZM4iZM6n+zEaX117F7svibuSBAJSTxThMKHFE2v//12F+BTJE"
    "3KkkUznMlMLGAXIBcg9r34uzeTprC9p8eGby0sf9U7Yn/3HD4T8MdaX5/1+Hwe92CDz0c2"
    "AfMk1MjzXWiA9jG3PQFNpvAM15r7lnQQ+ie5ZHLsC4dx+GdgM5tK2/SYdNkUZhGOMJkFfc"
    "zlzkQAMPOtGYwkF8Jl3LZZ4AnXA3ST+dydCN97ilOb0oC5LWeys1lunBvnlBtTZnnMkIHj"
    "qyH8qSsEc+XS6+Mwlu+xmeUEPgyGf09l4NIw+MPkqz7zJOBwHxpXbC5cS5o4oj8VN44XzH"
    "CMsVjSgPRigWN9CcTAl/AQU+HC633+3PPm3MFODx7OJ8rTS/b++gv+thxTfBUeQuLP+e1g"
    "bAnbTC2xZSIWtQ/81ZzaTqzJmeN/IFik6GhgSDuYOTH8fOVPpRMhWA7NPQFquhzIAW2+G+"
    "CqO4Ft6w0SbgT1HjGIesoEjinGPLBx7yC2eoC4rTcYXFxeD65OrweD3tq+CjESm0A3GdLB"
    "PQmP6hEBJvgI3/9wcPDixeuDZy8O37x6+fr1qzfP3gAsPe961+t/1MPE1FJDEc3Ofjy7uM"
    "YHkrDx1ReBDf8QDve5wqLFiKkfLl+a/lcz2HiFKxDi3L0GIcXLFiFsiFch/mAfbhleHLw+"
    "jAiPP8pIffXx+Pw8pG2CluEnUH0zRyhtouWDbOmY7PrAqbmJY6w2kX4b25g4Sr1tHKG0iZ"
    "YPvI3HIBWImrwwxukIX4vwKI2MbxMcERtG3LhdctccrPXIA1kEu941O5hlW7jDJ0ROfG98"
    "4FCunVs/i3yJV/WUy7tza3ArVl41efeYAayW9xiIlAvLEMyAI9JjS8ufvmXSsbFfMNOaCM"
    "8PRUhPGK7wUTD0fOkKc13G3erIOULmfSTJd1Pu1pAj4aU2+W72K0jO+NeBLZyJP4Wfzw9L"
    "Pojfjj+9++n403fPD/+V/ioudM8Bdd0hMhoSiFWD0hHCdoi970MqRe4XBxXI/eKgkNzYle"
    "YD9H8N6obwLSTu4csKxD18WUhc7EoTVx1AeUzW4e4qn8AxTobEo5UvvEdI5DKOeX55giPP"
    "PO+Lral8cnZx/OnP7z4e/0GEnq101/nlxY8h/Fx6/sSlgXonf16fHmdlSlcgfQa8rmCZwu"
    "uEnI2lS1cs5O0GC5DG22gBNC/89ujfECHzdCEc/ywtKmW6SsVMgUADy6wsZxq2BRhPPGaZ"
    "YjaXvnCMFfytTJggBVrOPACxz0exT5psLN2+lgDxbwIBuRCGgBHzpM2tj38PmfNWCenpDw"
    "ok9/yvSUO3T+j84VUVqfOHV8Vip+5LMpIkHnt3eX5+fH3Kbnrvbnp3SKidRWi7FiHldxjk"
    "6VeFWz2F00LZ9OBVlS0PUIVbPuzL2/LYl7Pl4yUJHFPmcHIpbcGd/BUJUbJSLOA8wtUo48"
    "iXl+cpIfbkLMOfL379eHIKBwvRH4Asv0BsgtmEqw6G3O1f6qhaw+3Ep03FV08Ip7bsmkDa"
    "1YneTodhQwTXD0rOXJNaqb1UZB0DREVx9aPwOQoSR2yJBkyyUsLPEfdQSpyJ2Yi87yNJIq"
    "Un7DEIk4ExZdwDDAlQ2ow546Ygsya3LUDOiQXY7VT3EGL3a3JqkBy7LYNTsWi64HaQQ+tr"
    "8bXgEIsQWiFDlZD3+vSP6xTXDsmab3kKwRPL8A6NUY05vc4cg7sO1xRaO8SS3aVnmRUDVt"
    "bAAUL4cHBgMBGcMrac6ANkzj1yuEhHHGHIkdB6cXQOTaTAXopIciQeJHka+FbHx2imM19H"
    "ReFwTqBPwjEIUGw4lrYtl96wz4I58yXMJFyhAOGrwamYBnnKrqF1bLnqIZ7d91zUw9b2yY"
    "ZI25E6uiilncWIdeTPlbZHYsLri9tJrDZZUL4dgfss1ljzWVbcfQfLigArsqzfVfAAhroy"
    "0zL7kS0XWQuFC6yzoQo4yFqOHUYWbDYFMZpjNCsTGDuLUbZvMWDBhx1JnchJsBuNxBMpYc"
    "Tl1AJI4L+uJRRvsgEYuQtsFA7b5AYYs4ay4A8YxBWGdE2hrNFocnHEUza0zKEOrWXY61Js"
    "LfEpBQ+vBFCe+BKBwYM8geGhKRCOIVR8L73bEU41kwt8IkmNAqYCrugIDBnWyIxCCynMGH"
    "jw3CP+StNcSeLMoEO4N06Cg8MM6gnUE9oCxA4PaeeumDHF4GRFYu/WmuMzIr+noI8l8mMM"
    "V/b5rahqUf/cw4UbkAZDn4RhBK4beZrgBAeEz6EZ8RYw1RZLWBULUNLjbjBATnOtmJMLkl"
    "86zrSVw7GfMdCd/nj66a4AFfGlrqHoy9bMc9/EomRs0akPrqJ/II3UCuU2Y0uoEoh1WByI"
    "pbvyvAPQVeoc6PxfO/F/hTykDlEzqB1lO8/iXQfHnj2LGemnOhfNILZpqz94sJbSITaI1k"
    "ohdkuwucMRtMIgR565IzMuwmoT6bdx0Nvc8wdqe9be1eu4nSN9031NtESzxGarkMDs1uA+"
    "Z4sY5EYOvqdY8+LDJULbMBS9UdrqHuLQPRm4Rr3klQhjI1GzaRt+x/kVeErPZsLJz2Qsi0"
    "7LYHZBatWD1GBSX3zNOc6LowoSKG3Y1g8RVpCk+IK7Fs9Lki4+RxIobaD4TlTWxjjCzuXk"
    "J8FzUybCrn6ZA8yWk8E0hLrT+YVBC6HviRwqYQBE0o+W9G4daVeUF4KyibUQDpNBjptsq6"
    "OjQ+33MHgNnUZToKeOyxjO3cAB3VMhDdmMr9gIIz7IA/YlsIQ/wDPe8r0hm2BVGUoPVt44"
    "1UEPeOMob5OubaOgMCZOOe9ij1UcHaecUdBzfvbx7Pr0vaqZ85RdOuwXJRFc/eecJoLB1U"
    "zAidCDhlF0ugUzSDw2nHH3dhi6/rwpPeaUvFg4ryvIyxfGrrDfp5ItXTiaPXjfW4Eeu8DV"
    "frHhAh4CqEs+PZxILu+db5JnKSvXSdvmcdpcGy32GJFuo/btBkpRjNgmrf+BlaLU4VFvEd"
    "ZQH24ZnmXX4Nljo3vqXK5H9zXUju7V6Y5sph65Q4yOytWprDlwPUInkDpal9O6IfL6L661"
    "4MbqSvi+osua2J6BKJXe5wp24CngiiFsKGdrTBAuF8IOY9MMFE7fpqXYvsr+UIutQp/zJf"
    "d7j3gPWbMxcR1NyhB56KiOEqEVt0RdbSBCapOoupWqd12Fkj1Hkc3NjRYgjdctwGPk35/E"
    "TC64nce4w65Sju0qoDrB5pbHRgIWgVHQMhq30H6kGOwTjxKZsGqImLPRiv5/S5YsJikYm/"
    "AptnuNa291dLS3oRigRRFsR8MSneJDxAWe7lAhZzRIIYQjlmjQEmi1smyVJwXCACVedQJB"
    "JxB0AkFFgQBe28vxFJc6MSOczn1Z3X3pYoqLtwnrz2K2aQt/O8z/itu5ZR6ovZTtewBRQz"
    "tHcMWGTb56gtlTwJu9t2wErJNxF7VnGEauhMlevqHrEsIcZFWqYYWJVgV6+hbHvgeDhnHW"
    "v6DCz0dDt8c1dPD85euXb14cvow+lail7AupcEuC3orZo6m4aGiI0ZUM7dcI1WrKiWRIV+"
    "QeSdRRfiYhSOVCDUiEJ5SkGekGS2FNpnijiykMjueF8oLH6a1RsW3K06Rs0RnTt7jMQPJ3"
    "coIAdjYTKihDwosyV/XVMerP0X+F4dN56AMNjiKbZSr4QPnVAT1UYnyJt+Hcltw6owaO8m"
    "rC32GuZirRNAuMQ4dxlFnE7oqaxhV/yC5frYD8DG6bJMStXFkTb/81yhZq9GmkLgNr2xlY"
    "3QUs+4lAkZ7lW4s8nb9E0EtidcJeHWEvdemBmPD6tE9idbTflPZJcShN+w+25EWmlwRShv"
    "RjxGoX6d9f/npyfsp++XT67uzq7PIiRWvVmbZyfTo9Pm+OPnONxohejj6jOkr1GWXIqOdY"
    "CYtZ6oLrXLsiyDySjNDFEu5Yq70fqQUeX6H8r4rJkR+k2MGy1VlIj4H9TFoMR80H9aLoui"
    "JUZij0giKWSbWhskEwryouhPWHhnLpYOAzOXJinD6WAcJaO37CTjQ0+Wqo6tWFtYTITBRF"
    "MnMnqSPBO7hyuZNi9WUpZ/dLNmuWMvNgJ2uxJkP7o94KRCi742+tXIRG2ET3S+vtGEW7lP"
    "hd6d5doY29q3xdVYIGrUNXlWCva0ApwXl2pzLxJIG0pYoEzVUCu5oED2F7bV1NgoZR+2Fi"
    "eroE+XYnyF+jO7eXa1Hy7wrWVa7gahalnyjhG1gM2kOUKURfFCBdNoU5YE+E5h/tljqiVG"
    "tKL5/bgafuWqGc7QmcwhPcQOs2pR3NQ1Yl7V0fklt9qK5sH8SN+i4DD+iYTHhXafFoSppy"
    "ewGTq0LM8GP8vW2NgVbcg8GBr0gbE9aeYuAB1nemkYdMOAaQXvns9Q3cyIhUpj+lx8NYC5"
    "p7tpGfvR9VDM163Ds/eudHf0Q6Z+dHbzjX62/oR+/KIG85Ra6LS9iHYq4khnp0j3E6wm9M"
    "+BF3cwMSSq7A0Rgd0TcmuhaM8+heHAiSQOrMUBuaodKKST36r+N2y7DhMpBBeyMreOcN2u"
    "DoaYg95TLwMWm3l2NRCbv6ZTYVqYC2alWBRspm6mM4Clk3DLRRxBEw+GvOXd8yApu7OZE6"
    "O5onKkIYwznKUIIZBGiSOdI51HQXViKER+Vm4ZMsLH/1lA1jW02UvoAz0b1YYVqDKpoo1a"
    "VafOXp9AdXFJtNdBRBxn4cm+0Tts7OhtK0I6FfYkNpVDDJPo7krUWTdJWi9+CWKXI1Fpuo"
    "7udpbBqVt+9q7OfbpqCr1DRV6B8rXIn7useavRSdpbABK9JZCh+ltJLYxpE0W4/2abxuAR"
    "6xBvmbZhPFiuRvCd3jLn1yoLlO5Xx2Da+zxrVSGtXFIGc3fejCVEkRWMJKV0Zn+Lhvmb7E"
    "mMpmIWXyctl3NEuZKhey305Pa8yH1+/0tAfQ0zpJde+SakM4DN6kkcdXqL2Um1DgUTUWQn"
    "Y9zjxQYbWxbUTFE1VKHR7iNNhbarEwlc8yo7IhCjY2AxbkDm51+Co33fMAPoNkEUSYo7zi"
    "SAhR/atLYLSuxuJetMNi5pJdzoortLYLWhfluscrz3UigqLm2poURx1n8Vq4KFsPqIcTcO"
    "rzSc7eL75wLonTBhqX0HQnN87NbW6IWhSPMTp616f3HsvBN4zy+woDskW+HavMNZTA6txC"
    "1d1C6uFGG2z3LGabVOhvx3aIGtwH4BaF6p3q7N+l4w3GCFdP00M8ZchT9R+Z/obx51gGjs"
    "lGqyM242akoWEchuWwIWlqQ1WtMlTR4KmKSvLvZCpK8FlwOxC6cIyWJxnuAIBnWu7pUwQM"
    "Sv59VYKTuDPdN/nz2cX7I8scFpsgk8pguBA0Z06tywwAroRfTeXsDJb7NFg2QOHf96m7f5"
    "U/EQwbfkZ1/MERUpu44DbcwdFZVNmCrOHbuLEPK23sw5KNfViysQ/vinSoKeB1Yt3jFeuO"
    "hWsZ0zyZTveUCnQ8hrlLlitegi3fdP2tCCM7u8ig8D7UkroMhbehtuI43lZhhtQhCx9VDQ"
    "pr8BZS9/mzZxWoC1CF1KW+ioWK/n11eVFq5c+hsmkZPvsfsy3vMbK0EuIiMcqtolkDaEak"
    "wAFO9s3M/vk/3VYpuw=="
)
