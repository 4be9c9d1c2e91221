"""Signs with RSA and elliptic curves, for the vectors: RFC 8017 and RFC 6979 written out, the same bytes each time.

The keys were made for these vectors with `openssl genpkey`, stand in the repository, and protect nothing. Nothing here
takes care of timing; do not sign anything else with it.
"""

import base64
import hashlib
import hmac


class Rsa:
    """An RSA key."""

    def __init__(self, private_pem, public_pem):
        self.private_pem, self.public_pem = private_pem, public_pem
        # RFC 8017, appendix A.1.2, within RFC 5208: version, n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p.
        _, self.n, _, self.d, self.p, self.q, self.dp, self.dq, self.qinv = integers(octets(pem_bytes(private_pem)))
        self.size = (self.n.bit_length() + 7) // 8

    def power(self, block):
        """The private operation on a block as long as the modulus, by the remainder theorem: RFC 8017, section 5.1.2."""
        number = int.from_bytes(block, "big")
        one, two = pow(number, self.dp, self.p), pow(number, self.dq, self.q)
        return (two + self.q * ((one - two) * self.qinv % self.p)).to_bytes(self.size, "big")

    def pkcs1(self, text, digest="sha256"):
        """A signature after RFC 8017, section 8.2."""
        return self.power(padded(digest_info(digest, hash_of(digest, text.encode())), self.size))

    def pss(self, text, digest="sha256", salt=None, mask_digest=None):
        """A signature after RFC 8017, section 8.1, with a salt that is a constant, as long as the hash."""
        size = hashlib.new(digest).digest_size
        salt = bytes(range(size)) if salt is None else salt
        hashed = hash_of(digest, bytes(8) + hash_of(digest, text.encode()) + salt)
        # RFC 8017, section 9.1.1: the block has one bit less than the modulus. No key here has a length that saves a byte.
        masked = bytes(self.size - 2 - size - len(salt)) + b"\1" + salt
        mask = mask_of(mask_digest or digest, hashed, len(masked))
        masked = bytes(a ^ b for a, b in zip(masked, mask))
        front = 0xFF >> (8 * self.size - self.n.bit_length() + 1)
        return self.power(bytes([masked[0] & front]) + masked[1:] + hashed + b"\xbc")

    def pkcs1_pem(self):
        """The public key in the form of PKCS #1: RFC 8017, appendix A.1.1."""
        body = der_integer(self.n) + der_integer(65537)
        text = base64.b64encode(b"\x30" + der_length(len(body)) + body).decode()
        lines = [text[at : at + 64] for at in range(0, len(text), 64)]
        return "\n".join(["-----BEGIN RSA PUBLIC KEY-----", *lines, "-----END RSA PUBLIC KEY-----", ""])


class Curve:
    """A curve of FIPS 186-4, y^2 = x^3 - 3x + b over the field of p, with a base point of the order n."""

    def __init__(self, p, n, x, y):
        self.p, self.n, self.base = p, n, (x, y)
        self.size = (n.bit_length() + 7) // 8

    def add(self, one, two):
        if one is None or two is None:
            return one or two
        (x1, y1), (x2, y2) = one, two
        if x1 == x2 and (y1 + y2) % self.p == 0:
            return None
        if one == two:
            slope = 3 * (x1 * x1 - 1) * pow(2 * y1, -1, self.p)
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, self.p)
        x = (slope * slope - x1 - x2) % self.p
        return x, (slope * (x1 - x) - y1) % self.p

    def times(self, factor):
        """The base point, multiplied by a number."""
        found, power = None, self.base
        while factor:
            if factor & 1:
                found = self.add(found, power)
            power, factor = self.add(power, power), factor >> 1
        return found


class Elliptic:
    """A key on a curve."""

    def __init__(self, curve, private_pem, public_pem):
        self.curve, self.private_pem, self.public_pem = curve, private_pem, public_pem
        # RFC 5915, section 3, within RFC 5208: version, then the number in an octet string.
        self.d = int.from_bytes(octets(octets(pem_bytes(private_pem))), "big")

    def numbers(self, text, digest):
        """R and S of the signature after FIPS 186-4, section 6.4, with the nonce of RFC 6979, section 3.2."""
        n, size = self.curve.n, self.curve.size
        hashed = hash_of(digest, text.encode())
        number = self.cut(hashed)
        given = self.d.to_bytes(size, "big") + (number % n).to_bytes(size, "big")
        value, key = b"\1" * len(hashed), bytes(len(hashed))
        for mark in (b"\0", b"\1"):
            key = hmac.digest(key, value + mark + given, digest)
            value = hmac.digest(key, value, digest)
        while True:
            found = b""
            while len(found) < size:
                value = hmac.digest(key, value, digest)
                found += value
            nonce = self.cut(found[:size])
            if 0 < nonce < n:
                r = self.curve.times(nonce)[0] % n
                s = pow(nonce, -1, n) * (number + r * self.d) % n
                if r and s:
                    return r, s
            key = hmac.digest(key, value + b"\0", digest)
            value = hmac.digest(key, value, digest)

    def cut(self, data):
        """As many bits from the left as the order has: RFC 6979, section 2.3.2."""
        return int.from_bytes(data, "big") >> max(0, 8 * len(data) - self.curve.n.bit_length())

    def raw(self, text, digest, size=None):
        """A signature after RFC 7518, section 3.4: R and S at full length, or at another."""
        size = size or self.curve.size
        return b"".join(number.to_bytes(size, "big") for number in self.numbers(text, digest))

    def der(self, text, digest):
        """The same signature as ASN.1 writes it."""
        body = b"".join(der_integer(number) for number in self.numbers(text, digest))
        return b"\x30" + der_length(len(body)) + body


def sign_with(algorithm, key, text):
    """The signature that an algorithm of RFC 7518 demands."""
    digest = f"sha{algorithm[2:]}"
    return {"RS": Rsa.pkcs1, "PS": Rsa.pss, "ES": Elliptic.raw}[algorithm[:2]](key, text, digest)


def hash_of(digest, data):
    return hashlib.new(digest, data).digest()


def mask_of(digest, seed, length):
    """MGF1: RFC 8017, appendix B.2.1."""
    counters = range(length // hashlib.new(digest).digest_size + 1)
    return b"".join(hash_of(digest, seed + counter.to_bytes(4, "big")) for counter in counters)[:length]


def digest_info(digest, data):
    """The hash with the name of its algorithm: RFC 8017, section 9.2, notes."""
    number, size = {"sha256": (1, 32), "sha384": (2, 48), "sha512": (3, 64)}[digest]
    front = [0x30, 0x11 + size, 0x30, 0x0D, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, number, 5, 0, 4, size]
    return bytes(front) + data


def padded(info, size=256):
    """RFC 8017, section 9.2."""
    return b"\0\1" + b"\xff" * (size - 3 - len(info)) + b"\0" + info


# As much of DER as the keys need.


def pem_bytes(text):
    return base64.b64decode("".join(text.splitlines()[1:-1]))


def elements(data):
    """The tag and the content of each element in a sequence."""
    _, content, _ = element(data)
    while content:
        tag, inner, content = element(content)
        yield tag, inner


def element(data):
    tag, length, at = data[0], data[1], 2
    if length > 0x7F:
        at += length & 0x7F
        length = int.from_bytes(data[2:at], "big")
    return tag, data[at : at + length], data[at + length :]


def octets(data):
    return next(content for tag, content in elements(data) if tag == 4)


def integers(data):
    return [int.from_bytes(content, "big") for tag, content in elements(data) if tag == 2]


def der_length(length):
    if length > 0xFF:
        return b"\x82" + length.to_bytes(2, "big")
    return bytes([length] if length < 0x80 else [0x81, length])


def der_integer(number):
    data = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return b"\2" + der_length(len(data)) + data


P256_CURVE = Curve(
    0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
P384_CURVE = Curve(
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
    0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
)
P521_CURVE = Curve(
    2**521 - 1,
    0x01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
    0x00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66,
    0x011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE72995EF42640C550B9013FAD0761353C7086A272C24088BE94769FD16650,
)


# The keys.

RSA = Rsa(
    """-----BEGIN PRIVATE KEY-----
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQDGVlRmz7j4dTdG
ZTCpHhxR6Ih80AishCaWEohMJfNHVwtXn+JdfP6vgWWddlvSs0YUMyGxYd+mk65B
hdgigEx8Kxpn186yrXws9W881iBjmImZ89vcKehMIjmUMz/ncD5Fs9aqD2m2cwHB
Xwjb0LCYjokTJenBNlpNT2ShqBNVguI5Ru5/lJwsM8dT+G3WJK4JgFL9qV3gMMwx
e2E19sbe2cnmT41SmXEetukmwT/u9SCl/VgO7xx+NcCJ5Xd1UvwIWOidnJD1pUM5
TW8dziQkMeGz1wSFfcnfogJVe7I5y1PCNU667U1XZs0QfmaQ9ZdjdN0hV9h7Gu8J
NWykTEwhAgMBAAECggEAC4o5W0lfHKG2p3NldemTweudiWQ8pPZZcmY9+kRDrT/H
dVU5rAaE9mbj0oTGSfJMCQqCktoRfmqIUIqo7TT5fkivFCID258+zYoy6zTAP1tA
N64Zzuu8oYq6PpZkHk4IaYYnCXpfxGcDpUx8wkwYV6qvbLxKJ1zyEHPRSfCdaLOx
wuxIiBzF8oEgXRp1hMrdxQXPuNICpc3+cdZTa+40xK3pI0RJibPuZTmWkSXZA5No
PaS4s5NCFxR4BTRuixm0J94hnN3gcC9iqWjv/x/0Ls3dxJUkqU2u2PPznE3shWEP
qjVkaQ6an/cTNqCxbzD2hrxfwHaYYeVu1iQl4688qwKBgQDp4CncmKEmi1RKjTXx
0MaJz9Hjyx+E1Bp+pgtscPbVoR4Vhr21la9skVxKwTS7AqyM32pOw0arRC0IaldI
phOuHCpnk/8WqwCJKM/l4y1KPG57KYIskcfyLeI2dxNUkAk5yTtf+PCGKEz/yMLA
m1LFJqJK9YwFDPwOvAGbBdRBtwKBgQDZGYWR4ZUBsElyn5vq/aHpMrGeOnefY9XV
9vteXj1nLEE0iOtQdcCTw8TGP5EkB13tdFugSVJ2u0Q6d4pC2PFo33Cty34sBK1r
hKDvIDPYxOIIMhOBCX7COWCD5KkByjDCu94hZItrEauyyBHByKxRSjkLHa+BRIf7
6WrSyGMA5wKBgEvqOIxjesPBLC464gzJQPjQ3Yd8kpGSK7t6eHDNxkGX1+US5JeB
q/yovnWBe3VMq+faSW6hklnbemal5gkt52t3twgCESYxga4D8l/juvrC3PXbhmaj
N2zUGf6l7j9fta7tM/m2G5TglgXdC+JrSJW4Mav1QmsNSPAbdMX2QWzHAoGAFA0k
Zg3kukwy7HBLcU/NtYEmIIwb4k/RPzrZiqS/nRjcSOLggQTvLXamZP0YBbDcfwMB
N3OuNyMisRe7YGMzINGKUbL6y0v/TG/qgUuDHmFI0yL05DUhTQUJogTriyvGhyXc
5U6pBdGS/yc1ZKWJLNTjIeCzBghzWtP7Ns6lPj8CgYBZPW2X62f67DYN/e2up2RY
xQFhVpbFecoN1io7ebPDQPaLnEUnce8BLFYINiKqaa+c2LR9DX4Uun18OAKG3RjE
FQvA4DanNcSW5au4YjD3tBp7AOpoMXFu4/FsUwWDxYDnXM59f5kWcoyOLQur983+
0DQ/U4mz5H1CdLfztlhn+A==
-----END PRIVATE KEY-----
""",
    """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxlZUZs+4+HU3RmUwqR4c
UeiIfNAIrIQmlhKITCXzR1cLV5/iXXz+r4FlnXZb0rNGFDMhsWHfppOuQYXYIoBM
fCsaZ9fOsq18LPVvPNYgY5iJmfPb3CnoTCI5lDM/53A+RbPWqg9ptnMBwV8I29Cw
mI6JEyXpwTZaTU9koagTVYLiOUbuf5ScLDPHU/ht1iSuCYBS/ald4DDMMXthNfbG
3tnJ5k+NUplxHrbpJsE/7vUgpf1YDu8cfjXAieV3dVL8CFjonZyQ9aVDOU1vHc4k
JDHhs9cEhX3J36ICVXuyOctTwjVOuu1NV2bNEH5mkPWXY3TdIVfYexrvCTVspExM
IQIDAQAB
-----END PUBLIC KEY-----
""",
)
RSA_OTHER = Rsa(
    """-----BEGIN PRIVATE KEY-----
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCvIv+9coztJCMA
vGS+YFfAJsLUnV/6r6ONFIxNgBjzqKTI2uZe1NcjwtyQkS/0ejgAwaOnaND369T7
ddhQrjB/TiJxiaqP8pi7Y5AKbTdvpV5niS5O3iV5XdHIJAqadSK8cGIUkSyHFGnF
fBeWEXIF80iXYczMSj6nEG3fmqTDcHVj22ZuwOKnY09vofMx7XPmsnOxWcM70onb
5N0svjCH+AeM8LspF61N5hEBCWYj82X2wT7koHcw3BSXYQZxosFFT78pSu7BORj7
O/wfVUYU/ikKuA3Es5iOc2MQ9U11Fk9Csx1/Jyd8ECYdzAuXLdi0qZ0K7Aw4hqKX
/lQenDkVAgMBAAECggEAUfaQN0o31/e0hfClOU9/YccCIVzxgTHX2fvG2bJcexPu
4q1HaRQ1B2B3txSrm7/jG7+D5qIwQgbVq0VwkfmjasDXb8lc0HdZsUEcNTT937tF
3jCeQnzGjvEwb3kmmTi+o+/4huWWMDWGdszngOzzLwO3cllr7iPFBIy0zxPhjjD6
EhRiEJILgzImB3Pzh67IimsNM2NIKMXCxbh7eUZOYZSvzyU6gcROJNHrubhIULYC
e+bL7WZnul7mQuAGPQaZVEB3Clu/qGSF5dPOjIVAFbJM6RVirwu1RoT1A0CCubLX
UoZAH0wcTB5R8BvsEVwnsJX7AhnODc4uTiqxsYJk1QKBgQDYacxFFMHKeLoghf67
+mCoJ9PTKGeA7SCUWphiLIehugk7kRuO6EyQ64oZsRzMFfYZPYIthQsEMxcOaxn5
NQTaPshKzFdFIvZulQ2iF+ht2U5Hh1I7QQ+ZmQnInfwWocx4/g6tLQSjeQUcOyth
WXzfXDKytmd0iKD4tk7jGEB2+wKBgQDPLE1YUInukFpUomyUJKz0IiGg+UE42aaa
X1Nl8bvIEluoq6NHjhW9Lmrio/u1e1YOaqkL8kgbq6iOiLS3pDmfdEoLuyMa0pWD
Ez4un6twgGBw2NcDXRFGoSBKT6vQ3osXRM3zF25QoMXcc20oB+ub2T1EuUFTWzoO
PR9yQilTLwKBgGe+aA8hwTjHoSpgMdp5T4as+Q27y8pxYnHb8Dr379kmrrBggp6C
W9oJH/3q+swXJw+4fcRGiB5uQ3pE+4GM2hOpjyjURm29MfeW+p8e6OxoBO+jPldr
fAf85kTG/4b172h9GhoIf7XCGSIMd2JGnOcScrdbW8LwkIJKGw0gnh6rAoGAZCu/
mhwXFUqm4pVGerrhBYobSII8jwhuDeZZpMklSq/VsdCLumVxDXAMLlmrsyxXh9D6
u9QCGZ7+eSyQdNrrIbZQtytc5fM8Z4w+XLzHYDYya13tWKr/V29A9a1gHjX8etvB
2PBTXpjeEqGc/eYWfdykSz5n364UfB4BvnVPFfECgYB81rk4AN2GSbo6KdjKnzpr
XZeNq8MUX4FieWNJ8e8pI2ikkdZI8in+WXnY9dRs3c9spGwLMmRbx+9PYLOVCKPL
AlYEC8Hlhq260XQ08Pk6DfRQtKr7I5Fv4y1/Wjv8XDOpTzQ9KQIoNjaCAJr49C08
jQq4U7D/xYzvo9WJ/EIC0A==
-----END PRIVATE KEY-----
""",
    """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAryL/vXKM7SQjALxkvmBX
wCbC1J1f+q+jjRSMTYAY86ikyNrmXtTXI8LckJEv9Ho4AMGjp2jQ9+vU+3XYUK4w
f04icYmqj/KYu2OQCm03b6VeZ4kuTt4leV3RyCQKmnUivHBiFJEshxRpxXwXlhFy
BfNIl2HMzEo+pxBt35qkw3B1Y9tmbsDip2NPb6HzMe1z5rJzsVnDO9KJ2+TdLL4w
h/gHjPC7KRetTeYRAQlmI/Nl9sE+5KB3MNwUl2EGcaLBRU+/KUruwTkY+zv8H1VG
FP4pCrgNxLOYjnNjEPVNdRZPQrMdfycnfBAmHcwLly3YtKmdCuwMOIail/5UHpw5
FQIDAQAB
-----END PUBLIC KEY-----
""",
)
# By their size in bits.
RSA_1024 = Rsa(
    """-----BEGIN PRIVATE KEY-----
MIICeAIBADANBgkqhkiG9w0BAQEFAASCAmIwggJeAgEAAoGBAKGzAUqyTv8ys+ej
VYUYoJ1vH8EqZzm8gdyGLDXmPHZjKMhkvisNiHJmZYPpAoVPJ2sQCGRBCOebgKoe
ughAdvVxwEfcTUzcpS9lpLqIEiK4YrpU2hPIjLSDc3gfXuY8k0FroPhV7uv2BRBE
CaEg+NxZo8QDwUdsBS/UOkz649j1AgMBAAECgYEAiy7EjuI6Yynmdx09cIoJPlo3
cBKqtaTP9ty6004xfwnNQeiNVAubBjWjbc60L8E5QcuUHY9pNcrBDi3SnWW3viDt
Xwh1aKb5Jpen0oYJhs0JB86Fu97uC3h3mZEdWNEEUo47LYPr/b3nGVVuzvJMSMZT
D1w3tiiixpxSnJNzzmUCQQDPtYmrEmdWUVpo7uX2Yii96LtOjZz0hgLI9NdEVP3x
EvZxbW2F9+SPbPamEthMFdE41oRVsnb4lRr0lbM05HNrAkEAx0sLNHtdWPlwaN2O
Zrq0kLdkphezwjI9gT70LBusqY/qP9JmfSDZZyA1/Ko2BwORX0GSQkSgJ5es78G/
3uRdHwJBAMPujk+2i44sLanAeWLCU4ZZTJ8cDMvIwkXIWGwX9Hf9GEYFIIR4Q71b
3wrnyetzxSnliW3BbGKvXH8N279wJMMCQAD1OGGRMjqqQEMQxY1y2klTyFUQChol
2avUXKIVo/fQrESQQ1PYo5LeUcQcIVRZTQqTKxvMbqSiEv+4A68Tk+sCQQDDJQzJ
Om8mp9myYfHBVjZjPPqKwEAzjgbxZbnRIlbSKWXvYSi5yvVls6tTaaw+vauv/ixk
QCxYK8o+F5XykzqL
-----END PRIVATE KEY-----
""",
    """-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQChswFKsk7/MrPno1WFGKCdbx/B
Kmc5vIHchiw15jx2YyjIZL4rDYhyZmWD6QKFTydrEAhkQQjnm4CqHroIQHb1ccBH
3E1M3KUvZaS6iBIiuGK6VNoTyIy0g3N4H17mPJNBa6D4Ve7r9gUQRAmhIPjcWaPE
A8FHbAUv1DpM+uPY9QIDAQAB
-----END PUBLIC KEY-----
""",
)
RSA_2047 = Rsa(
    """-----BEGIN PRIVATE KEY-----
MIIEugIBADANBgkqhkiG9w0BAQEFAASCBKQwggSgAgEAAoIBAG+NXjP4a0tPGdgo
GQ9zn3jueM4126grTovfp+aA2wnJ2MNFb4OeZUxOJzg4YfPXVH7dy7EjQw46BLTD
K5on0DwL56OifZnTsbNzYK9Oyyqi3eBVYo0t/dEIEpM3e8k5G9rYejZVcSKy+sQA
QtDH2xjph9KjzyVN323cdA0tAYRtHe19PH2lJXECWBG+yRrpdQ1yzaVraU/Hxf+L
3K4k8Aekheu2YvB2VxIrx+5JWs6Zdl5nOKHAmtPbzo3SR6Mt2aU7PCkB7FVxeWTm
fc3RkaTgk4kCCQU5+h6bn9CnRBDHtVQlvAD4xuJMqGEw9DKi6cw5el3pZsUnomhA
Ye2iLbUCAwEAAQKCAQBBfbGsuU/kqs/1g7USyUL68KakCiKnnKVEoU4lmcj++i30
lrNdhoTaQ5fq/c8kJWtKAFUx7g3UMGPK7DqRCobKegLIowEyaoKNZFODGLNWmL/C
kN6HHFVDf4XIQG7AOHMODMHTXF5LjOCEadLQWEVdXt2K4PkgYZOnICJSCfY2FDm+
sZhfncPxB4BWFsSflbAHTbhwATYDuojpC7Kw5lCXJP9zeHT3HMWcM5VG4EzBX0px
VmSaPx9cnZ+EX2rsVgt8OzTNyCJvVjV48Hc3bGofPhDkG1RFvrrrP6Fa5PaKiIS8
ldldzl++f1Fzm8+10sUWmv1epa8jWAUuwQhD8tWRAoGBAOaoQHB+fqIxT5LryY1t
sdLW9ARiv8ftop5aMQm+m8TXOj0YHo2ed+X/Tvo+jsZhQKt8ekrqSkq/uSy09dI/
YNLpIIvtHBMx9jH9GYvvwaZTP0TFcrXPwHVvJWs+fM9Zc5L7hzitO0v+Y9EUDqkJ
lOdHd0hsxvNhY4Gom6RXqn+TAoGAe88Fw+yxVY+Ec+KamCvU0YalHK8O6e1HiTBh
2hBzXKeiorm5k7FrjePhgRoDvn4j1PcNK/04Ib7UtJ+RfdrP7a0F17/KYZDBG9FC
SOwriMUAIeeloAJ9KPXdiyElvFZ1wKOMB6d4MYlLjXsxwseGSSSaCORrXHfdg6C0
DNX0GpcCgYA35nDvkoiIMGEznzdSslIVYgjzgyctgfcWX49g6DQCKZMwuUa2VcCD
GjP+y+h4RZuRs/JDc7KbmQl8v0KQONHza5J6tvVF5abgCJIHawzIjYZY2W1qiLYA
//XWnudKrUgoSBNGdh1X1ohEZJME/pB62MQc5lf1JhYil0VZN/HXRwKBgDw6TFqw
JOAzbcKWBJBsGh5HOsEGY+HmPLt/Hsre38+9+L7iTGWNlH200nlkN1gOss2h1PWG
PC0mUQEA8tzfefDsD4CR2xi1O0uV84HX6aGh+9uCfa6mJ06qtDg/SsUg5i1tIeyD
SlQGrwtHV8CiITAprwkOXS/hW4/xuETaO+JHAoGAP8GMyfcVUQRJdlw1fZpNxFV+
ZGlOg7QkvOLHyHDQZLCVu6z/xSjw/6A4OC82SlFIdieh3Y34Ixs4k2fzLLIebjGR
0SkLAcmQhllB1dxRPcRCSuM82iw5SIFE3zo+4xBDqpa3YG2f82pHDWAlHA1zyt67
w5eeyU3JPdSmr/wo/0I=
-----END PRIVATE KEY-----
""",
    """-----BEGIN PUBLIC KEY-----
MIIBITANBgkqhkiG9w0BAQEFAAOCAQ4AMIIBCQKCAQBvjV4z+GtLTxnYKBkPc594
7njONduoK06L36fmgNsJydjDRW+DnmVMTic4OGHz11R+3cuxI0MOOgS0wyuaJ9A8
C+ejon2Z07Gzc2CvTssqot3gVWKNLf3RCBKTN3vJORva2Ho2VXEisvrEAELQx9sY
6YfSo88lTd9t3HQNLQGEbR3tfTx9pSVxAlgRvska6XUNcs2la2lPx8X/i9yuJPAH
pIXrtmLwdlcSK8fuSVrOmXZeZzihwJrT286N0kejLdmlOzwpAexVcXlk5n3N0ZGk
4JOJAgkFOfoem5/Qp0QQx7VUJbwA+MbiTKhhMPQyounMOXpd6WbFJ6JoQGHtoi21
AgMBAAE=
-----END PUBLIC KEY-----
""",
)
RSA_3072 = Rsa(
    """-----BEGIN PRIVATE KEY-----
MIIG/QIBADANBgkqhkiG9w0BAQEFAASCBucwggbjAgEAAoIBgQDFAL1gpS8nePXV
chXDmYAabNVx0iCzeziHlzdd2Ig54Y8hWDfsDT5xPoxzEs4xPgfWli8Vt/ZaxGy2
iQNBVTX3L/Ad+mEaeKKtf6Sj25EasVxEvGL6RFTl2T5B668byR8gTYgDxYt1FtJ2
G+t411H2CugQM4aleCnjJmBMKeGF9n70eEtvMgQIzFK/Fj2jszjmhk2j6weUAI5/
2Y9Njl/3Z0EZsQypBRh9PvzBYFW6qNhTgZl4FWFuHOL2VLSLYURh0WEAxhStUUff
2Frd0ZeXelJxE8WkrLHvBafhOUuEf/n28bBI9//GRK2vnVrfnql5UCyJb23vmJd5
20z3ni+ca+P5r93CtJbSI3aovVOYekJMILRu+w939o/rpO3hmmh93IBYN00dLk3i
pxmRa1UTrCshDH+DIHu7qg80D6jyx3FlDsr7ylD60EaQlFKmZUiBdENsJX5NfaTM
kxvjcfc4pTI0ZmJqLoVkpM2jGOThDl9LdOTc8j1S9NaaDyTlOS0CAwEAAQKCAX85
VH3IIkoWspzYANtUkNc22XVEKmJZ2QIac2cpaFo8feepTIL5ruD9E7bLxi07J1Ig
oJQTPfXzdDYu6LCJ0sJhrRGzp6maioDM/Nhs1vjjS7oORsSHEFukiBQWGwBalaz5
OZbbgiGTcZDNzlI4WHEBqSrfjB8jCFUoRYLAp296DMHlYxyQv31tEgkCkvZdLUrh
yzPNABi0eXT+v9F0QHqtBN9tGpkUlucJi8sCe4Z3S6uooY6H47D22nEyPnRMG4HH
x4tAJG+WHS5Bb1+p9cfCX2lDlxfkLQau3IHM+kZyuosOsZhAzFx424w8Gy4dnosF
iR1ofR+K/oi7kn/xK/RVL9Mnp7cWB8730rJBQuXrBAE0NL2vJb/3DiNuB16CQzye
XitrpWhr/DFhCFxhZTLbp+rf1n3nPO1QpkGRiD/fiAThiV8ITDPi26e+1PSoemvh
4sGFWMvk30auU5jQ7E/M4c+35EXkwq4XRCWBCfVI5OxyRfV140ws5KjBRCP4twKB
wQD0fDLM59Rmq9IO4FwV3EHk68/rTQBBennaqMtAY+ESDPgWJWK2YJJQM8WIzBaS
74XmC35Nn2yxkQe+RDV2mtEvoFsQxwoJwOz4D7tVy2axGN4CGYjPzMQS1/kJ5CDr
a/BeSLe5b2edaf8p4VsJQoNwvftrUlgYIlX4kFGYvAaCYpWiWbJo145ISp35vBlw
WbmM8YPUuaR3Od5kLOxFdR+bmbg14VnlQT3vn1W9c23x0mumPTHPun+2dCSvMdNv
tVcCgcEAzkgKBNa86bJJl99/TNMp/aDSze7HK0qOeGaEcn8/v8BaPMMwjBYs9ixU
E2OZcXQtZlOstXFmgKHtcxBHj+MUh8y2H/VM4VetSwVsBcZyTQvAUC0okBnnW3sD
LMalUMn5Y/FKNOP54hE6kjLhMV+G4wAjlDSZtBUQ9mGoPY6tEqaEcAvafAhJzBXW
n3rA+iNWvHmuuyYJHdiqvDv/BQGOr0c6FChI09honLkOKbvuF0IbtbjiWw9WTogi
zem0Sw8bAoHBAM0nkzFisFdfgys8lck6RIkmYBjhSn+nmK0lyzjDF1CgVWWwBX9o
1h46811xdNfj6oY5ysi0KO9v9gFxFzPpgfPnKcOQYhoBLFiUSu0Ze5jMdy9n4egN
udLeLHpiVkV3FALqHlGa7GWpVpb8JfpFOCrZISrTtFy8I0wrPm1eClBLDalof09+
4kRDaQDxGJ+wiwV8fNV62km546ZIFBPMzrMxcOS1r0uzTZfQKpCJVg8ANZkP7MaV
hynBmC7zLqukjQKBwDOu0PPNaZ+Tz+SBVr/E2Gx3ctmtzbEHCRMZfG3DfBFq/DDl
JrCyjalQCfChr7xBQ26z4D3Fn8zyxS9jEMr4NhigLbFsIEsFUKHPRfVcdx7eptxv
tA4Gr3S4KV96lcjcEeP8fH8r71u4vVgL72gTaxRM4J0tYKVB8fIJHcHukWZu2hfI
oIEbAoJjplZmxxrk58JpKmIxcW9M7dojng1/CmTYD7ElNrn9Kpi5tNa4AztIkPDC
1dPCz/j1GuNEfqufqQKBwQDoRc6EMtuFLr+qPsmTHOiZu/goJT8R9vl2pV+sbNBX
Pu9v5DCmhnPqpoxG3ur2YOj2V1cc5VFeEyZiBElcIEEUeiMr7q2tInpri0GIgeeY
vWoC2JrquaIjf6/HmYhfz/sPCDb8VaGep/xe12zkfJJdeVURXWDYla1asK4Ch1Ho
rJq8KibT0oJs6aKUetzrszng3OJopsa9WbZioK5NTQcV28G1SJetRCykIbjVtRWP
BfivRsS3lprzzyDQgCYFcwo=
-----END PRIVATE KEY-----
""",
    """-----BEGIN PUBLIC KEY-----
MIIBojANBgkqhkiG9w0BAQEFAAOCAY8AMIIBigKCAYEAxQC9YKUvJ3j11XIVw5mA
GmzVcdIgs3s4h5c3XdiIOeGPIVg37A0+cT6McxLOMT4H1pYvFbf2WsRstokDQVU1
9y/wHfphGniirX+ko9uRGrFcRLxi+kRU5dk+QeuvG8kfIE2IA8WLdRbSdhvreNdR
9groEDOGpXgp4yZgTCnhhfZ+9HhLbzIECMxSvxY9o7M45oZNo+sHlACOf9mPTY5f
92dBGbEMqQUYfT78wWBVuqjYU4GZeBVhbhzi9lS0i2FEYdFhAMYUrVFH39ha3dGX
l3pScRPFpKyx7wWn4TlLhH/59vGwSPf/xkStr51a356peVAsiW9t75iXedtM954v
nGvj+a/dwrSW0iN2qL1TmHpCTCC0bvsPd/aP66Tt4ZpofdyAWDdNHS5N4qcZkWtV
E6wrIQx/gyB7u6oPNA+o8sdxZQ7K+8pQ+tBGkJRSpmVIgXRDbCV+TX2kzJMb43H3
OKUyNGZiai6FZKTNoxjk4Q5fS3Tk3PI9UvTWmg8k5TktAgMBAAE=
-----END PUBLIC KEY-----
""",
)
RSA_4096 = Rsa(
    """-----BEGIN PRIVATE KEY-----
MIIJQwIBADANBgkqhkiG9w0BAQEFAASCCS0wggkpAgEAAoICAQD4gG/5wIPBCK1N
22h34P4wkmoaivmE0/KK5VaPu1nb6tip0Gjm10+2dFvvUssaJypbYkSFFt0oDOB6
dXgNLSbSKKMrdWVow5ZaqY1h6DxoD4hJVeSnjY4Nk/tiFhOWZVCce8LAWBvIVgtd
bGLoTSURPkwWSYeb7//F8ZT5sIIE8sF84WqT03NKWn7BqdIuFBds3e0L9togon3X
heuVSifAQUIYhySnlXuxkm97lnLnFrBZ2uK+GR3COln1CblAdPXC3kKKhOELIJLR
t5rrbGuOunB+E58MBMzCsJ4JfnYIsrzy/vY41v4Bldg48QhNEL1H1CBK2Qb+as+M
WaTcrzPWKcW5DDrpur89Whj4dw8Nlc3ps6ncvb5aZXvQPZmxGpmBj43adVJX4lgB
qzQDOU0VGP20KsANDq+o44NPuPlhkk25K4+J8mGiehD0Ugdh0Ysz0s2O8S4I9tgf
HpASG+Lmuny9DJe/xcFtddvYNbgGW+2qu6t1AqvfroZJl3oOZUjAVLuGO6Nw9t8B
TtYHb5rj+kiZo4w61Ivqg1m0IcwW7fLcuqunJYgVsHiIzlgvhmw0g3J7/E/ggEw9
UlVLJfuOuqSI53y9x/7DBl0FpivPjC0Ff+ihYSHcSVPS9OhHdVK22lyf+0p13IGf
t9x631eCN0+ipnhuYHlD48fPHeit+QIDAQABAoICACEjoastBvUCZvgjyx/3f3Zz
RBaTk3ho+maW9G75BV/8RtYIjsDAFGeIx2zYPfEYKYAjz+7usGIDq5jxGugo7g0n
MbFdN7+bm6yuAUZ9/bZD4gEjpPlKOZgqdKLtPkH3c2NW5s8XQOc7wEq+ZkdD6G5P
AD8VobHENPgNAji1FvW5eN+iQQADOhP/kvlZIAgYklIom1DV49tnx//qolLXn4r2
OO4D8bmuh98Tn+3bj6mtHynwdH305ADPnsj8ebm0j0SkNrv5wfglqSayBUUhgYt4
ZgGONM7ZwgOxoXWzKWL6ERQXt7a3RwrnlHztedWrJo7SZVcN766UiGaXWtK6Q59n
z1j3YfZBkFDgyS0jCBGksSgrg+Q/WBcAMzqV9dBoRvaKY8B+TsDA0newdux7EiqL
ksZ4AlSVAnKG2KqeRIYMNbXIEtxLjOlpIeKXfGm2xUCii1mmBnW8C6Ohlfp/QXa8
BE/sGvHuvaiLtftafbmcbTJUSB4Ro+W0Yt5j8YoxsTVG2osNHVQb0MeyXExI7tmt
Z/8dzl+3XCPp8ou55XfSE/FXmLBM8VKPYXsykFT4hKUx6YvLl2WKkRQql72H/ZSo
y+CM0ERLhVoPgyhup61iF267G3HTrsiLq6+hc1ZKd6l8Mj0INyrAUlpKuVZMe3wO
L+vNGLNDSN9MxzF/30btAoIBAQD9iRaT3wKkinCbt9snTbreiPukmGEVFEYYgU/O
sZXyILBHm0ZaiqW6RalHNybYiuPy22TiTITUU0h8oFPyT/+Dw8kTofCEZIE65A96
LHVmkwXAY64hJRbRX0JBSYX7k119DqLb/26fSGLHVyO0HuGY/Ky9C07uJfRo3plt
f13rDG8vjdoMf7zlk4GL+Y3fJx2AlUpYZe1aPgN3Jd/Bzq48RrCFJTZ9G6Uhn+9u
7g+DDjbLdoyRJRSmH0a0jezxiRt5DKsmjDbnneTcNPxatiqVe0epSx9DQgWwWA0i
Sx6fdGfKACC1EmVDPrItJD0jiJXImQSJ/M8btxIr23Ut5fntAoIBAQD66tKl2ck1
bcfbOPcrAMVGQufQkrsxQzR2J9REZJ7hDGwoF4S7b709u8nnfujA9kiPeoqpwY35
SfzgJcqAnUMEAiDXPbj+aVzphLuAh6Y8yt5tVa7ylL8Tmcf687GtpoKRxCISVz6y
09Y7W7PXNR/7h+EuBy2yGtWB70hyzMN+2DT+jFpJtdi4umdKlzYBC222+vpapwQW
ptLIYRgt1lPq79w6RPvn1+NSwsKR4COqEZmdCydEHbTaKjA/40O0OG8hNeBL45HN
FA5RBQ59/c36fFGzUF0jy5sX5YY92dKGzCgnhFlMnQTRB4HBH/JmuvP4UWa+GTT8
J96kuu+SLpK9AoIBAQDhYEXTuUDOJ8qmgi+spqphPAAGdvaGGHmfOwRIxxB2JpzN
ariFsA5WoaozBlHf2Md9kY4CpObHICmlr5gwJPEMnrRWYXQ/HGDMiwM/JdpPDo7k
UTfvetrnz/hDtSoHUx6eFq6rRkt+CIjWjx3L9k+xAZxEiJLnnJHBz28wKTLByVHl
QgH9bmfq5M8aMQLuxgSx0wQ9xI3T1KCb/+0CicnVBznPgh8H49VNKLFdOP5NEAuh
noaiWAYdDlx6EFf69liXqK1UHPyJtJBHOErEEH+WVfqEAaWO0lfgRMWYIJLeSEoj
BS4OCIY/2rHk8vvuZHJR2cRxLWymRH1Aw1tNK8yZAoIBAQCMakq1e1npJ2U3Xfqb
uxOqzRgzFVniKIy8Lm/QUkrDABOqn/asecx6NpO3k8Km8WwLtvTQKLvNrMTxntRj
Ax6UqKg+K5FR9h6Do77WH5M84/5zSwbbQ7hmPKG34xYkalEZR5wVjXNN2dRCZYAP
x+/8775o5qWAzRl8XC6757DjVBTb+ikwpK4COnZBPLuA/CdKxcrCXkKgdnzwm71P
MWjGybIBfcdGp/7Tup/tyHPM4YqIYsx3hvRFPmS/6+tgeFBgUmkRrulRzY5xcpX4
lcbmDRofcbKdrHw/dDead0IkIy25Z4wdnqUqYLwRGlKpgKe058DKUwrerWUf5Gja
8ms1AoIBAFaQBUffDUii0f4Apzk0P2o7fbwEtBETDm2E/uXkqByUGAD9PYel3Wwb
gEbHRIx3nHgjouOlh5m7utD0VYOaToPMek4yh5EOpnIhEd9NmP4Si3c40W3+3EVO
UaULUaA1ALorouiL2niZ6RT0XevbCjuzgiI2RF2UzzGU/o46IHuRW3aXo+OdIZPy
HsqtwBVx+ggP1qu3TlyFWyD3G61UufaSZZYf2rcecAbZxKFg1S30uDcR0FgGqQlm
WZh/xArEUf5ruxf9fbmPmUUHSzxTbhW6OgKIaJdauPMTbMrkr4y+xv8NjI2GUjFl
WRgOy3WVWwIZOjvyXIjOwrvv9riP/9g=
-----END PRIVATE KEY-----
""",
    """-----BEGIN PUBLIC KEY-----
MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEA+IBv+cCDwQitTdtod+D+
MJJqGor5hNPyiuVWj7tZ2+rYqdBo5tdPtnRb71LLGicqW2JEhRbdKAzgenV4DS0m
0iijK3VlaMOWWqmNYeg8aA+ISVXkp42ODZP7YhYTlmVQnHvCwFgbyFYLXWxi6E0l
ET5MFkmHm+//xfGU+bCCBPLBfOFqk9NzSlp+wanSLhQXbN3tC/baIKJ914XrlUon
wEFCGIckp5V7sZJve5Zy5xawWdrivhkdwjpZ9Qm5QHT1wt5CioThCyCS0bea62xr
jrpwfhOfDATMwrCeCX52CLK88v72ONb+AZXYOPEITRC9R9QgStkG/mrPjFmk3K8z
1inFuQw66bq/PVoY+HcPDZXN6bOp3L2+WmV70D2ZsRqZgY+N2nVSV+JYAas0AzlN
FRj9tCrADQ6vqOODT7j5YZJNuSuPifJhonoQ9FIHYdGLM9LNjvEuCPbYHx6QEhvi
5rp8vQyXv8XBbXXb2DW4BlvtqrurdQKr366GSZd6DmVIwFS7hjujcPbfAU7WB2+a
4/pImaOMOtSL6oNZtCHMFu3y3LqrpyWIFbB4iM5YL4ZsNINye/xP4IBMPVJVSyX7
jrqkiOd8vcf+wwZdBaYrz4wtBX/ooWEh3ElT0vToR3VSttpcn/tKddyBn7fcet9X
gjdPoqZ4bmB5Q+PHzx3orfkCAwEAAQ==
-----END PUBLIC KEY-----
""",
)
P256 = Elliptic(
    P256_CURVE,
    """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsjLvcsfIqV4piotf
BgRUYtvsGT1XbVsbdbyqSkHt8/yhRANCAATw94Ni1khhqex0cYeFM0M8jn5Gykh5
MJ1VXISNPOpthPQaw7bK7n32j972zYAfaq4qQ24fuL/2jgmAlr3YZD6P
-----END PRIVATE KEY-----
""",
    """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8PeDYtZIYansdHGHhTNDPI5+RspI
eTCdVVyEjTzqbYT0GsO2yu599o/e9s2AH2quKkNuH7i/9o4JgJa92GQ+jw==
-----END PUBLIC KEY-----
""",
)
P256_OTHER = Elliptic(
    P256_CURVE,
    """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgERyDOcLt416KwYO7
XEGNqgd1uGISfabvZtR3bi0shXuhRANCAAQ3J94qTyL1f0jMf+KDgsc7XF3PqtHu
2CG4zeXWLv/RT4ZxWkT04gWvVNqFE49YR3CkdDqb5pmCDpGYH+HS/x6E
-----END PRIVATE KEY-----
""",
    """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENyfeKk8i9X9IzH/ig4LHO1xdz6rR
7tghuM3l1i7/0U+GcVpE9OIFr1TahROPWEdwpHQ6m+aZgg6RmB/h0v8ehA==
-----END PUBLIC KEY-----
""",
)
P384 = Elliptic(
    P384_CURVE,
    """-----BEGIN PRIVATE KEY-----
MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDC5TZ4LdAt9mrPRDPTa
yA48PP3o1LOwAUxv8PfoAeA4Ej570uQ9r9hfuOwOxRXtEpahZANiAATaIvexF195
fDL+8e10SuMn53wD7ufP0uJSVA1SRmzK9SMEY5IOSoDO60IzBHCj/uZoxlvhSHtL
thUgULagE/XSxCfUFEQLoqcSumJ2nsFtKbQNt04qT7pSnJaWav/WpPY=
-----END PRIVATE KEY-----
""",
    """-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE2iL3sRdfeXwy/vHtdErjJ+d8A+7nz9Li
UlQNUkZsyvUjBGOSDkqAzutCMwRwo/7maMZb4Uh7S7YVIFC2oBP10sQn1BREC6Kn
Erpidp7BbSm0DbdOKk+6UpyWlmr/1qT2
-----END PUBLIC KEY-----
""",
)
P521 = Elliptic(
    P521_CURVE,
    """-----BEGIN PRIVATE KEY-----
MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIAbXzfM9/CxgWbenBr
nIa3ulg9xNtrSCKZa8yCUyJSD0y4Br2K1hqVF1Cks30R2OQliS+eBBHqak8tEuTc
RWExoBqhgYkDgYYABACkD4SS3WuqmnH8x+BP6JTMW7M0TvQc7keX/BnHRLcAZSxW
DZaRFo9sXZwDMq5xJHvG0YjdxW1xJq1iErY+uAvXjwGEWKCN7rPRob2Y1AE9kqCi
TQTAYf7LJqYf4KLbRw1B0eLt9HyAcDw95+IOAS2VCveJCLuPFVGVPw1hKIyb+nqE
vA==
-----END PRIVATE KEY-----
""",
    """-----BEGIN PUBLIC KEY-----
MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQApA+Ekt1rqppx/MfgT+iUzFuzNE70
HO5Hl/wZx0S3AGUsVg2WkRaPbF2cAzKucSR7xtGI3cVtcSatYhK2PrgL148BhFig
je6z0aG9mNQBPZKgok0EwGH+yyamH+Ci20cNQdHi7fR8gHA8PefiDgEtlQr3iQi7
jxVRlT8NYSiMm/p6hLw=
-----END PUBLIC KEY-----
""",
)
