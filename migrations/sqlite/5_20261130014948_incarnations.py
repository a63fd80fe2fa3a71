from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "incarnations" (
    "follows" BIGINT NOT NULL PRIMARY KEY,
    "id" BIGINT NOT NULL UNIQUE,
    "began_at" BIGINT NOT NULL
) /* A stretch of the log whose past is one: a restored database goes on in another. */;
INSERT INTO incarnations (follows, id, began_at) VALUES (-1, 0, 0);"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP TABLE IF EXISTS "incarnations";"""


MODELS_STATE = (
    "eJztXW1v2zgS/iuEv3QP8BZpkqZt+ilp3dZ3adJLsre7aBY2LdG2LhLpiJRdY6///WZISZ"
    "ZkSZEcJ3ZdAQFikzOUPKQ4z7xRf7c8YTNXPj+xlDN11Lx1TP5uceox+LDU1yYtOpkserBB"
    "0YGriWmSaiCVDw3QPqSuZNBkM2n5zkQ5giP1JzEjYqgYJxT+LGwmY+HakgifjOEqjDObON"
    "BHfMpHDIiJcjwYSUyZT6jrkkAyXwK7TRT1R0zJ53hpW1hwbYePHu0qN/yGd6g1Jo4klgi4"
    "MkOosc8Y8cVMtnEYR0niOTxQMBh+HovA18PgF5vO20QK4KEKGudkwnxH2DiiGrMbLgMPxx"
    "iymR5Q/7CAO3cB6ykBNzFmPvy8r19bckI5dkq4OaUlr39k66+/4LPDbfaNSaTEr5Pb3tBh"
    "rp2aYsdGLt3eU/OJbjt1Rl2uPmhalOigZwk38PiCfjJXY8FjBofra49Amj4FcUCb8gOcdR"
    "64brhAooVgfseCxNxlgsdmQxq4uHaQ29zAoq3V651fXPeuOte9XmtpXUUciUUQNlmC45qE"
    "W5VaACO8hV/f7O8fHLza3zs4ev3y8NWrl6/3XgOtvt/lrlffzc0spGWG0jLrfuyeX+MNCV"
    "j45onAhu+ahypquPRkLKQfTV9a/lceLLzCGYh47p+DSOJlkxA1LGZh8cA+3TQc7L86igWP"
    "X8pEffX55Owskm1CltEjUH0xxyy7JMsnWdILsYcbTs1FvODaJdGvYxlrjVJvGccsuyTLJ1"
    "7GQ0AFrKYuXPA0gq8leEQjw9uERsSGAbVuZ9S3e0s9Yl8U0S53eftetoVyOtLixN+NNxzh"
    "2onzL5aPeE1POd6dOL1bNpfV8O4JAdoQ7xGAlFPHYsSCLVKSmaPGb4ngLvYzYjsjJlUEIS"
    "WzfKYQGEolfGYvY9y1jpwDMh+CJN+NqV8DR8KPWuW52SyQ9Oi3nsv4SI3h64ujkgfiPyeX"
    "7z6dXP7y4ugf6afiPOzZ1133QEZLgLBqSDpmWI+wN71JpcR9sF9B3Af7heLGrrQe0P9rSD"
    "ei30HhHh1WEO7RYaFwsSstXLMB5SlZTv15voAXPBkRD+aKyR9QyGUa8+ziFEf2pLxzQymf"
    "ds9PLv/85fPJH1rQ3jzsOrs4/xjRT4RUI18P1Dr987pzksWUPkP59GhdYJnia0DOyujSZ1"
    "Nxu8IEpPlWmoBQF/588t8SkNmZMq66aaiU6SqFmQyJeo5dGWdargMczyRxbOZNhGLcmsNn"
    "48IEFOjwSQCwTyHsEzYZCr8dIkD8rEkAF8IQMGIe2lz7+A/AnLcGpKcfKEDu+U9TSL17oP"
    "PNyyqo883LYtgZ9iUVSZKPvLs4Ozu57pCb1rub1j0ItfEIrdcjZOIOvTz7qnCpp3h2EJvu"
    "v6yy5IGqcMlHfXlLHvtylvxiSgJuixxNLoTLKM+fkYgli2KB5wecjTKNfHFxlgKxp92Mfj"
    "7/7fNpBzYWLX8gclQBbIKrMd9sDLnLvzRQtcTbwKdV4atkjNfGrgmmx9rRdzNguCXA9YPB"
    "mUuoVbeXQtYhUFSEq5+ZoggkjskMHZjaSwlfB1QiSvSYN9DR94HQkFIydwhgMrDGhErgEE"
    "AVujE9ajPt1qSuA8w5uQCPe6kHgNjNupy2CMeuy+FUDE2n1A1yZH3NvhVsYjHDTmCoEvFe"
    "d/64TmntSKz5nqeIPDEN79AZtTW7V5db1Oc0lNDSJpbsLt3LnAVhZQscKJiCjQOTiWCXcc"
    "Uo3EAmVOqAi+DsGFOOWGgXx/vQSDDs1RlJXOBGkmeBr3V8zGbqqjArCofjQbgTDgFAkf5Q"
    "uK6YyX6bBBOiBFyJ+cwQwlODlyIhyXNyDa1Dxzc3sffQfTEctnZMNmJaD+pospQeLUesEX"
    "8u2h6wEa0Pt5Ncu+RB+XkAd3dhsearrEX3PSorJqyosn43yQOY6kpsx27HvlxULTpdYFkN"
    "VeBB1XLCifZgkzHAaIrZrIRh7ixm2b7FhAUFK1J3oibBbnQSj4SAEWdjByhB//oOM7rJBW"
    "LULrBQKCyTG1DMIZUDH2AQn1nCt5nxRqPLhbPnpO/Y/TC1lmCvr3NrtZ4y9PCTgEqyu5gM"
    "buQZDA9NAeMWM/m9+rcd46U8McU7ErqRwaVAK3KGKcMhM9GphTrNGHTwRGr9qi9zJbRmBh"
    "vCv+EJDQ5XMHdg7tBlADskys6fE2uMyclGxPLWmeA9or7XSR8z1MeYrqzoLavqUf/awonr"
    "aQtGPxKWFfh+HGmCHRwYvkZuxFvgNEss4VUsYMlprpUycq7hR6NY1rK3tTP+tc7HzuV9+S"
    "Xsrq6f525t3rWfYlIyruTUc1jRvZ9m2gnbNOMKqJJHdVScRxV25Tn3oavUt9+Erx4lfBXp"
    "kDpCzbA2km0Cg/dtHBsODGbQT3UtmmHcpaX+5LlWxgRYIdkqxdhMwerxQjDqghw8c09hW8"
    "y1S6Jfx0bvUql6ZnnWXtXLvE0cfNV1rWWJXoXVZiHB2czBQ/YW1stN/HuvU8WLN5eYbcVM"
    "8q2yVjeQRi5F4Fv1ak9ijpWg5rYt+Ecuj8Bd2vMYzy9ELEsuy3A2OWbVc8zgoop9y9nOi5"
    "MCEiy7sKx/oqyAMzH6xGhuMn7U1S4Lrbhi1BtHVPeGVTAcHkU1tKs+Cq0nIzTJuMlxGOSQ"
    "ESkZOVPGiQhyAjBrHR1DNb9HaVEYjhiDPMOIf3/iBxzMIsPUJx6dkwHmEujYyl3gMNXD7c"
    "dRsk9GeF6JLjw1cR7ToW/whps4RnhqiqHCbCsTFlrEQhZ5VybMAT1n3c/d6857cxrLc3LB"
    "yRejrK7+faYvBIObK8EmibEZzM8KW7A2QZK+R/3bfhRUkmN9m2MdH8Hr+kzHj5JZF2uuhS"
    "03fnYttLG62VMcmtAg2qzCFdD3gnGXzMsnRt+praDeJCyxPt007GXnYO9Hk3tql60n9yXW"
    "Ru7V5Y5Ko564I45GyuVS3hJE+MV3ptSaXzGljFyWgGGGohQfTgxtTxriiuk3iORCToAvU+"
    "ZGeTUWwp+3aZzUNpnrZrJN2mY+NnzwiA/AP1sT1N6m7PanDmmXAClcEnURasy0S/BpLSd2"
    "NacrbDiFZmKvNAFpvmYCfkT9fck8MaVunuKOuko1tm+I6iTKOpIMGEwC0QmX6D5BD4VRsM"
    "+kLsLAEw/YhAzm+v9b7SshQieSan6dl7qktdc6Onp0EAaEUATbYfS+3sX7yAs6netDaNHl"
    "gRSczdBlwtAv4rimxgPAgC4aaQBBAwgaQFAREMDPljlhstIITszTxG6qx258TM+Xq6j+LO"
    "cuLeGfR/lfUTe3RF23l6p9CRQ1rHMkN2rYpvNnWPkBulm+JQNQnYT6aD3DMGLObHL4Wh/1"
    "HtVPmjLzORaJFNjpaxz7AQoaxll+ggofn5B6d8IV+y8OXx2+Pjg6jB+VuKXsCalwwnu4FL"
    "NbU/GBhxFHc9xhu0aeyrbsSJbwWe6WpDvK9yQkqVxkjkJ4pgvMYttgxpzRGN9GYTOL4n5h"
    "4qyL0rz4oGBdY6Yr3TwSvoHCA+TPc8LMj3YlNFD6mi+uugtfe2E+Dv7LLKX3QwUyOI59lq"
    "nwtoncAntkxCiBb/K4LXljhhk4LiqIvkeFaqkiuSwxDh0lkWUZm9drbF3henb6amUjZ3h3"
    "CSGu5XUbi+W/JNlCiz7N1JSfrLv8pHl5xGayIoR0lDPNs/lLgF6SqwF7dcBe6sB2NqL1ZZ"
    "/kamS/quyTcCgt+w+uoEWulwRTRvRD5Not0b+/+O30rEO+XHbeda+6F+cpWZvOtJfrsnNy"
    "tj32zDU6I1o59ozpKLVnjCOjXmAlOogvPCyahqEI7R5J5oDi8dN4znQ7NgsknSP+Nwdh6T"
    "hIcYBlrVfRdgysZ23FULR80C6KX7WCxoxOvdA5sdq00UeewHXNwSh4dkpfzDim1upAzoKn"
    "jUeY4DkhKuEn6tt03jdnbUXnoGg3UZwrS3nSRoLf4IvZoxy0XVZv87BKm+0yZp5sZy22ZP"
    "T6qDcDMcvj6bednISt8IluVtbrcYo29cCPZXs3pwxs3ORrSrK3aB6akuyNzoGuh8zzO5XB"
    "kwTTmsqxt9cI3MFA1zVGZVq5hqG6L+fORHSqGYbV3uBurLjQu3ysi/90HeLEDaQ57l0X94"
    "1AmCNcUKu+Kb72dbRxGAbJ+jo61jdvje0tGsPjlCXIMVkZaeon0SIcU3cKFzdnQcKX4a+u"
    "MwRZUQmDw/IQ0O3L5xg/xCMm9ch9wrgFojeht/AloLieTEmoeav9mE71tb2VwmXt5m3z27"
    "gvN+GwJhy2QZFuUzisOcpxzZUuTXhxE/i6eTf9pk7ip35uXLHkFP6QoxH6ykIPgXG9eG6C"
    "qbEmV3R3pw2TevJf5m2mYcVp0H6plZxZjVN3ha1nS/wpJ8x3rHErx6ES9rTLPCp0QXOfR6"
    "V4CtZ83tHPYtQ/WukAOnVyzZfi8xYTLI01WWRNZmxEeKhqSDgk30HpvtjbqyBdoCp+izj2"
    "VQwN/PPq4rxuYMB2LEX+R1xH/ogqrUS4KIwUlFg6ZjF7omIGR+AAGz9m8fv/AVSJwTo="
)
