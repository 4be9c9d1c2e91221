//! The forms in which languages print a point in time, in UTC.

use super::form::Form;

/// A point in time, by its civil date and its time of day.
struct Time {
    /// Days since 1970-01-01.
    days: i64,
    /// Milliseconds of the day.
    milliseconds: i64,
}

const DAY: i64 = 86_400_000;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// The other forms of a value that is a date of ISO 8601, or seconds or milliseconds since 1970.
pub(super) fn forms_of_date(value: &str) -> Vec<Form> {
    const DATE: &str = "as a date";
    let Some(time) = Time::of_iso(value).or_else(|| Time::of_number(value)) else { return Vec::new() };
    let (year, month, day) = time.date();
    let total = time.days * DAY + time.milliseconds;
    let (hour, minute, second) =
        (time.milliseconds / 3_600_000, time.milliseconds / 60_000 % 60, time.milliseconds / 1000 % 60);
    let millis = time.milliseconds % 1000;
    let date = format!("{year:04}-{month:02}-{day:02}");
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    let name = MONTHS[month as usize - 1];
    let weekday = WEEKDAYS[time.days.rem_euclid(7) as usize];
    vec![
        Form::new(
            DATE,
            format!("{weekday} {name} {day:02} {year:04} {clock} GMT+0000 (Coordinated Universal Time)"),
            "JavaScript's `Date.toString()` in UTC",
        ),
        Form::new(DATE, format!("{weekday} {name} {day:02} {year:04}"), "JavaScript's `Date.toDateString()`"),
        Form::new(
            DATE,
            format!("{weekday}, {day:02} {name} {year:04} {clock} GMT"),
            "JavaScript's `Date.toUTCString()`",
        ),
        Form::new(DATE, format!("{date}T{clock}.{millis:03}Z"), "JavaScript's `Date.toISOString()`"),
        Form::new(DATE, format!("{date}T{clock}Z"), "Java's `Instant.toString()` and Go's RFC 3339"),
        Form::new(DATE, format!("{date}T{clock}"), "Python's `isoformat()`, and Java's `LocalDateTime`"),
        Form::new(DATE, format!("{date}T{clock}+00:00"), "Python's `isoformat()` of a time in UTC"),
        Form::new(DATE, format!("{date}T{clock}.{millis:03}+0000"), "the interface of Jira"),
        Form::new(DATE, format!("{date} {clock}"), "Python's `str` of a `datetime`"),
        Form::new(DATE, format!("{date} {clock}+00:00"), "Python's `str` of a `datetime` in UTC"),
        Form::new(DATE, format!("{date} {clock} UTC"), "Ruby's text of a time in UTC"),
        Form::new(DATE, format!("{date} {clock} +0000 UTC"), "Go's text of a time in UTC"),
        Form::new(DATE, format!("{weekday} {name} {day:02} {clock} UTC {year:04}"), "Java's `Date.toString()` in UTC"),
        Form::new(DATE, format!("{date} {hour:02}:{minute:02}"), "JQL"),
        Form::new(DATE, date, "Java's `LocalDate`"),
        Form::new(DATE, total.to_string(), "JavaScript's `Date.getTime()`, in milliseconds"),
        Form::new(DATE, total.div_euclid(1000).to_string(), "seconds since 1970"),
    ]
}

impl Time {
    /// Reads `2026-01-02`, and the same with a time of day, a fraction and an offset.
    fn of_iso(value: &str) -> Option<Self> {
        let number = |range: std::ops::Range<usize>| {
            let digits = value.get(range)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i64>().ok())?
        };
        let is = |at: usize, marks: &[u8]| value.as_bytes().get(at).is_some_and(|byte| marks.contains(byte));
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        if !is(4, b"-") || !is(7, b"-") || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let days = days_of(year, month, day);
        if value.len() == 10 {
            return Some(Self { days, milliseconds: 0 });
        }
        let (hour, minute) = (number(11..13)?, number(14..16)?);
        if !is(10, b"T ") || !is(13, b":") || hour > 23 || minute > 59 {
            return None;
        }
        let (second, mut at) = if is(16, b":") { (number(17..19)?, 19) } else { (0, 16) };
        let mut fraction = 0;
        if is(at, b".") {
            let digits = value[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
            fraction = format!("{:0<3}", value.get(at + 1..at + 1 + digits)?).get(..3)?.parse().ok()?;
            at += 1 + digits;
        }
        let offset = match value.get(at..)?.trim_start() {
            "" | "Z" | "UTC" => 0,
            zone => {
                let sign = if zone.starts_with('-') { -1 } else { 1 };
                let digits: String = zone.strip_prefix(['+', '-'])?.split(':').collect();
                let zone: i64 = digits.parse().ok().filter(|_| digits.len() == 4)?;
                sign * (zone / 100 * 60 + zone % 100)
            }
        };
        let total = days * DAY + ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction;
        Some(Self { days: total.div_euclid(DAY), milliseconds: total.rem_euclid(DAY) })
    }

    /// Reads seconds (10 digits) or milliseconds (13 digits) since 1970.
    fn of_number(value: &str) -> Option<Self> {
        let number: i64 = value.parse().ok().filter(|_| value.bytes().all(|byte| byte.is_ascii_digit()))?;
        let total = match value.len() {
            10 => number * 1000,
            13 => number,
            _ => return None,
        };
        Some(Self { days: total.div_euclid(DAY), milliseconds: total.rem_euclid(DAY) })
    }

    /// Year, month and day. This is the reverse of [`days_of`].
    fn date(&self) -> (i64, i64, i64) {
        let shifted = self.days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        (year_of_era + era * 400 + i64::from(month <= 2), month, day)
    }
}

/// Days since 1970-01-01 in the Gregorian calendar.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The output of Node 20.20.2, CPython 3.11, OpenJDK 17 and Go 1.26 with the time zone UTC, for one point in time.
    #[test]
    fn a_date_has_the_forms_that_languages_print() {
        for value in ["2026-02-28T23:04:05.678Z", "2026-03-01T01:04:05.678+0200", "1772319845678"] {
            let found: Vec<String> = forms_of_date(value).into_iter().map(|form| form.text).collect();
            for text in [
                "Sat Feb 28 2026 23:04:05 GMT+0000 (Coordinated Universal Time)",
                "Sat, 28 Feb 2026 23:04:05 GMT",
                "2026-02-28T23:04:05.678Z",
                "Sat Feb 28 23:04:05 UTC 2026",
                "2026-02-28 23:04:05",
                "2026-02-28 23:04:05 +0000 UTC",
                "2026-02-28",
                "1772319845678",
                "1772319845",
            ] {
                assert!(found.iter().any(|found| found == text), "{value}: {text}, found {found:?}");
            }
        }
        let leap: Vec<String> = forms_of_date("2024-02-29").into_iter().map(|form| form.text).collect();
        assert!(
            leap.contains(&"Thu Feb 29 2024 00:00:00 GMT+0000 (Coordinated Universal Time)".to_owned()),
            "{leap:?}"
        );
        assert!(forms_of_date("2026-13-01").is_empty() && forms_of_date("20260101").is_empty());
    }
}
