//! Progress on stderr: bars on a terminal, lines for the steps of a set-up anywhere else.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use qsh::diff::Watch;
use qsh::probe;
use qsh::runner::Progress;

use super::{interrupt, output};

/// A bar before its adapter is ready.
const SETTING_UP: &str = "{prefix:24} {spinner} {msg}";
/// A bar while its adapter is asked.
const ASKING: &str = "{prefix:24} {bar:30} {pos}/{len}";

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
        let bar = |name: &String| {
            let bar = all.add(ProgressBar::no_length().with_style(style(SETTING_UP)).with_prefix(name.clone()));
            // The duration of a set-up is unknown. The spinner shows that it is still running.
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        };
        Self { bars: names.iter().map(bar).collect(), names, terminal: io::stderr().is_terminal() }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Progress for Bars {
    fn step(&self, adapter: usize, what: &str) {
        self.bars[adapter].set_message(what.to_owned());
        if !self.terminal {
            output::say(&format!("{}: {what}", self.names[adapter]));
        }
    }

    fn started(&self, adapter: usize, questions: usize) {
        let bar = &self.bars[adapter];
        bar.disable_steady_tick();
        bar.set_style(style(ASKING));
        bar.set_length(questions as u64);
    }

    fn answered(&self, adapter: usize) {
        self.bars[adapter].inc(1);
    }

    fn finished(&self, adapter: usize) {
        self.bars[adapter].finish_and_clear();
    }
}

/// One bar for a probe: the requests that were sent, and the step.
pub(super) struct Requests {
    bar: ProgressBar,
}

impl Requests {
    /// A bar with a maximum number of requests.
    pub(super) fn new(most: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(most), ProgressDrawTarget::stderr_with_hz(DRAWN));
        Self { bar: bar.with_style(style("{bar:30} {pos} requests  {msg}")) }
    }
}

impl probe::Progress for Requests {
    fn step(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }

    fn sent(&self, requests: usize) {
        self.bar.set_position(requests as u64);
    }
}

impl Drop for Requests {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// One bar for a comparison.
pub(super) struct Counter {
    bar: ProgressBar,
    started: Instant,
    time: Option<Duration>,
}

/// Draws of the bar per second.
const DRAWN: u8 = 5;

impl Counter {
    /// A bar with a maximum number of requests or a maximum time.
    pub(super) fn new(cases: Option<u64>, time: Option<Duration>) -> Self {
        let length = cases.unwrap_or_else(|| time.map_or(0, |time| time.as_millis().try_into().unwrap_or(u64::MAX)));
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr_with_hz(DRAWN));
        bar.set_style(style("{bar:30} {msg}"));
        Self { bar, started: Instant::now(), time: time.filter(|_| cases.is_none()) }
    }
}

impl Watch for Counter {
    fn progress(&mut self, cases: u64, clusters: usize, unexplained: usize) {
        let elapsed = self.started.elapsed();
        let rate = cases as f64 / elapsed.as_secs_f64().max(1e-3);
        self.bar.set_position(if self.time.is_some() {
            elapsed.as_millis().try_into().unwrap_or(u64::MAX)
        } else {
            cases
        });
        self.bar
            .set_message(format!("{cases} requests, {rate:.0} a second; {clusters} causes, {unexplained} unexplained"));
    }

    fn is_enough(&mut self) -> bool {
        interrupt::is_noted()
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
