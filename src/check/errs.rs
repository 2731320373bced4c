//! Where an expression may err on facts that fit the vocabulary, and why.

use super::definitions::DefinitionTable;
use super::typed::{DefinitionId, Meaning, Typed};
use crate::cel::{BinaryOp, Expr, ExprId, Expression, UnaryOp};
use crate::lang::Text;
use crate::types::Type;

/// Why a part of an expression may err.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// A number may not fit.
    Overflow,
    /// A divisor may be zero.
    Division,
    /// An index may lie outside its list.
    Index,
    /// A day may lie outside the calendar.
    Calendar,
    /// A day may lie outside the years whose holidays are known.
    Holidays,
    /// A text or a number may not spell the value.
    Conversion,
    /// A function of the language may not take the argument.
    Argument,
    /// A function of the host says that it may.
    Host,
    /// A definition that may err is called.
    Definition(DefinitionId),
}

impl Reason {
    /// In words.
    pub fn text(self) -> Text {
        let (ja, en) = match self {
            Reason::Overflow => ("数が範囲に収まらないとき", "a number that does not fit"),
            Reason::Division => {
                ("0で割るとき、数が範囲に収まらないとき", "division by zero, or a number that does not fit")
            }
            Reason::Index => ("番号がリストの外のとき", "an index outside its list"),
            Reason::Calendar => ("日が西暦1年から9999年の外のとき", "a day outside the years 1 to 9999"),
            Reason::Holidays => ("祝日の分かる年の外のとき", "a day outside the years whose holidays are known"),
            Reason::Conversion => ("値として読めないとき", "something that does not spell the value"),
            Reason::Argument => ("関数の受け取れない引数のとき", "an argument that the function does not take"),
            Reason::Host => ("組み込み先の関数が誤りを返すとき", "the function of the host"),
            Reason::Definition(_) => ("定義の中", "inside the definition"),
        };
        Text::new(ja, en)
    }
}

/// The parts of `e` that may err by themselves, in the order of the text.
pub fn places(e: &Expression, typed: &Typed, definitions: &DefinitionTable) -> Vec<(ExprId, Reason)> {
    let mut found: Vec<(ExprId, Reason)> =
        e.ast.ids().filter_map(|id| reason(e, typed, definitions, id).map(|reason| (id, reason))).collect();
    found.sort_by_key(|(id, _)| e.ast.range(*id));
    found
}

fn reason(e: &Expression, typed: &Typed, definitions: &DefinitionTable, id: ExprId) -> Option<Reason> {
    if !typed.may_err[id.index()] {
        return None;
    }
    match (e.ast.node(id), typed.meanings[id.index()]) {
        (Expr::Unary(UnaryOp::Negate, _), _) if typed.types[id.index()] == Type::Int => Some(Reason::Overflow),
        (Expr::Binary(op, ..), _) if typed.types[id.index()] == Type::Int => match op {
            BinaryOp::Divide | BinaryOp::Remainder => Some(Reason::Division),
            _ => Some(Reason::Overflow),
        },
        (Expr::Index(..), _) => Some(Reason::Index),
        (Expr::Call(..), Meaning::Function(signature)) if signature.may_err => Some(match signature.name {
            "date" | "int" | "uint" | "double" | "bool" | "string" | "ip" | "cidr" | "base64.decode" => {
                Reason::Conversion
            }
            "plus" | "plus_days" | "plus_months" | "plus_years" => Reason::Calendar,
            "next_open_day" => Reason::Holidays,
            "math.abs" => Reason::Overflow,
            _ => Reason::Argument,
        }),
        (Expr::Call(..), Meaning::Custom(_)) => Some(Reason::Host),
        (Expr::Call(..), Meaning::Definition(definition)) => {
            definitions.get(definition).whole.may_err.then_some(Reason::Definition(definition))
        }
        _ => None,
    }
}
