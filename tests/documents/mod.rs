//! The facts documents that tests run over: the example organizations and the base facts of every
//! pack's cases, and what can be taken away from them.

#![allow(clippy::disallowed_methods, reason = "tests read the repository they stand in")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jobun::schema::FactSchema;
use jobun::types::{RecordId, Type};
use serde_json::Value;

/// A facts document.
#[derive(Clone)]
#[allow(dead_code, reason = "each test uses its own part")]
pub struct Document {
    /// Its path, from the root of the project.
    pub name: String,
    /// Its content.
    pub facts: Value,
}

/// `most` of `all`, evenly spread, the first among them; which ones changes with `turn`.
#[allow(dead_code, reason = "each test uses its own part")]
pub fn spread<T: Clone>(all: &[T], most: usize, turn: usize) -> Vec<T> {
    let step = all.len().div_ceil(most.max(1)).max(1);
    all.iter().skip(turn % step).step_by(step).cloned().collect()
}

/// Every example organization and every base of a pack's cases.
pub fn documents() -> Vec<Document> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = files(&root.join("fixtures/organizations"));
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    let packs = files(&root.join("policies"));
    let is_base = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with("base") && name.ends_with(".json")
    };
    let tests = packs.into_iter().map(|pack| pack.join("tests")).filter(|folder| folder.is_dir());
    paths.extend(tests.flat_map(|folder| files(&folder)).filter(is_base));
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("the document can be read");
            Document {
                name: path.strip_prefix(root).expect("it lies in the project").display().to_string(),
                facts: serde_json::from_str(&text).expect("it is JSON"),
            }
        })
        .collect()
}

/// What lies in `folder`, in alphabetical order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the entry can be read").path()).collect();
    paths.sort();
    paths
}

/// The pointers of all answered leaves of `facts` that may be left out: ids of elements and links
/// may not. A list of records is a leaf, and so are those of its elements.
pub fn leaves(schema: &FactSchema, facts: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(schema, schema.root(), facts, "", &mut found);
    found
}

fn collect(schema: &FactSchema, record: RecordId, object: &Value, pointer: &str, found: &mut Vec<String>) {
    let record = schema.record(record);
    for field in &record.fields {
        let Some(value) = object.get(&field.name).filter(|value| !value.is_null()) else {
            continue;
        };
        let pointer = format!("{pointer}/{}", field.name);
        match &field.ty {
            Type::Record(inner) => {
                collect(schema, *inner, value, &pointer, found);
                continue;
            }
            Type::Link(_) => continue,
            _ if field.name == "id" && record.path.ends_with("[]") => continue,
            Type::List(element) => {
                if let Type::Record(inner) = **element {
                    let elements = value.as_array().expect("it is a list").iter().enumerate();
                    for (index, element) in elements {
                        collect(schema, inner, element, &format!("{pointer}/{index}"), found);
                    }
                }
            }
            _ => {}
        }
        found.push(pointer);
    }
}

/// `facts` without the leaf at `pointer`.
pub fn without(facts: &Value, pointer: &str) -> Value {
    let mut rest = facts.clone();
    let (parent, key) = pointer.rsplit_once('/').expect("a leaf lies in an object");
    let parent = rest.pointer_mut(parent).and_then(Value::as_object_mut);
    parent.expect("the leaf lies in an object").shift_remove(key).expect("the leaf is answered");
    rest
}

/// What `work` makes of each of `items`, in their order, worked on by all processors.
pub fn in_threads<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return done };
            done.push((index, work(item)));
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(take)).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("no work panics")).collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
