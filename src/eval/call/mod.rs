//! Functions, on values of an evaluation. A function sees known values only.

mod format;
mod lists;
mod numbers;
mod text;
mod times;

use bumpalo::collections::Vec as BumpVec;

use super::value::Interval;
use super::{Element, FaultKind, List, Missing, Run, Value};
use crate::bound::Rows;
use crate::json::NodeId;
use crate::program::{Function, OpId};
use crate::stdlib::{self, Argument, Known, Returned};

/// What a function comes to.
type Called<'a> = Result<Value<'a>, FaultKind>;

/// How many arguments most functions have at most.
const FEW: usize = 4;

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    /// Works out operands of a strict operation into `values`; an error wins over what is missing.
    fn strict(&mut self, operands: &[OpId], values: &mut [Value<'a>]) -> Result<(), Value<'a>> {
        let mut missing: Option<Missing<'a>> = None;
        let mut error = None;
        for (operand, slot) in operands.iter().zip(values) {
            let value = self.eval(*operand);
            match value {
                Value::Error(_) => error = error.or(Some(value)),
                Value::Unknown(_) | Value::Size(_) | Value::List(List::Maybe(_)) => {
                    missing = Some(self.union(missing.unwrap_or_default(), self.missing_of(value)));
                }
                value => *slot = value,
            }
        }
        match (error, missing) {
            (Some(error), _) => Err(error),
            (None, Some(missing)) => Err(Value::Unknown(missing)),
            (None, None) => Ok(()),
        }
    }

    pub(super) fn call(&mut self, id: OpId, function: Function, operands: &[OpId]) -> Value<'a> {
        if let (Function::Size, [operand]) = (function, operands) {
            let value = self.eval(*operand);
            return match value {
                Value::List(List::Maybe(members)) => {
                    let certain = members.iter().filter(|(_, missing)| missing.is_empty()).count() as i64;
                    let missing = self.missing_of(value);
                    Value::Size(self.arena.alloc(Interval { low: certain, high: members.len() as i64, missing }))
                }
                Value::Unknown(_) | Value::Error(_) => value,
                value => self.call_with(id, function, &[value]),
            };
        }
        if let (Function::Or | Function::OrValue, [first, second]) = (function, operands) {
            // What an optional that holds a value might be replaced by is not looked at.
            let value = self.eval(*first);
            return match (value, function) {
                (Value::Optional(Some(_)), Function::Or) => value,
                (Value::Optional(Some(held)), _) => *held,
                (Value::Error(_), _) => value,
                // It may hold a value yet, and then nobody asks what the other is.
                (Value::Unknown(missing), _) => {
                    let other = self.eval(*second);
                    Value::Unknown(self.union(missing, self.missing_of(other)))
                }
                (value, _) => match self.eval(*second) {
                    other @ (Value::Error(_) | Value::Unknown(_)) => other,
                    other => self.call_with(id, function, &[value, other]),
                },
            };
        }
        if operands.len() <= FEW {
            let mut few = [Value::Null; FEW];
            let arguments = &mut few[..operands.len()];
            return match self.strict(operands, arguments) {
                Ok(()) => self.call_with(id, function, arguments),
                Err(value) => value,
            };
        }
        let mut many = BumpVec::with_capacity_in(operands.len(), self.arena);
        many.resize(operands.len(), Value::Null);
        match self.strict(operands, &mut many) {
            Ok(()) => self.call_with(id, function, &many),
            Err(value) => value,
        }
    }

    fn call_with(&mut self, id: OpId, function: Function, arguments: &[Value<'a>]) -> Value<'a> {
        self.apply(function, arguments).unwrap_or_else(|kind| self.fault(kind, id))
    }

    fn apply(&mut self, function: Function, arguments: &[Value<'a>]) -> Called<'a> {
        let text: u64 =
            arguments.iter().map(|value| if let Value::Str(text) = value { text.len() as u64 } else { 0 }).sum();
        if text >= 16 {
            self.spend(text / 16)?;
        }
        use Function::*;
        // A list of the document may be counted by walking through it. Whether it has rows depends on what else is
        // loaded, so it costs the same with them.
        if let (Size, [Value::List(List::Tape(Rows { node, .. })) | Value::Record(Element { node, .. })]) =
            (function, arguments)
            && !self.step_through(*node)
        {
            return Err(FaultKind::Steps);
        }
        match function {
            Size | Contains | StartsWith | EndsWith | Matches | CharAt | IndexOf | LastIndexOf | Join | LowerAscii
            | UpperAscii | Replace | Split | Substring | Trim | Quote | RegexExtract | RegexExtractAll
            | RegexReplace | Base64Encode | Base64Decode | ToBytes | ToIp | IsIp | IsCanonical | Family
            | IsUnspecified | IsLoopback | IsGlobalUnicast | IsLinkLocalMulticast | IsLinkLocalUnicast | ToCidr
            | IsCidr | ContainsIp | ContainsCidr | CidrIp | Masked | PrefixLength => {
                self.call_text(function, arguments)
            }
            Format => match *arguments {
                [Value::Str(template), Value::List(list)] => self.format(template, list),
                _ => Err(FaultKind::Types),
            },
            ToInt | ToUint | ToDouble | ToBool | Greatest | Least | Ceil | Floor | Round | Trunc | Sqrt | Abs
            | Sign | IsNan | IsInf | IsFinite | BitAnd | BitOr | BitXor | BitNot | BitShiftLeft | BitShiftRight => {
                self.call_number(function, arguments)
            }
            ToTimestamp | ToDuration | GetFullYear | GetMonth | GetDate | GetDayOfMonth | GetDayOfWeek
            | GetDayOfYear | GetHours | GetMinutes | GetSeconds | GetMilliseconds | ToDate | PlusDays | PlusMonths
            | PlusYears | Plus | Year | Month | DayOfMonth | DaysBetween | NextOpenDay | Earlier | Later => {
                call_time(function, arguments)
            }
            Range | Slice | Flatten | Distinct | Sort | SortBy | Reverse | SetsContains | SetsEquivalent
            | SetsIntersects | OptionalOf | OptionalOfNonZero | OptionalNone | Unwrap | HasValue | OptionalValue
            | Or | OrValue | First | Last => self.call_list(function, arguments),
            ToString => match *arguments {
                [Value::Str(text)] => Ok(Value::Str(text)),
                [value] => {
                    let text = spelled(value).ok_or(match value {
                        Value::Bytes(_) => FaultKind::Conversion,
                        _ => FaultKind::Types,
                    })?;
                    self.made(&text)
                }
                _ => Err(FaultKind::Types),
            },
            ToDyn => arguments.first().copied().ok_or(FaultKind::Types),
            TypeOf => match *arguments {
                [value] => type_name(value).map(Value::Type).ok_or(FaultKind::Types),
                _ => Err(FaultKind::Types),
            },
        }
    }

    /// Takes `cost` steps; `Err` if there are none left.
    fn spend(&mut self, cost: u64) -> Result<(), FaultKind> {
        if self.step(cost) { Ok(()) } else { Err(FaultKind::Steps) }
    }

    /// Takes the steps of walking once through all of the value `node` of the document; false if there are
    /// none left.
    pub(super) fn step_through(&mut self, node: NodeId) -> bool {
        let (start, end) = self.tape.range(node);
        self.step((end - start) as u64 / 32)
    }

    /// A string that a function made.
    fn made(&mut self, text: &str) -> Called<'a> {
        self.make(text.len())?;
        Ok(Value::Str(self.arena.alloc_str(text)))
    }

    fn made_bytes(&mut self, bytes: &[u8]) -> Called<'a> {
        self.make(bytes.len())?;
        Ok(Value::Bytes(self.arena.alloc_slice_copy(bytes)))
    }

    /// A list that a function made.
    fn made_list(&mut self, values: &[Value<'a>]) -> Called<'a> {
        self.make(std::mem::size_of_val(values))?;
        Ok(Value::List(List::Values(self.arena.alloc_slice_copy(values))))
    }

    /// A function an embedder added.
    pub(super) fn custom(&mut self, id: OpId, index: u32, operands: &[OpId]) -> Value<'a> {
        let mut values = BumpVec::with_capacity_in(operands.len(), self.arena);
        values.resize(operands.len(), Value::Null);
        if let Err(value) = self.strict(operands, &mut values) {
            return value;
        }
        let mut known = BumpVec::with_capacity_in(values.len(), self.arena);
        for value in values {
            known.push(match value {
                Value::Bool(value) => Known::Bool(value),
                Value::Int(value) => Known::Int(value),
                Value::Double(value) => Known::Double(value),
                Value::Str(value) => Known::String(value),
                Value::Date(value) => Known::Date(value),
                Value::Never => Known::Never,
                Value::Period(value) => Known::Period(value),
                Value::List(_) => Known::List(self.size_of(value)),
                _ => return self.fault(FaultKind::Types, id),
            });
        }
        let functions = self.settings.functions.functions();
        let Some(function) = functions.get(index as usize) else { return self.fault(FaultKind::Types, id) };
        if !self.step(function.cost) {
            return self.fault(FaultKind::Steps, id);
        }
        match (function.result, function.call(&known)) {
            (Argument::Bool, Some(Returned::Bool(value))) => Value::Bool(value),
            (Argument::Int, Some(Returned::Int(value))) => Value::Int(value),
            (Argument::Double, Some(Returned::Double(value))) => Value::Double(value),
            (Argument::String, Some(Returned::String(value))) => {
                self.made(&value).unwrap_or_else(|kind| self.fault(kind, id))
            }
            (Argument::Date | Argument::DateOrNever, Some(Returned::Date(value))) => Value::Date(value),
            (Argument::DateOrNever, Some(Returned::Never)) => Value::Never,
            (_, None) => self.fault(FaultKind::Conversion, id),
            // The host broke its own declaration.
            _ => self.fault(FaultKind::Types, id),
        }
    }
}

pub(super) use text::MadePatterns;
use times::call_time;

/// The text of a scalar, as `string(x)` gives it.
fn spelled(value: Value<'_>) -> Option<String> {
    Some(match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Uint(value) => value.to_string(),
        Value::Double(value) => stdlib::strings::double_text(value),
        Value::Str(value) => value.to_string(),
        Value::Bytes(value) => String::from_utf8(value.to_vec()).ok()?,
        Value::Date(value) => value.to_string(),
        Value::Timestamp(value) => value.to_string(),
        Value::Duration(value) => value.to_string(),
        Value::Ip(value) => value.to_string(),
        Value::Cidr(value) => value.to_string(),
        _ => return None,
    })
}

/// The name of the type of a value.
pub(super) fn type_name(value: Value<'_>) -> Option<&'static str> {
    Some(match value {
        Value::Null => "null_type",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Uint(_) => "uint",
        Value::Double(_) => "double",
        Value::Str(_) => "string",
        Value::Bytes(_) => "bytes",
        Value::Timestamp(_) => "google.protobuf.Timestamp",
        Value::Duration(_) => "google.protobuf.Duration",
        Value::Date(_) | Value::Never => "date",
        Value::Period(_) => "period",
        Value::Type(_) => "type",
        Value::Ip(_) => "net.IP",
        Value::Cidr(_) => "net.CIDR",
        Value::Record(_) | Value::Map(_) => "map",
        Value::List(_) => "list",
        Value::Optional(_) => "optional_type",
        Value::Regex(_) | Value::Size(_) | Value::Unknown(_) | Value::Error(_) => return None,
    })
}
