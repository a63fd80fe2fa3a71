from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "posts" (
    "post_id" VARCHAR(255) COLLATE "C" NOT NULL PRIMARY KEY,
    "author_alias" VARCHAR(66) COLLATE "C",
    "content_type" VARCHAR(64),
    "hashtags" TEXT,
    "places" TEXT,
    "created_at" BIGINT,
    "deleted" BOOL NOT NULL,
    "described_at" BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS "idx_posts_author__915288" ON "posts" ("author_alias", "post_id");
COMMENT ON TABLE "posts" IS 'What a site says about one of its posts; one it said nothing about has no row.';
        CREATE TABLE IF NOT EXISTS "post_facets" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "post_id" VARCHAR(255) COLLATE "C" NOT NULL,
    "facet" SMALLINT NOT NULL,
    "value" VARCHAR(265) COLLATE "C" NOT NULL,
    "at" BIGINT NOT NULL,
    CONSTRAINT "uid_post_facets_post_id_6fc4e4" UNIQUE ("post_id", "facet", "value")
);
CREATE INDEX IF NOT EXISTS "idx_post_facets_facet_dd264c" ON "post_facets" ("facet", "value", "at", "post_id");
COMMENT ON TABLE "post_facets" IS 'What a post that is not deleted is found by: made of its row in `posts`, and nothing else.';"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP TABLE IF EXISTS "posts";
        DROP TABLE IF EXISTS "post_facets";"""


MODELS_STATE = (
    "eJztXW1z2zYS/isYfUlvRs04tuOkzic7cRrdOXbPdq/txB0JIiGJZwpQCFCKptf/frsASZ"
    "EUSZMybckMZzITi9gFyAWIffYFy786U2EzV748sZQzd9Syc0z+6nA6ZfDHWluXdOhstmrB"
    "C4oOXU1M41RDqTy4ANdH1JUMLtlMWp4zU47gSP1JLIgYKcYJhX8WXiYT4dqSCI9MYBTGmU"
    "0caCMe5WMGxEQ5U+hJzJlHqOsSXzJPArtNFPXGTMmXOLQtLBjb4eNHG+WW3/Izak2II4kl"
    "fK5MF2riMUY8sZBd7MZRkkwd7ivoDP+eCN/T3eAPmy67RArgoQouLsmMeY6wsUc1Ybdc+l"
    "PsY8QWukP9YD53vvqsrwTcxIR58HhfvnTkjHJslHBzSkteP2Tnzz/hb4fb7BuTSIk/Z3f9"
    "kcNcOzHFjo1c+npfLWf62qkz7nH1UdOiRId9S7j+lK/oZ0s1ETxicLgeewzS9CiIA64pz8"
    "dZ577rBgskXAjmOVYk5i5jPDYbUd/FtYPc5gZW1zr9/sXlTf/67Kbf76ytq5AjtgiCS5bg"
    "uCbhVqUWwBhv4cef9vcPDt7s7x0cvX19+ObN67d7b4FW3+9605u/zc2spGW60jLr/dy7uM"
    "EbErDwzRuBF/7WPFRRw6UnYyX9cPqS8r+ewsLLnYGQ5/45CCVeNAnhhdUsrF7Yp5uGg/03"
    "R5Hg8UeRqK8/n5yfh7KNyTJ8Bcov5oilSbJ8kiW9Enuw4VRcxCuuJom+jmWsNUq1ZRyxNE"
    "mWT7yMR4AKWEVduOJpBV9J8IhGRncxjYgXhtS6W1DP7q+1iH2RR7veNN2fpq9QTsdanPjc"
    "eMMhrp05/2LZiNe0FOPdmdO/Y0tZDu+eEKAN8B4BSDl3LEYs2CIlWThq8o4I7mI7I7YzZl"
    "KFEFIyy2MKgaFUwmP2OsattecMkPkQJPl+Qr0KOBIeapP3ZrtAckq/9V3Gx2oCP18dFbwQ"
    "/zm5ev/p5OqHV0f/SL4VF0HLvm66BzJaAoRVQdIRQz3C3vYmlRD3wX4JcR/s54obm5J6QP"
    "9fQbohfQOFe3RYQrhHh7nCxaakcM0GlKVkOfWW2QJe8aREPFwqJp+hkIs05vnlKfY8lfKr"
    "G0j5tHdxcvXHD59PfteCni6DpvPLi59D+pmQauzpjjqnf9ycnaQxpcdQPn1aFVgm+FqQsz"
    "G69Nhc3G0wAUm+jSYg0IXfn/x3BGSezRlXvSRUSjUVwkyGRH3HLo0zLdcBjheSODabzoRi"
    "3FrC38aFCSjQ4TMfYJ9C2CdsMhJeN0CA+LcmAVwIXUCPWWiz9v4fgDnvDEhPvlCA3LPfpo"
    "C6eaDzp9dlUOdPr/NhZ9AWVyRxPvL+8vz85OaM3Hbe33buQaitR6hej5CJO/Sz7KvcpZ7g"
    "aSA23X9dZskDVe6SD9uyljy2ZSz51ZT43BYZmlwIl1GePSMhSxrFAs8znI0ijXx5eZ4Asa"
    "e9lH6++PXz6RlsLFr+QOSoHNgEozHPbAyZy78wULXG28KnTeGrZIxXxq4xpsfa0ZsZMNwR"
    "4PrR4Mw11KqvF0LWEVCUhKufmaIIJI7JAh2Y2ksJP4dUIkqcsulQR9+HQkNKydwRgEnfmh"
    "AqgUMAVeDGnFKbabcmdR1gzsgFeNyhHgBit+ty2iEcW5fDKR+azqnrZ8j6hn3L2cQihkZg"
    "qALx3pz9fpPQ2qFYsz1PIXlsGt6jM2pndq8et6jHaSChtU0s3ly4lzkrwtIWOFAwBRsHJh"
    "PBLuOKcbCBzKjUARfB2TGmHLHALo72obFg2KozkrjAjSTLAq+1f8xm6qkgKwq7436wE44A"
    "QJHBSLiuWMhBl/gzogSMxDxmCOGtwaFIQPKS3MDVkeOZm9h76L4YdFs5Jhsy1YM62iylR8"
    "sRa8WfibaHbEyrw+04V5M8KN8P4O6tLNZslbVqvkdlRYQlVdZvJnkAU12J7djdyJeLqkWn"
    "C6yroRI8qFpOONEebDIBGE0xm5UwzJ3FLNt3mLCgYEXqRtQk2IxO4rEQ0ONi4gAl6F/PYU"
    "Y3uUCM2gUWCoVlcguKOaBy4A/oxGOW8GxmvNHocuHsJRk49iBIrSXY6uncWq2nDD08ElBJ"
    "9jUigxt5Ad3DJZ9xi5n8Xv1sxzjUVMzxjoS+yGAo0IqcYcpwwEx0aqFOMwYdPJNav+phro"
    "XWzGBDeLc8psFhBHMH5g5dBrBDouy8JbEmmJxsRCzvnBneI+p7nfSxQH2M6cqK3rGyHvUv"
    "HZy4vrZg9CthWb7nRZEm2MGB4UvoRrwDTrPEYl7FHJZkvxt0kHG5Us7JhcYvrWaqZXPsph"
    "x0Zz+fXd2XoMK+VnUUfa3NPfddTErKF5144UrGB5JMjTBuU76EMolYR/mJWEFTVnQAmgqD"
    "A23861HiX6EOqSLUFGsr2TayeN/GseXIYgr9lNeiKcYmLfUnT9YyNsQG2VoJxnYKNg84gl"
    "XoZ+CZe07GRVxNEn0dG71Lpeqb5Vl5Va/ztoH0Tde1liW6JTabhRhnOwcP2VtYPzNz8IPO"
    "Nc/fXCK2DVPRd8pa3UIeuhS+Z1U7vBJxbAQ1d23BP/L5Ctylp1PGs08yFmWnpTjbJLXySW"
    "owqGLfMrbz/KyCGEsTlvV3lFZwLsafGM3M5g+bukWxGVeM+5OQ6t64DMbTw7CI9vWHsfl4"
    "iCceeDkOoiQyJCVjZ844EX5GBKfW3jHW81uYV4XxjAnIM0gZGMw8n4NZZJgGZEqXZIjJCD"
    "o489V3mOrj9uMoOSBjLHiiT66aQJFp0Dd4y00gJCi7YqgwXcvElVbBlFXilomTQMt573Pv"
    "5uyDKefyklxy8otRVtf/PtcDQedmJNgkMbiDCV7BFTzcIMlgSr27QRiVkhN9mxMdYMFxPa"
    "YDUGFaBfltIsjCg11DwvPeMQwm+V4QshnM4SZAujrchAOJxYOPQmQ5cYrNpaYFQzY3lPKD"
    "GRp2m3W7AV5fMTbJIH1ivJ7YPKpNwhrr003DXnoO9p6b3BP7cjW5r7G2ci8vd1Qz1cQdcr"
    "RSLi/lQANXE3SMqZV1sax3BK//4jlzai2vmVJGLmuwPUVRiN5nhrYvDXHJ7CrE2QEngMs5"
    "c8O0KQvB6bskiu2agwlmsk1WbjZyf3CPD8CaO5NysEuHF5464aAAtOKSqGoNRExNgqq1FG"
    "Rri2dsOcFpZm80AUm+dgKeo/6+YlMxp26W4g6bCjW2Z4iq5EE7kgwZTALR+bTo3EL/kVGw"
    "L6Q+Y4MFLdiMDJf6/3fak0WEzhPW/DrteE1r19o7+tsQBgRQBK+jY0nv4gPkBZ3OdY1hdE"
    "ghBWcLdGgx9Fo5rjnCA2BAnwlqAUELCFpAUBIQwGPLjCBmYXwt4mkja+Ujax6evpCbqP40"
    "Z5OW8Pej/K+pm1mBQF8vVPsSKCpY50hu1LBNly/wYA/oZvmODEF1Euqh9QzdiCWzyeFbXc"
    "k/PB5rqggs8QxQjp1eY98PUNDQz/oblPv6BNTNCQ3tvzp8c/j24OgwelWiK0VvSIkC/sFS"
    "TG9N+fUsQ462mmW3QhbRruxIlvBY5pakG4r3JCQpXUMAhfBCnx+MbIMFc8YT/NiIzSyK+4"
    "WJgq9OXkZ1oPURQn2QcUqCD4xMAfnzjCSARxsJDZSB5osOVQZfNTF/Dv/LLKX3QwUyOI58"
    "lonkAxNXB/bQiFECP9RyV/BBFNNxdOQj/B0eI0ycgUwTY9dhil+asf16ys7VJUhPX6Vc8R"
    "RvkxBiLV9TWS3/NcnmWvRJpvZwUN2Hg9pvg2wnA0VIRznzLJu/AOjFuVqwVwXsJerxszGt"
    "Lvs4Vyv7TWUfh0NJ2X90Bc1zvcSYUqIfIVezRP/h8tfT8zPyy9XZ+9517/IiIWvTmPRyXZ"
    "2dnO+OPXODzohOhj1jGgrtGePIqBZYCessBrXAaRCK0O6ReIYuVhfHMuLdyCyQdIn439Q5"
    "03GQ/ABLraNoOwbWs7ZiKFo+aBdFX9JBY0anXuiMZW3a6Io2MK6pe4OlcQZiwTHxWQdyVj"
    "xdrFCDZWBUzE80sOlyYEqphWVutJsoymSmPG4jwTN4YvEoddSLTkM97BzUbhkzT7az5lsy"
    "en1Um4GI5fH0WyMnYSd8otuVdT1O0fa09mPZ3m0NiK2bfO2B+R2ah/bA/FbnQJ9WzfI7Fc"
    "GTGFNNh+V31whsYKDrBqMynUzDUN2Xc2ciOuUMw0/63CasFDRrjEUTlKIGA2oCY8AaCa24"
    "wLt8rE9M6lOiM9eXppq/Pno5BmGOcUGtm4aPNI42DoMg2UBHxwbmo8D91cWgWrYEOcbPrZ"
    "rTrWgRTqg7h8FNqU/4MfrRdUYgKyqhc1gewsVzJy8xfogVRHXPA8K4BaI3obfgG6+4nsyB"
    "XX3KFfqa67GnG4XLulFNunTgrA2HteGwZwQd23BYjSLdpXBYW2iz5pMubXhxG/jaIIZqcl"
    "/xtILfWPBD6mXGFQs+shBwtELfWOgBMK4Wz40xtdbkhu7upGFSTf7rvO00bDgN2i+1kTOr"
    "depusPXsiD8Fi011sqoP4PVuYc0BNOorRNkpkY5Cd8My/JhhEHVGb4bu7J2+gh/opo4dZd"
    "YaWvwQCxdRSDnriy81dl/mOyXUh/UePycIYxQn5YYUa29YrqEW42jcMcSt2GgFHwdPTWfJ"
    "GVpbBQ0om7gzH6wIfPVGmmtzkl+cNc3XwEmpvUQr7IATRccZaz+/XGicpwkyLpBpbfVCE/"
    "m7LrVYJYmvOFp5V5f3Fium7Jjkt2Viu0xVLgEd42oPqZc/pG5ubrjBck9ztpbdc7XsPoK2"
    "yDXvTGP3PhuvP0K6apYe8plzmOaIJAneYfw5Ej63yXB5bL5XH1hoWCcZvzSpLbWBOdAZmm"
    "hwV3lVax5lKB081x9YD3KrAzxJcAUAPQlwT1fH7BH5d80pVa2ddUnmf/UuPhw79iA/wB03"
    "BsOJMB91Xz8OmiLAmVDlTM428L3NwPcOGPzb3nW3b/LHHM3ha1QlKhsxNUkL1hGUjfaikk"
    "s7om/iwj4qtbCPChb2UcHCProv36AiwGth3fOFdSfMc6xJFqYLWgoBHV3R3Ifl8qeg5o9B"
    "fC9g5NFq/eSWDM/3kOYXDG/EdlwPzkhtsvBSVZBwQN5A6b7a2yshXaDKla5uK5nL/8/ry4"
    "uqmfy2YynyP+I68jmqtALhojCKvaJpB2gKUmAHW/9q1d//B5Un1gc="
)
