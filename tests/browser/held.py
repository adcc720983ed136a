"""Answers that come late: what the server has done is told to the screen before the request is answered."""

from __future__ import annotations


class Held:
    """Answers of one address, kept back until `let_go`."""

    def __init__(self, page, address):
        self.kept, self.over = [], False
        page.route(address, self.take)

    def take(self, route):
        if self.over:
            route.continue_()
        else:
            self.kept.append((route, route.fetch()))

    def let_go(self):
        self.over = True
        for route, answer in self.kept:
            route.fulfill(response=answer)
