//! How much may be asked for: the limits, their defaults, and nothing else.
//!
//! A limit counts bytes, values or steps and never time, so that no verdict depends on the machine, on
//! the number of threads, or on what else was loaded. Where one is exceeded there is a diagnostic, or
//! an error of the evaluation, at the place that asked for too much.

/// What text may ask for. Set where text is read ([`PolicyFiles::limits`](crate::PolicyFiles::limits),
/// [`Env::limits`](crate::plain::Env::limits)) or on an engine
/// ([`Engine::with_limits`](crate::Engine::with_limits)).
///
/// What cannot be set, because a stack or a program of fixed size stands behind it:
///
/// | what | at most |
/// |---|---|
/// | levels of an expression, brackets and operators alike ([`cel::MAX_DEPTH`](crate::cel::MAX_DEPTH)) | 128 |
/// | parts of an expression ([`cel::MAX_NODES`](crate::cel::MAX_NODES)) | 130,048 |
/// | levels of a policy file ([`yaml::MAX_DEPTH`](crate::yaml::MAX_DEPTH)) | 32 |
/// | levels of a JSON document ([`json::MAX_DEPTH`](crate::json::MAX_DEPTH)), and of a value a host gives | 128 |
/// | levels of a vocabulary | 32 |
/// | groups in groups of a pattern ([`pattern::MAX_NESTING`](crate::pattern::MAX_NESTING)) | 64 |
/// | instructions of a program ([`compile::MAX_OPS`](crate::compile::MAX_OPS)) | 500,000 |
/// | calls of definitions that are opened ([`compile::MAX_OPENINGS`](crate::compile::MAX_OPENINGS)) | 100,000 |
/// | levels of instructions, definitions opened ([`compile::MAX_DEPTH`](crate::compile::MAX_DEPTH)) | 256 |
/// | decimals of `%f` and `%e` | 1,000 |
/// | values of a result of plain CEL | 262,144 |
/// | parts of an explanation ([`explain::MAX_PARTS`](crate::explain::MAX_PARTS)), and elements opened of one loop | 5,000, 50 |
/// | diagnostics kept of one reading ([`diagnostic::MAX_KEPT`](crate::diagnostic::MAX_KEPT)) | 10,000 |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one policy file, or of one expression of plain CEL. 1 MiB unless set.
    pub source_bytes: usize,
    /// Bytes of one compiled regular expression. 1 MiB unless set.
    pub pattern_bytes: usize,
    /// Bytes of all regular expressions of a rule set, or of the expressions compiled together; one that
    /// is refused counts with [`Limits::pattern_bytes`]. 8 MiB unless set.
    pub patterns_bytes: usize,
    /// Bytes of one facts document. 16 MiB unless set; never more than 4 GiB.
    pub facts_bytes: usize,
    /// Values in one facts document, keys counted too. 1,048,576 unless set.
    pub facts_values: usize,
    /// Steps of one rule for one subject, or of one expression: an instruction is one, what walks
    /// through text, lists or patterns takes more. 1,000,000 unless set.
    pub steps: u64,
    /// Bytes of the strings and lists that it makes. 8 MiB unless set.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            source_bytes: 1 << 20,
            pattern_bytes: 1 << 20,
            patterns_bytes: 8 << 20,
            facts_bytes: 16 << 20,
            facts_values: 1 << 20,
            steps: 1_000_000,
            bytes: 8 << 20,
        }
    }
}
