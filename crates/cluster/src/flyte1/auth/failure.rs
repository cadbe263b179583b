//! Why there is no token, before it is told which cluster it is about.

/// Why there is no token.
#[derive(Clone, Debug)]
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

    /// The same failure, told in other words.
    pub(super) fn with_text(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// The same failure after a user has done a part of the sign-in, who would be asked for it again.
    pub(super) fn after_prompt(self) -> Self {
        match self.kind {
            Kind::Outage => Self::other(self.text),
            Kind::Refusal | Kind::Other => self,
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}
