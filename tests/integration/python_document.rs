//! The statements about Python packages in docs/python.md are true. Every row of its tables is checked with the
//! packages that our adapters install.

use std::collections::BTreeMap;
use std::process::Command;

use super::provision::{has_python, provision_bundled};

const DOCUMENT: &str = include_str!("../../docs/python.md");

/// The packages that a name can start with. Each has the adapter that installs it, and its name in the heading.
const PACKAGES: [(&str, &str, &str); 3] = [
    ("atlassian_jwt", "python-atlassian-jwt", "atlassian-jwt"),
    ("atlassian_jwt_auth", "python-atlassian-jwt-auth", "atlassian-jwt-auth"),
    ("jwt", "python-pyjwt", "PyJWT"),
];

/// Prints the version of a distribution, and whether each name exists.
///
/// A name is a module, an item of a module or class, or a parameter. A module exists even if its own imports are not
/// installed. A parameter is written as `(name)` after the function. If a function takes `**kwargs`, its parameters are
/// those that its module reads from them.
const SCRIPT: &str = r#"
import importlib, importlib.util, inspect, json, re, sys
from importlib import metadata

def find(name):
    """What the name stands for, or None."""
    head, *rest = name.split(".")
    module, path = importlib.import_module(head), head
    found = module
    for part in rest:
        path += "." + part
        if hasattr(found, part):
            found = getattr(found, part)
            continue
        try:
            if not inspect.ismodule(found) or importlib.util.find_spec(path) is None:
                return None
            found = importlib.import_module(path)
        except ModuleNotFoundError as error:
            # The module is there, and needs a package that is not.
            return None if error.name.startswith(head) or path != name else error
    return found

def reads(found, parameter):
    try:
        parameters = inspect.signature(found).parameters
    except TypeError:
        return False
    if parameter in parameters:
        return True
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    return takes_any and bool(re.search(rf'kwargs\.get\(\s*"{parameter}"', inspect.getsource(inspect.getmodule(found))))

def is_there(name):
    name, _, parameter = name.rstrip(")").partition("(")
    found = find(name)
    return found is not None and (not parameter or reads(found, parameter))

distribution, *names = sys.argv[1:]
print(json.dumps([metadata.version(distribution), [is_there(name) for name in names]]))
"#;

#[test]
fn every_row_is_so() {
    if !has_python() {
        return;
    }
    let rows = rows();
    let mut wrong = Vec::new();
    for (package, adapter, distribution) in PACKAGES {
        let of_package: Vec<_> = rows.iter().filter(|(name, _)| name.split('.').next() == Some(package)).collect();
        assert!(of_package.len() > 10, "{package}: {} rows", of_package.len());
        let launch = provision_bundled(adapter);
        let names = of_package.iter().map(|(name, _)| name);
        let output =
            Command::new(&launch.program).args(["-I", "-c", SCRIPT, distribution]).args(names).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let (version, found): (String, Vec<bool>) = serde_json::from_slice(&output.stdout).unwrap();
        let heading = format!("## {distribution} {version}");
        assert!(DOCUMENT.lines().any(|line| line == heading), "no heading {heading:?}");
        assert_eq!(found.len(), of_package.len());
        let differing = of_package.iter().zip(found).filter(|((_, there), found)| there != found);
        wrong.extend(differing.map(|((name, there), found)| format!("{name}: there {there}, found {found}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_row_is_about_a_package_and_stands_there_once() {
    let rows = rows();
    let mut counts = BTreeMap::new();
    for (name, _) in &rows {
        assert!(PACKAGES.iter().any(|(package, ..)| name.split('.').next() == Some(package)), "{name}");
        *counts.entry(name).or_insert(0) += 1;
    }
    assert_eq!(counts.values().max(), Some(&1), "{counts:?}");
    let in_tables = DOCUMENT.lines().filter(|line| line.starts_with('|')).count();
    let tables = DOCUMENT.matches("\n| Python | there |").count();
    assert_eq!(rows.len(), in_tables - 2 * tables, "a row of a table that was not read");
}

/// The names in all tables, and whether the document says that they exist.
fn rows() -> Vec<(&'static str, bool)> {
    let row = |line: &'static str| {
        let (name, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        match rest.split_once(" | ")?.0 {
            "yes" => Some((name, true)),
            "no" => Some((name, false)),
            _ => None,
        }
    };
    DOCUMENT.lines().filter_map(row).collect()
}
