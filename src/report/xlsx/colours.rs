//! Colours of verdicts, beside the words that say the same.

use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatFormula, Format, XlsxError, utility,
};

use super::grid::Grid;
use crate::evaluation::Standing;
use crate::lang::Lang;
use crate::words::{Verdict, Word};

/// Ground and letters of a verdict that counts.
fn colours(verdict: Verdict) -> (u32, u32) {
    match verdict {
        Verdict::Fail => (0x00FF_C7CE, 0x009C_0006),
        Verdict::Unknown => (0x00FF_EB9C, 0x007F_6000),
        Verdict::Pass => (0x00C6_EFCE, 0x0000_6100),
        Verdict::NotApplicable => (0x00ED_EDED, 0x0059_5959),
        Verdict::Error => (0x00E4_DFEC, 0x004B_2A7B),
    }
}

/// Ground and letters of what is not met or open and does not count.
const UNCOUNTED: (u32, u32) = (0x00FC_E4D6, 0x007A_4A00);

fn look((ground, letters): (u32, u32)) -> Format {
    Format::new().set_background_color(Color::RGB(ground)).set_font_color(Color::RGB(letters))
}

/// Colours the verdicts in the column `at`. What stands beside it, in the column `beside`, says whether they count.
pub(super) fn of_verdicts(grid: &mut Grid<'_>, at: u16, beside: Option<u16>, lang: Lang) -> Result<(), XlsxError> {
    let (first, last) = grid.rows();
    if let Some(beside) = beside {
        let (at_name, beside) = (utility::column_number_to_name(at), utility::column_number_to_name(beside));
        let row = first + 1;
        let is = |verdict: Verdict| format!("${at_name}{row}=\"{}\"", verdict.label(lang));
        let counted = Standing::Counted.label(lang);
        let (fail, unknown) = (is(Verdict::Fail), is(Verdict::Unknown));
        let rule = format!("=AND(OR({fail},{unknown}),${beside}{row}<>\"{counted}\")");
        let rule = ConditionalFormatFormula::new().set_rule(rule.as_str()).set_format(look(UNCOUNTED));
        grid.sheet.add_conditional_format(first, at, last, at, &rule.set_stop_if_true(true))?;
    }
    for (verdict, _, _) in Verdict::ALL {
        let rule = ConditionalFormatCellRule::EqualTo(verdict.label(lang));
        let rule = ConditionalFormatCell::new().set_rule(rule).set_format(look(colours(*verdict)));
        grid.sheet.add_conditional_format(first, at, last, at, &rule)?;
    }
    Ok(())
}

/// Colours the numbers above nought in the column `at` like `verdict`.
pub(super) fn of_counts(grid: &mut Grid<'_>, at: u16, verdict: Verdict) -> Result<(), XlsxError> {
    let (first, last) = grid.rows();
    let rule = ConditionalFormatCell::new().set_rule(ConditionalFormatCellRule::GreaterThan(0));
    grid.sheet.add_conditional_format(first, at, last, at, &rule.set_format(look(colours(verdict))))?;
    Ok(())
}
