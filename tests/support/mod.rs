//! What several tests need: the repository's files, and the built command.

#![allow(dead_code, reason = "each test uses its own part")]
#![allow(clippy::disallowed_methods, reason = "tests read the repository they stand in")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file of the repository.
pub fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Takes away what an earlier run left in `folder`.
pub fn clear(folder: &Path) {
    if folder.exists() {
        std::fs::remove_dir_all(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    }
}

/// Writes a file, and the folders it stands in.
pub fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// The files below a folder of the repository, in order, relative to it.
pub fn files_below(folder: &str) -> Vec<String> {
    fn walk(at: &Path, out: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(at).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { walk(&path, out) } else { out.push(path) }
        }
    }
    let base = root().join(folder);
    let mut found = Vec::new();
    walk(&base, &mut found);
    let mut names: Vec<String> = found
        .iter()
        .map(|path| path.strip_prefix(&base).expect("below").to_string_lossy().replace('\\', "/"))
        .collect();
    names.sort();
    names
}

/// Runs the command in the repository with `args` and `input`.
pub fn jobun(args: &[&str], input: &[u8]) -> Output {
    use std::io::Write;
    let mut child = Command::new(env!("CARGO_BIN_EXE_jobun"))
        .args(args)
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    child.stdin.take().expect("a pipe").write_all(input).ok();
    child.wait_with_output().expect("the command ends")
}

/// What the command wrote to standard output.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// What the command wrote to standard error.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}
