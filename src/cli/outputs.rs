//! Where reports go: to standard output, to files, or to a folder with a file for each organization.

use std::collections::{HashMap, HashSet};
use std::slice;

use super::Trouble;
use super::organizations::{Entry, Organizations};
use crate::host::{self, Output};
use crate::lang::{Text, text};
use crate::report::{Extent, Format};

/// The formats that are asked for, each with where it goes.
pub struct Outputs<'a> {
    all: Vec<(Format, Place<'a>)>,
    facts: &'a [String],
}

impl<'a> Outputs<'a> {
    /// `formats`, each going to the path at its place, or to standard output; none replaces one of the `facts`.
    pub fn new(formats: &'a [Format], paths: &'a [String], facts: &'a [String]) -> Result<Self, Trouble> {
        if let Some(spare) = paths.get(formats.len()) {
            return Err(Trouble::Usage(text!(
                "`--output {0}` に当たる --format がありません",
                "there is no --format for `--output {0}`",
                spare
            )));
        }
        let mut all: Vec<(Format, Place<'a>)> = Vec::new();
        for (format, path) in formats.iter().zip(paths.iter().map(String::as_str).chain(std::iter::repeat("-"))) {
            let place = Place::of(path, *format);
            if let Place::One(path) = place
                && path != "-"
                && let Some(facts) = facts.iter().find(|facts| host::is_same_place(facts, path))
            {
                return Err(would_replace(path, facts));
            }
            if let Some((other, _)) = all.iter().find(|(_, known)| known.is(&place)) {
                return Err(both_to(*other, *format, path));
            }
            if format.is_binary() && path == "-" && host::output_is_terminal() {
                return Err(Trouble::Usage(text!(
                    "`{0}` は文字ではないため端末に出せません。--output でファイルを指定してください",
                    "`{0}` is no text; name a file with --output",
                    format.name()
                )));
            }
            all.push((*format, place));
        }
        Ok(Outputs { all, facts })
    }

    /// Each format, how many organizations a report is on, and whether it goes to standard output.
    pub fn formats(&self) -> impl Iterator<Item = (Format, Extent, bool)> {
        self.all.iter().map(|(format, place)| (*format, place.extent(), matches!(place, Place::One("-"))))
    }

    /// The names, without their endings, of the files for each of `entries`, where a report goes to a folder: no two
    /// are written to the same file, and no facts are replaced.
    pub fn stems(&self, organizations: &Organizations, entries: &[Entry]) -> Result<Vec<String>, Trouble> {
        if self.all.iter().all(|(_, place)| matches!(place, Place::One(_))) {
            return Ok(Vec::new());
        }
        let stems: Vec<String> = entries.iter().map(|entry| organizations.stem(*entry)).collect();
        let facts: HashSet<_> = self.facts.iter().filter_map(|facts| host::place(facts)).collect();
        for (format, place) in &self.all {
            let mut known: HashMap<String, Entry> = HashMap::new();
            for (file, entry) in stems.iter().filter_map(|stem| place.file(stem)).zip(entries) {
                if let Some((other, _)) = self.all.iter().find(|(_, other)| other.is(&Place::One(&file))) {
                    return Err(both_to(*other, *format, &file));
                }
                if host::place(&file).is_some_and(|place| facts.contains(&place)) {
                    return Err(would_replace(place.path(), &file));
                }
                if let Some(other) = known.get(&file) {
                    return Err(Trouble::Usage(text!(
                        "`{0}` と `{1}` の報告がどちらも `{2}` に書かれます",
                        "`{0}` and `{1}` would both be written to `{2}`",
                        organizations.name(*other),
                        organizations.name(*entry),
                        file
                    )));
                }
                known.insert(file, *entry);
            }
        }
        Ok(stems)
    }

    /// What takes the reports of each format; of a folder, `stems` are the names of its files.
    pub fn writers<'w>(&'w self, stems: &'w [String]) -> Result<Vec<Writer<'w>>, Trouble> {
        self.all.iter().map(|(_, place)| Writer::create(*place, stems)).collect()
    }
}

fn both_to(one: Format, other: Format, path: &str) -> Trouble {
    let place = if path == "-" { text!("標準出力", "standard output") } else { text!("{0}", "{0}", path) };
    let (one, other, Text { ja, en }) = (one.name(), other.name(), place);
    Trouble::Usage(Text::new(
        format!("`{one}` と `{other}` の行き先がどちらも{ja}です。--format ごとに別の --output を指定してください"),
        format!("`{one}` and `{other}` would both go to {en}; give each --format an --output of its own"),
    ))
}

fn would_replace(path: &str, facts: &str) -> Trouble {
    Trouble::Usage(text!(
        "`--output {0}` では事実のファイル `{1}` が上書きされます",
        "`--output {0}` would replace the facts in `{1}`",
        path,
        facts
    ))
}

/// Where a report goes.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    /// To one file; `-` is standard output.
    One(&'a str),
    /// To a file of a folder for each organization.
    Each { folder: &'a str, ending: &'static str },
}

impl<'a> Place<'a> {
    /// Where `path` leads.
    fn of(path: &'a str, format: Format) -> Self {
        if path != "-" && (path.ends_with('/') || host::is_folder(path)) {
            return Place::Each { folder: path.trim_end_matches('/'), ending: format.ending() };
        }
        Place::One(path)
    }

    /// Whether both are the same.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Place::One(one), Place::One(other)) => host::is_same_place(one, other),
            (Place::Each { folder, ending }, Place::Each { folder: other, ending: its }) => {
                ending == its && host::is_same_place(folder, other)
            }
            _ => false,
        }
    }

    fn path(&self) -> &str {
        match self {
            Place::One(path) | Place::Each { folder: path, .. } => path,
        }
    }

    /// The file of a folder that is called `stem`.
    fn file(&self, stem: &str) -> Option<String> {
        match self {
            Place::One(_) => None,
            Place::Each { folder, ending } => Some(format!("{folder}/{stem}.{ending}")),
        }
    }

    fn extent(&self) -> Extent {
        match self {
            Place::One(_) => Extent::Together,
            Place::Each { .. } => Extent::Each,
        }
    }
}

/// What is written while organizations are judged.
pub enum Writer<'a> {
    One(Output),
    Each { place: Place<'a>, stems: slice::Iter<'a, String> },
}

impl<'a> Writer<'a> {
    /// Of a folder, `stems` are the names of its files.
    fn create(place: Place<'a>, stems: &'a [String]) -> Result<Self, Trouble> {
        Ok(match place {
            Place::One(path) => Writer::One(Output::create(path)?),
            Place::Each { folder, .. } => {
                host::make_folder(folder)?;
                Writer::Each { place, stems: stems.iter() }
            }
        })
    }

    /// Adds reports: a part of the one file, or the next files of a folder.
    pub fn write(&mut self, reports: &[Vec<u8>]) -> Result<(), Trouble> {
        match self {
            Writer::One(output) => reports.iter().try_for_each(|report| output.write(report))?,
            Writer::Each { place, stems } => {
                // Asked for after the report, so that no name is lost where a part of the reports ends.
                let mut named = reports.iter().zip(stems.filter_map(|stem| place.file(stem)));
                named.try_for_each(|(report, file)| host::write_whole(&file, report))?;
            }
        }
        Ok(())
    }

    /// Puts what was written in its place.
    pub fn finish(self) -> Result<(), Trouble> {
        match self {
            Writer::One(output) => Ok(output.finish()?),
            Writer::Each { .. } => Ok(()),
        }
    }
}
