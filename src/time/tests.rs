use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text.as_bytes()).unwrap_or_else(|| panic!("{text} is a timestamp"))
}

fn long(text: &str) -> Duration {
    Duration::parse(text).unwrap_or_else(|| panic!("{text} is a duration"))
}

fn length(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Numbers that look random, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// The same grammar byte by byte.
fn plain_parse(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?;
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let sign = |at: usize, sign: &str| (text.get(at..=at)? == sign).then_some(());
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    for (place, wanted) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")] {
        sign(place, wanted)?;
    }
    let mut end = 19;
    let mut nanos = 0;
    if sign(19, ".").is_some() {
        end = 20 + text[20..].bytes().take_while(u8::is_ascii_digit).count();
        nanos = format!("{:0<9}", &text[20..end]).parse().ok().filter(|_| (21..=29).contains(&end))?;
    }
    let offset = if &text[end..] == "Z" {
        0
    } else {
        let factor = if sign(end, "-").is_some() { -1 } else { sign(end, "+").map(|()| 1)? };
        let (hours, minutes) = (number(end + 1, end + 3)?, number(end + 4, end + 6)?);
        sign(end + 3, ":")?;
        if text.len() != end + 6 || hours > 23 || minutes > 59 {
            return None;
        }
        factor * (hours * 60 + minutes) * 60
    };
    let year_length = |year: i64| if length(year as i32, 2) == 29 { 366 } else { 365 };
    if !(1..=12).contains(&month) || !(1..=i64::from(length(year as i32, month as u8))).contains(&day) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut days = day - 1;
    days += (1..month).map(|month| i64::from(length(year as i32, month as u8))).sum::<i64>();
    days += if year >= 1970 {
        (1970..year).map(year_length).sum::<i64>()
    } else {
        -(year..1970).map(year_length).sum::<i64>()
    };
    Timestamp::new(days * 86_400 + hour * 3600 + minute * 60 + second - offset, nanos)
}

#[test]
fn every_day_is_read_shown_and_counted() {
    let mut days = 0;
    let mut seconds = FIRST;
    for year in 1..=9999 {
        let mut day_of_year = 0;
        // Four centuries day by day; beyond them the ends of the months.
        let each = (1890..2290).contains(&year);
        for month in 1..=12 {
            for day in 1..=length(year, month) {
                if each || day == 1 || day == length(year, month) {
                    let text = format!("{year:04}-{month:02}-{day:02}T00:00:00Z");
                    let time = at(&text);
                    assert_eq!((time.seconds(), time.nanos()), (seconds, 0), "{text}");
                    let civil = time.civil(0);
                    assert_eq!((civil.year, civil.month, civil.day), (year, month, day));
                    assert_eq!(civil.day_of_year, day_of_year, "{text}");
                    // The first day of the calendar is a Monday.
                    assert_eq!(i32::from(civil.day_of_week), (days + 1) % 7, "{text}");
                    if each {
                        assert_eq!(time.to_string(), text);
                    }
                }
                seconds += 86_400;
                days += 1;
                day_of_year += 1;
            }
            let text = format!("{year:04}-{month:02}-{:02}T00:00:00Z", length(year, month) + 1);
            assert_eq!(Timestamp::parse(text.as_bytes()), None, "{text}");
        }
    }
    assert_eq!(seconds, LAST + 1);
}

#[test]
fn every_second_of_a_day_is_read() {
    for hour in 0..100 {
        for minute in 0..100 {
            for second in [0, 1, 9, 10, 58, 59, 60, 61, 79, 80, 99] {
                let text = format!("1970-01-01T{hour:02}:{minute:02}:{second:02}Z");
                let wanted = (hour < 24 && minute < 60 && second < 60)
                    .then(|| Timestamp::new(hour * 3600 + minute * 60 + second, 0))
                    .flatten();
                assert_eq!(Timestamp::parse(text.as_bytes()), wanted, "{text}");
            }
        }
    }
}

#[test]
fn one_wrong_byte_is_seen() {
    let right = "2026-11-22T10:20:30Z";
    for place in 0..right.len() {
        for byte in 0..=u8::MAX {
            let mut text = right.as_bytes().to_vec();
            text[place] = byte;
            assert_eq!(Timestamp::parse(&text), plain_parse(&text), "{:?}", text.escape_ascii().to_string());
        }
        assert_eq!(Timestamp::parse(&right.as_bytes()[..place]), None);
    }
}

#[test]
fn changed_texts_are_read_as_by_the_plain_reader() {
    let seeds = [
        "2026-11-22T00:00:00Z",
        "2024-02-29T23:59:59.123456789Z",
        "1999-12-31T23:59:59.5+09:00",
        "0000-12-31T23:59:59-00:01",
        "9999-12-31T23:59:59.000000001-23:59",
    ];
    let bytes = b"0123456789019023-+:.TZtz \0\x7f\x80\xff/;";
    let mut numbers = Numbers(7);
    for _ in 0..200_000 {
        let mut text = seeds[numbers.below(seeds.len())].as_bytes().to_vec();
        for _ in 0..=numbers.below(3) {
            let place = numbers.below(text.len());
            match numbers.below(8) {
                0 => drop(text.remove(place)),
                1 => text.insert(place, bytes[numbers.below(bytes.len())]),
                _ => text[place] = bytes[numbers.below(bytes.len())],
            }
        }
        let time = Timestamp::parse(&text);
        assert_eq!(time, plain_parse(&text), "{}", text.escape_ascii());
        if let Some(time) = time {
            assert_eq!(at(&time.to_string()), time);
        }
    }
}

#[test]
fn any_bytes_are_survived() {
    let mut numbers = Numbers(11);
    for _ in 0..200_000 {
        let text: Vec<u8> = (0..numbers.below(40)).map(|_| numbers.below(256) as u8).collect();
        assert_eq!(Timestamp::parse(&text), None);
        let text: String = (0..numbers.below(12))
            .map(|_| ["0", "1", "9", "00000000", "99999", ".", "-", "+", ":", "h", "m", "s", "n", "u", "µ", "é", "UTC"])
            .map(|parts| parts[numbers.below(parts.len())])
            .collect();
        if let Some(duration) = Duration::parse(&text) {
            assert_eq!(long(&duration.to_string()), duration, "{text}");
        }
        if let Some(offset) = parse_offset(&text) {
            assert!(offset.abs() < 86_400);
        }
    }
}

#[test]
fn fractions_and_offsets_of_timestamps() {
    assert_eq!(at("2026-11-22T00:00:00.25Z").nanos(), 250_000_000);
    assert_eq!(at("2026-11-22T00:00:00.000000001Z").nanos(), 1);
    assert_eq!(at("2026-11-22T09:00:00+09:00"), at("2026-11-22T00:00:00Z"));
    assert_eq!(at("2026-11-21T20:30:00.5-03:30"), at("2026-11-22T00:00:00.5Z"));
    assert_eq!(at("0000-12-31T23:00:00-01:00").seconds(), FIRST);
    for wrong in [
        "",
        "Z",
        "2026-11-22",
        "2026-11-22T00:00:00",
        "2026-11-22T00:00:00z",
        "2026-11-22t00:00:00Z",
        "2026-11-22 00:00:00Z",
        "2026-11-22T00:00:00.Z",
        "2026-11-22T00:00:00,5Z",
        "2026-11-22T00:00:00.1234567890Z",
        "2026-11-22T00:00:00ZZ",
        "2026-11-22T00:00:0009:00",
        "2026-11-22T00:00:00+0900",
        "2026-11-22T00:00:00+24:00",
        "2026-11-22T00:00:00+00:60",
        "2026-11-22T00:00:00UTC",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
    ] {
        assert_eq!(Timestamp::parse(wrong.as_bytes()), None, "{wrong}");
    }
}

#[test]
fn timestamps_are_shown_without_needless_digits() {
    for text in ["2026-11-22T01:02:03Z", "2026-11-22T01:02:03.1Z", "0001-01-01T00:00:00.00000012Z"] {
        assert_eq!(at(text).to_string(), text);
    }
    assert_eq!(at("2026-11-22T01:02:03.500Z").to_string(), "2026-11-22T01:02:03.5Z");
    assert_eq!(at("1969-12-31T23:59:59.999999999Z"), Timestamp { seconds: -1, nanos: 999_999_999 });
}

#[test]
fn the_calendar_at_an_offset() {
    let civil = at("2026-12-31T20:15:16.000000007Z").civil(9 * 3600);
    let wanted = Civil {
        year: 2027,
        month: 1,
        day: 1,
        hour: 5,
        minute: 15,
        second: 16,
        nanos: 7,
        day_of_week: 5,
        day_of_year: 0,
    };
    assert_eq!(civil, wanted);
    let civil = at("2024-12-31T23:59:59Z").civil(0);
    assert_eq!((civil.day_of_year, civil.day_of_week), (365, 2));
    let civil = at("0001-01-01T00:00:00Z").civil(-60);
    assert_eq!((civil.year, civil.month, civil.day, civil.hour, civil.day_of_year), (0, 12, 31, 23, 365));
    let civil = at("9999-12-31T23:59:59Z").civil(1);
    assert_eq!((civil.year, civil.month, civil.day, civil.day_of_year), (10_000, 1, 1, 0));
    for seconds in [FIRST, 0, LAST] {
        for offset in [i32::MIN, i32::MAX] {
            let civil = Timestamp { seconds, nanos: 0 }.civil(offset);
            assert!((1..=12).contains(&civil.month) && (1..=31).contains(&civil.day));
        }
    }
}

#[test]
fn offsets() {
    for (text, wanted) in [
        ("", Some(0)),
        ("UTC", Some(0)),
        ("-00:00", Some(0)),
        ("+14:00", Some(50_400)),
        ("05:45", Some(20_700)),
        ("-09:30", Some(-34_200)),
        ("+23:59", Some(86_340)),
        ("+24:00", None),
        ("+1:00", None),
        ("+01:60", None),
        ("+0100", None),
        ("+-1:00", None),
        ("++01:00", None),
        ("utc", None),
        ("Asia/Tokyo", None),
    ] {
        assert_eq!(parse_offset(text), wanted, "{text}");
    }
}

#[test]
fn the_ends_of_time() {
    let (first, last) = (at("0001-01-01T00:00:00Z"), at("9999-12-31T23:59:59.999999999Z"));
    assert_eq!((first.seconds(), last.seconds()), (FIRST, LAST));
    assert_eq!(Timestamp::new(FIRST - 1, 0), None);
    assert_eq!(Timestamp::new(LAST + 1, 0), None);
    assert_eq!(Timestamp::new(0, 1_000_000_000), None);
    let tick = long("1ns");
    assert_eq!(first.checked_sub(tick), None);
    assert_eq!(last.checked_add(tick), None);
    assert_eq!(first.checked_add(tick).and_then(|time| time.checked_sub(tick)), Some(first));
    assert_eq!(last.since(first), None);
    assert_eq!(first.since(last), None);
    let (shortest, longest) = (Duration::from_nanos(i64::MIN), Duration::from_nanos(i64::MAX));
    let epoch = at("1970-01-01T00:00:00Z");
    for duration in [shortest, longest] {
        let moved = epoch.checked_add(duration).expect("a year of the calendar");
        assert_eq!(moved.since(epoch), Some(duration));
        assert_eq!(moved.checked_sub(duration), Some(epoch));
    }
    assert_eq!(longest.checked_add(tick), None);
    assert_eq!(shortest.checked_sub(tick), None);
    assert_eq!(shortest.checked_neg(), None);
    assert_eq!(shortest.checked_add(tick).and_then(Duration::checked_neg), Some(longest));
}

#[test]
fn timestamps_and_durations_add_up() {
    let (start, end) = (at("2026-11-22T00:00:00.9Z"), at("2026-11-23T01:00:00.1Z"));
    let between = end.since(start).expect("short enough");
    assert_eq!(between, long("24h59m59.2s"));
    assert_eq!(start.since(end), between.checked_neg());
    assert_eq!(start.checked_add(between), Some(end));
    assert_eq!(end.checked_sub(between), Some(start));
    assert_eq!(long("1.5s").checked_sub(long("2s")), Some(long("-500ms")));
    assert!(long("-1.5s") < long("-1s") && long("-1s") < long("-1ns") && long("-1ns") < long("0"));
}

#[test]
fn durations_are_read_as_by_go() {
    for (text, seconds, nanos) in [
        ("0", 0, 0),
        ("-0", 0, 0),
        ("+5m", 300, 0),
        ("1h2m3s4ms5us6ns", 3723, 4_005_006),
        ("1s1h", 3601, 0),
        ("2µs", 0, 2_000),
        ("2μs", 0, 2_000),
        ("1.5h", 5400, 0),
        (".5m", 30, 0),
        ("7.s", 7, 0),
        ("-1.25s", -1, -250_000_000),
        ("0.9ns", 0, 0),
        ("0.0000000019s", 0, 1),
        ("0.0000000000002777777777777777777777777778h", 0, 1),
        ("00000000000000000000000000000001s", 1, 0),
        ("9223372036.854775807s", 9_223_372_036, 854_775_807),
        ("-9223372036854775808ns", -9_223_372_036, -854_775_808),
    ] {
        let duration = long(text);
        assert_eq!((duration.seconds(), duration.nanos()), (seconds, nanos), "{text}");
    }
    for wrong in [
        "",
        "-",
        "+",
        "1",
        "00",
        ".",
        ".s",
        "s",
        "1.5",
        "1 s",
        " 1s",
        "1s ",
        "1S",
        "1d",
        "1s-1s",
        "--1s",
        "1.2.3s",
        "1e3s",
        "1hs",
        "1s0",
        "9223372036854775808ns",
        "9223372036.854775808s",
        "-9223372036854775809ns",
        "2562048h",
        "2562047h48m",
        "99999999999999999999ns",
        "18446744073709551615ns1ns",
    ] {
        assert_eq!(Duration::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn durations_in_parts() {
    let duration = long("-26h3m4.5678s");
    assert_eq!((duration.hours(), duration.minutes(), duration.whole_seconds()), (-26, -1563, -93_784));
    assert_eq!(duration.milliseconds(), -567);
    assert_eq!(Duration::from_millis(-1_500), Duration::new(-1, -500_000_000));
    assert_eq!(Duration::from_millis(i64::MAX), None);
    assert_eq!(Duration::new(1, -1), None);
    assert_eq!(Duration::new(0, 1_000_000_000), None);
    assert_eq!(Duration::new(0, i32::MIN), None);
    assert_eq!(Duration::new(9_223_372_036, 854_775_808), None);
    assert_eq!(Duration::new(i64::MIN, 0), None);
    assert_eq!(Duration::new(-9_223_372_036, -854_775_808), Some(Duration::from_nanos(i64::MIN)));
}

#[test]
fn durations_are_shown_in_seconds() {
    for (text, wanted) in [
        ("0", "0s"),
        ("90m", "5400s"),
        ("-1500ms", "-1.5s"),
        ("-20ms", "-0.02s"),
        ("1ns", "0.000000001s"),
        ("9223372036854775807ns", "9223372036.854775807s"),
        ("-9223372036854775808ns", "-9223372036.854775808s"),
    ] {
        assert_eq!(long(text).to_string(), wanted);
    }
}
