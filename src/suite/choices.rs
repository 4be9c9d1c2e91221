//! Appendix A of the specification, `docs/choices.md`: every choice of every dialect field.

use std::fmt::Write as _;

use qsh_diagnose::dialect::{Choice, FIELDS, Field, Status};

/// The text before the first clause.
const INTRODUCTION: &str = "\
# Appendix A: choices of implementations

Implementers can read some clauses of [the specification](spec.md) in more than one way. For each such point there is a
*dialect field*. Its *choices* are the known behaviours: the official one, those that implementations were seen to have,
and plausible mistakes. This appendix lists all fields and all choices in the order of the clauses.

It is generated from the dialect table, `crates/diagnose/src/dialect/table`. To change it, change the table and run
`cargo test choices`, which writes this file again.

How to read an entry:

- **Official choice** is what the clause requires.
- **Seen in** names the implementations that were seen to make a choice, when they ran or in their source.
- **Plausible mistakes (no known owner)** are choices that no implementation was seen to make. What follows *From* leads
  to them: a function, a habit, or another scheme.
- **(open)** marks a choice that the specification leaves open, and **(allowed)** one that it allows in addition to the
  official choice. All other choices are wrong, except the official one.
";

/// The text of `docs/choices.md`, generated from the dialect table.
///
/// # Examples
///
/// ```
/// let appendix = qsh::suite::choices::appendix();
/// assert!(appendix.contains("\n## QSH-Q5 Plus is a space\n\n### Dialect field `plus`\n"));
/// assert!(appendix.contains("\n- `literal`: `+` is a plus. Seen in PHP adlogix, PHP thecatontheflat.\n"));
/// ```
pub fn appendix() -> String {
    let mut text = INTRODUCTION.to_owned();
    let mut clause = "";
    for field in FIELDS {
        if field.clause != clause {
            clause = field.clause;
            let _ = write!(text, "\n## {clause} {}\n", field.title);
        }
        push_field(&mut text, field);
    }
    text
}

/// Appends one field: the official choice, the choices that implementations make, and the plausible mistakes.
fn push_field(text: &mut String, field: &Field) {
    let official = &field.choices[0];
    let _ = write!(text, "\n### Dialect field `{}`\n", field.name);
    let _ = write!(text, "\nOfficial choice `{}`: {}.\n", official.name, official.does);

    let (seen, plausible): (Vec<&Choice>, Vec<&Choice>) =
        field.choices[1..].iter().partition(|choice| choice.origin.is_empty());
    if !seen.is_empty() {
        text.push_str("\nSeen in implementations:\n\n");
        for choice in seen {
            push_choice(text, choice, &format!("Seen in {}", choice.seen_in.join(", ")));
        }
    }
    if !plausible.is_empty() {
        text.push_str("\nPlausible mistakes (no known owner):\n\n");
        for choice in plausible {
            push_choice(text, choice, &format!("From {}", choice.origin));
        }
    }
}

/// Appends one choice as an item of a list.
fn push_choice(text: &mut String, choice: &Choice, source: &str) {
    let status = match choice.status {
        Status::Decided => String::new(),
        status => format!(" ({})", status.name()),
    };
    let _ = writeln!(text, "- `{}`{status}: {}. {source}.", choice.name, choice.does);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::generated::assert_written;

    #[test]
    fn the_file_of_the_appendix_is_up_to_date() {
        assert_written("docs/choices.md", &appendix(), "cargo test choices");
    }

    #[test]
    fn the_appendix_lists_every_choice_once() {
        let text = appendix();
        let count = |front: &str| text.lines().filter(|line| line.starts_with(front)).count();
        assert_eq!(count("### Dialect field `"), FIELDS.len());
        assert_eq!(count("Official choice `"), FIELDS.len());
        let others: usize = FIELDS.iter().map(|field| field.choices.len() - 1).sum();
        assert_eq!(count("- `"), others);
    }
}
