"""The clock that the library reads. It stops at the first question that has a time."""

import datetime

from freezegun import freeze_time

from protocol import Unsupported


class Clock:
    EPOCH = datetime.datetime(1970, 1, 1)

    def __init__(self):
        self.frozen, self.now = None, None

    def __call__(self, now):
        if now == self.now:
            return
        try:
            moment = self.EPOCH + datetime.timedelta(seconds=now)
        except OverflowError:
            raise Unsupported("reads a clock that knows the years 1 to 9999") from None
        if self.frozen is None:
            self.frozen = freeze_time(moment).start()
        self.frozen.move_to(moment)
        self.now = now


freeze = Clock()
