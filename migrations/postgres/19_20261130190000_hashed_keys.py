from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP INDEX "idx_interaction_user_al_5f337a";
        DROP INDEX "idx_interaction_target__e1a8fc";
        DROP INDEX "idx_interaction_user_al_ad2a38";
        ALTER TABLE "interactions" DROP CONSTRAINT "interactions_seq_key";
        ALTER TABLE "interactions" DROP CONSTRAINT "interactions_state_key_key";
        DROP INDEX "idx_interaction_event_k_d850df";
        CREATE INDEX "idx_interactions_user" ON "interactions"
            (hashtextextended("user_alias", 0), "occurred_at", "id");
        CREATE INDEX "idx_interactions_user_kind" ON "interactions"
            (hashtextextended("user_alias", "target_kind"), "occurred_at", "id") WHERE "target_kind" <> 1;
        CREATE INDEX "idx_interactions_user_target" ON "interactions"
            (hashtextextended("target_id", hashtextextended("user_alias", "target_kind")), "occurred_at", "id");
        CREATE INDEX "idx_interactions_target" ON "interactions"
            (hashtextextended("target_id", "target_kind"), "occurred_at", "id");
        CREATE UNIQUE INDEX "idx_interactions_seq" ON "interactions" ("seq") WHERE "seq" <> "id";
        CREATE UNIQUE INDEX "idx_interactions_state_key" ON "interactions" ("state_key")
            WHERE "state_key" IS NOT NULL;
        CREATE INDEX "idx_interactions_event_key" ON "interactions" ("event_key") WHERE "event_key" IS NOT NULL;
        DO $$
DECLARE is_filled BOOLEAN;
BEGIN
    -- Of an empty table it would be noted that it is small, and then its indexes were not used.
    EXECUTE 'SELECT EXISTS (SELECT FROM interactions)' INTO is_filled;
    IF is_filled THEN EXECUTE 'ANALYZE interactions'; END IF;
END $$;"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP INDEX "idx_interactions_user";
        DROP INDEX "idx_interactions_user_kind";
        DROP INDEX "idx_interactions_user_target";
        DROP INDEX "idx_interactions_target";
        DROP INDEX "idx_interactions_seq";
        DROP INDEX "idx_interactions_state_key";
        DROP INDEX "idx_interactions_event_key";
        ALTER TABLE "interactions" ADD UNIQUE ("seq");
        ALTER TABLE "interactions" ADD UNIQUE ("state_key");
        CREATE INDEX "idx_interaction_event_k_d850df" ON "interactions" ("event_key");
        CREATE INDEX "idx_interaction_user_al_5f337a" ON "interactions" ("user_alias", "occurred_at", "id");
        CREATE INDEX "idx_interaction_target__e1a8fc" ON "interactions" ("target_kind", "target_id", "occurred_at", "id");
        CREATE INDEX "idx_interaction_user_al_ad2a38" ON "interactions"
            ("user_alias", "target_kind", "target_id", "occurred_at", "id");"""


MODELS_STATE = (
    "eJztXW1z2ziS/isof8lcldaVOBlnzvnkZJwZ33rsXOKZ7Fa8JUEkJPFMAQpJWaPbm/9+3Q"
    "3wVSRNypJFy6hKVSwCDVJNCN399Nu/D6bKFX54eOpE3p0XLQ9O2L8PJJ8K+GNlrMcO+GyW"
    "juCFiA99msyzs4ZhFMAFuD7ifijgkitCJ/Bmkackzv5VLZgaRUIyDv8cvMwmyndDpgI2gb"
    "sIKVzmwRgLuBwLmMwibworqTsRMO77bB6KIARyl0U8GIsoPMRbu8qBe3tyvLW73Mgbecad"
    "CfNC5qi5jPQS0SQQggVqEfZwGS8K2dST8wgWw78nah7QMvjB5cseCxXQ8AguLtlMBJ5ycc"
    "VoIm5kOJ/iGiOxoAXpi82l930u+pGCh5iIAL7et28H4YxLHAzh4SLiPH1JuuSr6OBf/4K/"
    "POmKP0WIFPhxdtsfecJ3c686WYCG+tFyRpfPZfSR5iJnh31H+fOpzM2fLaOJkgmBJ+nqGB"
    "gbcOBMZgfIue+bzRJf0t8JLkTBXCRP6qYXXDHicx/3EVLrh0ivHfT7l1fX/S9n1/3+wcoe"
    "iykyG8JccpTE/QnPGhITxvgIfzt69ebtm59eH7/5CabQYyZX3v6lb50yRxMSiy6vD/6icR"
    "5xPYNYnfKWNskqb99740r2JiSbYW98IeVv+rN8PAb/59HR69dvj16+Pv7pxzdv3/7408uE"
    "06tDdSx/f/4Lch0mKDhl9PETv4aU7SP4oQu3Hd9TGsv4tRkfH0p5tn+ZwnFafZ4Ymn1i++"
    "ujt8cJo/FDHWu//HZ6cbHKy/Q8b8PNlMrys7A3USq23ZuG5vF4+bLIyJc7Yx5qDKPbjFzD"
    "C0Pu3C544PZXRtSRqpq7OjQ9mhavcMnHxBT8MviEsQ468/4uyrVTPVKvm868/q1Yhs1001"
    "MGc41uxkD9u/McwRzYISFbeNHkHVPSx3HBXG8swihW90LhBCJCJS6MVCDcVX10oyuXKIRN"
    "tT2vRCx+mPCgfP97ZQIRvtTTU/Sm/M++L+Q4msDHV8c1v4A/Tj9/+PX08w+vjv8jL+4uzc"
    "gRDdUrfqGjgFktOJ0QbIbZuz62c+x+fdSA3a+PKtmNQ/mznP5vwd14/h4y9/hNA+Yev6lk"
    "Lg7lmasPoDLtWfJgWc7glKbA4uEyEuETZHKdKnxx9R5Xnobhd99w+f355ennf/7w2+k/iN"
    "HTpRm6uLr8JZ4/U2E0Dmihg/f/vD47LfAdDnrkT5+3tRhzdPuk9j2y9RKIO3W7xgvI0631"
    "AowsfH7874iSeXYnZHSeV5UKQ7VqpsBJfc9trGc6vgcUL0LmuWI6U5GQzhL+1nAjaIGenM"
    "1B7YtQ7VMuG6mgZzRA/JumgF4IS8CKZdrmRtdH3PMaVVdQSrlk9GXZYuI5EzbhIUKoaoEq"
    "KmqymlQtenQr0modNRUhA0VVAJGQWguG6bNgLqs12m8HCMCi8o4TNIPxQ2NgMyVp9WvOke"
    "0PxvkoZ2m1Qpx9l83fRZbKCra1BRvcXQQaGeqXGYB1r2CV1gq4teFRIWRr7SJDtK2fwL4e"
    "RxZM3RaYOpeuKtnGSvmCy4qz3JAUDUSgeYK8rNuRV1cXOfvw/Xlhf17+/tv7s88/vCJbES"
    "Z5UcW21Y7n0jP776LCFM/R7CHgcfTjjw0QD5hVCXnEY1mDPEvHPlxdXJxen7Gbgw83B90x"
    "Uj5qm2LFQqHrtebJCGY0NE1+ExFHLe4EdHVQ0wmRho9DHqJFMBXTIUVFDBWZD6HwR2A4zM"
    "ESAENgMVEwy0DWU+4KgrC57wFxSYzGdm/1AJB8t/Bih4DyTYGL1XbBHffnJby+Fn9WyOSE"
    "YC+Othr2Xp/94zonRmK2lqOM8fTMa/iAwGNnTq9z6fBAcsOhlUMsO1x7lnnpxMZoC8wQER"
    "wcGOQFp4yvxuYAmfGQoAglxQniGMJgIMk5NFYCRylSTCo8SMrQlo2uj2jLeWSi1XA5OTcn"
    "4QhMMTYYKd9Xi3DQY/MZixRiKoHQE+FXg7diZsohu4arIy/QD/HyoeeiWbad/ZIhsmjKht"
    "CU1kb8BgObng37U3YPxZi3N9yzVPtkPz4fr8B5in2Vi6x0+B6RlUxsKLK+6kARxD+Z67m9"
    "BLdH0UKhIatiqAENipbTGMBPoXuBMc0Y/fwOg1Mi2JE0iJIEh9EhMFYKVtSYP8jfwBNaNv"
    "kwGaULbBQO2+QGBLOZ5cEfsEggHBW4QnseEAOQ4pANPHdgQp4ZjgYU80xySs+HrwSzQvE9"
    "mQYP8gKWh0tzIR2h467pu53grabqDp9I0UUBt0JPg8BQbkPMKG6Zwr9BBs9Ckq90my+KJD"
    "PYEMGNzEhwuIN+Av2EvgC1I0TeBUvmTDBoXLM4vPVm+Iwo78m1sUB5jGHkEb8VsqHQNe4O"
    "smDoJ+E48yBIvIpwggPBt9i6vwVKvcUyxn4FSX7dNRYoudwqvuiS9BcrmTZyOPYKiNHZL2"
    "ef7wtGEt/bQs7fNwb0P4uXUgBHcz+4hrBdnmgvjNsCltAk6O64OujODJWBdjC0gtlZ9H97"
    "6H9BhrRhaoHUctYC/vcdHDsA/LOvpKD9NJeiBcJ92uqPHpinbYg1IvNyhPYVrB+6AFbhvE"
    "SfuSd/JqHaJ9Zv4qD3eRj19fZsvatXaW1Izrr7mniJsMR6byFDad/BQ84WUR4c+DPlFVQf"
    "LqIiOrBp2kGnrNUd5ByEah447RKVEoq1VM2ubfgt59LgKT2dClmejl4XLlWgtFFTzaOm4K"
    "aR+LPkOK+OKsiQ7MO2foywglzKGD3msGyTV/M8R2S53p7rdzzweFl9kerTO0OyDxzfClCQ"
    "Z/LOskjuZ/V+Iukd8f1eqPGvgpdmhMVDvTqfr6/G/Uk8q0GIUkAFq7Qr1ucS5gyXFNOoo3"
    "9OjLc1jMwFNvZgizGMjUT/bNbFnHX8lkUrbetW6F3+Gkdyogd1Apw2QUoDnezV1ysO2JQv"
    "2RDDn8gd/H3uiaiPCg88xoCNsfSVziajh9QD5Fy9kdr1agpw6Vn4ZDz+Wubmaaio9szCyM"
    "X5b+fXZz/rwl6H7EqyT1o9/vLfF3QjWFzfCdQydCcjT8wVTJ0L2WDKg9tB7AcPJ/SYE3Lp"
    "4n0xwQ2d6iaQi32dKLYIQE8J4fveCnRfzwPjJB7cwUMAC8nBjTdSC3nIsGzZFMuCDfDFAC"
    "v0qjxAX7PvU00wFvLlO5ywhO+dMGsigPtxZp3m0VaKRdQDPvvmzl0f6ql2xxJwoH8HayAO"
    "KeE+QWqPjDjkDqN2L2GF9EnXBnpkvufO+XZ8XyG1fG/OdxRb7dgdU1guN+eykejtGJ0hsr"
    "xuzmtSj9pqJwnR43H6VZHTr3aok2TZh8pjW/UjprEbtX6jdsSE/RR4d9xZfhFRpPmyYskW"
    "ZvTqDNqZntsP9eSGgcyYgGIowaq6E34coeygVfYub771dA6gftk6AWbVft3Iig8wijoT3d"
    "elPMHHju2rsa5wS7QWDDHRPtlUm5ATtibZrmOJZ+5aLyBPZ1/AU5Tfn8VU3XG/THDHQ7US"
    "O9CT2qQceSEbCngJjFJXCPLFml8kYF+ElM6KdcLEDCFj/P8dQbhMUUoO0VOGz4rU3ujquh"
    "4Zpv+TKoLXEVGlU3yAtCDTJbVZQCQWZ0ixMGXIFhPP19myoAxQ+q1VCKxCYBWChgoBfO2w"
    "JF6oNpQlobFBLM2DWAJMdAzXEf1Fyn3aws9H+H/hfmmxH7peK/ZDmNHCOsfpWgy7fPkCc2"
    "hBNofv2BBEJzoewXqGZdRSuOzNT9TMKK5EoQv2LDHdtsJO3+DaDxDQsM7qL6jy52Nm748P"
    "c2vdjUKzFYtHU3WZ8JjCFgnvtQjY7cqJ5KhAlB5JNFB/JuGUxuV6kAkvKFU/sQ0WwhtPsN"
    "+aKxyO54UO/ygLb2lBjYbEgP5O6gyYBmz6z+H/CCeicyuCZz1JsMVcCIwO0QDy2NiIFPaU"
    "uz1kp/AUoxupqXtpwI2OAIk7yKV1GEzPD7WQafEG4lzh4TASBFvT1LWH08+eJFrGn3WARs"
    "sOcTnahgZOnmjvDJydJCXaRnMd0A97Jb+MdTKhi7T79Bpsv64dMw8OFS/y7sos9Rr1LEtl"
    "VbQ2KlquOZEY8/a8z1JZ3j9B9fgabdsy9VgP1KrH2i5uh9PHFXJNxw5ukG2ytrORztgDBJ"
    "t99BLtNeRLVFN1hUqC1avx+o3ehdTtW7EkZZtjRzxUyZN+d6jhkic/6SOia5HBfXXFMixq"
    "NgDtGAPIyS+Q0vSwthgW8IoysMMAbPmBLoIZFygj1CGJCOcyq8rDdwAt/KFoQ+s81odlsH"
    "ZLSX6047ZaFab90e4NJCTbO3j38iV0AmLrRF7UAzE2W2djW4qwrd6zcyPZljrp0HuwpU52"
    "+g6ozkAZUlennmSINlTm5HkYhrbQybMpdNIxbj9OiIit/7Cl+g+dQZSi8uhPPdCrR5Sixp"
    "Gfv5LrEUQM4iEaCjHdR1TAJnAP2BMx/GO8FifkqKTM85k/D3UDJ8p9H8MpPMYNtIopbek+"
    "iCqdtXGtxu5dX0UaairWPiDmZXyuVBY+cbpq3+yAlCIeDbJl8PXK00N2ymY8iOIqBzG2qw"
    "Ew44Me6GVGwACwMtKLppdLCK88W+NAe48R9Zpw/w6+my5EDx9Gf/O9EbxWHsLiIAKVjzmF"
    "h+g4xvr2tPKACenALqGvNH2n+/KizNQVHKgiAqx1J/Tzr+lWTismWwdzRw6znnUwP2V7QZ"
    "8O7fie0ljGr834IQ9KHXg17X4MhWX6wxCKtcAJC9LZSJbOYtC2/YSNDDroSmSQMTTKztjq"
    "4JQMkUUg10Qg84ZeO/6v0trX8PQihM7kGAew6OBBCaqTHe7VYTtCT+yT/d4M4tFR8SyuDx"
    "gH+hHYEqqpGCp3aUJoMi1nMZVWlzqccS8IGT5waevBzS5PKAlBEhQohItMTF3EQ5bCJwYc"
    "0cE8i4livneL9CbQPgeTvHqD2URhU5AEFyF0BuP4+xSxRE0AQ51czHE4dITEBoInbIjQD3"
    "UvfHDj8YqCdHUd9DZdia4LKUtd7KKHO7wdQpWhsPDUZpsy0enQzk5MSPZJnX5kK9EqjztS"
    "HmM5tMr5j77iVYngGaIC50dItZlt35HIxp+vfn9/ccY+fT77cP7l/Ooyx2o9mD/1P5+dXn"
    "RHN/yofF8tSFtYUQyTsVqtcGRmtXD6jTi62mLCTPFscpxhvZQe1a9Gl50nyflkymGTR4qc"
    "cdh7mbsmFpuX6IbbuhFpiUkR7RC0u1SfDOa+AGVvQPHjSWpnfP8Xptg26IF3XlKD21Ttxt"
    "RNV01vpNFRdTq66fpMz0SFZXSj54miFtOmKi27ldmC4LSc9qo9WC/E/1d++tVu/nj+3qkd"
    "r48aaB2vjyqVDhyqV/M86fBA8nLErk6/KBBaLWN9LNr0eG/H/yyVZf7azK8sYlwTVFRZwn"
    "jNA2fXjN9yrBxJpVUGV3dKSgj2gr017NxKm6RYyrc7TrJU9jhpdZx0RKW+FDyowlqTsVqV"
    "WsKsNigrlSamoCqkRFQwUqD34qWe7kQjQEOlNjET1HRh4nDu3AosMTLkoe4eg0puRdXjjS"
    "39AFV0ZrjWHKCMKSw8uU14Ukh49LKS+HXQTIbI5pwXpUvzfH/6QbYR6BkSK9IbivSOSJVP"
    "3As+8aBUqiRjtVIFnV19DA9u7rvDWGI1SrxguXjdhTKCwfHRERaf6T3ym0WJ2AByhFW0UC"
    "j14G38JnGZXvquumSAHqEgZ+66ArvDvWMDcwwRDDODtyTcQ/bF00V/QzZIxfBAizjCgUYB"
    "ojR4b5Rvuj2aDv4mNyLWIzB3pqt4S6kqPXTfDvSj4bAX9oemYqlxrjWOZC7zD9WCBg0Dpo"
    "yQe/aCsV4Gpq+wRdhmQmO1/LVBg8wvpkXmV4bKVgZunva1Ttc62zVwE7ik978lW7wakDTT"
    "94njG6tzYc2VZxgA9ymuL1emO2dqz9XozmZWY0AGNT9dVMpEzWmPokZOTB7cx98vLrLaLs"
    "aZlQAw6y5FjkoVuLCxfR3Q5v0Z5zmGzFdybAAcSlT0TEFZHYCGqA1q1FOl+wbLpODVC7iD"
    "N56AFQk3uE7086Sfhg6PY5QAiRYH4kI6tRD+Nk+jq2GRSn/IzqVub6ybDrOhpyt3w8Mn1b"
    "EwOA4fMBS6EzTF2ekaXaRj62ROfG4awXwAajRNxbv0DJPlWa2GFxpjIHZU1L6Lk8y30fOs"
    "Wt45tbwzDVJ2LUN32yLlPgy3tuvxRjHcXb+HnWiP8SnVXIHMUOwT3zemQ5K0asHPZL7lZl"
    "nypXe7Rpm0LJUtC/UEvaS/S1+NYeQDKJfjUs28MKNWP5+buX2HJjdGuFHzjeLaHrqhwlCM"
    "UOnFEq3TmQoippd0KTlDh/nFQYSuEtR9AaMAy6DtDa5OyrxGU0iXz5Shhbkvwh4bg3mie9"
    "tpbNwLQbfWveuEL7AqCbWzQ7g6CdnUxsKMh2G1avzQHJLHhIes0nuQqStcmjVSH0pYpN0n"
    "ifV8ztbPXN6Wnah0vfYcxdD9FkEnt0KnpcVZahqTSFvgUD9NbCTTw0aZ6NybqikY5RQ6As"
    "eXiRmh89EcSiX1m7Z2JzxUv04UBYNLle+uo6/JyriV2ppEq8hBcXI2R6JIaGsVVf+Ud58M"
    "Vn30djhZpivg8rrZMrZkyPaqNHRIaFUbA5nRewVYOyPgK+Vx60ZxIExM/g/lB2nVPNsMWs"
    "PYJCXzHR30gF6lrKvFxu+RTVanlHETqIIUvmcgeQ9h8ZD915erS5NYjs5BMiCScBttlyCZ"
    "J6lB5kMNAQt671L/t87izUFTFdne1fGVVbneT9Nv8NgJE0nEe1N2JwSW3U8rmPUjd0RUFc"
    "2aDtZK+hFOWy+edZH61Kl/VMbsC/kymZH0hZoFYgQ/7F4cJFoC9W1q6Th2Ne64Gq+kI0o9"
    "U4nYC+NSw4eMShAbjYK7LkGD78B0XcStXKWW8yjhpyKA93Ej4bkUztM9qtC2NqnK+TZYGp"
    "6LccmpNw54+lVw9WsVRMoD7cThsibItanm0BmHbYds3Ed311arFl1AeLuhYTyyC9cGrT3D"
    "oLWreYQFKsokZDxUKx+VnrTRWvxwkWNBs14iyCjpIe2biJ9QVHnO3OdBiSW8pftoJDc3T+"
    "qa9YTsBmpxontB6ni3TONHuAuIV3ySOy/COm9phf+kgAfeiWrxxz3bCYnW6+oKIBpwDoQR"
    "x2t0BLiRhZYAJrLPGP2gDkTC90Mqa0ft3nOyO0lCoXbw+q7VyLXpg1fogJI2nsl061i3tP"
    "4OG/N1AQR4oAlq6+F3TAKnh0I73ufp7AtY/wXYWta2lnVXalnvuOlY17bl46SfVXXSq3Z+"
    "P6yRXte4vPnqQL0KWOBNfRR3Zfu3yjfx0O5v3X4VO4hC6JaJ+od5vdWW6h8Zg+I+g7Vvdk"
    "tjVNfMN+FBxurV4KnLNe4ZW2G6EvhwGVtgVPobC4RHnq8NRq/EZt3OLeoss/gHY/P/O6SM"
    "VhtlnepC/6Q9rla2WNmS5OWW17q5t3pai8JpX7W3LgSl0+B4QwygN8H1eILTYu/oioeR+J"
    "6LIfmIv5m5KcJYFvaz6eXvd659O+Bz+BkUclkptrTHQMDoXIB0gw7TNJp4XqWUsa0IOhx9"
    "WnztDd/Qym7Zu/bMO0x4heeKhIw0N1feSXVl2yLdHr6UjVe3hZNyEvFxqwCiLM0+8PjRI7"
    "Z87pT5pWtCthIKy+/2/HYCgbxpnS2bp7P5sut6ITLaUwvQN0NlAd/mgG9RP22+3Vc02z0y"
    "tZ9PFiNaehQLelBhBurB3n22YJ8iRdtZhLm2gpiDHedQU1/AuXTZcHmS9IVBS45qKMk4DU"
    "NnW8SmHDxVSWnt7d1Kt6jh/lynemDCCemTDHcAzGdG7+lREA5q/j2dSUnSGTNGBn8/v/z5"
    "xHMH1VBl1hiMXwTdsyT7sTAB30RDk9MCm7sENjtg8O/61N29yZ9p5Rv/jNp47ROifZKCm/"
    "DiJ2dRY6TZzN/HjX3caGMf12zs45qNfXzPxm6r4Fm17umqdaci8JxJmU5nRmoVOp7OuU+X"
    "q34FG05ufS7KyNaCWm3vr+3oGYVDFn5ULThspu8hd1+9fNmAuzCrkrs0Vgr1r3IYk+9rUf"
    "4SLrueE7H/ozz+J8jtGuYiM+pR0SIAWlApcIGdJ7L+9f+8X0/j"
)
