//! Where text stands: files, spans, lines and columns.

use std::fmt;
use std::sync::Arc;

/// A file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

/// A stretch of one file, in bytes; `end` is exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The stretch `start..end` of `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { file, start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The empty stretch at the start of `file`.
    pub fn top(file: FileId) -> Self {
        Span { file, start: 0, end: 0 }
    }
}

/// A place as people count: both from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Where the lines of one text begin, and how many characters stand before each stretch of it.
#[derive(Clone, Debug)]
pub struct Lines {
    /// The number of the first line.
    first: u32,
    starts: Vec<u32>,
    /// Characters before every [`STRETCH`]th byte, so that a column costs the same on a line of any
    /// length.
    characters: Vec<u32>,
}

/// Bytes between two counts of characters.
const STRETCH: usize = 1024;

impl Lines {
    /// Finds the lines of `text`; `\n` ends a line.
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        starts.extend(bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at as u32 + 1));
        let mut characters = vec![0];
        let mut count = 0;
        for stretch in bytes.chunks(STRETCH) {
            count += begun(stretch);
            characters.push(count);
        }
        Lines { first: 1, starts, characters }
    }

    /// The same lines of a text that is part of another, in which its first line has the number `first`.
    pub fn starting_at(self, first: u32) -> Self {
        Lines { first, ..self }
    }

    /// The number of the line that holds the byte `offset`, from 0.
    fn number(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= offset).max(1) - 1
    }

    /// Where the line of `text` that holds the byte `offset` begins and ends, its line break left out.
    pub fn bounds(&self, text: &str, offset: usize) -> (usize, usize) {
        let line = self.number(offset);
        let end = self.starts.get(line + 1).map_or(text.len(), |next| *next as usize - 1);
        (self.starts[line] as usize, end)
    }

    /// Line and column of the byte `offset` of `text`.
    pub fn place(&self, text: &str, offset: usize) -> LineColumn {
        let offset = offset.min(text.len());
        let line = self.number(offset);
        let before = |at: usize| {
            let stretch = at / STRETCH;
            self.characters[stretch] + begun(&text.as_bytes()[stretch * STRETCH..at])
        };
        let column = before(offset) - before(self.starts[line] as usize);
        LineColumn { line: self.first.saturating_add(line as u32), column: column + 1 }
    }
}

/// How many characters begin in `bytes` of UTF-8.
fn begun(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count() as u32
}

#[derive(Clone)]
struct SourceFile {
    name: String,
    text: Arc<str>,
    lines: Lines,
}

/// The files of one run, so that a [`Span`] can be shown.
#[derive(Clone, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl fmt::Debug for SourceMap {
    /// The names of the files; their texts would bury what is looked for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.files.iter().map(|file| &file.name)).finish()
    }
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file; `name` is what diagnostics call it.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let text = text.into();
        let lines = Lines::of(&text);
        self.files.push(SourceFile { name: name.into(), text, lines });
        FileId(self.files.len() as u32 - 1)
    }

    /// Says that the first line of each file has the number `first` in what it was taken from.
    pub fn start_at(&mut self, first: u32) {
        self.files.iter_mut().for_each(|file| file.lines.first = first);
    }

    /// The names and texts of all files, in the order in which they were added.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|file| (&*file.name, &*file.text))
    }

    /// The name given to `file`, or an empty string for a file of another map.
    pub fn name(&self, file: FileId) -> &str {
        self.files.get(file.0 as usize).map_or("", |file| &file.name)
    }

    /// The whole text of `file`.
    pub fn text(&self, file: FileId) -> &str {
        self.files.get(file.0 as usize).map_or("", |file| &file.text)
    }

    /// The text under `span`.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Where the line of `file` that holds the byte `offset` begins and ends, in bytes.
    pub fn line(&self, file: FileId, offset: usize) -> (usize, usize) {
        self.files.get(file.0 as usize).map_or((0, 0), |file| file.lines.bounds(&file.text, offset))
    }

    /// Line and column where `span` begins.
    pub fn place(&self, span: Span) -> LineColumn {
        match self.files.get(span.file.0 as usize) {
            Some(file) => file.lines.place(&file.text, span.start as usize),
            None => LineColumn { line: 1, column: 1 },
        }
    }
}
