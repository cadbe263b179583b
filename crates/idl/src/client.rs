//! Calls of the services.
//!
//! A call is made with the bytes of its messages, so all methods share the code that makes it: tonic's own clients have
//! a copy of that code for each method. A method adds only the code of its two messages.

use std::{fmt, future::Future, marker::PhantomData, pin::Pin};

use prost::{
    Message,
    bytes::{Buf as _, BufMut as _, Bytes},
};
use tonic::{
    Request, Response, Status, Streaming,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    codegen::http::uri::PathAndQuery,
    transport::Channel,
};

/// A method of a service, with the types of its request and of its answer.
pub struct Method<Q, A> {
    path: &'static str,
    types: PhantomData<fn(Q) -> A>,
}

impl<Q, A> Method<Q, A> {
    pub(crate) const fn new(path: &'static str) -> Self {
        Self {
            path,
            types: PhantomData,
        }
    }

    /// Its path: `/flyteidl.service.AdminService/GetTask`.
    pub const fn path(&self) -> &'static str {
        self.path
    }
}

impl<Q, A> Clone for Method<Q, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Q, A> Copy for Method<Q, A> {}

impl<Q, A> fmt::Debug for Method<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Method").field(&self.path).finish()
    }
}

impl<Q: Message, A: Message + Default> Method<Q, A> {
    /// The request as [`Calls::exchange`] takes it.
    pub fn encode(&self, request: &Q) -> Bytes {
        request.encode_to_vec().into()
    }

    /// The answer that [`Calls::exchange`] has received.
    ///
    /// # Errors
    ///
    /// `INTERNAL` if the bytes are not this message.
    pub fn decode(&self, answer: &[u8]) -> Result<A, Status> {
        decoded(answer)
    }
}

fn decoded<A: Message + Default>(answer: &[u8]) -> Result<A, Status> {
    A::decode(answer).map_err(|error| Status::internal(error.to_string()))
}

/// A connection through which methods are called. The generated clients are names for what it does.
#[derive(Clone, Debug)]
pub struct Calls {
    grpc: Grpc<Channel>,
}

impl Calls {
    /// Calls on a connection.
    pub fn new(channel: Channel) -> Self {
        Self {
            grpc: Grpc::new(channel),
        }
    }

    /// Limits the bytes of an answer; the default is 4 MiB.
    #[must_use]
    pub fn max_decoding_message_size(mut self, limit: usize) -> Self {
        self.grpc = self.grpc.max_decoding_message_size(limit);
        self
    }

    /// Limits the bytes of a request; by default there is no limit.
    #[must_use]
    pub fn max_encoding_message_size(mut self, limit: usize) -> Self {
        self.grpc = self.grpc.max_encoding_message_size(limit);
        self
    }

    /// Calls the method of a path, and gives the bytes of its answer.
    ///
    /// # Errors
    ///
    /// What the service answers, and `UNAVAILABLE` or `UNKNOWN` if it cannot be reached.
    pub fn exchange(
        &mut self,
        path: &'static str,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, Status>> + Send + '_>> {
        Box::pin(async move {
            self.ready().await?;
            let path = PathAndQuery::from_static(path);
            self.grpc.unary(request, path, AsBytes).await
        })
    }

    /// Calls a method.
    ///
    /// # Errors
    ///
    /// As [`Self::exchange`], and `INTERNAL` if the answer is not the message of this method.
    pub async fn unary<Q: Message, A: Message + Default>(
        &mut self,
        method: Method<Q, A>,
        request: Request<Q>,
    ) -> Result<Response<A>, Status> {
        let request = request.map(|message| method.encode(&message));
        let (metadata, answer, extensions) =
            self.exchange(method.path, request).await?.into_parts();
        Ok(Response::from_parts(
            metadata,
            method.decode(&answer)?,
            extensions,
        ))
    }

    /// Calls a method that answers with any number of messages.
    ///
    /// # Errors
    ///
    /// As [`Self::exchange`]; an error after the first message is one of the stream.
    pub async fn server_streaming<Q: Message, A: Message + Default + 'static>(
        &mut self,
        method: Method<Q, A>,
        request: Request<Q>,
    ) -> Result<Response<Streaming<A>>, Status> {
        let request = request.map(|message| method.encode(&message));
        self.ready().await?;
        let path = PathAndQuery::from_static(method.path);
        let codec = Answers(PhantomData);
        self.grpc.server_streaming(request, path, codec).await
    }

    async fn ready(&mut self) -> Result<(), Status> {
        let ready = self.grpc.ready().await;
        ready.map_err(|error| Status::unknown(format!("Service was not ready: {error}")))
    }
}

/// Messages that are encoded already.
struct AsBytes;

impl Codec for AsBytes {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for AsBytes {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for AsBytes {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}

/// A request that is encoded already, and the messages that answer it.
struct Answers<A>(PhantomData<fn() -> A>);

impl<A: Message + Default + 'static> Codec for Answers<A> {
    type Encode = Bytes;
    type Decode = A;
    type Encoder = AsBytes;
    type Decoder = Self;

    fn encoder(&mut self) -> AsBytes {
        AsBytes
    }

    fn decoder(&mut self) -> Self {
        Self(PhantomData)
    }
}

impl<A: Message + Default> Decoder for Answers<A> {
    type Item = A;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<A>, Status> {
        let answer = buffer.copy_to_bytes(buffer.remaining());
        decoded(&answer).map(Some)
    }
}

/// The methods of a service, and a client with a function for each, by the names that tonic's generator gives them.
macro_rules! service {
    (
        $service:ident, $client_module:ident, $Client:ident;
        $($(#[$attribute:meta])* $kind:ident $name:ident: $request:ty => $answer:ty, $path:literal;)*
    ) => {
        /// The methods of the service.
        pub mod $service {
            use crate::client::Method;

            $(
                $(#[$attribute])*
                pub const fn $name() -> Method<$request, $answer> {
                    Method::new($path)
                }
            )*
        }

        /// A client of the service.
        pub mod $client_module {
            use crate::client::Calls;
            use tonic::{IntoRequest, Response, Status, transport::Channel};

            /// A client of the service, on a connection.
            #[derive(Clone, Debug)]
            pub struct $Client<T> {
                calls: Calls,
                connection: ::core::marker::PhantomData<T>,
            }

            #[allow(deprecated, reason = "the function of a deprecated method calls that method")]
            impl $Client<Channel> {
                pub fn new(channel: Channel) -> Self {
                    Self { calls: Calls::new(channel), connection: ::core::marker::PhantomData }
                }

                /// Limits the bytes of an answer; the default is 4 MiB.
                #[must_use]
                pub fn max_decoding_message_size(self, limit: usize) -> Self {
                    Self { calls: self.calls.max_decoding_message_size(limit), ..self }
                }

                /// Limits the bytes of a request; by default there is no limit.
                #[must_use]
                pub fn max_encoding_message_size(self, limit: usize) -> Self {
                    Self { calls: self.calls.max_encoding_message_size(limit), ..self }
                }

                $(crate::client::service!(
                    @$kind $(#[$attribute])* $service $name, $request, $answer
                );)*
            }
        }
    };
    (@unary $(#[$attribute:meta])* $service:ident $name:ident, $request:ty, $answer:ty) => {
        $(#[$attribute])*
        pub async fn $name(
            &mut self,
            request: impl IntoRequest<$request>,
        ) -> Result<Response<$answer>, Status> {
            let method = super::$service::$name();
            self.calls.unary(method, request.into_request()).await
        }
    };
    (@server_streaming $(#[$attribute:meta])* $service:ident $name:ident, $request:ty, $answer:ty) => {
        $(#[$attribute])*
        pub async fn $name(
            &mut self,
            request: impl IntoRequest<$request>,
        ) -> Result<Response<tonic::Streaming<$answer>>, Status> {
            let method = super::$service::$name();
            self.calls.server_streaming(method, request.into_request()).await
        }
    };
}
pub(crate) use service;
