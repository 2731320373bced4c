//! The only door to the outside: files, standard input and output, today's date.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is their one home")]

use std::fs;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::printable;
use crate::value::Day;

/// The machine did not do what was asked of it.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct HostError {
    /// The file or stream.
    pub path: String,
    /// What the machine says.
    pub source: io::Error,
}

fn failed(path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> HostError {
    let path = path.as_ref().display().to_string();
    move |source| HostError { path, source }
}

/// Reads a file; `-` is standard input. No more is read than one byte beyond `most`, by which whoever keeps
/// to that limit sees that there is too much.
pub fn read(path: &str, most: usize) -> Result<Vec<u8>, HostError> {
    let mut bytes = Vec::new();
    let most = (most as u64).saturating_add(1);
    if path == "-" {
        io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(failed("standard input"))?;
        return Ok(bytes);
    }
    let file = fs::File::open(path).map_err(failed(path))?;
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    bytes.reserve(usize::try_from(length.min(most)).unwrap_or(0));
    file.take(most).read_to_end(&mut bytes).map_err(failed(path))?;
    Ok(bytes)
}

/// The lines of a text, one after another: of each its number, from 1, and its bytes without the line break.
pub struct Lines<'t> {
    path: String,
    reader: Box<dyn BufRead + 't>,
    most: usize,
    number: u32,
}

impl Lines<'static> {
    /// Those of a file. Of none is more kept than one byte beyond `most`, by which whoever keeps to that limit sees that
    /// there is too much.
    pub fn open(path: &str, most: usize) -> Result<Self, HostError> {
        let file = fs::File::open(path).map_err(failed(path))?;
        Ok(Lines { path: path.to_string(), reader: Box::new(BufReader::new(file)), most, number: 0 })
    }
}

impl<'t> Lines<'t> {
    /// Those of what was read from `path`.
    pub fn of(path: &str, bytes: &'t [u8], most: usize) -> Self {
        Lines { path: path.to_string(), reader: Box::new(bytes), most, number: 0 }
    }

    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut is_begun = false;
        loop {
            let some = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                some => some?,
            };
            let end = some.iter().position(|byte| *byte == b'\n');
            let part = some.get(..end.unwrap_or(some.len())).unwrap_or_default();
            let room = self.most.saturating_add(1).saturating_sub(line.len());
            line.extend_from_slice(part.get(..room).unwrap_or(part));
            is_begun |= !some.is_empty();
            let is_last = end.is_some() || some.is_empty();
            let used = end.map_or(some.len(), |end| end + 1);
            self.reader.consume(used);
            if is_last {
                break;
            }
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(is_begun.then_some(line))
    }
}

impl Iterator for Lines<'_> {
    type Item = Result<(u32, Vec<u8>), HostError>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.read().map_err(failed(&self.path)).transpose()?;
        self.number = self.number.saturating_add(1);
        Some(line.map(|line| (self.number, line)))
    }
}

/// Whether `path` can be read again from its start: it is no stream.
pub fn is_file(path: &str) -> bool {
    path != "-" && Path::new(path).is_file()
}

/// Whether `path` is a folder.
pub fn is_folder(path: &str) -> bool {
    Path::new(path).is_dir()
}

/// Makes the folder `path` and those it stands in, where they are not there.
pub fn make_folder(path: &str) -> Result<(), HostError> {
    fs::create_dir_all(path).map_err(failed(path))
}

/// The names of the folders in `folder`, in order.
pub fn folders_in(folder: &str) -> Result<Vec<String>, HostError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let entry = entry.map_err(failed(folder))?;
        if entry.path().is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// The files below `folder`, as paths relative to it with `/` between the parts, in order.
pub fn files_below(folder: &str) -> Result<Vec<String>, HostError> {
    let root = Path::new(folder);
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).map_err(failed(&next))? {
            let entry = entry.map_err(failed(&next))?;
            let kind = entry.file_type().map_err(failed(entry.path()))?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if let Ok(relative) = entry.path().strip_prefix(root) {
                let parts: Vec<String> =
                    relative.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
                found.push(parts.join("/"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Writes a file whole; `-` is standard output. A reader that went away is no failure.
pub fn write(path: &str, text: &str) -> Result<(), HostError> {
    write_whole(path, text.as_bytes())
}

/// Writes a file so that it is there whole or as it was before; `-` is standard output.
pub fn write_whole(path: &str, bytes: &[u8]) -> Result<(), HostError> {
    let mut output = Output::create(path)?;
    output.write(bytes)?;
    output.finish()
}

/// The file a path leads to, there or not yet; none for `-` and where its folder is not there.
pub fn place(path: &str) -> Option<PathBuf> {
    let of = |path: &Path| {
        fs::canonicalize(path).ok().or_else(|| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            Some(fs::canonicalize(folder).ok()?.join(path.file_name()?))
        })
    };
    Some(path).filter(|path| *path != "-").map(Path::new).and_then(of)
}

/// Whether two paths lead to the same file, there or not yet; `-` leads to none but itself.
pub fn is_same_place(one: &str, other: &str) -> bool {
    one == other || place(one).is_some_and(|one| Some(one) == place(other))
}

/// The name of the file `path`, without what follows its last point.
pub fn stem(path: &str) -> String {
    let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str());
    stem.unwrap_or(path).to_string()
}

/// A file that is written part by part and is there whole, once it is finished, or as it was before: it is written
/// beside its place and then put there. `-` is standard output.
#[derive(Debug)]
pub struct Output {
    path: String,
    writer: Writer,
}

#[derive(Debug)]
enum Writer {
    Standard,
    /// A device or a pipe has nothing to be replaced.
    Device(fs::File),
    Beside {
        file: fs::File,
        beside: PathBuf,
        place: PathBuf,
        /// Who might do what with the file that was there.
        before: Option<fs::Permissions>,
    },
    Finished,
}

impl Output {
    /// Nothing of it yet.
    pub fn create(path: &str) -> Result<Self, HostError> {
        let writer = if path == "-" { Ok(Writer::Standard) } else { Writer::beside(path) };
        Ok(Output { path: path.to_string(), writer: writer.map_err(failed(path))? })
    }

    /// Adds `bytes`. A reader that went away is no failure.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), HostError> {
        let (written, path) = match &mut self.writer {
            Writer::Standard => {
                let mut out = io::stdout().lock();
                (out.write_all(bytes).and_then(|()| out.flush()), "standard output")
            }
            Writer::Device(file) | Writer::Beside { file, .. } => (file.write_all(bytes), self.path.as_str()),
            Writer::Finished => return Ok(()),
        };
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(failed(path)(error)),
            _ => Ok(()),
        }
    }

    /// Puts it in its place.
    pub fn finish(mut self) -> Result<(), HostError> {
        let Writer::Beside { file, beside, place, before } = &self.writer else { return Ok(()) };
        let finished = file.sync_all().and_then(|()| {
            if let Some(before) = before {
                file.set_permissions(before.clone())?;
            }
            fs::rename(beside, place)
        });
        finished.map_err(failed(&self.path))?;
        self.writer = Writer::Finished;
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Writer::Beside { beside, .. } = &self.writer {
            // What was begun is of no use to anybody.
            let _ = fs::remove_file(beside);
        }
    }
}

impl Writer {
    fn beside(path: &str) -> io::Result<Writer> {
        // Where a link leads is replaced, not the link.
        let place = fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
        let before = fs::metadata(&place).ok();
        if before.as_ref().is_some_and(|before| !before.is_file() && !before.is_dir()) {
            return fs::OpenOptions::new().write(true).open(&place).map(Writer::Device);
        }
        if before.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let name = place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let beside = place.with_file_name(format!(".{name}.{}.part", std::process::id()));
        let file = fs::File::create_new(&beside)?;
        Ok(Writer::Beside { file, beside, place, before: before.map(|before| before.permissions()) })
    }
}

/// Writes a new file and the folders it stands in; one that is there is left alone.
pub fn create(path: &str, text: &str) -> Result<(), HostError> {
    if let Some((folder, _)) = path.rsplit_once('/') {
        make_folder(folder)?;
    }
    let mut file = fs::File::create_new(path).map_err(failed(path))?;
    file.write_all(text.as_bytes()).map_err(failed(path))
}

/// Writes to standard error; none of its lines is a command to what reads the log of a build.
pub fn complain(text: &str) {
    let text = printable::without_commands(text);
    // Nobody is left to tell where standard error is gone.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Whether standard output is a terminal.
pub fn output_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether standard error is a terminal on which nothing else is written, so that a line may be written over.
pub fn errors_are_for_progress() -> bool {
    io::stderr().is_terminal() && !io::stdout().is_terminal()
}

/// Whether standard output is a terminal that takes colour.
pub fn output_takes_colour() -> bool {
    takes_colour(io::stdout().is_terminal())
}

/// Whether standard error is a terminal that takes colour.
pub fn errors_take_colour() -> bool {
    takes_colour(io::stderr().is_terminal())
}

/// Colour on a terminal, unless `NO_COLOR` is set; anywhere, where `CLICOLOR_FORCE` is; nowhere, where `CLICOLOR` is 0 or
/// the terminal is `dumb`.
fn takes_colour(is_terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    match (set("NO_COLOR"), set("CLICOLOR_FORCE"), set("CLICOLOR")) {
        (Some(_), _, _) => false,
        (None, Some(force), _) if force != "0" => true,
        (None, _, Some(colour)) if colour == "0" => false,
        _ => is_terminal && set("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// How many threads this machine runs at once.
pub fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Today in Asia/Tokyo, which has been nine hours ahead of UTC without summer time since 1951.
pub fn today() -> Option<Day> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    let days = (seconds + 9 * 3600) / 86_400;
    Day::new(1970, 1, 1)?.plus_days(i64::try_from(days).ok()?)
}
