from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE "ranks" (
    "subject_kind" SMALLINT NOT NULL,
    "subject_id" VARCHAR(255) NOT NULL,
    "rank_key" REAL NOT NULL,
    PRIMARY KEY ("subject_kind", "subject_id")
) WITHOUT ROWID /* The key that orders a post or a user by score, at any moment, as of when it was followed. */;
INSERT INTO "ranks" SELECT subject_kind, subject_id, rank_key FROM "scores"
    WHERE count <> 0 ORDER BY subject_kind, subject_id;
CREATE INDEX "idx_ranks_subject_526ca2" ON "ranks" ("subject_kind", "rank_key", "subject_id");
        CREATE TABLE "rank_changes" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "size" INT NOT NULL,
    "users" TEXT NOT NULL,
    "posts" TEXT NOT NULL
) /* Whose scores a commit has changed; gone once their ranks are those of their scores. */;
        DROP INDEX "idx_scores_subject_4d42da";
        ALTER TABLE "scores" DROP COLUMN "rank_key";"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        ALTER TABLE "scores" ADD "rank_key" REAL NOT NULL DEFAULT 9e999;
        UPDATE "scores" SET rank_key = r.rank_key FROM "ranks" r
            WHERE r.subject_kind = scores.subject_kind AND r.subject_id = scores.subject_id;
        CREATE INDEX "idx_scores_subject_4d42da" ON "scores" ("subject_kind", "rank_key", "subject_id");
        DROP TABLE "rank_changes";
        DROP TABLE "ranks";"""


MODELS_STATE = (
    "eJztPV1z2ziSfwXll8xWaV2Jk3Fy9pOTcWZ849i52DPZrXhLgkhI4pkCFJKyotub/77dDZ"
    "AiJZImZcqiZVRN1cREN0A1QPR397/3xsoVfrh/4kTenRfN947Yv/ckHwv4x8pYh+3xyWQx"
    "gg8i3vcJmKeh+mEUwAN4PuB+KOCRK0In8CaRpyRC/6ZmTA0iIRmH/xx8zEbKd0OmAjaCVY"
    "QULvNgjAVcDgUAs8gbw0zqTgSM+z6bhiIIAd1lEQ+GIgr3cWlXObC2J4cbW+VG3shT7oyY"
    "FzJHTWWkp4hGgRAsULOwg9N4UcjGnpxGMBn+e6SmAU2Df7h83mGhAhwewcM5m4jAUy7OGI"
    "3EjQynY5xjIGY0If2wqfS+T0U3UvASIxHAz/v2bS+ccImDIbxcRJSnH7n3r3/Bvz3pih8i"
    "REj8c3LbHXjCdzNbnCDSUDeaT+jxmYw+EixStN91lD8dywz8ZB6NlEwQPElPh0DQgANFUj"
    "svp75vDkn8SP8WeBAFU5G8qbt44IoBn/p4fhBbv8Ti2V63e3F53b06ve5291bOVoyROgjm"
    "kaMknkt415CIMMRX+PvBqzdv37x7ffjmHYDQayZP3v6ll14QRyMSiS6u9/6icR5xDUGkXt"
    "CWDscqbd97w0LyJijNkDd+sKDv4nN8PAL/18HB69dvD16+Pnz385u3b39+9zKh9OpQGcnf"
    "n/2KVAcABbeLvnbibViQfQAfuHDr0X2BYwm/NuHjyyhL9qsxXKPF94nB2SWyvz54e5gQGv"
    "8oI+3Vp5Pz81Vamnu8JjUXWJaef/2FTG9wm7qa8UGfO7czHrjdlRF1oIpgV4fGB+PlJ1zy"
    "IdEIfwy+YSw+TbzfRb5gpUfKxaqJ170V87CaWHXCANaIFQwklzvPEcyBIxOymReNjpmSPo"
    "4L5npDEUaxpBIKJxARyh9hpALhropSjc6cI8tUFVi8nJv9w4gH+R+El3enw496erLKmP/o"
    "+kIOoxH8+eqw5Av48+TLh99Ovvz06vBv2Rv7wowc0FC57BI6CohVg9IJQjPE3vbNkyH364"
    "MK5H59UEhuHMpe7/T/GtSN4XeQuIdvKhD38E0hcXEoS1x9AeUJgJIH83wCL3CWSNyfRyJ8"
    "gkQuk+bOL9/jzOMw/O4bKr8/uzj58s+fPp38gwg9npuh88uLX2P4iQqjYUAT7b3/5/XpyR"
    "Ld4aJH+nR5XaUng7dLkssjC+CBuFO3a2xAFm+tDTC88PnRvyVC5umdkNFZVlRaGioVMwUC"
    "dT23spzp+B5gvAiZ54rxREVCOnP4t7aUgRToyckUxL4IxT7lsoEKOkYCxH8TCMiFMAXMmC"
    "dtNjo/muyuUXQFoZRLRj+WzUaeM2IjHqL1T81QREVJVqOqWYeWIqnWUWMRMhBUBSAJqaVg"
    "AJ8EU1ks0X7bQ9shCu8IoAmMf1S2zS1Qan3NGbTdMdM9yl1aLBCn97L6XqSxLGNbm7HB6i"
    "LQxo1ungJYtgWruJbBrW3hE0LWli5SSJv6BHb1OrL2wE3ZV6fSVTnHWClfcFlwlxuUZQUR"
    "cJ4gLctO5OXleUY/fH+2dD4v/vj0/vTLT69IVwQgLyo4ttpnmntn/y4KVPEMzg4aPA5+/r"
    "mCxQOgCk0e8VhaIU/jsQ+X5+cn16fsZu/DzV57lJSPWqdY0VDoeal6MgCIiqrJJxFxlOKO"
    "QFYHMZ0s0vBnn4eoEYzFuE8O/b4i9SEU/gAUhyloAqAIzEYKoIzJesxdQSZs7nuAnBNesN"
    "mlHmAk3655sUWG8qaMi8V6wR33pzm0vhY/CnhygrATV1sJea9P/3GdYSMxWfOtjDF4ahs+"
    "oOGxNbfXmXR4ILmh0Mollh4uvcu8BWBlawtAiAguDoxPglvGV0NzgUx4SKYIJcUR2jGEsY"
    "Ek99BQCRylICep8CLJs7Y0Oj9aW84iE2iF08mpuQkHoIqx3kD5vpqFvQ6bTlik0KYSCA0I"
    "Xw0uxQzIPruGpwMv0C/x8qH3opm2nv6SQrLWlIasKbWV+AZjc54N+Rfk7oshr6+4p7F2SX"
    "98Pl6Bs4XtK59lLYbvYVkJYEWW9VUHiqD9k7me20ns9shaKDRklQ1VwEHWchIb8Beme4Hh"
    "uBi4e4zBKRGcSBpEToLD6BAYKgUzaps/8N/AE5o3+QCM3AUOCodjcgOM2UB58A+YJBCOCl"
    "yhPQ9oA5Bin/U8t2eidRmOBhSuS3xKw8NPAqhQfE/A4EVewPTwaCqkI3TIMP22I1xqrO7w"
    "jRQ9FLAUehoERiEbZEahtxS5DDx4EhJ/pWWuFHFm0CGCG5ni4LCCfgP9hr4AsSNE2gVz5o"
    "ww3lmTOLz1JviOyO/JtTFDfowR0BG/FbIi0zXuDtJg6JNwnGkQJF5FuMEB4Vus3d8Cpj5i"
    "KWW/ACU77xoT5DyuFV90QfKL5UyNXI6dJYvR6a+nX+4LRhLf65qcvzdm6H8Wm7JkHM18cB"
    "XNdlmknVBul2wJVYLuDouD7sxQntEOhlZsdtb6vznr/xIPqUPUJVRLWWvwv+/i2ILBP70l"
    "S9JPdS66hLhLR/3RA/O0DrFGZF4G0W7B+qELoBVOc+SZe9KTEqxdIn0TF73Pw6irj2ftU7"
    "2Ka0Ny1j3XREs0S6y3CylMuwcPuVtEfnDgL5RXUHy5iILowKppB63SVreQcxCqaeDUS1RK"
    "MNYSNdt24DecS4O39HgsZH5GdVm41BKmjZqqHjUFi0biR851XhxVkELZhWP9GGEFmZQxes"
    "1+3iEvpnkGyVK9PtXveODxvBIZxbd3CmUXKL4RQ0GWyFvLIrmf1LtpSW+J7/dcDX8TPDcj"
    "LB7qlPl8fTXsjmKoCiFKAdVa0q5Yn0uA6c8pplFH/xwZb2sYmQds6MERYxgbif7ZtIs57f"
    "jNi1ba1FLoXf4aR3KiB3UElDZBSj2d7NXVM/bYmM9ZH8OfyB38feqJqIsCD7xGjw2xapPO"
    "JqOX1APkXL2R2vVqakdpKHwzHv8ss/giVFR7ZmHk/OzT2fXpL7om1T67lOyzFo+v/uecFo"
    "LJ9UoglqE7GWlinmDqXMh6Yx7c9mI/eDii1xyRSxfXxQQ3dKqbQC72daTYLAA5JYTfeyvQ"
    "fT0NjJO4dwcvASQkBzcupGZyn2HFrTFWtOrhxgAp9Kw8QF+z71M5Kxby+TECzOF3J8QaCa"
    "B+nFmnabSRYhHlBp9dc+eub+opdseS4UB/B2tYHBaIu2RSe2SLQ+YyqrcJK6iPtw0vl/fg"
    "5VOje+aer0f3FVRL9+p0R7ZVj9wxhqVydSobjl6P0CkkS+vqtCbxqK50kiA9HqVfLVP61R"
    "ZlkjT5UHisK37EOPaglh/UlqiwnwPvjjvzKxFFmi4rmuwSRKdMoZ1o2G6ogSsGMmMCisEE"
    "repO+HGEsoNa2XFWfevoHEC92ToBZlV/bWTGByhFrYnua1Oe4GPH9pVoV3gkajOGGGmXdK"
    "om+IStSbbtWOKJu9YGZPHsBjxF/v1FjNUd9/MYdzxUyrEDDVQn5cgLWV/AJjBKXSGTL9b8"
    "Igb7IqR0VqwTJiZoMsb/H5MJlylKySF8yvBZ4dqNzq7rkWH6P4ki+BwtqnSL9xAXeLqkDg"
    "FoiUUIKWamDNls5Pk6WxaEAUq/tQKBFQisQFBRIICfHebEC5WGsiQ4NoilehBLgImO4Tqs"
    "fxlzl47w82H+V9zPLfZDz0vZfggQNbRzBNds2OXzF5hDC7w5PGZ9YJ3oeATtGaZRc+GyN+"
    "+oD09ciUIX7Jljum2Bnt7g3A9g0DDP6hdU+PkY6N3xYW6sQU9ojuLy1VRcJjzGsEXCOzUC"
    "dttyIzkqELlXEg2U30kIUrlcDxLhBaXqJ7rBTHjDEbYKc4XD8b7Q4R954S01sFGR6NG/kz"
    "oDpneY/mf/f4UT0b0VwbseJbbFTAiMDtEA9FjZiBS2Q7staTumJ06yIOO/48z6Sp3HFjjV"
    "tY4s0s5pHVvJFLQNzFogtHVyvox10pOXcXdpG5pQ/+C78CLvLk8DLGH7aSzL+uuw/kzTGz"
    "Hk9WmfxrK0f4Ji1zXqTHlilx4oFbu0vlXP/htXXjWdILixmJIWl46gxd4S2ESik0hFIZ+j"
    "+KMrH5K5ttgO3OgqJMbdijkJcRw7raGol/RRQ1mOPMRJfwpd4wrW1ZWwsFhWT80kBiaTvX"
    "mB08GaVVgYKkqpsz3QEXu6uGJc+Iq02STSmMu0iAi/IVCzh2qxtfMjH5YZ2S4579Gu22Jp"
    "js5HvR1IUDZ38e7kJrTCdNOKfJsH2m5s/YZNCcK2KszW9TxbQqNF+2BLaGx1Dyh/Pc/YVC"
    "aepJAaKp/xPBRDW0Dj2RTQaBm1Hyf0wNYV2FBdgdZYlKL8qEI90Cm3KEWVIwp/o4RsYDFo"
    "D9GmENPVQgVsBGvAmYjNP8bwfkSp0JTRPPGnoW4MRDnVQ7iFh3iAVm1KG1qHrErGYdijRH"
    "dsvYHVBBcPTeONEOiYTkjXaetoShpx/w4W11XD4Y/B331vALTiIUwOfEX5mAC2j/5RLEZO"
    "M/eYkA6QnlyL42PdRBUZkU63p/R1mOuO1h6v5WbsJOVtrcNx+zdDxzocn7LwrW+FenRf4F"
    "jCr034Pg9yvWElPVkMhiX6w9T9tTR9a/GykQ2tNejaHgHN0tPIyHnXRHGwQgrJWqTWtEhl"
    "dZR69F/Ftdvw9CJGTuUQB7C42V6Olp8e7pTp+kIDdkn1rKby6+hbFtchiwO/SPkO1Vj0lT"
    "s3IRWp1paYsqdLqk24B7otvnBui7NmpycFn7RpChzBSUam/to+W2j+Rq/XwR2zkWK+d4v4"
    "Ha3lZzT8V28wayGsqt/jJGRYwHjhLkWwULOxUCcxchwOHSGxUdkR62M8C3VJe3CD44LCV2"
    "WdupqueNWG1Ig2duvCE17PyJLCsBaWZpu/0O1QT9VJUHZJInxkRccKj1sSHmM+tEr5j77i"
    "RQmnKaQlyg8Qq5lj35JIt18u/3h/fso+fzn9cHZ1dnmRIbUezN76X05PztsjG36kbtwkLa"
    "wIhslYqVQ4MFA1nEADjq6XGDHdJR3bzGJdhg7VyUUXjifJb2LK7pIzhZwz2OOVuyY2l+fI"
    "hptaiKTEpFhvCNLdQp4Mpr4AYa9H8cRJClm8/gtT1BfkwDsvqfVrqgNjipirxjfSyKg67d"
    "V0l6V3ogIWuqHsSFErW1P9kt3KdOFhmk47hB4sF+L/Vz79YrdvDL9zYsfrgwpSx+uDQqED"
    "h+5p4S4dHkieb3Qq7eWeRbRSxvrmVNNLuh7901iW+GsTv7BYakmQSWGp1DUvnG0TfsOxU8"
    "SVVglc3JElQdgJ8paQcyPtWGIuX+86SWPZ66TWddISkfpC8KDI1pqMlYrUEqDqWFmpBCrF"
    "AyEmWgUjBXIvPurojhcCJFRqRzFCSRcA+1PnVmApgz4PdZcKFHILqqs2NvUDRNGJoVp1A2"
    "WMYc2TmzRPCgmvnld6u8w0k0KyOcjL3KV6/jd9kHUYegrFsvSKLL0lXOUz94LPPMjlKslY"
    "KVdBZ1d3AmDVfXcAjHaP2AuWCTWdKcMYHB8dYfGd3iG/WZSwDUBHs4pmCrkevMYXicuB0m"
    "/VKeR6hOJzuesK7EJ1zHrmGiIzzAR2Sbj77MrTxUVD1luw4Z5mcWQHGgRopcG1kb/pNkxk"
    "lXHIjYj56WZleopLSlXoofu2p18Nh72w2zeVEY1zrXIwbp5/qNRoUDHmxzC5Z88Yy3ngYg"
    "trRB4mOFbKX9tokPpiamQCpbBsBdLqaUDrdMey3cmasEt6/5dzxIsNkgZ8lyjeWN0Dq648"
    "wwC4z3G9sTzZOVWLrER2NlCVDTIo+ekiQyZqTnsUteXEpHB9/OP8PC3tYpxZjgFm3anIUa"
    "kCFw62rwPavB9x3lvIfCWHxoBDnVI9U7hSB6Ch1QYl6rHS/UllUgDpBazgDUegRcIC14l8"
    "ntTt1+FxODOn8Dq0C+msOPi3eRtdHYlE+n12JnUbVd3clPU9XSEYXj6ploTBcfiCodAdZy"
    "nOTtdsIhlbJ/fhe9MIhrRTQ1sq5qQhTNZfsRi+VIAfbUfL0vcykPk1Gs6K5a0Ty1vTiGHb"
    "PHS7rRjus+GWdldt1Ia77X3YivQY31LVBcgUxi7RvTEZkrhVDXom8JaaefmD3u0aZbPSWL"
    "ZM0BP0kv4hfTWEkQ/Umj5PMl+CKJXPpwa2qzvdV7Zwo+QbxbUedOH2vhig0IslO8cTFURM"
    "T+lScoYO84uDCF0lqMo7RgHmmbYbnJ2EeW1NIVk+VZYUYF+EHTYE9UT30NK2cS8E2Vr3yB"
    "K+wGL31DYLzdVJyKZWFiY8DItF44fmkDymecgKvXupOrO5WSPloYTLuLvEsZ7P3fqFy9u8"
    "G5Wel96jGLpfI+jkVui0tDhLTdskFq02qG8ftvroYEM+dO6N1RiUcgodgevLxIzQ/WgupZ"
    "x6PhtbCS/VryNFweBSZbt46GeyMG6lVteOVeB0jsQyoi23U/wpbz8ZrPjqbXGyTFuMy+tm"
    "y9iqF5ur0tAiplWsDKRG72Vg9ZSAr5THrRtSATMx+T+UH6RF83TTWW3GJi6ZrfCvB/QseV"
    "0OGl8jnaxOKeMmUAUxfM+Y5D00i4fsv68uL0xiOToHSYFIwm20XoJonqRGfA9VBKzRe5vy"
    "v3UWN2eaKsj2Lo6vLMr1fpp+g8dOmEgi3quSO0Gw5H5awawfuSOiomjWxWAppx8g2HrxrL"
    "OFT536CaXUvpDPE4ikT9AkEAP4sDtxkGiOqa+pqZNW9rrtZDKTjij1TGVaL9RudgxYPUWX"
    "t5EouOuSafAYVNcZMfwI9V7i88jhxyKA/biR8F4K4XTPItStTapyti2SNs/FdsmxNwz44q"
    "fg7NcqiJQH0onDZUmQa1XJoTUO2xbpuI/uri0WLdpg4W2HhPHILlwbtPYMg9YupxEWqMjj"
    "kPFQKX9UGqjR2uzwkFq3dxJGRkkPiz56+BeyKs+Z+jzI0YQ3tI625GbgpC63TpbdQM2OdG"
    "9AHe+WagSoG9Hjm9x5EdZ5W1R8Twp44Eo3Ehv9md7QZInW8+oKINrgHJRYi00vsqUuFIvm"
    "H6mOCXUrsVuFe5sKd6ta0j1pdXvLvV3aRt7HyeooalhU7FN6WL+itlG5+aIbRdL2m/LgyM"
    "IuO4U78dAmO+3eii1XerT1v5ut/217kWxFdVxIs/Von8WzG/AUw4CMmvinYRPFiuSfKd3j"
    "Pn2ya7hOZaOrgTfRO0Yp1bZNl2uzpLFlmkLd/Tml36uZpMrcWL878nytz+W1kN/MEmVKXM"
    "x4rYbWmk+uYzW0R9DQrIy6dRm1JbylqMDZ/cXNatQ1+6qdaSEor8bM1sf4dhP7jjc4TXZM"
    "TzwMlPdcjJgfeZjbSrALA2BeVE7T09/v+/q2x6fwGSylmlLoZ4cBg9Gh+osD2l9kucRwhV"
    "zGdgrYuv5YzISWt73iDq2clp3rprvFfFTT8FxTc2VPigvPLuPt4KY0XnwWbspRxIe14nvS"
    "OLtA40cPqPK5k+c2LomoSjAsvevT2wkE0qZ2MmsWz6azrmvsSklPNZxHKSzrOKruOFqWT6"
    "sf9xXJdodU7edjXURNj0I19wrUQD3YuU8X7FIgZz2NMNP1D1Ok4xRnats3lS7rz4+Sti2o"
    "yVGJIxlnSehkiFiVg7fKqXy9uaV0BxnuT3UmBuaDkDzJ8AQAPDNyT4diZFDy7+hER+LOmN"
    "DR+/3s4pcjz+0VmyrTymC8EbRmTnLiEgDuREWV0xo2t2nYbIHCv+1bd/sqf6rTbvwZ1fEY"
    "J0i7xAWbcBgnd1FlS7OB38WDfVjpYB+WHOzDkoN9eF8sRE0Bz4p1T1esOxGB54zyZDozUi"
    "rQ8QXMfbJc8RY0nHv6XISRB3r5isUM25prM3LG0iULH1UNChvwHaTuq5cvK1AXoAqpS2O5"
    "pv5VCmNufKmVP4fKrudE7P8pzf4JUruEuEiMcqvosgF0SaTACbaeZ/rXfwC+1JXt"
)
