"""Signs with RSA and elliptic curves, for the vectors: RFC 8017 and RFC 6979 written out, the same bytes each time.

The keys were made for these vectors with `openssl genpkey`, stand in the repository, and protect nothing. Nothing here
takes care of timing; do not sign anything else with it.
"""

import base64
import hashlib
import hmac


class Rsa:
    """An RSA key of 2048 bits."""

    def __init__(self, private_pem, public_pem):
        self.private_pem, self.public_pem = private_pem, public_pem
        # RFC 8017, appendix A.1.2, within RFC 5208: version, n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p.
        _, self.n, _, self.d, self.p, self.q, self.dp, self.dq, self.qinv = integers(octets(pem_bytes(private_pem)))

    def power(self, block):
        """The private operation on a block of 256 bytes, by the remainder theorem: RFC 8017, section 5.1.2."""
        number = int.from_bytes(block, "big")
        one, two = pow(number, self.dp, self.p), pow(number, self.dq, self.q)
        return (two + self.q * ((one - two) * self.qinv % self.p)).to_bytes(256, "big")

    def pkcs1(self, text, digest="sha256"):
        """A signature after RFC 8017, section 8.2."""
        return self.power(padded(digest_info(digest, hash_of(digest, text.encode()))))

    def pss(self, text, digest="sha256", salt=None, mask_digest=None):
        """A signature after RFC 8017, section 8.1, with a salt that is a constant, as long as the hash."""
        size = hashlib.new(digest).digest_size
        salt = bytes(range(size)) if salt is None else salt
        hashed = hash_of(digest, bytes(8) + hash_of(digest, text.encode()) + salt)
        masked = bytes(254 - size - len(salt)) + b"\1" + salt
        mask = mask_of(mask_digest or digest, hashed, len(masked))
        masked = bytes(a ^ b for a, b in zip(masked, mask))
        return self.power(bytes([masked[0] & 0x7F]) + masked[1:] + hashed + b"\xbc")


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
        """The base point, so many times."""
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


def padded(info):
    """RFC 8017, section 9.2."""
    return b"\0\1" + b"\xff" * (256 - 3 - len(info)) + b"\0" + info


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
