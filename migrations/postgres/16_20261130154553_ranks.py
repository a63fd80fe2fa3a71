from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE "ranks" (
    "rank_key" DOUBLE PRECISION NOT NULL,
    "subject_kind" SMALLINT NOT NULL,
    "subject_id" VARCHAR(255) COLLATE "C" NOT NULL
);
COMMENT ON TABLE "ranks" IS 'The key that orders a post or a user by score, at any moment, as of when it was followed.';
INSERT INTO "ranks" SELECT rank_key, subject_kind, subject_id FROM "scores"
    WHERE count <> 0 ORDER BY subject_kind, subject_id;
ALTER TABLE "ranks" ADD PRIMARY KEY ("subject_kind", "subject_id");
CREATE INDEX "idx_ranks_subject_526ca2" ON "ranks" ("subject_kind", "rank_key", "subject_id");
        CREATE TABLE "rank_changes" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "size" INT NOT NULL,
    "users" TEXT NOT NULL,
    "posts" TEXT NOT NULL
);
COMMENT ON TABLE "rank_changes" IS 'Whose scores a commit has changed; gone once their ranks are those of their scores.';
        DROP INDEX "idx_scores_subject_4d42da";
        ALTER TABLE "scores" DROP COLUMN "rank_key";
        DROP TYPE "scores_row";
        CREATE TYPE "scores_row" AS (
    "subject_kind" SMALLINT,
    "subject_id" TEXT,
    "count" BIGINT,
    "positive" BYTEA,
    "negative" BYTEA
);"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        ALTER TYPE "scores_row" ADD ATTRIBUTE "rank_key" FLOAT8;
        ALTER TABLE "scores" ADD "rank_key" DOUBLE PRECISION NOT NULL DEFAULT 'infinity';
        UPDATE "scores" s SET rank_key = r.rank_key FROM "ranks" r
            WHERE r.subject_kind = s.subject_kind AND r.subject_id = s.subject_id;
        ALTER TABLE "scores" ALTER "rank_key" DROP DEFAULT;
        CREATE INDEX "idx_scores_subject_4d42da" ON "scores" ("subject_kind", "rank_key", "subject_id");
        DROP TABLE "rank_changes";
        DROP TABLE "ranks";"""


MODELS_STATE = (
    "eJztXW1z2ziS/isof8lslTaVOBlnzvnkZJwZ3zh2LvFMdivekiASknCmCIWkrNHtzX/f7g"
    "b4JpE0KVMWLaMqVbEINEg1IfTT7/8+mCpXeOHzEyeStzJaHhyzfx/4fCrgj7WxHjvgs1k6"
    "ghciPvRoMs/OGoZRABfg+oh7oYBLrgidQM4iqXyc/ataMDWKhM84/HPwMpsozw2ZCtgE7i"
    "J84TIJYyzg/ljAZBbJKaykbkXAuOexeSiCEMhdFvFgLKLwOd7aVQ7cW/rjrd3l2r/2T7kz"
    "YTJkjpr7kV4imgRCsEAtwh4uI6OQTaU/j2Ax/Hui5gEtgx9cvuyxUAENj+Diks1EIJWLK0"
    "YTce2H8ymuMRILWpC+2NyX3+eiHyl4iIkI4Ot9+3YQzriPgyE8XEScpy958K9/wd/Sd8Wf"
    "IsSZ+HF20x9J4bm5V5wQ0lA/Ws7o8pkffaC5yNFh31HefOrn5s+W0UT5CYH06eoYGBpw4E"
    "jmzftzzzObJL6kvwtciIK5SJ7UTS+4YsTnHu4fpNYPkV476PcvLq/6X06v+v2Dtb0VU2Q2"
    "grnkKB/3JTxrSEwY4yP8/fDl6zevf3p19PonmEKPmVx585e+dcocTUgsurg6+IvGecT1DG"
    "J1ylvaHOu8fSfHpexNSNphb3wh5W/6c3w4Bv/X4eGrV28OX7w6+unH12/e/PjTi4TT60NV"
    "LH939gtyHSYoOF30sRO/hpTtI/iBC7cZ31May/iNGR8fRnm2f5nCMVp+nhiafWL7q8M3Rw"
    "mj8UMVa798PDk/X+elOccbcjOlsvz86y8UeqObzNGMF4bcuVnwwO2vjahDVTZ3fWh6OF29"
    "wn0+Jh7hl8EnjOHTTP4mioGVHqmGVTPZvxHLsB6sOmEw18AKBsjlVjqCObBlQraQ0eQtU7"
    "6H44K5cizCKEYqoXACESH+CCMVCHcdSrW6cgGWqQtYZMHJ/n7Cg+IfhCw60+FLPT6sMuV/"
    "9j3hj6MJfHx5VPEL+OPk8/tfTz7/8PLob/kT+8KMHNJQNXYJHQXMasDphKAdZu/65Mmx+9"
    "VhDXa/OixlNw7lj3f6vwF34/l7yNyj1zWYe/S6lLk4lGeuPoCKAKDPg2Uxg1OaFRYPl5EI"
    "HyGTq9Dc+eU7XHkaht89w+V3Zxcnn//5w8eTfxCjp0szdH558Us8f6bCaBzQQgfv/nl1er"
    "LCdzjokT993lTpydHtE3J5YAAeiFt1s8ELyNNt9AKMLHx6/O8IyDy9FX50lodKK0OVMFPg"
    "pL50a+NMx5NA8Sxk0hXTmYqE7yzhb20pAxQo/dkcYF+EsE+5bKSCnkGA+DdNAVwIS8CKRW"
    "iz1fXRZHeF0BVAKfcZfVm2mEhnwiY8ROufWiBERSSrSdWiR7ciVOuoqQgZAFUBRMLXKBim"
    "z4K5X45ovx2g7RDBO07QDMYPtW1zKUmjX3OObH/MdA9ylpYD4uy7rP8uslRWsG0s2ODuIt"
    "DGjX6RAlj1CtZprYDb2MInhN8YXWSItvUT2NfjyNoDt2VfnfuuKtjGSnmC+yVnuSFZVRCB"
    "5hHysmpHXl6e5/TDd2cr+/Pi94/vTj//8JJ0RZgko5Jtq32mhWf2b6JEFc/R7KHB4/DHH2"
    "tYPGBWqckjHssq5Fk69v7y/Pzk6pRdH7y/PuiOkvJB6xRrGgpdr1RPRjCjpmryUUQcUdwx"
    "YHWA6WSRho9DHqJGMBXTITn0h4rUh1B4I1Ac5qAJgCKwmCiYZUzWU+4KMmFzTwJxQXjBdm"
    "91DyP5bs2LHTKUt2VcLNcLbrk3L+D1lfizRCYnBHtxtFWw9+r0H1c5MRKztdjKGE/PvIb3"
    "aHjszOl15js88Lnh0Nohlh2uPMtkOrG2tQVmiAgODoxPglPGU2NzgMx4SKYI5YtjtGMIYw"
    "NJzqGxEjhKQU6+woOkyNrS6vpobTmLTKAVLufPzUk4AlWMDUbK89QiHPTYfMYihTaVQOiJ"
    "8KvBWzEz5Tm7gqsjGeiHeHHfc9Es20x/yRBZa0pL1pTGSnyLsTlPhv0pu4dizJsr7lmqfd"
    "Ifn45X4Cy1fRWLrHT4DpGVTKwpsr7qQBG0fzJXur3Ebo+ihUJD1sVQDRoULSexAT813QsM"
    "x8XA3bcYnBLBjqRBlCQ4jA6BsVKworb5g/wNpNCyyYPJKF1go3DYJtcgmM0sCX/AIoFwVO"
    "AK7XlAG4AvnrOBdAcmWpfhaEDhuiSn9Hz4SjArFN+TafAgz2B5uDQXviN0yDB9t2O81VTd"
    "4hMpuijgVuhpEBiFbIgZhd5S5DLI4FlI8pVu80WRZAYdIrj2MxIc7qCfQD+hJwB2hMi7YM"
    "mcCcY7axaHN3KGz4jynlwbC5THGAEd8Rvh1xS6xt1BGgz9JBxnHgSJVxFOcCD4Fmv3N0Cp"
    "t1hG2S8hya+7wQIFlxvFF10QfrGSqZXDsbdiMTr95fTzXcFI4ntTk/P31gz9T+KlrBhHcz"
    "+4mma7PNFeKLcrtoQ6QXdH5UF3ZqjIaAdDazY7a/3fnvV/RYY0YeoKqeWsNfjfdXDswOCf"
    "fSUr6Ke+FF0h3Ket/uCBeVqH2CAyL0doX8HmoQugFc4L8Mwd6UkJ1T6xvo2D3uNh1Nfbs/"
    "GuXqe1ITmb7mviJZolNnsLGUr7Du5ztoji4MCfKa+g/HARJdGBddMOOqWt7iDnIFTzwGmW"
    "qJRQbAQ1u7bht5xLg6f0dCr84ozqqnCpFUobNVU/agpuGok/C47z8qiCDMk+bOuHCCvIpY"
    "zRYw6LNnk5z3NEluvNuX7LA8mLSmSUn94Zkn3g+FYMBXkm7yyL5G5W76clvSO+33M1/lXw"
    "woyweKhX5fP11Lg/iWfd6e/FOJ3Y3Uo+xDjmJ+s6zjp0j433NYynsrGELcfUvMAz3Orq6E"
    "P+Gsdrop90Avw0oUgDndLV10QDNuVLNsQgJ3L6fp9LEfUR1sgoHLAx1mbSOWPkgNYD9IDX"
    "vnawmgpRehaGgWp/deqkTQNCtf8VRs7PPp5dnf6sK089Z5c++6RB8Jf/OacbweL6TgC+0G"
    "mMgaPmCibIhWww5cHNIPZ2hxN6zAk5bvG+mMaGrnMTrsW+ThRbBIBGQvi+NwKd1PPAuIIH"
    "t/AQwF1yY+ON1KKuQ7iRi7XaDLNvTtbNDTDlTlJS5/W+3cAOkBLuk6Hrge0AucOj2UtYI3"
    "241/Bi9R28eGx8z53Lzfi+Rmr5Xp/vKGaasTumsFyuz2UjgZsxOkNkef0o8PqnQN5yZ/lF"
    "RJHmyxpsX5lRid5nem4/1JNrRm0izjaUAC5vhReHYzoITt/mUWxPJzzpl62j/YuR+71XvA"
    "fW7EwoU5eSoh46kKkCtOKWaKoNJET7BFXb8MnaAky7DpycuRu9gDydfQGPUX5/FlN1y70i"
    "wR0PVUrsQE9qkl8hQzYU8BIYxemjcYsKHJGAfRZS7h4WRRIzNlzS/2/JksUU5R8QPaUzrE"
    "ntVlfXxZcw15mgCF5HwxKd4gOkBZnuUzl0NEjhDF8sTM2lxUR6OjUQwADlGlpAYAGBBQQ1"
    "AQF87bAgOKLSb5/QWI99fY99gFld4Saif5Vyn7bw0xH+X7hXWNmErleK/RBmNNDOcboWwy"
    "5fPsOEQZDN4Vs2BNHJeIDaMyyjlsJlr3+ipiNx2r2uTrLE3MISPb3Fte8hoGGd9V9Q6c/H"
    "zN4f19DWupGEZiuuHk3lNZFjClsRudcgOrErJ5KjAlF4JNFA9ZmEU2rXJkEmPKO85EQ3WA"
    "g5nmBfJFc4HM8L7QUvqjzSgBoViQH9nSRVm0ZJ+s/h/wononMrgmc9TmyLuSAB7f8G8ljZ"
    "iBT2frqp6LGkF05SvuLPcRpxrTZLKU19rSNPtHdax07Somy3pg6Atl7BL2OTXMxV2n16DW"
    "2of/C7kJG8LdIAK8R+lsqK/iaiP9fhQ4x5c95nqSzvHyHsukKdqQh26YFK2KX1rWb237jM"
    "pCl7z43FlLS4bCAhFtLHivm9BBWFfInwR5d5I3NtuR241bsQjLsRSwJxHNtKIdRLmkYhli"
    "MPcVKMXxf0gfvqsj9YGWigFj7GZ5K9OaXpYYEerIITZdTZAeiIA11JLq7yQ9psEnDJ/SxE"
    "hO8QqMV9tdjGyWD3SwPrFs57sOO2HM3R/mj2BhKS7R28e/kSOmG66URywT1tNzZZfVtA2J"
    "bA2LmeZ+sFdOg92HoBO30HlKxbZGyqgicZopZqBTwNxdBWC3gy1QI6xu2HCT2wSdRbSqLu"
    "jEUpKo4q1AO9aotSVDui8FfKSwURg/YQbQoxJfxVwCZwD9gTsfnHGN6PKSOUsmBn3jzUXV"
    "AotXQMp/AYN9C6TWlL9yGrknEYDigVGPsMYOm09KLpMhACH7N5uTp7F01JE+7dws11iWT4"
    "MPq7J0fAKx7C4iBXlId5Nc/RP4qVl2nlARO+A6wn1+LU9EFHQaQTkimLF9a6pXtPN3Iz9p"
    "JantbhuPuToWcdjo8ZfOtToRnfUxrL+I0ZP+RBoTesogGFobBMv5+6v5Gmby1eNrKhswZd"
    "WxC9XX4ajFx0TJQHK2SIrEVqQ4tUXkdpxv91WvsaHl/EyKk/xgGs8XRQoOVnh3tVur7QE/"
    "uketZT+XX0rS70JEMWB36R8h2qqRgqd2lCKjJ9/DBlT1eWmnEJui0+cGE/p3aXJwWftGkK"
    "HMFFJmrBgK/L5yzV/I1er4M7FhPFPHmD9D2t5ec0/JevMWshrKvf4yJkWMB44T5FsFBnpV"
    "AnMXIcDh3hY1emYzbEeBZqCXXvbq4l9YSq2hK1XUioC6kRXWxNhDu8mZElQ2EtLO12uqDT"
    "oZmqk5DsEyJ8YEXHgscdgcdYDq1z/oOneFnCaYZohfMjpGpn23ck0u3ny9/fnZ+yT59P35"
    "99Obu8yLFaD+ZP/c+nJ+fdwYYfqPUwoYU1YJiMVaLCkZnVwAk04uh6iQmzLaGxpybWZehR"
    "uVB04Uif/Cam+ig5U8g5I01PeyLmBdhwWzcilJjULA0B3aV4Mph7AsDegOKJkxSy+P7PdG"
    "1TQHfiViYlT02RVEwRc9X02jcYVae9mlaa9ExUwEJ3z5wo6ttpigqyGz9bf5WW0w6he+NC"
    "/H/tp1/u9o3n7x3seHVYA3W8OiwFHTh0R7/qfHP3+vhihdCijM3NqaZxbjP+Z6ks8zdmfm"
    "kNyoogk9IKlBseOLtm/JZjp0gqrTO4vP1EQrAX7K1g51Z6T8RSvtlxkqWyx0mj46QjkPpC"
    "8KDM1pqMVUJqH2Y1sbJSCVSKB0JKtApG2LAdL/V04X+x1C3XseU7hToN586NwFIGQx7qYv"
    "0Ickuqq7a29D2g6Mxwrb6BMqaw5sltmieFD48uCm1i5aaZDJHNQV6VLvXzv+kH2USgZ0is"
    "SK8p0jsiVT5xGXziQaFUScYqpQo6u/ozmFbfdweT0e4Re8FyoaYLZQSD46EjLD7Te+Q3ix"
    "KxAeRoVtFCodCD1/pN4nKg9F11Crkeofhc7roCm/G8ZQNzDJEZZgZvSbjP2Repi4uGbJCK"
    "4YEWcWQHGgVopcF7o3wDIeh52irjkBsR89PNnekq3tJXpR66bwf60XBYhv2hqYxonGu1g3"
    "GL/EOVRoOaMT9GyD15wVgtA9NX2CDyMKGxKH9jo0HmF9MgEyhDZSuQ1k8D2qTpkG361IZd"
    "Uv5fwRYvN0ia6fvE8dbqHlh15QkGwH2K640VYedMLbIK7Gxm1TbIIPLTRYZM1Jz2KGrLiU"
    "nh+vD7+XkW7WKcWYEBZtOlyFGpAhc2tqcD2uSfcd5byDzlj40BhxpGSlO4UgegodUGEfVU"
    "6TaNflIA6RncQY4noEXCDa4SfJ7U7dfhcbgyp/A6tAvprDj42zyNro5EkP45O/N1N0kA2Q"
    "Sqpa4QDA+fVEvC4Dh8wBAgPD4+xdnpmk2EsXVyHz43jWBIO66hiznpGSbrrxyGrxTgR9vR"
    "KvpenWS+jZ5nYXnnYHlnGjHsWobuthXDXTbcyqaVrdpwd/0edoIe41OqPoDMUOwT31vDkC"
    "StGvAzmW+5WZQ/KG82KJuVpbJlgh6hl/R331NjGHlPXcyLkPnKjEp8Pjdz+6Ypel0Ld9Lu"
    "fcHjwu1DMULQiyU7pzMVREwv6VJyhg7zi4MIXSWoyjtGARaZtltcncB83DNehtmypDD3Wd"
    "hL288b27gMAVvrHlnCE1jsntpmobk6CdnUysKMh2E5NL5vDslDmocs6D3I1JktzBqpDiVc"
    "pd0nifV0ztbP3L8pOlHpeuU5iqH7DYJOboROS4uz1LRNIm21QX37sNVHDxvyoXNvqqaglF"
    "PoCBxfJmaEzkdzKBXU89nanfBQ/TpRFAzuq3wXD33NL41badS1Y31yNkdildCW2yn/Ke8+"
    "Gaz86O1wskxXjMubZsvYqhfbq9LQIaFVrgxkRu8UYM2UgK+Ux60bUoEwMfk/lB+koXm26a"
    "w2Y5OUzFf41wN6laIuB63fI5usTinjJlAFKTxpTPISzeIh++8vlxcmsRydg6RAJOE2Wi9B"
    "MulTI777KgLW6L1L/G+dxe2ZpkqyvcvjK8tyvR+n3+ChEyaSiPe67E4ILLsfVzDrB+6IqC"
    "yaNR2slPQjnLZZPOsi9alTP6GM2hfyZTIj6RM0C8QIfti9OEi0wNTX1tJJK3vddjJZSUeU"
    "SlOZVobazY4Bq6fo8jaIgrsumQbfguq6IIEfod5Lch4l/FQE8D6ufXguhfN0zyLUrU2qcr"
    "4tkjbPxXbJqRwHPP0quPqVCiIlAZ043K8Icq2LHDrjsO2Qjvvg7tpyaNEFC283EMYDu3Bt"
    "0NoTDFq7nEdYoKJIQsZDlfJR6Umt1maHi9S6vZcIMkp6SPvo4ScUVdKZezwo0IS3dB9tyc"
    "3N83W5dbLsBmpxrHsD6ni3TCNA3Ygen+RWRljnLa34nhTwwDtd+9joz/SGJku0XldXANEG"
    "56DCWmx6ka10oUibf2Q6JjStxG4V7l0q3J1qSfeo1e0d93bpGnsfJqujrGFRuU/pfv2Kus"
    "bl9otulKHt19XBkaVddkrfxH2b7HT7Vey40qOt/91u/W/bi2QnqmOKZpvxPk9nX8BjDAMy"
    "auIfRkyUK5J/ZHSPu/TJvpE6tY2uZr6J3jFKqbZtulybJY0t0xTqHi4p/V4tfKrMjfW7I+"
    "lpfa6ohfx2blGlxMWC12ponfnJ9ayG9gAamsWoO8eoHZEtZQXO7i5u1qCu2VftTAtBeTVm"
    "tiHGt5vYdzzBabG3dEVioLx0MWJ+IjG3leamBsCiqJy2l7/b9/XtgM/hZ7CSakqhnz0GAk"
    "aH6qcbdJhmucTzSqWM7RSwc/2xXAitvvaab2htt+xdN90d5qOahueam2vvpLzw7CrdHr6U"
    "1ovPwkk5ifi4UXxPlmYfePzgAVUed4rcxhURVQmF5XdzfjuBQN40TmbN09l01k2NXRn01M"
    "B5lKGyjqP6jqNVfFp/u68h2z1StZ+OdRE1PQrVPChRA/Vg7y5dsE+BnM00wlzXP0yRjlOc"
    "qW3f3HfZcHmctG1BTY5KHPlxloROhohVOXiqgsrX27uV7iDDvbnOxMB8EMKTDHcAzGcG9/"
    "QoRgaRf08nOpJ0xoSOwW9nFz8fS3dQbqrMKoPxi6B7FiQnrkzAN1FT5bSGzV0aNjug8O/6"
    "1N29yp/ptBv/jJp4jBOifZKCbTiMk7OotqXZzN/HjX1Ua2MfVWzso4qNfXRXLERDgGdh3e"
    "OFdScikM6kCNOZkUpAx9M5d2G58lfQcu7pUwEj9/TylcMM25prOzhj5ZCFH1UDDpvpe8jd"
    "ly9e1OAuzCrlLo0VmvrXOYy58ZVW/gIuu9KJ2P9Tmv0j5HYFc5EZ1VbRVQPoCqTABXaeZ/"
    "rXfwAPFZ56"
)
