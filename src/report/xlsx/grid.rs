//! A sheet with a row of headings over rows of cells.

use std::borrow::Cow;

use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use super::Book;
use crate::lang::Lang;
use crate::report::csv::is_live;
use crate::report::phrases::{self, Phrase};
use crate::value::Day;

/// How many rows a sheet holds.
const ROWS: u32 = 1_048_576;

/// How long a text in a cell may be, where characters outside the basic plane count twice.
const CELL: usize = 32_767;

/// How many lines a cell holds.
const LINES: usize = 250;

/// How high a line of a cell is, in points, and how high a row may be.
const LINE: usize = 16;
const HIGHEST: usize = 400;

/// The paper.
const A4: u8 = 9;

/// How cells look.
pub(super) struct Look {
    text: Format,
    guarded: Format,
    /// A text that goes on behind the next cell.
    long: Format,
    number: Format,
    day: Format,
    heading: Format,
    title: Format,
    note: Format,
}

impl Look {
    pub(super) fn new() -> Self {
        let font = Format::new().set_font_name("Yu Gothic").set_font_size(10);
        let top = font.clone().set_align(FormatAlign::Top);
        let framed = top.clone().set_border(FormatBorder::Thin).set_border_color(Color::RGB(0x00BF_BFBF));
        let text = framed.clone().set_text_wrap().set_align(FormatAlign::Left);
        Look {
            guarded: text.clone().set_quote_prefix(),
            long: framed.clone().set_align(FormatAlign::Left),
            text,
            number: framed.clone().set_num_format("0").set_align(FormatAlign::Center),
            day: framed.clone().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            heading: framed.set_bold().set_text_wrap().set_background_color(Color::RGB(0x00DD_E6F0)),
            title: top.clone().set_bold().set_font_size(14),
            note: top,
        }
    }
}

/// What stands in a cell.
pub(super) enum Cell {
    /// A text.
    Text(String),
    /// A number of ours.
    Number(usize),
    /// A date, where there is one; without one, a place for it.
    Day(Option<Day>),
    /// Nothing.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_string())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Cell::Number(number)
    }
}

impl From<Option<Day>> for Cell {
    fn from(day: Option<Day>) -> Self {
        Cell::Day(day)
    }
}

/// A column: its heading, how wide it is in letters of the Latin alphabet, and what is done with it.
#[derive(Clone, Copy)]
pub(super) struct Column {
    name: Phrase,
    width: u16,
    is_printed: bool,
    is_wrapped: bool,
}

/// A column that is printed, with its texts on as many lines as they take.
pub(super) const fn column(name: Phrase, width: u16) -> Column {
    Column { name, width, is_printed: true, is_wrapped: true }
}

impl Column {
    /// The same for the screen only. What follows it is not printed either.
    pub(super) const fn on_screen(self) -> Self {
        Column { is_printed: false, ..self }
    }

    /// The same with each text on one line, however much of it is seen.
    pub(super) const fn on_a_line(self) -> Self {
        Column { is_wrapped: false, ..self }
    }

    /// How many lines `text` takes.
    fn lines(&self, text: &str) -> usize {
        if !self.is_wrapped {
            return 1;
        }
        let width = usize::from(self.width).saturating_sub(2).max(1);
        // A wide letter may leave room at the end of a line, and a margin stands on both sides.
        text.lines().take(LINES).map(|line| line.width().div_ceil(width).max(1)).sum()
    }
}

/// A sheet while it is written.
pub(super) struct Grid<'g> {
    pub(super) sheet: Worksheet,
    book: Book<'g>,
    columns: Vec<Column>,
    /// The row of headings.
    first: u32,
    /// The row to write next.
    next: u32,
    /// How many rows there may be.
    most: u32,
    left_out: usize,
}

impl<'g> Grid<'g> {
    /// A sheet with lines of text above its headings, the title first.
    pub(super) fn new(book: Book<'g>, name: Phrase, above: &[String], columns: Vec<Column>) -> Result<Self, XlsxError> {
        let lang = book.options.lang;
        let mut sheet = Worksheet::new();
        sheet.set_name(name.get(lang))?;
        let mut first = 0;
        for (row, text) in (0..).zip(above) {
            let (look, height) = if row == 0 { (&book.look.title, 2 * LINE) } else { (&book.look.note, LINE) };
            sheet.write_string_with_format(row, 0, cut(text, lang).as_ref(), look)?;
            sheet.set_row_height(row, height as f64)?;
            first = row + 2;
        }
        let mut lines = 1;
        for (at, column) in (0..).zip(&columns) {
            let name = column.name.get(lang);
            sheet.set_column_width(at, f64::from(column.width))?;
            sheet.write_string_with_format(first, at, name, &book.look.heading)?;
            // Room for the arrow of the filter.
            let narrow = Column { width: column.width.saturating_sub(2), is_wrapped: true, ..*column };
            lines = lines.max(narrow.lines(name));
        }
        sheet.set_row_height(first, height(lines))?;
        Ok(Grid { sheet, book, columns, first, next: first + 1, most: ROWS, left_out: 0 })
    }

    /// Writes a row below the others.
    pub(super) fn row(&mut self, cells: Vec<Cell>) -> Result<(), XlsxError> {
        // The last row is kept for a note.
        if self.next + 1 >= self.most {
            self.left_out += 1;
            return Ok(());
        }
        let mut lines = 1;
        for ((at, cell), column) in (0..).zip(cells).zip(&self.columns) {
            let found = put(&mut self.sheet, self.book, (self.next, at), column, &cell)?;
            lines = lines.max(found);
        }
        // Not every program that shows workbooks works heights out itself.
        self.sheet.set_row_height(self.next, height(lines))?;
        self.next += 1;
        Ok(())
    }

    /// The first and the last row of cells; at least one.
    pub(super) fn rows(&self) -> (u32, u32) {
        (self.first + 1, (self.next - 1).max(self.first + 1))
    }

    /// Sets up what is seen and what is printed, with so many columns kept in sight.
    pub(super) fn finish(mut self, kept: u16) -> Result<Worksheet, XlsxError> {
        let (first, last) = (self.first, self.next - 1);
        let end = last_column(self.columns.len());
        let printed = last_column(self.columns.iter().take_while(|column| column.is_printed).count());
        let sheet = &mut self.sheet;
        if self.left_out > 0 {
            let note = phrases::ROWS_CUT.with(&[("n", &self.left_out)]);
            let note = note.get(self.book.options.lang);
            sheet.write_string_with_format(self.next, 0, note, &self.book.look.note)?;
        }
        sheet.autofilter(first, 0, last, end)?;
        sheet.set_freeze_panes(first + 1, kept)?;
        sheet.ignore_error_range(first, 0, last, end, IgnoreError::NumberStoredAsText)?;
        sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
        sheet.set_repeat_rows(first, first)?;
        sheet.set_print_area(0, 0, last + u32::from(self.left_out > 0), printed)?;
        sheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
        sheet.set_header("&L&A").set_footer("&C&P / &N");
        Ok(self.sheet)
    }
}

/// How high a row of so many lines is, in points.
fn height(lines: usize) -> f64 {
    (lines.saturating_mul(LINE) + 2).min(HIGHEST) as f64
}

fn last_column(count: usize) -> u16 {
    u16::try_from(count.saturating_sub(1)).unwrap_or(u16::MAX)
}

/// Writes `cell` and says how many lines it takes.
fn put(
    sheet: &mut Worksheet,
    book: Book<'_>,
    (row, at): (u32, u16),
    column: &Column,
    cell: &Cell,
) -> Result<usize, XlsxError> {
    let look = book.look;
    let mut text = |text: &str| -> Result<usize, XlsxError> {
        let text = cut(text, book.options.lang);
        let look = match column.is_wrapped {
            // A cell that is edited is read again; the mark keeps it a text then too.
            _ if is_live(&text) => &look.guarded,
            true => &look.text,
            false => &look.long,
        };
        sheet.write_string_with_format(row, at, text.as_ref(), look)?;
        Ok(column.lines(&text))
    };
    match cell {
        Cell::Text(said) => return text(said),
        Cell::Number(number) => {
            sheet.write_number_with_format(row, at, *number as f64, &look.number)?;
        }
        Cell::Day(Some(day)) => match excel_date(*day) {
            Some(date) => {
                sheet.write_datetime_with_format(row, at, &date, &look.day)?;
            }
            None => return text(&day.to_string()),
        },
        Cell::Day(None) => {
            sheet.write_blank(row, at, &look.day)?;
        }
        Cell::Empty => {
            sheet.write_blank(row, at, &look.text)?;
        }
    }
    Ok(1)
}

/// `day` as Excel counts days, from 1900 on.
pub(super) fn excel_date(day: Day) -> Option<ExcelDateTime> {
    let (year, month, day) = day.ymd();
    ExcelDateTime::from_ymd(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?).ok()
}

/// `text`, cut off with a note where a cell does not hold it.
fn cut(text: &str, lang: Lang) -> Cow<'_, str> {
    if text.len() <= CELL && text.matches('\n').count() < LINES {
        return Cow::Borrowed(text);
    }
    let note = phrases::CELL_CUT.get(lang);
    let room = CELL - note.encode_utf16().count();
    let (mut length, mut lines, mut fitting, mut end) = (0, 1, 0, 0);
    for (at, c) in text.char_indices() {
        length += c.len_utf16();
        lines += usize::from(c == '\n');
        if lines > LINES || length > CELL {
            return Cow::Owned(format!("{}{note}", text.get(..fitting).unwrap_or_default()));
        }
        end = at + c.len_utf8();
        if length <= room {
            fitting = end;
        }
    }
    debug_assert_eq!(end, text.len());
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Options;

    #[test]
    fn what_a_cell_does_not_hold_is_cut_off_with_a_note() {
        for text in ["a".repeat(CELL), "条".repeat(CELL), "a\n".repeat(LINES - 1), String::new()] {
            assert_eq!(cut(&text, Lang::Ja), text);
        }
        for text in ["a".repeat(CELL + 1), "条".repeat(CELL + 1), "𠮷".repeat(CELL), "a\n".repeat(LINES)] {
            let shown = cut(&text, Lang::En);
            assert!(shown.ends_with(phrases::CELL_CUT.en));
            assert!(shown.encode_utf16().count() <= CELL && shown.matches('\n').count() <= LINES);
        }
    }

    #[test]
    fn rows_that_do_not_fit_are_counted() {
        let look = Look::new();
        let book = Book { evaluations: &[], options: Options::default(), look: &look };
        let mut grid =
            Grid::new(book, phrases::SHEET_PLAN, &[], vec![column(phrases::PLAN_ACTION, 9)]).expect("a sheet");
        grid.most = 4;
        for _ in 0..5 {
            grid.row(vec!["x".into()]).expect("a row");
        }
        assert_eq!((grid.rows(), grid.left_out), ((1, 2), 3));
        assert!(grid.finish(0).is_ok());
    }

    #[test]
    fn days_before_excel_counts_are_texts() {
        assert!(excel_date(Day::new(1899, 1, 1).expect("a day")).is_none());
        assert!(excel_date(Day::new(9999, 12, 31).expect("a day")).is_some());
    }

    #[test]
    fn names_of_sheets_are_short_enough() {
        let sheets = [
            phrases::SHEET_SUMMARY,
            phrases::SHEET_FINDINGS,
            phrases::SHEET_MATRIX,
            phrases::SHEET_QUESTIONS,
            phrases::SHEET_PLAN,
            phrases::SHEET_SOURCES,
        ];
        for name in sheets.iter().flat_map(|sheet| [sheet.ja, sheet.en]) {
            assert!(rust_xlsxwriter::utility::check_sheet_name(name).is_ok(), "{name}");
        }
    }
}
