from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        ALTER TABLE "totals" ADD "slot" SMALLINT NOT NULL DEFAULT 0;
        ALTER TABLE "totals" DROP CONSTRAINT "totals_pkey",
            ADD PRIMARY KEY ("subject_kind", "subject_id", "action", "slot");
        ALTER TABLE "scores" ADD "slot" SMALLINT NOT NULL DEFAULT 0;
        ALTER TABLE "scores" DROP CONSTRAINT "scores_pkey",
            ADD PRIMARY KEY ("subject_kind", "subject_id", "slot");
        ALTER TABLE "activity" ADD "slot" SMALLINT NOT NULL DEFAULT 0;
        ALTER TABLE "activity" DROP CONSTRAINT "activity_pkey",
            ADD PRIMARY KEY ("span", "start", "action", "slot");
        CREATE TABLE "slotted_outcomes" (
    "count" BIGINT NOT NULL,
    "aggregated" BIGINT NOT NULL,
    "day" INT NOT NULL,
    "action" SMALLINT NOT NULL,
    "slot" SMALLINT NOT NULL DEFAULT 0,
    "recommended" BOOL NOT NULL,
    "source" VARCHAR(64) COLLATE "C" NOT NULL,
    "variant" VARCHAR(255) COLLATE "C" NOT NULL
) WITH (fillfactor = 90);
COMMENT ON TABLE "slotted_outcomes" IS 'How often an action holds or happened on a day, of what came with the same particulars.';
INSERT INTO "slotted_outcomes" SELECT count, aggregated, day, action, 0, recommended, source, variant
    FROM "outcomes" ORDER BY day, recommended, source, variant, action;
DROP TABLE "outcomes";
ALTER TABLE "slotted_outcomes" RENAME TO "outcomes";
ALTER TABLE "outcomes" ADD PRIMARY KEY ("day", "recommended", "source", "variant", "action", "slot");
        DO $$
DECLARE is_filled BOOLEAN;
BEGIN
    -- Of an empty table it would be noted that it is small, and then its index was not used.
    EXECUTE 'SELECT EXISTS (SELECT FROM outcomes)' INTO is_filled;
    IF is_filled THEN EXECUTE 'ANALYZE outcomes'; END IF;
END $$;"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        -- What is counted in several slots cannot be summed here."""


MODELS_STATE = (
    "eJztXW1z2ziS/isofclsldaVOBknZ39yMs6Mbxw7F3smuxVvSRAJSTxThEJSVnR789+3uwG+iqRJvV"
    "i0jKpUxSLQINWE0N1Pv/27M5G2cIODUyt07p1w0Tlm/+54fCLgj6WxLuvw6TQZwQshH7g0madnDYLQ"
    "hwtwfcjdQMAlWwSW70xDR3o4+zc5Z3IYCo9x+GfhZTaWrh0w6bMx3EV4wmYOjDGfeyMBk1noTGAleS"
    "98xl2XzQLhB0Bus5D7IxEGB3hrW1pwb8cbbe0ut96td8atMXMCZsmZF6olwrEvBPPlPOjiMk4YsInj"
    "zUJYDP8ey5lPy+AHmy+6LJBAw0O4uGBT4TvSxhXDsbj1gtkE1xiKOS1IX2zmOd9nohdKeIix8OHrff"
    "vWCabcw8EAHi4kztOXpEuuDDv/+hf85Xi2+CECpMCP07ve0BGunXnV8QI01AsXU7p87oUfaS5ydtCz"
    "pDubeJn500U4ll5M4Hh0dQSM9TlwJrUDvJnr6s0SXVLfCS6E/kzET2onF2wx5DMX9xFSq4dIrnV6vc"
    "urm9712U2v11naYxFFakPoS5b0cH/CswbEhBE+wt8PX715++bd66M372AKPWZ85e1f6tYJcxQhsejy"
    "pvMXjfOQqxnE6oS3tEmWefveGZWyNybZDHujCwl/k5/l4zH4vw4PX79+e/jy9dG7n9+8ffvzu5cxp5"
    "eHqlj+/vxX5DpMkHDKqOMneg0J24fwQxd2M74nNIbxKzM+OpSybL+ewHFafp5omn1i++vDt0cxo/FD"
    "FWuvP51eXCzzMjnPm3AzoTL8zO1NlIpN96ameTxevswz8uXOmIcaw/AuJdfwwoBbd3Pu272lEXkoy+"
    "YuD00OJ/kr3OMjYgp+GXzCSAedOr+LYu1UjVTrplOndycWQT3d9JTBXK2bMVD/7h1LMAt2SMDmTjg+"
    "YdJzcVww2xmJIIzUvUBYvghRiQtC6Qt7WR/d6MoFCmFdbc8pEIsfxtwv3v9OkUCEL/X0FL0J/9FzhT"
    "cKx/Dx1VHFL+DP0y8ffjv98tOro79lxd2lHjmkoWrFL7AkMKsBp2OCzTB718d2ht2vD2uw+/VhKbtx"
    "KHuW0/8NuBvN30PmHr2pwdyjN6XMxaEsc9UBVKQ9e9xfFDM4ocmxeLAIRfAEmVylCl9cvceVJ0Hw3d"
    "Vcfn9+efrlnz99Ov0HMXqy0EMXV5e/RvOnMghHPi3Uef/Pm7PTHN/hoEf+9HhTizFDt09q3yNbL764"
    "l3crvIAs3UovQMvC58f/liiZZ/fCC8+zqlJuqFLNFDip59i19UzLdYDiRcAcW0ymMhSetYC/FdwIWq"
    "DjTWeg9oWo9kmbDaXf1Rog/k1TQC+EJWDFIm1zo+sj7nmDqisopdxj9GXZfOxYYzbmAUKoco4qKmqy"
    "ilTOu3Qr0motOREBA0VVAJHwlBYM06f+zCvXaL91EIBF5R0nKAbjh9rAZkLS6NecIdsfjPNRztJyhT"
    "j9Luu/izSVEWwrCza4u/AVMtQrMgCrXsEyrRFwK8OjQniNtYsU0bZ+Avt6HBkwdVtg6syzZcE2ltIV"
    "3Cs5yzVJ3kAEmifIy6odeXV1kbEP35/n9uflH5/en3356RXZijDJCUu2rXI8F57Zv4sSUzxDs4eAx+"
    "HPP9dAPGBWKeQRjaUN8jQd+3B1cXF6c8ZuOx9uO+0xUj4qm2LJQqHrlebJEGbUNE0+iZCjFncMujqo"
    "6YRIw8cBD9AimIjJgKIiBpLMh0C4QzAcZmAJgCEwH0uYpSHrCbcFQdjcdYC4IEZju7daAyTfLbzYIq"
    "B8U+BiuV1wz91ZAa9vxI8SmRwT7MXRVsHem7N/3GTESMTWYpQxmp56DR8QeGzN6XXuWdz3uObQ0iGW"
    "Hq48y5xkYm20BWaIEA4ODPKCU8aVI32ATHlAUIT0xDHiGEJjIPE5NJICRylSzJN4kBShLRtdH9GW81"
    "BHq+Fy3kyfhEMwxVh/KF1XzoN+l82mLJSIqfhCTYRfDd6K6SkH7AauDh1fPcTLdc9FvWwz+yVFZNCU"
    "DaEpjY34DQY2PRv2J+weiBFvbrinqfbJfnw+XoHzBPsqFlnJ8AMiK55YU2R9VYEiiH8y27G7MW6Poo"
    "VCQ5bFUA0aFC2nEYCfQPcCY5ox+vkEg1NC2JE0iJIEh9EhMJISVlSYP8hf3xFKNrkwGaULbBQO2+QW"
    "BLOe5cAfsIgvLOnbQnkeEAPwxAHrO3ZfhzwzHPUp5pnklJoPXwlmBeJ7PA0e5AUsD5dmwrOEirum73"
    "aMt5rIe3wiSRcF3Ao9DQJDuTUxo7hlCv8GGTwNSL7Sba4lSWawIfxbLyXB4Q7qCdQTugLUjgB55y+Y"
    "NcagccXi4M6Z4jOivCfXxhzlMYaRh/xOeDWFrnZ3kAVDPwnLmvl+7FWEExwIvkXW/R1Qqi2WMvZLSL"
    "LrrrBAweVG8UWXpL8YybSRw7GbQ4zOfj378lAwkvjeFHL+vjGg/1m8lBw4mvnB1YTtskR7YdzmsIQ6"
    "QXdH5UF3eqgItIOhJczOoP/bQ/9zMqQJU3OkhrMG8H/o4NgB4J9+JTntp74UzRHu01Z/9MA8ZUOsEJ"
    "mXITSvYPXQBbAKZwX6zAP5MzHVPrF+Ewe9y4Owp7Zn4129TGtCclbd18RLhCVWewspSvMO1jlbRHFw"
    "4C+UV1B+uIiS6MC6aQetslZ3kHMQyJlvNUtUiilWUjXbtuG3nEuDp/RkIrzidPSqcKkcpYmaqh81BT"
    "cNxY+C47w8qiBFsg/b+jHCCjIpY/SYg6JNXs7zDJHhenOu33Pf4UX1RcpP7xTJPnB8K0BBlsk7yyJ5"
    "mNX7iaS3xPd7IUe/CV6YERYNdat8vq4c9cbRrAf9vRinE7lbyYcYxfykXcdph+6x9r4G0VQ2cmDLMT"
    "kr8AxvdHX0IX+N4jXRTzoGfupQpL5K6eopoj6b8AUbYJATOX2/zxwR9lCtccKgz0ZY4ErljJEDWg3Q"
    "A956ysGqy2ypWRgGqvzViZM2CQhV/lcYuTj/dH5z9osq33XArjz2WSnB1/9zQTeCxdWdQPlCpzEGju"
    "ormCAXsP6E+3f9yNsdjOkxx+S4xftiGhu6znW4Fvs6lmzugzYSwPe9E+iknvnaFdy/h4cA7pIbG28k"
    "53Udwo1crNUwzL45WVcHYMqdpGTOq327Ag6QEO4T0PXIOEDm8Gj2EpZIn3TFnkfme+Zcbsb3JVLD9/"
    "p8RzHTjN0RheFyfS5rCdyM0Skiw+snoa9/9p17bi2uRRgqviyp7bkZldr7VM3tBWpyzahN1LM1JSiX"
    "98KNwjEtVE5PslpsVyU8qZetov2LNfe1V1xD12xNKFObkqIeO5CpQmnFLdHUGoiJ9klV3YRP1hRg2n"
    "Xg5NRe6QVk6cwLeIry+4uYyHvuFgnuaKhSYvtqUpP8CidgAwEvgVGcPoJbVOCIBOyLgHL3sCiSmLLB"
    "gv4/ISSLSco/IHpKZ1iS2htdXRVfwlxnUkXwOgJLdIr3kRZkukc15RGQwhmemOuaS/Ox46rUQFAGKN"
    "fQKARGITAKQU2FAL52UBAcUem3j2mMx76+x97HrK5gFdGfp9ynLfx8hP81dwsrm9D1SrEfwIwG1jlO"
    "V2LY5osXmDAIsjk4YQMQnYz7aD3DMnIhbPbmHXVuidLuVXWSBeYWltjpG1x7DQEN6yz/gkp/Pnr2/r"
    "iGttbKJdBbMX80lddEjihMReRug+jEtpxIlvRF4ZFEA9VnEk6pXZsEmfCC8pJj22AunNEYm0vZwuJ4"
    "XigveJLRHfcSoNRkSpCeMN1QagKav1cQBLC1O6GB0ie6OFlbd7FSfw7+V1ghnYch8OA4xiwzwQfKrw"
    "7kkRETSmzMdXfATuGJh7eeou6qUAGXe9rBHrXhSpLZdeMEOfeSb0FvJPdw2OIL+3tU9dhSzx5nq0Wf"
    "lT+9sM3WMhF+iygQKLVAeQp19i41Taws0d6ZWDvJATN9vVqgoWbMhNRPKcv5j67kZRZCiijH+yFSPU"
    "HuVzDyl6s/3l+csc9fzj6cX59fXWZkrxrMGmNfzk4v8kkBuROsUcZXjnafdrvpQrVj5sHZ7YTOfREk"
    "U6GHp6mMLt5EF8+03BEj3pz3aSrD+ydoB90giNEpsIPUQKUdpACQZg6ZqO6r7kPBtQuDYJV0ZC92ts"
    "AWFt3YnAj4Au0GVXeR/CfljpmN3oXsH1AwyPrhaDGhPRV3cUOTg0I24u4YqsIW3FfV4cJSXX0wVzBg"
    "mhxACU0XK2ZhWaowhS/1bb7oq9KOUdktgpfiCGjupW0r+A5gFq0LKzXOzlwvL7NdtsijHbflFgftj2"
    "ZvICbZ3sG7ly+hFVhqK7J91gRTTfWIbSnCpibNzrEIU8CjRe/BFPDY6Tug7PkiQLRKPUkRbah4x/Mw"
    "DE35jmdTvqNl3H6cWCBT1WBLVQ1agyiFxWG+aqBbjSiFtUN8fyNfMIgYxEMUFKJ7akifjeEesCci+E"
    "d7LY7Jc0xp6VN3Fqi2RJTrPYJTeIQbaBlT2tJ9EFU6a+LrjvztrgwV1IQjKiFWpfMT81JOcCp2HnvB"
    "lbO8T0oRD/vp4u5q5ckBO2VT7odRVn+E7SoATAcQ9NUyQ2AAWBnJRd2hJIBXns7pV+58RL3G3L2H76"
    "bKq8OH4d9dZwivlQewOIhA6WJO3gF68rFqO63cZ8KzYJeosIQT1W0WZaYqZkAVAGCte6GevwQCe8jP"
    "n9QBLvT4Gz++8eMb27mRvaBOh2Z8T2gM41dm/ID7hQ68iiY2msIwfT2EYiVwwoB0a7LeRLJsD4M2TR"
    "VMZFCnLZFB2tAoOmPLg1NSRAaBXBGBzBp6zfi/TGtew9OLEDrzRjiARfY6BahOerhbhe0INbFH9ns9"
    "iEelNChwxAlYFOhHYEsgJ2Ig7YUOoUk1UsWcaVXab8odP2D4wIUN9Ta7PKEkBElQoBAuMpZzBnxdHL"
    "AEPtHgiArmmY8lc507pNeZDxmY5NUbTBsL6oIkuAihM1FIdD/K6hioJA9cyBIetsU7ZgOEfqgn39rt"
    "tEsKulX1hdt0Jbc25Ka1sTcc7vBmCFWKwsBTm201RKdDMzsxJtkndfqRrUSjPO5IeWxxPk9LIhtXTe"
    "dpiW74kXq/k7awpBjGY5Va4VDPauD0G3J0tUWEqWLR5DjDwjhdqteMLjvHI+eTLv9MHilyxmFHYW7r"
    "WGxeoBtu60akJcZFowPQ7hJ90p+5ApS9PsWPx7m20f1fqOLSoN2JeyeuOa2rVGMurS0nt57WUVXdAd"
    "3LmJ6JKgip9sVjSY2TdVVXduelC2DTcsqrtrZeiP8v/fTL3fzR/L1TO14f1tA6Xh+WKh04VK3mOZ7F"
    "fY8XI3ZV+kWO0GgZq2PRunN5M/6nqQzzV2Z+aRHgiqCi0hLAKx44u2b8lmPlSCotM7i8/09MsBfsrW"
    "DnVpr/RFK+2XGSpjLHSaPjpCUq9aXgfhnWGo9VqtQezGqCslINagqqQkpEBUMJei9e6qrOKwI0VGqL"
    "MkZNFyYOZtadwJovAx6obimo5JaUt97Y0muoolPNtfoAZURh4MltwpPCg0cXhZhYOTSTIjI553npUj"
    "/fn36QTQR6isSI9JoivSVS5TN3/M/cL5Qq8VilVEFnVw/Dg+v77jCWWA5jL1gmXncutWCwXHSERWd6"
    "l/xmYSw2gBxhFSUUCj14G79JVI+ZvqsqGaBGKMiZ27bAbmgnrK+PIYJhpvCWhH3Arh1V3Tlg/UQM95"
    "WIIxxo6CNKg/dG+dal+GwV/E1uRKxHoO9MV/GWniz10H3rqEfDYSfoDXRpWu1cqx3JXOQfqgQNagZM"
    "aSH37AVjtQxMXmGDsM2Yxmj5K4MGqV9Mg8yvFJUpAV0/7WuVrm+m694mcEnn/wq2eDkgqafvE8c3Vu"
    "fCmCvPMADuc1Rfrkh3TtWeq9Cd9azagAxqfqqolI6aUx5FhZzoPLiPf1xcpLVdjDMrAGBWXYocldK3"
    "YWO7KqDN+RHlOQbMld5IAziUqOjoCr8qAA1RG9SoJ1L1yfXiglcv4A7OaAxWJNzgJtbP48YpKjyOUQ"
    "IkWhyIC6nUQvhbP42qhkUq/QE791Q730BlNA4cVaIdHj6ujoXBcfiAAajw+PgUZ6dqdJGOrZI58blp"
    "BPMBcA1VvEvN0Fme5Wp4rgMKYkfLlYOzk/S3qSgUbNTyXarlremEs2sZutteOA9huJVdgzeK4e76Pe"
    "xEe4xOqfoKZIpin/i+MR2SpFUDfsbzDTeLki+duxXKpKWpTFmoJ+gl/cNz5QhGPoByOSrUzHMzKvXz"
    "mZ7bs2hybYQbNd8wqu2hOlwMxBCVXizROplKP2RqSZuSM1SYXxREaEtB7TAwCrAI2t7g6qTMKzSFdP"
    "lUGVqY+yLoshGYJ6qJocLGnQB0a9WkULgCq5JQ30KEq+OQTWUsTHkQlKvG6+aQPCY8ZJTeTqqucGHW"
    "SHUoYZ52nyTW8zlbP3JLhGXOwmSw8kQd4rTV3IXzBLKg8typJkJwlMUz4rLbU18M4TDqRj64Cifhuk"
    "vHrVp1h6Gk1ys67Bxd6MkJokpOB4wqPOmgcG7bdPKewLE8j1oXecpriYjGRPjwPm49eC6J81QJcGzQ"
    "pCPBs1XG1ekXHfsTZ+Tz5Kvg6jcgIKQTCGZxr8KHWPeEbo093KLA7hZ1hm2DAH02J7XxCTxzn8DVLM"
    "T8nyIJGQ1VykepJm201CFcpNak3ViQUUxJ0pYCP6GocqyZy/2C9hlbug+Kza/ZeZ4qCYgWCto5x7oh"
    "OrkTUn01VKNVfJJ7J8Q0+qSAYpwfhXeiUodRj0KymdS6KsFK9TL0hRbHKxRcvPVyFRe140T5JVAdCI"
    "XrBlQ1gNobZmR3HOND7Q/VXctdCbrNQK7AbFLXN1UMddXKhaaH7HZ6yJpygzuRwMmh0Iz3WTrzAlZ/"
    "AaZUmCkV1pZSYTuu6d62bfk40X1ljQrK6yCv16egbVzefPJltwQWeFPtJC+trl/6JtYtrt/uV7GDij"
    "/tMlH/1K+33FL9M2VQPGSw9vRuqY3q6vm6x7y2ehV4anOFe0ZWmCq0NlhEFhhVVsP6a6HjKoOxqOXj"
    "dm5RZZlFPxiTXtEiZbTcKGtVk78nHWthZIuRLXHYc3Eq4YPJ6Q3y0r8qb10ASqfG8QYYn6BjF/AEp8"
    "VO6IqDgQ6OjREPiL/puQnCWNIreKPLP+xc+9bhM/gZ5EKF0VsOE0HAqFCLZIMOkiilaF5lirup9NjS"
    "RiT5117zDS3tlr3rfrXDeGLdoFBxc+mdlBcOytPt4UvZePEgOCnHIR8V7P3ycgNpmn3g8WOUG8jEy7"
    "vcKvJLl3M8oTD8bs5vyxfIm8bByFk6E468qhcipT01AH1TVAbwrQ/45vXT+tt9SbPdI1P7+QSJoqVH"
    "saCdEjNQDXYfsgV7FCnazCLMdG3AEPcoRJ3aLsw8mw0Wx3HZXd2KEwur9FU5FpWkGply8FQFlcu2dy"
    "tVAZi7M1XilzOtTzLcATCfab2nS0E4qPl3GTUXJemMqbH9388vfzl27H45VJk2BqMXQfcsSEvNTcA3"
    "UdPkNMDmLoHNFhj8uz51d2/ypzolRT+jJl77mGifpOAmvPjxWVQbadbz93FjH9Xa2EcVG/uoYmMfPb"
    "Cxmyp4Rq17umrdqfAda1yk0+mRSoWOJ3Me0uXKX8EaKSpFwvC5KCNbC2o1pdW3o2fkDln4UTXgsJ6+"
    "h9x99fJlDe7CrFLu0lgh1L/M4f++vrqsRPkLuGw7Vsj+n7lO8BRFWgVzkRnVqGgeAM2pFLjAzove/v"
    "Ufa41EbA=="
)
