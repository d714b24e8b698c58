//! Examples by rule: target, measurement, status and attainment.

use super::*;
use crate::planning::targets::{Context, TargetValue, read};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// `120` a value, `90/120` numerator and denominator, `yes`, `no`, a date; nothing for no measurement.
fn measured(text: &str, to: &str) -> Vec<Measured> {
    let mut measured = Measured::over(day("2024-01-01"), day(to));
    match text {
        "" => return Vec::new(),
        "yes" | "no" => measured.yes = Some(text == "yes"),
        _ => match (text.split_once('/'), text.parse()) {
            (Some((numerator, denominator)), _) => {
                measured.numerator = numerator.parse().ok();
                measured.denominator = denominator.parse().ok();
            }
            (None, Ok(date)) => measured.date = Some(date),
            (None, Err(_)) => measured.value = Some(text.parse().unwrap()),
        },
    }
    vec![measured]
}

fn polarity(text: &str) -> Option<Polarity> {
    match text {
        "+" => Some(Polarity::HigherIsBetter),
        "-" => Some(Polarity::LowerIsBetter),
        _ => None,
    }
}

fn on(target: &str, which: &str, found: &str, as_of: &str) -> Evaluation {
    let reading = read(target, Context::year(2024));
    evaluate(&Inputs {
        reading: &reading,
        polarity: polarity(which),
        reference_year: 2024,
        measurements: &measured(found, as_of.min("2024-12-31")),
        baseline: Some(Decimal::from(50)),
        achieved: &[(2023, Decimal::from(100)), (2022, Decimal::ZERO)],
        as_of: day(as_of),
    })
}

fn brief(evaluation: &Evaluation) -> String {
    let status = serde_json::to_value(evaluation.status).unwrap();
    let attainment = evaluation.attainment.map(|share| format!(" {}", (share * 1000.0).round() / 1000.0));
    format!("{}{}", status.as_str().unwrap(), attainment.unwrap_or_default())
}

#[track_caller]
fn evaluates(as_of: &str, examples: &[(&str, &str, &str, &str)]) {
    for (target, which, found, expected) in examples {
        let evaluation = on(target, which, found, as_of);
        assert_eq!(brief(&evaluation), *expected, "{target:?} measured {found:?}: {:#?}", evaluation.explanation);
        assert!(!evaluation.explanation.text.is_empty());
    }
}

#[test]
fn after_the_end() {
    evaluates(
        "2025-01-31",
        &[
            // strict is strict
            ("> 95%", "", "95", "missed 0.99"),
            ("> 95%", "", "95.01", "achieved 1"),
            ("> 95%", "", "96/100", "achieved 1"),
            ("< 5", "", "5", "missed 0.99"),
            ("< 5", "", "4", "achieved 1"),
            ("< 5", "", "10", "missed 0.5"),
            // zero and negative
            ("< 0", "", "0", "missed 0.99"),
            ("< 0", "", "-3", "achieved 1"),
            ("< 0", "", "2", "missed 0"),
            ("0", "-", "0", "achieved 1"),
            ("0", "-", "1", "missed 0"),
            ("0", "", "0", "achieved 1"),
            ("0", "", "1", "not_evaluable"),
            ("nessuna criticità", "", "1", "missed 0"),
            ("-5", "+", "-10", "partly_achieved 0.5"),
            // at least, at most, partly
            ("200", "+", "145", "partly_achieved 0.725"),
            ("200", "+", "60", "missed 0.3"),
            ("200", "+", "200", "achieved 1"),
            ("200", "", "145", "not_evaluable"),
            ("200", "", "200", "achieved 1"),
            ("2", "-", "1", "achieved 1"),
            ("2", "-", "4", "partly_achieved 0.5"),
            ("Max – 5 anni", "", "5", "achieved 1"),
            ("entro 3/5 giorni", "", "5", "achieved 1"),
            ("≤ 30 gg", "", "1200/30", "partly_achieved 0.75"),
            // shares
            ("100%", "", "90/120", "partly_achieved 0.75"),
            ("100%", "", "0/0", "not_evaluable"),
            ("Tutti", "", "19/20", "partly_achieved 0.95"),
            ("Tutti", "", "20/20", "achieved 1"),
            ("Tutti", "", "yes", "achieved 1"),
            ("90%", "", "80", "not_evaluable"),
            // ranges, ratios, about
            ("tra 5 e 10", "", "10", "achieved 1"),
            ("tra 5 e 10", "", "4", "partly_achieved 0.8"),
            ("80-90%", "", "95/100", "partly_achieved 0.947"),
            ("≥ 4,0 su 5", "", "4.13", "achieved 1"),
            ("≥ 4,0 su 5", "", "413/100", "achieved 1"),
            ("almeno 3 su 5", "", "3/5", "achieved 1"),
            ("almeno 3 su 5", "", "413/100", "not_evaluable"),
            ("circa 100", "", "92", "achieved 1"),
            ("circa 100", "", "80", "partly_achieved 0.889"),
            // rates and schedules
            ("2/annuo", "+", "1", "partly_achieved 0.5"),
            ("1 al mese", "+", "12", "achieved 1"),
            ("almeno 1 al trimestre", "", "3", "partly_achieved 0.75"),
            ("2024: 10; 2025: 12", "+", "10", "achieved 1"),
            ("2025: 10; 2026: 12", "+", "10", "not_evaluable"),
            // changes
            ("+10% rispetto al 2023", "", "110", "achieved 1"),
            ("+10% rispetto al 2023", "", "105", "partly_achieved 0.5"),
            ("riduzione del 5%", "", "95", "achieved 1"),
            ("riduzione del 5%", "", "100", "missed 0"),
            ("+10% rispetto al 2021", "", "110", "not_evaluable"),
            ("+10% rispetto al 2022", "", "110", "not_evaluable"),
            ("incremento del 10% rispetto alla baseline", "", "55", "achieved 1"),
            ("miglioramento rispetto al 2023", "-", "90", "achieved 1"),
            ("miglioramento rispetto al 2023", "", "90", "not_evaluable"),
            ("mantenimento", "+", "100", "achieved 1"),
            ("mantenimento", "-", "120", "partly_achieved 0.833"),
            ("mantenimento", "", "120", "not_evaluable"),
            ("In linea con il 2023", "", "95", "achieved 1"),
            // deadlines and answers
            ("Entro 31.10", "", "2024-10-31", "achieved 1"),
            ("Entro 31.10", "", "2024-11-01", "missed 0"),
            ("Entro 31.10", "", "no", "missed 0"),
            ("Entro 31.10", "", "yes", "not_evaluable"),
            ("Entro 31.10", "", "", "not_measured"),
            ("Entro la scadenza fiscale", "", "yes", "not_evaluable"),
            ("Entro il 31.12 anno precedente", "", "2023-12-20", "achieved 1"),
            ("30/06 e 31/12", "", "2024-06-01", "partly_achieved 0.5"),
            ("SI", "", "yes", "achieved 1"),
            ("SI", "", "no", "missed 0"),
            ("NO", "", "no", "achieved 1"),
            ("SI", "", "", "not_measured"),
            // never
            ("Approvazione regolamento", "", "yes", "not_evaluable"),
            ("n.d.", "", "1", "not_evaluable"),
            ("200", "+", "", "not_measured"),
        ],
    );
}

#[test]
fn before_the_end() {
    evaluates(
        "2024-06-30",
        &[
            ("200", "+", "120", "on_track 0.6"),
            ("200", "+", "80", "at_risk 0.4"),
            ("200", "+", "200", "achieved 1"),
            ("200", "+", "", "not_measured"),
            ("< 5", "", "1", "on_track 1"),
            ("< 5", "", "4", "at_risk 1"),
            ("< 5", "", "5", "missed 0.99"),
            ("0", "-", "0", "on_track 1"),
            ("Almeno 80%", "", "85/100", "on_track 1"),
            ("Almeno 80%", "", "70/100", "at_risk 0.875"),
            ("1 al mese", "+", "6", "on_track 0.5"),
            ("Entro 31.12", "", "no", "on_track"),
            ("Entro 31.7", "", "no", "at_risk"),
            ("Entro 31.12", "", "", "not_measured"),
            ("Entro 31.12", "", "2024-05-01", "achieved 1"),
            ("Entro 30.4", "", "no", "missed 0"),
            ("SI", "", "no", "on_track 0"),
            ("NO", "", "no", "on_track 1"),
        ],
    );
}

#[test]
fn periods_add_up_once() {
    let reading = read("10", Context::year(2024));
    let of =
        |from: &str, to: &str, value: i64| Measured { value: Some(value.into()), ..Measured::over(day(from), day(to)) };
    let evaluation = |measurements: &[Measured]| {
        let polarity = Some(Polarity::HigherIsBetter);
        let as_of = day("2025-01-31");
        evaluate(&Inputs {
            reading: &reading,
            polarity,
            reference_year: 2024,
            measurements,
            baseline: None,
            achieved: &[],
            as_of,
        })
    };
    let quarters =
        [of("2024-01-01", "2024-03-31", 3), of("2024-04-01", "2024-12-31", 4), of("2023-01-01", "2023-12-31", 99)];
    assert_eq!(brief(&evaluation(&quarters)), "partly_achieved 0.7");
    let running_totals = [of("2024-01-01", "2024-06-30", 4), of("2024-01-01", "2024-12-31", 7)];
    assert_eq!(brief(&evaluation(&running_totals)), "partly_achieved 0.7");
}

#[test]
fn explained_in_words() {
    let evaluation = on("200", "+", "145", "2025-01-31");
    assert_eq!(evaluation.explanation.formula, "145 ≥ 200? no: 145 / 200 = 0.725");
    assert_eq!(evaluation.explanation.text, "Target met in part, 73 %: 145 measured, at least 200 expected.");
    assert_eq!(evaluation.explanation.margin, Some(-55.0));
    let evaluation = on("riduzione del 5%", "", "98", "2025-01-31");
    assert_eq!(evaluation.explanation.formula, "(98 − 100) / 100 × 100 = -2; -2 ≤ -5? no");
    let evaluation = on("200", "", "145", "2025-01-31");
    assert!(evaluation.explanation.text.contains("Polarity unknown"), "{}", evaluation.explanation.text);
}

#[test]
fn an_objective_is_the_mean_of_what_can_be_evaluated() {
    let half = on("200", "+", "100", "2025-01-31");
    let full = on("SI", "", "yes", "2025-01-31");
    let unknown = on("Approvazione regolamento", "", "yes", "2025-01-31");
    let rolled = roll_up([(Some(3.0), &half), (None, &full), (Some(100.0), &unknown)]);
    assert_eq!(rolled, RollUp { attainment: Some(0.625), evaluated: 2, not_evaluated: 1 });
    assert_eq!(roll_up([(None, &unknown)]).attainment, None);
    assert_eq!(roll_up([(Some(f64::NAN), &full), (Some(-1.0), &half)]).attainment, None);
}

#[test]
fn great_figures_do_not_overflow() {
    for target in [
        "-5",
        "< 5",
        "+10% rispetto al 2023",
        "tra 5 e 10",
        "1 al mese",
        "circa 100",
        "100%",
        "in linea con il 2023",
        "mantenimento",
    ] {
        let mut measured = measured("1", "2024-12-31");
        for value in [Decimal::MAX, Decimal::MIN] {
            for each in &mut measured {
                (each.value, each.numerator, each.denominator) = (Some(value), None, None);
            }
            let reading = read(target, Context::year(2024));
            assert_ne!(reading.value, Some(TargetValue::Boolean(true)));
            let achieved = [(2023, Decimal::MIN)];
            for as_of in ["2024-05-01", "2025-01-31"] {
                let inputs = Inputs {
                    reading: &reading,
                    polarity: Some(Polarity::LowerIsBetter),
                    reference_year: 2024,
                    measurements: &measured,
                    baseline: Some(value),
                    achieved: &achieved,
                    as_of: day(as_of),
                };
                let attainment = evaluate(&inputs).attainment;
                assert!(attainment.is_none_or(|share| (0.0..=1.0).contains(&share)));
            }
        }
    }
}
