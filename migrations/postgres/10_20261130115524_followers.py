from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "engaged_posts" (
    "number" BIGINT NOT NULL PRIMARY KEY,
    "post_id" VARCHAR(255) COLLATE "C" NOT NULL UNIQUE,
    "users" BIGINT NOT NULL,
    "decayed" BYTEA,
    "rank_key" DOUBLE PRECISION NOT NULL
);
CREATE INDEX IF NOT EXISTS "idx_engaged_pos_rank_ke_6b9710" ON "engaged_posts" ("rank_key");
COMMENT ON TABLE "engaged_posts" IS 'A post that is positive for somebody, under the number by which pairs name it.';
        CREATE TABLE IF NOT EXISTS "followers" (
    "name" VARCHAR(32) NOT NULL PRIMARY KEY,
    "incarnation" BIGINT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "version" VARCHAR(64) NOT NULL,
    "state" TEXT NOT NULL,
    "revision" BIGINT NOT NULL
);
COMMENT ON TABLE "followers" IS 'How far a follower of the log has come, written in one commit with what it made of that.';
        CREATE TABLE IF NOT EXISTS "near_posts" (
    "post" BIGINT NOT NULL PRIMARY KEY,
    "entries" BYTEA NOT NULL,
    "nearest" TEXT NOT NULL
);
COMMENT ON TABLE "near_posts" IS 'The posts nearest to a post, as they were when its bucket''s base was made.';
        CREATE TABLE IF NOT EXISTS "pair_parts" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "bucket" BIGINT NOT NULL,
    "is_base" BOOL NOT NULL,
    "number" BIGINT NOT NULL,
    "size" INT NOT NULL,
    "entries" BYTEA NOT NULL,
    CONSTRAINT "uid_pair_parts_bucket_192f54" UNIQUE ("bucket", "is_base", "number")
);
COMMENT ON TABLE "pair_parts" IS 'A part of how many users have two posts close together, for the posts of one bucket.';
        CREATE TABLE IF NOT EXISTS "positives" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_alias" VARCHAR(66) COLLATE "C" NOT NULL,
    "post" BIGINT NOT NULL,
    "ordinal" INT NOT NULL,
    "marks" INT NOT NULL,
    "liked_at" BIGINT,
    CONSTRAINT "uid_positives_user_al_35832a" UNIQUE ("user_alias", "post")
);
CREATE INDEX IF NOT EXISTS "idx_positives_user_al_28bdde" ON "positives" ("user_alias", "ordinal");
COMMENT ON TABLE "positives" IS 'That a user engaged with a post and did not turn it away; only FULL users have any.';
        CREATE TABLE IF NOT EXISTS "unlogged_changes" (
    "number" BIGINT NOT NULL PRIMARY KEY,
    "interaction_id" BIGINT NOT NULL
);
COMMENT ON TABLE "unlogged_changes" IS 'A row that was there before an import changed it, which the log does not say.';"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP TABLE IF EXISTS "followers";
        DROP TABLE IF EXISTS "pair_parts";
        DROP TABLE IF EXISTS "engaged_posts";
        DROP TABLE IF EXISTS "positives";
        DROP TABLE IF EXISTS "near_posts";
        DROP TABLE IF EXISTS "unlogged_changes";"""


MODELS_STATE = (
    "eJztXd1y2ziyfhWUbrJbpXUlduJknCsn48z4rGNnY8/ObsVbEkRCEo4pQiEoK9o58+6nuw"
    "FSJEXSpExbssyqqRqHQANUA0R//Ys/OhPlCk/vHTuhvJXhonPE/uj4fCLgj5W2Luvw6XTZ"
    "gg9CPvCoM0/2GugwgAfwfMg9LeCRK7QTyGkolY+9f1Vzpoah8BmH/xx8zMbKczVTARvDLM"
    "IXLpPQxgLujwR0ZqGcwEjqVgSMex6baRFoIHdZyIORCPUeTu0qB+aW/ujBZrn2r/0T7oyZ"
    "1MxRMz80Q4TjQAgWqLnu4jAy1Gwi/VkIg+HfYzULaBj8h8sXXaYV0PAQHi7YVARSuThiOB"
    "bXvp5NcIyhmNOA9MNmvvw+E71QwUuMRQA/79u3jp5yHxs1vFxInKcf2fnPf+Bv6bvih9DY"
    "E/85vekNpfDc1BJLF6noeS9cTOnZBzk69cNP1Bc5Oug5yptN/GX/6SIcKz8mkD7NPQJuBh"
    "zYAc/CYIar7s88z26QaCOY37HsYt4yQeOKIZ95uHeQ2rzA8lmn1zu/uOpdnlz1ep2VfRVR"
    "JDaBfeQoH/ckvKomBozwFf720/7+wcHb/ZcHh+/evH779s27l++gL73vatPbP83LLLllhi"
    "Kenf5yen6FL6Rg45svAh/8STQ85IaKFmPJ/Wj50vy/nMDGK1yBiObuNYg4XrYI0YPlKiw/"
    "2MdbhoP9t4cx4/EfZay+/Hx8dhbxNsHL6BOovpljkl3i5aNs6SXb7YFTcxMvqXaJ9U1sY5"
    "Io9bZxTLJLvHzkbTwEVCBqysIlTcv4WoxHNDK8SUhEfDDgzs2cB25vpUXtq6K+q02T/Un2"
    "Cff5iNiJvxtfOMK1U/l3kY94TUs53p3K3o1Y6Gp495hBX4v3GEDKW+kI5sARqdlchuP3TP"
    "ketgvmypHQYQQhtXACESIw1KEKhLuKcRsdOQdk3gdJfhzzoAaOhB+1znezWSA54T96nvBH"
    "4Rj++eqw5IP45/HXj78ef/3Lq8O/pr+Kc9uyT013QEZHAbNqcDomaIbZmz6kUuw+2K/A7o"
    "P9QnZjU1oO0P9rcDfqv4PMPXxdgbmHrwuZi01p5poDKE/I+jxY5DN4SZNh8WARCv0EmVwm"
    "Mc8uPuDIE62/e5bLH07Pj7/++y+fj/9FjJ4sbNPZxfkvUf+p0uEooIE6H/59dXKcxZSBQP"
    "70eF1gmaJrQc7a6DIQt+pmjQVI0621AFYWPj/+bwnIPLkVfniahkqZplKYKbBTT7qVcabj"
    "SaB4oZl0xWSqQuE7C/jbmDABBUp/OgPYFyLsUy4bqqBrESD+TV0AF8IQMGIe2mx8/Htgzh"
    "sD0tMfFCD3/K/J9t490PnTmyqo86c3xbDTtiUFSZKOfbw4Ozu+OmHXnY/XnTsQamsRatYi"
    "ZPwOvTz9qnCrp2h2EJvuv6my5aFX4ZaP2vK2PLblbPnlksx8V+VIcqU8wf38FYlIsigWaJ"
    "7gapRJ5IuLsxSI/XCakc/nv33+cAIHC/EfOsmwADbBbCIwB0Pu9i91VK3QtvBpXfiqhfBr"
    "Y9cE0UOd6LvpMNwS4PrJ4MwV1ErPSyHrEHpUhKufRcgRSByxORowyUoJ/xxwjShxIiYD8r"
    "4PFEFKLbwhgMmZM2ZcA4WCXtaMOeGuILMm9yQQ58QCPOxU9wCxmzU5bRGObcrgVAxNb7k3"
    "y+H1lfhRcIjFBDuBoUrYe3Xyr6uU1I7Ymm95ironluEjGqO25vQ69R0e+NxyaOUQSzaXnm"
    "Vy2bGyBg49RAgHBwYTwSnjqZE9QKZck8NF+eIIQ46E1Yvjc2ikBLZSRJKv8CDJ08AbHR+j"
    "mU5DGxWFw/kzexIOAUCx/lB5nprrfpfNpixUMJMIhOkIXw1OxWyXPXYFT4cyMC/x8r7noh"
    "22tk82ImoGdbRRSg8WI9ayPxdtD8SI14fbSapdsqA8H8B9utRY80XWsvkOkRV3rCiyfjfB"
    "AxjqylzpdmNbLooWChdYFUMVaFC0HPuMLNhsDDCaYzQrExg7i1G27zFgIYQdSY0oSbAZjc"
    "QjpWDE+VhCT5C/gRRGNnnQGaULbBQO2+QaBLPtJeEPGCQQjgpcYazRaHLxxR7rS7dvQ2sZ"
    "tgYUW0tyyvSHnwS9tPged4MXeQHDw6OZ8B1h4nvptx3hVBN1i2+k6KGAqUAq+gJDhi0xo9"
    "BCCjMGGTzVJF9pmktFkhl0iODaT0hwmMG8gXlDTwDs0Mi7YMGcMQYnGxbrGznFd0R5T0Ef"
    "c5THGK4c8htR1aL+rYML1yMNhj4Jx5kFQexpghMcCL5FZsQboDRbLGFVLCBJj7vGADmPa8"
    "WcnBN+aSVTI4djN2OgO/nl5OtdASrie11D0ffGzHPPYlEytujUB1fRP5Am2gnlNmNLqBKI"
    "dVgciGWb8rwD0FTqHGj9Xw/i/4pkSB2mZkhbzraexbsOjg17FjPop7oUzRDu0lZ/9GAto0"
    "OsEa2VImyXYH2HI2iFsxw8c0dmXEy1S6xv4qD3uA57ZnvW3tWrtK0jfd19TbxEs8R6q5Cg"
    "bNfgPmeL6OVGDv5MsebFh0tMtmYo+lZpqxuIQ9dqFjj1kldiirWg5rZt+AfOr8BTejIRfn"
    "4mY1l0WoayDVKrHqQGk4biR85xXhxVkCDZhW39jMIKztToV8Fzo/mjpm6Zb8ZTo9446nWn"
    "Xwb96ZFbhGz9kW8+6eJJOl6OrJdER13ZSN4Kn6lZjgen0dHR1/N7FFeF/owx8NOGDPSnwc"
    "wHtcgQ9dmEL9gAgxHIOfN9JkXYw+NHhrrPRljwhDJXjaPINNALXvvGEWLLrpheGK5l/EpL"
    "Z8oycMv4SaDl7PTz6dXJz6acyx678NkXI6wu/3FGE8HgZiY4JNG5gwFe9gkmN2jWn/Dgph"
    "95pfSYXnNMDhacNxDkgIrCKtjvY8XmAZwaGn7vjUBn0iywLpv+LbwEcJfcTTiRmt87FSLP"
    "iFOuLu2aM2R9RanYmUGw2+zbNfD6knCXFNJHxuupw6PeIqyQPt4yvMyuwcunxvfUuVyP7y"
    "ukLd+r8x3FTD12RxQtl6tz2UrgeoxOELW8Luf1luD1L4G85c7iUoSh4csKbM/0KEXvU9O3"
    "p03nitFViLMtJYDLW+FFYVMOgtP3aRTbNYkJZrFNVG4+cr/3iPfAmlsTcrBNyQuPHXBQAl"
    "pxS9TVBmKiXYKqjRRka4tnbDjAaequtQBpunYBnqL8/iom6pZ7eYI7aiqV2IHpVCcOWmo2"
    "ELAIjOJp0biF9iMjYF9oyrHBghZiygYL+v97smQxRXHCRE9hxytSu9HR0d6GMMBCEXyOhi"
    "U6xftICzLdpxrDaJDCHr6Yo0FLoNVKeiaFB8AA5QS1gKAFBC0gqAgI4GfrHCdmqX8tpmk9"
    "a9U9awFmX+h1RH+Wcpe28PMR/pfcy61AQM9Lxb6GHjW0c+xuxLDLFy8wsQdks37PBiA6GQ"
    "9Qe4Zh1EK47PU7quQfpceaKgILzAEq0NMbHPseAhrGWf2CCj8f23t3XEP7r16/ff3u4PB1"
    "/KnET8q+kAoF/O1WzB5NxfUsI4q2mmW3RhTRtpxIjgpE7pFEDeVnEnapXEMAmfCC8gdj3W"
    "Au5GiMl424wuF4Xhgv+DLzMq4DTSmElMg4YfaCkQkgfz8nCODBZkIFpU90cVKlvdXE/Dn4"
    "X+GEdB6GwIOj2GaZCj4wfnUgj5SYUOFFLTclF6KYgeOUj+jfURphKgcy2xmHjkL8soTt7S"
    "lbV5cgu3y1YsUztLuEEBu5TWW5/Vc4W6jRp4na5KCmk4Pau0E2E4GitAzlbZ7OXwL0klQt"
    "2KsD9lL1+MWI1+d9kqrl/bq8T8KhNO8/eYoXmV4SRBnWD5Fqt1j/88VvH85O2JevJx9PL0"
    "8vzlO8No1pK9fXk+Oz7dFnrtAY0cnRZ0xDqT5jDBn1HCtRnUVbC5xbVwSZR5IRulhdHMuI"
    "d2O1QPMF4n9T54z8IMUOlkZnIT0G9jNpMRw1H9SL4pt0UJmh0AuKWCbVhirawLym7g2Wxu"
    "mruY+Bz+TIWdJ0sUINloEJE3aivssXfVNKLSpzQ2aiOJKZ+0kdCX5DoOYPUke9LBvqfnlQ"
    "26XMPNrJWqzJ0P6otwIxycPJt51chK2wiW6W180YRdts7YfSvdsaEBtX+dqE+S1ahzZhfq"
    "NrQNmqeXanMniSIGooWX57lcAddHRdoVemk6sYhnfF3BmPTjXF8FfK24SdgmqN0WhsKWpQ"
    "oMYwB+yRSIuz1uUjypikLNGpN9Ommj+lXo6AmSPcUKuq4QPNQ8qhdZL1yTvWN5cC95YPbb"
    "VsDXxM5q2a7FbUCMfcu4XJTalP+Mfwb54cAq+4hsFheygP80720H+IFURp5D4TvgOsN643"
    "e8cr7ieTsEtZrjDWLc09Wctd1o1r0mUdZ607rHWHPSHo2LrDGmTpNrnD2kKbDWe6tO7FTe"
    "Brgxjq8X1J0zJ+bcYPeJDrVyy5ZMFStExfm+kWGNfz5yaIWm1yTXN3WjGpx/9V2nYZ1lwG"
    "skutZcxqjbprHD1bYk858UfYgDWnOjlWlWRzt/Q2cNOxR6p+NROLifA14bpSsygsiYwdWk"
    "3EQLkL64lO3P+FKYSm0tWUy0AzfOHce2CaHZ4MKmS9IH87DjJWcwZ8XeyxpaXF2lGMT3w+"
    "VsyTN0jfNVaVlEXl1WvMotBV7Sk4CBlyokCWfhTkPDAxzziQI3y8zeWIDTAMgK6SufctkA"
    "X1jcquM2m6sNGzMKJ0619pgju8nuqfoNi5xNZN372Np0M98RmTtMKzxe1PDTBucRTmlgQI"
    "PfEgzE90ZSmhhdXLtqO2UlQ4tL1qON2GHF1dEWHyKlm8iw/rRHSpfCm6zKRPfipbDZWcV+"
    "QMk/YubCLmOdjwoSYilBjXUNWA7pZ4Mph5AsBen8Iw49SzaP4XptYqoDtxK+MSrLZoK6aW"
    "uWpy7VuMatJw7RV89E5UUMPcujdWdN+fLXLIbvxkPVgazjjg2tvBG4IdB/sVUMfBfiHowK"
    "Y77rlNXwpdw4+ZJmxRxtooI7pwsx7/k1Qt89dmfmFNzOLTprgi5i74N5u/oYGk0iqDi68K"
    "iAl2gr0l7GzspoB0BRkj5esdJ0mq9jh5iubWc8GDIltr3FYKqX3oVcfKSiVZKf4KKdEqGO"
    "JFz/ioay4iEAtzVTNeFU2hZYOZcyOwBMKAa3N5AILcgmqvjQ19Dyg6tVyrbqCMKFrz5EOa"
    "J4Uf4g3p9UwzCaI2QzYrXapnJ9MHWUegJ0hakf60Lv/5wmXwhQe5UiVuK5Uq6OzqTaFbdd"
    "8ddEa7R+QFS4X2zpUVDI6HjrDoTO+S3yyMxQaQo1nFCIVcD17jk0TlSem3msxb00Lx0Nx1"
    "BV4O9J717TFEZpgprJJw99ilNMVONesvxXDfiDiyAw0DtNLg3CjfQAh6nrHKOORGxLReOz"
    "M9xSl9Veih+9Yxr4bNUvcGtlKjda61wc9bIhjLZeByCWtEc8U0Lcpf22iQ+GIynC+rh5qg"
    "aiuiVq+Ius4lSO0lVE3YJeV/c7Z4sUHSdt8ljjeWLt6qK88wofBLVA0rDzsnKmWVYGfbq7"
    "JBBpGfqc1io+aMR9FYTijGy5UuAkMWzgK0mzA+5wubS/fpt7OzJAzGALQcy0zjc5BrUwUu"
    "fAqeCYGTP6LMRM085Y+syYeuvJS2RKYJWUM7D2LwiTIXTfpxpZkXMIMcjUHvhAmuYkQf3z"
    "xgAupwZE4BeWhJMnmL8Ld9G1OGhpSAPXMZJmDyMZEM4HfhG5p7NE0BHELeJsUS3y1qZphh"
    "hhOb6jiml82/LAbomasC0Kq0Ws0z3cm+dVu8c0sB+9ZcGbFp6brZSyPusu6WXq/ZqHV30+"
    "uwEVwZnVLVoWWCYpf43hi6JMFUg59x/5abefVX5M0adYiSVG3dlSfoP/3N99QIWj7Sfet5"
    "mD3ToxS5z2zfnr2+vartO76Yfs6jUvADMURwizUQJ1MVhMwM6VLahgkAjMILXSWobjzGB+"
    "YZvRscnUB7dLu91Mk6j9D3he6yESgu5rYvYzWXeo+dmtu8hCew1D5d8IWG7DiY0ygFU651"
    "MTS+b3bJYxqOWtDbSRTuzM0nKQ8yzNLuksR6PmdrUVzK3TEpNcJRfjeWCS1DYeKj+YCuGj"
    "QHE7rWaLD39ETiKWbMFHTJhumLqr2v4uqyq5V2Gx3+7rPtW4fPYL9n7ADl93O0iVsbT9wq"
    "Pgyzy1lxhVZ2wTrLtG0Ac1uMALZsn+HmypoUxwFn6XZwURqPBYYTcBzyUc7eL44eStLsAo"
    "8fOyB46nEnz/VUzPElRcvv+vze4OXpW8b5TWXtknaZw/yy6IwEVRudUT06w7zcYI3tnqVs"
    "Nbunqtl9AmlRqN6Zxu5dOl5viP3qaXqpIixol4rsSlRFZea7bLA4irNobWVbjJPsm+hK40"
    "GOVDR4q6IL7B9kKpPQy72ZsNesWDzJcAdAf2ZxT5fK9yLy75oLK0k6o9+6//fT85+PpNsv"
    "diInlcFoIWjOHF9ypgOuRFhN5Wy9yps0sG2Bwr/pU3fzKn+i5lz0GaUXo7xAa0y0S1Kwif"
    "qs8VlUcWvH/XdxYx9W2tiHJRv7sGRjH95VergmwGth3dOFdccikM44D9PZllJAx5d97sJy"
    "xUtwD89fnjB8LmDknmEQxTCjrZTwMDgjc8jCR1WDw7b7DnL31cuXFbgLvQq5S20Vr/X5n8"
    "uL81Irfw6XXemE7P+YJ/VTFGklzEVmlFtFswbQDKTAATaew/rn/wMeMrfn"
)
