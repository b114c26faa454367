//! Dates and times: read by one format, shifted, written by another.
//!
//! Codes: `%Y %y` year, `%m %n` month (padded, bare), `%b %B` its name, `%d %j` day, `%o` day as
//! ordinal, `%a %A` weekday, `%u` its number from Monday, `%q` quarter, `%D` day of the year,
//! `%V` ISO week, `%H %k` hour, `%I %l` hour of twelve, `%M` minute, `%S` second, `%p %P` AM/am,
//! `%f` milliseconds, `%s` seconds since 1970, `%e` hours and `%N` minutes since midnight,
//! `%i` year of the decade (two digits, then `0s`).
#![allow(dead_code)]

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A moment; `seen` has a bit for each of year, month, day, hour, minute that was read.
#[derive(Clone, Copy)]
pub struct Moment {
    y: i64,
    m: i64,
    d: i64,
    h: i64,
    min: i64,
    s: i64,
    ms: i64,
    seen: u8,
    pm: i64,
}

/// Days since 1970-01-01 in the Gregorian calendar.
fn days(y: i64, m: i64, d: i64) -> i64 {
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

fn civil(z: i64) -> (i64, i64, i64) {
    let z = z + 719_468;
    let (era, doe) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let m = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(m <= 2), m, doy - (153 * mp + 2) / 5 + 1)
}

fn month_days(y: i64, m: i64) -> i64 {
    match m {
        2 if y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Takes between `min` and `max` digits off the front.
fn digits(s: &mut &str, min: usize, max: usize) -> Option<i64> {
    let n = s.bytes().take(max).take_while(u8::is_ascii_digit).count();
    if n < min {
        return None;
    }
    let (a, b) = s.split_at(n);
    *s = b;
    a.parse().ok()
}

/// Takes one of the names (or its first three letters where `short`) off the front.
fn name(s: &mut &str, names: &[&str], short: bool) -> Option<i64> {
    for (i, n) in names.iter().enumerate() {
        let n = if short { &n[..3] } else { n };
        if s.get(..n.len()).is_some_and(|h| h.eq_ignore_ascii_case(n)) {
            *s = &s[n.len()..];
            return Some(i as i64);
        }
    }
    None
}

/// Reads a text by a format; all of it must fit and be a real date and time.
pub fn parse(s: &str, fmt: &str) -> Option<Moment> {
    let mut t = Moment { y: 2000, m: 1, d: 1, h: 0, min: 0, s: 0, ms: 0, seen: 0, pm: -1 };
    let mut rest = s;
    let mut codes = fmt.chars();
    while let Some(c) = codes.next() {
        if c != '%' {
            rest = rest.strip_prefix(c)?;
            continue;
        }
        read(&mut t, &mut rest, codes.next()?)?;
    }
    if !rest.is_empty() {
        return None;
    }
    if t.pm >= 0 {
        if !(1..=12).contains(&t.h) {
            return None;
        }
        t.h = t.h % 12 + 12 * t.pm;
    }
    let real = (1..=12).contains(&t.m)
        && t.d >= 1
        && t.d <= month_days(t.y, t.m)
        && t.h < 24
        && t.min < 60
        && t.s < 60;
    real.then_some(t)
}

fn read(t: &mut Moment, s: &mut &str, code: char) -> Option<()> {
    match code {
        'Y' => (t.y, t.seen) = (digits(s, 4, 4)?, t.seen | 1),
        'y' => {
            let v = digits(s, 2, 2)?;
            (t.y, t.seen) = (if v < 70 { 2000 + v } else { 1900 + v }, t.seen | 1);
        }
        'm' => (t.m, t.seen) = (digits(s, 2, 2)?, t.seen | 2),
        'n' => (t.m, t.seen) = (digits(s, 1, 2)?, t.seen | 2),
        'b' => (t.m, t.seen) = (name(s, &MONTHS, true)? + 1, t.seen | 2),
        'B' => (t.m, t.seen) = (name(s, &MONTHS, false)? + 1, t.seen | 2),
        'd' => (t.d, t.seen) = (digits(s, 2, 2)?, t.seen | 4),
        'j' => (t.d, t.seen) = (digits(s, 1, 2)?, t.seen | 4),
        'o' => {
            (t.d, t.seen) = (digits(s, 1, 2)?, t.seen | 4);
            *s = ["st", "nd", "rd", "th"].iter().find_map(|e| s.strip_prefix(e))?;
        }
        'a' => drop(name(s, &DAYS, true)?),
        'A' => drop(name(s, &DAYS, false)?),
        'H' | 'I' => (t.h, t.seen) = (digits(s, 2, 2)?, t.seen | 8),
        'k' | 'l' => (t.h, t.seen) = (digits(s, 1, 2)?, t.seen | 8),
        'M' => (t.min, t.seen) = (digits(s, 2, 2)?, t.seen | 16),
        'S' => t.s = digits(s, 2, 2)?,
        'f' => t.ms = digits(s, 3, 3)?,
        'p' | 'P' => {
            t.pm = name(s, &["AM", "PM"], false)?;
        }
        's' => {
            let v = digits(s, 9, 11)?;
            *t = from_seconds(v);
        }
        'N' => {
            let v = digits(s, 1, 5)?;
            (t.h, t.min, t.seen) = (v / 60, v % 60, t.seen | 24);
        }
        '%' => *s = s.strip_prefix('%')?,
        _ => return None,
    }
    Some(())
}

fn from_seconds(v: i64) -> Moment {
    let (y, m, d) = civil(v.div_euclid(86_400));
    let r = v.rem_euclid(86_400);
    Moment { y, m, d, h: r / 3600, min: r / 60 % 60, s: r % 60, ms: 0, seen: 31, pm: -1 }
}

/// Moves a moment by `n` of `d`ays, `m`onths, `y`ears, `h`ours or `M`inutes, or to the end (`E`)
/// or start (`F`) of its month.
pub fn shift(t: Moment, n: i64, unit: &str) -> Option<Moment> {
    let need = match unit {
        "d" | "m" | "E" | "F" => 7,
        "y" => 1,
        "h" => 8,
        "M" => 24,
        _ => 0,
    };
    let time_only = matches!(unit, "h" | "M") && t.seen & 7 == 0;
    if (t.seen & need) != need || n.abs() > 10_000_000 {
        return None;
    }
    let mut r = t;
    match unit {
        "m" | "y" => {
            let all = t.y * 12 + t.m - 1 + if unit == "y" { 12 * n } else { n };
            (r.y, r.m) = (all.div_euclid(12), all.rem_euclid(12) + 1);
            r.d = t.d.min(month_days(r.y, r.m));
        }
        "E" => r.d = month_days(t.y, t.m),
        "F" => r.d = 1,
        _ => {
            let step = match unit {
                "d" => 86_400,
                "h" => 3600,
                "M" => 60,
                _ => 0,
            };
            r = from_seconds(seconds(t) + n * step);
            r.ms = t.ms;
            r.seen = t.seen;
            if time_only {
                (r.y, r.m, r.d) = (t.y, t.m, t.d);
            }
        }
    }
    Some(r)
}

fn seconds(t: Moment) -> i64 {
    days(t.y, t.m, t.d) * 86_400 + t.h * 3600 + t.min * 60 + t.s
}

fn iso_week(t: Moment) -> i64 {
    let n = days(t.y, t.m, t.d);
    let thursday = n + 3 - (n + 3).rem_euclid(7);
    let (y, _, _) = civil(thursday);
    (thursday - days(y, 1, 1)) / 7 + 1
}

/// Writes a moment by a format; `None` where a code needs what was not read.
pub fn write(t: Moment, fmt: &str) -> Option<String> {
    let mut out = String::new();
    let mut codes = fmt.chars();
    while let Some(c) = codes.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let code = codes.next()?;
        let need = match code {
            'Y' | 'y' | 'i' => 1,
            'm' | 'n' | 'b' | 'B' | 'q' => 2,
            'd' | 'j' | 'o' => 4,
            'a' | 'A' | 'u' | 'D' | 'V' | 's' => 7,
            'H' | 'k' | 'I' | 'l' | 'p' | 'P' | 'e' => 8,
            'M' => 16,
            'N' => 24,
            _ => 0,
        };
        if t.seen & need != need {
            return None;
        }
        out.push_str(&part(t, code)?);
    }
    Some(out)
}

fn part(t: Moment, code: char) -> Option<String> {
    let weekday = (days(t.y, t.m, t.d) + 3).rem_euclid(7);
    let twelve = (t.h + 11) % 12 + 1;
    Some(match code {
        'Y' => format!("{:04}", t.y),
        'y' => format!("{:02}", t.y.rem_euclid(100)),
        'i' => format!("{}0s", t.y / 10),
        'm' => format!("{:02}", t.m),
        'n' => t.m.to_string(),
        'b' => MONTHS[t.m as usize - 1][..3].to_string(),
        'B' => MONTHS[t.m as usize - 1].to_string(),
        'd' => format!("{:02}", t.d),
        'j' => t.d.to_string(),
        'o' => super::number::ordinal(&t.d.to_string())?,
        'a' => DAYS[weekday as usize][..3].to_string(),
        'A' => DAYS[weekday as usize].to_string(),
        'u' => (weekday + 1).to_string(),
        'q' => ((t.m + 2) / 3).to_string(),
        'D' => (days(t.y, t.m, t.d) - days(t.y, 1, 1) + 1).to_string(),
        'V' => iso_week(t).to_string(),
        'H' => format!("{:02}", t.h),
        'k' => t.h.to_string(),
        'I' => format!("{twelve:02}"),
        'l' => twelve.to_string(),
        'p' => if t.h < 12 { "AM" } else { "PM" }.to_string(),
        'P' => if t.h < 12 { "am" } else { "pm" }.to_string(),
        'M' => format!("{:02}", t.min),
        'S' => format!("{:02}", t.s),
        'f' => format!("{:03}", t.ms),
        's' => seconds(t).to_string(),
        'N' => (t.h * 60 + t.min).to_string(),
        'e' => t.h.to_string(),
        '%' => "%".to_string(),
        _ => return None,
    })
}

/// Reads by one format, shifts, writes by another.
pub fn date(s: &str, from: &str, to: &str, n: i64, unit: &str) -> Option<String> {
    write(shift(parse(s, from)?, n, unit)?, to)
}

/// The whole time from the first to the second of two moments, divided by U+001F, in
/// `d`ays, `w`eeks, `h`ours, `M`inutes, `S`econds, `m`onths or `y`ears.
pub fn span(s: &str, fmt: &str, unit: &str) -> Option<String> {
    let (a, b) = s.split_once('\x1f')?;
    let (a, b) = (parse(a, fmt)?, parse(b, fmt)?);
    let gap = seconds(b) - seconds(a);
    let months = (b.y * 12 + b.m) - (a.y * 12 + a.m) - i64::from(b.d < a.d);
    Some(
        match unit {
            "d" => gap / 86_400,
            "w" => gap / 604_800,
            "h" => gap / 3600,
            "M" => gap / 60,
            "S" => gap,
            "m" => months,
            "y" => months.div_euclid(12),
            "Y" => b.y - a.y,
            _ => return None,
        }
        .to_string(),
    )
}

/// A duration between units: seconds, minutes and hours as written by `how`:
/// `hms` (H:MM:SS), `ms` (M:SS), `hm` (H:MM), and with units `h m s`; from a number of seconds.
pub fn clock(s: &str, how: &str) -> Option<String> {
    let n: i64 = s.parse().ok().filter(|n| (0..1_000_000_000).contains(n))?;
    let (h, m, sec) = (n / 3600, n / 60 % 60, n % 60);
    Some(match how {
        "h:mm:ss" => format!("{h}:{m:02}:{sec:02}"),
        "hh:mm:ss" => format!("{h:02}:{m:02}:{sec:02}"),
        "m:ss" => format!("{}:{sec:02}", n / 60),
        "mm:ss" => format!("{:02}:{sec:02}", n / 60),
        "h:mm" => format!("{}:{:02}", n / 60, n % 60),
        "hh:mm" => format!("{:02}:{:02}", n / 60, n % 60),
        "hm" => format!("{}h {}m", n / 60, n % 60),
        "h m" => format!("{}h {:02}m", n / 60, n % 60),
        "hm tight" => format!("{}h{}m", n / 60, n % 60),
        "ms" => format!("{}m {sec}s", n / 60),
        "hms" => format!("{h}h {m}m {sec}s"),
        _ => return None,
    })
}

/// The seconds (or minutes, for two parts and `unit` = `m`) that `1:02:03`, `4:05` or `1h 5m` say.
pub fn unclock(s: &str, unit: &str) -> Option<String> {
    let mut total: i64 = 0;
    if s.contains(':') {
        for p in s.trim().split(':') {
            if p.is_empty() || p.len() > 6 || !p.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            total = total * 60 + p.parse::<i64>().ok()?;
        }
        return Some(total.to_string());
    }
    let mut seen = false;
    let mut n = String::new();
    let mut word = String::new();
    for c in s.chars().chain([' ', '0']) {
        if c.is_ascii_digit() {
            if !word.is_empty() {
                total += unit_value(&n, &word)?;
                (seen, n, word) = (true, String::new(), String::new());
            }
            n.push(c);
        } else if c.is_alphabetic() {
            word.push(c);
        }
    }
    if !seen || (unit == "m" && total % 60 != 0) {
        return None;
    }
    Some(if unit == "m" { total / 60 } else { total }.to_string())
}

fn unit_value(n: &str, word: &str) -> Option<i64> {
    let v: i64 = n.parse().ok().filter(|v| *v < 1_000_000_000)?;
    let size = match word.to_lowercase().as_str() {
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "d" | "day" | "days" => 86_400,
        _ => return None,
    };
    Some(v * size)
}
