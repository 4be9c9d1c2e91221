//! Loads vector files. The loader is strict: every error names the file and the case.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use qsh_diagnose::Input;
use serde_json::Value;

use super::case::{BadCase, Case, Question, RawCase};
use super::strict_json::{self, Object};
pub use super::vector_file::{BadHeading, Heading, Note, Notes};
use super::vector_file::{FORMAT, File, VERSION};
use super::{schema, spec};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/vectors");

/// The schema, at the top of the folder of the vectors. It has no cases.
const SCHEMA: &str = "schema.json";

/// Cases without contradictions, in the order of their files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vectors {
    files: Vec<VectorFile>,
}

/// The cases of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VectorFile {
    /// The path of the file: below `vectors/` if it is embedded, and as given otherwise.
    pub path: PathBuf,
    /// What the file says of itself. Every embedded file has a heading.
    pub heading: Option<Heading>,
    /// The cases.
    pub cases: Vec<Case>,
}

impl Vectors {
    /// The embedded vectors.
    ///
    /// # Errors
    ///
    /// Never in a released program: a test loads them.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::suite::case::Level;
    /// use qsh::suite::load::Vectors;
    ///
    /// let vectors = Vectors::embedded()?;
    /// assert!(vectors.cases().filter(|case| case.level == Level::Must).count() > 1000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn embedded() -> Result<Self, LoadError> {
        let mut sources = Vec::new();
        collect_embedded(&EMBEDDED, &mut sources);
        let vectors = Self::from_sources(sources)?;
        match vectors.files.iter().find(|file| file.heading.is_none()) {
            Some(file) => Err(LoadError::File { path: file.path.clone(), problem: Problem::NoHeading }),
            None => Ok(vectors),
        }
    }

    /// Reads a file, or every `.json` file in a folder and its subfolders. The `schema.json` at the top of the folder
    /// is skipped.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or a violation of the format that `vectors/README.md` describes.
    pub fn read(path: &Path) -> Result<Self, LoadError> {
        let mut sources = Vec::new();
        for path in collect(path)? {
            let text = fs::read(&path).map_err(|source| LoadError::Read { path: path.clone(), source })?;
            sources.push((path, text));
        }
        Self::from_sources(sources)
    }

    /// Parses the text of one file. `path` is for messages.
    ///
    /// # Errors
    ///
    /// The same as [`Vectors::read`].
    ///
    /// # Examples
    ///
    /// An error names the file:
    ///
    /// ```
    /// use qsh::suite::load::Vectors;
    ///
    /// let text = br#"{"format":"qsh-vectors","version":1,"cases":[{"id":"own/a"}]}"#;
    /// let error = Vectors::parse("own.json".as_ref(), text).unwrap_err();
    /// assert_eq!(error.to_string(), "own.json: case own/a: missing field `summary`");
    /// ```
    pub fn parse(path: &Path, text: &[u8]) -> Result<Self, LoadError> {
        Self::from_sources(vec![(path.to_owned(), text.to_vec())])
    }

    fn from_sources(sources: Vec<(PathBuf, Vec<u8>)>) -> Result<Self, LoadError> {
        let files: Vec<VectorFile> =
            sources.into_iter().map(|(path, text)| parse(path, &text)).collect::<Result<_, LoadError>>()?;
        let vectors = Self { files };
        vectors.check_ids()?;
        vectors.check_inputs()?;
        vectors.check_notes()?;
        Ok(vectors)
    }

    /// The files.
    pub fn files(&self) -> &[VectorFile] {
        &self.files
    }

    /// The cases of all files.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.files.iter().flat_map(|file| &file.cases)
    }

    /// The notes of the flags of all files.
    pub fn notes(&self) -> Notes {
        let headings = self.files.iter().filter_map(|file| file.heading.as_ref());
        headings.flat_map(|heading| heading.notes.clone()).collect()
    }

    fn with_paths(&self) -> impl Iterator<Item = (&Path, &Case)> {
        self.files.iter().flat_map(|file| file.cases.iter().map(move |case| (file.path.as_path(), case)))
    }

    fn check_ids(&self) -> Result<(), LoadError> {
        let mut seen: HashMap<&str, &Path> = HashMap::new();
        for (path, case) in self.with_paths() {
            if let Some(first) = seen.insert(&case.id, path) {
                return Err(LoadError::case(path, &case.id, Problem::DuplicateId { first: first.to_owned() }));
            }
        }
        Ok(())
    }

    fn check_notes(&self) -> Result<(), LoadError> {
        let mut seen: HashMap<&str, (&Note, &Path)> = HashMap::new();
        for file in &self.files {
            for (flag, note) in file.heading.iter().flat_map(|heading| &heading.notes) {
                let (other, first) = *seen.entry(flag).or_insert((note, &file.path));
                if other != note {
                    let problem = Problem::OtherNote { flag: flag.clone(), first: first.to_owned() };
                    return Err(LoadError::File { path: file.path.clone(), problem });
                }
            }
        }
        Ok(())
    }

    fn check_inputs(&self) -> Result<(), LoadError> {
        let mut seen: HashMap<Result<&Input, &Question>, &Case> = HashMap::new();
        for (path, case) in self.with_paths() {
            let first = *seen.entry(case.subject()).or_insert(case);
            if first.contradicts(case) {
                return Err(LoadError::case(path, &case.id, Problem::Contradiction { first: first.id.clone() }));
            }
        }
        Ok(())
    }
}

/// The JSON text of a vector file with these cases. It has a heading if there is a note for each flag of the cases.
pub fn write(cases: impl IntoIterator<Item = Case>, notes: &Notes) -> String {
    let cases: Vec<Case> = cases.into_iter().collect();
    let heading = Heading::of(&cases, notes);
    let file = File {
        format: FORMAT.to_owned(),
        version: VERSION,
        case_count: heading.as_ref().map(|_| cases.len()),
        suite_version: heading.as_ref().map(|heading| heading.suite_version.clone()),
        notes: heading.map(|heading| heading.notes),
        cases: cases.into_iter().map(RawCase::from).collect::<Vec<_>>(),
    };
    let mut text = serde_json::to_string_pretty(&file).expect("a case holds only text, numbers and lists");
    text.push('\n');
    text
}

/// The JSON schema of a vector file, which is the content of `vectors/schema.json`.
pub fn schema() -> String {
    let mut text = serde_json::to_string_pretty(&schema::of_vector_files()).expect("a schema is JSON");
    text.push('\n');
    text
}

/// Reads a file. The text is parsed once, and every case is made from the parsed value.
fn parse(path: PathBuf, text: &[u8]) -> Result<VectorFile, LoadError> {
    let in_file = |problem| LoadError::File { path: path.clone(), problem };
    let document = strict_json::parse(text).map_err(|error| in_file(error.into()))?;
    // If the file has another format, the error says so and does not name its first unknown member.
    let member = |name: &str| document.get(name).cloned().unwrap_or_default();
    if let (Value::String(format), Some(version)) = (member("format"), member("version").as_u64())
        && (format.as_str(), version) != (FORMAT, u64::from(VERSION))
    {
        return Err(in_file(Problem::Format { format, version }));
    }
    let Object::<File<Vec<Value>>>(mut file) =
        serde_json::from_value(document).map_err(|error| in_file(error.into()))?;
    let heading = file.heading().map_err(|bad| in_file(bad.into()))?;
    let mut cases = Vec::with_capacity(file.cases.len());
    for (index, raw) in file.cases.into_iter().enumerate() {
        let name = raw["id"].as_str().map_or_else(|| format!("number {}", index + 1), str::to_owned);
        cases.push(case(raw).map_err(|problem| LoadError::case(&path, &name, problem))?);
    }
    if let Some((heading, count)) = &heading {
        heading.check(*count, &cases).map_err(|bad| in_file(bad.into()))?;
    }
    Ok(VectorFile { heading: heading.map(|(heading, _)| heading), cases, path })
}

fn case(raw: Value) -> Result<Case, Problem> {
    let Object::<RawCase>(raw) = serde_json::from_value(raw)?;
    let case = Case::try_from(raw)?;
    match case.clauses.iter().find(|clause| spec::clause(clause).is_none()) {
        Some(unknown) => Err(Problem::UnknownClause(unknown.clone())),
        None => Ok(case),
    }
}

fn collect_embedded(dir: &Dir<'_>, sources: &mut Vec<(PathBuf, Vec<u8>)>) {
    let mut files: Vec<_> =
        dir.files().filter(|file| is_json(file.path()) && file.path() != Path::new(SCHEMA)).collect();
    files.sort_by_key(|file| file.path());
    sources.extend(files.iter().map(|file| (file.path().to_owned(), file.contents().to_vec())));
    for dir in dir.dirs() {
        collect_embedded(dir, sources);
    }
}

/// The vector files of a path: the file itself, or the files of a folder.
fn collect(path: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let unreadable = |source| LoadError::Read { path: path.to_owned(), source };
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut paths = Vec::new();
    collect_folder(path, &mut paths)?;
    paths.retain(|file| *file != path.join(SCHEMA));
    paths.sort();
    Ok(paths)
}

fn collect_folder(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), LoadError> {
    let unreadable = |source| LoadError::Read { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?.path();
        if entry.is_dir() {
            collect_folder(&entry, paths)?;
        } else if is_json(&entry) {
            paths.push(entry);
        }
    }
    Ok(())
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}

/// Vectors that cannot be used. `Display` names the file and the case, and says what was expected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file or folder that cannot be read.
    #[error("cannot read {}", .path.display())]
    Read {
        /// Its path.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A file that is not a vector file.
    #[error("{}: {problem}", .path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// What is wrong.
        problem: Problem,
    },
    /// A case with an error.
    #[error("{}: case {case}: {problem}", .path.display())]
    Case {
        /// The file.
        path: PathBuf,
        /// Its id, or its number in the file.
        case: String,
        /// What is wrong.
        problem: Problem,
    },
}

impl LoadError {
    fn case(path: &Path, case: &str, problem: Problem) -> Self {
        Self::Case { path: path.to_owned(), case: case.to_owned(), problem }
    }
}

/// An error in a file or in a case.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Not JSON, an unknown member, or a value of the wrong type.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Another format, or another version of the format.
    #[error("expected format {FORMAT:?} version {VERSION}, found {format:?} version {version}")]
    Format {
        /// The format.
        format: String,
        /// The version.
        version: u64,
    },
    /// A case that contradicts itself or is incomplete.
    #[error(transparent)]
    Case(#[from] BadCase),
    /// A heading that is incomplete, or does not fit the cases.
    #[error(transparent)]
    Heading(#[from] BadHeading),
    /// A bundled file without a heading.
    #[error("expected suite_version, case_count and notes, which every bundled file has")]
    NoHeading,
    /// Another note for a flag than another file has.
    #[error("the note {flag:?} differs from the one in {}: expected the same", .first.display())]
    OtherNote {
        /// The flag.
        flag: String,
        /// The other file.
        first: PathBuf,
    },
    /// A clause that `docs/spec.md` does not have.
    #[error("unknown clause {0:?}: expected a heading of docs/spec.md")]
    UnknownClause(String),
    /// The id of another case.
    #[error("the same id is in {}: expected each id once", .first.display())]
    DuplicateId {
        /// The other file.
        first: PathBuf,
    },
    /// The input of another case, for any operation, with another expectation or other alternatives.
    #[error("the same input as {first}, with a different expectation or different alternatives")]
    Contradiction {
        /// The other case.
        first: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = r#"{"id":"path/a","summary":"s","clauses":["QSH-P6"],"level":"must","operation":"canonical_request",
        "input":{"method":"GET","url":"/"},"expect":{"canonical_request":"GET&/&","method":"GET","path":"/","query":"",
        "qsh":"c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239"},"source":"x"}"#;

    fn load(cases: &[&str]) -> Result<Vectors, LoadError> {
        let text = format!(r#"{{"format":"qsh-vectors","version":1,"cases":[{}]}}"#, cases.join(","));
        Vectors::from_sources(vec![("file.json".into(), text.into_bytes())])
    }

    fn error(case: &str) -> String {
        load(&[case]).unwrap_err().to_string()
    }

    #[test]
    fn the_embedded_vectors_load() {
        assert!(Vectors::embedded().unwrap().cases().count() > 100);
    }

    #[test]
    fn a_case_is_written_as_it_was_read() {
        let read = load(&[CASE]).unwrap();
        let text = write(read.cases().cloned(), &Notes::new());
        let again = Vectors::from_sources(vec![("file.json".into(), text.into_bytes())]).unwrap();
        assert!(again.cases().eq(read.cases()));
    }

    #[test]
    fn what_is_wrong_is_named_by_file_and_case() {
        insta::assert_snapshot!(error(&CASE.replace("\"source\"", "\"sauce\"")), @"file.json: case path/a: unknown field `sauce`, expected one of `id`, `summary`, `clauses`, `level`, `operation`, `input`, `decoded`, `expect`, `accept`, `features`, `flags`, `source`");
        insta::assert_snapshot!(error(&CASE.replace("QSH-P6", "QSH-P66")), @r#"file.json: case path/a: unknown clause "QSH-P66": expected a heading of docs/spec.md"#);
        insta::assert_snapshot!(error(&CASE.replace("\"QSH-P6\"", "")), @"file.json: case path/a: expected at least one clause");
        insta::assert_snapshot!(error(&CASE.replace("c88c", "C88C")), @r#"file.json: case path/a: qsh is "C88Caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239", but the SHA-256 of canonical_request is c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239"#);
        insta::assert_snapshot!(error(&CASE.replace("\"path\":\"/\"", "\"path\":\"\"")), @r#"file.json: case path/a: method&path&query is "GET&&", but canonical_request is "GET&/&""#);
        insta::assert_snapshot!(error(&CASE.replace("\"query\":\"\",", "")), @"file.json: case path/a: expect: missing field `query`");
        insta::assert_snapshot!(error(&CASE.replace("\"url\":\"/\"", "\"url\":\"/\",\"url_hex\":\"2f\"")), @"file.json: case path/a: input of canonical_request: expected exactly one of url and url_hex");
        insta::assert_snapshot!(error(&CASE.replace("\"url\":\"/\"", "\"url_hex\":\"2\"")), @"file.json: case path/a: input of canonical_request: url_hex: expected pairs of hexadecimal digits");
        insta::assert_snapshot!(error(&CASE.replace("path/a", "path/A")), @r#"file.json: case path/A: id "path/A": expected segments of a-z, 0-9 and -, joined by /, at least two"#);
        let accept = r#""accept":[{"because":" ","rejected":["malformed"]}],"source""#;
        insta::assert_snapshot!(error(&CASE.replace("\"source\"", accept)), @"file.json: case path/a: expected a because in accept");
        insta::assert_snapshot!(error(&CASE.replace("\"url\":\"/\"", r#""url":"/","claims":{"a":{"b":1,"b":1}}"#)), @"file.json: duplicate member `b` at line 2 column 69");
        insta::assert_snapshot!(error(&CASE.replace("\"url\":\"/\"", r#""url":"/","form":"a=b","json":"{}""#)), @"file.json: case path/a: input of canonical_request: expected at most one of form and json");
        insta::assert_snapshot!(error(&CASE.replace("\"url\":\"/\"", r#""url":"/","json":"{""#)), @"file.json: case path/a: input of canonical_request: unusable JSON body: EOF while parsing an object at line 1 column 1");
        insta::assert_snapshot!(error("{}"), @"file.json: case number 1: missing field `id`");
    }

    #[test]
    fn cases_that_disagree_are_refused() {
        insta::assert_snapshot!(load(&[CASE, CASE]).unwrap_err(), @"file.json: case path/a: the same id is in file.json: expected each id once");
        let other = CASE
            .replace("path/a", "path/b")
            .replace("GET&/&", "GET&&")
            .replace("\"path\":\"/\"", "\"path\":\"\"")
            .replace(
                "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239",
                "3e1acf65daee1b761a41df402b6e5dea69434770470da6b43a8d7ca6df13063d",
            );
        insta::assert_snapshot!(load(&[CASE, &other]).unwrap_err(), @"file.json: case path/b: the same input as path/a, with a different expectation or different alternatives");
    }

    #[test]
    fn cases_of_one_input_agree_whatever_is_asked() {
        let accepting = |id: &str, accept: &str| {
            CASE.replace("path/a", id).replace("\"source\"", &format!("\"accept\":[{accept}],\"source\""))
        };
        let allowed = |text: &str, because: &str| format!(r#"{{"because":"{because}","canonical_request":"{text}"}}"#);
        let (a, b) = (allowed("GET&/a&", "one"), allowed("GET&/b&", "other"));
        let agree = |one: &str, other: &str| load(&[&accepting("path/a", one), &accepting("path/b", other)]).is_ok();
        // The order of alternatives and their explanations do not matter.
        assert!(agree(&format!("{a},{b}"), &format!("{},{a}", allowed("GET&/b&", "in other words"))));
        assert!(!agree(&a, &b));
        assert!(!agree(&a, ""));
        assert!(!agree(&a, &format!("{a},{b}")));

        // Cases with one request have the same input, even if they ask different operations.
        let hash = CASE.replace("path/a", "path/b").replace("\"canonical_request\",", "\"qsh\",");
        assert!(load(&[CASE, &hash]).is_ok());
        let refusing = r#""expect":{"rejected":["malformed"]},"#;
        let start = hash.find("\"expect\"").unwrap();
        let end = hash.find("\"source\"").unwrap();
        let hash = format!("{}{refusing}{}", &hash[..start], &hash[end..]);
        insta::assert_snapshot!(load(&[CASE, &hash]).unwrap_err(), @"file.json: case path/b: the same input as path/a, with a different expectation or different alternatives");
    }

    #[test]
    fn another_format_or_version_is_refused() {
        let text = r#"{"format":"qsh-vectors","version":2,"cases":[]}"#;
        let error = Vectors::from_sources(vec![("file.json".into(), text.into())]).unwrap_err();
        insta::assert_snapshot!(error, @r#"file.json: expected format "qsh-vectors" version 1, found "qsh-vectors" version 2"#);
        let report = r#"{"format":"qsh-report","version":1,"suite":{},"results":[]}"#;
        let error = Vectors::from_sources(vec![("file.json".into(), report.into())]).unwrap_err();
        insta::assert_snapshot!(error, @r#"file.json: expected format "qsh-vectors" version 1, found "qsh-report" version 1"#);
    }

    #[test]
    fn the_schema_at_the_top_of_a_folder_alone_is_no_vector_file() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, id: &str| {
            let path = folder.path().join(name);
            let text = format!(r#"{{"format":"qsh-vectors","version":1,"cases":[{}]}}"#, CASE.replace("path/a", id));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("b.json", "path/b");
        write("a/schema.json", "path/a");
        write("note.txt", "path/b");
        fs::write(folder.path().join("schema.json"), "{}").unwrap();
        let ids: Vec<String> = Vectors::read(folder.path()).unwrap().cases().map(|case| case.id.clone()).collect();
        assert_eq!(ids, ["path/a", "path/b"]);
        // A schema file that is named explicitly is read.
        assert!(Vectors::read(&folder.path().join("schema.json")).is_err());
    }

    #[test]
    fn a_path_that_is_not_there_is_named() {
        insta::assert_snapshot!(Vectors::read(Path::new("no/such/folder")).unwrap_err(), @"cannot read no/such/folder");
    }
}
