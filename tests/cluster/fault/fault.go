// Package fault has the errors that the services answer with, in flyteadmin's codes and words.
package fault

import (
	"context"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"google.golang.org/protobuf/protoadapt"
)

// MaxMessage is the length in bytes that the message of an error is cut to.
const MaxMessage = 32000

// Invalid is an error of what a request says.
func Invalid(format string, a ...any) error {
	return status.Errorf(codes.InvalidArgument, format, a...)
}

// Missing is the error of a field that is empty.
func Missing(field string) error { return Invalid("missing %s", field) }

// Value is the error of a field that has a value which is never allowed.
func Value(field string) error { return Invalid("invalid value for %s", field) }

// Unknown is the error of an entity that there is not.
func Unknown(kind string, id any) error {
	return status.Errorf(codes.NotFound, "missing entity of type %s with identifier %v", kind, id)
}

// Taken is the error of a row that there is already, as the database words it.
func Taken(constraint string) error {
	return status.Errorf(codes.AlreadyExists,
		`value with matching already exists (duplicate key value violates unique constraint "%s")`, constraint)
}

// Internal is the error of the server itself.
func Internal(format string, a ...any) error { return status.Errorf(codes.Internal, format, a...) }

// Terminal is the error that tells an engine or a user that what has ended stays as it is.
func Terminal(phase, message string) error {
	return WithDetails(codes.FailedPrecondition, message, &admin.EventFailureReason{
		Reason: &admin.EventFailureReason_AlreadyInTerminalState{
			AlreadyInTerminalState: &admin.EventErrorAlreadyInTerminalState{CurrentPhase: phase},
		},
	})
}

// WithDetails is an error that has a message of Flyte's besides its text.
func WithDetails(code codes.Code, message string, details protoadapt.MessageV1) error {
	plain := status.New(code, message)
	detailed, err := plain.WithDetails(details)
	if err != nil {
		return plain.Err()
	}
	return detailed.Err()
}

// Cut is an interceptor that shortens the messages of errors. An error whose message has been cut has no details.
func Cut(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	answer, err := next(ctx, req)
	if err == nil {
		return answer, nil
	}
	if s := status.Convert(err); len(s.Message()) > MaxMessage {
		return nil, status.Error(s.Code(), strings.ToValidUTF8(s.Message()[:MaxMessage], ""))
	}
	return nil, err
}
