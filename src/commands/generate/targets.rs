//! Expected values as plans write them, in every form that is read, and what was measured of each.

use super::dice::Dice;
use crate::planning::indicators::model::IndicatorKind;
use crate::planning::targets::Polarity;
use chrono::NaiveDate;

/// What an indicator expects.
pub struct Expected {
    pub title: String,
    pub target: Option<String>,
    pub yearly: Vec<(i32, String)>,
    pub polarity: Option<Polarity>,
    pub unit: Option<&'static str>,
    pub kind: IndicatorKind,
    pub baseline: Option<f64>,
    measured: Measured,
}

/// How it is measured.
enum Measured {
    Yes,
    Date,
    /// A share: the rate that is expected, and whether more is better.
    Share(f64, bool),
    /// A figure: what is expected, whether more is better, decimals.
    Figure(f64, bool, u32),
}

/// A year's figures.
#[derive(Default)]
pub struct Figures {
    pub value: Option<f64>,
    pub ratio: Option<(f64, f64)>,
    pub date: Option<NaiveDate>,
    pub yes: Option<bool>,
}

const SHARES: &[&str] = &[
    "Pratiche concluse nei termini sul totale",
    "Istanze ricevute online sul totale",
    "Fatture pagate entro la scadenza",
    "Dipendenti formati sul totale",
    "Atti pubblicati nei termini",
    "Servizi accessibili con identità digitale",
];
const LOW_SHARES: &[&str] =
    &["Pratiche oltre il termine", "Reclami fondati sul totale", "Residui non riscossi", "Atti rettificati"];
const COUNTS: &[&str] = &[
    "Controlli eseguiti",
    "Sportelli attivati",
    "Fascicoli digitalizzati",
    "Incontri con i cittadini",
    "Servizi pubblicati online",
    "Verifiche sul territorio",
];
const LOW_COUNTS: &[&str] = &["Giorni di fermo del servizio", "Reclami ricevuti", "Errori rilevati dal riesame"];
const DURATIONS: &[&str] = &["Tempo medio di risposta", "Durata media della pratica", "Attesa allo sportello"];
const AMOUNTS: &[&str] = &["Entrate recuperate", "Risparmio di spesa", "Incassi con pagamento elettronico"];
const DATES: &[&str] = &["Conclusione dell'attività", "Consegna della relazione", "Avvio del nuovo servizio"];
const STATES: &[&str] = &["Regolamento aggiornato", "Banca dati allineata", "Carta dei servizi pubblicata"];
const CHANGES: &[&str] = &["Variazione degli accessi ai servizi", "Variazione dei consumi", "Variazione delle istanze"];
const MARKS: &[&str] = &["Gradimento degli utenti", "Qualità percepita del servizio"];

impl Expected {
    /// One of the forms, in the years of a plan.
    pub fn of(dice: &mut Dice, first: i32, last: i32) -> Self {
        let higher = dice.percent(60).then_some(Polarity::HigherIsBetter);
        let lower = Some(Polarity::LowerIsBetter);
        match dice.number(0..=99) {
            0..=26 => share(dice, higher),
            27..=33 => low_share(dice, lower),
            34..=51 => count(dice, higher, first, last),
            52..=58 => low_count(dice, lower),
            59..=65 => duration(dice, lower),
            66..=70 => amount(dice, higher),
            71..=81 => deadline(dice, last),
            82..=89 => state(dice),
            90..=94 => change(dice, first),
            95..=97 => mark(dice, higher),
            _ => vague(dice),
        }
    }

    /// What a year showed; most reach what was expected, some exceed it, some don't.
    pub fn measure(&self, dice: &mut Dice, year: i32) -> Figures {
        let reached = dice.share(0.7..=1.2);
        match self.measured {
            Measured::Yes => Figures { yes: Some(dice.percent(85)), ..Figures::default() },
            Measured::Date => {
                let (month, day) = (dice.number(3..=12) as u32, dice.number(1..=28) as u32);
                Figures { date: NaiveDate::from_ymd_opt(year, month, day), ..Figures::default() }
            }
            Measured::Share(rate, more_is_better) => {
                let all = dice.number(20..=2000) as f64;
                let factor = if more_is_better { reached } else { 1.9 - reached };
                Figures { ratio: Some(((all * rate * factor).round().clamp(0.0, all), all)), ..Figures::default() }
            }
            Measured::Figure(expected, more_is_better, decimals) => {
                let factor = if more_is_better { reached } else { 1.9 - reached };
                let scale = f64::from(10_u32.pow(decimals));
                Figures { value: Some((expected * factor * scale).round() / scale), ..Figures::default() }
            }
        }
    }
}

fn expected(dice: &mut Dice, titles: &[&str], target: String, measured: Measured) -> Expected {
    let title = dice.text(titles).to_owned();
    let (yearly, kind) = (Vec::new(), IndicatorKind::Process);
    Expected { title, target: Some(target), yearly, polarity: None, unit: None, kind, baseline: None, measured }
}

fn share(dice: &mut Dice, polarity: Option<Polarity>) -> Expected {
    let n = dice.number(8..=19) * 5;
    let form = dice.number(0..=9);
    let target = match form {
        0 => format!("{n}%"),
        1 => format!("Almeno {n}%"),
        2 => format!("≥ {n}%"),
        3 => format!(">= {n} %"),
        4 => format!("> {n}%"),
        5 => format!("non inferiore al {n}%"),
        6 => format!("oltre il {n}%"),
        7 => format!("{n}% delle richieste"),
        8 => "100%".to_owned(),
        _ => format!("{n}"),
    };
    let rate = if form == 8 { 1.0 } else { n as f64 / 100.0 };
    let unit = (form == 9).then_some("%");
    Expected {
        polarity,
        unit,
        kind: IndicatorKind::Outcome,
        ..expected(dice, SHARES, target, Measured::Share(rate, true))
    }
}

fn low_share(dice: &mut Dice, polarity: Option<Polarity>) -> Expected {
    let n = dice.number(1..=15);
    let target = match dice.number(0..=3) {
        0 => format!("< {n}%"),
        1 => format!("massimo {n}%"),
        2 => format!("non superiore al {n}%"),
        _ => format!("<= {n},5%"),
    };
    Expected { polarity, ..expected(dice, LOW_SHARES, target, Measured::Share(n as f64 / 100.0, false)) }
}

fn count(dice: &mut Dice, polarity: Option<Polarity>, first: i32, last: i32) -> Expected {
    let n = dice.number(1..=60) * 5;
    let figure = Measured::Figure(n as f64, true, 0);
    if dice.percent(15) {
        // A target of each year, rising.
        let step = dice.number(1..=10);
        let yearly = (first..=last).map(|year| (year, format!("{}", n + step * i64::from(year - first)))).collect();
        return Expected { polarity, yearly, ..expected(dice, COUNTS, format!("{n}"), figure) };
    }
    let target = match dice.number(0..=6) {
        0 => format!("{n}"),
        1 => format!("n. {n}"),
        2 => format!("Almeno {n}"),
        3 => format!(">= {n}"),
        4 => format!("{n}/annuo"),
        5 => format!("minimo {n}"),
        _ => format!("tra {n} e {}", n + dice.number(5..=40)),
    };
    Expected { polarity, ..expected(dice, COUNTS, target, figure) }
}

fn low_count(dice: &mut Dice, polarity: Option<Polarity>) -> Expected {
    let n = dice.number(1..=12);
    let target = match dice.number(0..=4) {
        0 => format!("< {n}"),
        1 => format!("massimo {n}"),
        2 => format!("<= {n}"),
        3 => format!("inferiore a {n}"),
        _ => "0".to_owned(),
    };
    Expected { polarity, ..expected(dice, LOW_COUNTS, target, Measured::Figure(n as f64, false, 0)) }
}

fn duration(dice: &mut Dice, polarity: Option<Polarity>) -> Expected {
    let n = dice.number(1..=12) * 5;
    let target = match dice.number(0..=4) {
        0 => format!("entro {n} gg"),
        1 => format!("≤ {n} gg"),
        2 => format!("non superiore a {n} giorni"),
        3 => format!("{n} giorni lavorativi"),
        _ => format!("Max {n} giorni"),
    };
    Expected { polarity, ..expected(dice, DURATIONS, target, Measured::Figure(n as f64, false, 1)) }
}

fn amount(dice: &mut Dice, polarity: Option<Polarity>) -> Expected {
    let n = dice.number(2..=90);
    let target = match dice.number(0..=3) {
        0 => format!("€ {n}.000,00"),
        1 => format!("{n}.500 €"),
        2 => format!("euro {n}000"),
        _ => format!("Almeno € {n}.000"),
    };
    let figure = Measured::Figure(n as f64 * 1000.0, true, 2);
    Expected { polarity, kind: IndicatorKind::Outcome, ..expected(dice, AMOUNTS, target, figure) }
}

fn deadline(dice: &mut Dice, last: i32) -> Expected {
    let month = dice.number(3..=12);
    let target = match dice.number(0..=6) {
        0 => "Entro il 31.12".to_owned(),
        1 => format!("Entro 30.{month}"),
        2 => "entro il 30 giugno".to_owned(),
        3 => "entro il primo semestre".to_owned(),
        4 => "entro fine anno".to_owned(),
        5 => format!("entro il 31/12/{last}"),
        _ => "entro il 31 dicembre di ogni anno".to_owned(),
    };
    expected(dice, DATES, target, Measured::Date)
}

fn state(dice: &mut Dice) -> Expected {
    let target = dice.text(&["SI", "Sì", "SI/NO", "ON/OFF", "Fatto/Non fatto"]).to_owned();
    Expected { kind: IndicatorKind::Structure, ..expected(dice, STATES, target, Measured::Yes) }
}

fn change(dice: &mut Dice, first: i32) -> Expected {
    let (n, base) = (dice.number(2..=20), dice.number(100..=900) as f64);
    let (target, factor) = match dice.number(0..=2) {
        0 => (format!("+{n}% rispetto al {}", first - 1), 1.0 + n as f64 / 100.0),
        1 => (format!("incremento del {n}% rispetto alla baseline"), 1.0 + n as f64 / 100.0),
        _ => (format!("riduzione del {n}%"), 1.0 - n as f64 / 100.0),
    };
    let figure = Measured::Figure((base * factor).round(), factor > 1.0, 0);
    Expected { baseline: Some(base), kind: IndicatorKind::Outcome, ..expected(dice, CHANGES, target, figure) }
}

fn mark(dice: &mut Dice, polarity: Option<Polarity>) -> Expected {
    let target = dice.text(&["≥ 4,0 su 5", "4 su 5", "≥ 3,5 su 5"]).to_owned();
    Expected { polarity, ..expected(dice, MARKS, target, Measured::Figure(3.7, true, 1)) }
}

/// What is no figure: a placeholder, or words.
fn vague(dice: &mut Dice) -> Expected {
    let target = dice.text(&["-", "n.d.", "Relazione conclusiva", "Secondo il cronoprogramma"]).to_owned();
    expected(dice, STATES, target, Measured::Figure(10.0, true, 0))
}
