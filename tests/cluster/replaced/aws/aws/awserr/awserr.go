// Package awserr has the one type that Flyte's storage asks errors for; nothing here makes such errors.
package awserr

// Error is an error of Amazon's services.
type Error interface {
	error
	Code() string
}
