"""The table of all attacks: what each is called, what it does, and how many do it at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench.soak.attacks import bodies, costly, heads, noise, slow, sockets
from bench.soak.attacks.wire import Target


@dataclass(frozen=True)
class Attack:
    """Rounds of harm that so many clients do at once, one after another, until it is over.

    One that `is_telling` once stopped all others for seconds, or took hundreds of MiB.
    """

    name: str
    send: Callable[[Target], Awaitable[str]]
    clients: int = 4
    is_telling: bool = False


#: A new attack is a function in one of these modules, and its line here.
ATTACKS = (
    Attack("texts that errors repeat", bodies.repeated_keys, is_telling=True),
    Attack("instants over and over", bodies.repeated_instants, is_telling=True),
    Attack("long texts", bodies.long_texts, 2, is_telling=True),
    Attack("long documents", bodies.long_documents, 2),
    Attack("190 000 inputs", bodies.many_inputs, 2, is_telling=True),
    Attack("a million ids", bodies.many_ids, 2, is_telling=True),
    Attack("a million hashtags", bodies.many_hashtags, 2),
    Attack("280 000 unknown fields", bodies.unknown_fields, 2),
    Attack("misspelt fields", bodies.misspelt_fields, 2, is_telling=True),
    Attack("long names", bodies.long_names, 2),
    Attack("inputs with all that fits", bodies.full_inputs, 2),
    Attack("deep JSON", bodies.deep_json, 2),
    Attack("long numbers", bodies.long_numbers, 2),
    Attack("packed zeros", bodies.packed_zeros, 2),
    Attack("strangers' bodies", bodies.strangers_bodies),
    Attack("an endless header", heads.endless_header),
    Attack("endless headers", heads.endless_headers, is_telling=True),
    Attack("an endless address", heads.endless_address),
    Attack("8 MiB in Accept", heads.large_accepts, is_telling=True),
    Attack("distinct values of headers", heads.distinct_values),
    Attack("many kinds in Accept", heads.many_small_values),
    Attack("silent sockets", slow.silent_sockets, 1_100, is_telling=True),
    Attack("slow heads", slow.slow_heads, 300),
    Attack("slow bodies", slow.slow_bodies, 300),
    Attack("held bodies", slow.held_bodies, 8),
    Attack("unread answers", slow.unread_answers, 8, is_telling=True),
    Attack("unread exports", slow.unread_exports, 60, is_telling=True),
    Attack("pages not awaited", slow.pages_not_awaited, 4),
    Attack("connections that churn", slow.churning, 8),
    Attack("large first messages", sockets.large_first_messages),
    Attack("idle WebSockets", sockets.idle_sockets, 200),
    Attack("pings", sockets.pings),
    Attack("control frames", sockets.control_frames),
    Attack("long ids of operations", sockets.long_ids),
    Attack("unused variables", sockets.unused_variables, 4, is_telling=True),
    Attack("unread WebSockets", sockets.unread_sockets, 10),
    Attack("distinct subscriptions", sockets.distinct_subscriptions, 4, is_telling=True),
    Attack("subscriptions that end at once", sockets.opened_and_ended),
    Attack("costly operations in parallel", sockets.costly_in_parallel, 2),
    Attack("filters that match nothing", costly.empty_filters, 8, is_telling=True),
    Attack("users counted", costly.distinct_users, is_telling=True),
    Attack("long series", costly.long_series, is_telling=True),
    Attack("own interactions", costly.own_interactions, is_telling=True),
    Attack("counted lists", costly.counted_lists),
    Attack("ranks", costly.ranks),
    Attack("nested pages", costly.nested_pages, 2),
    Attack("deep documents", costly.deep_documents),
    Attack("broad documents", costly.broad_documents, 2),
    Attack("distinct documents", costly.distinct_documents, 2),
    Attack("introspections", costly.introspections, 2),
    Attack("batches", costly.batches, 2),
    Attack("rejected batches", costly.rejected_batches, 2),
    Attack("malformed HTTP", noise.malformed_http),
    Attack("random bytes", noise.random_bytes),
    Attack("unknown keys", noise.unknown_keys),
    Attack("forged tokens", noise.forged_tokens),
)
BY_NAME = {attack.name: attack for attack in ATTACKS}
