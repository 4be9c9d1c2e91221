//! Progress on stderr: bars on a terminal, lines for the steps of a set-up anywhere else.

use std::io::{self, IsTerminal};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use qsh::runner::Progress;

use super::output;

/// A bar for each adapter.
pub(super) struct Bars {
    names: Vec<String>,
    bars: Vec<ProgressBar>,
    terminal: bool,
}

impl Bars {
    pub(super) fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let all = MultiProgress::new();
        let style = ProgressStyle::with_template("{prefix:24} {bar:30} {pos}/{len} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = |name: &String| {
            let bar = all.add(ProgressBar::new(0).with_style(style.clone()).with_prefix(name.clone()));
            bar.tick();
            bar
        };
        Self { bars: names.iter().map(bar).collect(), names, terminal: io::stderr().is_terminal() }
    }
}

impl Progress for Bars {
    fn step(&self, adapter: usize, what: &str) {
        self.bars[adapter].set_message(what.to_owned());
        if !self.terminal {
            output::say(&format!("{}: {what}", self.names[adapter]));
        }
    }

    fn started(&self, adapter: usize, questions: usize) {
        self.bars[adapter].set_length(questions as u64);
        self.bars[adapter].set_message("");
    }

    fn answered(&self, adapter: usize) {
        self.bars[adapter].inc(1);
    }

    fn finished(&self, adapter: usize) {
        self.bars[adapter].finish_and_clear();
    }
}
