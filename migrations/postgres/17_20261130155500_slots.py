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
    "eJztXW1z2ziS/isofclsldaV2B4nZ39yMs6Mbxw7F3smuxVvSRAJSTxThEJSVnR789+3uwG+iqRJWb"
    "JoGVWpikWgAaoBobufbnT/uzORtnCDvVMrdO6dcNE5Zv/ueHwi4I+lti7r8Ok0acEHIR+41Jmnew2C"
    "0IcH8HzI3UDAI1sElu9MQ0d62Ps3OWdyGAqPcfhn4WM2lq4dMOmzMcwiPGEzB9qYz72RgM4sdCYwkr"
    "wXPuOuy2aB8AMgt1nI/ZEIgz2c2pYWzO14o43NcuvdemfcGjMnYJaceaEaIhz7QjBfzoMuDuOEAZs4"
    "3iyEwfDvsZz5NAx+sPmiywIJNDyEhws2Fb4jbRwxHItbL5hNcIyhmNOA9MVmnvN9JnqhhJcYCx++3r"
    "dvnWDKPWwM4OVC4jx9SXrkyrDzr3/BX45nix8iQAr8OL3rDR3h2pmljgegpl64mNLjcy/8SH2Rs4Oe"
    "Jd3ZxMv0ny7CsfRiAsejpyNgrM+BM6kd4M1cV2+W6JH6TvAg9GciflM7eWCLIZ+5uI+QWr1E8qzT61"
    "1e3fSuz256vc7SHosoUhtCP7Kkh/sT3jUgJozwFf6+/+bw7eG7g6PDd9CFXjN+8vYvNXXCHEVILLq8"
    "6fxF7TzkqgexOuEtbZJl3r53RqXsjUnWw97oQcLf5Gf5dAz+r/39g4O3+68Pjt79fPj27c/vXsecXm"
    "6qYvn781+R69BBwimjjp9oGRK2D+GHLuxmfE9oDONXZnx0KGXZfj2B47T8PNE0u8T2g/23RzGj8UMV"
    "a68/nV5cLPMyOc+bcDOhMvzM7U2Uik33pqZ5Ol6+zjPy9daYhxrD8C4l1/DBgFt3c+7bvaUWuS/L+i"
    "43TfYn+Sfc4yNiCn4ZfMNIB506v4ti7VS1VOumU6d3JxZBPd30lEFfrZsxUP/uHUswC3ZIwOZOOD5h"
    "0nOxXTDbGYkgjNS9QFi+CFGJC0LpC3tZH13ryAUKYV1tzykQix/G3C/e/06RQIQv9fwUvQn/0XOFNw"
    "rH8PHNUcUv4M/TLx9+O/3y05ujv2XF3aVu2aemasUvsCQwqwGnY4L1MHvbx3aG3Qf7Ndh9sF/KbmzK"
    "nuX0fwPuRv13kLlHhzWYe3RYylxsyjJXHUBF2rPH/UUxgxOaHIsHi1AEz5DJVarwxdV7HHkSBN9dze"
    "X355enX/7506fTfxCjJwvddHF1+WvUfyqDcOTTQJ33/7w5O83xHQ565E+PN7UYM3S7pPY9sfXii3t5"
    "t8ICZOlWWgAtC18e/1uiZJ7dCy88z6pKuaZKNVNgp55j19YzLdcBilcBc2wxmcpQeNYC/lZwI2iBjj"
    "edgdoXotonbTaUfldrgPg3dQG9EIaAEYu0zbWOj7jnDaquoJRyj9GXZfOxY43ZmAcIoco5qqioySpS"
    "Oe/SVKTVWnIiAgaKqgAi4SktGLpP/ZlXrtF+6yAAi8o7dlAMxg+1gc2EpNGvOUO2Oxjnk5yl5Qpxei"
    "3rr0Waygi2lQUbzC58hQz1igzAqiVYpjUCbmV4VAivsXaRItrUT2BXjyMDpm4KTJ15tizYxlK6gnsl"
    "Z7kmyRuIQPMMeVm1I6+uLjL24fvz3P68/OPT+7MvP70hWxE6OWHJtlWO58Iz+3dRYopnaHYQ8Nj/+e"
    "caiAf0KoU8ora0QZ6mYx+uLi5Ob87YbefDbac9RspHZVMsWSj0vNI8GUKPmqbJJxFy1OKOQVcHNZ0Q"
    "afg44AFaBBMxGVBUxECS+RAIdwiGwwwsATAE5mMJvTRkPeG2IAibuw4QF8RobHaqR4Dk24UXWwSUrw"
    "tcLLcL7rk7K+D1jfhRIpNjgp042irYe3P2j5uMGInYWowyRt1Ty/ABgcfWnF7nnsV9j2sOLR1i6ebK"
    "s8xJOtZGW6CHCOHgwCAvOGVcOdIHyJQHBEVITxwjjiE0BhKfQyMpsJUixTyJB0kR2rLW8RFtOQ91tB"
    "oO5830STgEU4z1h9J15Tzod9lsykKJmIovVEf41eBUTHfZYzfwdOj46iVeP/Zc1MM2s19SRAZNWROa"
    "0tiIX2Ng04thf8LugRjx5oZ7mmqX7MeX4xU4T7CvYpGVND8gsuKONUXWVxUogvgnsx27G+P2KFooNG"
    "RZDNWgQdFyGgH4CXQvMKYZo59PMDglhB1JjShJsBkdAiMpYUSF+YP89R2hZJMLnVG6wEbhsE1uQTDr"
    "Xg78AYP4wpK+LZTnATEAT+yxvmP3dcgzw1afYp5JTqn+8JWgVyC+x93gRV7B8PBoJjxLqLhr+m7HON"
    "VE3uMbSXooYCr0NAgM5dbEjOKWKfwbZPA0IPlK01xLksxgQ/i3XkqCwwzqDdQbugLUjgB55y+YNcag"
    "ccXi4M6Z4juivCfXxhzlMYaRh/xOeDWFrnZ3kAVDPwnLmvl+7FWEExwIvkXW/R1Qqi2WMvZLSLLjrj"
    "BAweNG8UWXpL8YybSWw7GbQ4zOfj378lAwkvjeFHL+vjag/0UsSg4czfzgasJ2WaKdMG5zWEKdoLuj"
    "8qA73VQE2kHTEmZn0P/Nof85GdKEqTlSw1kD+D90cGwB8E8vSU77qS9Fc4S7tNWfPDBP2RArROZlCM"
    "0SrB66AFbhrECfeeD+TEy1S6xfx0Hv8iDsqe3ZeFcv05qQnFX3NfESYYnVViFFadbgMWeLKA4O/IXu"
    "FZQfLqIkOrDutYNWWatbuHMQyJlvNbuoFFOspGq2bcNv+C4NntKTifCKr6NXhUvlKE3UVP2oKZg0FD"
    "8KjvPyqIIUyS5s66cIK8hcGaPXHBRt8nKeZ4gM15tz/Z77Di/KL1J+eqdIdoHjGwEKskze2i2Sh1m9"
    "m0h6S3y/F3L0m+CFN8Kipm6Vz9eVo9446lUjRMmnhFXKFetyD/oMFhTTqKJ/jrW3NQj1AzZyYIsxjI"
    "1E/2zaxZx2/BZFK21qKvQuf40iOdGDOgZO6yClvrrs1VMj9tmEL9gAw5/IHfx95oiwhwoPvEafjTD1"
    "lbpNRi+pGsi5eusp16tOwKV64Zvx6GvpyZNQUeWZhZaL80/nN2e/qMRee+zKY5+Venz9Pxc0EQyuZg"
    "K1DN3JyBP9BK/OBaw/4f5dP/KDB2N6zTG5dHFevOCGTnUdyMW+jiWb+6CnBPB97wS6r2e+dhL37+El"
    "gIXk4MaJ5NzbY5i2bIJpwfq4MMAKNSr30dfsupQTjAV8cYIdFvC9Y2aNBXA/ulmneLSRZBHVgM+uuX"
    "NXh3rK3bEEHKjfwQqIQ0K4S5DaEyMOmcOo2SIskT7r3EBPzPfMOd+M70ukhu/1+Y5iqxm7IwrD5fpc"
    "1hK9GaNTRIbX9XlN6lFT7SQmejpOv8lz+s0WdZI0+1B5bKp+RDRmo1Zv1JaYsJ99555bi2sRhoovS5"
    "Zsrke3yqCdqr69QHWuGciMF1A0JVhV98KNIpQttMpOsuZbV90BVIutLsAs269rGfERRlFrovvadE/w"
    "qWP7Kqwr3BKNBUNEtEs21TrkhMlJtu1Y4qm90gJk6cwCPEf5/UVM5D13iwR31FQpsX3VqcmVIydgAw"
    "GLwOjqCkG+mPOLBOyrgK6zYp4wMUXIGP8/IQiXSbqSQ/R0w2dJaq91dJWPDK//kyqCzxFRpVO8j7Qg"
    "0z0qs4BILPbwxFynIZuPHVfdlgVlgK7fGoXAKARGIaipEMDXDgrihSpDWWIaE8RSP4jFx4uOwSqiP0"
    "+5S1v45Qj/a+4WJvuh55ViP4AeDaxz7K7EsM0Xr/AOLcjm4IQNQHSi4xGsZxhGLoTNDt9RMaMoE4VK"
    "2LPA67Yldvoax36EgIZxln9BpT8f3Xt3fJgbq24U6K2YP5rK04RHFCZJeLdBwG5bTiRL+qLwSKKG6j"
    "MJu9RO14NMeEVX9WPbYC6c0RjrrdnC4nheqPCPJMlBXF6DbutTzoAJ0zXWJqD5ewUZEzY2ExoofaKL"
    "8xfowm7qz8H/Ciuk8zAEHhzHmGUmtEaFfgB5ZMSEEmvV3e2xU3jj4a2nqLtJII96ragyXZLfQdcSkX"
    "Mv+Ra0IrmXwwgTLHlTVXZOvXt8gTP6rAI/CivPLRPht4hi41IDlGcVyM5S08TKEu2cibWVa5Gm1F0L"
    "NNSMmZD6KWU5/9GVvMxCSBHleD9EqmfI/QpG/nL1x/uLM/b5y9mH8+vzq8uM7FWNWWPsy9npRf6eTO"
    "4Ea3QJMke7S7vdFGbbMvPg7HZC574IkqnQw9NURhdvootnqlCJEW/O+zSV4f0ztINuEMToFNhBqqHS"
    "DlIASDOHTJQKWZdm4dqFQbBKOqQdi71gVZdubE4EfIF2g0pFSv6TcsfMWmch+wcUDLJ+OFpMaE/FhQ"
    "3R5KCQjbhgjEo6B/Oq1HSYva4P5greFCAHUELTxSRymKktTOFLfZsv+irbaZSJjuClOPSfe2nbCr4D"
    "mEWPhZUaX1h+3FXldtkiT3bcllsctD+arUBMsrmDdycXoRVYaisuwD0STDUJVTalCJs0TVvHIkxOmx"
    "atg8lps9U1oIQSRYBolXqSIlpTPpuXYRiajDYvJqNNy7j9NLFAJtHHhhJ9tAZRCovDfFVDtxpRCmuH"
    "+P5GvmAQMYiHKChEl5mRPhvDHLAnIvhHey2OyXNMKQam7ixQlbooycEITuERbqBlTGlD8yCqdNbE1x"
    "35210ZKqgpn+SCmJdyglP+/9gLrpzlfVKKeNhP1ztQI0/22Cmbcj+M0llE2K4CwHQAQV8NMwQGgJWR"
    "PNRFewJY8nQyC+XOR9RrzN17+G6q4gB8GP7ddYawrDyAwUEEShcvj+6hJx8LGdDIfSY8C3aJCks4UQ"
    "WYUWaqVB2U+gLGuhfq/UsgsIf8/Elq7EKPv/HjGz++sZ0b2QvqdGjG94TGMH5lxg+4X+jAq6jrpCkM"
    "0x+HUKwEThiQ7pGsN5Esm8OgTZ0RExnUaUtkkDY0is7Y8uCUFJFBIFdEILOGXjP+L9OaZXh+EUJn3g"
    "gbMLtkpwDVSTd3q7AdoTr2yH6vB/GoKw0sSgQZBfoR2BLIiRhIe6FDaFK1hfHOtMppOeWOHzB84cIa"
    "k+sdnlASgiQoUAgHGesEmHssgU80OKKCeeZjyVznDun1zYcMTPLmEK+NBXVBEhyE0JkoJLof3eoYqE"
    "seOJAlPKwUecwGCP1QmcpHV5gvyTxYVSpx3SkH23A3rY3lEnGHN0OoUhQGnlpv9S06HZrZiTHJLqnT"
    "T2wlGuVxS8pji+/ztCSycdXrPC3RDT9K15Vz0haWFMO4rVIrHOpeDZx+Q46utogwlSWdHGeYGKdLic"
    "rRZed45HzSec/JI0XOOCyyzW0di80LdMNNTURaYpwtPQDtLtEn/ZkrQNnrU/x4fNc2mv+VzqoOeuC9"
    "Eydb1+nZ8S6tLSe3ntZRVd4BXd6b3okyCKmK3mNJtcR1+mF256Uzv9Nwyqv2aL0Q/1/66Ze7+aP+O6"
    "d2HOzX0DoO9kuVDmyqVvMcz+K+x4sRuyr9IkdotIzVsWjMVOMVRWs9UJ08pjLMX5n5pdmqK4KKSnNV"
    "r3jgbJvxG46VI6m0zODyklgxwU6wt4KdG6mHFUn5ZsdJmsocJ42Ok5ao1JeC+2VYa9xWqVJ70KsJyk"
    "o5qCmoCikRFQwl6L34qKtKDgnQUKke0Bg1Xeg4mFl3AnO+DHigygShkluS3nptQz9CFZ1qrtUHKCMK"
    "A09uEp4UHrx6Ue2DKmgmRWTunOelS/37/vSDbCLQUyRGpNcU6S2RKp+543/mfqFUidsqpQo6u3oYHl"
    "zfd4exxHIYe8Ey8bpzqQWD5aIjLDrTu+Q3C2OxAeQIqyihUOjBW/skUT5m+q4qZYBqoSBnbtsCywCe"
    "sL4+hgiGmcIqCXuPXTsqu3PA+okY7isRRzjQ0EeUBudG+abq4Kngb3IjYj4CPTM9xSk9Weqh+9ZRr4"
    "bNTtAb6NS02rlWO5K5yD9UCRrUDJjSQu7FC8ZqGZgsYYOwzZjGaPkrgwapX0yDm18pKpMCuv61r1XK"
    "E5rykOvAJZ3/K9ji5YCk7r5LHF9bngtjrrzAALjPUX65It05lXuuQnfWvWoDMqj5qaRSOmpOeRQVcq"
    "LvwX384+Iire1inFkBALPqUOSolL4NG9tVAW3Oj+ieY8Bc6Y00gEMXFR2d4VcFoCFqgxr1RKoC0V6c"
    "8OoVzOCMxmBFwgQ3sX4eF05R4XGMLkCixYG4kLpaCH/rt1HZsEil32PnnqpjrapLs4GjUrTDy8fZsT"
    "A4Dl8wEKrkN8XZqRxdpGOry5z43tSC9wGoojgl71I99C3PcjU8VwEFsaPlzMHZTvrbVCQKNmr5NtXy"
    "1lTC2bYM3W4tnIcw3Mry1mvFcLe9DlvRHqNTqr4CmaLYJb6vTYckadWAn3F/w82iy5fO3Qpp0tJUJi"
    "3UM/SS/uG5cgQtH0C5HBVq5rkelfr5TPftWdS5NsKNmm8Y5fZQFS4GYohKL6ZonUylHzI1pE2XM1SY"
    "XxREaEtB5TAwCrAI2l7j6KTMKzSFdPlUGlro+yroshGYJ6qIocLGnQB0a1WkULgCs5JQ3UKEq+OQTW"
    "UsTHkQlKvGj71D8pTwkFF6O6m8woW3RqpDCfO0uySxXs7Z+pFbIixzFiaNlSfqELut5i6cJ5AFpedO"
    "FRGCoyzuEafdnvpiCIdRN/LBVTgJHzt0XKpVVxhKar2iw87RiZ6cIMrktMcow5MOCue2TSfvCRzL86"
    "h0kae8lohoTIQP63HrwXtJ7KdSgGOBJh0Jns0yrk6/6NifOCOfJ18FR78BASGdQDCLexU+xLondGvs"
    "4RYFdreoMmwbBOiLOamNT+CF+wSuZiHe/ymSkFFTpXyUqtNaUx3CQypN2o0FGcWUJGUp8BOKKseaud"
    "wvKJ+xoXlQbH7N9vNUSkC0UNDOOdYF0cmdkKqroQqt4pvcOyFeo08SKMb3o3AmSnUY1Sgkm0mNqy5Y"
    "qVqGvtDieIWEi7deLuOidpwovwSqA6Fw3YCyBlB5w4zsjmN8qPyhmrXclaDLDOQSzCZ5fVPJUFfNXG"
    "hqyG6mhqxJN7gVCZwcCs14n6UzC7D6AphUYSZVWFtShW05p3vbtuXTRPeVFSooz4P8uDoFbePy+i9f"
    "dktggcNqJ3lpdv3SlXhscv12L8UWMv60y0T9Uy9vuaX6Z8qgeMhg7endUhvV1f11jXlt9Srw1OYK94"
    "ysMJVobbCILDDKrIb510LHVQZjUcnHzUxRZZlFPxhzvaJFymi5UdaqIn/POtbCyBYjW+Kw5+KrhA9e"
    "Tm9wL/2r8tYFoHRqHG+A8Qk6dgFPcBrshJ44GOjg2BjxgPib7psgjCW1gtc6/MPOtW8dPoOfQS5UGL"
    "3l0BEEjAq1SDboIIlSivpVXnE3mR5bWogkv+w1V2hpt+xc9astxhPrAoWKm0trUp44KE+3g4uy9uRB"
    "cFKOQz4q2Pvl6QbSNLvA46dIN5CJl3e5VeSXLud4QmH43Zzfli+QN42DkbN0Jhx5VS9ESntqAPqmqA"
    "zgWx/wzeun9bf7kma7Q6b2ywkSRUuPYkE7JWagauw+ZAv2KFK0mUWYqdqAIe5RiDqVXZh5NhssjuO0"
    "u7oUJyZW6at0LOqSamTKwVsVZC7b3FQqAzB3ZyrFL2dan2S4A6A/03pPl4JwUPPvMiouStIZr8b2fz"
    "+//OXYsfvlUGXaGIwWguYsuJaa64ArUdPkNMDmNoHNFhj82z51t2/ypyolRT+jJl77mGiXpOA6vPjx"
    "WVQbadb9d3FjH9Xa2EcVG/uoYmMfPbCxmyp4Rq17vmrdqfAda1yk0+mWSoWOJ30e0uXKl+ARV1SKhO"
    "FLUUY2FtRqUqtvRs/IHbLwo2rAYd19B7n75vXrGtyFXqXcpbZCqH+Zw/99fXVZifIXcNl2rJD9P3Od"
    "4DmKtArmIjOqUdE8AJpTKXCArSe9/es/8r073w=="
)
