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
        DROP TABLE IF EXISTS "positives";
        DROP TABLE IF EXISTS "near_posts";
        DROP TABLE IF EXISTS "unlogged_changes";
        DROP TABLE IF EXISTS "followers";
        DROP TABLE IF EXISTS "pair_parts";"""


MODELS_STATE = (
    "eJztXW1z27gR/isYfUk7o3oSJ3Fyzicn59y5dew09l3aiTsSREISa4pQSMqK2t5/7+4CfJ"
    "NImtSLRdOYuZmLCSxALUDsg339b2cibeEGBydW6Nw54aJzzP7b8fhEwD9W2rqsw6fTpAUf"
    "hHzgUmee7jUIQh8ewPMhdwMBj2wRWL4zDR3pYe9f5ZzJYSg8xuE/Cx+zsXTtgEmfjWEW4Q"
    "mbOdDGfO6NBHRmoTOBkeSd8Bl3XTYLhB8Auc1C7o9EGBzg1La0YG7HG+1slhvvxjvl1pg5"
    "AbPkzAvVEOHYF4L5ch50cRgnDNjE8WYhDIb/HsuZT8PgHzZfdFkggYaH8HDBpsJ3pI0jhm"
    "Nx4wWzCY4xFHMakH7YzHO+z0QvlPASY+HDz/v2rRNMuYeNAbxcSJynH9n517/g345nix8i"
    "wJ745/S2N3SEa2eW2LGRip73wsWUnr13Rmde+JH6IkcHPUu6s4mX9J8uwrH0YgLHo7lHwE"
    "2fAzvgWejPcNW9mevqDRJtBPU7ki7qLVM0thjymYt7B6nVCyTPOr3exeV17+r0utfrrOyr"
    "iCK1CfQjS3q4J+FVA2LACF/hLz8dHr58+ebw+cujt69fvXnz+u3zt9CX3ne16c0f6mUSbq"
    "mhiGdnv5xdXOMLSdj46ovAB38QDQ+5oqLFSLgfLV+W/1cT2HiFKxDR3L8GEcfLFiF6kKxC"
    "8sE+3DK8PHxzFDMe/yhj9dWnk/PziLcpXkafQPXNHJO0iZcPsqUTtusDp+YmTqjaxPptbG"
    "OSKPW2cUzSJl4+8DYeAioQNWVhQmMYX4vxiEaGtymJiA8G3Lqdc9/urbTIQ1nUd7VpcjhZ"
    "fsI9PiJ24u/GF45w7dT5m8hHvKqlHO9Ond6tWATV8O4Jg74a7zGAlHeOJZgFR2TA5k44fs"
    "ek52K7YLYzEkEYQchAWL4IERgGofSFvYpxtzpyDsjcBEl+GHO/Bo6EH7XOd7NfIDnhP3qu"
    "8EbhGP58cVTyQfx+8uXDrydf/vTi6M/Zr+JCtxxS0z2Q0ZLArBqcjgm2w+x9H1IZdr88rM"
    "Dul4eF7MamrByg/9fgbtS/hcw9elWBuUevCpmLTVnmqgMoT8h63F/kMzihWWLxYBGK4BEy"
    "uUxinl++x5EnQfDd1Vx+f3Zx8uWff/p08g9i9GShm84vL36J+k9lEI58Gqjz/p/XpyfLmN"
    "IXyJ8erwssM3QG5KyNLn1xJ2/XWIAs3VoLoGXh0+N/Q0Dm6Z3wwrMsVFpqKoWZAjv1HLsy"
    "zrRcByieBcyxxWQqQ+FZC/i3UmECCnS86QxgX4iwT9psKP2uRoD4b+oCuBCGgBHz0ObWx9"
    "8Ac94qkJ79oAC5539Nunf7QOdPr6ugzp9eF8NO3ZYWJGk69uHy/Pzk+pTddD7cdO5BqEYj"
    "tF2NkLI79PLuV4VbPUPTQmx6+LrKlodehVs+asvb8tiWs+WTJZl5tsyR5FK6gnv5KxKRLK"
    "NYoHmEq1EmkS8vzzMg9v3Zkny++O3T+1M4WIj/0MkJC2ATzCZ8dTDkbv9SQ9UKrYFP68LX"
    "QAivNnZNEe3qRG+nwbAhwPWjwpkrqJWel0LWIfSoCFc/iZAjkDhmc1RgkpYS/hzwAFHiRE"
    "wGZH0fSIKUgXCHACZn1pjxACgk9NJqzAm3Bak1uesAcY4vwG6n2gDE7lfl1CAcuy2FUzE0"
    "vePuLIfX1+JHwSEWE7QCQ5Ww9/r0H9cZqR2xNV/zFHVPLcMHVEY15vQ68yzue1xzaOUQSz"
    "eXnmVO0rHyDRx6iBAODnQmglPGlSN9gEx5QAYX6YljdDkS+l4cn0MjKbCVPJI8iQdJ3g18"
    "q+OjN9NZqL2icDhvpk/CIQAo1h9K15XzoN9lsykLJcwkfKE6wleDUzHd5YBdw9Oh46uXeL"
    "7puaiHrW2TjYi2gzqMl9LOfMQM+3PR9kCMeH24naZqkwbl6QDus+TGmi+ykuZ7RFbcsaLI"
    "+qqcB9DVldmO3Y11uShayF1gVQxVoEHRcuIx0mCzMcBojt6sTKDvLHrZvkOHhRB2JDWiJM"
    "FmVBKPpIQR52MHeoL89R2hZJMLnVG6wEbhsE1uQDDrXg78AwbxhSV9WyhtNKpcPHHA+o7d"
    "1661DFt98q0lOaX6w0+CXoH4HneDF3kGw8OjmfAsofx76bcd41QTeYdvJOmhgKlAKnoCXY"
    "Y1MSPXQnIzBhk8DUi+0jRXkiQz3CH8Gy8lwWEG9QbqDV0BsCNA3vkLZo3ROVmxOLh1pviO"
    "KO/J6WOO8hjdlUN+K6pq1L91cOF6dIOhT8KyZr4fW5rgBAeCb5Ea8RYo1RZLaRULSLLjrj"
    "FAzuNaPicXhF+MZNrK4dhdUtCd/nL65T4HFfG9rqLo+9bUc09iUZZ00ZkPrqJ9IEvUisvt"
    "ki6hiiPWUbEjlm7Ksw5AU6lxwNi/dmL/imRIHaYukRrOGsvifQfHni2LS+inuhRdImzTVn"
    "9wZy11h1jDWytDaJZgfYMj3ApnOXjmnsi4mKpNrN/GQe/yIOyp7Vl7V6/SGkP6uvuaeIlq"
    "ifVWIUVp1mCTs0X0cj0HfyZf8+LDJSZb0xW9UbfVPfihB3LmW/WCV2KKtaBm0zb8juMr8J"
    "SeTISXH8lY5p22RGmc1Ko7qcGkofiRc5wXexWkSNqwrR/CrSATRkSvOcjb5MU8zxAZrtfn"
    "+h33HZ4Xml58eqdI2sDxnSgKGmN+PJejXwXPDVSJmrplZkdXjnrjqNe9Jkd0FYksfmTGit"
    "xO0tbLtE3xWBsAg6grGzl3wmNylmOc3OroaMb8GrkMoqluDPzU3jD9qT/z4MaviPpswhds"
    "gH42ZHf8PnNE2EPJ6oRBn40wlw8FZSsbqGqgF7zxlI1PZxRSvdATUZlMEzth4pOoTIDQcn"
    "726ez69GeVqeiAXXrss8JhV38/p4lgcDUTyH+0W6Lvon6CcTsB60+4f9uPDK7BmF5zTLZD"
    "nNcXZFuNPIbY17Fkcx8EYgC/91agnXTma2tk/w5eArhLllScSM43jvLJ00+WawLaZudbXw"
    "dQbKejG6Xat2tcRRPCNulaHvgqmjk86i3CCunDLcPz5TV4/tj4njmX6/F9hdTwvTrfUczU"
    "Y3dEYbhcnctaAtdjdIrI8Lqc1w3B6599545biysRhoovK7B9qUcpep+qvr1Ada7oOIg4W1"
    "MCuLwTbuQRaCE4fZdFsV0Vc6MWWzmc5yP3jUfcAGs2xpumSXE5D+1LUwJacUvUvQ3ERG2C"
    "qlvJNWjywuzZd29qr7UAWTqzAI9Rfn8RE3nH3TzBHTWVSmxfdarj4u8EbCBgERi5iqNyC/"
    "VHSsA+Cyh8DHO1iCkbLOj/70iTxSS5wBM9edSvSO2tjo76NoQBGorgc1Qs0SneR1qQ6R6l"
    "z0aFFPbwxBwVWgK1Vo6rotMADFC4mwEEBhAYQFAREMDPDnLs86Wm45jGGI2rG419DCwK1h"
    "H9y5Rt2sJPR/hfcTc3uQY9LxX7AfSocTvH7koM23zxDGPWQDYH79gARCfjPt6eYRi5EDZ7"
    "9ZaKVESR3ypBxgLD2wru6VscewMBDeOsfkGFn4/u3R7T0OGLV29evX159Cr+VOInZV9Ihd"
    "oUeisuH03FqVojCpOotVvDQa4pJ5IlfZF7JFFD+ZmEXSqnx0AmPKPQ2PhuMBfOaIx1dGxh"
    "cTwvlBU8CSqOU5xTdCzF6E6Yrp0zAeTv5TgB7GwmvKD0iS6OF9YFe9Q/B/8WVkjnYQg8OI"
    "51lhnnA2VXB/LoEhNKrEF0W1LrRw0cRzNFf0cRspnw3uXOOHTkvbpMaAoDNS7lxvLy1QqD"
    "WKJtE0LcSqGgZPuvcLbwRp8lMnFv2457M2Vv9uOBIgMndO7y7vwlQC9NZcBeHbCXKTUhRr"
    "w+79NUhvfr8j4Nh7K8/+hKXqR6SREtsX6IVO1i/c+Xv70/P2Wfv5x+OLs6u7zI8Fo1ZrVc"
    "X05Pzptzn7lGZUQn5z6jGkrvM0qRUc+wEqUQ1WnuuTZFkHok7aGLifMxQ343vhYEfIH4X6"
    "XwIztIsYFlq7PQPQb2M91iON588F4UF4nCywy5XpDHMl1tKFkTzKtSOmHWp76ce+j4TIac"
    "hKaLyZcww1GY0hP1bb7oqyyBUQYnUhPFnszcS9+R4Df4cr6TEgFlgX6bhfg16zLzYCdr8U"
    "2G9ke9FYhJdiffWrkIjdCJ7pfX21GKmkQEu7p7m/Qme7/ymVwQDVoHkwtir2tAgdh5eqcy"
    "eJIi2lIeiOZeAk0miIfQvbYuE0TDuP0wPj0mQL7dAfLXaM7t5GqUwvucdZUpuJpG6VcK+A"
    "YRg/oQpQrR5Rmkz8YwB+yJSP2jzVLHFGpN4eVTdxaoCjcUsz2CU3iEG2hVp7SjeUirpK3r"
    "fTKrYw0JTIuXPNQVJALgYzrgXYXFoyppzN07mFylv4Y/hn9xnSHwigcwOMgV6WLA2gE6Hm"
    "BWbRq5z4RnAeuVzV7XPUdBpCL9KTwexrqjuSdr2dm7cZ7WZYu7saMbO/ojunMaO3rDpV53"
    "TTu6ST695RA545ewj4u5Qgz1+J7QGMavzfgB93MdEkoKD2kKw/S1ma6BcR7fix1BUkRGDb"
    "WmGip7ManH/1VaswxrLgMptNfSghtr0BpHT0P0KafeCBswWV0nR6uSbu6W6VaE6tijq341"
    "FYsKDVB+/k7AIn9GUnYEciIG0l5oF5ZUTUyMPVYp8qbc8QOGL5xbG227w5NChbQX5KiDg4"
    "zlnAFfFwcs0bRoPYpyppmPJXOdW6TvKq1KRqPy4hWGXwVV9Sk4CClyIg+4fhQdMVDBEjiQ"
    "JTyscHbMBug/ROXVNq6MXJAYrazE17Yzoj0JJUq3fpkv3OH1rv4pitZFxO/51k+nQz3xGZ"
    "MY4Wlw+2MDjA12326IZ+Ej997+SGW8CS2sAMO4rRQVDnWvGka3IUdTV0SYLq+O9WkxwUyX"
    "8h6jyczxyE6l0yiT8YqMYVgcltvaF5rnYMNdTUQoMU6+HAC6S/CkP3MFgL0++W/HMavR/M"
    "9UkmZAd+LOiXM362zPGJNqy8mNpzGqit/XZWnpnSgTj6pEO5ZUA1dnR2W3XjqRNA2nDHAb"
    "40L8/8qnX2xmj/q3Dna8PKyAOl4eFoIObLqn9rtncd/j+UaFUjtmltCgjLVRRlSEuh7/01"
    "SG+WszvzCZbolTT2Eq3TbYN7fvq0ZSaZXBxaVcYoJWsLeEnTup4xJJ+XrHSZrKHCePUd16"
    "IbhfpGuN20ohtQe96mhZKZcz+V8hJWoFQwm4Fx91VQUTAQiVyouMEelCx8HMuhWYO2XAA1"
    "V1BEFuQZrorQ29ARSdaq5VV1BGFEY9uUv1pPDg1UWuTqxYNZMiMqH1y9KleloD+iDrCPQU"
    "iRHpFUV6Q6TKZ+74n7mfK1XitlKpgsau3hS6VbfdQWfUe0RWsIxr71xqwWC5aAiLzvQu2c"
    "3CWGwAOapVlFDIteBtfZIorzH9VhWyr1rIH5rbtsCqYu9YXx9DpIaZwioJ+4BdOSpLcsD6"
    "iRjuKxFHeqChj1oanBvlGwhB11VaGYvMiJgPQM9MT3FKTxZa6L511KthsxP0BjrFqzauGe"
    "fnhgjGchmYLGENb66YxqD8tZUGqS+mRuRVisqkUq4edrVO9TRTvW4beknnPzlbvFghqbu3"
    "ieNbyzNhrisPeV1pCnaO0ujlYedUir0S7Kx7VVbIIPJTSZ2015yyKCrNiQ6Z+/jb+Xka7a"
    "KfWY4CZt2hyFApfRs2tqsc2pwfUZxhwFzpjbQChyrfOjpTrnJAQ60NIuqJVPVmvTjh1DOY"
    "wRmN4RYJE1zH+DwuQKLc43BkTu51qBdSUYjwb/02KhsVQfoDduapsrgAsglUOyrVObx8nJ"
    "0KnePwBQOA8Pj65GencmQRxlbBlPje1IJxZDiGSp6leugoy2IYvlRJBHVHq8l+s530rzG5"
    "fRsKyxtTUWbfMnS/NWXu0+GWVt/dqg533+uwF/QYnVLVAWSKok183xqGJGlVg59xf8PNvP"
    "RMzu0aacrSVCYt0yO0kv7muXIELR8AXI5ykflSj1J8PtN9exZ1rqzhRuQbRrk1VKWIgRgi"
    "6MUUqZOp9EOmhrQpOEO5+UVOhLYUVFYCvQDzVNtbHJ3AvNKmEJZPpYGFvs+CLhvB9UQVA1"
    "S6cScAbK2K/QlXYCUOqv+H6urYZVNdFqY8CIqh8aYxJA+pHjKgt5PK65sbNVLuSrhM2yaJ"
    "9XTO1o/cEmGRsTBpLD1Rh9htPXPhPFFZUHrsVDEeOMriHnHa66kvhnAYdSMbXImRcNOh45"
    "KnqoxQqmYqGuwcnWjJCZQWA+2Bp6hR0E7h3Lbp5H0Hx/I8KmTkKaslajQmwof1uPHgvST2"
    "Uym4sdCR9gTPZvlWp1907E+ckc+Tn4KjX4OAkE4gmMW9Ehti1RO6MffhBjl2N6jCahME6J"
    "M5qY1N4InbBC5nIcb/5EnIqKlUPkrVaaupBuEhlfjsxoKMfEqSshD4F4oqx5q53M8pX7Gj"
    "eVBsfs3281T2QLyh4D3nWBcWJ3NCqq6FKliKb3LnhBhGnyQwjOOjcKYbD+tW6Fp/dGdS46"
    "oAK1UT0C90Iv0WpdZfSqqa5LJNJQA1iQWbdxgXS8VGVVh41Iq2Pacqbhp7H8Zppij/dnHe"
    "xs3SbzeNy9uPaSpC26/KbU+FSaMLV2LTnNHNXgqTPrMBK2LSZz5KtJLaxjGarcf7LJ1ZgM"
    "eoZdXXxN+1mCi+SP6eunvcd5/saalTWemq++tS6vpSqnSbNldqSa3L1HnQBguKbpBzjxKf"
    "vWMe5ZII+S3cGpEzefrXHc1SdpWLxK+5pzXmw+uae9oD3NMMUt07Um2IhCmKIr8/grxG8P"
    "hXZVIL4AqrlW0DdCLQDgZ4iNNg7+iJg94Ijo1uCWOscqv6JmrAgoK6Wx3+fgvYtw6fwWew"
    "5M+LJu1iV12TZnHvt8Ni4bK8nBVXaGUXtK700x6deXV1PsXNlTUpztqzTNfCRdl65h44Ac"
    "chH+Xs/eJY/zRNG3j8ELH+GWd1l1t5RuFijicUht/1+W35AnlT2xM4S2d8gddVZWkv0Zqm"
    "oRSVMQtVNwuplxussd2XKdt0hX46ukO8wZEjZqfgeqcau/fd8XrkplnvppcpmYD+5ZF/ON"
    "U8mHk2GyyO45y3ug4lZjXpq1woKkI0uqLBW+WkDdvdVCr9LndnKr8uZxpPMtwB0J9p3NMl"
    "DxhE/l1GlTVJOmNcav9vZxc/Hzt2v1gFmb4MRgtBc+bEhC51wJUIq105jcJynwrLBlz493"
    "3q7v/Kn6oQFX1GdezBMVGbpOA2zMHxWVRZg6z7t3FjH1Xa2EclG/uoZGMf3efpUBPgGVj3"
    "eGHdifAda5yH6XRLKaDjSZ/7sFzxEmwQH5InDJ8KGNnQelcMM0xe893gjKVDFj6qGhzW3V"
    "vI3RfPn1fgLvQq5C615ar6Vzn816vLi1Itfw6XbccK2f+Y6wSPUaSVMBeZUa4VXVaALkEK"
    "HGDvGWf/+D/n9MdR"
)
