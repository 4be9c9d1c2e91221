//! The output of `qsh diagnose` for a request and a hash.

use std::fmt::Write as _;

use qsh::report::style::{BAD, BOLD, FAINT, GOOD};
use qsh::report::words::{from, message, side_by_side};
use qsh::suite::verdict::first_difference;
use qsh_diagnose::dialect::Status;
use qsh_diagnose::hosts::site;
use qsh_diagnose::intake::{Evidence, Owner};
use qsh_diagnose::{DEEPEST, Diagnosis, Explanation, Input, Mistake, Text, Tried, printable};
use serde_json::{Value, json};

use super::finding::{Finding, whose};
use crate::cli::judgement::{Judgement, write_objection};
use crate::cli::output;

/// The number of explanations that are shown in full.
const TOLD: usize = 5;
/// The width of the labels.
const INDENT: &str = "          ";
/// The number of implementations that are named.
const NAMED: usize = 6;

/// Everything that was given, and what was taken for what.
pub(super) struct Page<'p> {
    pub(super) input: &'p Input,
    pub(super) evidence: &'p Evidence,
    pub(super) asked: usize,
    /// What was taken for what.
    pub(super) notes: &'p [String],
    /// What was concluded from the host, and is on stderr.
    pub(super) concluded: &'p [String],
    /// What the token is taken for, and what is wrong with it beside its hash.
    pub(super) judgement: Option<&'p Judgement>,
}

impl Page<'_> {
    /// The first finding in full, and then the others.
    pub(super) fn human(&self, first: &Finding, others: &[Finding]) -> String {
        let mut out = String::new();
        write_notes(&mut out, self.notes);
        let _ = writeln!(out, "request   {}", from(0, &self.request()));
        if let Some(judgement) = self.judgement {
            write_judgement(&mut out, judgement);
        }
        out.push_str(&self.finding(first));
        for other in others {
            let _ = write!(out, "\n{BOLD}The other hash is {}.{BOLD:#}\n{}", whose(other.owner), self.finding(other));
        }
        out
    }

    /// The request in one line, without the token in its URL.
    fn request(&self) -> String {
        let line = without_jwt_parameters(&self.input.to_string());
        self.evidence.token.as_ref().map_or_else(|| line.clone(), |token| line.replace(token.as_str(), "…"))
    }

    fn finding(&self, finding: &Finding) -> String {
        let Finding { hash, diagnosis, .. } = finding;
        let mut out = String::new();
        if diagnosis.is_right() && finding.canonical.is_some() && finding.owner == Owner::Token {
            out.push_str("wrong     the claim is the canonical request itself: it has to be its SHA-256\n");
            out.push_str(&right(diagnosis));
            return out;
        }
        if diagnosis.is_right() {
            out.push_str(&right(diagnosis));
            out.push_str(&is_right(self.input));
            return out;
        }
        let _ = writeln!(out, "wrong     {BAD}{}{BAD:#}", from(0, &printable(hash).to_string()));
        let Some(first) = diagnosis.explanations.first() else {
            out.push_str(&match &finding.canonical {
                Some(canonical) => compared(canonical, diagnosis),
                None => right(diagnosis),
            });
            let tried = tried(self.input, hash, self.asked, diagnosis.tried);
            let _ = write!(out, "\n{tried}\n{}", self.next(finding.owner));
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
    fn next(&self, owner: Owner) -> String {
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
            (
                owner == Owner::Token && site(input.url.as_bytes()).is_none(),
                "the URL of the token: a product's token is good only for the URL that the product called; scripts of a page need a context token",
            ),
            (input.base_url.is_none(), base_url),
            (has_no_body, "a form body (--form), which is part of a POST"),
            (has_no_body, "a JSON body (--json-body), which some implementations hash"),
            (true, "the canonical string: most libraries can print it; compare it with `qsh explain`"),
            (true, "a request with one parameter, and then the others: this separates combined mistakes"),
            (
                true,
                "the implementation: `qsh run --command` asks it all vectors, `qsh diagnose --report` infers its dialect",
            ),
        ];
        let lines = hints.iter().filter(|(applies, _)| *applies).map(|(_, hint)| format!("  - {hint}\n"));
        format!("What to check next:\n{}", lines.collect::<String>())
    }

    pub(super) fn to_json(&self, first: &Finding, others: &[Finding]) -> Value {
        let mut document = json!({ "format": "qsh-diagnosis", "version": 1 });
        let all = |finding: &Finding, document: &mut Value| {
            for (name, value) in finding_to_json(finding) {
                document[name] = value;
            }
        };
        all(first, &mut document);
        let others = others.iter().map(|finding| {
            let mut other = json!({});
            all(finding, &mut other);
            other
        });
        document["others"] = others.collect();
        document["token"] = self.judgement.map(Judgement::to_json).into();
        document["taken"] = self.notes.iter().chain(self.concluded).map(String::as_str).collect();
        document
    }
}

/// A token that is not bound to a request.
pub(super) fn token_alone(notes: &[String], judgement: &Judgement) -> String {
    let mut out = String::new();
    write_notes(&mut out, notes);
    write_judgement(&mut out, judgement);
    let _ = writeln!(out, "\nA token of this kind has no hash. Its signature was not verified.");
    if judgement.objections.is_empty() {
        let _ = writeln!(out, "{GOOD}No objection{GOOD:#} to its header and its claims, as far as they were checked.");
        out.push_str("Its iss and aud were not compared: use qsh token inspect with --issuer and --audience.\n");
    }
    out
}

pub(super) fn token_alone_to_json(notes: &[String], judgement: &Judgement) -> Value {
    json!({ "format": "qsh-diagnosis", "version": 1, "token": judgement.to_json(), "taken": notes })
}

fn write_notes(out: &mut String, notes: &[String]) {
    for (index, note) in notes.iter().enumerate() {
        let label = if index == 0 { "input" } else { "" };
        let _ = writeln!(out, "{label:9} {FAINT}{}{FAINT:#}", message(note));
    }
}

/// The kind of the token, and what is wrong with it.
fn write_judgement(out: &mut String, judgement: &Judgement) {
    let _ = writeln!(out, "token     {}, {FAINT}{}{FAINT:#}", judgement.title(), judgement.why());
    judgement.objections.iter().for_each(|objection| write_objection(out, INDENT, objection));
    judgement.write_remarks(out, INDENT);
}

/// The line without the values of the parameters `jwt`, which are tokens.
fn without_jwt_parameters(line: &str) -> String {
    let mut pieces = line.split("jwt=");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_parameter = out.ends_with(['?', '&']);
        let end = if is_parameter { piece.find(['&', '#', ' ']).unwrap_or(piece.len()) } else { 0 };
        out.push_str(if end > 0 { "jwt=…" } else { "jwt=" });
        out.push_str(&piece[end..]);
    }
    out
}

/// A canonical request that was given, beside the right one.
fn compared(canonical: &Text, diagnosis: &Diagnosis) -> String {
    let sides = side_by_side(&diagnosis.right, canonical);
    let mut out = format!("          {BAD}{}{BAD:#}\n", sides.found);
    let _ = writeln!(out, "          {}{BAD}^ differs from here{BAD:#}", " ".repeat(sides.column));
    let _ = writeln!(out, "right     {GOOD}{}{GOOD:#}", sides.expected);
    let _ = writeln!(out, "          {GOOD}{}{GOOD:#}", diagnosis.right.sha256_hex());
    out
}

/// The right hash and canonical request.
fn right(diagnosis: &Diagnosis) -> String {
    let canonical = from(0, &diagnosis.right.to_string());
    format!("right     {GOOD}{}{GOOD:#}\n          {GOOD}{canonical}{GOOD:#}\n", diagnosis.right.sha256_hex())
}

fn is_right(input: &Input) -> String {
    let mut out = "
This is the right hash of this request. If it is refused, either the receiver sees another request (another method,
another base URL, or a URL that was changed on its way), or the token fails for another reason.
"
    .to_owned();
    if input.base_url.is_none() {
        out.push_str(
            "No base URL was given: the base URL of the receiver may have a path, such as /wiki, that is removed.\n",
        );
    }
    out
}

/// Says that nothing was found, and what was tried.
fn tried(input: &Input, hash: &str, asked: usize, tried: Tried) -> String {
    let mistakes = match tried.mistakes {
        0 => "only the right hash".to_owned(),
        1 => "every known mistake, alone".to_owned(),
        most => format!("every known mistake, alone and in combinations of up to {most}"),
    };
    let mut out = format!("No explanation found. Tried: {mistakes}");
    if tried.implementations > 0 {
        let _ = write!(out, ";\nand the known behaviour of {} implementations, each as a whole", tried.implementations);
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

/// The members of a finding.
fn finding_to_json(finding: &Finding) -> Vec<(&'static str, Value)> {
    let Finding { hash, owner, diagnosis, .. } = finding;
    let (text, hex) = output::text_or_hex(diagnosis.right.as_bytes());
    let explanations: Vec<Value> =
        diagnosis.explanations.iter().map(|explanation| explanation_to_json(explanation, diagnosis)).collect();
    let owner = match owner {
        Owner::Token => Some("token"),
        Owner::Verifier => Some("receiver"),
        _ => None,
    };
    vec![
        ("hash", hash.as_str().into()),
        ("owner", owner.into()),
        ("right", diagnosis.is_right().into()),
        ("canonical_request", text.into()),
        ("canonical_request_hex", hex.into()),
        ("qsh", diagnosis.right.sha256_hex().into()),
        ("explained", (!explanations.is_empty()).into()),
        ("explanations", explanations.into()),
        ("cut", diagnosis.is_cut.into()),
        (
            "tried",
            json!({
                "mistakes": diagnosis.tried.mistakes, "implementations": diagnosis.tried.implementations,
                "missing_parameters": diagnosis.tried.missing_parameters,
                "canonical_requests": diagnosis.tried.canonical_requests,
            }),
        ),
    ]
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
        Mistake::Request(mistake) => mistake.kind.name(),
    };
    json!({
        "kind": kind, "name": mistake.to_string(), "clause": mistake.clause(), "does": mistake.does(),
        "standing": mistake.status().name(),
        "instead": mistake.instead(), "seen_in": mistake.seen_in(), "origin": mistake.origin(),
    })
}
