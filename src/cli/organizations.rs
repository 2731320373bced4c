//! The organizations to judge: files of facts, read when it is their turn, so that memory does not grow with their
//! number.

use std::borrow::Cow;
use std::iter::Enumerate;
use std::slice;

use super::{LimitArgs, Trouble, facts_name, folder_is_no_facts};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::{Document, Engine, Rejected};
use crate::host::{self, HostError};
use crate::lang::{Text, text};
use crate::parallel::in_order;
use crate::source::{SourceMap, Span};

/// How the names of files end in which each line is an organization.
const ENDINGS: [&str; 2] = [".ndjson", ".jsonl"];
/// The most that is held of a stream in which each line is an organization: it cannot be read twice.
const MAX_HELD: usize = 128 << 20;
/// How many organizations one run takes.
const MAX_ORGANIZATIONS: usize = 10_000_000;
/// How many organizations are looked at together on each thread.
const LOOKED_AT_ONCE: usize = 64;
/// How many bytes are read for some organizations together, but for the last.
const MAX_TOGETHER: usize = 16 << 20;
/// Of how many organizations mistakes are told at most.
const MAX_REJECTED: usize = 200;
/// How many bytes their texts have at most, but for the last.
const MAX_SHOWN: usize = 64 << 20;

/// Files of facts, in the order in which they were given.
pub struct Organizations {
    files: Vec<File>,
    /// The most bytes of one organization.
    most: usize,
    /// The most organizations.
    limit: usize,
}

struct File {
    path: String,
    /// What reports and diagnostics call it.
    name: String,
    /// Whether each line is an organization.
    is_lines: bool,
    /// What came from a stream.
    held: Option<Vec<u8>>,
}

impl File {
    /// A mistake about the whole of it, or about a line.
    fn wrong(&self, code: Code, line: Option<u32>, message: Text, help: Text) -> Rejected {
        let mut sources = SourceMap::new();
        let file = sources.add(self.name.clone(), "");
        sources.start_at(line.unwrap_or(1));
        let diagnostic = Diagnostic::new(code, Span::top(file), message).help(help);
        Rejected { sources, diagnostics: Diagnostics(vec![diagnostic]) }
    }
}

/// Which organization of those given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The number of its file, from 0.
    file: usize,
    /// Its line, where each line of the file is one.
    line: Option<u32>,
}

/// The facts of one organization, not yet looked at.
pub struct Organization<'o> {
    entry: Entry,
    name: &'o str,
    bytes: Cow<'o, [u8]>,
}

impl Organization<'_> {
    /// Whether the JSON in it is wrong because it was taken for one organization where each line is one, or the other
    /// way round, which its first line shows; then the remedy in `wrong` says so.
    fn is_misread(&self, wrong: &mut Rejected, is_first: bool) -> bool {
        let syntax = wrong.diagnostics.0.iter_mut().find(|diagnostic| diagnostic.code == Code::JsonSyntax);
        let Some(diagnostic) = syntax else { return false };
        let ends_early = !self.bytes.trim_ascii_end().ends_with(b"}");
        let help = match self.entry.line {
            None if self.is_on_lines() => Text::new(
                "1行に1つの組織を書いたファイルは、名前の終わりを `.ndjson` にするか、`--ndjson` を付けて指定してください",
                "a file with an organization on each line is called `.ndjson`, or read with `--ndjson`",
            ),
            Some(_) if is_first && ends_early => Text::new(
                "1行に1つの組織を書きます。1つの組織を何行にもわたって書いたファイルは、\
                 名前の終わりを `.json` にし、`--ndjson` を付けずに指定してください",
                "each line holds one organization; a file with one organization on many lines is called `.json` \
                 and read without `--ndjson`",
            ),
            _ => return false,
        };
        diagnostic.help = Some(help);
        true
    }

    /// Whether each of its first two lines looks like an organization.
    fn is_on_lines(&self) -> bool {
        let lines = self.bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let mut first =
            lines.filter(|line| !line.is_empty()).map(|line| line.starts_with(b"{") && line.ends_with(b"}"));
        first.next() == Some(true) && first.next() == Some(true)
    }

    /// Its facts, if they fit the vocabulary.
    pub fn facts(&self, engine: &Engine) -> Result<Document<'_>, Rejected> {
        match self.entry.line {
            None => Document::named(engine, self.name, &self.bytes),
            Some(line) => Document::on_line(engine, self.name, line, &self.bytes),
        }
    }
}

impl Organizations {
    /// Those in `paths`; `-` is standard input. Each line is an organization where the name of a file says so, or
    /// `is_ndjson`. A folder is a mistake told with the others.
    pub fn open(paths: &[String], is_ndjson: bool, limits: &LimitArgs) -> Result<(Self, Vec<Rejected>), Trouble> {
        let most = limits.limits().facts_bytes;
        let (mut files, mut rejected) = (Vec::with_capacity(paths.len()), Vec::new());
        for path in paths {
            if host::is_folder(path) {
                rejected.push(folder_is_no_facts(path));
                continue;
            }
            let is_lines = is_ndjson || ENDINGS.iter().any(|ending| path.to_ascii_lowercase().ends_with(ending));
            let held = if host::is_file(path) {
                // One that does not open is told before anything is judged.
                host::Lines::open(path, most)?;
                None
            } else {
                Some(host::read(path, if is_lines { MAX_HELD } else { most })?)
            };
            let file = File { path: path.clone(), name: facts_name(path), is_lines, held };
            if is_lines && file.held.as_ref().is_some_and(|held| held.len() > MAX_HELD) {
                let message = text!(
                    "1行に1組織の入力が大きすぎます（ファイルでなければ {} MiB まで）",
                    "there are too many organizations (the limit is {} MiB where it is no file)",
                    MAX_HELD >> 20
                );
                let help = Text::new(
                    "ファイルに保存し、そのパスを指定してください。ファイルの大きさに上限はありません",
                    "save them and name the file, which may be of any size",
                );
                rejected.push(file.wrong(Code::TooLarge, None, message, help));
            }
            files.push(file);
        }
        Ok((Organizations { files, most, limit: MAX_ORGANIZATIONS }, rejected))
    }

    /// All of them, one after another.
    fn each(&self) -> Each<'_> {
        Each { files: self.files.iter().enumerate(), lines: None, most: self.most }
    }

    /// Looks at all of them and says which there are; all mistakes are told together, up to a number. `progress` is told
    /// how many were looked at, where they are not all looked at at once.
    pub fn look(&self, engine: &Engine, progress: impl Fn(usize)) -> Result<Vec<Entry>, Trouble> {
        let (mut entries, mut mistakes) = (Vec::<Entry>::new(), Mistakes::default());
        let mut is_begun = vec![false; self.files.len()];
        // A file that is not what its name says.
        let mut left = None;
        let mut each = self.each();
        loop {
            let some = each.some(LOOKED_AT_ONCE * host::threads().get())?;
            if some.is_empty() {
                break;
            }
            let looked = in_order(&some, host::threads(), || (), |(), own| own.facts(engine).err());
            for (own, wrong) in some.iter().zip(looked) {
                if left == Some(own.entry.file) {
                    continue;
                }
                let file = &self.files[own.entry.file];
                let is_first = !std::mem::replace(&mut is_begun[own.entry.file], true);
                if entries.len() == self.limit {
                    let message = text!(
                        "組織が多すぎます（1回に {} まで）",
                        "there are too many organizations (the limit is {} for a run)",
                        self.limit
                    );
                    let help = Text::new("何回かに分けてください", "judge them in several runs");
                    mistakes.rejected.push(file.wrong(Code::TooLarge, own.entry.line, message, help));
                    return Err(Trouble::Rejected(mistakes.rejected));
                }
                entries.push(own.entry);
                let Some(mut wrong) = wrong else { continue };
                if own.is_misread(&mut wrong, is_first) && file.is_lines {
                    left = Some(own.entry.file);
                    each.leave(own.entry.file);
                }
                mistakes.push(wrong, || {
                    let message = Text::new(
                        "誤りが多いため、この後の組織は見ていません",
                        "there are many mistakes; the organizations after this one were not looked at",
                    );
                    let help = Text::new("ここまでの誤りを直してください", "mend those that were told so far");
                    file.wrong(Code::TooManyMistakes, own.entry.line, message, help)
                })?;
            }
            if entries.len() > some.len() {
                progress(entries.len());
            }
        }
        for (file, _) in self.files.iter().zip(is_begun).filter(|(file, is_begun)| file.is_lines && !is_begun) {
            let message = Text::new("組織が1つも書かれていません", "there is no organization in it");
            let help =
                Text::new("1行に1つの組織の事実を書いてください", "write the facts of one organization on each line");
            mistakes.rejected.push(file.wrong(Code::EmptyFile, None, message, help));
        }
        if mistakes.rejected.is_empty() { Ok(entries) } else { Err(Trouble::Rejected(mistakes.rejected)) }
    }

    /// What a file about an organization is called, without its ending.
    pub fn stem(&self, entry: Entry) -> String {
        let stem = host::stem(&self.files[entry.file].name);
        match entry.line {
            None => stem,
            Some(line) => format!("{stem}-{line}"),
        }
    }

    /// What the file of an organization is called.
    pub fn name(&self, entry: Entry) -> &str {
        &self.files[entry.file].name
    }

    /// The mistake that an organization is not where it was when it was looked at.
    fn changed(&self, entry: Entry) -> Rejected {
        let message = Text::new("読んでいる間にファイルが変わりました", "the file changed while it was read");
        let help = Text::new("書き終わってから、もう一度実行してください", "run it again once it is written");
        self.files[entry.file].wrong(Code::FactsInvalid, entry.line, message, help)
    }

    /// Those that were looked at, read again.
    pub fn again<'o>(&'o self, entries: &'o [Entry]) -> Again<'o> {
        Again { organizations: self, each: self.each(), entries, done: 0 }
    }
}

/// Organizations that were looked at, read again. Where others stand now, that is a mistake.
pub struct Again<'o> {
    organizations: &'o Organizations,
    each: Each<'o>,
    entries: &'o [Entry],
    done: usize,
}

impl<'o> Again<'o> {
    /// The next ones, up to `most`, or fewer where they are large.
    pub fn some(&mut self, most: usize) -> Result<Vec<Organization<'o>>, Trouble> {
        let some = self.each.some(most)?;
        self.compared(some)
    }

    /// All that are left.
    pub fn rest(&mut self) -> Result<Vec<Organization<'o>>, Trouble> {
        let rest = self.each.by_ref().collect::<Result<_, _>>()?;
        self.compared(rest)
    }

    /// How many were read.
    pub fn done(&self) -> usize {
        self.done
    }

    fn compared(&mut self, some: Vec<Organization<'o>>) -> Result<Vec<Organization<'o>>, Trouble> {
        let wanted = self.entries.get(self.done..).unwrap_or_default();
        let same = some.iter().zip(wanted).take_while(|(own, wanted)| own.entry == **wanted).count();
        self.done += same;
        let mut is_more = || same == wanted.len() && self.each.next().is_some();
        if same < some.len() || some.is_empty() && !wanted.is_empty() || is_more() {
            let entry = wanted.get(same).or(self.entries.last());
            return Err(entry.map_or(Trouble::Rejected(Vec::new()), |entry| self.organizations.changed(*entry).into()));
        }
        Ok(some)
    }
}

/// Mistakes about organizations, to be told together.
#[derive(Default)]
struct Mistakes {
    rejected: Vec<Rejected>,
    /// How many bytes their texts have.
    shown: usize,
}

impl Mistakes {
    /// Adds one; where there are too many, that is the last, and no more are looked for.
    fn push(&mut self, wrong: Rejected, too_many: impl FnOnce() -> Rejected) -> Result<(), Trouble> {
        self.shown += wrong.sources.texts().map(|(_, text)| text.len()).sum::<usize>();
        self.rejected.push(wrong);
        if self.rejected.len() < MAX_REJECTED && self.shown < MAX_SHOWN {
            return Ok(());
        }
        self.rejected.push(too_many());
        Err(Trouble::Rejected(std::mem::take(&mut self.rejected)))
    }
}

/// Organizations one after another, each read when it is asked for.
struct Each<'o> {
    files: Enumerate<slice::Iter<'o, File>>,
    /// What is open of the file that is read line by line.
    lines: Option<(usize, &'o File, host::Lines<'o>)>,
    most: usize,
}

impl<'o> Each<'o> {
    /// The next ones, up to `most`, or fewer where they are large.
    fn some(&mut self, most: usize) -> Result<Vec<Organization<'o>>, HostError> {
        let (mut some, mut bytes) = (Vec::new(), 0);
        while some.len() < most && bytes < MAX_TOGETHER {
            let Some(own) = self.next().transpose()? else { break };
            bytes += own.bytes.len();
            some.push(own);
        }
        Ok(some)
    }

    /// Reads no more of a file.
    fn leave(&mut self, file: usize) {
        self.lines = self.lines.take().filter(|(at, ..)| *at != file);
    }

    /// The next organization of the file that is read line by line; a line of spaces is none.
    fn line(&mut self) -> Option<Result<Organization<'o>, HostError>> {
        let (at, file, lines) = self.lines.as_mut()?;
        let blank =
            |line: &Result<(u32, Vec<u8>), _>| line.as_ref().is_ok_and(|(_, bytes)| bytes.trim_ascii().is_empty());
        let line = lines.find(|line| !blank(line))?;
        Some(line.map(|(line, bytes)| Organization {
            entry: Entry { file: *at, line: Some(line) },
            name: &file.name,
            bytes: bytes.into(),
        }))
    }

    fn open(&self, file: &'o File) -> Result<host::Lines<'o>, HostError> {
        match &file.held {
            Some(held) => Ok(host::Lines::of(&file.path, held, self.most)),
            None => host::Lines::open(&file.path, self.most),
        }
    }

    fn whole(&self, at: usize, file: &'o File) -> Result<Organization<'o>, HostError> {
        let bytes = match &file.held {
            Some(held) => Cow::Borrowed(held.as_slice()),
            None => Cow::Owned(host::read(&file.path, self.most)?),
        };
        Ok(Organization { entry: Entry { file: at, line: None }, name: &file.name, bytes })
    }
}

impl<'o> Iterator for Each<'o> {
    type Item = Result<Organization<'o>, HostError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(own) = self.line() {
                return Some(own);
            }
            self.lines = None;
            let (at, file) = self.files.next()?;
            if !file.is_lines {
                return Some(self.whole(at, file));
            }
            match self.open(file) {
                Ok(lines) => self.lines = Some((at, file, lines)),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Params;
    use crate::policy::PolicySet;

    /// Lines that came from a stream.
    fn lines(count: usize) -> Organizations {
        let held = Some("{}\n".repeat(count).into_bytes());
        let file = File { path: "-".into(), name: "vendors.ndjson".into(), is_lines: true, held };
        Organizations { files: vec![file], most: 100, limit: 40 }
    }

    /// How many are read again, and what is said if others are there than there were.
    fn read_again(before: usize, after: usize, at_once: usize) -> (usize, String) {
        let entries: Vec<Entry> = lines(before).each().map(|own| own.expect("a line").entry).collect();
        let organizations = lines(after);
        let (mut again, mut read) = (organizations.again(&entries), 0);
        while read < before {
            match again.some(at_once) {
                Ok(some) => read += some.len(),
                Err(Trouble::Rejected(wrong)) => return (read, wrong.iter().map(ToString::to_string).collect()),
                Err(_) => panic!("nothing else goes wrong"),
            }
        }
        (read, String::new())
    }

    #[test]
    fn a_run_takes_no_more_organizations_than_it_can_hold() {
        let policies = PolicySet::embedded().select(["ward-handling"]).expect("a pack").check().expect("sound");
        let engine = Engine::new(policies, Params::default()).expect("an engine");
        let look = |count| match lines(count).look(&engine, |_| ()) {
            Ok(entries) => Ok(entries.len()),
            Err(Trouble::Rejected(wrong)) => Err(wrong.iter().map(ToString::to_string).collect()),
            Err(_) => Err("nothing else goes wrong".to_string()),
        };
        assert_eq!(look(40), Ok(40));
        let told = "vendors.ndjson:41:1: too-large: there are too many organizations (the limit is 40 for a run)";
        assert_eq!(look(41), Err(format!("{told} (judge them in several runs)")));
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_told() {
        assert_eq!(read_again(30, 30, 8), (30, String::new()));
        let told = |line: u32| {
            let help = "the file changed while it was read (run it again once it is written)";
            format!("vendors.ndjson:{line}:1: facts-invalid: {help}")
        };
        assert_eq!(read_again(30, 29, 8), (29, told(30)));
        assert_eq!(read_again(30, 31, 8), (24, told(30)));
        assert_eq!(read_again(30, 32, 15), (15, told(30)));
        assert_eq!(read_again(1, 2, 8), (0, told(1)));
        assert_eq!(read_again(2, 0, 8), (0, told(1)));
    }
}
