//! Numbers: conversions, comparisons, rounding, bits.

use std::cmp::Ordering;

use super::super::compare::order;
use super::super::{FaultKind, List, Run, Value};
use super::Called;
use crate::program::Function;
use crate::stdlib::math;

/// 2^63 as a double.
const TWO_63: f64 = 9_223_372_036_854_775_808.0;
/// 2^64 as a double.
const TWO_64: f64 = 18_446_744_073_709_551_616.0;

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    pub(super) fn call_number(&mut self, function: Function, arguments: &[Value<'a>]) -> Called<'a> {
        use Value::{Bool, Double, Int, Str, Uint};
        let wrong = FaultKind::Conversion;
        let overflow = FaultKind::Overflow;
        Ok(match (function, arguments) {
            (Function::ToInt, [Int(value)]) => Int(*value),
            (Function::ToInt, [Uint(value)]) => Int(i64::try_from(*value).map_err(|_| wrong)?),
            // CEL takes neither -2^63 nor 2^63.
            (Function::ToInt, [Double(value)]) if value.abs() < TWO_63 => Int(*value as i64),
            (Function::ToInt, [Str(text)]) => Int(text.parse().map_err(|_| wrong)?),
            (Function::ToInt, [Value::Timestamp(at)]) => Int(at.seconds()),
            (Function::ToUint, [Uint(value)]) => Uint(*value),
            (Function::ToUint, [Int(value)]) => Uint(u64::try_from(*value).map_err(|_| wrong)?),
            (Function::ToUint, [Double(value)]) if *value >= 0.0 && *value < TWO_64 => Uint(*value as u64),
            (Function::ToUint, [Str(text)]) => Uint(text.parse().map_err(|_| wrong)?),
            (Function::ToInt | Function::ToUint, [Double(_)]) => return Err(wrong),
            (Function::ToDouble, [Double(value)]) => Double(*value),
            (Function::ToDouble, [Int(value)]) => Double(*value as f64),
            (Function::ToDouble, [Uint(value)]) => Double(*value as f64),
            (Function::ToDouble, [Str(text)]) => Double(text.parse().map_err(|_| wrong)?),
            (Function::ToBool, [Bool(value)]) => Bool(*value),
            (Function::ToBool, [Str("1" | "t" | "T" | "true" | "TRUE" | "True")]) => Bool(true),
            (Function::ToBool, [Str("0" | "f" | "F" | "false" | "FALSE" | "False")]) => Bool(false),
            (Function::ToBool, [Str(_)]) => return Err(wrong),
            (Function::Greatest, _) => return self.extremum(arguments, Ordering::Greater),
            (Function::Least, _) => return self.extremum(arguments, Ordering::Less),
            (Function::Ceil, [Double(value)]) => Double(math::ceil(*value)),
            (Function::Floor, [Double(value)]) => Double(math::floor(*value)),
            (Function::Round, [Double(value)]) => Double(math::round(*value)),
            (Function::Trunc, [Double(value)]) => Double(math::trunc(*value)),
            (Function::Sqrt, [Double(value)]) => Double(math::sqrt(*value)),
            (Function::Sqrt, [Int(value)]) => Double(math::sqrt(*value as f64)),
            (Function::Sqrt, [Uint(value)]) => Double(math::sqrt(*value as f64)),
            (Function::Abs, [Int(value)]) => Int(math::abs_int(*value).ok_or(overflow)?),
            (Function::Abs, [Uint(value)]) => Uint(*value),
            (Function::Abs, [Double(value)]) => Double(math::abs_double(*value)),
            (Function::Sign, [Int(value)]) => Int(math::sign_int(*value)),
            (Function::Sign, [Uint(value)]) => Uint(math::sign_uint(*value)),
            (Function::Sign, [Double(value)]) => Double(math::sign_double(*value)),
            (Function::IsNan, [Double(value)]) => Bool(value.is_nan()),
            (Function::IsInf, [Double(value)]) => Bool(value.is_infinite()),
            (Function::IsFinite, [Double(value)]) => Bool(value.is_finite()),
            (Function::BitAnd, [Int(a), Int(b)]) => Int(a & b),
            (Function::BitAnd, [Uint(a), Uint(b)]) => Uint(a & b),
            (Function::BitOr, [Int(a), Int(b)]) => Int(a | b),
            (Function::BitOr, [Uint(a), Uint(b)]) => Uint(a | b),
            (Function::BitXor, [Int(a), Int(b)]) => Int(a ^ b),
            (Function::BitXor, [Uint(a), Uint(b)]) => Uint(a ^ b),
            (Function::BitNot, [Int(value)]) => Int(!value),
            (Function::BitNot, [Uint(value)]) => Uint(!value),
            (Function::BitShiftLeft, [Int(value), Int(by)]) => {
                Int(math::bit_shift_left_int(*value, *by).ok_or(overflow)?)
            }
            (Function::BitShiftLeft, [Uint(value), Int(by)]) => {
                Uint(math::bit_shift_left_uint(*value, *by).ok_or(overflow)?)
            }
            (Function::BitShiftRight, [Int(value), Int(by)]) => {
                Int(math::bit_shift_right_int(*value, *by).ok_or(overflow)?)
            }
            (Function::BitShiftRight, [Uint(value), Int(by)]) => {
                Uint(math::bit_shift_right_uint(*value, *by).ok_or(overflow)?)
            }
            _ => return Err(FaultKind::Types),
        })
    }

    /// The first of the numbers that none is `wanted` than: the greatest, or the least.
    fn extremum(&mut self, arguments: &[Value<'a>], wanted: Ordering) -> Called<'a> {
        if let [Value::List(list)] = arguments {
            let values = self.all_members(match list {
                List::Maybe(_) => return Err(FaultKind::Types),
                list => *list,
            });
            self.spend(values.len() as u64)?;
            return extreme(&values, wanted);
        }
        extreme(arguments, wanted)
    }
}

fn extreme<'a>(values: &[Value<'a>], wanted: Ordering) -> Called<'a> {
    let mut best: Option<Value<'a>> = None;
    for value in values {
        if !matches!(value, Value::Int(_) | Value::Uint(_) | Value::Double(_)) {
            return Err(FaultKind::Types);
        }
        best = Some(match best {
            Some(best) if order(*value, best) != Some(wanted) => best,
            _ => *value,
        });
    }
    best.ok_or(FaultKind::Index)
}
