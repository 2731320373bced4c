//! A workbook for Excel: what was found, every provision of each source, what to ask, what to do. Several organizations
//! stand in the same sheets.
//!
//! No cell holds a formula. What a fact says is a string, whatever it begins with.

mod colours;
mod findings;
mod grid;
mod lists;
mod matrix;
mod summary;

use rust_xlsxwriter::{DocProperties, Workbook, Worksheet, XlsxError};

use self::grid::{Look, excel_date};
use super::{Options, ReportError, phrases};
use crate::evaluation::Evaluation;

/// What a sheet is made from.
#[derive(Clone, Copy)]
struct Book<'e> {
    evaluations: &'e [Evaluation],
    options: Options,
    look: &'e Look,
}

/// Renders a workbook about all `evaluations`.
pub fn render(evaluations: &[Evaluation], options: Options) -> Result<Vec<u8>, ReportError> {
    write(evaluations, options).map_err(|error| ReportError::Failed { format: "xlsx", reason: error.to_string() })
}

fn write(evaluations: &[Evaluation], options: Options) -> Result<Vec<u8>, XlsxError> {
    let look = Look::new();
    let book = Book { evaluations, options, look: &look };
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(evaluations, options)?);
    let sheets: [fn(Book<'_>) -> Result<Worksheet, XlsxError>; 6] =
        [summary::organizations, findings::sheet, matrix::sheet, lists::questions, lists::plan, summary::sources];
    for sheet in sheets {
        workbook.push_worksheet(sheet(book)?);
    }
    workbook.save_to_buffer()
}

/// The day judged at is the day of creation, so that the same evaluations give the same bytes.
fn properties(evaluations: &[Evaluation], options: Options) -> Result<DocProperties, XlsxError> {
    let first = evaluations.first();
    let author = first.map_or_else(String::new, |first| format!("{} {}", first.engine.name, first.engine.version));
    let day = match first.and_then(|first| excel_date(first.as_of)) {
        Some(day) => day,
        None => rust_xlsxwriter::ExcelDateTime::from_ymd(1900, 1, 1)?,
    };
    let title = phrases::KIND_OF_PAGE.get(options.lang);
    Ok(DocProperties::new().set_title(title).set_author(author).set_creation_datetime(&day))
}
