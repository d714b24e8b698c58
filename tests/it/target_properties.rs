//! Properties of reading, printing and evaluating.

use chrono::NaiveDate;
use proptest::prelude::*;
use rust_decimal::Decimal;
use traguardo::planning::targets::evaluate::{Evaluation, Inputs, Measured, Status, evaluate, roll_up};
use traguardo::planning::targets::{Comparator, Confidence, Context, Kind, Polarity, Reading, print, read};

/// Words of the language, to be strung together in any order.
const PIECES: &[&str] = &[
    "almeno",
    "max",
    "non",
    "oltre",
    "inferiore a",
    ">",
    "≤",
    "=",
    "circa",
    "10",
    "1.250,50",
    "31.04",
    "30.4",
    "31/12",
    "2024",
    "2025",
    "1.5",
    "-3",
    "+5",
    "%",
    "€",
    "euro",
    "giorni",
    "lavorativi",
    "gg.",
    "ore",
    "entro",
    "entro il",
    "dal",
    "al",
    "e",
    "o",
    "tra",
    "su",
    "5",
    "/",
    "-",
    "–",
    ":",
    ";",
    ",",
    "(",
    ")",
    "all'anno",
    "mensile",
    "trimestre",
    "I",
    "2°",
    "marzo",
    "dicembre",
    "anno precedente",
    "di ogni anno",
    "scadenza",
    "termini di legge",
    "rispetto al",
    "riduzione",
    "incremento del",
    "mantenimento",
    "in linea con",
    "tutti",
    "i dipendenti",
    "nessuna",
    "SI",
    "NO",
    "non fatto",
    "fatto",
    "n.",
    "una volta",
    "due",
    "un centinaio",
    "mila",
    "milioni di",
    "p.p.",
    "dalla ricezione",
    "baseline",
    "pratiche",
    "delle istanze",
    "fine",
    "l'anno",
    "ogni",
    "sei mesi",
    "n.d.",
    "punteggio",
    "raddoppio",
    "variazione",
    "miglioramento",
    "il 2023",
    "2023:",
    "anno",
    "&lt;",
    "&nbsp;",
    "\u{a0}",
    "99999999999999999999",
    "rispetto dei",
];

fn expression() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..9).prop_map(|pieces| pieces.join(" "))
}

fn target() -> impl Strategy<Value = Reading> {
    let texts = prop::sample::select(
        &[
            "10",
            "0",
            "-5",
            "> 95%",
            "< 5",
            "< 0",
            "almeno 3",
            "≤ 30 gg",
            "100%",
            "50%",
            "€ 2.000",
            "4 su 5",
            "≥ 4,0 su 5",
            "2/annuo",
            "1 al mese",
            "+10% rispetto al 2023",
            "riduzione del 5%",
            "mantenimento",
            "circa 100",
            "In linea con il 2023",
            "2024: 10; 2025: 12",
            "miglioramento rispetto al 2023",
            "Tutti",
            "incremento di 3 punti percentuali",
            "max -5",
            "10 entro il 30/6",
        ][..],
    );
    texts.prop_map(|text| read(text, Context::year(2024)))
}

fn polarity() -> impl Strategy<Value = Option<Polarity>> {
    prop::sample::select(&[None, Some(Polarity::HigherIsBetter), Some(Polarity::LowerIsBetter)][..])
}

fn day(ordinal: u32) -> NaiveDate {
    NaiveDate::from_yo_opt(2024, ordinal).unwrap()
}

fn evaluated(
    reading: &Reading,
    polarity: Option<Polarity>,
    values: &[Option<Decimal>],
    base: Option<i64>,
    as_of: u32,
) -> Evaluation {
    let span = 366 / values.len().max(1) as u32;
    let measurements: Vec<_> = values
        .iter()
        .zip(0_u32..)
        .map(|(value, index)| Measured {
            value: *value,
            ..Measured::over(day(1 + index * span), day((index + 1) * span))
        })
        .collect();
    let achieved: Vec<_> = base.map(|base| (2023, base.into())).into_iter().collect();
    let (baseline, as_of) = (None, day(as_of));
    evaluate(&Inputs {
        reading,
        polarity,
        reference_year: 2024,
        measurements: &measurements,
        baseline,
        achieved: &achieved,
        as_of,
    })
}

/// Which way a target is better: its written comparator, else the polarity. `None` where neither way is.
fn better(reading: &Reading, polarity: Option<Polarity>) -> Option<Polarity> {
    if reading.has(traguardo::planning::targets::Remark::Improvement) {
        return polarity;
    }
    match (reading.comparator?, reading.kind) {
        (Comparator::AtLeast, Kind::Maintain) | (Comparator::Default | Comparator::About, _) => polarity,
        (Comparator::AtLeast | Comparator::More, _) => Some(Polarity::HigherIsBetter),
        (Comparator::AtMost | Comparator::Less, _) => Some(Polarity::LowerIsBetter),
        _ => None,
    }
}

fn rank(status: Status) -> u8 {
    match status {
        Status::Achieved | Status::OnTrack => 3,
        Status::PartlyAchieved | Status::AtRisk => 2,
        _ => 1,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2000)))]

    #[test]
    fn reading_never_panics(text in any::<String>(), year in any::<i32>()) {
        let reading = read(&text, Context { reference_year: year, label: Some(&text), polarity: None });
        let _ = print(&reading);
    }

    #[test]
    fn reading_never_panics_near_the_language(text in "[0-9.,/%€<>≥=+–' a-zàèìò°:;()-]{0,40}", year in 1900_i32..2200) {
        let reading = read(&text, Context::year(year));
        let again = read(&print(&reading), Context::year(year));
        prop_assert!(reading.same_target(&again), "{:?}\n{:?}\n{:?}\n{:?}", text, reading, print(&reading), again);
    }

    #[test]
    fn printing_reads_back(text in expression(), year in prop::sample::select(vec![2023, 2024])) {
        let reading = read(&text, Context::year(year));
        let again = read(&print(&reading), Context::year(year));
        prop_assert!(reading.same_target(&again), "{:?}\n{:?}\n{:?}\n{:?}", text, reading, print(&reading), again);
        let json = serde_json::to_string(&reading).unwrap();
        let back: Reading = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&back, &reading);
    }

    #[test]
    fn attainment_is_a_share(
        reading in target(), polarity in polarity(), values in prop::collection::vec(prop::option::of(-1_000_000_000_i64..1_000_000_000), 0..5),
        base in prop::option::of(-1000_i64..1000), as_of in 1_u32..366,
    ) {
        let values: Vec<_> = values.into_iter().map(|value| value.map(|value| Decimal::new(value, 4))).collect();
        let evaluation = evaluated(&reading, polarity, &values, base, as_of);
        prop_assert!(evaluation.attainment.is_none_or(|share| (0.0..=1.0).contains(&share)));
        prop_assert_eq!(evaluation.attainment.is_none(), matches!(evaluation.status, Status::NotMeasured | Status::NotEvaluable));
        prop_assert!(!evaluation.explanation.text.is_empty());
    }

    #[test]
    fn better_measurements_never_count_less(
        reading in target(), polarity in polarity(), value in -3_000_000_i64..3_000_000, more in 0_i64..2_000_000,
        base in prop::option::of(-300_i64..300), as_of in prop::sample::select(vec![100_u32, 200, 366]),
    ) {
        let Some(better) = better(&reading, polarity) else { return Ok(()) };
        let at = |value| evaluated(&reading, polarity, &[Some(Decimal::new(value, 4))], base, as_of);
        let (less, more) = (at(value), at(value + more));
        let (worse, better) = if better == Polarity::HigherIsBetter { (less, more) } else { (more, less) };
        // Without a polarity only the exact value is judged.
        if let (Some(low), Some(high)) = (worse.attainment, better.attainment) {
            prop_assert!(low <= high, "{:?}\n{:?}", worse, better);
            prop_assert!(rank(worse.status) <= rank(better.status), "{:?}\n{:?}", worse, better);
        }
    }

    #[test]
    fn what_cannot_be_evaluated_changes_nothing(
        values in prop::collection::vec((prop::option::of(0.0_f64..100.0), 0_i64..300), 0..6), weight in prop::option::of(0.0_f64..1e6),
    ) {
        let reading = read("almeno 200", Context::year(2024));
        let evaluations: Vec<_> = values.iter().map(|(weight, value)| (*weight, evaluated(&reading, None, &[Some((*value).into())], None, 366))).collect();
        let hopeless = evaluated(&read("Redazione del piano", Context::year(2024)), None, &[Some(Decimal::ONE)], None, 366);
        let before = roll_up(evaluations.iter().map(|(weight, evaluation)| (*weight, evaluation)));
        let after = roll_up(evaluations.iter().map(|(weight, evaluation)| (*weight, evaluation)).chain([(weight, &hopeless)]));
        prop_assert_eq!(before.attainment, after.attainment);
        prop_assert_eq!(before.not_evaluated + 1, after.not_evaluated);
        prop_assert!(before.attainment.is_none_or(|share| (0.0..=1.0).contains(&share)));
    }
}

#[test]
fn a_megabyte_is_read() {
    for piece in ["a", "1", " ", "1,", "<", "&", "&amp;", "- ", "(", "'", "entro ", "1.000.", "10% ", "é", "2024: 1; "]
    {
        let text = piece.repeat(1_000_000 / piece.len());
        for text in [text.clone(), format!("10{text}10"), format!("{text}%")] {
            let reading = read(&text, Context::year(2024));
            assert!(reading.kind == Kind::Text || reading.kind == Kind::None, "{piece:?} {reading:?}");
        }
    }
}

#[test]
fn sentences_are_never_certain_numbers() {
    for text in include_str!("../data/prose.txt").lines().filter(|line| !line.is_empty()) {
        let reading = read(text, Context::year(2024));
        let number = !matches!(reading.kind, Kind::Text | Kind::None);
        println!(
            "{:?} {} {:?} {:?} | {text}",
            reading.confidence,
            reading.kind,
            reading.value.map(|value| value.to_string()),
            reading.deadline_rule.as_ref().map(ToString::to_string)
        );
        assert!(!number || reading.confidence != Confidence::Certain, "{text}\n{reading:?}");
    }
}
