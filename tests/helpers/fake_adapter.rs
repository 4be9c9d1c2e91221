//! An adapter that answers correctly unless its arguments tell it to misbehave.
//!
//! It answers `canonical_request` and `qsh` with `METHOD&url`, copied from the question as it is written there. With
//! `--dialect`, it answers like an implementation that has the dialect.
//!
//! Three tables list its misbehaviour: [`ON_QUESTION`] applies when a question contains a given text, [`AT_START`] and
//! [`AT_END`] at the start and the end.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, StdinLock, Write};
use std::process::{self, Command, ExitCode, Stdio};
use std::time::Duration;
use std::{env, thread};

use qsh::adapter::built_in::BuiltIn;
use qsh::adapter::protocol::{Incoming, Operation, Question, read_question, write_answer};
use qsh::suite::outcome::{Answer, Outcome, Reason};
use qsh_diagnose::{Dialect, canonicalize_with};
use serde_json::Value;

/// The effect of `--NAME TEXT` when a question contains TEXT. The second argument is the id of the question.
const ON_QUESTION: &[(&str, OnQuestion)] = &[
    ("--abort-on", |_, _| process::abort()),
    ("--answer-nothing-on", |adapter, id| adapter.say(&format!("{{\"id\":{id}}}\n"))),
    // Does what no dialect describes: it reverses the canonical request or the hash.
    ("--backwards-on", |adapter, id| {
        let answer = adapter.honest(id);
        adapter.say(&backwards(&answer));
    }),
    ("--blank-line-on", |adapter, _| adapter.say("\n")),
    ("--close-stdin-on", |adapter, id| {
        adapter.close(Stream::Stdin);
        adapter.answer(id);
        adapter.hang();
    }),
    ("--close-stdin-unanswered-on", |adapter, _| {
        adapter.close(Stream::Stdin);
        adapter.hang();
    }),
    ("--close-stdout-on", |adapter, _| {
        adapter.flush();
        adapter.close(Stream::Stdout);
        adapter.hang();
    }),
    ("--crash-after-answer-on", |adapter, id| {
        adapter.answer(id);
        adapter.exit(3);
    }),
    ("--crash-on", |adapter, _| {
        eprintln!("fake: about to crash");
        adapter.exit(3);
    }),
    ("--detached-grandchild-on", |adapter, _| {
        adapter.start_grandchild(Group::Own);
        adapter.exit(3);
    }),
    ("--exit0-on", |adapter, _| adapter.exit(0)),
    ("--fault-on", |adapter, id| {
        adapter.say(&format!("{{\"id\":{id},\"fault\":{{\"type\":\"ValueError\",\"message\":\"no\"}}}}\n"));
    }),
    ("--flood-lines-on", |adapter, _| adapter.flood("noise\n")),
    ("--flood-stderr-on", |adapter, id| {
        let _ = write_times(&mut io::stderr(), b"stderr noise\n", 64 << 20);
        adapter.answer(id);
    }),
    ("--flood-stdout-on", |adapter, _| adapter.flood("noise")),
    ("--flood-twice-on", |adapter, id| {
        let answer = adapter.honest(id);
        adapter.flood(&answer);
    }),
    ("--garbage-on", |adapter, _| adapter.say("Traceback (most recent call last):\n")),
    ("--grandchild-on", |adapter, _| {
        adapter.start_grandchild(Group::Same);
        adapter.exit(3);
    }),
    ("--grandchild-and-hang-on", |adapter, _| {
        adapter.start_grandchild(Group::Same);
        adapter.hang();
    }),
    ("--half-line-on", |adapter, id| {
        adapter.say(&format!("{{\"id\":{id},\"ok"));
        adapter.exit(0);
    }),
    ("--half-line-then-hang-on", |adapter, id| {
        adapter.say(&format!("{{\"id\":{id},\"ok"));
        adapter.hang();
    }),
    ("--hang-on", |adapter, _| adapter.hang()),
    ("--invalid-utf8-on", |adapter, id| {
        adapter.output.extend_from_slice(format!("{{\"id\":{id},\"ok\":{{\"canonical_request\":\"").as_bytes());
        adapter.output.extend_from_slice(b"\xff\"}}\n");
    }),
    ("--long-line-on", |adapter, id| {
        let text = "x".repeat(3 << 20);
        adapter.say(&format!("{{\"id\":{id},\"ok\":{{\"canonical_request\":\"{text}\"}}}}\n"));
    }),
    ("--swallow-on", |_, _| {}),
    ("--twice-on", |adapter, id| {
        adapter.answer(id);
        adapter.answer(id);
    }),
    ("--twice-late-on", |adapter, id| {
        adapter.answer(id);
        adapter.late = adapter.honest(id);
    }),
    ("--unsupported-on", |adapter, id| adapter.say(&format!("{{\"id\":{id},\"unsupported\":\"not this\"}}\n"))),
    ("--unknown-id-on", |adapter, _| adapter.say("{\"id\":987654321,\"unsupported\":\"who?\"}\n")),
    ("--wrong-shape-on", |adapter, id| adapter.say(&format!("{{\"id\":{id},\"ok\":\"GET&/\"}}\n"))),
];

/// The effect of `--NAME VALUE` at the start.
const AT_START: &[(&str, AtStart)] = &[
    // Exits with VALUE at once.
    ("--exit-at-start", |adapter, code| {
        eprintln!("fake: cannot start");
        adapter.exit(code.parse().unwrap());
    }),
    // Writes VALUE lines before anything else.
    ("--noise-first", |adapter, lines| {
        let _ = write_times(&mut adapter.output, b"loading\n", 8 * lines.parse::<usize>().unwrap());
        adapter.flush();
    }),
    // Exits at once if the file VALUE exists. Otherwise creates it.
    ("--start-once", |adapter, file| {
        if File::create_new(file).is_err() {
            eprintln!("fake: cannot start again");
            adapter.exit(9);
        }
    }),
    // Waits VALUE milliseconds.
    ("--slow-start", |_, milliseconds| thread::sleep(Duration::from_millis(milliseconds.parse().unwrap()))),
    // Appends the ids of this process, and of its grandchildren in the same group, to the file VALUE.
    ("--pids", |adapter, file| {
        adapter.pids = Some(file.to_owned());
        adapter.note_pid(process::id());
    }),
    // Speaks the dialect of VALUE: choices, each `field=choice`, with spaces between them.
    ("--dialect", |adapter, choices| {
        let choices = choices.split_ascii_whitespace().map(|choice| choice.parse().unwrap());
        adapter.dialect = Some(choices.fold(Dialect::OFFICIAL, Dialect::with));
    }),
    // Verifies tokens like our own verifier, but accepts those that it refuses for the reason VALUE.
    ("--lets-through", |adapter, reason| adapter.lets_through = Some(reason.to_owned())),
    // The issuer of such a token, in JSON.
    ("--issuer", |adapter, issuer| adapter.issuer = serde_json::from_str(issuer).unwrap()),
    // Answers like our own implementation, but names every reason VALUE.
    ("--every-reason", |adapter, reason| adapter.every_reason = Some(serde_json::from_value(reason.into()).unwrap())),
    ("--introduction", |adapter, line| adapter.introduction = format!("{line}\n")),
    ("--operations", |adapter, operations| {
        adapter.introduction = adapter.introduction.replace("\"canonical_request\",\"qsh\"", operations);
    }),
    // Waits VALUE milliseconds before each answer.
    ("--delay", |adapter, milliseconds| adapter.delay = Duration::from_millis(milliseconds.parse().unwrap())),
    // Exits after VALUE answers.
    ("--die-after", |adapter, answers| adapter.answers_left = answers.parse().unwrap()),
];

/// The effect of `--NAME` at the end of the input.
const AT_END: &[(&str, AtEnd)] = &[
    ("--crash-at-end", |adapter| adapter.exit(4)),
    ("--flood-at-end", |adapter| adapter.flood("noise")),
    ("--garbage-at-end", |adapter| adapter.say("goodbye\n")),
    ("--half-line-at-end", |adapter| adapter.say("good")),
    ("--ignore-end", Adapter::hang),
];

type OnQuestion = fn(&mut Adapter, &str);
type AtStart = fn(&mut Adapter, &str);
type AtEnd = fn(&mut Adapter);

/// A switch without a value that reverses the order of the answers to the questions that are waiting.
const REVERSE: &str = "--reverse";
/// The argument of a grandchild, which holds the pipes for five seconds.
const GRANDCHILD: &str = "--be-grandchild";

fn main() -> ExitCode {
    let mut adapter = Adapter::default();
    let mut at_end = Vec::new();
    let mut args = env::args().skip(1);
    while let Some(name) = args.next() {
        if name == GRANDCHILD {
            thread::sleep(Duration::from_secs(5));
            return ExitCode::SUCCESS;
        } else if name == REVERSE {
            adapter.order = Order::LastFirst;
        } else if let Some((_, act)) = AT_END.iter().find(|(known, _)| *known == name) {
            at_end.push(act);
        } else if let Some((_, act)) = AT_START.iter().find(|(known, _)| *known == name) {
            act(&mut adapter, &args.next().expect("a value"));
        } else if let Some((_, act)) = ON_QUESTION.iter().find(|(known, _)| *known == name) {
            adapter.rules.push((args.next().expect("a text"), *act));
        } else {
            eprintln!("fake: unknown argument {name}");
            return ExitCode::from(2);
        }
    }
    adapter.serve(BufReader::with_capacity(1 << 16, io::stdin().lock()));
    for act in at_end {
        act(&mut adapter);
    }
    adapter.flush();
    ExitCode::SUCCESS
}

struct Adapter {
    rules: Vec<(String, OnQuestion)>,
    introduction: String,
    dialect: Option<Dialect>,
    lets_through: Option<String>,
    issuer: Value,
    every_reason: Option<Reason>,
    order: Order,
    delay: Duration,
    answers_left: u64,
    pids: Option<String>,
    /// Answers that wait to be written in another order.
    held: Vec<String>,
    /// The question that is being answered.
    question: String,
    /// Text that is written at the end of the input.
    late: String,
    output: Vec<u8>,
}

#[derive(PartialEq, Eq)]
enum Order {
    FirstFirst,
    LastFirst,
}

enum Stream {
    Stdin,
    Stdout,
}

enum Group {
    Same,
    Own,
}

impl Default for Adapter {
    fn default() -> Self {
        let introduction = "{\"id\":0,\"ok\":{\"protocol\":1,\"name\":\"fake\",\"version\":\"1.0\",\"language\":\"Rust\",\
                            \"runtime\":\"none\",\"operations\":[\"canonical_request\",\"qsh\"]}}\n";
        Self {
            rules: Vec::new(),
            introduction: introduction.to_owned(),
            dialect: None,
            lets_through: None,
            issuer: "somebody".into(),
            every_reason: None,
            order: Order::FirstFirst,
            delay: Duration::ZERO,
            answers_left: u64::MAX,
            pids: None,
            held: Vec::new(),
            question: String::new(),
            late: String::new(),
            output: Vec::new(),
        }
    }
}

impl Adapter {
    fn serve(&mut self, mut input: BufReader<StdinLock<'_>>) {
        let mut line = String::new();
        while input.read_line(&mut line).is_ok_and(|length| length > 0) {
            self.take(&mut line);
            line.clear();
            if input.buffer().is_empty() {
                self.flush();
            }
        }
        let late = std::mem::take(&mut self.late);
        self.say(&late);
    }

    fn take(&mut self, line: &mut String) {
        let id = number(line, "\"id\":").unwrap_or("0").to_owned();
        if line.contains("\"op\":\"describe\"") {
            let introduction = self.introduction.clone();
            self.say(&introduction);
            return;
        }
        std::mem::swap(&mut self.question, line);
        if self.answers_left == 0 {
            self.exit(5);
        }
        if !self.delay.is_zero() {
            thread::sleep(self.delay);
        }
        let rule = self.rules.iter().find(|(text, _)| self.question.contains(text.as_str()));
        match rule.map(|(_, act)| *act) {
            Some(act) => act(self, &id),
            None if self.order == Order::LastFirst => {
                let answer = self.honest(&id);
                self.held.push(answer);
            }
            None => self.answer(&id),
        }
        if !self.delay.is_zero() {
            self.flush();
        }
    }

    /// The correct answer to the current question.
    fn honest(&self, id: &str) -> String {
        let lets_through = self.lets_through.as_ref().filter(|_| self.question.contains("\"op\":\"authenticate\""));
        if lets_through.is_some() || self.every_reason.is_some() {
            return self.like_ours(lets_through);
        }
        if let Some(dialect) = &self.dialect {
            return in_dialect(&self.question, dialect);
        }
        let mut answer = String::with_capacity(self.question.len() + 16);
        let method = text(&self.question, "\"method\":\"").unwrap_or_default();
        let url = text(&self.question, "\"url\":\"").unwrap_or_default();
        let operation = text(&self.question, "\"op\":\"").unwrap_or_default();
        for part in ["{\"id\":", id, ",\"ok\":{\"", operation, "\":\"", method, "&", url, "\"}}\n"] {
            answer.push_str(part);
        }
        answer
    }

    /// The line that our own implementation answers. A token that it refuses for the reason `let_through` is accepted.
    fn like_ours(&self, let_through: Option<&String>) -> String {
        let (id, question) = read(&self.question);
        line(
            id,
            &match BuiltIn::new().answer(&question) {
                Outcome::Rejected { reason, .. } if let_through.is_some_and(|name| reason.code() == name) => {
                    Outcome::Ok(Answer::accepted(self.issuer.clone(), serde_json::Map::new()))
                }
                Outcome::Rejected { reason, message } => {
                    Outcome::Rejected { reason: self.every_reason.unwrap_or(reason), message }
                }
                outcome => outcome,
            },
        )
    }

    fn answer(&mut self, id: &str) {
        let answer = self.honest(id);
        self.say(&answer);
        self.answers_left -= 1;
    }

    fn say(&mut self, text: &str) {
        self.output.extend_from_slice(text.as_bytes());
    }

    fn flush(&mut self) {
        for answer in std::mem::take(&mut self.held).into_iter().rev() {
            self.say(&answer);
        }
        // A harness that no longer reads is about to kill this process.
        let _ = io::stdout().write_all(&self.output).and_then(|()| io::stdout().flush());
        self.output.clear();
    }

    fn exit(&mut self, code: i32) {
        self.flush();
        process::exit(code);
    }

    fn hang(&mut self) {
        self.flush();
        loop {
            thread::sleep(Duration::from_secs(60));
        }
    }

    /// Writes a gibibyte, or less if the reader stops.
    fn flood(&mut self, text: &str) {
        self.flush();
        let _ = write_times(&mut io::stdout(), text.as_bytes(), 1 << 30);
    }

    #[cfg(unix)]
    fn close(&mut self, stream: Stream) {
        match stream {
            // Close stdin before anything is written, so that it is closed when the answers are read.
            Stream::Stdin => rustix::stdio::dup2_stdin(File::open("/dev/null").unwrap()),
            Stream::Stdout => rustix::stdio::dup2_stdout(File::create("/dev/null").unwrap()),
        }
        .unwrap();
    }

    #[cfg(not(unix))]
    fn close(&mut self, _: Stream) {
        panic!("streams can be closed on Unix only");
    }

    /// Starts a process that holds the pipes.
    #[expect(clippy::zombie_processes, reason = "it is left behind on purpose")]
    fn start_grandchild(&mut self, group: Group) {
        let mut command = Command::new(env::current_exe().unwrap());
        command.arg(GRANDCHILD).stdin(Stdio::inherit());
        match &group {
            #[cfg(unix)]
            Group::Own => drop(std::os::unix::process::CommandExt::process_group(&mut command, 0)),
            #[cfg(not(unix))]
            Group::Own => {}
            Group::Same => {}
        }
        let stays_in_group = matches!(group, Group::Same);
        let grandchild = command.spawn().unwrap();
        if stays_in_group {
            self.note_pid(grandchild.id());
        }
    }

    fn note_pid(&self, pid: u32) {
        if let Some(file) = &self.pids {
            let mut file = OpenOptions::new().create(true).append(true).open(file).unwrap();
            writeln!(file, "{pid}").unwrap();
        }
    }
}

/// The line that answers a question in a dialect.
fn in_dialect(question: &str, dialect: &Dialect) -> String {
    let (id, question) = read(question);
    let refused = |message: String| Outcome::Rejected { reason: Reason::Malformed, message };
    let canonical = question
        .canonicalized()
        .expect("a dialect answers nothing else")
        .request()
        .map_err(|error| error.to_string())
        .and_then(|request| canonicalize_with(&request, dialect).map_err(|refusal| refusal.to_string()));
    let outcome = canonical.map_or_else(refused, |canonical| {
        Outcome::Ok(match question.operation() {
            Operation::Qsh => Answer::qsh(canonical.hash_with(dialect)),
            _ => Answer::canonical_request(canonical.as_bytes().to_vec()),
        })
    });
    line(id, &outcome)
}

fn read(line: &str) -> (u64, Question) {
    match read_question(line.as_bytes()) {
        Ok(Incoming::Ask { id, question }) => (id, *question),
        other => panic!("no question: {line}: {other:?}"),
    }
}

fn line(id: u64, outcome: &Outcome) -> String {
    let mut line = Vec::new();
    write_answer(&mut line, id, outcome);
    String::from_utf8(line).unwrap()
}

/// Reverses the text in the line of an answer.
fn backwards(answer: &str) -> String {
    let (front, rest) = answer.rsplit_once("\":\"").unwrap();
    let (text, end) = rest.split_once('"').unwrap();
    format!("{front}\":\"{}\"{end}", text.chars().rev().collect::<String>())
}

/// The JSON string that follows `key`, as it is written.
fn text<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let rest = &line[line.find(key)? + key.len()..];
    let mut escaped = false;
    let end = rest.bytes().position(|byte| {
        let is_end = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        is_end
    })?;
    Some(&rest[..end])
}

/// The number that follows `key`.
fn number<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let rest = &line[line.find(key)? + key.len()..];
    Some(&rest[..rest.bytes().position(|byte| !byte.is_ascii_digit())?])
}

/// Writes `text` repeatedly, until at least `bytes` are written.
fn write_times(to: &mut impl Write, text: &[u8], bytes: usize) -> io::Result<()> {
    let block = text.repeat((64 * 1024 / text.len()).clamp(1, bytes.div_ceil(text.len()).max(1)));
    (0..bytes.div_ceil(block.len())).try_for_each(|_| to.write_all(&block))
}
