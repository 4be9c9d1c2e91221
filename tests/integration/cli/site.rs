//! `qsh report site`: writes a folder, and spoils nothing.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use super::{User, fake};

fn user_with_report() -> User {
    let user = User::new();
    let command = fake("--dialect trailing_slash=kept");
    let args = ["run", "path/trailing-slash", "--command", &command, "--format", "json", "--output", "run.json"];
    assert_eq!(user.qsh(&args).code, 1);
    user
}

fn site(user: &User) -> i32 {
    user.qsh(&["report", "site", "site", "run.json"]).code
}

/// The files below a folder.
fn count(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
}

#[test]
fn a_site_is_written_and_written_again() {
    let user = user_with_report();
    let answer = user.qsh(&["report", "site", "site", "run.json"]);
    let files = count(&user.path("site")) - 1;
    assert_eq!((answer.code, answer.stdout.as_str()), (0, ""));
    assert_eq!(answer.stderr, format!("site: {files} files\n"));
    assert!(user.read("site/implementations/command.html").contains("trailing_slash=kept"));
    assert!(user.path("site/vectors/path/trailing-slash.html").exists());
    // The pages of the former site go, and what somebody else put there stays.
    user.write("site/CNAME", "example.com");
    let report = user.read("run.json").replace("\"command\"", "\"other\"");
    user.write("run.json", &report);
    assert_eq!(site(&user), 0);
    assert!(user.path("site/implementations/other.html").exists() && user.path("site/CNAME").exists());
    assert!(!user.path("site/implementations/command.html").exists());
    assert_eq!(count(&user.path("site")) - 2, files);
}

#[test]
fn a_folder_of_something_else_is_not_touched() {
    let user = user_with_report();
    user.write("site/index.html", "mine");
    let error = || user.error(2, &["report", "site", "site", "run.json"]);
    assert_snapshot!(error(), @"error: site is not empty, and is no site of qsh: give a new folder");
    user.write("site/.qsh-site", "something else");
    assert_snapshot!(error(), @"error: site is not empty, and is no site of qsh: give a new folder");
    assert_eq!((user.read("site/index.html").as_str(), count(&user.path("site"))), ("mine", 2));
    fs::remove_dir_all(user.path("site")).unwrap();
    assert_eq!(site(&user), 0);
    // A file of the user that a new page would replace.
    let list = user.read("site/.qsh-site");
    user.write("site/.qsh-site", &list.replace("index.html\n", ""));
    assert_snapshot!(error(), @"error: site/index.html is no file of the former site: remove it, or give another folder");
    user.write("file", "");
    assert!(user.error(2, &["report", "site", "file", "run.json"]).starts_with("error: cannot read file: "));
}

/// Somebody else may have made the folder, and its list.
#[test]
fn nothing_is_written_or_removed_behind_a_link() {
    let user = user_with_report();
    assert_eq!(site(&user), 0);
    fs::remove_dir_all(user.path("site/implementations")).unwrap();
    user.write("mine/command.html", "mine");
    std::os::unix::fs::symlink(user.path("mine"), user.path("site/implementations")).unwrap();
    assert_snapshot!(user.error(2, &["report", "site", "site", "run.json"]), @"error: site/implementations is a link to another folder: remove it, or give another folder");
    assert_eq!((user.read("mine/command.html").as_str(), count(&user.path("mine"))), ("mine", 1));
}

#[test]
fn a_site_is_of_a_whole_run() {
    let user = User::new();
    for shard in ["1/2", "2/2"] {
        let output = format!("{}.json", &shard[..1]);
        user.qsh(&["run", "path", "--adapter", "built-in", "--shard", shard, "--format", "json", "--output", &output]);
    }
    assert_snapshot!(user.error(2, &["report", "site", "site", "1.json"]), @"error: shard 2/2 is missing");
    assert!(!user.path("site").exists());
    assert_eq!(user.qsh(&["report", "site", "site", "1.json", "2.json"]).code, 0);
    let args = ["diff", "--adapter", "built-in", "--cases", "16", "--format", "json", "--output", "diff.json"];
    assert_eq!(user.qsh(&args).code, 0);
    assert_snapshot!(user.error(2, &["report", "site", "other", "diff.json"]), @"error: expected reports of `qsh run --format json`, found reports of `qsh diff`");
}
