//! The calendar of open days, against lists, the sun, and the week.

use jobun::Day;
use jobun::stdlib::holidays::{YEARS, holiday, next_open_day};

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

/// The holidays of a year, as `MM-DD`.
fn of_year(year: i16) -> Vec<String> {
    let first = Day::new(year, 1, 1).expect("a day");
    let days = std::iter::successors(Some(first), |day| day.next()).take_while(|day| day.ymd().0 == year);
    days.filter(|day| holiday(*day) == Some(true)).map(|day| day.to_string()[5..].to_string()).collect()
}

#[test]
fn years_as_announced() {
    let lists = [
        (1949, "01-01 01-15 03-21 04-29 05-03 05-05 09-23 11-03 11-23"),
        (1973, "01-01 01-15 02-11 03-21 04-29 04-30 05-03 05-05 09-15 09-23 09-24 10-10 11-03 11-23"),
        (1988, "01-01 01-15 02-11 03-20 03-21 04-29 05-03 05-04 05-05 09-15 09-23 10-10 11-03 11-23"),
        (2009, "01-01 01-12 02-11 03-20 04-29 05-03 05-04 05-05 05-06 07-20 09-21 09-22 09-23 10-12 11-03 11-23 12-23"),
        (
            2019,
            "01-01 01-14 02-11 03-21 04-29 04-30 05-01 05-02 05-03 05-04 05-05 05-06 07-15 08-11 08-12 09-16 09-23 10-14 10-22 11-03 11-04 11-23",
        ),
        (2021, "01-01 01-11 02-11 02-23 03-20 04-29 05-03 05-04 05-05 07-22 07-23 08-08 08-09 09-20 09-23 11-03 11-23"),
        (
            2026,
            "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23",
        ),
        (2027, "01-01 01-11 02-11 02-23 03-21 03-22 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-23 10-11 11-03 11-23"),
    ];
    for (year, list) in lists {
        assert_eq!(of_year(year).join(" "), list, "{year}");
    }
}

/// The day in Japan on which the sun passes an equinox: mean equinox and periodic terms after Meeus,
/// Astronomical Algorithms, chapter 27, good to about a minute.
fn equinox(year: i16, vernal: bool) -> Day {
    const TERMS: [(f64, f64, f64); 24] = [
        (485.0, 324.96, 1934.136),
        (203.0, 337.23, 32964.467),
        (199.0, 342.08, 20.186),
        (182.0, 27.85, 445267.112),
        (156.0, 73.14, 45036.886),
        (136.0, 171.52, 22518.443),
        (77.0, 222.54, 65928.934),
        (74.0, 296.72, 3034.906),
        (70.0, 243.58, 9037.513),
        (58.0, 119.81, 33718.147),
        (52.0, 297.17, 150.678),
        (50.0, 21.02, 2281.226),
        (45.0, 247.54, 29929.562),
        (44.0, 325.15, 31555.956),
        (29.0, 60.93, 4443.417),
        (18.0, 155.12, 67555.328),
        (17.0, 288.79, 4562.452),
        (16.0, 198.04, 62894.029),
        (14.0, 199.76, 31436.921),
        (12.0, 95.39, 14577.848),
        (12.0, 287.11, 31931.756),
        (12.0, 320.81, 34777.259),
        (9.0, 227.73, 1222.114),
        (8.0, 15.45, 16859.074),
    ];
    let y = (f64::from(year) - 2000.0) / 1000.0;
    let [a, b, c, d, e] = if vernal {
        [2451623.80984, 365242.37404, 0.05169, -0.00411, -0.00057]
    } else {
        [2451810.21715, 365242.01767, -0.11575, 0.00337, 0.00078]
    };
    let mean = a + y * (b + y * (c + y * (d + y * e)));
    let t = (mean - 2451545.0) / 36525.0;
    let w = (35999.373 * t - 2.47).to_radians();
    let lambda = 1.0 + 0.0334 * w.cos() + 0.0007 * (2.0 * w).cos();
    let sum: f64 = TERMS.iter().map(|(a, b, c)| a * (b + c * t).to_radians().cos()).sum();
    // Terrestrial time runs ahead of universal time: some 30 s in 1950, 69 s now, 200 s by 2100.
    let ahead = match year {
        ..=1999 => 29.0 + 0.7 * (f64::from(year) - 1950.0),
        2000..=2049 => 64.0 + 0.5 * (f64::from(year) - 2000.0),
        _ => 93.0 + 2.2 * (f64::from(year) - 2050.0),
    };
    let japan = mean + 0.00001 * sum / lambda - ahead / 86_400.0 + 9.0 / 24.0;
    // Julian day 2440587.5 is the midnight that begins 1970.
    day("1970-01-01").plus_days((japan - 2_440_587.5).floor() as i64).expect("a day")
}

#[test]
fn equinoxes_stand_where_the_sun_does() {
    for year in YEARS {
        for vernal in [true, false] {
            let at = equinox(year, vernal);
            assert_eq!(holiday(at), Some(true), "{at}");
        }
    }
}

#[test]
fn offices_open_on_the_next_working_day() {
    for (from, open) in [
        ("2026-11-20", "2026-11-20"),
        ("2026-11-21", "2026-11-24"),
        ("2026-12-28", "2026-12-28"),
        ("2026-12-29", "2027-01-04"),
        ("2026-05-02", "2026-05-07"),
        ("2026-09-19", "2026-09-24"),
        ("2019-04-27", "2019-05-07"),
        ("2021-08-08", "2021-08-10"),
    ] {
        assert_eq!(next_open_day(day(from)), Some(day(open)), "{from}");
    }
    assert_eq!(next_open_day(day("1948-12-31")), None);
    assert_eq!(next_open_day(day("2100-12-31")), None);
    assert_eq!(holiday(day("2101-01-01")), None);
}

#[test]
fn an_open_day_is_its_own_next_and_stretches_are_short() {
    let mut at = day("1949-01-04");
    while at < day("2100-12-28") {
        let open = next_open_day(at).expect("an open day");
        assert_eq!(next_open_day(open), Some(open));
        assert!((0..=10).contains(&at.days_until(open)), "{at} to {open}");
        at = at.next().expect("a day");
    }
}
