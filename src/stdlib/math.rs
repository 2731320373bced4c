//! Arithmetic beyond the operators.

/// The size of a whole number; that of the smallest has no value.
pub fn abs_int(value: i64) -> Option<i64> {
    value.checked_abs()
}

/// The size of a number.
pub fn abs_double(value: f64) -> f64 {
    value.abs()
}

/// -1, 0 or 1.
pub fn sign_int(value: i64) -> i64 {
    value.signum()
}

/// 0 or 1.
pub fn sign_uint(value: u64) -> u64 {
    value.min(1)
}

/// -1, 0 or 1; NaN stays NaN.
pub fn sign_double(value: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value.signum() }
}

/// The smallest whole number that is not less.
pub fn ceil(value: f64) -> f64 {
    value.ceil()
}

/// The largest whole number that is not greater.
pub fn floor(value: f64) -> f64 {
    value.floor()
}

/// The nearest whole number, half away from zero.
pub fn round(value: f64) -> f64 {
    value.round()
}

/// The whole part.
pub fn trunc(value: f64) -> f64 {
    value.trunc()
}

/// The square root; NaN below zero.
pub fn sqrt(value: f64) -> f64 {
    value.sqrt()
}

/// Bits moved to the left, zeros behind them; a negative offset has no value.
pub fn bit_shift_left_int(value: i64, offset: i64) -> Option<i64> {
    Some(bit_shift_left_uint(value.cast_unsigned(), offset)?.cast_signed())
}

/// Bits moved to the left, zeros behind them; a negative offset has no value.
pub fn bit_shift_left_uint(value: u64, offset: i64) -> Option<u64> {
    Some(value.checked_shl(bits(offset)?).unwrap_or(0))
}

/// Bits moved to the right, zeros before them whatever the sign; a negative offset has no value.
pub fn bit_shift_right_int(value: i64, offset: i64) -> Option<i64> {
    Some(bit_shift_right_uint(value.cast_unsigned(), offset)?.cast_signed())
}

/// Bits moved to the right, zeros before them; a negative offset has no value.
pub fn bit_shift_right_uint(value: u64, offset: i64) -> Option<u64> {
    Some(value.checked_shr(bits(offset)?).unwrap_or(0))
}

fn bits(offset: i64) -> Option<u32> {
    (offset >= 0).then(|| u32::try_from(offset).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_signs() {
        assert_eq!(abs_int(-7), Some(7));
        assert_eq!(abs_int(i64::MAX), Some(i64::MAX));
        assert_eq!(abs_int(i64::MIN), None);
        assert_eq!(abs_double(-0.5), 0.5);
        assert!(abs_double(-0.0).is_sign_positive());
        assert_eq!((sign_int(-3), sign_int(0), sign_int(8)), (-1, 0, 1));
        assert_eq!((sign_uint(0), sign_uint(u64::MAX)), (0, 1));
        assert_eq!((sign_double(-0.1), sign_double(1e9)), (-1.0, 1.0));
        assert!(sign_double(-0.0).is_sign_positive());
        assert!(sign_double(f64::NAN).is_nan());
        assert_eq!(sign_double(f64::NEG_INFINITY), -1.0);
    }

    #[test]
    fn whole_numbers() {
        assert_eq!((ceil(-0.5), floor(-0.5), trunc(-1.9)), (0.0, -1.0, -1.0));
        assert_eq!((round(2.5), round(-2.5), round(0.49999999999999994)), (3.0, -3.0, 0.0));
        assert_eq!(round(f64::INFINITY), f64::INFINITY);
        assert_eq!(sqrt(6.25), 2.5);
        assert!(sqrt(-1.0).is_nan());
    }

    #[test]
    fn shifts() {
        assert_eq!(bit_shift_left_int(3, 4), Some(48));
        assert_eq!(bit_shift_left_int(1, 63), Some(i64::MIN));
        assert_eq!(bit_shift_left_int(-1, 64), Some(0));
        assert_eq!(bit_shift_left_int(1, i64::MAX), Some(0));
        assert_eq!(bit_shift_left_int(1, -1), None);
        assert_eq!(bit_shift_left_uint(u64::MAX, 63), Some(1 << 63));
        assert_eq!(bit_shift_left_uint(1, 1 << 32), Some(0));
        assert_eq!(bit_shift_left_uint(1, i64::MIN), None);
        assert_eq!(bit_shift_right_int(48, 4), Some(3));
        assert_eq!(bit_shift_right_int(-1, 0), Some(-1));
        assert_eq!(bit_shift_right_int(-1, 1), Some(i64::MAX));
        assert_eq!(bit_shift_right_int(-1, 63), Some(1));
        assert_eq!(bit_shift_right_int(-1, 64), Some(0));
        assert_eq!(bit_shift_right_int(1, -1), None);
        assert_eq!(bit_shift_right_uint(u64::MAX, 60), Some(15));
        assert_eq!(bit_shift_right_uint(8, 1 << 32), Some(0));
        assert_eq!(bit_shift_right_uint(8, -2), None);
    }
}
