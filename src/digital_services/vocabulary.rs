//! The code lists that services are described with, from the national controlled vocabularies in `data/vocab/`.

use crate::db::types::text_enum;
use std::collections::BTreeSet;
use std::sync::LazyLock;

const CHANNELS: &str = include_str!("../../data/vocab/channel.csv");

text_enum!(
    /// Subject matter, by its code in the national list of subject matters of public services.
    Category {
        /// Educazione e formazione.
        Education = "1",
        /// Salute, benessere e assistenza.
        Health = "2",
        /// Vita lavorativa.
        Work = "3",
        /// Mobilità e trasporti.
        Mobility = "4",
        /// Catasto e urbanistica.
        Planning = "5",
        /// Anagrafe e stato civile.
        Registry = "6",
        /// Turismo.
        Tourism = "7",
        /// Giustizia e sicurezza pubblica.
        Justice = "8",
        /// Tributi, finanze e contravvenzioni.
        Taxes = "9",
        /// Cultura e tempo libero.
        Culture = "10",
        /// Ambiente.
        Environment = "11",
        /// Impresa e commercio.
        Business = "12",
        /// Autorizzazioni.
        Permits = "13",
        /// Appalti pubblici.
        Tenders = "14",
        /// Agricoltura e pesca.
        Agriculture = "15",
    }
);

text_enum!(
    /// For whom it is.
    Audience {
        Citizens = "citizens",
        Businesses = "businesses",
        /// Citizens and businesses.
        Both = "both",
        /// Other administrations.
        Administrations = "administrations",
    }
);

text_enum!(
    /// How one logs in, by the code in AgID's list of authentication types; eIDAS stands beside that list.
    Authentication {
        /// Free access.
        None = "NONE",
        /// User id and password.
        Password = "IDPWD",
        /// SPID, level 1.
        Spid1 = "SPIDL1",
        /// User id and one-time password.
        OneTimePassword = "ID OTP",
        /// SPID, level 2.
        Spid2 = "SPIDL2",
        /// SPID, level 3.
        Spid3 = "SPIDL3",
        /// Carta nazionale dei servizi.
        Cns = "CNS",
        /// Carta d'identità elettronica.
        Cie = "CIE",
        /// User id, one-time password and biometry.
        Biometric = "USERID OTP BIO",
        /// An electronic identity of another member state.
        Eidas = "EIDAS",
    }
);

impl Authentication {
    pub fn is_spid(self) -> bool {
        matches!(self, Authentication::Spid1 | Authentication::Spid2 | Authentication::Spid3)
    }
}

crate::text::text_type!(
    /// A channel, by its code in the national list, at any of its three levels: `05.1` mobile app, `04.1` PEC.
    Channel, 2..=6, "^[0-9]{2}(\\.[0-9]){0,2}$",
    "a code of the national list of channels, such as 02.1, 04.1 or 05.1", "02.1",
    |text: &str| CHANNEL_CODES.get(text.trim()).map(|code| (*code).to_owned())
);

static CHANNEL_CODES: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let mut codes = BTreeSet::new();
    for line in CHANNELS.lines() {
        // No label begins like a code, so the commas within labels make no difference.
        codes.extend(line.split(',').filter(|field| {
            let mut parts = field.split('.');
            let digits = |part: &str, most: usize| part.len() <= most && part.chars().all(|c| c.is_ascii_digit());
            parts.next().is_some_and(|first| first.len() == 2 && digits(first, 2)) && parts.all(|part| digits(part, 1))
        }));
    }
    codes
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_lists_are_the_national_ones() {
        let column = |text: &str, index: usize| -> BTreeSet<String> {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let cells = reader.records().map(|record| record.unwrap()[index].trim().to_owned()).collect::<Vec<_>>();
            cells.into_iter().filter(|cell| !cell.is_empty()).collect()
        };
        let known = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
        let matters = include_str!("../../data/vocab/public-services-subject-matters.csv");
        assert_eq!(known(Category::ALL.iter().map(|one| one.as_str()).collect()), column(matters, 0));
        let types = include_str!("../../data/vocab/authentication-type.csv");
        let mut listed = column(types, 4);
        listed.extend(["NONE".to_owned(), "EIDAS".to_owned()]);
        assert_eq!(known(Authentication::ALL.iter().map(|one| one.as_str()).collect()), listed);
        let channels: BTreeSet<_> = [0, 4, 8].into_iter().flat_map(|index| column(CHANNELS, index)).collect();
        assert_eq!(known(CHANNEL_CODES.iter().copied().collect()), channels);
        assert_eq!(Channel::parse("05.5.1").unwrap().as_str(), "05.5.1");
        assert_eq!(Channel::parse("09"), None);
    }
}
