//! What a certificate says of its owner: as much of X.509 as people ask for.

use std::fmt;

/// The parts of a certificate that are told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Certificate {
    subject: String,
    issuer: String,
    /// The names of machines that it is for.
    names: Vec<String>,
    /// The days from which and until which it is valid.
    valid: (String, String),
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.names.join(", ");
        match (self.subject.as_str(), names.as_str()) {
            ("", names) => f.write_str(names)?,
            (subject, "") => f.write_str(subject)?,
            (subject, names) if subject == names => f.write_str(subject)?,
            (subject, names) => write!(f, "{subject} for {names}")?,
        }
        write!(
            f,
            ", issued by {}, valid from {} to {}",
            self.issuer, self.valid.0, self.valid.1
        )
    }
}

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const NAME: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const UTC_TIME: u8 = 0x17;
const LONG_TIME: u8 = 0x18;
/// `[0]`, which holds the version, and `[3]`, which holds the extensions.
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
/// A name of a machine, among those of the owner.
const MACHINE: u8 = 0x82;

const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];
const OWNERS: &[u8] = &[0x55, 0x1d, 0x11];

impl Certificate {
    /// Reads the encoded form.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let mut whole = Der(Der(der).want(SEQUENCE)?);
        let mut inner = Der(whole.want(SEQUENCE)?);
        let mut certificate = Self::default();
        let (tag, _) = inner.next()?;
        if tag == VERSION {
            inner.want(INTEGER)?;
        }
        let _algorithm = inner.want(SEQUENCE)?;
        certificate.issuer = owner(inner.want(SEQUENCE)?);
        let mut valid = Der(inner.want(SEQUENCE)?);
        certificate.valid = (day(valid.next()?)?, day(valid.next()?)?);
        certificate.subject = owner(inner.want(SEQUENCE)?);
        while let Some((tag, value)) = inner.next() {
            if tag == EXTENSIONS {
                certificate.names = machines(value).unwrap_or_default();
            }
        }
        Some(certificate)
    }
}

/// The common name of an owner, else the organization.
fn owner(name: &[u8]) -> String {
    let (mut parts, mut common, mut organization) = (Der(name), None, None);
    while let Some((SET, part)) = parts.next() {
        let pair = Der(part).want(SEQUENCE).map(Der);
        if let Some(mut pair) = pair
            && let (Some(kind), Some((_, text))) = (pair.want(NAME), pair.next())
        {
            let text = String::from_utf8_lossy(text).into_owned();
            match kind {
                COMMON_NAME => common = Some(text),
                ORGANIZATION => organization = Some(text),
                _ => {}
            }
        }
    }
    common.or(organization).unwrap_or_default()
}

fn machines(extensions: &[u8]) -> Option<Vec<String>> {
    let mut all = Der(Der(extensions).want(SEQUENCE)?);
    while let Some((SEQUENCE, extension)) = all.next() {
        let mut extension = Der(extension);
        if extension.want(NAME) != Some(OWNERS) {
            continue;
        }
        while let Some((tag, value)) = extension.next() {
            if tag == OCTETS {
                let (mut names, mut machines) = (Der(Der(value).want(SEQUENCE)?), Vec::new());
                while let Some((tag, name)) = names.next() {
                    if tag == MACHINE {
                        machines.push(String::from_utf8_lossy(name).into_owned());
                    }
                }
                return Some(machines);
            }
        }
    }
    None
}

/// `2026-05-01`.
fn day((tag, text): (u8, &[u8])) -> Option<String> {
    let text = std::str::from_utf8(text).ok()?;
    let (year, rest) = match tag {
        // The years from 1950 to 2049.
        UTC_TIME => {
            let (year, rest) = text.split_at_checked(2)?;
            let century = if year < "50" { "20" } else { "19" };
            (format!("{century}{year}"), rest)
        }
        LONG_TIME => {
            let (year, rest) = text.split_at_checked(4)?;
            (year.to_owned(), rest)
        }
        _ => return None,
    };
    Some(format!("{year}-{}-{}", rest.get(..2)?, rest.get(2..4)?))
}

/// Values with tags and lengths, one behind the other.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&[tag, length], rest) = self.0.split_first_chunk()?;
        let (length, rest) = match length {
            short @ 0..=0x7f => (usize::from(short), rest),
            long => {
                let (length, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
                let length = length.iter().try_fold(0_usize, |all, byte| {
                    all.checked_mul(256)?.checked_add((*byte).into())
                });
                (length?, rest)
            }
        };
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, value))
    }

    fn want(&mut self, wanted: u8) -> Option<&'a [u8]> {
        self.next()
            .filter(|(tag, _)| *tag == wanted)
            .map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_off_certificates_are_not_read() {
        for bytes in [
            &[][..],
            &[0x30],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x30, 0x02, 0x30, 0x7f],
        ] {
            assert_eq!(Certificate::read(bytes), None);
        }
    }

    #[test]
    fn days_are_those_of_both_forms_of_times() {
        assert_eq!(
            day((UTC_TIME, b"260501120000Z")).as_deref(),
            Some("2026-05-01")
        );
        assert_eq!(
            day((UTC_TIME, b"991231235959Z")).as_deref(),
            Some("1999-12-31")
        );
        assert_eq!(
            day((LONG_TIME, b"20510203000000Z")).as_deref(),
            Some("2051-02-03")
        );
        assert_eq!(day((LONG_TIME, b"2051")), None);
    }
}
