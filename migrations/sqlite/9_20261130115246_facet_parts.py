from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "facet_parts" (
    "user_alias" VARCHAR(66) NOT NULL,
    "number" BIGINT NOT NULL,
    "entries" BLOB NOT NULL,
    PRIMARY KEY ("user_alias", "number")
) WITHOUT ROWID /* A part of what a user's interactions say of what the user prefers, packed. */;
        ALTER TABLE "interactions" ADD "described" TEXT;"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        ALTER TABLE "interactions" DROP COLUMN "described";
        DROP TABLE IF EXISTS "facet_parts";"""


MODELS_STATE = (
    "eJztXW1z2zYS/isYfUlvRs0kTuKk9ic7cRpfHTuN3Ws7cUeCSEjimQIUApSi6fW/3y7Ad5"
    "E0KdOWzHAmM7EALEAuQOyzL1j83ZsJm7ny6ZGlnIWjVr0D8neP0xmDP9bq+qRH5/O4BgsU"
    "Hbm6MU22GknlQQGUj6krGRTZTFqeM1eO4Nj6g1gSMVaMEwr/LCwmU+HakgiPTGEUxplNHK"
    "gjHuUTBo2JcmbQk1gwj1DXJb5kngRymyjqTZiST3FoW1gwtsMn9zbKNb/mJ9SaEkcSS/hc"
    "mS7U1GOMeGIp+9iNoySZOdxX0Bn+PRW+p7vBHzZd9YkUQEMVFK7InHmOsLFHNWXXXPoz7G"
    "PMlrpD/WI+d776bKAEPMSUefB6X7705JxyrJTwcEpzXr9k76+/4G+H2+wbk9gSf85vBmOH"
    "uXZqih0bqXT5QK3muuzYmZxy9V63RY6OBpZw/RmP289Xaip4ROBwPfYEuOlRYAeUKc/HWe"
    "e+6wYLJFwI5j3iJuYpEzQ2G1PfxbWD1OYB4rLeYHB+cTW4PLkaDHpr6yqkSCyCoMgSHNck"
    "PKrUDJjgI/z4097eixev95692H/z6uXr16/ePHsDbfXzrle9/sc8TMwt05Xm2enPp+dX+E"
    "ACFr75IrDgH01DFTVUejJi7ofTl+b/5QwWXuEMhDS3z0HI8bJJCAviWYg/2Iebhhd7r/cj"
    "xuOPMlZffjw6Owt5m+Bl+AlUX8wRSZt4+SBLOmZ7sOHUXMQxVZtY38Qy1hKl3jKOSNrEyw"
    "dexmNABaymLIxpOsbXYjyikfFNQiJiwYhaN0vq2YO1GrEnitquV832ZtkSyulEsxPfGx84"
    "xLVz5xeWj3hNTTnenTuDG7aS1fDuEYG2Ad4jACkXjsWIBVukJEtHTQ+J4C7WM2I7EyZVCC"
    "ElszymEBhKJTxmr2PcRnvOAZl3QZJvp9SrgSPhpTb5brYLJGf028BlfKKm8PP5fskH8Z+j"
    "z28/HH3+4fn+v9JfxXlQs6erboGMlgBm1eB0RNAMs7e9SaXY/WKvArtf7BWyG6vSckD/X4"
    "O7YfsWMnf/ZQXm7r8sZC5WpZlrNqA8Icupt8pncEyTYfFopZh8hEwuk5hnF8fY80zKr27A"
    "5ePT86PPf/7w8egPzejZKqg6uzj/OWw/F1JNPN1R7/jPq5OjLKb0GPJnQOsCyxRdB3I2Rp"
    "ceW4ibDSYgTbfRBASy8Pvj/46AzJMF4+o0DZUyVaUwk2GjgWNXxpmW6wDFE0kcm83mQjFu"
    "reBvY8IEFOjwuQ+wTyHsEzYZC68fIED8WzcBXAhdQI95aLPx/u+AOW8MSE9/UIDc87+moH"
    "X7QOdPr6qgzp9eFcPOoC4pSJJ05O3F2dnR1Qm57r297t2CUDuLULMWIeN3GOTpV4VLPUXT"
    "Qmy696rKkodWhUs+rMtb8liXs+TjKfG5LXIkuRAuozx/RkKSLIoFmkc4G2US+eLiLAVij0"
    "8z8vn8t4/HJ7CxaP5DI0cVwCYYjXlmY8hd/qWOqjXaDj5tCl8lY7w2dk0Q3deO3k6H4Y4A"
    "1/cGZ66hVl1eClnH0KIiXP3IFEUgcUCWaMDUVkr4OaISUeKMzUba+z4SGlJK5o4BTPrWlF"
    "AJFAJaBWbMGbWZNmtS1wHinFiA+x3qDiB2uyanHcKxTRmciqHpgrp+Dq+v2LeCTSwiaAWG"
    "KmHv1ckfVympHbI13/IUNk9Mw1s0Ru3M7nXKLepxGnBobRNLVpfuZU7csLIGDi2Ygo0Dg4"
    "lgl3HFJNhA5lRqh4vg7ABDjligF0f70EQwrNURSVzgRpKngTfaP0YznaogKgq7436wE44B"
    "QJHhWLiuWMphn/hzogSMxDxmGsJXg0ORoMlTcgWlY8czD/Hsrvti0G1tn2xI1Azq6KKU7i"
    "1GrGN/LtoesQmtD7eTVG2yoHw/gPs01ljzRVZcfYvIihpWFFm/m+ABDHUltmP3I1suihYd"
    "LrAuhirQoGg54kRbsMkUYDTFaFbCMHYWo2wPMWBBwYrUlShJsBqNxBMhoMfl1IGWIH89hx"
    "nZ5EJjlC6wUCgsk2sQzEErB/6ATjxmCc9mxhqNJhfOnpKhYw+D0FqCtZ6OrdVyyrSHV4JW"
    "kn2NmsGDPIHuochn3GImvle/2wEONRMLfCKhCxkMBVKRMwwZDoiJDi3UYcYgg+dSy1c9zK"
    "XQkhl0CO+aJyQ4jGCewDyhywB2SOSdtyLWFIOTDYvljTPHZ0R5r4M+liiPMVxZ0RtW1aL+"
    "pYcTN9AajP4kLMv3vMjTBDs4EHwJzYg3QGmWWMKqWECS7neDDnKKa8WcnGv80kmmRjbHfs"
    "ZAd/LzyefbAlTY17qGoq+Nmee+i0nJ2KJTH1xF/0CaqBXKbcaWUCUQa784ECuoyvMOQFWp"
    "c6Dzf92L/yuUIXWYmiHtONt5Fm/bOLbsWcygn+pSNEPYpqX+4MFaRofYIForRdhNweYOR9"
    "AK/Rw8c8vJuIiqTaxvYqN3qVQDszxrr+p12s6Rvum61rxEs8Rms5Cg7ObgLnsLG+RGDr7T"
    "sebFm0tEtmEo+k5pq1uIQ5fC96x6h1ciio2g5q4t+Hs+X4G79GzGeP5JxrLotAxlF6RWPU"
    "gNBlXsW852XhxVkCBpw7J+iLCC1DEi/ZijvEVezPMUUcf1RxXMcSYmHxjNPUMRVvXLPGKu"
    "mAymYatbvWEYxRA6o7SHJYyISDrWku6ug8A3JcOmZOIsGCfCz/GbNdo7eth+D6PZ0Is0BX"
    "4GgRrDuedzUEYN0ZDM6IqMMAREu8S++g5TA9z0HSWHZIJpZvR5YeOeMxX6Aa+5cT8FyW5M"
    "KwySM9682IUVh8sZ7xTUnJ1+PL06eWeS6DwlF5x8MhDh8tczPRB0bkYC0YQuNQyrC0rwSI"
    "kkwxn1boahL1BO9WNOtVsLx/WYdvuFwSzk96kgSw/2agnve8PQhed7gaNsuICHAO5qJx8O"
    "JJZ3PoCSZzorV1Lb5oLaXD0tdiFpZces2w20pJiwTWaAB9aSUptHvUlYI324aXiWnYNnj4"
    "3vqX25Ht/XSDu+V+c7ipl67A4pOi5X53IggesxOkHU8bqc1zuC1z95zoJaq0umlOHLGmzP"
    "tChF73PTdiBN44oxbYizA0oAlwvmhsFqFoLTwzSK7ZvjIGayTSx0PnK/c493wJo7E+ixS0"
    "dGHjrMowS04pKoqw1ERG2Cqo2kwetSlmw5rGxubzQBabpuAh6j/P7MZmJB3TzBHVaVSmzP"
    "NKoTfe5IMmIwCURHMaNxC+1HRsA+kfpkE6YRYXMyWun/D7Uliwgdna3pdbD3mtRutHe0ty"
    "EMCKAIlqNhSe/iQ6QFmc51Zmc0SGELzpZo0GJotXJcc3AKwIA+idUBgg4QdICgIiCA15Y5"
    "ruNSr2ZE0/kzq/szPTzzIjcR/VnKNi3h70f4X1I3N++DLi8V+xJa1NDOsbkRwzZdPcHjVC"
    "Cb5SEZgegk1EPtGboRK2aTl2/0/QnhoWSTu2GFJ68K9PQG+76DgIZ+1r+gws8naN0e19De"
    "85evX755sf8y+lSikrIvpMK1CcFSzG5NxVlEQ4ouh2i/RuzWruxIlvBY7pakK8r3JGxSOX"
    "MDMuGJPrUZ6QZL5kymeMWLzSyK+4XxgsfnXaPs2/rgpj4+OiPBtS4zQP48Jwjg3kZCBWWo"
    "6aKjrMFdMubP0X+ZpfR+qIAHB5HNMhV8YPzqQB4qMUrg9Tg3JdfQmI6jgzbh7/DwZurkab"
    "Yxdh0GVmYJuztrdi4bRHb6akXoZ2jbhBAbucMmXv5rnC3U6NNE3ZGspo9kdTeybCcCRUhH"
    "OYs8nb8E6CWpOrBXB+ylbkFgE1qf90mqjveb8j4Jh9K8f+8KWmR6SRBlWD9Gqnax/t3Fb8"
    "dnJ+TT55O3p5enF+cpXpvKtJXr88nR2e7oM1dojOjl6DOmolSfMYaMeo6VMLtlkIGdBq4I"
    "bR5JRuhiTndM3t6P1AJJV4j/TXY57QcpdrA0OorWY2A9ay2GouaDelF0fxEqMzr0Qkcsa9"
    "VG5xGCcU22IUxINBRLjoHP2pET0/QxLxAm31EJO9HQpquhSWAXJhfSZqIokpnypI4E7+CJ"
    "5b1kry87g3a302e7pcw82M5arMno9VFvBiKS+5NvrZyEnbCJbpfXzRhFuzPy96V7d5k3tq"
    "7ydWkKdmgeujQFW50DfUY4z+5UBk8SRA2lKNhdJbCFjq4r9Mr0chVDdVvMnfHoVFMMP+hz"
    "m7BSUK0xGk2QABwUqCmMAWsk1OIC6/KBPjGpT4nOXV+aOxT00csJMHOCC2pdNbyncbRyGD"
    "jJhto7NjRXMQ/iwiBHuQQ+Js+tmtOtqBFOqbuAwU2CVfgx/tF1xsArKqFzWB7CxXMnT9F/"
    "iHlbdc9DwrgFrDeut+BmXVxP5sCuPuUKfS302LON3GX9KBNg1nHWucM6d9gjgo6dO6xBlu"
    "6SO6xLb9rwSZfOvbgNfG0QQz2+xzQd4zdm/Ih6uX7FkqstAoqO6RszPQDG9fy5CaJOm9zQ"
    "3J1WTOrxf522m4YNp0HbpTYyZnVG3Q22nh2xp7ynFlOfqJd7niGu7N9ymSVTgzne5lLNuH"
    "JEsDH6jJfxFTlPMvm9JF1FLSJn9txjY+bJPnRg3eTZU5rrOjrIaIKDEych8dYaJ7C7OEHO"
    "LyAgJ4m0YNS29X09h4SLZRiezMkMA5HR8jJjHszHNYfnEkTnG7sKwpeDmOS0795kCgpzfM"
    "2ciUfjV8Her4SnhCMZsSjnQnXnJlt9bnKTnFNdzq8GQCLjCm/aqgdSEkRdzF8deLIjMhIT"
    "MuaJR11eKhm14buaTAwui5OOQpP8KrxmOYjMQou/7uxQlzgYEebY0ekT0xaviOMiCrvKu4"
    "uuwe6r3KBGfVjuSZkAY5QfXAlbVJc6CYrWiZyt2DGLxU52OivO0NoqaEFq4Z25SivwZxtu"
    "rs1Jcdr4LF0LJ6Xx5PGwA04VneSs/eKk2kmaNvC4hKf3ksl87oJ2WYvjMUXH7/r83mJWsR"
    "3j/LbM0C5TtS+nSFB1iVyqJ3KJbjyovdyzlJ1O/Ritn6jBaSNnr0C9M5X923S8gTaB1tP0"
    "kM7kKjBpBEjwDePPsfC5TUarAzKjdqSh4V0CeAe21tSGJulBqKLBUxVldruXoXSA2YK6Pg"
    "vOHwV4kuAKgPYkwD19HdeGyL9vMjlo6ayvLfjl9PzdgWMPi4PAkspgOBF6zJyUCZkGOBOq"
    "msrZBYdtMzhsBxT+be+621f5E87Y8DOqE7kUEbVJCjYRuBTtRRWXdtS+jQt7v9LC3i9Z2P"
    "slC3v/tpi8mgCvg3WPF9YdMc+xpnmYLqgpBXQ0bnMbliuegoYvTPpewMi95cMrvFaj2EJa"
    "fKlGK7bjZnBGZpOFj6oGh4PmLeTu82fPKnAXWhVyV9dVPO/278uL87qn3WzHUuR/xHXkYx"
    "RpJcxFZpRbRbMG0AykwA62frPjP/8HR+2bMw=="
)
