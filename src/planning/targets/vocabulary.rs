//! The words of the language, by the part they play in a target. Lower case, accents folded.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The longest word looked up, in bytes; longer ones are ordinary nouns.
pub(super) const MAX_WORD: usize = 24;

/// A stretch of the calendar that recurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    Day,
    Week,
    Fortnight,
    Month,
    TwoMonths,
    Quarter,
    FourMonths,
    Half,
    Year,
}

/// A unit of elapsed time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// What a word does in a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    // comparing
    AtLeast,
    AtMost,
    About,
    Nearly,
    Beyond,
    More,
    Less,
    Higher,
    Lower,
    Equal,
    Exactly,
    Below,
    Above,
    UpTo,
    Between,
    Not,
    // joining
    Or,
    And,
    Of,
    To,
    From,
    In,
    On,
    With,
    Per,
    Every,
    Article,
    /// "come", "caso mai": fillers between a comparator and its value.
    As,
    // numbers
    One,
    Cardinal(u32),
    /// "centinaio", "decina": about so many.
    Round(u32),
    Magnitude(u32),
    Ordinal(u8),
    Roman(u8),
    NumberSign,
    Times,
    // units
    Percent,
    Points,
    Point,
    Percentage,
    Euro,
    Time(Time),
    Working,
    Calendar,
    // calendar
    Month(u8),
    Part(Period),
    Frequency(Period),
    Cadence,
    /// "Q1", "T2", "S1" before a digit.
    QuarterSign,
    HalfSign,
    End,
    Middle,
    Previous,
    Next,
    Current,
    Within,
    Term,
    Respect,
    // changes
    Up,
    Down,
    Change,
    Better,
    Keep,
    Unchanged,
    Line,
    Versus,
    Baseline,
    Doubling,
    Halving,
    // whole answers
    All,
    Whole,
    Nobody,
    Yes,
    No,
    Participle,
    Presence,
    Absence,
    Missing,
    Pending,
    Score,
    Goal,
    /// "relazione", "base", "caso": after "in" they open a condition.
    Circumstance,
    Condition,
    Other,
}

#[rustfmt::skip]
const VOCABULARY: &[(Word, &str)] = &[
    (Word::AtLeast, "almeno minimo minima minimi minime min"),
    (Word::AtMost, "massimo massima massimi massime max"),
    (Word::About, "circa ca indicativamente approssimativamente incirca intorno attorno"),
    (Word::Nearly, "quasi"),
    (Word::Beyond, "oltre"),
    (Word::More, "piu"),
    (Word::Less, "meno"),
    (Word::Higher, "superiore superiori maggiore maggiori"),
    (Word::Lower, "inferiore inferiori minore minori"),
    (Word::Equal, "pari uguale uguali equivalente corrispondente"),
    (Word::Exactly, "esattamente"),
    (Word::Below, "sotto"),
    (Word::Above, "sopra"),
    (Word::UpTo, "fino sino"),
    (Word::Between, "tra fra compreso compresa compresi comprese"),
    (Word::Not, "non"),
    (Word::Or, "o oppure ovvero"),
    (Word::And, "e ed nonche"),
    (Word::Of, "di del dello della dell dei degli delle d"),
    (Word::To, "a ad al allo alla all ai agli alle"),
    (Word::From, "da dal dallo dalla dall dai dagli dalle"),
    (Word::In, "in nel nello nella nell nei negli nelle"),
    (Word::On, "su sul sullo sulla sull sui sugli sulle"),
    (Word::With, "con col coi"),
    (Word::Per, "per"),
    (Word::Every, "ogni ciascun ciascuno ciascuna"),
    (Word::Article, "il lo la i gli le l"),
    (Word::As, "come"),
    (Word::One, "un uno una"),
    (Word::Round(10), "decina"), (Word::Round(12), "dozzina"), (Word::Round(15), "quindicina"),
    (Word::Round(20), "ventina"), (Word::Round(30), "trentina"), (Word::Round(40), "quarantina"),
    (Word::Round(50), "cinquantina"), (Word::Round(100), "centinaio"), (Word::Round(1000), "migliaio"),
    (Word::Magnitude(1_000), "mila k"),
    (Word::Magnitude(1_000_000), "milione milioni mln mio"),
    (Word::Magnitude(1_000_000_000), "miliardo miliardi mld"),
    (Word::Ordinal(1), "primo prima"), (Word::Ordinal(2), "secondo seconda"),
    (Word::Ordinal(3), "terzo terza"), (Word::Ordinal(4), "quarto quarta"),
    (Word::NumberSign, "n nr num nro numero"),
    (Word::Times, "volta volte"),
    (Word::Percent, "percento"),
    (Word::Points, "pp"),
    (Word::Point, "punti punto pt"),
    (Word::Percentage, "percentuale percentuali"),
    (Word::Euro, "euro eur"),
    (Word::Time(Time::Minute), "minuto minuti"),
    (Word::Time(Time::Hour), "ora ore h hh"),
    (Word::Time(Time::Day), "giorno giorni gg g"),
    (Word::Time(Time::Week), "settimana settimane"),
    (Word::Time(Time::Month), "mese mesi"),
    (Word::Time(Time::Year), "anno anni"),
    (Word::Working, "lavorativo lavorativi lavorative lav feriali"),
    (Word::Calendar, "solari naturali consecutivi calendario continuativi"),
    (Word::Month(1), "gennaio gen genn"), (Word::Month(2), "febbraio feb febb"), (Word::Month(3), "marzo mar"),
    (Word::Month(4), "aprile apr"), (Word::Month(5), "maggio mag"), (Word::Month(6), "giugno giu"),
    (Word::Month(7), "luglio lug"), (Word::Month(8), "agosto ago"), (Word::Month(9), "settembre set sett"),
    (Word::Month(10), "ottobre ott"), (Word::Month(11), "novembre nov"), (Word::Month(12), "dicembre dic"),
    (Word::Part(Period::TwoMonths), "bimestre bimestri"),
    (Word::Part(Period::Quarter), "trimestre trimestri trim"),
    (Word::Part(Period::FourMonths), "quadrimestre quadrimestri quadr"),
    (Word::Part(Period::Half), "semestre semestri sem"),
    (Word::Frequency(Period::Day), "giornaliero giornaliera giornalieri giornaliere quotidiano quotidiana giornalmente quotidianamente"),
    (Word::Frequency(Period::Week), "settimanale settimanali settimanalmente"),
    (Word::Frequency(Period::Fortnight), "quindicinale quindicinali"),
    (Word::Frequency(Period::Month), "mensile mensili mensilmente"),
    (Word::Frequency(Period::TwoMonths), "bimestrale bimestrali bimestralmente"),
    (Word::Frequency(Period::Quarter), "trimestrale trimestrali trimestralmente"),
    (Word::Frequency(Period::FourMonths), "quadrimestrale quadrimestrali quadrimestralmente"),
    (Word::Frequency(Period::Half), "semestrale semestrali semestralmente"),
    (Word::Frequency(Period::Year), "annuale annuali annuo annua annui annue annualmente"),
    (Word::Cadence, "cadenza frequenza periodicita"),
    (Word::QuarterSign, "q t"),
    (Word::HalfSign, "s"),
    (Word::End, "fine"),
    (Word::Middle, "meta"),
    (Word::Previous, "precedente scorso prec"),
    (Word::Next, "successivo seguente prossimo succ"),
    (Word::Current, "corso corrente riferimento"),
    (Word::Within, "entro"),
    (Word::Term, "termine termini scadenza scadenze tempi tempistica tempistiche cronoprogramma"),
    (Word::Respect, "rispetto"),
    (Word::Up, "incremento aumento crescita innalzamento aumentare incrementare accrescimento"),
    (Word::Down, "riduzione diminuzione calo contenimento abbattimento decremento ridurre diminuire risparmio"),
    (Word::Change, "variazione"),
    (Word::Better, "miglioramento migliorare"),
    (Word::Keep, "mantenimento mantenere mantenuto conferma confermare consolidamento"),
    (Word::Unchanged, "invariato invariata invariati invariate stabile stabili costante costanti immutato immutata"),
    (Word::Line, "linea"),
    (Word::Versus, "vs"),
    (Word::Baseline, "baseline partenza iniziale"),
    (Word::Doubling, "raddoppio raddoppiare"),
    (Word::Halving, "dimezzamento dimezzare"),
    (Word::All, "tutti tutte tutto tutta"),
    (Word::Whole, "totalita"),
    (Word::Nobody, "nessuno nessuna nessun"),
    (Word::Yes, "si vero true on"),
    (Word::No, "no falso false off"),
    (Word::Participle, "fatto fatta realizzato realizzata effettuato effettuata attivato attivata completato completata \
        approvato approvata adottato adottata pubblicato pubblicata eseguito eseguita raggiunto raggiunta conseguito \
        conseguita rispettato rispettata attuato attuata attivo attiva avviato avviata presentato presentata \
        aggiornato aggiornata predisposto predisposta redatto redatta svolto svolta concluso conclusa conforme \
        trasmesso trasmessa inviato inviata ok"),
    (Word::Presence, "presente presenti presenza positivo positiva"),
    (Word::Absence, "assente assenti assenza negativo negativa"),
    (Word::Missing, "nd na np"),
    (Word::Pending, "disponibile disponibili applicabile previsto prevista pertinente rilevabile rilevato valutabile quantificabile \
        definire definito definita determinare stabilire quantificare"),
    (Word::Score, "punteggio voto valutazione giudizio rating media"),
    (Word::Goal, "target obiettivo valore atteso risultato"),
    (Word::Circumstance, "relazione caso base funzione"),
    (Word::Condition, "tranne salvo eccetto eccezione eccezioni esclusi escluse escluso esclusa esclusione se qualora purche ove \
        laddove possibile possibili possibilmente compatibilmente subordinatamente previa previo condizione quando \
        limitatamente eventuali eventuale eventualmente fermo"),
];

static WORDS: LazyLock<HashMap<&'static str, Word>> = LazyLock::new(|| {
    let words = VOCABULARY.iter();
    words.flat_map(|(word, forms)| forms.split_ascii_whitespace().map(|form| (form, *word))).collect()
});

/// The part that a word plays; it must be lower case with accents folded.
pub(super) fn look_up(folded: &str) -> Word {
    let known = || WORDS.get(folded).copied();
    let number = || super::literals::cardinal(folded).map(Word::Cardinal);
    known().or_else(number).unwrap_or(Word::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_listed_once_and_folded() {
        let mut seen = std::collections::HashSet::new();
        for form in VOCABULARY.iter().flat_map(|(_, forms)| forms.split_ascii_whitespace()) {
            assert!(seen.insert(form), "{form} is listed twice");
            assert!(form.len() <= MAX_WORD && form.bytes().all(|byte| byte.is_ascii_lowercase()), "{form}");
        }
    }
}
