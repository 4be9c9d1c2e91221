//! "Did you mean": the known names that resemble an unknown one.

use strsim::osa_distance;

/// The most names that are suggested.
const MOST: usize = 5;
/// The most typing mistakes, in a name of any length.
const MOST_MISTAKES: usize = 3;
/// A shorter spelling that is part of the unknown name says nothing about it.
const LEAST_PART: usize = 4;

/// The known names that resemble a name, the most similar first. Upper and lower case are the same.
///
/// Each known name comes as a pair: a spelling of it, and the name to suggest. Names with [few typing mistakes](mistyped)
/// win. Without any, names count that contain the unknown one, that it contains, or that have a part like it. Parts are
/// words and, in ids of cases, folders. Of a folder and what is in it, one is suggested.
///
/// # Examples
///
/// ```
/// use qsh::suite::near::near;
///
/// let known = [("python-pyjwt", "python-pyjwt"), ("PyJWT", "python-pyjwt"), ("jira", "python-jira")];
/// assert_eq!(near("pyjwt", known), ["python-pyjwt"]);
/// assert_eq!(near("python-pijwt", known), ["python-pyjwt"]);
/// assert_eq!(near("nobody", known), [""; 0]);
/// ```
pub fn near<'k>(name: &str, known: impl IntoIterator<Item = (&'k str, &'k str)>) -> Vec<&'k str> {
    let known: Vec<(&str, &str)> = known.into_iter().collect();
    let mistyped = mistyped(name, known.iter().copied());
    if !mistyped.is_empty() {
        return mistyped;
    }
    let name = name.to_lowercase();
    let alike = known.into_iter().filter_map(|(spelling, meant)| {
        let spelling = spelling.to_lowercase();
        has_part(&name, &spelling).then(|| (osa_distance(&name, &spelling), meant))
    });
    let mut suggested = suggested(alike.collect());
    suggested.truncate(MOST);
    suggested
}

/// The known names that differ from a name by at most three characters, and by no more than every fourth: those that
/// differ least. Empty if these are many, because a name that is like so many is like none.
pub fn mistyped<'k>(name: &str, known: impl IntoIterator<Item = (&'k str, &'k str)>) -> Vec<&'k str> {
    let name = name.to_lowercase();
    let distances = known.into_iter().map(|(spelling, meant)| (osa_distance(&name, &spelling.to_lowercase()), meant));
    let mut mistyped: Vec<(usize, &str)> = distances.filter(|(distance, _)| *distance <= few(&name)).collect();
    let least = mistyped.iter().map(|(distance, _)| *distance).min();
    mistyped.retain(|(distance, _)| Some(*distance) == least);
    let suggested = suggested(mistyped);
    if suggested.len() > MOST { Vec::new() } else { suggested }
}

/// The names, by their distances. Of a folder and what is in it, the more similar one is left.
fn suggested(mut all: Vec<(usize, &str)>) -> Vec<&str> {
    all.sort_unstable();
    let is_in = |name: &str, folder: &str| {
        name.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mut suggested: Vec<&str> = Vec::new();
    for (_, name) in all {
        if !suggested.iter().any(|other| is_in(name, other) || is_in(other, name)) {
            suggested.push(name);
        }
    }
    suggested
}

/// How many typing mistakes are few.
fn few(name: &str) -> usize {
    (name.chars().count() / 4).min(MOST_MISTAKES)
}

/// Whether one contains the other, or a part of the spelling is like the name.
fn has_part(name: &str, spelling: &str) -> bool {
    let contains = !name.is_empty() && spelling.contains(name);
    let is_contained = spelling.len() >= LEAST_PART && name.contains(spelling);
    let mut parts = spelling.split(|it: char| !it.is_alphanumeric()).filter(|part| part.len() >= LEAST_PART);
    contains || is_contained || parts.any(|part| osa_distance(name, part) <= few(name))
}

/// The question that an error ends in, such as `did you mean a, b or c?`. `None` without any name.
pub fn did_you_mean(near: &[impl AsRef<str>]) -> Option<String> {
    (!near.is_empty()).then(|| format!("did you mean {}?", one_of(near)))
}

/// Names in one text, such as `a, b or c`.
pub fn one_of(names: &[impl AsRef<str>]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<'k>(name: &str, known: &[&'k str]) -> Vec<&'k str> {
        near(name, known.iter().map(|name| (*name, *name)))
    }

    #[test]
    fn a_typing_mistake_has_one_meaning() {
        let operations = ["authenticate", "authenticate_install", "canonical_request", "qsh"];
        assert_eq!(of("authenticat", &operations), ["authenticate"]);
        assert_eq!(of("authentciate", &operations), ["authenticate"]);
        assert_eq!(of("Canonical-Request", &operations), ["canonical_request"]);
        assert_eq!(of("hash", &operations), [""; 0]);
        assert_eq!(of("QSH-X1", &["QSH-C1", "QSH-F1", "QSH-H1", "QSH-M1", "QSH-P1", "QSH-Q1"]), [""; 0]);
        assert_eq!(of("", &operations), [""; 0]);
    }

    #[test]
    fn a_part_means_every_name_that_has_it() {
        let adapters = ["scala-atlassian-jwt-core", "python-atlassian-jwt", "python-pyjwt"];
        assert_eq!(of("atlassian-jwt", &adapters), ["python-atlassian-jwt", "scala-atlassian-jwt-core"]);
        assert_eq!(of("pyjtw", &adapters), ["python-pyjwt"]);
        assert_eq!(of("the python-pyjwt of 2026", &adapters), ["python-pyjwt"]);
    }

    #[test]
    fn a_folder_stands_for_what_is_in_it() {
        let ids = ["query", "query/repeat", "query/repeat/two", "path", "path/repeat"];
        assert_eq!(of("quer", &ids), ["query"]);
        assert_eq!(of("query/repaet", &ids), ["query/repeat"]);
        assert_eq!(of("query/repeat/seventeen", &ids), ["query/repeat"]);
        assert_eq!(of("repeat", &ids), ["path/repeat", "query/repeat"]);
    }

    #[test]
    fn a_question_has_every_name() {
        assert_eq!(did_you_mean(&[""; 0]), None);
        assert_eq!(did_you_mean(&["a"]).unwrap(), "did you mean a?");
        assert_eq!(did_you_mean(&["a", "b", "c"]).unwrap(), "did you mean a, b or c?");
    }
}
