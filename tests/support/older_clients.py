"""The older systems' Python clients: plain requests to a base URL, which alone changes."""

from typing import Any

import requests

TIMEOUT_S = 30


class Recommender:
    """The interactions service's client."""

    def __init__(self, base: str) -> None:
        self.base = f"{base}/api/v1"
        self.session = requests.Session()

    def log_interaction(
        self, user_id: str, post_id: str, action_type: str, context: dict[str, Any] | None = None
    ) -> Any:
        payload: dict[str, Any] = {
            "user_id": user_id,
            "post_id": post_id,
            "action_type": action_type,
        }
        if context is not None:
            payload["context"] = context
        return self._answer("POST", "/interactions", json=payload)

    def post_interactions(self, post_id: str) -> Any:
        return self._answer("GET", f"/interactions/{post_id}")

    def user_interactions(self, user_alias: str, **filters: Any) -> Any:
        return self._answer("GET", f"/interactions/user/{user_alias}", params=filters)

    def privacy(self, user_id: str) -> Any:
        return self._answer("GET", "/privacy", params={"user_id": user_id})

    def set_privacy(self, user_id: str, tracking_level: str) -> Any:
        payload = {"user_id": user_id, "tracking_level": tracking_level}
        return self._answer("POST", "/privacy", json=payload)

    def export(self, user_id: str) -> list[str]:
        url, params = f"{self.base}/privacy/export", {"user_id": user_id}
        with self.session.get(url, params=params, stream=True, timeout=TIMEOUT_S) as response:
            response.raise_for_status()
            return [line.decode() for line in response.iter_lines()]

    def delete_data(self, user_id: str, confirm: bool = True) -> Any:
        params = {"user_id": user_id, "confirm": "true" if confirm else "false"}
        return self._answer("DELETE", "/privacy/data", params=params)

    def recommendations(self, user_id: str, limit: int = 10) -> Any:
        params = {"user_id": user_id, "limit": limit}
        return self._answer("GET", "/recommendations", params=params)

    def _answer(self, method: str, path: str, **sent: Any) -> Any:
        response = self.session.request(method, self.base + path, timeout=TIMEOUT_S, **sent)
        response.raise_for_status()
        return response.json()


class Tracker:
    """The activity tracker's client."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()

    def track(
        self, user: str, activity_type: str, target: str, metadata: dict[str, Any] | None = None
    ) -> Any:
        payload: dict[str, Any] = {
            "user": user,
            "activity_type": activity_type,
            "target": target,
            "metadata": metadata or {},
        }
        response = self.session.post(f"{self.base}/activities/", json=payload, timeout=TIMEOUT_S)
        response.raise_for_status()
        assert response.status_code == 201
        return response.json()

    def activities(self, **filters: Any) -> list[Any]:
        """All of them, by following `next`."""
        url: str | None = f"{self.base}/activities/"
        found: list[Any] = []
        params: dict[str, Any] | None = filters
        while url:
            page = self._get(url, params)
            found += page["results"]
            assert page["count"] >= len(found)
            url, params = page["next"], None
        return found

    def recent(self, **filters: Any) -> list[Any]:
        results: list[Any] = self._get(f"{self.base}/activities/recent/", filters)["results"]
        return results

    def engagement(self) -> list[Any]:
        results: list[Any] = self._get(f"{self.base}/engagement/")["results"]
        return results

    def recalculate(self) -> int:
        response = self.session.post(f"{self.base}/engagement/recalculate/", timeout=TIMEOUT_S)
        response.raise_for_status()
        updated: int = response.json()["updated"]
        return updated

    def stats(self) -> Any:
        return self._get(f"{self.base}/stats/")

    def _get(self, url: str, params: dict[str, Any] | None = None) -> Any:
        response = self.session.get(url, params=params, timeout=TIMEOUT_S)
        response.raise_for_status()
        return response.json()
