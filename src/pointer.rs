//! JSON Pointers (RFC 6901): places in a document, as text.

/// The pointer of what stands at `keys` below the pointer `base`.
pub fn below<K: AsRef<str>>(base: String, keys: &[K]) -> String {
    keys.iter().fold(base, |mut pointer, key| {
        pointer.push('/');
        pointer.push_str(&escape(key.as_ref()));
        pointer
    })
}

/// The parts of `pointer`, outermost first.
pub fn parts(pointer: &str) -> impl Iterator<Item = String> + '_ {
    pointer.split('/').skip(1).map(unescape)
}

/// Whether `pointer` is `outer`, or stands below it.
pub fn is_within(pointer: &str, outer: &str) -> bool {
    pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A key as a part of a pointer.
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}
