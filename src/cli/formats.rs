//! The formats of reports.

use anyhow::bail;
use clap::ValueEnum;
use qsh::report::comparison::ComparisonReport;
use qsh::report::document::Document;
use qsh::report::human::Detail;
use qsh::report::markdown::{self, Links};
use qsh::report::run::RunReport;
use qsh::report::{badge, differences, human, junit, page, sarif, tap};

use super::output::Content;

/// A format of the report of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RunFormat {
    Human,
    Json,
    Junit,
    Tap,
    Sarif,
    Markdown,
    Html,
    Badge,
}

impl RunFormat {
    pub(super) fn of(self, report: &RunReport, detail: Detail) -> String {
        match self {
            Self::Human => human::write(report, detail),
            Self::Json => report.to_json(),
            Self::Junit => junit::write(report),
            Self::Tap => tap::write(report),
            Self::Sarif => sarif::write(report),
            Self::Markdown => markdown::write(report, &Links::default()),
            Self::Html => page::write(report),
            Self::Badge => badge::write(report),
        }
    }

    /// The report of a run or of a comparison in this format.
    pub(super) fn of_document(self, document: &Document, detail: Detail, links: &Links) -> anyhow::Result<String> {
        let report = match document {
            Document::Run(report) if self == Self::Markdown => return Ok(markdown::write(report, links)),
            Document::Run(report) => return Ok(self.of(report, detail)),
            Document::Differences(report) => report,
        };
        let format = match self {
            Self::Human => ComparisonFormat::Human,
            Self::Json => ComparisonFormat::Json,
            Self::Markdown => ComparisonFormat::Markdown,
            _ => bail!("expected human, json or markdown as the format of a comparison"),
        };
        Ok(format.of(report))
    }

    pub(super) fn content(self) -> Content {
        if self == Self::Human { Content::Styled } else { Content::Data }
    }
}

/// A format of the report of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ComparisonFormat {
    Human,
    Json,
    Markdown,
}

impl ComparisonFormat {
    pub(super) fn of(self, report: &ComparisonReport) -> String {
        match self {
            Self::Human => differences::human::write(report),
            Self::Json => report.to_json(),
            Self::Markdown => differences::markdown::write(report),
        }
    }

    pub(super) fn content(self) -> Content {
        if self == Self::Human { Content::Styled } else { Content::Data }
    }
}
