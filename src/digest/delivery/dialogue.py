"""One connection's talk with a relay, without the connection: replies in, commands out.

It pipelines (RFC 2920): the end of a message and MAIL, RCPT and DATA of the next leave
together, so a message costs one round trip. Every message taken is settled exactly once,
or given back when the relay surely knows nothing of it but its envelope. Nothing here does
I/O or reads a clock; `login` has done its part before this begins.
"""

import re
from collections import deque
from enum import Enum, auto

from digest.delivery.ends import Line, Work
from digest.delivery.envelope import Offers, commands
from digest.delivery.reading import reply
from digest.model.delivery import Deferred, Outgoing, Phase, Refused, Reply, Sent, Unknown


class _Expected(Enum):
    """What the next reply answers."""

    MAIL = auto()
    RCPT = auto()
    DATA = auto()
    DOT = auto()
    LONE_DOT = auto()  #: ends a transaction of which every recipient was refused
    RSET = auto()
    QUIT = auto()


_PHASE = {
    _Expected.MAIL: Phase.MAIL,
    _Expected.RCPT: Phase.RCPT,
    _Expected.DATA: Phase.DATA,
    _Expected.DOT: Phase.DOT,
    _Expected.LONE_DOT: Phase.DATA,
    _Expected.RSET: Phase.MAIL,
    _Expected.QUIT: None,
}

_ENVELOPE = (_Expected.MAIL, _Expected.RCPT, _Expected.DATA)
_TAKES = rb"250 [ -~]*\r\n25[01] [ -~]*\r\n354(?: [ -~]*)?\r\n"
#: The relay takes an envelope and waits for its message.
_ENVELOPE_TAKEN = re.compile(_TAKES)
#: Our message was taken, and perhaps the envelope of the next one as well.
_MESSAGE_TAKEN = re.compile(rb"250 (?:(2\.[0-9]{1,3}\.[0-9]{1,3}) )?([ -~]{0,400})\r\n(%b)?" % _TAKES)


class Dialogue:
    """Sends messages over a connection that is greeted, encrypted and logged in.

    Args:
        limit: messages on this connection before we say goodbye.
        overlap: whether the next envelope may leave with the end of a message.
    """

    def __init__(self, line: Line, work: Work, offers: Offers, *, limit: int, overlap: bool = True) -> None:
        self._line, self._work, self._offers, self._left = line, work, offers, limit
        self._overlap = overlap and offers.pipelining
        self._expected: deque[_Expected] = deque()
        self._current: Outgoing | None = None  #: its envelope, body or dot is what the relay is at
        self._ahead: Outgoing | None = None  #: its envelope is out while the current one's dot waits
        self._failed: Reply | None = None  #: why the current envelope was not accepted
        self._taken = False  #: whether the recipient was accepted although the sender was not
        self._rest: list[
            tuple[_Expected, bytes]
        ] = []  #: commands held back from a relay that does not pipeline
        self._reset = b""  #: what must go before the next MAIL
        self._closing = False
        self.settled = 0  #: messages that came to an outcome on this connection

    @property
    def phase(self) -> Phase | None:
        """How far the message at hand has come; None between messages."""
        return _PHASE[self._expected[0]] if self._expected else None

    @property
    def idle(self) -> bool:
        """Whether it could begin a message at once."""
        return self._current is None and not self._expected and not self._closing

    @property
    def busy(self) -> bool:
        """Whether a message is on its way, so that hanging up would cut it off."""
        return self._current is not None

    def poke(self) -> bool:
        """Begin a message if there is one and nothing stands in the way; return whether one began."""
        if self.idle:
            return self._begin()
        if self._overlap and self._ahead is None and list(self._expected) == [_Expected.DOT]:
            envelope = self._next_envelope(ahead=True)
            if envelope:
                self._line.write(envelope)
                return True
        return False

    def close(self) -> None:
        """Begin nothing more; say goodbye as soon as nothing is under way."""
        self._closing = True
        if self._current is None and not self._expected:
            self._quit()

    def all_went_well(self, data: bytes) -> bool:
        """Take replies that say yes to all that was asked, if that is what `data` is: the usual case."""
        expected, current = self._expected, self._current
        if not expected or current is None:
            return False
        if expected[0] is _Expected.DOT:
            return self._message_taken(current, data)
        asked = expected[0] is _Expected.MAIL and len(expected) == len(_ENVELOPE)
        if not asked or self._failed is not None or not _ENVELOPE_TAKEN.fullmatch(data):
            return False
        expected.clear()
        self._send_message()
        return True

    def _message_taken(self, mail: Outgoing, data: bytes) -> bool:
        """Take a 250 to the message, alone or with the replies to the next one's envelope."""
        taken = _MESSAGE_TAKEN.fullmatch(data)
        if taken is None or len(self._expected) != (4 if taken[3] or self._ahead is not None else 1):
            return False
        answer = Reply(code=250, enhanced=(taken[1] or b"").decode(), text=taken[2].decode())
        self._work.settle(Sent(position=mail.position, reply=answer))
        self.settled += 1
        self._current, self._ahead = self._ahead, None
        if taken[3]:
            self._expected.clear()
            self._send_message()
        else:
            self._expected.popleft()
            if self._current is None:
                self._go_on()
        return True

    def received(self, code: int, lines: list[bytes]) -> None:
        """Take the relay's next reply."""
        if not self._expected:
            self._line.hang_up(str(reply(code, lines, Phase.CONNECT)))
            return
        expected = self._expected[0]
        if expected is _Expected.DOT:
            self._on_dot(code, lines)
        elif expected is _Expected.DATA:
            self._on_data(code, lines)
        elif expected is _Expected.MAIL or expected is _Expected.RCPT:
            self._on_envelope(expected, code, lines)
        elif expected is _Expected.QUIT or code == 421 or (expected is _Expected.RSET and code >= 300):
            self._line.hang_up(str(reply(code, lines, Phase.CONNECT)))
        else:
            self._expected.popleft()
            if expected is _Expected.RSET:
                self._say_next()
            else:
                self._go_on()

    def lost(self, why: str) -> None:
        """Settle or give back what was under way when the connection ended."""
        current, ahead, phase = self._current, self._ahead, self.phase
        self._current = self._ahead = None
        self._expected.clear()
        self._closing = True
        given_back = [(mail, Phase.MAIL) for mail in (ahead,) if mail is not None]
        if current is not None and phase is Phase.DOT:
            self._cut_off(current, why)
        elif current is not None:
            given_back.append((current, phase or Phase.MAIL))
        for mail, stage in given_back:
            answer = Reply(code=0, text=why, phase=stage)
            self._work.give_back(mail, answer, for_nothing=self.settled == 0)

    def _cut_off(self, mail: Outgoing, why: str) -> None:
        self.settled += 1
        if self._line.dot_has_left():
            self._work.settle(Unknown(position=mail.position, reply=Reply(code=0, text=why, phase=Phase.DOT)))
        else:
            self._work.settle(
                Deferred(position=mail.position, reply=Reply(code=0, text=why, phase=Phase.BODY))
            )

    def _on_envelope(self, expected: _Expected, code: int, lines: list[bytes]) -> None:
        if 200 <= code < 300:
            self._taken = self._taken or (expected is _Expected.RCPT and self._failed is not None)
        elif code < 400:
            self._out_of_step(code, expected)
            return
        elif self._failed is None:
            self._failed = reply(code, lines, _PHASE[expected] or Phase.MAIL)
            if code == 421 and expected is _Expected.MAIL and self.settled:
                self._line.hang_up(str(self._failed))  # it had enough of this connection, not of this message
                return
            if code == 421:
                self._give_up(self._failed)
                return
        self._expected.popleft()
        if self._failed is None:
            self._say_next()
        elif not self._expected:  # a relay that does not pipeline has not been told more
            self._rest = []
            self._settle(self._failed)
            self._reset = b"RSET\r\n"
            self._go_on()

    def _on_data(self, code: int, lines: list[bytes]) -> None:
        if code == 354 and self._failed is None:
            self._expected.popleft()
            self._send_message()
        elif code == 354 and self._failed is not None and not self._taken:
            # It wants a message for nobody: a lone dot is what it must get (RFC 2920, 3.1).
            self._expected.popleft()
            self._expected.append(_Expected.LONE_DOT)
            self._line.write(b".\r\n")
            self._settle(self._failed)
        elif code == 354 and self._failed is not None:
            self._give_up(self._failed)  # refused the sender, took the recipient: send it nothing
        elif code < 400:
            self._out_of_step(code, _Expected.DATA)
        else:
            answer = self._failed or reply(code, lines, Phase.DATA)
            if code == 421:
                self._give_up(answer)
                return
            self._expected.popleft()
            self._settle(answer)
            self._reset = b"RSET\r\n"
            self._go_on()

    def _on_dot(self, code: int, lines: list[bytes]) -> None:
        if 300 <= code < 400:
            self._out_of_step(code, _Expected.DOT)
            return
        early = not self._line.dot_has_left() if code >= 400 else False
        self._expected.popleft()
        answer = reply(code, lines, Phase.DOT)
        self._settle(answer)
        self._current, self._ahead = self._ahead, None
        if early or code == 421:
            self._line.hang_up(str(answer))
        elif self._current is None:
            self._go_on()

    def _send_message(self) -> None:
        assert self._current is not None
        wire = self._current.wire
        self._expected.append(_Expected.DOT)
        after = self._next_envelope(ahead=True) if self._overlap else b""
        self._line.write_message(wire, b".\r\n" if wire.endswith(b"\r\n") else b"\r\n.\r\n", after)

    def _settle(self, answer: Reply) -> None:
        mail, self._current = self._current, None
        self._failed, self._taken = None, False
        assert mail is not None
        self.settled += 1
        if answer.code < 300:
            self._work.settle(Sent(position=mail.position, reply=answer))
        elif answer.code < 500:
            self._work.settle(Deferred(position=mail.position, reply=answer))
        else:
            self._work.settle(Refused(position=mail.position, reply=answer))

    def _give_up(self, answer: Reply) -> None:
        """The message has its answer, the connection is of no more use."""
        self._settle(answer)
        self._line.hang_up(str(answer))

    def _out_of_step(self, code: int, expected: _Expected) -> None:
        """No reply can be told from another any more; `lost` settles what is under way."""
        self._line.hang_up(f"out of step: {code} in reply to {expected.name}")

    def _say_next(self) -> None:
        """Give a relay that does not pipeline the next command of the envelope."""
        if self._rest:
            expected, command = self._rest.pop(0)
            self._expected.append(expected)
            self._line.write(command)

    def _go_on(self) -> None:
        if self._closing or self._left <= 0:
            self._quit()
        else:
            self._begin()

    def _quit(self) -> None:
        self._closing = True
        self._expected.append(_Expected.QUIT)
        self._line.write(b"QUIT\r\n")

    def _begin(self) -> bool:
        envelope = self._next_envelope(ahead=False)
        if envelope:
            self._current, self._ahead = self._ahead, None
            self._line.write(envelope)
        elif self._left <= 0:
            self._quit()
        return bool(envelope)

    def _next_envelope(self, *, ahead: bool) -> bytes:
        """Take a message and return its commands; empty when there is none, or no more may go here."""
        while self._left > 0 and not self._closing:
            mail = self._work.take(ahead=ahead)
            if mail is None:
                return b""
            envelope = commands(mail, self._offers)
            if isinstance(envelope, Reply):
                self._work.settle(Refused(position=mail.position, reply=envelope))
                continue
            self._left -= 1
            self._ahead = mail
            if self._offers.pipelining and not self._reset:
                self._expected.extend(_ENVELOPE)
                return b"%b%bDATA\r\n" % envelope
            said = [
                (_Expected.MAIL, envelope[0]),
                (_Expected.RCPT, envelope[1]),
                (_Expected.DATA, b"DATA\r\n"),
            ]
            if self._reset:
                said.insert(0, (_Expected.RSET, self._reset))
                self._reset = b""
            if not self._offers.pipelining:
                self._rest = said[1:]
                del said[1:]
            self._expected.extend([expected for expected, _ in said])
            return b"".join([command for _, command in said])
        return b""
