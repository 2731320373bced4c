//! Time zones by name, from the database built into the library.

use jiff::tz::TimeZone;

use crate::time::{Timestamp, parse_offset};

/// How many seconds local time in `zone` is ahead of UTC at the time `at`: a fixed offset such as
/// `+09:00`, or a name of the IANA database such as `Asia/Tokyo`.
pub fn offset(zone: &str, at: Timestamp) -> Option<i32> {
    if let Some(offset) = parse_offset(zone) {
        return Some(offset);
    }
    let zone = TimeZone::get(zone).ok()?;
    // The last hours of the calendar have the offset of those before.
    let seconds = at.seconds().clamp(jiff::Timestamp::MIN.as_second(), jiff::Timestamp::MAX.as_second());
    let at = jiff::Timestamp::from_second(seconds).ok()?;
    Some(zone.to_offset(at).seconds())
}
