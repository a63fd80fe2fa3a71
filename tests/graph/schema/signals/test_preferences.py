"""Preferences over GraphQL: what a user's interactions say of what the user wants."""

from typing import Any

import pytest

from models.database.database import Database
from models.ledger.opening import open_ledger
from resolvers.identity import Identity
from resolvers.privacy.pruning import Cutoff, Pruned, prune
from resolvers.scoring.weights import Scoring
from tests.support.access.tokens import PAGE
from tests.support.client import Caller
from tests.support.pasts import choose, differences, erase, imported, old
from tests.support.preferences import PREFERENCES, preferences
from tests.support.serving import SECRET
from tests.support.sql import count
