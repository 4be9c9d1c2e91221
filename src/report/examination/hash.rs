//! A hash, what explains it, and the right one: in words.

use std::fmt::Write as _;

use qsh_diagnose::dialect::Status;
use qsh_diagnose::examine::{Case, Examination, Finding, KeyedHash};
use qsh_diagnose::signature::NamedSecret;
use qsh_diagnose::{DEEPEST, Diagnosis, Explanation, Input, Text, Tried, printable};

use super::INDENT;
use super::masked::{masked, masked_text};
use crate::report::style::{BAD, BOLD, FAINT, GOOD};
use crate::report::words::{from, message, side_by_side};

/// The number of explanations that are shown in full.
const TOLD: usize = 5;
/// The number of implementations that are named.
const NAMED: usize = 6;

/// The hashes of a case. The first one is told in full, and a page that sent the request before it.
pub(super) fn write_hashes(out: &mut String, case: &Case<'_>, examination: &Examination) {
    let (Some(input), Some((first, others))) = (case.input, examination.hashes.split_first()) else { return };
    let hashes = Hashes { input, asked: case.most, secrets: case.secrets };
    out.push_str(&hashes.finding(first, examination.page.as_ref()));
    write_alternatives(out, &examination.alternatives);
    for other in others {
        let _ =
            write!(out, "\n{BOLD}The other hash is {}.{BOLD:#}\n{}", other.owner.whose(), hashes.finding(other, None));
    }
}

/// What the hashes are hashes of.
struct Hashes<'h> {
    input: &'h Input,
    asked: usize,
    secrets: &'h [NamedSecret],
}

impl Hashes<'_> {
    /// A hash. The page is the one that sent the request, if the hash is that of its URL.
    fn finding(&self, finding: &Finding, page: Option<&Input>) -> String {
        let Finding { hash, diagnosis, .. } = finding;
        let mut out = String::new();
        if finding.is_not_hashed() {
            out.push_str("wrong     the claim is the canonical request itself: it has to be its SHA-256\n");
        }
        if diagnosis.is_right() {
            out.push_str(&right(diagnosis));
            if self.input.base_url.is_none() && !finding.is_not_hashed() {
                let _ = writeln!(out, "{INDENT}{NO_BASE_URL}");
            }
            return out;
        }
        let _ = writeln!(out, "wrong     {BAD}{}{BAD:#}", from(0, &printable(hash).to_string()));
        if let Some(KeyedHash { secret, encoding, .. }) = finding.keyed {
            let name = self.secrets.get(secret).map_or_else(String::new, |secret| message(secret.name()));
            let _ = writeln!(
                out,
                "{INDENT}the HMAC-SHA256 of the right canonical request, in {encoding}, with the secret of {name} (QSH-H2)\n{}",
                right(diagnosis)
            );
            return out;
        }
        if let Some(page) = page {
            let _ = writeln!(out, "{}{INDENT}the hash is that of {}", right(diagnosis), from(0, &request_line(page)));
            return out;
        }
        let Some(first) = diagnosis.explanations.first() else {
            out.push_str(&match &finding.canonical {
                Some(canonical) => compared(canonical, diagnosis),
                None => right(diagnosis),
            });
            let tried = tried(self.input, hash, self.asked, diagnosis.tried);
            let _ = write!(out, "\n{tried}\n{}", self.to_check());
            return out;
        };
        let _ = writeln!(out, "{}", hashed(first, diagnosis));
        let ways = diagnosis.explanations.len();
        let least = if diagnosis.is_cut { "At least " } else { "" };
        let _ = writeln!(out, "{least}{} lead to this hash, likeliest first:\n", counted(ways, first.mistakes.len()));
        for (index, explanation) in diagnosis.explanations.iter().take(TOLD).enumerate() {
            let _ = writeln!(out, "{}", told(index + 1, explanation));
        }
        let more: Vec<String> = diagnosis.explanations.iter().skip(TOLD).take(20).map(names).collect();
        if !more.is_empty() {
            let rest = if ways - TOLD > more.len() { "; …; --format json has them all\n" } else { "\n" };
            let _ = writeln!(out, "and {} more: {}{rest}", ways - TOLD, more.join("; "));
        }
        if ways > 1 {
            out.push_str(&format!(
                "{FAINT}This hash fits all of them; a second request with its hash may decide.{FAINT:#}\n"
            ));
        }
        out
    }

    /// What to check if nothing explains a hash. Names only input that was not given.
    fn to_check(&self) -> String {
        let input = self.input;
        let base_url = "the base URL (--base-url): without it, a context path such as /wiki stays in the path";
        let has_no_body = input.form.is_none() && input.json.is_none();
        let has_more = input.url.as_bytes().contains(&b'&');
        let hints = [
            (
                true,
                "method and URL: they must be those that were hashed, before redirects and with all parameters that were added later",
            ),
            (!has_more, "the quotes around the URL: a shell cuts a URL without quotes at its first `&`"),
            (input.base_url.is_none(), base_url),
            (true, "a proxy: it may have removed or added a part of the path, or decoded escapes"),
            (true, "parameters that the client dropped because their value was undefined, null or None"),
            (has_no_body, "a form body (--form), which is part of a POST"),
            (has_no_body, "a JSON body (--json-body), which some implementations hash"),
            (true, "a request with one parameter, and then the others: this separates combined mistakes"),
            (
                true,
                "the implementation: `qsh run --command` asks it all vectors, `qsh diagnose --report` infers its dialect",
            ),
        ];
        let lines = hints.iter().filter(|(applies, _)| *applies).map(|(_, hint)| format!("  - {hint}\n"));
        format!("What to check:\n{}", lines.collect::<String>())
    }
}

/// The request in one line. Its body is named and not shown, and tokens in it are hidden.
///
/// # Examples
///
/// ```
/// use qsh::report::examination::request_line;
/// use qsh_diagnose::Input;
///
/// let input = Input { form: Some("a=b".to_owned()), ..Input::new("POST", "/panel?jwt=secret") };
/// assert_eq!(request_line(&input), "POST /panel?jwt=******  with a form");
/// ```
pub fn request_line(input: &Input) -> String {
    let bare = Input { form: None, json: None, ..input.clone() };
    let body = match (&input.form, &input.json) {
        (Some(_), _) => "  with a form",
        (None, Some(_)) => "  with a JSON body",
        (None, None) => "",
    };
    masked(&bare.to_string()) + body
}

/// The hashes that other readings of open clauses give.
fn write_alternatives(out: &mut String, alternatives: &[Explanation]) {
    for open in alternatives.iter().take(TOLD) {
        for mistake in &open.mistakes {
            let seen_in = mistake.seen_in();
            let by = if seen_in.is_empty() { String::new() } else { format!(" (seen in {})", first(seen_in)) };
            let _ = writeln!(
                out,
                "disputed  {}: some implementations do this: {}{by}",
                mistake.clause(),
                message(mistake.does())
            );
        }
        let _ = writeln!(
            out,
            "{INDENT}{}\n{INDENT}{}",
            open.hash,
            from(0, &masked(&Text::from(open.canonical.as_bytes().to_vec()).to_string()))
        );
    }
    if alternatives.len() > TOLD {
        let _ = writeln!(out, "{INDENT}and {} more: --format json has them all", alternatives.len() - TOLD);
    }
}

/// A canonical request that was given, beside the right one.
fn compared(canonical: &Text, diagnosis: &Diagnosis) -> String {
    let sides = side_by_side(&masked_text(&diagnosis.right), &masked_text(canonical));
    let mut out = format!("          {BAD}{}{BAD:#}\n", sides.found);
    let _ = writeln!(out, "          {}{BAD}^ differs from here{BAD:#}", " ".repeat(sides.column));
    let _ = writeln!(out, "right     {GOOD}{}{GOOD:#}", sides.expected);
    let _ = writeln!(out, "          {GOOD}{}{GOOD:#}", diagnosis.right.sha256_hex());
    out
}

/// The right hash and canonical request.
fn right(diagnosis: &Diagnosis) -> String {
    let canonical = from(0, &masked(&diagnosis.right.to_string()));
    format!("right     {GOOD}{}{GOOD:#}\n          {GOOD}{canonical}{GOOD:#}\n", diagnosis.right.sha256_hex())
}

const NO_BASE_URL: &str =
    "No base URL was given: that of the receiver may have a path, such as /wiki, which is removed.";

/// Says that nothing was found, and what was tried.
fn tried(input: &Input, hash: &str, asked: usize, tried: Tried) -> String {
    let mistakes = match tried.mistakes {
        0 => "only the right hash".to_owned(),
        1 => "every known mistake, alone".to_owned(),
        most => format!("every known mistake, alone and in combinations of up to {most}"),
    };
    let mut out = format!("No explanation found. Tried: {mistakes}");
    if tried.mistakes_in_several_parts > tried.mistakes {
        let most = tried.mistakes_in_several_parts;
        let _ = write!(out, ", and of up to {most} that are not all in one of method, path and query");
    }
    if tried.rare_mistakes > 0 {
        let _ = write!(
            out,
            ";\n{} rarer mistakes, such as {} parameters that were not sent, and values in other forms, {}",
            tried.rare_mistakes,
            tried.added_parameters,
            if tried.with_rare_mistakes > 1 { "alone and with one other mistake" } else { "alone" }
        );
    }
    if tried.implementations > 0 {
        let _ = write!(out, ";\nand the known behaviour of {} implementations, each as a whole", tried.implementations);
        out.push_str(match tried.with_implementations {
            2 => ", with up to two mistakes with the request",
            _ => ", with up to one mistake with the request",
        });
    }
    let _ = writeln!(out, ".\n{} canonical requests were hashed. None has this hash.", tried.canonical_requests);
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        out.push_str(
            "It is not a SHA-256, which has 64 hexadecimal digits: the canonical request was hashed or encoded differently.\n",
        );
    }
    let query = input.source().ok().and_then(|request| request.query()).unwrap_or_default();
    let form = input.form.as_deref().unwrap_or_default().as_bytes();
    let parameters: usize =
        [query, form].iter().map(|text| text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).count()).sum();
    if (1..parameters).contains(&tried.missing_parameters) {
        let count = tried.missing_parameters;
        let _ = writeln!(
            out,
            "Of its {parameters} parameters, only the first {count} were tried as missing, one at a time."
        );
    }
    if tried.implementations == 0 && asked > 1 {
        out.push_str("The request is too long to try implementations as a whole.\n");
    }
    if tried.mistakes < asked {
        let _ = writeln!(out, "The request is too long to try {} mistakes together.", tried.mistakes + 1);
    } else if tried.mistakes < DEEPEST {
        let _ = writeln!(out, "Use --mistakes {DEEPEST} to try larger combinations.");
    }
    out.push_str("The request that was hashed may differ from this one in an unknown way.\n");
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

/// The canonical request with this hash, the right one, and their first difference.
fn hashed(explanation: &Explanation, diagnosis: &Diagnosis) -> String {
    let found = Text::from(explanation.canonical.as_bytes().to_vec());
    if found == diagnosis.right {
        return format!("{}          the same canonical request, hashed or encoded differently\n", right(diagnosis));
    }
    compared(&found, diagnosis)
}

fn told(number: usize, explanation: &Explanation) -> String {
    let mut out = String::new();
    let by = explanation.seen_in();
    let _ = writeln!(out, "{number}. {BOLD}{}{BOLD:#}", names(explanation));
    for mistake in &explanation.mistakes {
        let _ = writeln!(out, "   {}  {}", mistake.clause(), message(mistake.does()));
        match mistake.status() {
            Status::Decided => (),
            Status::Open => {
                let _ = writeln!(
                    out,
                    "     {FAINT}open{FAINT:#}     the specification leaves this open: the other side may do it"
                );
            }
            Status::Allowed => {
                let _ = writeln!(
                    out,
                    "     {FAINT}allowed{FAINT:#}  the specification also allows this: the other side may do it"
                );
            }
        }
        if !mistake.origin().is_empty() {
            let _ = writeln!(out, "     {FAINT}from{FAINT:#}     {}", mistake.origin());
        }
        let _ = writeln!(out, "     {GOOD}instead{GOOD:#}  {}", message(mistake.instead()));
        // No implementation makes all of these mistakes. Name those that make this one.
        if by.is_empty() && !mistake.seen_in().is_empty() {
            let _ = writeln!(out, "     {FAINT}seen in{FAINT:#}  {}", first(mistake.seen_in()));
        }
    }
    if !by.is_empty() {
        let _ = writeln!(out, "   seen in {}", first(&by));
    }
    out
}

/// The first of some implementations.
fn first(names: &[&str]) -> String {
    let rest = if names.len() > NAMED { ", …" } else { "" };
    format!("{}{rest}", names[..names.len().min(NAMED)].join(", "))
}

fn names(explanation: &Explanation) -> String {
    explanation.mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" with ")
}
