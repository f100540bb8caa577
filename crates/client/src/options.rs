//! How a client behaves: patience and trust.

/// Whose certificates are believed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Trust {
    /// What the operating system believes.
    #[default]
    System,
    /// Only certificates that go back to one of these (PEM), for a service that issues its own.
    Only(Vec<u8>),
}

/// Times in milliseconds. The defaults suit a slow line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientOptions {
    /// Until a connection stands.
    pub connect_ms: u64,
    /// Until a small answer is complete.
    pub answer_ms: u64,
    /// Until the largest push is sent and answered.
    pub push_ms: u64,
    /// Longest silence of a stream of events, in which the service says every twenty seconds that it is there.
    pub silence_ms: u64,
    pub trust: Trust,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self { connect_ms: 10_000, answer_ms: 60_000, push_ms: 150_000, silence_ms: 70_000, trust: Trust::System }
    }
}
