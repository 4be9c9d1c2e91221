//! Mistakes with the pairs of a query or a form.

use super::{RequestMistake, Variants};
use crate::Part;
use crate::canonical::text::replaced;
use crate::text::Text;

/// The mistake of hashing a request before its last parameter is added.
pub(crate) const PARAMETER_MISSING: &str = "parameter_missing";
/// The maximum number of parameters that are tried as missing.
const MISSING_PARAMETERS: usize = 24;

/// The source of pairs.
#[derive(Clone, Copy)]
enum PairSource {
    Query,
    Form,
}

impl PairSource {
    fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Form => "form",
        }
    }
}

impl Variants<'_> {
    /// Mistakes with the query and with the form before or after hashing.
    pub(super) fn all_pairs(&mut self) {
        self.pairs(PairSource::Query);
        self.pairs(PairSource::Form);
    }

    fn pairs(&mut self, source: PairSource) {
        let text = match source {
            PairSource::Query => self.target.query.clone(),
            PairSource::Form => self
                .input
                .form
                .as_ref()
                .filter(|_| self.input.method.eq_ignore_ascii_case("POST"))
                .map(|form| form.clone().into_bytes()),
        };
        let Some(text) = text.filter(|text| !text.is_empty()) else { return };
        let pairs: Vec<&[u8]> = text.split(|&byte| byte == b'&').collect();
        let tried = self.found.iter().filter(|variant| variant.mistake.name == PARAMETER_MISSING).count();
        for index in (0..pairs.len()).take(MISSING_PARAMETERS - tried) {
            let name = |pair: &[u8]| pair.split(|&byte| byte == b'=').next().unwrap_or_default().to_vec();
            let is_repeated = pairs.iter().filter(|pair| name(pair) == name(pairs[index])).count() > 1;
            let name = Text::from(if is_repeated { pairs[index].to_vec() } else { name(pairs[index]) });
            let rest: Vec<&[u8]> = [&pairs[..index], &pairs[index + 1..]].concat();
            self.with_pairs(
                source,
                PARAMETER_MISSING,
                rest.join(&b'&'),
                format!("the parameter `{name}` was not hashed"),
            );
        }
        if pairs.len() > 2 {
            let does = "everything from the first `&` on was lost, as in a shell without quotes".to_owned();
            self.with_pairs(source, "cut_at_ampersand", pairs[0].to_vec(), does);
        }
        let does = "`&` was written `&amp;`, as in HTML".to_owned();
        self.with_pairs(source, "html_ampersands", replaced(&text, b'&', b"&amp;"), does);
        let does = "every parameter counted twice, as where query and body are taken together".to_owned();
        self.with_pairs(source, "query_doubled", [text.as_slice(), &text].join(&b'&'), does);
    }

    fn with_pairs(&mut self, source: PairSource, name: &'static str, pairs: Vec<u8>, does: String) {
        let instead = format!("hash the {} that goes over the wire, when it is complete", source.name());
        let input = match source {
            PairSource::Query => self.with_query(pairs),
            PairSource::Form => self.with_form(pairs),
        };
        self.push(Some(Part::Query), RequestMistake::new(name, "QSH-Q1", does, instead), input);
    }
}
