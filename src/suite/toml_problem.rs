//! The message of a TOML error.

/// The message and position of a TOML error. Leaves out the quoted line if it is long, as it may be if the file is not
/// TOML at all.
pub(crate) fn toml_problem(error: &toml::de::Error) -> String {
    const LONGEST: usize = 200;
    let whole = error.to_string();
    let mut lines = whole.trim_end().lines();
    if lines.clone().all(|line| line.len() <= LONGEST || error.message().contains(line)) {
        return whole.trim_end().to_owned();
    }
    format!("{}: {}", lines.next().unwrap_or_default(), error.message())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_of_toml_is_not_quoted() {
        let error = |text: &str| toml::from_str::<toml::Table>(text).unwrap_err();
        let (short, long) = (error("{}"), error(&format!("{{\"{}\"}}", "x".repeat(100_000))));
        assert!(toml_problem(&short).contains("1 | {}"), "{}", toml_problem(&short));
        let problem = toml_problem(&long);
        assert!(problem.starts_with("TOML parse error at line 1, column 1: ") && problem.len() < 200, "{problem}");
    }
}
