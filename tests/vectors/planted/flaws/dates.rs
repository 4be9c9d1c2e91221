//! Flaws in dates (CON-5 to CON-16, INS-11, ASAP-13 to ASAP-19).

use qsh::suite::outcome::Reason;
use serde_json::Value;

use super::{ASAP, CONNECT, Group, INSTALL};
use crate::planted::claims::{Times, length};
use crate::planted::decoding::{Token, base64url};

const LATE: Group = Group {
    against: &[(CONNECT, "CON-7"), (INSTALL, "INS-11"), (ASAP, "ASAP-14")],
    flaws: &[
        ("exp is not compared with now", |v| v.claims.is_late = |_, _, _| false),
        ("exp holds for a second more", |v| v.claims.is_late = |now, exp, leeway| now > exp + leeway + 1.0),
        ("exp ends two seconds early", |v| v.claims.is_late = |now, exp, leeway| now > exp + leeway - 2.0),
        ("exp holds for half a minute more", |v| v.claims.is_late = |now, exp, leeway| now > exp + leeway.max(30.0)),
        ("the leeway counts twice for exp", |v| v.claims.is_late = |now, exp, leeway| now > exp + 2.0 * leeway),
        ("exp of zero never comes", |v| v.claims.is_late = |now, exp, leeway| exp != 0.0 && now > exp + leeway),
    ],
};

const LEEWAY_OF_EXPIRY: Group = Group {
    against: &[(CONNECT, "CON-5"), (INSTALL, "CON-5"), (ASAP, "ASAP-14")],
    flaws: &[
        ("exp has no leeway", |v| v.claims.is_late = |now, exp, _| now > exp),
        ("the leeway shortens exp", |v| v.claims.is_late = |now, exp, leeway| now > exp - leeway),
        ("half of the leeway counts for exp", |v| v.claims.is_late = |now, exp, leeway| now > exp + leeway / 2.0),
    ],
};

const LAST_SECOND: Group = Group {
    against: &[(CONNECT, "CON-8"), (INSTALL, "INS-11"), (ASAP, "ASAP-14")],
    flaws: &[("exp ends a second early", |v| v.claims.is_late = |now, exp, leeway| now >= exp + leeway)],
};

const LARGE_LEEWAY: Group = Group {
    against: &[(CONNECT, "CON-5")],
    flaws: &[
        ("the leeway counts up to a minute", |v| {
            v.claims.is_late = |now, exp, leeway| now > exp + leeway.min(60.0);
            v.claims.is_early = |now, nbf, leeway| now < nbf - leeway.min(60.0);
        }),
        ("exp holds a second more with a leeway", |v| {
            v.claims.is_late = |now, exp, leeway| now > exp + if leeway > 0.0 { leeway + 1.0 } else { 0.0 };
        }),
        ("nbf begins a second early with a leeway", |v| {
            v.claims.is_early = |now, nbf, leeway| now < nbf - if leeway > 0.0 { leeway + 1.0 } else { 0.0 };
        }),
    ],
};

const EARLY: Group = Group {
    against: &[(CONNECT, "CON-11"), (INSTALL, "INS-11"), (ASAP, "ASAP-14")],
    flaws: &[
        ("nbf is not compared with now", |v| {
            v.claims.is_early = |_, _, _| false;
            v.claims.begin = |_| None;
        }),
        ("nbf begins a second early", |v| v.claims.is_early = |now, nbf, leeway| now < nbf - leeway - 1.0),
        ("nbf begins a second late", |v| v.claims.is_early = |now, nbf, leeway| now <= nbf - leeway),
        ("nbf begins half a minute early", |v| v.claims.is_early = |now, nbf, leeway| now < nbf - leeway.max(30.0)),
        ("the leeway counts twice for nbf", |v| v.claims.is_early = |now, nbf, leeway| now < nbf - 2.0 * leeway),
    ],
};

const LEEWAY_OF_NOT_BEFORE: Group = Group {
    against: &[(CONNECT, "CON-5"), (INSTALL, "INS-11"), (ASAP, "ASAP-14")],
    flaws: &[
        ("nbf has no leeway", |v| v.claims.is_early = |now, nbf, _| now < nbf),
        ("the leeway puts nbf off", |v| v.claims.is_early = |now, nbf, leeway| now < nbf + leeway),
        ("half of the leeway counts for nbf", |v| v.claims.is_early = |now, nbf, leeway| now < nbf - leeway / 2.0),
    ],
};

const FUTURE: Group = Group {
    against: &[(CONNECT, "CON-10"), (INSTALL, "CON-10"), (ASAP, "ASAP-16")],
    flaws: &[("an iat that is later than now is refused", |v| {
        v.claims.otherwise_untimely = |times| {
            let is_ahead = times.iat.is_some_and(|iat| iat > times.now + times.leeway);
            is_ahead.then_some(Reason::NotYetValid)
        };
    })],
};

const FUTURE_BEYOND: Group = Group {
    against: &[(CONNECT, "CON-10")],
    flaws: &[("an iat that is 30 seconds later than now is refused", |v| {
        v.claims.otherwise_untimely = |times| {
            let is_ahead = times.iat.is_some_and(|iat| iat > times.now + 30.0);
            is_ahead.then_some(Reason::NotYetValid)
        };
    })],
};

const AMONG_EACH_OTHER: Group = Group {
    against: &[(CONNECT, "CON-12")],
    flaws: &[
        ("an exp that is not after iat is refused", |v| {
            v.claims.otherwise_untimely = |times| (length(times) <= 0.0).then_some(Reason::InvalidClaim);
        }),
        ("an exp that is not after nbf is refused", |v| {
            v.claims.otherwise_untimely = |times| {
                let is_backwards = times.exp.zip(times.nbf).is_some_and(|(exp, nbf)| exp <= nbf);
                is_backwards.then_some(Reason::InvalidClaim)
            };
        }),
    ],
};

const LIFETIME: Group = Group {
    against: &[(CONNECT, "CON-16"), (INSTALL, "CON-16")],
    flaws: &[
        ("a lifetime of more than a day is refused", |v| {
            v.claims.otherwise_untimely = |times| (length(times) > 86_400.0).then_some(Reason::LifetimeTooLong);
        }),
        ("a lifetime of more than a year is refused", |v| {
            v.claims.otherwise_untimely = |times| (length(times) > 31_536_000.0).then_some(Reason::LifetimeTooLong);
        }),
        ("an iat of more than an hour ago is refused", |v| {
            v.claims.otherwise_untimely =
                |times| times.iat.is_some_and(|iat| iat < times.now - 3600.0).then_some(Reason::Expired);
        }),
        ("an exp in more than an hour is refused", |v| {
            v.claims.otherwise_untimely =
                |times| times.exp.is_some_and(|exp| exp > times.now + 3600.0).then_some(Reason::LifetimeTooLong);
        }),
    ],
};

const LIFETIME_OF_CONNECT: Group = Group {
    against: &[(CONNECT, "CON-16")],
    flaws: &[
        ("dates that look like milliseconds are refused", |v| {
            v.claims.seconds = |_, value| value.as_f64().filter(|&date| date < 1e12);
        }),
        ("a date beyond the year 9998 is refused", |v| {
            v.claims.seconds = |_, value| value.as_f64().filter(|&date| date < 253_370_764_800.0);
        }),
        ("an iat of zero is refused", |v| {
            v.claims.otherwise_untimely = |times| (times.iat == Some(0.0)).then_some(Reason::InvalidClaim);
        }),
    ],
};

const TYPE: Group = Group {
    against: &[(CONNECT, "CON-13"), (INSTALL, "CON-13"), (ASAP, "CON-13")],
    flaws: &[
        ("digits for exp are a number", |v| v.claims.seconds = |name, value| one(name, value, "exp", digits)),
        ("digits for iat are a number", |v| v.claims.seconds = |name, value| one(name, value, "iat", digits)),
        ("digits for nbf are a number", |v| v.claims.seconds = |name, value| one(name, value, "nbf", digits)),
        ("true for exp is one", |v| v.claims.seconds = |name, value| one(name, value, "exp", truth)),
        ("true for iat is one", |v| v.claims.seconds = |name, value| one(name, value, "iat", truth)),
        ("true for nbf is one", |v| v.claims.seconds = |name, value| one(name, value, "nbf", truth)),
        ("the first of a list counts for exp", |v| v.claims.seconds = |name, value| one(name, value, "exp", first)),
        ("the first of a list counts for iat", |v| v.claims.seconds = |name, value| one(name, value, "iat", first)),
        ("the first of a list counts for nbf", |v| v.claims.seconds = |name, value| one(name, value, "nbf", first)),
        ("null for exp counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "exp" && value.is_null();
        }),
        ("null for iat counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "iat" && value.is_null();
        }),
        ("null for nbf counts as missing", |v| v.claims.is_void = |name, value| name == "nbf" && value.is_null()),
        ("what is no number is no date to compare with, for exp", |v| {
            v.claims.is_void = |name, value| name == "exp" && !value.is_number();
        }),
        ("what is no number is no date to compare with, for iat", |v| {
            v.claims.is_void = |name, value| name == "iat" && !value.is_number();
        }),
        ("what is no number is no date to compare with, for nbf", |v| {
            v.claims.is_void = |name, value| name == "nbf" && !value.is_number();
        }),
        ("exp in words is a date", |v| v.claims.seconds = |name, value| one(name, value, "exp", words)),
        ("iat in words is a date", |v| v.claims.seconds = |name, value| one(name, value, "iat", words)),
        ("nbf in words is a date", |v| v.claims.seconds = |name, value| one(name, value, "nbf", words)),
        ("an object for exp is zero", |v| v.claims.seconds = |name, value| one(name, value, "exp", object)),
        ("an object for iat is zero", |v| v.claims.seconds = |name, value| one(name, value, "iat", object)),
        ("an object for nbf is zero", |v| v.claims.seconds = |name, value| one(name, value, "nbf", object)),
    ],
};

/// A date. For the name `one`, it may be read in another way.
fn one(name: &str, value: &Value, one: &str, read: fn(&Value) -> Option<f64>) -> Option<f64> {
    value.as_f64().or_else(|| if name == one { read(value) } else { None })
}

fn digits(value: &Value) -> Option<f64> {
    value.as_str()?.parse().ok()
}

fn truth(value: &Value) -> Option<f64> {
    value.as_bool().map(f64::from)
}

fn first(value: &Value) -> Option<f64> {
    value.get(0)?.as_f64()
}

/// Any text that is not a number, read as the time of nearly all cases.
fn words(value: &Value) -> Option<f64> {
    value.as_str().filter(|text| text.parse::<f64>().is_err()).map(|_| 1_700_000_000.0)
}

fn object(value: &Value) -> Option<f64> {
    value.is_object().then_some(0.0)
}

const FRACTIONS: Group = Group {
    // Outside ASAP the clause is open, and no case may fail.
    against: &[(ASAP, "CON-14")],
    flaws: &[
        ("dates with a fraction are refused", |v| {
            v.claims.seconds = |_, value| value.as_f64().filter(|date| date.fract() == 0.0);
        }),
        ("dates with a point or an exponent are refused", |v| {
            v.claims.seconds = |_, value| value.as_i64().map(|date| date as f64);
        }),
        ("dates are rounded", |v| v.claims.seconds = |_, value| value.as_f64().map(f64::round)),
        ("dates are rounded up", |v| v.claims.seconds = |_, value| value.as_f64().map(f64::ceil)),
        ("the fraction of a date is cut off", |v| v.claims.seconds = |_, value| value.as_f64().map(f64::trunc)),
        ("dates with a fraction have no end", |v| {
            v.claims.is_late = |now, exp, leeway| exp.fract() == 0.0 && now > exp + leeway;
        }),
    ],
};

const SIZE: Group = Group {
    against: &[(CONNECT, "CON-7"), (INSTALL, "INS-11"), (ASAP, "ASAP-14")],
    flaws: &[
        ("exp has 31 bits", |v| v.claims.seconds = |name, value| bits(name, value, "exp", 31)),
        ("exp ends in 2038", |v| v.claims.is_late = |now, exp, leeway| now > exp.min(2_f64.powi(31)) + leeway),
        ("now has 31 bits", |v| v.claims.is_late = |now, exp, leeway| now % 2_f64.powi(31) > exp + leeway),
    ],
};

const SIZE_OF_NOT_BEFORE: Group = Group {
    against: &[(CONNECT, "CON-11"), (INSTALL, "INS-11")],
    flaws: &[("an nbf of zero is refused", |v| {
        v.claims.is_early = |now, nbf, leeway| nbf == 0.0 || now < nbf - leeway;
    })],
};

const BITS_OF_NOT_BEFORE: Group = Group {
    against: &[(CONNECT, "CON-11"), (INSTALL, "INS-11"), (ASAP, "ASAP-14")],
    flaws: &[("nbf has 31 bits", |v| v.claims.seconds = |name, value| bits(name, value, "nbf", 31))],
};

const ANY_SIZE: Group = Group {
    against: &[(CONNECT, "CON-15")],
    flaws: &[("a date beyond 2^53 is refused", |v| {
        v.claims.seconds = |_, value| value.as_f64().filter(|date| date.abs() < 2_f64.powi(53));
    })],
};

const SIZE_OF_ASAP: Group = Group {
    against: &[(ASAP, "ASAP-13")],
    flaws: &[
        ("an exp of a service token has 32 bits", |v| v.claims.seconds = |name, value| bits(name, value, "exp", 32)),
        ("an exp of a service token has 64 bits", |v| v.claims.get = |token, name| of_64_bits(token, name, "exp")),
        ("an iat of a service token has 64 bits", |v| v.claims.get = |token, name| of_64_bits(token, name, "iat")),
        ("dates of a service token are put in seconds where they are in milliseconds", |v| {
            v.claims.seconds = |_, value| value.as_f64().map(|date| if date > 1e12 { date / 1_000.0 } else { date });
        }),
    ],
};

/// A date. For the name `one`, bits that do not fit are dropped.
fn bits(name: &str, value: &Value, one: &str, bits: i32) -> Option<f64> {
    let date = value.as_f64()?;
    Some(if name == one { date % 2_f64.powi(bits) } else { date })
}

/// A claim. For the name `one`, the digits in the token are truncated to 64 bits.
fn of_64_bits(token: &Token, name: &str, one: &str) -> Option<Value> {
    let value = token.claims.get(name)?;
    if name != one {
        return Some(value.clone());
    }
    let text = String::from_utf8(base64url(&token.segments[1])?).ok()?;
    let (_, digits) = text.split_once(&format!("\"{one}\":"))?;
    let digits = digits.split([',', '}']).next()?;
    Some(digits.parse().map_or_else(|_| value.clone(), |date: i128| Value::from(date as u64)))
}

const WINDOW: Group = Group {
    against: &[(ASAP, "ASAP-15")],
    flaws: &[
        ("the window begins with nbf only", |v| v.claims.begin = |times| times.nbf),
        ("without nbf the window begins a second before iat", |v| {
            v.claims.begin = |times| times.nbf.or_else(|| times.iat.map(|iat| iat - 1.0));
        }),
        ("without nbf the window begins a second after iat", |v| {
            v.claims.begin = |times| times.nbf.or_else(|| times.iat.map(|iat| iat + 1.0));
        }),
        ("without nbf there is no leeway", |v| {
            v.claims.begin = |times| times.nbf.or_else(|| times.iat.map(|iat| iat + times.leeway));
        }),
        ("without nbf the leeway counts twice", |v| {
            v.claims.begin = |times| times.nbf.or_else(|| times.iat.map(|iat| iat - times.leeway));
        }),
    ],
};

const NOT_BEFORE_OR_ISSUE: Group = Group {
    against: &[(ASAP, "ASAP-14")],
    flaws: &[
        ("the window begins with iat whatever nbf is", |v| v.claims.begin = |times| times.iat),
        ("the window begins with the earlier of iat and nbf", |v| {
            v.claims.begin = |times| times.nbf.zip(times.iat).map(|(nbf, iat)| nbf.min(iat)).or(times.iat);
        }),
    ],
};

const LATER_OF_BOTH: Group = Group {
    against: &[(ASAP, "ASAP-16"), (ASAP, "ASAP-19")],
    flaws: &[("the window begins with the later of iat and nbf", |v| {
        v.claims.begin = |times| times.nbf.zip(times.iat).map(|(nbf, iat)| nbf.max(iat)).or(times.iat);
    })],
};

const LIFETIME_OF_ASAP: Group = Group {
    against: &[(ASAP, "ASAP-17")],
    flaws: &[
        ("a service token may live for ever", |v| v.claims.is_long = |_| false),
        ("a service token may live for an hour and a second", |v| v.claims.is_long = |times| length(times) > 3_601.0),
        ("a service token may live for less than an hour", |v| v.claims.is_long = |times| length(times) >= 3_600.0),
        ("a service token may live for two hours", |v| v.claims.is_long = |times| length(times) > 7_200.0),
        ("a service token may live for a day", |v| v.claims.is_long = |times| length(times) > 86_400.0),
        ("the leeway stretches the hour", |v| v.claims.is_long = |times| length(times) > 3_600.0 + times.leeway),
        ("the leeway shortens the hour", |v| v.claims.is_long = |times| length(times) > 3_600.0 - times.leeway),
        ("the hour is counted from now", |v| {
            v.claims.is_long = |times| times.exp.is_some_and(|exp| exp - times.now > 3_600.0);
        }),
        ("the hour is counted from nbf", |v| {
            v.claims.is_long = |times| length(&Times { iat: times.nbf.or(times.iat), ..*times }) > 3_600.0;
        }),
        ("the hour is counted from now or iat, whichever is later", |v| {
            v.claims.is_long =
                |times| length(&Times { iat: times.iat.map(|iat| iat.max(times.now)), ..*times }) > 3_600.0;
        }),
        ("the hour is counted to now", |v| {
            v.claims.is_long = |times| times.iat.is_some_and(|iat| times.now - iat > 3_600.0);
        }),
        ("the hour is compared in whole minutes", |v| {
            v.claims.is_long = |times| (length(times) / 60.0).trunc() > 60.0;
        }),
        ("an iat before 1970 is not compared", |v| {
            v.claims.is_long = |times| times.iat.is_some_and(|iat| iat >= 0.0) && length(times) > 3_600.0;
        }),
        ("an iat of zero counts as missing", |v| {
            v.claims.is_long = |times| times.iat != Some(0.0) && length(times) > 3_600.0;
        }),
    ],
};

const BACKWARDS: Group = Group {
    against: &[(ASAP, "ASAP-18")],
    flaws: &[
        ("exp is not compared with iat", |v| v.claims.is_backwards = |_| false),
        ("exp and iat may be equal", |v| v.claims.is_backwards = |times| length(times) < 0.0),
        ("exp is two seconds after iat at least", |v| v.claims.is_backwards = |times| length(times) < 2.0),
        ("exp is not after nbf", |v| {
            v.claims.is_backwards = |times| length(&Times { iat: times.nbf, ..*times }) <= 0.0;
        }),
    ],
};

const NOT_BEFORE_AMONG_OTHERS: Group = Group {
    against: &[(ASAP, "ASAP-19")],
    flaws: &[("an nbf before iat is refused", |v| {
        v.claims.is_backwards = |times| times.nbf.zip(times.iat).is_some_and(|(nbf, iat)| nbf < iat);
    })],
};

pub(crate) const GROUPS: &[Group] = &[
    LATE,
    LEEWAY_OF_EXPIRY,
    LAST_SECOND,
    LARGE_LEEWAY,
    EARLY,
    LEEWAY_OF_NOT_BEFORE,
    FUTURE,
    FUTURE_BEYOND,
    AMONG_EACH_OTHER,
    LIFETIME,
    LIFETIME_OF_CONNECT,
    TYPE,
    FRACTIONS,
    SIZE,
    SIZE_OF_NOT_BEFORE,
    BITS_OF_NOT_BEFORE,
    ANY_SIZE,
    SIZE_OF_ASAP,
    WINDOW,
    NOT_BEFORE_OR_ISSUE,
    LATER_OF_BOTH,
    LIFETIME_OF_ASAP,
    BACKWARDS,
    NOT_BEFORE_AMONG_OTHERS,
];
