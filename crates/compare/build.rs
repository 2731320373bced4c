//! Takes the versions printed in the table from Cargo.lock, so that they are the ones measured.

use std::{env, fs, path::Path};

/// The packages whose versions the table prints, as `VERSION_CEL`, `VERSION_CEDAR_POLICY`, …
const PACKAGES: &[&str] = &["cedar-policy", "cel", "cel-interpreter", "jobun", "regorus", "serde_json"];

fn main() {
    let manifest = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let lock = Path::new(&manifest).ancestors().map(|dir| dir.join("Cargo.lock")).find(|path| path.is_file());
    let text = lock.as_ref().and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
    if let Some(path) = &lock {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    for package in PACKAGES {
        let key = package.to_uppercase().replace('-', "_");
        println!("cargo::rustc-env=VERSION_{key}={}", version(&text, package).unwrap_or("?"));
    }
}

/// The version that `lock` records for `package`.
fn version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, rest) = lock.split_once(&format!("\nname = \"{package}\"\nversion = \""))?;
    Some(rest.split_once('"')?.0)
}
