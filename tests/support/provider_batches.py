"""The provider's side of a Batch API: /files and /batches, as the vendor words them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any


class ProviderBatches:
    """Files and batches in memory; a batch is worked off when it has been asked for often enough."""

    def __init__(self, looks: int, ends: tuple[str, ...], answer: Callable[[bytes], tuple[int, Any]]) -> None:
        """`ends` says how the first batches end; `answer` gives status and body of one request."""
        self._looks = looks
        self._ends = list(ends)
        self._answer = answer
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self._seen: dict[str, int] = {}

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        """Status and body (bytes as they are) of one HTTP request."""
        path = path.partition("?")[0]
        if path == "files" and method == "POST":
            return 200, self._file(_part(body, b"file"))
        if path.startswith("files/") and path.endswith("/content"):
            return 200, self.files[path.split("/")[1]]
        if path == "batches" and method == "POST":
            return 200, self._batch(json.loads(body))
        if path == "batches":
            return 200, {"object": "list", "data": list(self.batches.values()), "has_more": False}
        if path.startswith("batches/") and path.split("/")[1] in self.batches:
            return 200, self._looked_at(path.split("/")[1])
        return 404, {"error": {"message": f"no {path}", "type": "invalid_request_error", "code": None}}

    def _file(self, data: bytes) -> dict[str, Any]:
        name = f"file-{len(self.files) + 1}"
        self.files[name] = data
        return {
            "id": name,
            "object": "file",
            "bytes": len(data),
            "created_at": 1,
            "filename": "requests.jsonl",
            "purpose": "batch",
            "status": "processed",
        }

    def _batch(self, given: dict[str, Any]) -> dict[str, Any]:
        name = f"batch_{len(self.batches) + 1}"
        total = len(self.files[given["input_file_id"]].splitlines())
        self.batches[name] = {
            "id": name,
            "object": "batch",
            "endpoint": given["endpoint"],
            "input_file_id": given["input_file_id"],
            "completion_window": given["completion_window"],
            "metadata": given.get("metadata"),
            "status": "in_progress",
            "created_at": 1,
            "output_file_id": None,
            "error_file_id": None,
            "errors": None,
            "request_counts": {"total": total, "completed": 0, "failed": 0},
        }
        return self.batches[name]

    def _looked_at(self, name: str) -> dict[str, Any]:
        batch = self.batches[name]
        self._seen[name] = self._seen.get(name, 0) + 1
        if batch["status"] == "in_progress" and self._seen[name] >= self._looks:
            self._end(batch, self._ends.pop(0) if self._ends else "completed")
        return batch

    def _end(self, batch: dict[str, Any], how: str) -> None:
        batch["status"] = how
        if how == "failed":
            message = {"code": "invalid_json_line", "message": "line 1 is not to our taste", "line": 1, "param": None}
            batch["errors"] = {"object": "list", "data": [message]}
            return
        requests = [json.loads(line) for line in self.files[batch["input_file_id"]].splitlines()]
        kept = requests[: len(requests) // 2] if how == "expired" else requests
        good, bad = list[dict[str, Any]](), list[dict[str, Any]]()
        for request in kept:
            status, body = self._answer(json.dumps(request["body"]).encode())
            response = {"status_code": status, "request_id": "r", "body": body}
            (good if status == 200 else bad).append(
                {"id": "b", "custom_id": request["custom_id"], "response": response, "error": None}
            )
        expired = {"code": "batch_expired", "message": "it took too long"}
        bad += [
            {"id": "b", "custom_id": request["custom_id"], "response": None, "error": expired}
            for request in requests[len(kept) :]
        ]
        # The vendor promises no order.
        batch["output_file_id"] = self._lines(good[::-1])
        batch["error_file_id"] = self._lines(bad)
        batch["request_counts"].update(completed=len(good), failed=len(bad))

    def _lines(self, rows: list[dict[str, Any]]) -> str | None:
        if not rows:
            return None
        name: str = self._file(b"".join(json.dumps(row).encode() + b"\n" for row in rows))["id"]
        return name


def _part(body: bytes, name: bytes) -> bytes:
    """The content of one part of a multipart form."""
    boundary = body[: body.index(b"\r\n")]
    for part in body.split(boundary)[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        if re.search(rb'name="' + name + rb'"', head):
            return content[:-2]
    raise ValueError(f"no part {name!r}")
