// Package s3 has the names of errors that Flyte's storage looks for; nothing here makes such errors.
package s3

// Codes of errors of S3.
const (
	ErrCodeNoSuchBucket            = "NoSuchBucket"
	ErrCodeBucketAlreadyOwnedByYou = "BucketAlreadyOwnedByYou"
)
