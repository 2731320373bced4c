//! The policies, the schemas and the pages of the codes are built into the program: it is built
//! anew when a file of them comes, goes or changes.

fn main() {
    for folder in ["policies", "docs/codes", "schemas"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
