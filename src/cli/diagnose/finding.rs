//! The hashes that were found, and what explains each.

use anyhow::bail;
use qsh_diagnose::intake::{FoundHash, HashText, Owner};
use qsh_diagnose::{CanonicalAnswer, Diagnosis, Input, Text, consequences, diagnose};

/// A hash, whose it is, and what explains it.
pub(super) struct Finding {
    /// The hash as it was given, or the one that its first digits stand for.
    pub(super) hash: String,
    pub(super) owner: Owner,
    /// The canonical request, if it was given in place of its hash.
    pub(super) canonical: Option<Text>,
    pub(super) diagnosis: Diagnosis,
}

/// A request, and how many mistakes are combined.
pub(super) struct Case<'c> {
    pub(super) input: &'c Input,
    pub(super) most: usize,
}

impl Case<'_> {
    /// Diagnoses the hashes. Of two hashes, the one that is not right comes first, and a right one is only named.
    pub(super) fn findings(&self, hashes: &[FoundHash], notes: &mut Vec<String>) -> anyhow::Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for found in hashes {
            if found.hash == HashText::Whole("context-qsh".to_owned()) {
                if found.owner != Owner::Verifier {
                    bail!("context-qsh is not a hash: it marks a context token, which is not bound to a URL");
                }
                notes.push(
                    "the receiver accepts only context tokens at this URL, such as AP.context.getToken() returns"
                        .to_owned(),
                );
                continue;
            }
            findings.extend(self.finding(found, notes, hashes.len())?);
        }
        let right = findings.iter().position(|finding| finding.diagnosis.is_right());
        if findings.len() > 1 {
            match right {
                Some(right) => {
                    let finding = findings.remove(right);
                    notes.push(format!("the right hash of this request is {}", whose(finding.owner)));
                }
                None => notes.push(
                    "neither hash is the right one: the receiver saw another request, or removed another base URL"
                        .to_owned(),
                ),
            }
        }
        Ok(findings)
    }

    /// `None` for the first digits of a hash that nothing is known of, if there is another hash to explain.
    fn finding(&self, found: &FoundHash, notes: &mut Vec<String>, count: usize) -> anyhow::Result<Option<Finding>> {
        let owner = found.owner;
        let (hash, answer, canonical) = match &found.hash {
            HashText::Canonical(text) => {
                (text.sha256_hex(), CanonicalAnswer::canonical_request(text.clone()), Some(text.clone()))
            }
            HashText::Prefix(digits) => {
                let hash = self.whole(digits, notes)?;
                if hash == *digits && count > 1 {
                    return Ok(None);
                }
                (hash.clone(), CanonicalAnswer::qsh(hash), None)
            }
            HashText::Whole(hash) => (hash.clone(), CanonicalAnswer::qsh(hash.as_str()), None),
            _ => bail!("a hash in {} cannot be used", found.place),
        };
        let diagnosis = diagnose(self.input, &answer, self.most)?;
        Ok(Some(Finding { hash, owner, canonical, diagnosis }))
    }

    /// The whole hash that begins with some digits: the right one, or that of a single known mistake. If there is none, the
    /// digits themselves may be a hash of another kind.
    fn whole(&self, digits: &str, notes: &mut Vec<String>) -> anyhow::Result<String> {
        let begins = |hash: &str| hash.starts_with(&digits.to_ascii_lowercase());
        let count = digits.len();
        let right = qsh_hash::hash(&self.input.request()?).to_string();
        if begins(&right) {
            notes.push(format!("the {count} digits are the first of the right hash; a claim has all 64"));
            return Ok(right);
        }
        let wrong =
            consequences(self.input)?.into_iter().find(|wrong| wrong.hash.len() == right.len() && begins(&wrong.hash));
        notes.push(match &wrong {
            Some(_) => format!("the {count} digits are the first of the hash that a known mistake gives"),
            None => format!("the {count} digits are not the first of the right hash"),
        });
        Ok(wrong.map_or_else(|| digits.to_owned(), |wrong| wrong.hash))
    }
}

/// Whose a hash is, in words.
pub(super) fn whose(owner: Owner) -> &'static str {
    match owner {
        Owner::Token => "the token's claim",
        Owner::Verifier => "the one that the receiver computed",
        _ => "the other one of the text",
    }
}
