"""TLS over a socket that somebody else drives: bytes in, bytes out (RFC 3207, RFC 8314)."""

import ssl

_READ = 64 * 1024


class TlsLayer:
    """One encrypted connection, as two streams of bytes.

    Raises:
        ssl.SSLError: from every method, when the relay cannot be trusted or breaks the protocol.
    """

    def __init__(self, context: ssl.SSLContext, server: str) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=server)
        self.stands = False  #: whether the handshake is done
        self._shake_hands()

    def encrypt(self, data: bytes) -> bytes:
        """Return what to send for `data`."""
        self._tls.write(data)
        return self._out.read()

    def to_send(self) -> bytes:
        """Return what TLS itself has to say: handshake, key updates, alerts."""
        return self._out.read()

    def decrypt(self, data: bytes) -> bytes:
        """Take what the relay sent; return what it says, nothing while hands are still shaken."""
        self._in.write(data)
        if not self.stands and not self._shake_hands():
            return b""
        chunks: list[bytes] = []
        while True:
            try:
                chunk = self._tls.read(_READ)
            except (ssl.SSLWantReadError, ssl.SSLZeroReturnError):
                break
            if not chunk:
                break
            chunks.append(chunk)
        return b"".join(chunks)

    def _shake_hands(self) -> bool:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        self.stands = True
        return True


def trusting(verify: bool) -> ssl.SSLContext:
    """Return how to encrypt: against the system's authorities, or with anybody (opportunistic)."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def words(error: ssl.SSLError) -> str:
    """Return what went wrong, for people."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    return f"TLS failed: {error.reason or error}"
