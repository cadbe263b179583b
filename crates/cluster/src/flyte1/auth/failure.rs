//! Why there is no token, before it is told which cluster it is about.

/// Why there is no token.
#[derive(Debug)]
pub(super) struct Failure {
    kind: Kind,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nobody answers, or only that it cannot be answered now.
    Outage,
    /// What was presented is not accepted.
    Refusal,
    Other,
}

impl Failure {
    pub(super) fn outage(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            kind: Kind::Outage,
            text,
        }
    }

    pub(super) fn refusal(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            kind: Kind::Refusal,
            text,
        }
    }

    pub(super) fn other(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            kind: Kind::Other,
            text,
        }
    }

    pub(super) fn is_refusal(&self) -> bool {
        self.kind == Kind::Refusal
    }

    pub(super) fn is_outage(&self) -> bool {
        self.kind == Kind::Outage
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}
