//! Chance, words and typing errors.

/// A stream of numbers from one.
pub struct Dice(u64);

const HEADS: &[&str] = &[
    "Aggiornamento",
    "Adeguamento",
    "Monitoraggio",
    "Attivazione",
    "Riordino",
    "Formazione:",
    "SUE: informatizzazione",
    "App IO: sviluppo",
    "Avvio",
    "Revisione/Adeguamento",
    "Contrattazione",
    "Digitalizzazione",
    "Miglioramento",
];
const OBJECTS: &[&str] = &[
    "del sito istituzionale",
    "dell'anagrafe e dello stato civile",
    "dei tempi di pagamento delle fatture",
    "delle procedure, degli atti e dei contratti",
    "della viabilità comunale",
    "del manuale di gestione, con verifica",
    "degli immobili e dei terreni",
    "dell’accessibilità dei servizi online",
    "del verde pubblico e dell'arredo urbano",
    "del Piano (PEF) e della TARI",
    "dei servizi scolastici/educativi",
    "della rete Wi-Fi",
    "del sistema di eGovernment",
    "dell'archivio storico e di deposito",
    "di SPID / CIE / CNS",
    "delle entrate: IMU, TARI e canone unico",
];
const TAILS: &[&str] = &[
    "",
    "",
    "",
    "",
    "(PNRR)",
    "- formazione del personale",
    "– supporto agli organi istituzionali",
    "ai sensi dell'art. 5, comma 2",
    "in almeno n. 3 sedi",
    "(es. pdf di documenti-immagine)",
    "24 ore su 24",
    "PNRR/PNC - altri",
    "al 100%",
    "e dell'equità – più qualità",
    "di cui al D.Lgs. 36/2023 e s.m.i. vigenti",
    "con l'ausilio di C.I.E. e firma",
    "di importo inferiore a 100.000 euro",
    "e missione del Comune",
];
const OFFICES: &[&str] = &[
    "Segretario",
    "Tutti",
    "Finanziario - Amministrativo",
    "Lavori Pubblici",
    "Tutte le Elevate Qualificazioni",
    "Polizia Locale",
    "TUTTI GLI UFFICI",
    "Ufficio Tecnico",
    "Servizi Demografici",
    "Dirigenti dei Settori / UOA",
    "Dirigenti Settori 3 e 4",
    "RTD",
    "U.O.A. Ufficio del Sindaco",
    "Settore 3 – Risorse",
];

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    pub fn between(&mut self, first: usize, last: usize) -> usize {
        first + self.below(last + 1 - first)
    }

    pub fn year(&mut self) -> i32 {
        2014 + i32::try_from(self.below(16)).unwrap()
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            all.swap(at, self.below(at + 1));
        }
    }

    /// "Adeguamento del sito istituzionale (PNRR)".
    pub fn title(&mut self) -> String {
        let (head, object, tail) = (self.pick(HEADS), self.pick(OBJECTS), self.pick(TAILS));
        format!("{head} {object} {tail}").trim().to_owned()
    }

    /// The title of an area: with a capital, not too long.
    pub fn name(&mut self) -> String {
        let (head, object) = (self.pick(&["Servizi", "Cura", "Gestione", "Governo e cura"]), self.pick(OBJECTS));
        format!("{head} {object}")
    }

    /// Some different offices.
    pub fn offices(&mut self, count: usize) -> Vec<String> {
        let mut all: Vec<&str> = OFFICES.to_vec();
        self.shuffle(&mut all);
        all.into_iter().take(count).map(str::to_owned).collect()
    }

    /// A text with so many letters changed, dropped, doubled or swapped.
    pub fn typo(&mut self, text: &str, edits: usize) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        for _ in 0..edits {
            let places: Vec<usize> = (0..letters.len()).filter(|at| letters[*at].is_alphabetic()).collect();
            let at = places[self.below(places.len())];
            match self.below(4) {
                0 => letters[at] = if letters[at].is_uppercase() { 'K' } else { 'k' },
                1 => drop(letters.remove(at)),
                2 => letters.insert(at, letters[at]),
                _ if at + 1 < letters.len() && letters[at + 1].is_alphabetic() => letters.swap(at, at + 1),
                _ => drop(letters.remove(at)),
            }
        }
        letters.into_iter().collect()
    }

    /// A keyword with one typing error, a long one with one or two.
    pub fn misspelled(&mut self, text: &str) -> String {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let edits = if letters > 7 { self.between(1, 2) } else { 1 };
        self.typo(text, edits)
    }

    /// In capitals, in small letters, or with the accents lost.
    pub fn recased(&mut self, text: &str) -> String {
        match self.below(4) {
            0 => text.to_uppercase(),
            1 => text.to_lowercase(),
            2 => text.replace('à', "a'").replace('À', "A'"),
            _ => text.replace('à', "a").replace('\'', "’"),
        }
    }
}
