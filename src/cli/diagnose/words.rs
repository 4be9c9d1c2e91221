//! What `qsh diagnose` says of a request and a hash.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use qsh::diagnose::{Diagnosis, Explanation, Mistake};
use qsh::report::words::side_by_side;
use qsh::suite::case::Input;
use qsh::suite::text::{Text, printable};
use qsh::suite::verdict::first_difference;
use serde_json::{Value, json};

use crate::cli::output;

const BAD: Style = AnsiColor::Red.on_default();
const GOOD: Style = AnsiColor::Green.on_default();
const NAME: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// So many explanations are told in full.
const TOLD: usize = 5;
/// So many implementations are named.
const NAMED: usize = 6;

/// What is worth a look when nothing explains a hash.
const NEXT: &str = "\
What to check next:
  - whether method and URL are the ones that were hashed, before redirects, and with every parameter that was added later
  - the base URL (--base-url), without which a context path such as /wiki stays in the path
  - a form body (--form), which counts for a POST
  - the canonical string itself: most libraries can print it; compare it with `qsh explain`
  - the implementation: `qsh run --command` asks it all vectors, `qsh diagnose --report` names what it reads otherwise
";

pub(super) fn human(input: &Input, hash: &str, diagnosis: &Diagnosis) -> String {
    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| {
        let _ = writeln!(out, "{text}");
    };
    line(format_args!("request   {input}"));
    let right_hash = diagnosis.right.sha256_hex();
    if diagnosis.is_right() {
        line(format_args!("right     {GOOD}{right_hash}{GOOD:#}\n          {GOOD}{}{GOOD:#}", diagnosis.right));
        line(format_args!(
            "\nThis is the right hash of this request. If it is refused, the receiver sees another request: another method,"
        ));
        line(format_args!(
            "another base URL, or a URL that was changed on its way; or the token fails for another reason."
        ));
        if input.base_url.is_none() {
            line(format_args!(
                "No base URL was given here: the receiver's may have a path, such as /wiki, that does not count."
            ));
        }
        return out;
    }
    line(format_args!("wrong     {BAD}{hash}{BAD:#}"));
    let Some(first) = diagnosis.explanations.first() else {
        line(format_args!("right     {GOOD}{right_hash}{GOOD:#}\n          {GOOD}{}{GOOD:#}", diagnosis.right));
        line(format_args!(
            "\nNo explanation found. Tried: every combination of up to {} known mistakes, and what each known\nimplementation does. The hash may be that of a request that differs from this one in a way nobody has listed.\n",
            diagnosis.mistakes
        ));
        line(format_args!("{}", NEXT.trim_end()));
        return out;
    };
    let fewest = first.mistakes.len();
    line(format_args!("{}", hashed(first, diagnosis)));
    let ways = diagnosis.explanations.len();
    line(format_args!("{} come to this hash, likeliest first:\n", counted(ways, fewest)));
    for (index, explanation) in diagnosis.explanations.iter().take(TOLD).enumerate() {
        line(format_args!("{}", told(index + 1, explanation)));
    }
    let more: Vec<String> = diagnosis.explanations.iter().skip(TOLD).take(20).map(names).collect();
    if !more.is_empty() {
        line(format_args!("and {} more: {}", ways - TOLD, more.join("; ")));
        let rest = if ways - TOLD > more.len() { "…; --format json has them all\n" } else { "" };
        line(format_args!("{rest}"));
    }
    if ways > 1 {
        line(format_args!("{FAINT}The hash cannot tell these apart; a second request with its hash may.{FAINT:#}"));
    }
    out
}

fn counted(ways: usize, mistakes: usize) -> String {
    match (ways, mistakes) {
        (1, 1) => "One known mistake would".to_owned(),
        (1, mistakes) => format!("One combination of {mistakes} known mistakes would"),
        (ways, 1) => format!("{ways} known mistakes would each"),
        (ways, mistakes) => format!("{ways} combinations of {mistakes} known mistakes would each"),
    }
}

/// The canonical request that the hash is one of, beside the right one, and where they part.
fn hashed(explanation: &Explanation, diagnosis: &Diagnosis) -> String {
    let found = Text::from(explanation.canonical.as_bytes().to_vec());
    let right_hash = diagnosis.right.sha256_hex();
    let sides = side_by_side(&diagnosis.right, &found);
    let mut out = format!("          {BAD}{}{BAD:#}\n", sides.found);
    if found != diagnosis.right {
        let _ = writeln!(out, "          {}{BAD}^ differs from here{BAD:#}", " ".repeat(sides.column));
    }
    let _ = writeln!(out, "right     {GOOD}{}{GOOD:#}", sides.expected);
    let _ = writeln!(out, "          {GOOD}{right_hash}{GOOD:#}");
    out
}

fn told(number: usize, explanation: &Explanation) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{number}. {NAME}{}{NAME:#}", names(explanation));
    for mistake in &explanation.mistakes {
        let _ = writeln!(out, "   {}  {}", mistake.clause(), printable(mistake.does()));
        if !mistake.origin().is_empty() {
            let _ = writeln!(out, "     {FAINT}from{FAINT:#}     {}", mistake.origin());
        }
        let _ = writeln!(out, "     {GOOD}instead{GOOD:#}  {}", printable(mistake.instead()));
    }
    let by = explanation.seen_in();
    let rest = if by.len() > NAMED { ", …" } else { "" };
    if !by.is_empty() {
        let _ = writeln!(out, "   seen in {}{rest}", by[..by.len().min(NAMED)].join(", "));
    }
    out
}

fn names(explanation: &Explanation) -> String {
    explanation.mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" with ")
}

pub(super) fn to_json(hash: &str, diagnosis: &Diagnosis) -> Value {
    let (text, hex) = output::text_or_hex(diagnosis.right.as_bytes());
    let explanations: Vec<Value> =
        diagnosis.explanations.iter().map(|explanation| explanation_to_json(explanation, diagnosis)).collect();
    json!({
        "format": "qsh-diagnosis", "version": 1, "hash": hash, "right": diagnosis.is_right(),
        "canonical_request": text, "canonical_request_hex": hex, "qsh": diagnosis.right.sha256_hex(),
        "explained": !explanations.is_empty(), "explanations": explanations,
        "tried": { "mistakes": diagnosis.mistakes, "dialects": diagnosis.tried },
    })
}

fn explanation_to_json(explanation: &Explanation, diagnosis: &Diagnosis) -> Value {
    let (text, hex) = output::text_or_hex(explanation.canonical.as_bytes());
    let choices: Vec<String> = explanation
        .mistakes
        .iter()
        .filter(|mistake| matches!(mistake, Mistake::Choice(_)))
        .map(ToString::to_string)
        .collect();
    let mistakes: Vec<Value> = explanation.mistakes.iter().map(mistake_to_json).collect();
    let at = first_difference(diagnosis.right.as_bytes(), explanation.canonical.as_bytes());
    json!({
        "choices": choices, "canonical_request": text, "canonical_request_hex": hex, "qsh": explanation.hash,
        "seen_in": explanation.seen_in(), "mistakes": mistakes, "differs_at": at,
    })
}

fn mistake_to_json(mistake: &Mistake) -> Value {
    let kind = match mistake {
        Mistake::Choice(_) => "choice",
        Mistake::Request(_) => "request",
    };
    json!({
        "kind": kind, "name": mistake.to_string(), "clause": mistake.clause(), "does": mistake.does(),
        "instead": mistake.instead(), "seen_in": mistake.seen_in(), "origin": mistake.origin(),
    })
}
