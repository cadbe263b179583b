// Package s3 has the name of a kind of store, and of what is configured for it.
package s3

// Kind is the name.
const Kind = "s3"

// Names of what can be configured.
const (
	ConfigAuthType    = "auth_type"
	ConfigRegion      = "region"
	ConfigEndpoint    = "endpoint"
	ConfigAccessKeyID = "access_key_id"
	ConfigSecretKey   = "secret_key"
	ConfigDisableSSL  = "disable_ssl"
)
